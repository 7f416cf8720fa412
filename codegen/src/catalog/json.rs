//! The JSON Schema that goes out for a schema of the catalog.
//!
//! Many clients and model APIs cannot follow `$ref`, so types are written out in place. Two things stay references: a
//! type that contains itself, and every shared type of a schema that would become too large.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::model::{Catalog, Kind, Member, Schema, Tool, Variant};

/// The largest schema, as compact JSON, in which every type is written out in place.
pub(crate) const INLINE_BYTES: usize = 16 * 1024;

impl Catalog {
    /// The JSON Schema of a tool's arguments.
    pub(crate) fn input_schema(&self, tool: &Tool) -> Value {
        tool.input_schema.clone().unwrap_or_else(|| self.object_schema(&tool.input))
    }

    /// The same without keywords of the protocol; one that is handed through stays as it is.
    pub(crate) fn plain_input_schema(&self, tool: &Tool) -> Value {
        tool.input_schema.clone().unwrap_or_else(|| self.plain_schema(&tool.input))
    }

    /// The JSON Schema of an object with these members, complete in itself.
    pub(crate) fn object_schema(&self, members: &[Member]) -> Value {
        // A schema takes two bytes at least. Types that use each other twice, level by level, would take years.
        let mut writer = Writer { left: INLINE_BYTES / 2, ..Writer::new(self) };
        let in_place = self.complete(&mut writer, members);
        if writer.left > 0 && in_place.to_string().len() <= INLINE_BYTES {
            return in_place;
        }
        let mut writer = Writer::new(self);
        writer.share(members);
        self.complete(&mut writer, members)
    }

    /// With what it refers to below `$defs`.
    fn complete(&self, writer: &mut Writer<'_>, members: &[Member]) -> Value {
        let mut schema = writer.object(members, None, None);
        let mut written = Map::new();
        while let Some(name) = writer.referred.iter().find(|name| !written.contains_key(*name)).cloned() {
            let Some(target) = self.types.get(&name) else { break };
            let definition = writer.schema(target, None);
            written.insert(name, definition);
        }
        if let (false, Some(schema)) = (written.is_empty(), schema.as_object_mut()) {
            schema.insert("$defs".to_owned(), Value::Object(written));
        }
        schema
    }

    /// The same without keywords of the protocol.
    pub(crate) fn plain_schema(&self, members: &[Member]) -> Value {
        let plain: Vec<Member> =
            members.iter().map(|member| Member { header: None, ..member.clone() }).collect();
        self.object_schema(&plain)
    }

    /// The same for an OpenAPI document: types are references to its components, which `name` names.
    pub(crate) fn component_schema(&self, members: &[Member], name: &dyn Fn(&str) -> String) -> Value {
        Writer { component: Some(name), ..Writer::new(self) }.object(members, None, None)
    }

    /// A declared type as a component of an OpenAPI document.
    pub(crate) fn component_type(&self, schema: &Schema, name: &dyn Fn(&str) -> String) -> Value {
        Writer { component: Some(name), ..Writer::new(self) }.schema(schema, None)
    }

    /// Whether the declared type contains itself.
    pub(crate) fn is_recursive(&self, name: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![name];
        while let Some(next) = open.pop() {
            let Some(schema) = self.types.get(next) else { continue };
            let mut found = false;
            each_reference(schema, &mut |target| {
                found |= target == name;
                if let Some((target, _)) = self.types.get_key_value(target)
                    && seen.insert(target.as_str())
                {
                    open.push(target);
                }
            });
            if found {
                return true;
            }
        }
        false
    }
}

/// Calls `visit` with the name of every declared type that stands in `schema`.
pub(crate) fn each_reference(schema: &Schema, visit: &mut dyn FnMut(&str)) {
    let mut members = |members: &[Member]| {
        for member in members {
            each_reference(&member.schema, visit);
        }
    };
    match &schema.kind {
        Kind::Object(of) => members(of),
        Kind::Union { variants, .. } => variants.iter().for_each(|variant| members(&variant.members)),
        Kind::Array { items: inner, .. } | Kind::Map { values: inner, .. } => each_reference(inner, visit),
        Kind::Ref(name) => visit(name),
        _ => {}
    }
}

struct Writer<'a> {
    catalog: &'a Catalog,
    /// Names of components, in an OpenAPI document.
    component: Option<&'a dyn Fn(&str) -> String>,
    /// Types that stand below `$defs` because they contain themselves or are shared.
    apart: BTreeSet<&'a str>,
    /// Those of them that were met, in this order.
    referred: Vec<String>,
    /// How many schemas may still be written; at zero what is written is of no use.
    left: usize,
}

