//! Strings: their limits, patterns and formats, and lists of them.

use serde_json::Value;

use super::check::{Check, Map, listed, nearest};
use super::model::{Format, Kind};
use super::pattern;
use super::schema::natural_range;
use crate::names::variant_name;
use crate::yaml::Content;

pub(super) fn string<'n>(check: &mut Check<'n>, map: &Map<'n>) -> Kind {
    let (min, max) = natural_range(check, map, ["minLength", "maxLength"]);
    let mut pattern = None;
    if let (Some(_), Some(node)) = (check.text(map, "pattern"), map.node("pattern")) {
        // Blanks around a pattern are part of it.
        let text = node.text().unwrap_or_default();
        match pattern::mistake(text) {
            Some((message, hint)) => check.push(node.at, message, hint),
            None => pattern = Some(text.to_owned()),
        }
    }
    let format = check.text(map, "format").and_then(|name| format(check, map, &name));
    Kind::String { min, max, pattern, format }
}

fn format<'n>(check: &mut Check<'n>, map: &Map<'n>, name: &str) -> Option<Format> {
    let known = Format::ALL.map(|(name, _)| name);
    if let Some((_, format)) = Format::ALL.iter().find(|(known, _)| *known == name) {
        return Some(*format);
    }
    let node = map.node("format")?;
    let hint = match nearest(name, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("one of {}; for others use `pattern` or say it in `description`", listed(&known)),
    };
    check.push(node.at, format!("`{name}` is no format that is checked"), hint);
    None
}

pub(super) fn choice<'n>(check: &mut Check<'n>, map: &Map<'n>) -> Kind {
    let mut values: Vec<String> = Vec::new();
    let items = check.list(map, "enum");
    if let (true, Some(node)) = (items.is_empty(), map.node("enum"))
        && matches!(node.content, Content::List(_))
    {
        check.push(node.at, "`enum` lists nothing", "list the strings that are allowed");
    }
    for node in items {
        let Some(value) = node.text() else {
            let hint = match node.content {
                Content::Scalar(Value::Null) => "leave the member out of `required`: absent is its null",
                _ => "put it in quotes: an `enum` lists strings",
            };
            check.wrong(node, "each value of `enum`", "text", hint);
            continue;
        };
        let rust = variant_name(value);
        if values.iter().any(|known| known == value) {
            check.push(node.at, format!("`{value}` stands twice in `enum`"), "remove one of them");
        } else if let Some(first) = values.iter().find(|known| variant_name(known) == rust) {
            let message = format!("`{first}` and `{value}` become the same Rust name, `{rust}`");
            check.push(node.at, message, "use words that differ in letters or digits");
        }
        values.push(value.to_owned());
    }
    if values.is_empty() { Kind::Any } else { Kind::Choice(values) }
}
