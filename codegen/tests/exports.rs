//! Every export of a catalog that has one of each; `tests/exports` has foreign tools read the same goldens.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sources;

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_codegen::{Files, exports};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports")
}

fn everything() -> Files {
    let mut sources = sources::sources();
    sources.retain(|path, _| !path.ends_with(".yaml"));
    sources.insert("tools.yaml".to_owned(), fs::read_to_string(folder().join("everything.yaml")).unwrap());
    exports(&sources, &|text| text.len() as u64).unwrap()
}

fn json(files: &Files, name: &str) -> Value {
    serde_json::from_str(&files[&format!("generated/exports/{name}")]).unwrap()
}

/// `UPDATE_GOLDEN=1` writes what comes out today.
#[test]
fn exports_are_as_the_goldens_have_them() {
    for (path, text) in everything() {
        let golden = folder().join("golden").join(path.trim_start_matches("generated/exports/"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(golden.parent().unwrap()).unwrap();
            fs::write(&golden, &text).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            text == expected,
            "{path} differs from its golden\nhint: run with UPDATE_GOLDEN=1 and look at the diff"
        );
    }
}

#[test]
fn exports_are_the_same_each_time() {
    assert_eq!(everything(), everything());
}

/// What each revision knows, as the specification's history has it.
#[test]
fn no_later_word_reaches_an_older_revision() {
    let lists = json(&everything(), "mcp-tools.json");
    let knows = [
        // revision, Tool.title, annotations, outputSchema, x-mcp-header, Resource.title
        ("2024-11-05", [false, false, false, false, false]),
        ("2025-03-26", [false, true, false, false, false]),
        ("2025-06-18", [true, true, true, false, true]),
        ("2025-11-25", [true, true, true, false, true]),
        ("2026-07-28", [true, true, true, true, true]),
    ];
    for (revision, expected) in knows {
        let list = &lists[revision];
        let tool =
            list["tools"].as_array().unwrap().iter().find(|tool| tool["name"] == "no_dots_at_all").unwrap();
        let found = [
            !tool["title"].is_null(),
            !tool["annotations"].is_null(),
            !tool["outputSchema"].is_null(),
            tool.pointer("/inputSchema/properties/count/x-mcp-header").is_some(),
            !list["resources"][0]["title"].is_null(),
        ];
        assert_eq!(found, expected, "{revision}");
        assert_eq!(
            list["tools"].as_array().unwrap().len(),
            5,
            "what is off by default is not listed: {revision}"
        );
        assert_eq!(list["resourceTemplates"][0]["uriTemplate"], "notes:///{+path}", "{revision}");
        assert_eq!(list["prompts"][0]["arguments"][0]["required"], true, "{revision}");
    }
    assert_eq!(lists["2025-03-26"]["tools"][0]["annotations"]["title"], "Dots");
}

#[test]
fn what_is_handed_through_is_not_touched() {
    let files = everything();
    let lists = json(&files, "mcp-tools.json");
    let named = |list: &Value, name: &str| -> Value {
        list.as_array().unwrap().iter().find(|tool| tool["name"] == name).unwrap().clone()
    };
    let keys = ["$schema", "type", "$defs", "properties", "anyOf"];
    for revision in ["2024-11-05", "2025-11-25", "2026-07-28"] {
        let tool = named(&lists[revision]["tools"], "handed_through");
        assert!(tool["inputSchema"].as_object().unwrap().keys().eq(keys), "{tool}");
        assert!(tool["outputSchema"].is_null(), "content blocks have no schema: {tool}");
    }
    let tool = named(&json(&files, "anthropic.json")["tools"], "handed_through");
    assert!(tool["input_schema"].as_object().unwrap().keys().eq(keys), "{tool}");
    let tool = named(&json(&files, "gemini.json")["functionDeclarations"], "handed_through");
    assert!(tool["parametersJsonSchema"].as_object().unwrap().keys().eq(keys), "{tool}");
}

/// A walk that knows nothing of how the exports are made: every keyword must be on the provider's list.
#[test]
fn exports_for_apis_keep_to_their_vocabulary() {
    let files = everything();
    let openai = json(&files, "openai.json");
    for tool in openai["tools"].as_array().unwrap() {
        let function = &tool["function"];
        assert!(
            function["name"].as_str().unwrap().chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
        );
        if function["strict"] == true {
            strict(&function["parameters"], true);
        }
    }
    let is_strict = |name: &str| {
        let tools = openai["tools"].as_array().unwrap();
        tools.iter().find(|tool| tool["function"]["name"] == name).unwrap()["function"]["strict"].clone()
    };
    assert_eq!(is_strict("no_dots_at_all"), true);
    assert_eq!(is_strict("open"), false, "there is no strict form of any value");
    assert_eq!(is_strict("handed_through"), false, "a schema of its own is handed through");
    assert_eq!(openai["names"]["no_dots-please"], "no.dots-please");
    for declaration in json(&files, "gemini.json")["functionDeclarations"].as_array().unwrap() {
        if let Some(parameters) = declaration.get("parameters") {
            gemini(parameters);
        }
    }
}

fn strict(schema: &Value, root: bool) {
    let allowed = [
        "type",
        "description",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "anyOf",
        "$ref",
        "$defs",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
    ];
    let members = schema.as_object().unwrap();
    for key in members.keys() {
        assert!(allowed.contains(&key.as_str()), "`{key}` is not on OpenAI's list: {schema}");
    }
    assert!(!(root && members.contains_key("anyOf")), "a union at the root");
    assert!(
        !members.contains_key("$ref") || members.len() == 1,
        "something stands beside a reference: {schema}"
    );
    if let Some(format) = members.get("format") {
        let formats = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];
        assert!(formats.contains(&format.as_str().unwrap()), "{format}");
    }
    if let Some(properties) = members.get("properties").and_then(Value::as_object) {
        assert_eq!(schema["additionalProperties"], false, "an open object: {schema}");
        let required: Vec<&str> =
            schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(
            required,
            properties.keys().map(String::as_str).collect::<Vec<_>>(),
            "not all are required"
        );
    }
    children(schema, &mut |child| strict(child, false));
}

