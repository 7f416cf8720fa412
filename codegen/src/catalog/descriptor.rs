//! placeholder until merged
use serde_json::{Value, json};
use super::model::*;
pub(crate) fn icons(_icons: &[Icon]) -> Value { json!([]) }
pub(crate) fn tool(catalog: &Catalog, tool: &Tool) -> Value { json!({"name": tool.name, "title": tool.title, "description": tool.description, "inputSchema": catalog.object_schema(&tool.input), "outputSchema": catalog.object_schema(&tool.output)}) }
pub(crate) fn resource(resource: &Resource) -> Value { json!({"name": resource.name, "uri": resource.uri}) }
pub(crate) fn prompt(prompt: &Prompt) -> Value { json!({"name": prompt.name}) }
