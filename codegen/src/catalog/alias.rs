//! Other names of a tool, and how their arguments become the tool's own.

use super::check::{Check, Map, listed, nearest};
use super::later::{Against, Later};
use super::model::{Alias, Member};
use super::{keys, names};
use crate::yaml::{Content, Key, Node};

pub(super) fn aliases<'n>(check: &mut Check<'n>, tool: &Map<'n>, input: &[Member]) -> Vec<Alias> {
    let entries = check.entries(tool, "aliases");
    entries.into_iter().map(|(key, node)| alias(check, key, node, input)).collect()
}

fn alias<'n>(check: &mut Check<'n>, key: &Key, node: &'n Node, input: &[Member]) -> Alias {
    if !names::everywhere(&key.text) {
        let hint = "1 to 64 of `A-Z a-z 0-9 _ . -`: what every client and model API accepts";
        check.push(key.at, format!("`{}` cannot be a tool's name", key.text), hint);
    }
    let map = check.open(node, format!("the alias `{}`", key.text));
    let mut alias = Alias {
        at: check.spot(key.at),
        name: key.text.clone(),
        renamed: vec![],
        defaults: vec![],
        set: vec![],
    };
    // What each of our arguments is already used for.
    let mut used: Vec<(&str, &Key)> = Vec::new();
    for (key, node) in map.members.values().copied() {
        let (target, at, given) = argument(check, key, node);
        let Some(member) = input.iter().find(|member| member.name == target) else {
            let known: Vec<&str> = input.iter().map(|member| member.name.as_str()).collect();
            let hint = match (nearest(&target, &known), known.as_slice()) {
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, []) => "the tool has no arguments: write `{}`".to_owned(),
                (None, known) => format!("the tool's arguments are {}", listed(known)),
            };
            check.push(at, format!("`{target}` is no argument of the tool"), hint);
            continue;
        };
        if let Some((_, first)) = used.iter().find(|(name, _)| *name == target) {
            let message = format!("`{}` and `{}` stand for the same argument", first.text, key.text);
            check.push(key.at, message, "remove one of them");
            continue;
        }
        used.push((&member.name, key));
        if let Some((kind, value)) = given {
            check.later.push(Later {
                file: check.file,
                node: value,
                against: Against::Schema(member.schema.clone()),
                what: format!("the value for `{target}`"),
                hint: "write one that the argument accepts",
            });
            let values = if kind == Given::Default { &mut alias.defaults } else { &mut alias.set };
            values.push((target.clone(), value.json()));
            if kind == Given::Set {
                continue;
            }
        }
        if key.text != target {
            if !names::everywhere(&key.text) {
                let hint = "use letters, digits, `_`, `.` and `-`";
                check.push(key.at, format!("`{}` cannot be an argument's name", key.text), hint);
            }
            alias.renamed.push((key.text.clone(), target));
        }
    }
    // A name of the alias's own must not be that of an argument which keeps its name.
    for (key, _) in map.members.values() {
        let renamed = alias.renamed.iter().any(|(own, _)| *own == key.text);
        let kept = input.iter().any(|member| member.name == key.text)
            && !used.iter().any(|(name, _)| *name == key.text);
        if renamed && kept {
            let message = format!("`{}` is another argument of the tool, which keeps its name", key.text);
            check.push(key.at, message, format!("give that one a name too, such as `other: {}`", key.text));
        }
    }
    alias
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    Default,
    Set,
}

/// Our argument that the alias's `key` stands for, where it is named, and a value if one is given.
fn argument<'n>(
    check: &mut Check<'n>,
    key: &Key,
    node: &'n Node,
) -> (String, crate::yaml::Position, Option<(Given, &'n Node)>) {
    let own = (key.text.clone(), key.at);
    if !matches!(node.content, Content::Map(_)) {
        let name = match node.text() {
            Some(name) => Some(name.to_owned()),
            None => {
                let hint =
                    "write the name of our argument, `{ argument: name, default: 5 }` or `{ set: value }`";
                check.wrong(node, &format!("`{}`", key.text), "an argument's name", hint);
                None
            }
        };
        let (name, at) = name.map_or(own, |name| (name, node.at));
        return (name, at, None);
    }
    let map = check.map(node, format!("`{}`", key.text), keys::ALIAS_ARGUMENT);
    let named = check.text(&map, "argument");
    let (target, at) = match (named, map.node("argument")) {
        (Some(name), Some(node)) => (name, node.at),
        _ => own,
    };
    let given = match (map.node("set"), map.node("default")) {
        (Some(set), other) => {
            if let (true, Some((key, _))) = (other.is_some(), map.members.get("default")) {
                check.push(key.at, "`default` has no meaning beside `set`", "remove one of them");
            }
            if let Some((key, _)) = map.members.get("argument") {
                check.push(
                    key.at,
                    "`argument` has no meaning beside `set`",
                    format!("write `{target}: {{ set: … }}`"),
                );
            }
            Some((Given::Set, set))
        }
        (None, Some(default)) => Some((Given::Default, default)),
        (None, None) => {
            if matches!(&node.content, Content::Map(members) if members.is_empty()) {
                let hint = "write `argument: name`, `default: value` or `set: value`";
                check.push(node.at, format!("`{}` says nothing", key.text), hint);
            }
            None
        }
    };
    (target, at, given)
}
