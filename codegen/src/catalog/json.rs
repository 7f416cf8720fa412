//! The JSON Schema that goes out for a schema of the catalog.

use serde_json::{Map, Value, json};

use super::model::{Catalog, Kind, Member, Schema, Variant};

/// How often a type may stand inside itself before a reference is left in place of it.
const UNROLLED: usize = 1;

impl Catalog {
    /// The JSON Schema of an object with these members, with every type written out in place; one that contains
    /// itself stands below `$defs`.
    pub(crate) fn object_schema(&self, members: &[Member]) -> Value {
        let mut writer = Writer { catalog: self, open: Vec::new(), recursive: Vec::new() };
        let mut schema = writer.object(members, None);
        let mut written = Map::new();
        while let Some(name) = writer.recursive.iter().find(|name| !written.contains_key(*name)).cloned() {
            let Some(target) = self.types.get(&name) else { break };
            writer.open = vec![name.clone(); UNROLLED];
            let definition = writer.schema(target);
            written.insert(name, definition);
        }
        if let (false, Some(schema)) = (written.is_empty(), schema.as_object_mut()) {
            schema.insert("$defs".to_owned(), Value::Object(written));
        }
        schema
    }
}

struct Writer<'a> {
    catalog: &'a Catalog,
    /// The types that are being written out, outermost first.
    open: Vec<String>,
    /// Types that were found inside themselves.
    recursive: Vec<String>,
}

impl Writer<'_> {
    fn object(&mut self, members: &[Member], tag: Option<(&str, &Variant)>) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        if let Some((tag, variant)) = tag {
            properties.insert(tag.to_owned(), json!({ "type": "string", "enum": [variant.value] }));
            required.push(tag.to_owned());
        }
        for member in members {
            let mut schema = self.schema(&member.schema);
            if let Some(schema) = schema.as_object_mut() {
                if let Some(default) = &member.default {
                    schema.insert("default".to_owned(), default.clone());
                }
                if let Some(header) = &member.header {
                    schema.insert("x-mcp-header".to_owned(), json!(header));
                }
            }
            properties.insert(member.name.clone(), schema);
            if member.required {
                required.push(member.name.clone());
            }
        }
        let mut object = Map::from_iter([("type".to_owned(), json!("object"))]);
        if !properties.is_empty() {
            object.insert("properties".to_owned(), Value::Object(properties));
        }
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        object.insert("additionalProperties".to_owned(), json!(false));
        Value::Object(object)
    }

    fn schema(&mut self, schema: &Schema) -> Value {
        let mut out = match &schema.kind {
            Kind::Any => json!({}),
            Kind::Ref(name) => self.reference(name),
            Kind::String { min, max, pattern, format } => with(
                json!({ "type": "string" }),
                [
                    ("minLength", json!(min)),
                    ("maxLength", json!(max)),
                    ("pattern", json!(pattern)),
                    ("format", json!(format.map(|format| format.as_str()))),
                ],
            ),
            Kind::Choice(values) => json!({ "type": "string", "enum": values }),
            Kind::Integer { min, max } => {
                with(json!({ "type": "integer" }), [("minimum", json!(min)), ("maximum", json!(max))])
            }
            Kind::Number { min, max } => {
                with(json!({ "type": "number" }), [("minimum", json!(min)), ("maximum", json!(max))])
            }
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Array { items, min, max, unique } => with(
                json!({ "type": "array", "items": self.schema(items) }),
                [
                    ("minItems", json!(min)),
                    ("maxItems", json!(max)),
                    ("uniqueItems", json!(unique.then_some(true))),
                ],
            ),
            Kind::Object(members) => self.object(members, None),
            Kind::Map { values, max } => with(
                json!({ "type": "object", "additionalProperties": self.values(values) }),
                [("maxProperties", json!(max))],
            ),
            Kind::Union { tag, variants } => {
                let variants: Vec<Value> = variants
                    .iter()
                    .map(|variant| {
                        let object = self.object(&variant.members, Some((tag, variant)));
                        described(object, variant.description.as_deref())
                    })
                    .collect();
                json!({ "anyOf": variants })
            }
        };
        if let (Some(out), false) = (out.as_object_mut(), schema.examples.is_empty()) {
            out.insert("examples".to_owned(), json!(schema.examples));
        }
        described(out, schema.description.as_deref())
    }

    fn values(&mut self, schema: &Schema) -> Value {
        match self.schema(schema) {
            Value::Object(members) if members.is_empty() => Value::Bool(true),
            written => written,
        }
    }

    fn reference(&mut self, name: &str) -> Value {
        if self.open.iter().filter(|open| *open == name).count() >= UNROLLED {
            if !self.recursive.iter().any(|known| known == name) {
                self.recursive.push(name.to_owned());
            }
            return json!({ "$ref": format!("#/$defs/{name}") });
        }
        let Some(target) = self.catalog.types.get(name) else { return json!({}) };
        self.open.push(name.to_owned());
        let written = self.schema(target);
        self.open.pop();
        written
    }
}

fn described(mut schema: Value, description: Option<&str>) -> Value {
    if let (Some(description), Some(members)) = (description, schema.as_object_mut()) {
        members.insert("description".to_owned(), json!(description));
    }
    schema
}

/// Adds the members that are not null.
fn with<const N: usize>(mut schema: Value, members: [(&str, Value); N]) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        for (key, value) in members {
            if !value.is_null() {
                schema.insert(key.to_owned(), value);
            }
        }
    }
    schema
}
