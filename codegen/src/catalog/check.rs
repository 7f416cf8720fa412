//! Looking at a catalog's tree: what a key must hold, and what is said when it does not.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::later::Later;
use super::model::{ModelledError, Schema, Spot};
use crate::error::{Collector, Error};
use crate::yaml::{Content, File, Key, Node, Position};

/// A catalog under check.
#[derive(Default)]
pub(super) struct Check<'n> {
    /// Name and text of every file.
    pub(super) files: Vec<(String, String)>,
    /// The file in hand.
    pub(super) file: usize,
    pub(super) errors: Collector,
    /// A file could not be read: names that seem to be missing may stand there.
    pub(super) partial: bool,
    /// Names that a mistake most likely meant; nobody is told that they are not used.
    pub(super) meant: BTreeSet<String>,
    pub(super) scopes: IndexMap<String, String>,
    /// What may be referred to; the schemas themselves follow in `types`.
    pub(super) type_names: Vec<String>,
    pub(super) types: IndexMap<String, Schema>,
    /// Where the types' names stand.
    pub(super) type_spots: IndexMap<String, Spot>,
    pub(super) shared_errors: Vec<ModelledError>,
    /// Values to look at when all types are known.
    pub(super) later: Vec<Later<'n>>,
}

/// A map in hand.
pub(super) struct Map<'n> {
    pub(super) of: String,
    pub(super) at: Position,
    pub(super) members: IndexMap<&'n str, (&'n Key, &'n Node)>,
    /// What is missing was most likely written in another way, or the map is none: both are reported already.
    excused: BTreeSet<String>,
    broken: bool,
}

impl<'n> Map<'n> {
    pub(super) fn node(&self, key: &str) -> Option<&'n Node> {
        self.members.get(key).map(|(_, node)| *node)
    }

    /// Nothing is said about `key` if it is missing.
    pub(super) fn excuse(&mut self, key: &str) {
        self.excused.insert(key.to_owned());
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.broken || self.members.contains_key(key) || self.excused.contains(key)
    }
}

impl<'n> Check<'n> {
    /// The place `at` in the file in hand.
    pub(super) fn spot(&self, at: Position) -> Spot {
        Spot { file: self.file, at }
    }

    pub(super) fn push(&mut self, at: Position, message: impl Into<String>, hint: impl Into<String>) {
        self.push_at(self.spot(at), message, hint);
    }

    pub(super) fn push_at(&mut self, spot: Spot, message: impl Into<String>, hint: impl Into<String>) {
        let Some((name, text)) = self.files.get(spot.file) else { return };
        let error: Error = File { name, text }.error(spot.at, message).hint(hint);
        self.errors.push_once(error);
    }

    /// Where `part` stands in the text of `node`; the node's own place if it cannot be told.
    pub(super) fn locate(&self, node: &Node, part: &str) -> Position {
        let Some((_, text)) = self.files.get(self.file) else { return node.at };
        for (index, line) in text.lines().enumerate().skip(node.at.line.saturating_sub(1)) {
            let from = if index + 1 == node.at.line { node.at.column - 1 } else { 0 };
            let rest: String = line.chars().skip(from).collect();
            if let Some(found) = rest.find(part) {
                let column = from + rest[..found].chars().count() + 1;
                return Position { line: index + 1, column };
            }
        }
        node.at
    }

    pub(super) fn wrong(&mut self, node: &Node, what: &str, wanted: &str, hint: &str) {
        if !matches!(node.content, Content::Broken) {
            self.push(node.at, format!("{what} must be {wanted}, not {}", node.kind()), hint);
        }
    }

