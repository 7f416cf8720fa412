//! `gemini.json`: function declarations in the part of OpenAPI 3.0 that the Gemini API reads.
//!
//! The list follows the `Schema` object of the Gemini API's reference and is conservative: it leaves out what function
//! declarations have been refused for: references, `additionalProperties`, `const`, formats of strings other than `enum` and
//! `date-time`, objects without properties, and anything beside `anyOf`.

use serde_json::{Map, Value, json};

use super::names::without_dots;
use super::openai::renamed;
use super::words;
use crate::catalog::{Catalog, Format, Kind, Member, Schema, Tool, advertised_description, number};

/// How often a type that contains itself is written out inside itself; what would lie deeper is left out.
const UNROLLED: usize = 3;

/// How many properties of a tool are written out; then an object that is declared elsewhere is JSON text.
const PROPERTIES: usize = 500;

pub(super) fn tools(catalog: &Catalog) -> Value {
    let tools = without_dots(catalog.offered());
    let mut out = Map::new();
    let declared = tools.iter().map(|(name, tool)| declaration(catalog, name, tool));
    out.insert("functionDeclarations".to_owned(), declared.collect());
    renamed(&mut out, &tools);
    Value::Object(out)
}

fn declaration(catalog: &Catalog, name: &str, tool: &Tool) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(name));
    out.insert("description".to_owned(), json!(advertised_description(tool)));
    if let Some(schema) = &tool.input_schema {
        // The member for what `parameters` has no words for.
        out.insert("parametersJsonSchema".to_owned(), schema.clone());
    } else if !tool.input.is_empty() {
        let mut writer = Writer { catalog, open: Vec::new(), left: PROPERTIES };
        out.insert("parameters".to_owned(), writer.object(&tool.input, None, None));
    }
    Value::Object(out)
}

struct Writer<'a> {
    catalog: &'a Catalog,
    /// The types that are being written out, outermost first.
    open: Vec<String>,
    /// How many properties may still be written.
    left: usize,
}

