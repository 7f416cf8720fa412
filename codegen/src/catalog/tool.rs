//! The tools of a catalog.

use indexmap::IndexMap;

use super::check::{Check, Map, nearest};
use super::later::{Against, Later};
use super::load::Entry;
use super::model::{Kind, Member, Tool};
use super::schema::{self, Place};
use super::{alias, head, keys, names, policy, template, tool_errors};
use crate::yaml::{Content, Key, Node};

pub(super) fn tools<'n>(check: &mut Check<'n>, entries: &[Entry<'n>]) -> Vec<Tool> {
    let tool = |Entry { file, key, node }: &Entry<'n>| {
        check.file = *file;
        tool(check, key, node)
    };
    entries.iter().map(tool).collect()
}

fn tool<'n>(check: &mut Check<'n>, key: &Key, node: &'n Node) -> Tool {
    names::entry(check, key, "tool");
    let mut map = check.open(node, format!("tool `{}`", key.text));
    check.only(&mut map, keys::TOOL, |word, of| {
        let hint = match word {
            "outputSchema" => {
                "write `output: { properties: { … } }`, or `content: true` for blocks without a schema"
            }
            _ if keys::MEMBERS.contains(&word) => "indent it below `input:` or `output:`",
            _ => return None,
        };
        Some((format!("unknown key `{word}` in {of}"), hint.to_owned()))
    });
    map.at = key.at;
    let title = check.required_text(&map, "title");
    let description = check.required_text(&map, "description");
    let input = object(check, &map, "input", schema::INPUT);
    let input_schema = input_schema(check, &map);
    let content = check.flag(&map, "content").unwrap_or_default();
    let (output, text) = if content {
        for key in ["output", "text"].into_iter().filter_map(|key| map.members.get(key).map(|(key, _)| *key))
        {
            let message = format!("a tool with `content: true` has no `{}`", key.text);
            check.push(key.at, message, "remove one of the two: such a tool makes its content blocks itself");
        }
        (None, None)
    } else {
        let hint = "add `output: { properties: { … }, required: [ … ] }`, or `content: true` for a tool that makes \
                    its content blocks itself";
        check.missing(&map, "output", hint);
        let output = object(check, &map, "output", schema::PROPERTY);
        let names: Vec<&str> = output.iter().map(|member| member.name.as_str()).collect();
        let text = map
            .node("text")
            .and_then(|node| template::template(check, node, "`text`", &names, "property of the output"));
        (Some(output), text)
    };
    let provenance = provenance(check, &map, output.as_deref());
    let examples = check.list(&map, "examples");
    for (index, node) in examples.iter().copied().enumerate() {
        let what = format!("example {} of the tool `{}`", index + 1, key.text);
        if input_schema.is_some() {
            check.open_or(node, what, "write the arguments of one call: `{ name: value }`");
            continue;
        }
        check.later.push(Later {
            file: check.file,
            node,
            against: Against::Members(input.clone()),
            what,
            hint: "change the example, or the input's schema",
        });
    }
    Tool {
        at: check.spot(key.at),
        name: key.text.clone(),
        title,
        description,
        annotations: annotations(check, &map),
        policy: policy::policy(check, &map, keys::TOOL_POLICY),
        text,
        provenance,
        errors: tool_errors::errors(check, &map),
        examples: examples.into_iter().map(Node::json).collect(),
        aliases: alias::aliases(check, &map, &input),
        icons: head::icons(check, &map),
        opt_in: check.flag(&map, "optIn").unwrap_or_default(),
        accept: accept(check, &map),
        input,
        input_schema,
        output,
    }
}

