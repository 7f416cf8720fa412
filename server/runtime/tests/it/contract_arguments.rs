//! Reading arguments: verdicts, messages, repairs, aliases, hostile input.

use std::time::{Duration, Instant};

use lockstep_runtime::contract::{Alias, CallError, Parsing, Refusal, Typed, parse};
use lockstep_runtime::wire::latest::ContentBlock;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::contract_types::{DrawArguments, QueryArguments, Shape};

const EXAMPLE: &str = r#"{"max_rows":5,"sql":"select 1"}"#;

fn read<T: Typed + DeserializeOwned>(
    text: &str,
    alias: Option<&'static Alias>,
    parsing: Parsing,
) -> Result<T, Value> {
    let raw = RawValue::from_string(text.to_owned()).expect("JSON");
    parse::<T>(Some(&raw), EXAMPLE, alias, parsing).map_err(|refusal| match refusal {
        Refusal::Answer(result) => {
            assert_eq!((result.is_error, result.structured_content), (Some(true), None));
            let [ContentBlock::TextContent(text)] = &result.content[..] else { panic!("one text block") };
            let answer: Value = serde_json::from_str(&text.text).expect("JSON");
            answer["error"].clone()
        }
        other => panic!("{other:?}"),
    })
}

fn query(text: &str) -> Result<QueryArguments, Value> {
    read(text, None, Parsing::Repair)
}

#[track_caller]
fn refused<T: Typed + DeserializeOwned + std::fmt::Debug>(text: &str, parsing: Parsing, message: &str) {
    let error = read::<T>(text, None, parsing).expect_err("it breaks the schema");
    assert_eq!(error["message"], message);
}

/// Refused as it stands, read as `repaired` where repairs are on.
#[track_caller]
fn repaired<T>(text: &str, repaired: &str)
where
    T: Typed + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    read::<T>(text, None, Parsing::Strict).expect_err("it breaks the schema");
    let wanted = read::<T>(repaired, None, Parsing::Strict).expect("it is valid");
    assert_eq!(read::<T>(text, None, Parsing::Repair).expect("it can be repaired"), wanted);
}