impl Writer<'_> {
    fn object(
        &mut self,
        members: &[Member],
        description: Option<String>,
        tag: Option<(&str, &str)>,
    ) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        if let Some((tag, value)) = tag {
            properties.insert(tag.to_owned(), choice(None, &[value.to_owned()]));
            required.push(tag);
        }
        for member in members {
            self.left = self.left.saturating_sub(1);
            let facts: Vec<String> = words::default(member).into_iter().collect();
            if self.ends(&member.schema) && !member.required {
                continue;
            }
            properties.insert(member.name.clone(), self.schema(&member.schema, &facts));
            if member.required {
                required.push(&member.name);
            }
        }
        if properties.is_empty() {
            return json_text(description);
        }
        let order: Vec<String> = properties.keys().cloned().collect();
        let mut object = start("object", description);
        object.insert("properties".to_owned(), Value::Object(properties));
        if !required.is_empty() {
            object.insert("required".to_owned(), json!(required));
        }
        object.insert("propertyOrdering".to_owned(), json!(order));
        Value::Object(object)
    }

    /// Whether this is, or is a list of, a type that has been written out often enough.
    fn ends(&self, schema: &Schema) -> bool {
        match &schema.kind {
            Kind::Ref(name) => self.open.iter().filter(|open| *open == name).count() >= UNROLLED,
            Kind::Array { items, .. } => self.ends(items),
            _ => false,
        }
    }

    fn schema(&mut self, schema: &Schema, facts: &[String]) -> Value {
        let mut said = Vec::new();
        let mut kept: Vec<(&str, Value)> = Vec::new();
        let mut kind = "string";
        match &schema.kind {
            Kind::String { min, max, pattern, format } => {
                kept.extend([
                    ("minLength", json!(min)),
                    ("maxLength", json!(max)),
                    ("pattern", json!(pattern)),
                ]);
                match format {
                    Some(Format::DateTime) => kept.push(("format", json!("date-time"))),
                    other => said.extend(other.map(words::format_phrase)),
                }
            }
            Kind::Integer { min, max } => {
                kind = "integer";
                kept.extend([("minimum", json!(min)), ("maximum", json!(max))]);
            }
            Kind::Number { min, max } => {
                kind = "number";
                kept.extend([("minimum", number(*min)), ("maximum", number(*max))]);
            }
            Kind::Boolean => kind = "boolean",
            Kind::Array { min, max, unique, .. } => {
                kind = "array";
                kept.extend([("minItems", json!(min)), ("maxItems", json!(max))]);
                said.extend(unique.then(|| "no item twice".to_owned()));
            }
            _ => {}
        }
        said.extend_from_slice(facts);
        said.extend(words::examples(schema));
        let description = words::sentences(schema.description.as_deref(), &said);
        let mut out = match &schema.kind {
            Kind::Any => return any(description),
            Kind::Map { .. } => return json_text(description),
            Kind::Ref(name) => return self.reference(name, schema, description),
            Kind::Object(members) => return self.object(members, description, None),
            Kind::Choice(values) => return choice(description, values),
            Kind::Union { tag, variants } => {
                // Nothing may stand beside `anyOf`: its description goes to the first alternative.
                let mut before = description;
                let objects = variants.iter().map(|variant| {
                    let parts = [before.take(), variant.description.clone()];
                    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
                    self.object(
                        &variant.members,
                        (!text.is_empty()).then_some(text),
                        Some((tag, &variant.value)),
                    )
                });
                return json!({ "anyOf": objects.collect::<Value>() });
            }
            _ => start(kind, description),
        };
        if let Kind::Array { items, .. } = &schema.kind {
            if self.ends(items) {
                // No list says nothing of its items; none are allowed.
                kept = vec![("items", json!({ "type": "string" })), ("maxItems", json!(0))];
            } else {
                out.insert("items".to_owned(), self.schema(items, &[]));
            }
        }
        out.extend(
            kept.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.to_owned(), value)),
        );
        Value::Object(out)
    }

    fn reference(&mut self, name: &str, at: &Schema, description: Option<String>) -> Value {
        let Some(target) = self.catalog.types.get(name) else { return any(description) };
        if self.left == 0 && matches!(target.kind, Kind::Object(_) | Kind::Union { .. }) {
            return json_text(description.or_else(|| target.description.clone()));
        }
        let mut schema = target.clone();
        // What stands at the reference says more than what stands at the type.
        if at.description.is_some() {
            schema.description = description;
        } else if let Some(facts) = description {
            let own = schema.description.take();
            schema.description = Some(own.map_or_else(|| facts.clone(), |own| format!("{own} {facts}")));
        }
        self.open.push(name.to_owned());
        let written = self.schema(&schema, &[]);
        self.open.pop();
        written
    }
}

fn choice(description: Option<String>, values: &[String]) -> Value {
    let mut out = start("string", description);
    out.insert("format".to_owned(), json!("enum"));
    out.insert("enum".to_owned(), json!(values));
    Value::Object(out)
}

/// Every schema needs a type: of any value, the plain ones remain.
fn any(description: Option<String>) -> Value {
    let mut alternatives = ["string", "number", "boolean"].map(|ty| start(ty, None));
    if let (Some(first), Some(text)) = (alternatives.first_mut(), description) {
        first.insert("description".to_owned(), json!(text));
    }
    json!({ "anyOf": alternatives })
}

/// An object with free names has no declaration; the server reads an object from its JSON text.
fn json_text(description: Option<String>) -> Value {
    let text = words::sentences(description.as_deref(), &["a JSON object, as text".to_owned()]);
    Value::Object(start("string", text))
}

fn start(ty: &str, description: Option<String>) -> Map<String, Value> {
    let description = description.map(|text| ("description".to_owned(), json!(text)));
    [("type".to_owned(), json!(ty))].into_iter().chain(description).collect()
}
