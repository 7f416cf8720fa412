//! Whether a value of the catalog is one that a schema accepts, and where it is not.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::Value;

use super::check::{listed, nearest};
use super::formats;
use super::model::{Format, Kind, Member, Schema, Spot};
use crate::yaml::{Content, Node, Position};

/// Why a value is not accepted.
pub(super) struct Misfit {
    pub(super) at: Position,
    /// JSON pointer into the value.
    pub(super) pointer: String,
    /// What is wrong, as the end of a sentence.
    pub(super) rule: String,
    /// What to do, where more is known than that it must change.
    pub(super) hint: Option<String>,
}

/// Looks at values and remembers which patterns they met.
pub(super) struct Values<'a> {
    pub(super) types: &'a IndexMap<String, Schema>,
    pub(super) found: Vec<Misfit>,
    pub(super) patterns_met: BTreeSet<(usize, Position)>,
}

/// References that lead to nothing but each other are reported elsewhere.
const HOPS: usize = 64;

impl Values<'_> {
    fn refuse(&mut self, node: &Node, pointer: &str, rule: impl Into<String>) {
        self.found.push(Misfit { at: node.at, pointer: pointer.to_owned(), rule: rule.into(), hint: None });
    }

    pub(super) fn check(&mut self, schema: &Schema, node: &Node, pointer: &str) {
        self.walk(schema, node, pointer, 0);
    }

    fn walk(&mut self, schema: &Schema, node: &Node, pointer: &str, hops: usize) {
        match (&schema.kind, &node.content) {
            (_, Content::Broken) | (Kind::Any, _) => {}
            (Kind::Ref(name), _) => {
                if let Some(target) = self.types.get(name).filter(|_| hops < HOPS) {
                    self.walk(target, node, pointer, hops + 1);
                }
            }
            (Kind::String { min, max, pattern, format }, Content::Scalar(Value::String(text))) => {
                self.length(text.chars().count(), (*min, *max), "characters", node, pointer);
                self.pattern(schema.at, pattern.as_deref(), text, node, pointer);
                if let Some(format) = format.filter(|format| !formats::has(*format, text)) {
                    self.refuse(node, pointer, format!("`{text}` is no {}", named(format)));
                }
            }
            (Kind::Choice(values), Content::Scalar(Value::String(text))) => {
                if !values.contains(text) {
                    let rule = format!("`{text}` is none of {}", listed(values));
                    self.refuse(node, pointer, rule);
                }
            }
            (Kind::Integer { min, max }, Content::Scalar(Value::Number(number))) => match number.as_i64() {
                Some(whole) => self.range(&whole, (min.as_ref(), max.as_ref()), node, pointer),
                None => self.refuse(node, pointer, format!("{number} is no whole number")),
            },
            (Kind::Number { min, max }, Content::Scalar(Value::Number(number))) => {
                let real = number.as_f64().unwrap_or_default();
                self.range(&real, (min.as_ref(), max.as_ref()), node, pointer);
            }
            (Kind::Boolean, Content::Scalar(Value::Bool(_))) => {}
            (Kind::Array { items, min, max, unique }, Content::List(nodes)) => {
                self.length(nodes.len(), (*min, *max), "items", node, pointer);
                for (index, node) in nodes.iter().enumerate() {
                    self.walk(items, node, &format!("{pointer}/{index}"), 0);
                    let twin = nodes.iter().take(index).any(|other| other.json() == node.json());
                    if *unique && twin {
                        self.refuse(node, &format!("{pointer}/{index}"), "it stands in the list twice");
                    }
                }
            }
            (Kind::Object(members), Content::Map(_)) => self.object(members, None, node, pointer),
            (Kind::Map { values, max }, Content::Map(entries)) => {
                self.length(entries.len(), (None, *max), "members", node, pointer);
                for (key, node) in entries {
                    self.walk(values, node, &format!("{pointer}/{}", escaped(&key.text)), 0);
                }
            }
            (Kind::Union { tag, variants }, Content::Map(_)) => {
                let values: Vec<&str> = variants.iter().map(|variant| variant.value.as_str()).collect();
                match node.get(tag).map(|node| (node, node.json())) {
                    None => {
                        self.refuse(node, pointer, format!("`{tag}` is missing: one of {}", listed(&values)))
                    }
                    Some((tag_node, said)) => match variants.iter().find(|variant| said == variant.value) {
                        Some(variant) => self.object(&variant.members, Some(tag), node, pointer),
                        None => {
                            let rule = format!("`{tag}` must be one of {}", listed(&values));
                            self.refuse(tag_node, &format!("{pointer}/{tag}"), rule);
                        }
                    },
                }
            }
            (kind, _) => {
                self.refuse(node, pointer, format!("{} is wanted, not {}", wanted(kind), node.kind()))
            }
        }
    }

    /// The members of a closed object; `tag` is one more.
    pub(super) fn object(&mut self, members: &[Member], tag: Option<&str>, node: &Node, pointer: &str) {
        let Content::Map(entries) = &node.content else {
            if !matches!(node.content, Content::Broken) {
                self.refuse(node, pointer, format!("an object is wanted, not {}", node.kind()));
            }
            return;
        };
        let known: Vec<&str> = members.iter().map(|member| member.name.as_str()).chain(tag).collect();
        let mut meant = Vec::new();
        for (key, node) in entries {
            if Some(key.text.as_str()) == tag {
                continue;
            }
            let inner = format!("{pointer}/{}", escaped(&key.text));
            match members.iter().find(|member| member.name == key.text) {
                Some(member) => self.walk(&member.schema, node, &inner, 0),
                None => {
                    let near = nearest(&key.text, &known);
                    meant.extend(near);
                    let hint = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None if known.is_empty() => "it has no members: write `{}`".to_owned(),
                        None => format!("the members are {}", listed(&known)),
                    };
                    let rule = format!("there is no `{}`", key.text);
                    self.found.push(Misfit { at: key.at, pointer: inner, rule, hint: Some(hint) });
                }
            }
        }
        for member in members.iter().filter(|member| member.required) {
            if !entries.iter().any(|(key, _)| key.text == member.name)
                && !meant.contains(&member.name.as_str())
            {
                let (rule, hint) =
                    (format!("`{}` is missing", member.name), format!("add `{}`", member.name));
                let misfit = Misfit { at: node.at, pointer: pointer.to_owned(), rule, hint: Some(hint) };
                self.found.push(misfit);
            }
        }
    }

    fn pattern(&mut self, at: Spot, pattern: Option<&str>, text: &str, node: &Node, pointer: &str) {
        let Some(pattern) = pattern else { return };
        self.patterns_met.insert((at.file, at.at));
        // One that cannot be read is reported where it stands.
        if regex_lite::Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text)) {
            self.refuse(node, pointer, format!("`{text}` does not match `{pattern}`"));
        }
    }

    fn length(
        &mut self,
        length: usize,
        (min, max): (Option<u64>, Option<u64>),
        unit: &str,
        node: &Node,
        pointer: &str,
    ) {
        let unit = if length == 1 { unit.trim_end_matches('s') } else { unit };
        let length = length as u64;
        if let Some(min) = min.filter(|min| length < *min) {
            self.refuse(node, pointer, format!("it has {length} {unit}, at least {min} are wanted"));
        }
        if let Some(max) = max.filter(|max| length > *max) {
            self.refuse(node, pointer, format!("it has {length} {unit}, at most {max} are allowed"));
        }
    }

    fn range<T: PartialOrd + std::fmt::Display>(
        &mut self,
        number: &T,
        (min, max): (Option<&T>, Option<&T>),
        node: &Node,
        pointer: &str,
    ) {
        if let Some(min) = min.filter(|min| number < *min) {
            self.refuse(node, pointer, format!("{number} is less than {min}"));
        }
        if let Some(max) = max.filter(|max| number > *max) {
            self.refuse(node, pointer, format!("{number} is more than {max}"));
        }
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn named(format: Format) -> &'static str {
    match format {
        Format::Date => "date such as 2024-02-29",
        Format::DateTime => "date and time such as 2024-02-29T12:00:00Z",
        Format::Email => "email address",
        Format::Ipv4 => "IPv4 address",
        Format::Ipv6 => "IPv6 address",
        Format::Uri => "absolute address such as https://example.com",
        Format::Uuid => "UUID",
    }
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Any | Kind::Ref(_) => "any value",
        Kind::String { .. } | Kind::Choice(_) => "text",
        Kind::Integer { .. } => "a whole number",
        Kind::Number { .. } => "a number",
        Kind::Boolean => "true or false",
        Kind::Array { .. } => "a list",
        Kind::Object(_) | Kind::Map { .. } | Kind::Union { .. } => "an object",
    }
}
