//! `openai.json`: function tools, strict wherever the arguments can be said strictly.
//!
//! Strict mode follows the list under "Supported schemas" of OpenAI's guide to structured outputs and is conservative:
//! objects closed, every property required and optional ones nullable; `pattern`, `format` of nine kinds,
//! `minimum`, `maximum`, `minItems`, `maxItems`, `enum`, `anyOf` below the root, `$ref` into `$defs`. What is not on it
//! (`minLength`, `maxLength`, `uniqueItems`, `format: uri`, `default`, `examples`) is said in the description.

use serde_json::{Map, Value, json};

use super::names::without_dots;
use super::words;
use crate::catalog::{Catalog, Format, Kind, Member, Schema, Tool, advertised_description, number};
use crate::lint::limits;

pub(super) fn tools(catalog: &Catalog) -> Value {
    let tools = without_dots(catalog.offered());
    let mut out = Map::new();
    out.insert("tools".to_owned(), tools.iter().map(|(name, tool)| function(catalog, name, tool)).collect());
    renamed(&mut out, &tools);
    Value::Object(out)
}

/// Adds which tool each name stands for, where they differ.
pub(super) fn renamed(out: &mut Map<String, Value>, tools: &[(String, &Tool)]) {
    let names: Map<String, Value> = tools
        .iter()
        .filter(|(name, tool)| *name != tool.name)
        .map(|(name, tool)| (name.clone(), json!(tool.name)))
        .collect();
    if !names.is_empty() {
        out.insert("names".to_owned(), Value::Object(names));
    }
}

fn function(catalog: &Catalog, name: &str, tool: &Tool) -> Value {
    let strict = if tool.input_schema.is_some() { None } else { strict(catalog, &tool.input) };
    let (strict, parameters) = match strict {
        Some(schema) => (true, schema),
        None => (false, catalog.plain_input_schema(tool)),
    };
    let description = advertised_description(tool);
    json!({
        "type": "function",
        "function": { "name": name, "description": description, "parameters": parameters, "strict": strict },
    })
}

/// The strict schema of arguments, if there is one within the limits.
fn strict(catalog: &Catalog, members: &[Member]) -> Option<Value> {
    let mut writer = Writer { catalog, referred: Vec::new(), left: limits::OPENAI_PROPERTIES };
    let mut schema = writer.object(members, None, None)?;
    let mut written = Map::new();
    while let Some(name) = writer.referred.iter().find(|name| !written.contains_key(*name)).cloned() {
        let definition = writer.schema(catalog.types.get(&name)?, &[])?;
        written.insert(name, definition);
    }
    if !written.is_empty() {
        schema.as_object_mut()?.insert("$defs".to_owned(), Value::Object(written));
    }
    let size = limits::Size::of(&schema);
    size.within_openai().then_some(schema)
}

struct Writer<'a> {
    catalog: &'a Catalog,
    /// Types that contain themselves.
    referred: Vec<String>,
    /// How many properties may still be written.
    left: usize,
}

