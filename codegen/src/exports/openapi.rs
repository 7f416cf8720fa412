//! `openapi.json`: every tool as `POST /v1/tools/{name}`, OpenAPI 3.1.

use serde_json::{Map, Value, json};

use super::names::{self, Names, SHARED_ERRORS};
use crate::catalog::{Catalog, Tool, advertised_description};

pub(super) fn document(catalog: &Catalog) -> Value {
    let paths = catalog.tools.iter().map(|tool| (format!("/v1/tools/{}", tool.name), path(tool)));
    let paths: Map<String, Value> = paths.collect();
    let mut info = Map::from_iter([
        ("title".to_owned(), json!(catalog.title)),
        ("version".to_owned(), json!(catalog.version)),
    ]);
    if let Some(description) = &catalog.description {
        info.insert("description".to_owned(), json!(description));
    }
    let scopes: Vec<String> =
        catalog.scopes.iter().map(|(name, allows)| format!("- `{name}`: {allows}")).collect();
    let bearer = json!({
        "type": "http",
        "scheme": "bearer",
        "description": format!("A token with the scopes that the operation names.\n\n{}", scopes.join("\n")).trim_end(),
    });
    json!({
        "openapi": "3.1.0",
        "info": info,
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": { "schemas": schemas(catalog), "securitySchemes": { "bearer": bearer } },
    })
}

fn path(tool: &Tool) -> Value {
    let mut content = Map::from_iter([("schema".to_owned(), refer(&names::arguments(tool)))]);
    if !tool.examples.is_empty() {
        let examples = tool.examples.iter().enumerate();
        let examples: Map<String, Value> = examples
            .map(|(index, example)| (format!("example{}", index + 1), json!({ "value": example })))
            .collect();
        content.insert("examples".to_owned(), Value::Object(examples));
    }
    // A server without authentication takes calls without a token.
    let security = json!([{}, { "bearer": tool.policy.scopes }]);
    let required = tool.input_schema.is_some() || tool.input.iter().any(|member| member.required);
    json!({
        "post": {
            "operationId": tool.name,
            "summary": tool.title,
            "description": advertised_description(tool),
            "security": security,
            "requestBody": { "required": required, "content": { "application/json": content } },
            "responses": {
                "200": {
                    "description": "The result.",
                    "content": { "application/json": { "schema": refer(&names::output(tool)) } },
                },
                "default": {
                    "description": "The call failed; `error` says why and what to do next.",
                    "content": { "application/json": { "schema": refer(&names::error(tool)) } },
                },
            },
        },
    })
}

fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn schemas(catalog: &Catalog) -> Value {
    let names = Names::new(catalog, &[]);
    let mut schemas = Map::new();
    for (name, schema) in &catalog.types {
        schemas.insert(names.declared(name), catalog.component_type(schema, &|name| names.declared(name)));
    }
    for tool in &catalog.tools {
        let object = |members| catalog.component_schema(members, &|name| names.declared(name));
        let arguments = match tool.input_schema {
            Some(_) => any_object(tool),
            None => object(&tool.input),
        };
        schemas.insert(names::arguments(tool), arguments);
        schemas
            .insert(names::output(tool), tool.output.as_ref().map_or_else(blocks, |output| object(output)));
        schemas.insert(names::error(tool), error(tool));
    }
    Value::Object(schemas)
}

/// Arguments whose schema is handed through: references inside it would lead elsewhere in this document.
fn any_object(tool: &Tool) -> Value {
    json!({
        "type": "object",
        "description": format!("Arguments of `{}`, as the `inputSchema` that MCP clients get says.", tool.name),
        "additionalProperties": true,
    })
}

/// The answer of a tool that makes its content blocks itself.
fn blocks() -> Value {
    json!({
        "type": "array",
        "description": "Content blocks as MCP has them: text, images, audio, resources and links to resources.",
        "items": { "type": "object", "properties": { "type": { "type": "string" } }, "required": ["type"] },
    })
}

fn error(tool: &Tool) -> Value {
    let own = tool.errors.iter().map(|error| error.name.as_str());
    let mut codes: Vec<&str> = own.collect();
    codes.extend(
        SHARED_ERRORS.iter().filter(|shared| !tool.errors.iter().any(|error| error.name == **shared)),
    );
    let hints: Vec<String> =
        tool.errors.iter().map(|error| format!("- `{}`: {}", error.name, error.hint)).collect();
    json!({
        "type": "object",
        "description": format!("How `{}` fails.\n\n{}", tool.name, hints.join("\n")).trim_end(),
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": { "type": "string", "enum": codes },
                    "message": { "type": "string" },
                    "retryable": { "type": "boolean", "description": "Whether the same call may succeed later." },
                    "hint": { "type": "string", "description": "What to do next." },
                    "retry_after_seconds": { "type": "integer", "minimum": 0 },
                    "details": {},
                },
                "required": ["code", "message", "retryable", "hint"],
            },
        },
        "required": ["error"],
    })
}