/// Where the data comes from. An output of data says so itself, for clients that show nothing else.
fn provenance<'n>(check: &mut Check<'n>, tool: &Map<'n>, output: Option<&[Member]>) -> Option<String> {
    let at = tool.node("provenance")?.at;
    let word = check.text(tool, "provenance")?;
    if word.is_empty()
        || word.len() > 32
        || !word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    {
        let hint = "write one word for where the data comes from, such as `database` or `web`";
        check.push(at, format!("`provenance` cannot be `{word}`"), hint);
    }
    let says_so = |member: &Member| {
        member.name == "untrusted" && member.required && matches!(member.schema.kind, Kind::Boolean)
    };
    if output.is_some_and(|output| !output.iter().any(says_so)) {
        let hint = "add `untrusted: { type: boolean }` to the output, and to its `required`";
        check.push(at, "the output of a tool with `provenance` must have `untrusted`", hint);
    }
    Some(word)
}

/// A JSON Schema that goes out as it is written. Only its root is looked at: arguments are an object.
fn input_schema<'n>(check: &mut Check<'n>, tool: &Map<'n>) -> Option<serde_json::Value> {
    let (key, node) = tool.members.get("inputSchema").copied()?;
    if tool.node("input").is_some() {
        let hint = "remove one of the two: `inputSchema` is for what `input` cannot say";
        check.push(key.at, "a tool with `input` has no `inputSchema`", hint);
    }
    let hint = "write a JSON Schema that begins with `type: object`";
    check.open_or(node, "`inputSchema`", hint);
    let root = node.get("type");
    if matches!(node.content, Content::Map(_)) && root.and_then(Node::text) != Some("object") {
        let at = root.map_or(node.at, |root| root.at);
        check.push(at, "the root of `inputSchema` must have `type: object`", hint);
    }
    Some(node.json())
}

/// The members of `input` or `output`.
fn object<'n>(check: &mut Check<'n>, tool: &Map<'n>, key: &str, place: Place) -> Vec<Member> {
    let Some(node) = tool.node(key) else { return vec![] };
    let mut map = check.open(node, format!("`{key}`"));
    check.only(&mut map, keys::MEMBERS, |word, of| {
        let hint = match word {
            "type" => "remove it: it is always an object",
            "additionalProperties" => "remove it: objects are closed",
            "oneOf" | "anyOf" | "allOf" => "clients want one object here: put the choice into a property",
            "$ref" => "write `properties` here, and refer to types in them",
            "description" => "describe the tool and the properties instead",
            "examples" => "arguments go below `examples` of the tool",
            _ if nearest(word, keys::MEMBERS).is_some() => return None,
            _ => {
                let hint = "known keys: `properties`, `required`; a property stands below `properties:`";
                return Some((format!("unknown key `{word}` in {of}"), hint.to_owned()));
            }
        };
        Some((format!("{of} cannot have `{word}`"), hint.to_owned()))
    });
    schema::members(check, &map, place)
}

fn annotations<'n>(check: &mut Check<'n>, tool: &Map<'n>) -> IndexMap<&'static str, bool> {
    let Some(node) = tool.node("annotations") else { return IndexMap::new() };
    let mut given = check.open(node, "`annotations`");
    let known = keys::ANNOTATIONS.map(|(key, _)| key);
    check.only(&mut given, &known, |word, of| {
        let (key, _) = keys::ANNOTATIONS.iter().find(|(_, hint)| *hint == word)?;
        Some((format!("unknown key `{word}` in {of}"), format!("write `{key}`: `Hint` is added for clients")))
    });
    keys::ANNOTATIONS.iter().filter_map(|(key, hint)| Some((*hint, check.flag(&given, key)?))).collect()
}

/// Findings of the lint that are meant.
fn accept<'n>(check: &mut Check<'n>, tool: &Map<'n>) -> IndexMap<String, String> {
    let mut accepted = IndexMap::new();
    for (key, node) in check.entries(tool, "accept") {
        if matches!(node.content, Content::Scalar(_)) {
            let reason = check.text_of(node, &format!("the reason for `{}`", key.text));
            accepted.insert(key.text.clone(), reason.unwrap_or_default());
        } else {
            check.wrong(
                node,
                &format!("the reason for `{}`", key.text),
                "text",
                "write one sentence in quotes",
            );
        }
    }
    accepted
}
