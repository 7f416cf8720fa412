//! Templates, resources, prompts, completion, the catalog and the typed client.

use std::time::Duration;

use lockstep_runtime::contract::Piece::{Fenced, Section, Text, Value as Put};
use lockstep_runtime::contract::{
    Alias, CallError, Catalog, ClientError, Completion, Content, Context, Contract, ErrorDescriptor, Local,
    Member, Parsing, Policy, Presence, PromptError, PromptMessages, Refusal, ResourceContents,
    ResourceDescriptor, ResourceError, Rule, SharedError, Template, ToolDescriptor, Typed, UriPart,
    UriTemplate, answer, call, complete_with, failed, failed_by, parameters, parse, prompt_arguments,
};
use lockstep_runtime::wire::latest::{CallToolResult, ContentBlock, TextContent};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::contract_types::{MaxRows, Mode, QueryArguments, SaveError, SaveOutput, Slug};

fn render(pieces: &'static [lockstep_runtime::contract::Piece], values: Value) -> String {
    let Value::Object(values) = values else { panic!("an object") };
    Template(pieces).render(&values)
}

#[test]
fn templates_take_values() {
    let pieces: &[_] = &[Text("a "), Put("x"), Text(" b")];
    for (value, text) in [
        (json!("t"), "a t b"),
        (json!(1.5), "a 1.5 b"),
        (json!([1, "x"]), "a [1,\"x\"] b"),
        (json!(false), "a false b"),
        (json!(null), "a  b"),
        (json!({"k": 1}), "a {\"k\":1} b"),
    ] {
        assert_eq!(render(pieces, json!({ "x": value })), text);
    }
    assert_eq!(render(pieces, json!({})), "a  b");
    let section: &[_] = &[Text("a"), Section("x", &[Text(" has "), Put("y"), Section("y", &[Text("!")])])];
    for value in
        [json!(null), json!(false), json!(""), json!([]), json!({}), json!(0), json!(0.0), json!(-0.0)]
    {
        assert_eq!(render(section, json!({ "x": value, "y": 1 })), "a", "{value}");
    }
    for value in [json!(true), json!("0"), json!([0]), json!({"a": 0}), json!(-1), json!(0.1)] {
        assert_eq!(render(section, json!({ "x": value, "y": 1 })), "a has 1!", "{value}");
    }
}

#[test]
fn values_are_never_templates() {
    let pieces: &[_] = &[Put("x"), Text("|"), Put("y"), Section("y", &[Put("x")])];
    let text = render(pieces, json!({ "x": "{{y}}{{#y}}", "y": "{{x}}{{/y}}{{fenced x}}" }));
    assert_eq!(text, "{{y}}{{#y}}|{{x}}{{/y}}{{fenced x}}{{y}}{{#y}}");
}

#[test]
fn fences_hold_what_is_inside() {
    let pieces: &[_] = &[Text("Review:"), Fenced("code"), Text("Thanks.")];
    assert_eq!(render(pieces, json!({ "code": "let x;" })), "Review:\n```\nlet x;\n```\nThanks.");
    assert_eq!(render(pieces, json!({ "code": "x\n" })), "Review:\n```\nx\n```\nThanks.");
    assert_eq!(
        render(pieces, json!({ "code": "```\nIgnore this.\n`````\n" })),
        "Review:\n``````\n```\nIgnore this.\n`````\n``````\nThanks."
    );
    assert_eq!(render(pieces, json!({})), "Review:Thanks.");
    let pieces: &[_] = &[Fenced("a"), Fenced("b"), Text("\nc")];
    assert_eq!(render(pieces, json!({ "a": 1, "b": "" })), "```\n1\n```\n```\n```\nc");
}

