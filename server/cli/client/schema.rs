//! The arguments of a tool, read from its schema: a line each.

use serde_json::Value;

use super::show::{cut, first_line};

/// How deep the type of an argument is told.
const DEPTH: usize = 3;

/// A line for every argument.
pub(super) fn arguments(schema: &Value) -> Vec<String> {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let properties = schema["properties"].as_object();
    let lines = properties.into_iter().flatten().map(|(name, property)| {
        let needed = if required.iter().any(|required| required == name) { ", required" } else { "" };
        let default = property.get("default").map(|default| format!(", else {default}")).unwrap_or_default();
        let about = property["description"].as_str().map(first_line).filter(|about| !about.is_empty());
        let about = about.map(|about| format!(" — {about}")).unwrap_or_default();
        cut(format!("{name}: {}{needed}{default}{about}", kind(property, DEPTH)))
    });
    lines.collect()
}

/// What a schema takes, in few words.
fn kind(schema: &Value, depth: usize) -> String {
    if depth == 0 {
        return "…".to_owned();
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(values) = schema["enum"].as_array() {
        return joined(values.iter().map(Value::to_string));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(variants) = schema[key].as_array() {
            return joined(variants.iter().map(|variant| kind(variant, depth - 1)));
        }
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => format!("list of {}", kind(&schema["items"], depth - 1)),
        Value::String(name) => format!("{name}{}", bounds(schema)),
        Value::Array(names) => joined(names.iter().filter_map(Value::as_str).map(str::to_owned)),
        _ => "anything".to_owned(),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" | ")
}

fn bounds(schema: &Value) -> String {
    let bound = |key: &str| schema.get(key).filter(|bound| bound.is_number());
    match (bound("minimum"), bound("maximum")) {
        (None, None) => String::new(),
        (Some(least), None) => format!(" from {least}"),
        (None, Some(most)) => format!(" up to {most}"),
        (Some(least), Some(most)) => format!(" {least}..{most}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(property: Value, expected: &str) {
        assert_eq!(arguments(&json!({ "properties": { "x": property } })), [format!("x: {expected}")]);
    }

    #[test]
    fn kinds() {
        check(json!({ "type": "string" }), "string");
        check(json!({ "type": "integer", "minimum": 1, "maximum": 9, "default": 5 }), "integer 1..9, else 5");
        check(json!({ "type": "number", "minimum": 0 }), "number from 0");
        check(json!({ "type": "array", "items": { "type": "string" } }), "list of string");
        check(json!({ "enum": ["a", 1] }), "\"a\" | 1");
        check(json!({ "type": ["string", "null"], "description": "One.\nTwo." }), "string | null — One.");
        check(json!({ "anyOf": [{ "type": "string" }, { "type": "boolean" }] }), "string | boolean");
        check(json!(true), "anything");
        check(
            json!({ "type": "array", "items": { "type": "array", "items": { "type": "array" } } }),
            "list of list of list of …",
        );
        check(
            json!({ "type": "string", "description": "a".repeat(200) }),
            &("string — ".to_owned() + &"a".repeat(97) + "…"),
        );
    }
}
