//! The objects that the latest revision lists: `Tool`, `Resource`, `ResourceTemplate`, `Prompt`.

use serde_json::{Map, Value, json};

use super::describe::advertised_description;
use super::model::{Catalog, Icon, Prompt, PromptArgument, Resource, Tool};

/// The `Tool` object.
pub(crate) fn tool(catalog: &Catalog, tool: &Tool) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(tool.name));
    out.insert("title".to_owned(), json!(tool.title));
    out.insert("description".to_owned(), json!(advertised_description(tool)));
    out.insert("inputSchema".to_owned(), catalog.input_schema(tool));
    if let Some(output) = &tool.output {
        out.insert("outputSchema".to_owned(), catalog.object_schema(output));
    }
    if !tool.annotations.is_empty() {
        let hints = tool.annotations.iter().map(|(hint, value)| ((*hint).to_owned(), json!(value)));
        out.insert("annotations".to_owned(), Value::Object(hints.collect()));
    }
    icons(&mut out, &tool.icons);
    Value::Object(out)
}

/// The `Resource` object, or the `ResourceTemplate` object where the address has variables.
pub(crate) fn resource(resource: &Resource) -> Value {
    let mut out = Map::new();
    let address = if resource.is_template() { "uriTemplate" } else { "uri" };
    out.insert(address.to_owned(), json!(resource.uri));
    out.insert("name".to_owned(), json!(resource.name));
    out.insert("title".to_owned(), json!(resource.title));
    out.insert("description".to_owned(), json!(resource.description));
    if let Some(mime_type) = &resource.mime_type {
        out.insert("mimeType".to_owned(), json!(mime_type));
    }
    let mut annotations = Map::new();
    if !resource.audience.is_empty() {
        annotations.insert("audience".to_owned(), json!(resource.audience));
    }
    if let Some(priority) = resource.priority {
        annotations.insert("priority".to_owned(), json!(priority));
    }
    if !annotations.is_empty() {
        out.insert("annotations".to_owned(), Value::Object(annotations));
    }
    icons(&mut out, &resource.icons);
    Value::Object(out)
}

/// The `Prompt` object.
pub(crate) fn prompt(prompt: &Prompt) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(prompt.name));
    out.insert("title".to_owned(), json!(prompt.title));
    out.insert("description".to_owned(), json!(prompt.description));
    if !prompt.arguments.is_empty() {
        out.insert("arguments".to_owned(), prompt.arguments.iter().map(argument).collect());
    }
    icons(&mut out, &prompt.icons);
    Value::Object(out)
}

fn argument(argument: &PromptArgument) -> Value {
    let mut out = Map::from_iter([("name".to_owned(), json!(argument.member.name))]);
    if let Some(description) = &argument.member.schema.description {
        out.insert("description".to_owned(), json!(description));
    }
    out.insert("required".to_owned(), json!(argument.member.required));
    Value::Object(out)
}

fn icons(out: &mut Map<String, Value>, icons: &[Icon]) {
    if !icons.is_empty() {
        out.insert("icons".to_owned(), icons.iter().map(icon).collect());
    }
}

/// The `Icon` object.
pub(crate) fn icon(icon: &Icon) -> Value {
    let mut out = Map::from_iter([("src".to_owned(), json!(icon.src))]);
    if let Some(mime_type) = &icon.mime_type {
        out.insert("mimeType".to_owned(), json!(mime_type));
    }
    if !icon.sizes.is_empty() {
        out.insert("sizes".to_owned(), json!(icon.sizes));
    }
    if let Some(theme) = &icon.theme {
        out.insert("theme".to_owned(), json!(theme));
    }
    Value::Object(out)
}