#[test]
fn the_answer_has_the_one_shape() {
    let error = query(r#"{"sql":7,"max_rows":5000}"#).expect_err("two problems");
    let wanted = json!({
        "code": "invalid_argument",
        "message": "2 arguments need correction: `/sql` must be a string of 1 to 20 characters, not `7`; for example \
            `\"select 1\"`; `/max_rows` must be a whole number from 1 to 1000, not `5000`; for example `100`",
        "retryable": false,
        "hint": "Correct the named arguments and call again, for example with {\"max_rows\":5,\"sql\":\"select 1\"}.",
        "details": { "problems": [
            { "pointer": "/sql", "rule": "must be a string of 1 to 20 characters", "sent": "7",
              "example": "select 1" },
            { "pointer": "/max_rows", "rule": "must be a whole number from 1 to 1000", "sent": "5000",
              "example": 100 },
        ] },
    });
    assert_eq!(error, wanted);
}

#[test]
fn defaults_stand_where_nothing_is_sent() {
    let arguments = query(r#"{"sql":"x"}"#).expect("valid");
    assert_eq!((arguments.max_rows.get(), arguments.params), (100, None));
    let none = parse::<QueryArguments>(None, "", None, Parsing::Strict);
    let Err(Refusal::Answer(_)) = none else { panic!("`sql` is required") };
    for text in ["[]", "\"{}\"", "1"] {
        let raw = RawValue::from_string(text.to_owned()).expect("JSON");
        let Err(Refusal::Call(CallError::ArgumentsNotAnObject)) =
            parse::<QueryArguments>(Some(&raw), "", None, Parsing::Repair)
        else {
            panic!("{text} is not an object")
        };
    }
}

#[test]
fn missing_and_unknown_members_are_named() {
    refused::<QueryArguments>(
        r#"{"a/b~c":1,"limit_rows":1,"max_row":1}"#,
        Parsing::Repair,
        "4 arguments need correction: `/sql` is required and must be a string of 1 to 20 characters; for example \
         `\"select 1\"`; `/a~1b~0c` is not known; known are `sql`, `params`, `max_rows`, `explain`, `ratio`; \
         `/limit_rows` is not known; known are `sql`, `params`, `max_rows`, `explain`, `ratio`; \
         `/max_row` is not known, did you mean `max_rows`?",
    );
}

#[test]
fn whole_numbers_may_be_written_as_floats() {
    for (text, rows) in [("1.0", 1), ("1e2", 100), ("100.0", 100), ("1E+2", 100)] {
        let arguments =
            read::<QueryArguments>(&format!(r#"{{"sql":"x","max_rows":{text}}}"#), None, Parsing::Strict);
        assert_eq!(arguments.expect("an integer").max_rows.get(), rows, "{text}");
    }
    for text in ["1.5", "1e300", "-1", "18446744073709551616", "null", "[1]"] {
        query(&format!(r#"{{"sql":"x","max_rows":{text}}}"#))
            .map(|_| ())
            .or_else(|error| {
                let message = error["message"].as_str().expect("text").to_owned();
                if message.contains("`/max_rows` must be a whole number from 1 to 1000") {
                    Ok(())
                } else {
                    Err(message)
                }
            })
            .expect("refused with the rule, or null left out");
    }
}

#[test]
fn strings_of_json_are_repaired() {
    repaired::<QueryArguments>(r#"{"sql":"x","max_rows":"5"}"#, r#"{"sql":"x","max_rows":5}"#);
    repaired::<QueryArguments>(r#"{"sql":"x","max_rows":" 5\n"}"#, r#"{"sql":"x","max_rows":5}"#);
    repaired::<QueryArguments>(r#"{"sql":"x","max_rows":"1e2"}"#, r#"{"sql":"x","max_rows":100}"#);
    repaired::<QueryArguments>(r#"{"sql":"x","ratio":"0.5"}"#, r#"{"sql":"x","ratio":0.5}"#);
    repaired::<QueryArguments>(r#"{"sql":"x","explain":"true"}"#, r#"{"sql":"x","explain":true}"#);
    repaired::<QueryArguments>(r#"{"sql":"x","params":"[1,\"a\"]"}"#, r#"{"sql":"x","params":[1,"a"]}"#);
    repaired::<QueryArguments>(r#"{"sql":"x","params":null,"max_rows":null}"#, r#"{"sql":"x"}"#);
    repaired::<DrawArguments>(
        r#"{"shape":"{\"kind\":\"box\",\"sides\":\"[1, \\\"2\\\"]\"}"}"#,
        r#"{"shape":{"kind":"box","sides":[1,2]}}"#,
    );
    repaired::<DrawArguments>(
        r#"{"shape":{"kind":"circle","radius":"1"},"labels":"{\"a\":\"b\"}"}"#,
        r#"{"shape":{"kind":"circle","radius":1},"labels":{"a":"b"}}"#,
    );
    repaired::<DrawArguments>(
        r#"{"shape":{"kind":"circle","radius":1},"tree":"{\"name\":\"a\"}"}"#,
        r#"{"shape":{"kind":"circle","radius":1},"tree":{"name":"a"}}"#,
    );
}

#[test]
fn doubtful_values_are_not_repaired() {
    for members in [
        r#""max_rows":"05""#,
        r#""max_rows":"+5""#,
        r#""max_rows":"5 rows""#,
        r#""max_rows":"0x5""#,
        r#""max_rows":"5000""#,
        r#""max_rows":"""#,
        r#""max_rows":true"#,
        r#""max_rows":[5]"#,
        r#""explain":"yes""#,
        r#""explain":"True""#,
        r#""explain":1"#,
        r#""ratio":"NaN""#,
        r#""ratio":"1e999""#,
        r#""params":"1,2""#,
        r#""params":1"#,
        r#""params":"[1,2,3,4,5]""#,
        r#""params":"{\"a\":1}""#,
        r#""params":"[1""#,
    ] {
        let error = query(&format!(r#"{{"sql":"x",{members}}}"#)).expect_err(members);
        let (_, sent) = members.split_once(':').expect("a member");
        let told = error["details"]["problems"][0]["sent"].as_str().expect("what was sent");
        assert_eq!(told, sent, "the original is told");
    }
    refused::<QueryArguments>(
        r#"{"sql":5}"#,
        Parsing::Repair,
        "1 argument needs correction: `/sql` must be a string of 1 to 20 characters, not `5`; for example `\"select 1\"`",
    );
}

#[test]
fn valid_values_stay_as_they_are() {
    let arguments = query(r#"{"sql":"5","params":["[1]","5",null]}"#).expect("valid");
    assert_eq!(
        (arguments.sql.as_str(), arguments.params.expect("sent").into_inner()),
        ("5", vec![json!("[1]"), json!("5"), Value::Null],)
    );
    let draw = r#"{"shape":{"kind":"circle","radius":1},"any":null}"#;
    assert_eq!(read::<DrawArguments>(draw, None, Parsing::Repair).expect("valid").any, Some(Value::Null));
    let draw = r#"{"shape":{"kind":"circle","radius":1},"any":"{\"a\":1}"}"#;
    assert_eq!(
        read::<DrawArguments>(draw, None, Parsing::Repair).expect("valid").any,
        Some(json!("{\"a\":1}"))
    );
}

#[test]
fn choices_name_the_nearest() {
    refused::<DrawArguments>(
        r#"{"shape":{"kind":"circle","radius":1},"mode":"CREATE"}"#,
        Parsing::Repair,
        "1 argument needs correction: `/mode` must be one of `create`, `append`, not `\"CREATE\"`; for example `\"create\"`",
    );
    refused::<DrawArguments>(
        r#"{"shape":{"kind":"circle","radius":1},"mode":"apend"}"#,
        Parsing::Repair,
        "1 argument needs correction: `/mode` must be one of `create`, `append`, not `\"apend\"`; for example `\"append\"`",
    );
}

#[test]
fn unions_are_told_by_their_tag() {
    let draw = read::<DrawArguments>(r#"{"shape":{"sides":[1.0],"kind":"box"}}"#, None, Parsing::Strict);
    assert_eq!(draw.expect("valid").shape, Shape::Box { sides: vec![1] });
    for (shape, message) in [
        (r#"{}"#, "`/shape/kind` is required and must be one of `circle`, `box`; for example `\"circle\"`"),
        (
            r#"{"kind":"boks"}"#,
            "`/shape/kind` must be one of `circle`, `box`, not `\"boks\"`; for example `\"circle\"`",
        ),
        (
            r#"{"kind":"bax"}"#,
            "`/shape/kind` must be one of `circle`, `box`, not `\"bax\"`; for example `\"box\"`",
        ),
        (r#"{"kind":1}"#, "`/shape/kind` must be one of `circle`, `box`, not `1`; for example `\"circle\"`"),
        (
            r#"{"kind":"box","sides":[1,-2]}"#,
            "`/shape/sides/1` must be a whole number from 0 to 4294967295, not `-2`",
        ),
        (
            r#"{"kind":"circle","radius":1,"sides":[]}"#,
            "`/shape/sides` is not known; known are `kind`, `radius`",
        ),
        (
            r#"["box",{"sides":[]}]"#,
            "`/shape` must be an object whose `kind` is one of `circle`, `box`, not `[\"box\",{\"sides\":[]}]`; \
             for example `{\"kind\":\"circle\",\"radius\":1}`",
        ),
    ] {
        let message = format!("1 argument needs correction: {message}");
        refused::<DrawArguments>(&format!(r#"{{"shape":{shape}}}"#), Parsing::Repair, &message);
    }
}

#[test]
fn nested_objects_are_not_read_from_lists() {
    refused::<DrawArguments>(
        r#"{"shape":{"kind":"circle","radius":1},"tree":["a"]}"#,
        Parsing::Strict,
        "1 argument needs correction: `/tree` must be an object with `name`, `parent`, `children`, not `[\"a\"]`",
    );
    refused::<DrawArguments>(
        r#"{"shape":{"kind":"circle","radius":1},"tree":{"name":"a","children":[{"name":"A"},{"nam":"b"}]}}"#,
        Parsing::Strict,
        "3 arguments need correction: `/tree/children/0/name` must be a string that matches `^[a-z][a-z0-9-]*$`, not \
         `\"A\"`; for example `\"a\"`; `/tree/children/1/name` is required and must be a string that matches \
         `^[a-z][a-z0-9-]*$`; for example `\"a\"`; `/tree/children/1/nam` is not known, did you mean `name`?",
    );
}

#[test]
fn lists_of_different_items_name_the_repeated() {
    refused::<DrawArguments>(
        r#"{"shape":{"kind":"circle","radius":1},"distinct":[1,2,{"a":[1.0]},{"a":[1]}]}"#,
        Parsing::Repair,
        "1 argument needs correction: `/distinct/3` must not repeat `/distinct/2`",
    );
}

#[test]
fn names_may_not_come_twice() {
    for (text, pointer) in [
        (
            r#"{"shape":{"kind":"circle","radius":1,"radius":2}}"#,
            "`/shape` must not have two members `radius`",
        ),
        (
            r#"{"shape":1,"shape":{"kind":"circle","radius":1}}"#,
            "the value must not have two members `shape`",
        ),
        (
            r#"{"shape":{"kind":"circle","radius":1},"labels":{"a":"1","a":"2"}}"#,
            "`/labels` must not have two members `a`",
        ),
    ] {
        refused::<DrawArguments>(text, Parsing::Repair, &format!("1 argument needs correction: {pointer}"));
    }
    let error = query(r#"{"sql":"x","sql":"y"}"#).expect_err("twice");
    assert_eq!(error["message"], "1 argument needs correction: the value must not have two members `sql`");
    let any = r#"{"shape":{"kind":"circle","radius":1},"any":{"a":1,"a":2}}"#;
    read::<DrawArguments>(any, None, Parsing::Strict).expect("free-form values are not looked into");
}

static TOP: Alias = Alias {
    name: "top",
    renamed: &[("n", "max_rows"), ("query", "sql")],
    defaults: &[("max_rows", "5")],
    set: &[("explain", "true")],
};

fn top(text: &str) -> Result<QueryArguments, Value> {
    read(text, Some(&TOP), Parsing::Repair)
}

#[test]
fn aliases_have_names_and_defaults_of_their_own() {
    let arguments = top(r#"{"query":"x"}"#).expect("valid");
    assert_eq!((arguments.max_rows.get(), arguments.explain), (5, Some(true)));
    assert_eq!(top(r#"{"query":"x","n":"7"}"#).expect("valid").max_rows.get(), 7);
    assert_eq!(top(r#"{"query":"x","n":null}"#).expect("valid").max_rows.get(), 5);
    assert_eq!(top(r#"{"query":"x","params":[1]}"#).expect("valid").params.expect("sent").len(), 1);
    let error = top(r#"{"explain":false,"n":5000,"sql":"x"}"#).expect_err("its own names");
    assert_eq!(
        error["message"],
        "4 arguments need correction: `/explain` is not known; known are `query`, `params`, `n`, `ratio`; `/sql` is not \
         known; known are `query`, `params`, `n`, `ratio`; `/query` is required and must be a string of 1 to 20 \
         characters; for example `\"select 1\"`; `/n` must be a whole number from 1 to 1000, not `5000`; for example `100`"
    );
    assert_eq!(
        error["hint"],
        "Correct the named arguments and call again, for example with {\"n\":5,\"query\":\"select 1\"}."
    );
}

#[test]
fn hostile_input_is_bounded() {
    let bounded = |text: &str| {
        let started = Instant::now();
        let error = read::<DrawArguments>(text, None, Parsing::Repair).expect_err("hostile");
        let time = started.elapsed();
        // Far above what linear work takes on a busy machine, far below quadratic work.
        assert!(time < Duration::from_secs(60), "{time:?}");
        let size = error.to_string().len();
        assert!(size < 8_000, "{size} bytes");
        error["message"].as_str().expect("text").to_owned()
    };
    let unknown: Vec<String> = (0..100_000).map(|n| format!("\"shap{n}\":{n}")).collect();
    let message = bounded(&format!("{{{}}}", unknown.join(",")));
    assert!(message.starts_with("100001 arguments need correction: "), "{message}");
    assert!(message.ends_with("; and 99985 more"), "{message}");

    let huge = "k".repeat(1 << 20);
    let message = bounded(&format!(r#"{{"{huge}":1,"shape":"{huge}","tree":{{"name":"{huge}\u0000"}}}}"#));
    assert!(!message.contains('\0') && message.contains("kkk…"), "{message}");

    let deep = format!(r#"{{"tree":{}1{}}}"#, r#"{"name":"a","parent":"#.repeat(200), "}".repeat(200));
    let message = bounded(&deep);
    assert!(message.contains("must not be nested deeper than 128 levels"), "{message}");
    assert!(message.contains("`/tree/parent/parent"), "{message}");

    let beyond = bounded(r#"{"shape":{"kind":"circle","radius":1e999}}"#);
    assert!(beyond.contains("`/shape/radius` must not hold a number beyond the range"), "{beyond}");

    let items: Vec<String> = (0..200_000).map(|n| format!("\"{n}\"")).collect();
    let list = items.join(",");
    let message = bounded(&format!(r#"{{"shape":{{"kind":"circle","radius":1}},"distinct":[{list},"0"]}}"#));
    assert!(message.ends_with("`/distinct/200000` must not repeat `/distinct/0`"), "{message}");

    let mut nested = "[".to_owned();
    for _ in 0..10 {
        nested = Value::from(format!("[{nested}]")).to_string();
    }
    bounded(&format!(r#"{{"shape":{nested},"tree":{nested},"distinct":{nested},"labels":{nested}}}"#));
}
