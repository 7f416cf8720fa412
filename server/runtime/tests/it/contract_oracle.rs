//! Rules and strict reading agree with the jsonschema crate, document by document.

use lockstep_runtime::contract::{Parsing, Typed, parse};
use serde::de::DeserializeOwned;
use serde_json::value::to_raw_value;
use serde_json::{Value, json};

use super::contract_types::{DrawArguments, QueryArguments};

/// Every document that has one value of `document` replaced, taken out or put in.
fn mutations(document: &Value) -> Vec<Value> {
    let nasty = json!([
        null, true, false, 0, -0.0, 1, 1.0, 1.5, -1, 1e2, 1e300, -1e300, 1000, 1001, 4294967295_u64, 4294967296_u64,
        9007199254740993_u64, 18446744073709551615_u64, "", "a", "A", "1", "true", "null", "create", "Append", "[]",
        "12345678901234567890", "123456789012345678901", "ääääääääääääääääääää", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "a\n",
        [], [1], [1, 1], [1, 1.0], [1, "1"], [[1], [1.0]], [0, -0.0], [1, 2, 3, 4], [1, 2, 3, 4, 5], ["a", "a"], [null],
        {}, {"a": "b"}, {"a": "b", "c": "d"}, {"a": "b", "c": "d", "e": "f"}, {"a": 1}, {"name": "a"}, {"name": "A"},
        {"kind": "circle"}, {"kind": "circle", "radius": 1}, {"kind": "circle", "radius": "1"}, {"kind": "box"},
        {"kind": "circle", "radius": 1, "sides": [1]}, {"kind": "box", "sides": [1, 2.0]}, {"kind": "box", "sides": [-1]},
        {"kind": "Box", "sides": []}, {"kind": null}, {"radius": 1}, ["circle", 1], ["a", null, null],
    ]);
    let nasty = nasty.as_array().expect("a list");
    let mut found = vec![document.clone()];
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                let mut without = members.clone();
                without.remove(name);
                found.push(Value::Object(without));
                for value in mutations(value).iter().chain(nasty) {
                    let mut with = members.clone();
                    with.insert(name.clone(), value.clone());
                    found.push(Value::Object(with));
                }
            }
            for value in nasty {
                let mut with = members.clone();
                with.insert("other".to_owned(), value.clone());
                found.push(Value::Object(with));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for value in mutations(item).iter().chain(nasty) {
                    let mut with = items.clone();
                    with[index] = value.clone();
                    found.push(Value::Array(with));
                }
            }
        }
        _ => {}
    }
    found
}

fn agrees<T: Typed + DeserializeOwned>(schema: &Value, documents: &[Value]) {
    let oracle = jsonschema::options().should_validate_formats(true).build(schema).expect("a schema");
    let (mut valid, mut invalid) = (0, 0);
    for document in documents.iter().flat_map(mutations) {
        let verdict = oracle.is_valid(&document);
        assert_eq!(T::RULE.accepts(&document), verdict, "the rule: {document}");
        let raw = to_raw_value(&document).expect("JSON");
        let read = parse::<T>(Some(&raw), "", None, Parsing::Strict);
        assert_eq!(read.is_ok(), verdict, "reading: {document}");
        let repaired = parse::<T>(Some(&raw), "", None, Parsing::Repair);
        assert!(repaired.is_ok() || !verdict, "repairing: {document}");
        *if verdict { &mut valid } else { &mut invalid } += 1;
    }
    assert!(valid > 100 && invalid > 400, "{valid} valid, {invalid} invalid");
}

#[test]
fn flat_arguments() {
    let schema = json!({
        "type": "object",
        "properties": {
            "sql": { "type": "string", "minLength": 1, "maxLength": 20 },
            "params": { "type": "array", "maxItems": 4 },
            "max_rows": { "type": "integer", "minimum": 1, "maximum": 1000 },
            "explain": { "type": "boolean" },
            "ratio": { "type": "number", "minimum": 0 },
        },
        "required": ["sql"],
        "additionalProperties": false,
    });
    let documents = [
        json!({ "sql": "x" }),
        json!({ "sql": "x", "params": [1], "max_rows": 5, "explain": true, "ratio": 1 }),
    ];
    agrees::<QueryArguments>(&schema, &documents);
}

#[test]
fn deep_arguments() {
    let schema = json!({
        "$defs": { "tree": {
            "type": "object",
            "properties": {
                "name": { "type": "string", "pattern": "^[a-z][a-z0-9-]*$" },
                "parent": { "$ref": "#/$defs/tree" },
                "children": { "type": "array", "items": { "$ref": "#/$defs/tree" } },
            },
            "required": ["name"],
            "additionalProperties": false,
        } },
        "type": "object",
        "properties": {
            "shape": { "oneOf": [
                {
                    "type": "object",
                    "properties": { "kind": { "const": "circle" }, "radius": { "type": "number" } },
                    "required": ["kind", "radius"],
                    "additionalProperties": false,
                },
                {
                    "type": "object",
                    "properties": {
                        "kind": { "const": "box" },
                        "sides": { "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": u32::MAX } },
                    },
                    "required": ["kind", "sides"],
                    "additionalProperties": false,
                },
            ] },
            "tree": { "$ref": "#/$defs/tree" },
            "labels": { "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": 2 },
            "distinct": { "type": "array", "minItems": 1, "uniqueItems": true },
            "mode": { "enum": ["create", "append"] },
            "any": {},
        },
        "required": ["shape"],
        "additionalProperties": false,
    });
    let documents = [
        json!({ "shape": { "kind": "circle", "radius": 1.5 }, "mode": "create", "labels": { "a": "b" }, "any": null }),
        json!({ "shape": { "kind": "box", "sides": [1, 2] }, "distinct": [1, { "a": [2] }] }),
        json!({ "shape": { "kind": "box", "sides": [] }, "tree": {
            "name": "a", "parent": { "name": "b" }, "children": [{ "name": "c", "children": [{ "name": "d" }] }],
        } }),
    ];
    agrees::<DrawArguments>(&schema, &documents);
}