impl<'a> Writer<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        let recursive = catalog.types.keys().filter(|name| catalog.is_recursive(name));
        let apart = recursive.map(String::as_str).collect();
        Self { catalog, component: None, apart, referred: Vec::new(), left: usize::MAX }
    }

    /// Sets objects, unions, lists, maps and names of them apart that `members` use more than once.
    fn share(&mut self, members: &[Member]) {
        let mut once = BTreeSet::new();
        let mut open: Vec<&str> = Vec::new();
        let catalog = self.catalog;
        let mut meet = |schema: &Schema, open: &mut Vec<&'a str>, apart: &mut BTreeSet<&'a str>| {
            each_reference(schema, &mut |name| {
                let Some((name, target)) = catalog.types.get_key_value(name) else { return };
                if once.insert(name.as_str()) {
                    open.push(name);
                } else if matches!(
                    target.kind,
                    Kind::Object(_)
                        | Kind::Union { .. }
                        | Kind::Array { .. }
                        | Kind::Map { .. }
                        | Kind::Ref(_)
                ) {
                    apart.insert(name);
                }
            });
        };
        for member in members {
            meet(&member.schema, &mut open, &mut self.apart);
        }
        while let Some(name) = open.pop() {
            if let Some(schema) = catalog.types.get(name) {
                meet(schema, &mut open, &mut self.apart);
            }
        }
    }

    fn object(
        &mut self,
        members: &[Member],
        description: Option<&str>,
        tag: Option<(&str, &Variant)>,
    ) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        if let Some((tag, variant)) = tag {
            // One `enum` value, not `const`: Gemini and OpenAI know no other way to say it.
            properties.insert(tag.to_owned(), json!({ "type": "string", "enum": [variant.value] }));
            required.push(tag.to_owned());
        }
        for member in members {
            let mut schema = self.schema(&member.schema, None);
            if let Some(schema) = schema.as_object_mut() {
                if let Some(default) = &member.default {
                    schema.insert("default".to_owned(), default.clone());
                }
                if let (Some(header), None) = (&member.header, self.component) {
                    schema.insert("x-mcp-header".to_owned(), json!(header));
                }
            }
            properties.insert(member.name.clone(), schema);
            if member.required {
                required.push(member.name.clone());
            }
        }
        let mut object = start("object", description);
        // Always there: Gemini refuses an object without it.
        object.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        object.insert("additionalProperties".to_owned(), json!(false));
        Value::Object(object)
    }

    /// `description` beside a reference takes the place of the type's own.
    fn schema(&mut self, schema: &Schema, description: Option<&str>) -> Value {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Value::Null;
        }
        let description = description.or(schema.description.as_deref());
        let mut out = match &schema.kind {
            Kind::Any => described(Map::new(), description),
            Kind::Ref(name) => match self.reference(name, description) {
                Value::Object(members) => members,
                other => return other,
            },
            Kind::String { min, max, pattern, format } => with(
                start("string", description),
                [
                    ("minLength", json!(min)),
                    ("maxLength", json!(max)),
                    ("pattern", json!(pattern)),
                    ("format", json!(format.map(|format| format.as_str()))),
                ],
            ),
            Kind::Choice(values) => with(start("string", description), [("enum", json!(values))]),
            Kind::Integer { min, max } => {
                with(start("integer", description), [("minimum", json!(min)), ("maximum", json!(max))])
            }
            Kind::Number { min, max } => {
                with(start("number", description), [("minimum", number(*min)), ("maximum", number(*max))])
            }
            Kind::Boolean => start("boolean", description),
            Kind::Array { items, min, max, unique } => with(
                start("array", description),
                [
                    ("items", self.schema(items, None)),
                    ("minItems", json!(min)),
                    ("maxItems", json!(max)),
                    ("uniqueItems", json!(unique.then_some(true))),
                ],
            ),
            Kind::Object(members) => match self.object(members, description, None) {
                Value::Object(members) => members,
                other => return other,
            },
            Kind::Map { values, max } => with(
                start("object", description),
                [("additionalProperties", self.values(values)), ("maxProperties", json!(max))],
            ),
            Kind::Union { tag, variants } => {
                let variants: Vec<Value> = variants
                    .iter()
                    .map(|variant| {
                        self.object(&variant.members, variant.description.as_deref(), Some((tag, variant)))
                    })
                    .collect();
                with(described(Map::new(), description), [("anyOf", json!(variants))])
            }
        };
        if !schema.examples.is_empty() {
            out.insert("examples".to_owned(), json!(schema.examples));
        }
        Value::Object(out)
    }

    fn values(&mut self, schema: &Schema) -> Value {
        match self.schema(schema, None) {
            Value::Object(members) if members.is_empty() => Value::Bool(true),
            written => written,
        }
    }

    fn reference(&mut self, name: &str, description: Option<&str>) -> Value {
        if let Some(component) = self.component {
            return refer("#/components/schemas/", &component(name), description);
        }
        let Some((name, target)) = self.catalog.types.get_key_value(name) else {
            return Value::Object(described(Map::new(), description));
        };
        if !self.apart.contains(name.as_str()) {
            return self.schema(target, description);
        }
        if !self.referred.contains(name) {
            self.referred.push(name.clone());
        }
        refer("#/$defs/", name, description)
    }
}

fn refer(below: &str, name: &str, description: Option<&str>) -> Value {
    let members = Map::from_iter([("$ref".to_owned(), json!(format!("{below}{name}")))]);
    Value::Object(described(members, description))
}

fn start(ty: &str, description: Option<&str>) -> Map<String, Value> {
    described(Map::from_iter([("type".to_owned(), json!(ty))]), description)
}

fn described(members: Map<String, Value>, description: Option<&str>) -> Map<String, Value> {
    with(members, [("description", json!(description))])
}

/// Adds the members that are not null.
fn with<const N: usize>(mut schema: Map<String, Value>, members: [(&str, Value); N]) -> Map<String, Value> {
    for (key, value) in members {
        if !value.is_null() {
            schema.insert(key.to_owned(), value);
        }
    }
    schema
}

/// A bound, without the fraction that it has not: `0`, not `0.0`.
pub(crate) fn number(bound: Option<f64>) -> Value {
    match bound {
        Some(whole) if whole.fract() == 0.0 && whole.abs() < 2f64.powi(53) => json!(whole as i64),
        other => json!(other),
    }
}
