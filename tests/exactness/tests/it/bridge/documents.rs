//! The documents that cross: the vectors, random ones, and what no schema would think of.

use lockstep_exactness::{Route, Way};
use lockstep_vectors::Schemas;
use serde_json::{Value, json};

/// How many documents cross for each message and revision at least.
pub(super) const LEAST: usize = 200;

const RANDOM: usize = 100;

/// The documents of a route's message in the revision that it starts from.
pub(super) fn documents(schemas: &Schemas, from: &str, route: &Route) -> Vec<Value> {
    let mut documents = schemas.valid_documents(from, route.message).unwrap();
    // Half of what asks a client may be refused.
    let wanted = if route.params { 3 * LEAST } else { LEAST };
    let random = wanted.saturating_sub(documents.len()).max(RANDOM);
    documents.extend(schemas.random_documents(from, route.message, random).unwrap());
    let (validator, mut number) = (schemas.validator(from, route.message).unwrap(), 0);
    for document in &mut documents {
        match route.way {
            Way::Down => schemas_of_tools(document, &mut number),
            Way::Up => smuggle(document, &mut number),
        }
        let mistakes = validator.mistakes(document);
        assert!(mistakes.is_empty(), "{from} {}: {document} became invalid: {mistakes:?}", route.message);
    }
    documents
}

/// Gives tools schemas as people write them; those of the schema's own making are nearly empty.
fn schemas_of_tools(document: &mut Value, number: &mut usize) {
    match document {
        Value::Object(members) if members.contains_key("inputSchema") => {
            *number += 1;
            let all = tool_schemas();
            let Some(index) = number.checked_rem(all.len() + 1).filter(|index| *index < all.len()) else {
                return;
            };
            members.insert("inputSchema".to_owned(), all[index].clone());
            if number.is_multiple_of(2) {
                let results = result_schemas();
                members.insert("outputSchema".to_owned(), results[*number / 2 % results.len()].clone());
            }
        }
        Value::Object(members) => members.values_mut().for_each(|value| schemas_of_tools(value, number)),
        Value::Array(items) => items.iter_mut().for_each(|value| schemas_of_tools(value, number)),
        _ => {}
    }
}

fn tool_schemas() -> Vec<Value> {
    let with = |extra: Value| {
        let mut schema =
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
        schema.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        schema
    };
    vec![
        with(json!({"$schema": "https://json-schema.org/draft/2020-12/schema"})),
        with(json!({"$schema": "http://json-schema.org/draft-07/schema#"})),
        with(
            json!({"properties": {"any": true, "never": false, "text": {"type": "string", "minLength": 1}}}),
        ),
        with(json!({"properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "deep": {"type": "object", "properties": {"one": {"type": "string", "x-mcp-header": "One"}, "two": true}}
        }})),
        with(json!({"properties": {"x-mcp-header": {"type": "string"}, "properties": {"type": "object"}}})),
        with(
            json!({"additionalProperties": false, "$defs": {"A": true}, "anyOf": [{"required": ["a"]}, false]}),
        ),
        with(
            json!({"properties": {"odd": 5, "list": [1, {"a": []}], "none": null, "$ref": {"$ref": "#/$defs/A"}}}),
        ),
        with(json!({"properties": [1, 2], "required": "a"})),
        with(json!({"properties": {}, "required": ["a", 1]})),
        with(
            json!({"properties": {"list": {"type": "array", "items": {"properties": {"x-mcp-header": true}}}}}),
        ),
    ]
}

fn result_schemas() -> Vec<Value> {
    vec![
        json!({"type": "array", "items": {"type": "object", "properties": {"a": true}}}),
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"a": true}}),
        json!({"$ref": "#/$defs/A", "$defs": {"A": {"type": "object"}}}),
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}, "minProperties": 1}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": [1, {}]}),
        json!({"type": ["object", "null"], "properties": {"a": {}}}),
        json!({}),
    ]
}

/// Lets a client of an older revision say what only the session may say for it.
fn smuggle(document: &mut Value, number: &mut usize) {
    let Some(Value::Object(meta)) = document.pointer_mut("/params/_meta") else { return };
    *number += 1;
    let words = [
        ("protocolVersion", json!("1999-12-31")),
        ("clientCapabilities", json!({"elicitation": {"url": {}}})),
        ("clientInfo", json!({"name": "somebody else", "version": "0"})),
        ("logLevel", json!("debug")),
        ("anything", json!({"at": ["all"]})),
    ];
    for (word, value) in words.into_iter().cycle().skip(*number).take(*number % 4) {
        meta.insert(format!("io.modelcontextprotocol/{word}"), value);
    }
}