fn gemini(schema: &Value) {
    let allowed = [
        "type",
        "format",
        "description",
        "nullable",
        "enum",
        "items",
        "properties",
        "required",
        "minItems",
        "maxItems",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "anyOf",
        "propertyOrdering",
    ];
    let members = schema.as_object().unwrap();
    for key in members.keys() {
        assert!(allowed.contains(&key.as_str()), "`{key}` is not on Gemini's list: {schema}");
    }
    assert!(
        members.contains_key("anyOf") || members.get("type").is_some_and(Value::is_string),
        "no type: {schema}"
    );
    assert!(
        !members.contains_key("anyOf") || members.len() == 1,
        "something stands beside `anyOf`: {schema}"
    );
    if schema["type"] == "string" {
        assert!(["enum", "date-time"].contains(&schema["format"].as_str().unwrap_or("enum")), "{schema}");
    }
    assert_eq!(schema["type"] == "array", members.contains_key("items"), "a list without items: {schema}");
    if schema["type"] == "object" {
        let properties = schema["properties"].as_object().unwrap();
        assert!(!properties.is_empty(), "an object without properties");
        for name in schema["required"].as_array().into_iter().flatten() {
            assert!(properties.contains_key(name.as_str().unwrap()), "{name} is required and not declared");
        }
    }
    children(schema, &mut gemini);
}

fn children(schema: &Value, visit: &mut dyn FnMut(&Value)) {
    for key in ["properties", "$defs"] {
        schema.get(key).and_then(Value::as_object).into_iter().flatten().for_each(|(_, child)| visit(child));
    }
    schema.get("anyOf").and_then(Value::as_array).into_iter().flatten().for_each(&mut *visit);
    schema.get("items").into_iter().for_each(visit);
}

/// Each type holds the next one twice.
#[test]
fn types_that_double_have_an_end() {
    let mut text = "catalog: { name: deep, version: 0.1.0 }\ntypes:\n".to_owned();
    for level in 0..40 {
        let inner = format!("{{ $ref: \"#/types/L{}\" }}", level + 1);
        text += &format!("  L{level}: {{ type: object, properties: {{ a: {inner}, b: {inner} }} }}\n");
    }
    text += "  L40: { type: object, properties: { n: { type: integer } } }
tools:
  dig:
    title: Dig
    description: Digs as deep as it is told to.
    input: { properties: { l: { $ref: \"#/types/L0\" } } }
    output: { properties: {} }
";
    let mut sources = sources::sources();
    sources.retain(|path, _| !path.ends_with(".yaml"));
    sources.insert("tools.yaml".to_owned(), text);
    let files = exports(&sources, &|text| text.len() as u64).unwrap();
    assert_eq!(json(&files, "openai.json")["tools"][0]["function"]["strict"], false);
    assert!(files["generated/exports/gemini.json"].len() < 1_000_000);
}
