//! The prompts of a catalog.

use super::check::{Check, Map, listed};
use super::load::Entry;
use super::model::{Kind, Message, Prompt, PromptArgument};
use super::schema::{self, ARGUMENT, resolved};
use super::{head, keys, names, policy, template};
use crate::names::field_name;
use crate::yaml::{Content, Key, Node};

pub(super) fn prompts<'n>(check: &mut Check<'n>, entries: &[Entry<'n>]) -> Vec<Prompt> {
    let prompt = |Entry { file, key, node }: &Entry<'n>| {
        check.file = *file;
        prompt(check, key, node)
    };
    entries.iter().map(prompt).collect()
}

fn prompt<'n>(check: &mut Check<'n>, key: &Key, node: &'n Node) -> Prompt {
    names::entry(check, key, "prompt");
    let mut map = check.map(node, format!("prompt `{}`", key.text), keys::PROMPT);
    map.at = key.at;
    let title = check.required_text(&map, "title");
    let description = check.required_text(&map, "description");
    let mut arguments: Vec<PromptArgument> = Vec::new();
    for (key, node) in check.entries(&map, "arguments") {
        let argument = argument(check, key, node);
        let rust = field_name(&key.text);
        if let Some(first) = arguments.iter().find(|other| field_name(&other.member.name) == rust) {
            let message = format!("`{}` and `{}` become the same Rust name", first.member.name, key.text);
            check.push(key.at, message, "rename one of them");
        }
        arguments.push(argument);
    }
    let known: Vec<&str> = arguments.iter().map(|argument| argument.member.name.as_str()).collect();
    let messages = map.node("messages").map(|_| messages(check, &map, &known));
    Prompt {
        at: check.spot(key.at),
        name: key.text.clone(),
        title,
        description,
        messages,
        arguments,
        policy: policy::policy(check, &map, keys::PROMPT_POLICY),
        icons: head::icons(check, &map),
        opt_in: check.flag(&map, "optIn").unwrap_or_default(),
    }
}

fn argument<'n>(check: &mut Check<'n>, key: &Key, node: &'n Node) -> PromptArgument {
    let mut member = schema::member(check, key, node, false, ARGUMENT);
    let plain = !matches!(
        resolved(check, &member.schema).kind,
        Kind::Any | Kind::Array { .. } | Kind::Object(_) | Kind::Map { .. } | Kind::Union { .. }
    );
    if !plain && !matches!(member.schema.kind, Kind::Any) {
        let hint =
            "clients send arguments of prompts as strings: use a string, enum, integer, number or boolean";
        check.push(node.at, format!("the argument `{}` cannot come as a string", key.text), hint);
    }
    let mut flag = |word: &str| {
        let node = node.get(word)?;
        let Content::Scalar(serde_json::Value::Bool(flag)) = node.content else {
            check.wrong(
                node,
                &format!("`{word}`"),
                "true or false",
                "write `true` or `false`, without quotes",
            );
            return None;
        };
        Some((flag, node.at))
    };
    let (required, complete) = (flag("required"), flag("complete"));
    if let (Some((true, at)), true) = (required, member.default.is_some()) {
        let message = format!("`{}` is required and has a default", key.text);
        check.push(at, message, "remove one of them");
    }
    member.required = required.map_or(member.default.is_none(), |(required, _)| required);
    let listed = matches!(resolved(check, &member.schema).kind, Kind::Choice(_));
    if let (Some((true, at)), true) = (complete, listed) {
        check.push(at, format!("`{}` is an enum, which completes itself", key.text), "remove `complete`");
    }
    PromptArgument { member, complete: complete.is_some_and(|(complete, _)| complete && !listed) }
}

fn messages<'n>(check: &mut Check<'n>, map: &Map<'n>, known: &[&str]) -> Vec<Message> {
    let nodes = check.list(map, "messages");
    if let (true, Some(node)) = (nodes.is_empty(), map.node("messages"))
        && matches!(node.content, Content::List(_))
    {
        let hint = "add `- user: text`, or remove `messages` to write them in the server";
        check.push(node.at, "`messages` lists nothing", hint);
    }
    nodes.into_iter().flat_map(|node| message(check, node, known)).collect()
}

fn message<'n>(check: &mut Check<'n>, node: &'n Node, known: &[&str]) -> Vec<Message> {
    if node.text().is_some() {
        check.wrong(node, "a message", "a map", "write `user: text` or `assistant: text`");
        return vec![];
    }
    let mut map = check.open(node, "a message");
    check.only(&mut map, keys::MESSAGE, |word, of| {
        let known = listed(keys::MESSAGE);
        match word {
            "system" => {
                Some((format!("{of} cannot be from `system`"), format!("the protocol knows {known}")))
            }
            "role" | "content" | "text" => Some((
                format!("unknown key `{word}` in {of}"),
                "write `- user: text` or `- assistant: text`".to_owned(),
            )),
            _ => None,
        }
    });
    if map.members.len() > 1 {
        check.push(node.at, "a message is from one side", "start each message with its own `- `");
    }
    let mut messages = Vec::new();
    for role in ["user", "assistant"] {
        let Some(node) = map.node(role) else { continue };
        let what = format!("the message of `{role}`");
        if let Some(text) = template::template(check, node, &what, known, "argument of the prompt") {
            messages.push(Message { role, text });
        }
    }
    messages
}
