//! Every key of the language, by the map it stands in. `spec/tools.schema.json` lists the same, which a test checks.

pub(super) const ROOT: &[&str] =
    &["catalog", "imports", "scopes", "types", "errors", "tools", "resources", "prompts"];
pub(super) const IMPORTED: &[&str] = &["scopes", "types", "errors", "tools", "resources", "prompts"];
pub(super) const HEAD: &[&str] = &["name", "title", "version", "description", "website", "icons", "tokens"];
pub(super) const TOKENS: &[&str] = &["tool", "total"];
pub(super) const ICON: &[&str] = &["src", "mimeType", "sizes", "theme"];

pub(super) const TOOL: &[&str] = &[
    "title",
    "description",
    "annotations",
    "policy",
    "input",
    "inputSchema",
    "output",
    "content",
    "text",
    "provenance",
    "errors",
    "examples",
    "aliases",
    "icons",
    "optIn",
    "accept",
];
/// `annotations` of a tool, and what the protocol calls them.
pub(super) const ANNOTATIONS: [(&str, &str); 4] = [
    ("readOnly", "readOnlyHint"),
    ("destructive", "destructiveHint"),
    ("idempotent", "idempotentHint"),
    ("openWorld", "openWorldHint"),
];
pub(super) const TOOL_POLICY: &[&str] =
    &["scopes", "timeout", "rate", "concurrency", "output", "confirm", "audit"];
pub(super) const ERROR: &[&str] = &["hint", "retryable", "retry_after"];
pub(super) const ALIAS_ARGUMENT: &[&str] = &["argument", "default", "set"];

pub(super) const RESOURCE: &[&str] = &[
    "uri",
    "title",
    "description",
    "mimeType",
    "parameters",
    "list",
    "subscribe",
    "complete",
    "annotations",
    "policy",
    "icons",
    "optIn",
];
pub(super) const RESOURCE_ANNOTATIONS: &[&str] = &["audience", "priority"];
pub(super) const RESOURCE_POLICY: &[&str] = &["scopes", "timeout", "rate", "output"];

pub(super) const PROMPT: &[&str] =
    &["title", "description", "arguments", "messages", "policy", "icons", "optIn"];
pub(super) const PROMPT_POLICY: &[&str] = &["scopes", "timeout", "rate"];
pub(super) const MESSAGE: &[&str] = &["user", "assistant"];

/// `input` and `output`.
pub(super) const MEMBERS: &[&str] = &["properties", "required"];
/// What every schema may have.
pub(super) const ANY: &[&str] = &["description", "examples"];
/// What a type is narrowed by.
pub(super) const TYPES: [(&str, &[&str]); 6] = [
    ("string", &["minLength", "maxLength", "pattern", "format"]),
    ("integer", &["minimum", "maximum"]),
    ("number", &["minimum", "maximum"]),
    ("boolean", &[]),
    ("array", &["items", "minItems", "maxItems", "uniqueItems"]),
    ("object", &["properties", "required", "additionalProperties", "maxProperties"]),
];
/// What a property of `input` may have beside its schema; then any other property, a parameter of a resource, and an
/// argument of a prompt.
pub(super) const INPUT_PROPERTY: &[&str] = &["default", "header"];
pub(super) const PROPERTY: &[&str] = &["default"];
pub(super) const ARGUMENT: &[&str] = &["default", "required", "complete"];

/// An object of a union, and its tag.
pub(super) const VARIANT: &[&str] = &["type", "description", "properties", "required"];
pub(super) const TAG: &[&str] = &["type", "const", "description"];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn keys(schema: &Value, pointer: &str) -> Vec<String> {
        let members = schema.pointer(pointer).and_then(Value::as_object);
        let mut keys: Vec<String> = members.into_iter().flat_map(|members| members.keys().cloned()).collect();
        keys.sort();
        keys
    }

    #[test]
    fn editors_know_the_same_keys() {
        let text = include_str!("../../../spec/tools.schema.json");
        let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
        let annotations: Vec<&str> = ANNOTATIONS.iter().map(|(key, _)| *key).collect();
        let formats: Vec<&str> = super::super::model::Format::ALL.iter().map(|(name, _)| *name).collect();
        let check = |pointer: &str, lists: &[&[&str]]| {
            let mut expected: Vec<String> =
                lists.iter().flat_map(|list| list.iter().map(ToString::to_string)).collect();
            expected.sort();
            assert_eq!(keys(&schema, pointer), expected, "{pointer}");
        };
        check("/properties", &[ROOT]);
        for (definition, lists) in [
            ("catalog", &[HEAD] as &[&[&str]]),
            ("tokens", &[TOKENS]),
            ("icon", &[ICON]),
            ("tool", &[TOOL]),
            ("annotations", &[&annotations]),
            ("toolPolicy", &[TOOL_POLICY]),
            ("error", &[ERROR]),
            ("aliasArgument", &[ALIAS_ARGUMENT]),
            ("resource", &[RESOURCE]),
            ("resourceAnnotations", &[RESOURCE_ANNOTATIONS]),
            ("resourcePolicy", &[RESOURCE_POLICY]),
            ("prompt", &[PROMPT]),
            ("promptPolicy", &[PROMPT_POLICY]),
            ("message", &[MESSAGE]),
            ("members", &[MEMBERS]),
            ("variant", &[VARIANT]),
            ("tag", &[TAG]),
            ("any", &[ANY]),
            ("reference", &[ANY, &["$ref"]]),
            ("union", &[ANY, &["oneOf"]]),
            ("choice", &[ANY, &["type", "enum"]]),
            ("inputPropertyKeys", &[INPUT_PROPERTY]),
            ("propertyKeys", &[PROPERTY]),
            ("argumentKeys", &[ARGUMENT]),
        ] {
            check(&format!("/$defs/{definition}/properties"), lists);
        }
        for (name, keywords) in TYPES {
            check(&format!("/$defs/{name}/properties"), &[ANY, &["type"], keywords]);
        }
        assert_eq!(schema["$defs"]["string"]["properties"]["format"]["enum"], serde_json::json!(formats));
    }
}