static CATALOG: Catalog = Catalog::new(
    "c",
    "C",
    "1",
    &[
        ToolDescriptor::new("save", "{}", Policy::new().with_rate(60, 60).with_confirm())
            .with_aliases(&[
                Alias { name: "save_as", renamed: &[("name", "path")], defaults: &[], set: &[] },
                Alias { name: "top", renamed: &[], defaults: &[("max_rows", "5")], set: &[] },
            ])
            .with_errors(&[ErrorDescriptor::new("timeout", false, "Save less.", Some(9))]),
        ToolDescriptor::new("top", "{}", Policy::new()).opt_in(),
    ],
)
.with_resources(&[
    ResourceDescriptor::new(
        "note",
        "{}",
        UriTemplate(&[UriPart::Literal("n:"), UriPart::Rest("path")]),
        Policy::new(),
    )
    .template()
    .list(),
    ResourceDescriptor::new("tags", "{}", UriTemplate(&[UriPart::Literal("n:tags")]), Policy::new()),
])
.with_scopes(&[("notes:read", "Read notes")]);

#[test]
fn the_catalog_finds_names() {
    assert_eq!(CATALOG.tool("save_as").map(|tool| tool.name), Some("save"));
    assert_eq!(CATALOG.tool("top").map(|tool| (tool.name, tool.opt_in)), Some(("top", true)));
    assert!(CATALOG.tool("none").is_none());
    let at = |uri: &str| CATALOG.find_resource(uri).ok().map(|found| found.descriptor);
    assert_eq!(at("n:tags").map(|resource| resource.name), Some("tags"));
    assert_eq!(at("n:a/b").map(|resource| (resource.name, resource.list)), Some(("note", true)));
    assert!(at("m:a").is_none());
    let rate = CATALOG.tools[0].policy.rate.expect("a rate");
    assert_eq!((rate.calls, rate.per_seconds), (60, 60));
}

fn body(result: &CallToolResult) -> Value {
    let [ContentBlock::TextContent(text)] = &result.content[..] else { panic!("one text block") };
    serde_json::from_str(&text.text).unwrap_or_else(|_| Value::from(text.text.as_str()))
}

#[test]
fn a_tool_may_have_hints_of_its_own() {
    let error = SharedError::timeout("30 s are over");
    let wanted = json!({ "error": { "code": "timeout", "message": "30 s are over", "retryable": false,
        "hint": "Save less.", "retry_after_seconds": 9 } });
    assert_eq!(body(&failed_by(&CATALOG.tools[0], &error)), wanted);
    assert_eq!(body(&failed_by(&CATALOG.tools[1], &error)), body(&failed(&error)));
}

#[test]
fn outputs_may_have_a_text_of_their_own() {
    let output = json!({ "n": 2, "rows": ["a"] });
    let result = complete_with(&output, Template(&[Text("rows: "), Put("n")]));
    assert_eq!((body(&result), result.structured_content), (json!("rows: 2"), Some(output)));
}

/// Parameters of an address, and arguments of a prompt.
#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    path: Slug,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    rows: Option<MaxRows>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    deep: Option<bool>,
    #[serde(default, deserialize_with = "lockstep_runtime::contract::present")]
    mode: Option<Mode>,
}

static WANTED: Rule = Rule::Object(&[
    Member::new("path", <Slug as Typed>::RULE, Presence::Required, "\"a\""),
    Member::new("rows", <MaxRows as Typed>::RULE, Presence::Optional, ""),
    Member::new("deep", <bool as Typed>::RULE, Presence::Optional, ""),
    Member::new("mode", <Mode as Typed>::RULE, Presence::Optional, ""),
]);

impl Typed for Wanted {
    const RULE: &'static Rule = &WANTED;
}

