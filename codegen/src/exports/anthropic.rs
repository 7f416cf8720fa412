//! `anthropic.json`: tools of the Messages API.

use serde_json::{Map, Value, json};

use super::names::without_dots;
use super::openai::renamed;
use crate::catalog::{Catalog, advertised_description};

pub(super) fn tools(catalog: &Catalog) -> Value {
    let tools = without_dots(catalog.offered());
    let mut out = Map::new();
    let written = tools.iter().map(|(name, tool)| {
        json!({
            "name": name,
            "description": advertised_description(tool),
            "input_schema": catalog.plain_input_schema(tool),
        })
    });
    out.insert("tools".to_owned(), written.collect());
    renamed(&mut out, &tools);
    Value::Object(out)
}