    /// The members of a map, whatever their keys.
    pub(super) fn open(&mut self, node: &'n Node, of: impl Into<String>) -> Map<'n> {
        self.open_or(node, of, "write `key: value` lines below it, or `{}` for none")
    }

    /// The same, with what to write where it is no map.
    pub(super) fn open_or(&mut self, node: &'n Node, of: impl Into<String>, hint: &str) -> Map<'n> {
        let of = of.into();
        let mut map =
            Map { of, at: node.at, members: IndexMap::new(), excused: BTreeSet::new(), broken: false };
        match &node.content {
            Content::Map(members) => {
                map.members.extend(members.iter().map(|(key, node)| (key.text.as_str(), (key, node))));
            }
            _ => {
                map.broken = true;
                self.wrong(node, &map.of, "a map", hint);
            }
        }
        map
    }

    /// The members of a map whose keys must be among `known`.
    pub(super) fn map(&mut self, node: &'n Node, of: impl Into<String>, known: &[&str]) -> Map<'n> {
        let mut map = self.open(node, of);
        self.only(&mut map, known, |_, _| None);
        map
    }

    /// Reports the keys that are not among `known`; `explain` may know more about one of them.
    pub(super) fn only(
        &mut self,
        map: &mut Map<'n>,
        known: &[&str],
        explain: impl Fn(&str, &str) -> Option<(String, String)>,
    ) {
        let strange: Vec<&Key> = map
            .members
            .values()
            .map(|(key, _)| *key)
            .filter(|key| !known.contains(&key.text.as_str()))
            .collect();
        for key in strange {
            map.members.shift_remove(key.text.as_str());
            let near = nearest(&key.text, known);
            if let Some((message, hint)) = explain(&key.text, &map.of) {
                self.push(key.at, message, hint);
                continue;
            }
            let hint = match near {
                Some(near) => {
                    map.excused.insert(near.to_owned());
                    format!("did you mean `{near}`?")
                }
                None => format!("known keys: {}", listed(known)),
            };
            self.push(key.at, format!("unknown key `{}` in {}", key.text, map.of), hint);
        }
    }

    pub(super) fn missing(&mut self, map: &Map<'_>, key: &str, hint: &str) {
        if !map.has(key) {
            self.push(map.at, format!("{} has no `{key}`", map.of), hint);
        }
    }

    /// The entries of the map below `key`, if there is one.
    pub(super) fn entries(&mut self, map: &Map<'n>, key: &str) -> Vec<(&'n Key, &'n Node)> {
        let Some(node) = map.node(key) else { return vec![] };
        self.open(node, format!("`{key}`")).members.into_values().collect()
    }

    /// The items of the list below `key`, if there is one.
    pub(super) fn list(&mut self, map: &Map<'n>, key: &str) -> Vec<&'n Node> {
        match map.node(key) {
            None => vec![],
            Some(Node { content: Content::List(items), .. }) => items.iter().collect(),
            Some(node) => {
                self.wrong(
                    node,
                    &format!("`{key}`"),
                    "a list",
                    "write `[a, b]`, or lines that start with `- `",
                );
                vec![]
            }
        }
    }

    /// The texts of the list below `key`, each of them once.
    pub(super) fn texts(&mut self, map: &Map<'n>, key: &str) -> Vec<(String, &'n Node)> {
        let mut texts: Vec<(String, &'n Node)> = Vec::new();
        for node in self.list(map, key) {
            let Some(text) = self.text_of(node, &format!("each item of `{key}`")) else { continue };
            if texts.iter().any(|(known, _)| *known == text) {
                self.push(node.at, format!("`{text}` stands twice in `{key}`"), "remove one of them");
            } else {
                texts.push((text, node));
            }
        }
        texts
    }

    /// A text that says something.
    pub(super) fn text_of(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.content {
            Content::Scalar(Value::String(text)) if text.trim().is_empty() => {
                self.push(node.at, format!("{what} is empty"), "say what belongs here");
            }
            Content::Scalar(Value::String(text)) => return Some(text.trim().to_owned()),
            Content::Scalar(Value::Number(_) | Value::Bool(_)) => {
                self.wrong(node, what, "text", "put it in quotes");
            }
            Content::Scalar(Value::Null) => self.wrong(node, what, "text", "say what belongs here"),
            Content::Broken => {}
            _ => self.wrong(node, what, "text", "write words, in quotes where they hold `: `, `[` or `{`"),
        }
        None
    }

    pub(super) fn text(&mut self, map: &Map<'n>, key: &str) -> Option<String> {
        let node = map.node(key)?;
        self.text_of(node, &format!("`{key}`"))
    }

    pub(super) fn required_text(&mut self, map: &Map<'n>, key: &str) -> String {
        self.missing(map, key, &format!("add `{key}:`"));
        self.text(map, key).unwrap_or_default()
    }

    pub(super) fn flag(&mut self, map: &Map<'n>, key: &str) -> Option<bool> {
        let node = map.node(key)?;
        if let Content::Scalar(Value::Bool(flag)) = node.content {
            return Some(flag);
        }
        self.wrong(node, &format!("`{key}`"), "true or false", "write `true` or `false`, without quotes");
        None
    }

    /// The number below `key` as `read` takes it.
    pub(super) fn number<T>(
        &mut self,
        map: &Map<'n>,
        key: &str,
        wanted: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let node = map.node(key)?;
        let found = read(&node.json());
        if found.is_none() {
            let (what, hint) = (format!("`{key}`"), format!("write {wanted}, without quotes"));
            match &node.content {
                Content::Scalar(Value::Number(number)) => {
                    self.push(node.at, format!("{what} must be {wanted}, not {number}"), hint);
                }
                _ => self.wrong(node, &what, wanted, &hint),
            }
        }
        found
    }
}

pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The known name that a mistyped one most likely means: at most a third of its letters differ, or it is the only one
/// that starts so.
pub(super) fn nearest<'a, T: AsRef<str>>(name: &str, known: &'a [T]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .iter()
        .map(|known| (strsim::osa_distance(&lower, &known.as_ref().to_lowercase()), known.as_ref()))
        .filter(|(distance, known)| {
            let length = known.chars().count();
            *distance <= length.div_ceil(3) && *distance < length
        })
        .min()
        .map(|(_, known)| known)
        .or_else(|| {
            let mut starting = known.iter().map(AsRef::as_ref).filter(|known| known.starts_with(name));
            starting.next().filter(|_| name.len() > 2 && starting.next().is_none())
        })
}