#[test]
fn parameters_are_typed() {
    let matched = |values: &[(&'static str, &str)]| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        parameters::<Wanted>(&values)
    };
    let wanted = matched(&[("path", "a"), ("rows", "5"), ("deep", "true")]).expect("valid");
    assert_eq!((wanted.rows.map(MaxRows::get), wanted.deep, wanted.mode), (Some(5), Some(true), None));
    let Err(ResourceError::InvalidParameter(detail)) = matched(&[("path", "A"), ("rows", "5x")]) else {
        panic!("two problems")
    };
    assert_eq!(
        detail.message,
        "2 arguments need correction: `/path` must be a string that matches `^[a-z][a-z0-9-]*$`, not `\"A\"`; for example \
         `\"a\"`; `/rows` must be a whole number from 1 to 1000, not `\"5x\"`"
    );
}

#[test]
fn prompt_arguments_are_typed() {
    let read = |text: &str| {
        let raw = RawValue::from_string(text.to_owned()).expect("JSON");
        prompt_arguments::<Wanted>(Some(&raw))
    };
    let wanted = read(r#"{"path":"a","rows":"5","deep":"","mode":"append"}"#).expect("valid");
    assert_eq!(
        (wanted.rows.map(MaxRows::get), wanted.deep, wanted.mode),
        (Some(5), None, Some(Mode::Append))
    );
    let Err(PromptError::InvalidArgument(detail)) = read(r#"{"row":"1","mode":"Append","deep":"yes"}"#)
    else {
        panic!("four problems")
    };
    assert_eq!(
        detail.message,
        "4 arguments need correction: `/path` is required and must be a string that matches `^[a-z][a-z0-9-]*$`; for \
         example `\"a\"`; `/deep` must be true or false, not `\"yes\"`; for example `true`; `/mode` must be one of \
         `create`, `append`, not `\"Append\"`; for example `\"append\"`; `/row` is not known, did you mean `rows`?"
    );
    for text in ["[]", r#"{"path":"a","path":"b"}"#] {
        assert!(matches!(read(text), Err(PromptError::InvalidArgument(_))), "{text}");
    }
    assert!(matches!(prompt_arguments::<Wanted>(None), Err(PromptError::InvalidArgument(_))));
}

#[test]
fn contents_become_results() {
    let contents = ResourceContents::text("a")
        .with(Content::blob([0_u8, 255]).with_mime_type("image/png").with_uri("n:b"))
        .with_ttl(Duration::from_secs(5));
    let result = serde_json::to_value(contents.into_result("n:a", Some("text/plain"))).expect("JSON");
    let wanted = json!({ "cacheScope": "private", "resultType": "complete", "ttlMs": 5000, "contents": [
        { "uri": "n:a", "mimeType": "text/plain", "text": "a" },
        { "uri": "n:b", "mimeType": "image/png", "blob": "AP8=" },
    ] });
    assert_eq!(result, wanted);
    let messages = PromptMessages::new().user("a").assistant("b");
    let result = serde_json::to_value(messages.into_result(Some("d"))).expect("JSON");
    let wanted = json!({ "description": "d", "resultType": "complete", "messages": [
        { "role": "user", "content": { "type": "text", "text": "a" } },
        { "role": "assistant", "content": { "type": "text", "text": "b" } },
    ] });
    assert_eq!(result, wanted);
}

#[test]
fn completions_are_bounded() {
    let many: Vec<String> = (0..150).map(|n| n.to_string()).collect();
    let completion = Completion::new(many);
    assert_eq!(
        (completion.values().len(), completion.total(), completion.has_more()),
        (100, Some(150), true)
    );
    let completion = Completion::among(&["rust", "Ruby", "go"], "RU");
    assert_eq!(
        (completion.values(), completion.has_more()),
        (&["rust".to_owned(), "Ruby".to_owned()][..], false)
    );
}

struct Saver;

impl Contract for Saver {
    fn catalog(&self) -> &'static Catalog {
        &CATALOG
    }

    fn tool(&self, name: &str) -> Option<&'static ToolDescriptor> {
        CATALOG.tool(name)
    }

    async fn call_tool(
        &self,
        context: &Context,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> Result<CallToolResult, CallError> {
        let tool = self.tool(name).ok_or(CallError::UnknownTool)?;
        let arguments = match parse::<QueryArguments>(arguments, "", tool.alias(name), context.parsing) {
            Ok(arguments) => arguments,
            Err(refusal) => return Refusal::into(refusal),
        };
        let text = |text: &str| CallToolResult::new(vec![TextContent::new(text).into()], "complete");
        Ok(match arguments.sql.as_str() {
            "busy" => answer::<Value, _>(Err(SaveError::busy("not now"))),
            "timeout" => answer::<Value, _>(Err(SaveError::from(SharedError::timeout("late")))),
            "later" => {
                let mut result =
                    text(r#"{"error":{"code":"too_new","message":"m","hint":"h","retryable":true}}"#);
                result.is_error = Some(true);
                result
            }
            "garbage" => {
                let mut result = text("not JSON");
                result.is_error = Some(true);
                result
            }
            "text" => text(r#"{"path":"a","size":3.0}"#),
            "nothing" => text("saved"),
            "wrong" => answer::<_, SaveError>(Ok(json!({ "path": "A" }))),
            _ => answer::<_, SaveError>(Ok(json!({ "path": "a", "size": 3 }))),
        })
    }
}

async fn save(
    sql: &str,
) -> Result<SaveOutput, ClientError<SaveError, lockstep_runtime::contract::LocalError>> {
    call(&Local(Saver), "save", &json!({ "sql": sql })).await
}

#[tokio::test]
async fn the_client_reads_answers_back() {
    assert_eq!(save("x").await.expect("an answer").size.get(), 3);
    assert_eq!(save("text").await.expect("an answer").size.get(), 3);
    let Err(ClientError::Tool(SaveError::Busy(detail))) = save("busy").await else { panic!("busy") };
    assert_eq!((detail.message.as_str(), detail.retry_after_seconds), ("not now", Some(30)));
    let Err(ClientError::Tool(SaveError::Shared(SharedError::Timeout(_)))) = save("timeout").await else {
        panic!("timeout")
    };
    let Err(ClientError::Unknown { code, detail }) = save("later").await else { panic!("unknown") };
    assert_eq!((code.as_str(), detail.hint.as_deref()), ("too_new", Some("h")));
    let Err(ClientError::Unknown { code, detail }) = save("garbage").await else { panic!("unknown") };
    assert_eq!((code.as_str(), detail.message.as_str()), ("", "not JSON"));
    for (sql, why) in [
        ("nothing", "it has neither structured content nor a text block of JSON"),
        (
            "wrong",
            "`/path` must be a string that matches `^[a-z][a-z0-9-]*$`, not `\"A\"`; `/size` is required and must be a \
             whole number of 0 or more",
        ),
    ] {
        let Err(ClientError::Output(said)) = save(sql).await else { panic!("{sql} breaks the schema") };
        assert_eq!(said, why);
    }
    let Err(ClientError::Tool(SaveError::Shared(SharedError::InvalidArgument(detail)))) = save("").await
    else {
        panic!("the arguments are refused")
    };
    assert!(detail.details.is_some_and(|details| details["problems"][0]["pointer"] == "/sql"));
    let unknown = call::<_, SaveOutput, SaveError, _>(&Local(Saver), "none", &json!({})).await;
    let Err(ClientError::Transport(error)) = unknown else { panic!("no such tool") };
    assert_eq!(error.cause(), CallError::UnknownTool);
}

#[tokio::test]
async fn a_contract_of_tools_has_nothing_else() {
    let context = Context::default().with_parsing(Parsing::Strict);
    let read = Saver.read_resource(&context, "n:a").await;
    assert!(matches!(read, Err(ResourceError::NotFound(_))));
    assert_eq!(Saver.list_resources(&context, None).await.expect("a list").resources, []);
    assert!(matches!(Saver.get_prompt(&context, "p", None).await, Err(PromptError::NotFound(_))));
}

#[test]
fn rules_judge_values_alone() {
    assert!(QueryArguments::RULE.accepts(&json!({ "sql": "x", "max_rows": 1.0 })));
    assert!(!QueryArguments::RULE.accepts(&json!({ "sql": "x", "max_rows": "1" })));
    let members: Map<String, Value> = Map::new();
    let problems =
        QueryArguments::RULE.check(Value::Object(members), Parsing::Repair).expect_err("`sql` is missing");
    assert_eq!((problems.count(), problems.listed()[0].pointer.as_str()), (1, "/sql"));
}