impl Writer<'_> {
    fn object(
        &mut self,
        members: &[Member],
        description: Option<String>,
        tag: Option<(&str, &str)>,
    ) -> Option<Value> {
        let mut properties = Map::new();
        if let Some((tag, value)) = tag {
            properties.insert(tag.to_owned(), json!({ "type": "string", "enum": [value] }));
        }
        for member in members {
            self.left = self.left.checked_sub(1)?;
            let facts: Vec<String> = words::default(member).into_iter().collect();
            let schema = self.schema(&member.schema, &facts)?;
            let schema = if member.required { schema } else { nullable(schema) };
            properties.insert(member.name.clone(), schema);
        }
        let required: Vec<&String> = properties.keys().collect();
        let required = json!(required);
        let mut object = start(Some("object"), description);
        object.insert("properties".to_owned(), Value::Object(properties));
        object.insert("required".to_owned(), required);
        object.insert("additionalProperties".to_owned(), json!(false));
        Some(Value::Object(object))
    }

    /// Nothing for a value of any type and for a map: strict mode has neither.
    fn schema(&mut self, schema: &Schema, facts: &[String]) -> Option<Value> {
        let mut said = Vec::new();
        let mut kept: Vec<(&str, Value)> = Vec::new();
        match &schema.kind {
            Kind::String { min, max, pattern, format } => {
                said.extend(words::length(*min, *max));
                kept.push(("pattern", json!(pattern)));
                match format {
                    Some(Format::Uri) => said.push(words::format_phrase(Format::Uri)),
                    other => kept.push(("format", json!(other.map(Format::as_str)))),
                }
            }
            Kind::Choice(values) => kept.push(("enum", json!(values))),
            Kind::Integer { min, max } => kept.extend([("minimum", json!(min)), ("maximum", json!(max))]),
            Kind::Number { min, max } => kept.extend([("minimum", number(*min)), ("maximum", number(*max))]),
            Kind::Array { min, max, unique, .. } => {
                kept.extend([("minItems", json!(min)), ("maxItems", json!(max))]);
                said.extend(unique.then(|| "no item twice".to_owned()));
            }
            _ => {}
        }
        said.extend_from_slice(facts);
        said.extend(words::examples(schema));
        let description = words::sentences(schema.description.as_deref(), &said);
        let mut out = match &schema.kind {
            Kind::Any | Kind::Map { .. } => return None,
            Kind::Ref(name) => return self.reference(name, schema, description),
            Kind::Object(members) => return self.object(members, description, None),
            Kind::Union { tag, variants } => {
                let objects: Option<Value> = variants
                    .iter()
                    .map(|variant| {
                        self.object(
                            &variant.members,
                            variant.description.clone(),
                            Some((tag, &variant.value)),
                        )
                    })
                    .collect();
                let mut out = start(None, description);
                out.insert("anyOf".to_owned(), objects?);
                out
            }
            Kind::String { .. } | Kind::Choice(_) => start(Some("string"), description),
            Kind::Integer { .. } => start(Some("integer"), description),
            Kind::Number { .. } => start(Some("number"), description),
            Kind::Boolean => start(Some("boolean"), description),
            Kind::Array { items, .. } => {
                let mut out = start(Some("array"), description);
                out.insert("items".to_owned(), self.schema(items, &[])?);
                out
            }
        };
        out.extend(
            kept.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.to_owned(), value)),
        );
        Some(Value::Object(out))
    }

    fn reference(&mut self, name: &str, at: &Schema, description: Option<String>) -> Option<Value> {
        let target = self.catalog.types.get(name)?;
        if self.catalog.is_recursive(name) {
            if !self.referred.iter().any(|known| known == name) {
                self.referred.push(name.to_owned());
            }
            // Nothing may stand beside a reference in strict mode.
            return Some(json!({ "$ref": format!("#/$defs/{name}") }));
        }
        let mut schema = target.clone();
        schema.examples.extend_from_slice(&at.examples);
        let written = self.schema(&schema, &[])?;
        let mut written = written.as_object().cloned()?;
        if let (Some(description), Some(_)) = (&description, &at.description) {
            written.insert("description".to_owned(), json!(description));
        } else if let Some(facts) = description {
            let own = written.get("description").and_then(Value::as_str);
            let text = own.map_or_else(|| facts.clone(), |own| format!("{own} {facts}"));
            written.insert("description".to_owned(), json!(text));
        }
        Some(Value::Object(written))
    }
}

fn start(ty: Option<&str>, description: Option<String>) -> Map<String, Value> {
    let ty = ty.map(|ty| ("type".to_owned(), json!(ty)));
    let description = description.map(|text| ("description".to_owned(), json!(text)));
    ty.into_iter().chain(description).collect()
}

/// The schema, or null in place of a value that is left out.
fn nullable(schema: Value) -> Value {
    let Value::Object(mut members) = schema else { return schema };
    if let Some(variants) = members.get_mut("anyOf").and_then(Value::as_array_mut) {
        variants.push(json!({ "type": "null" }));
        return Value::Object(members);
    }
    let Some(ty) = members.get_mut("type") else {
        return json!({ "anyOf": [Value::Object(members), { "type": "null" }] });
    };
    *ty = json!([ty.clone(), "null"]);
    if let Some(values) = members.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    Value::Object(members)
}
