//! What a revision's schema knows at each place of a document. Reads the schema only, never our model of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::leaves::{leaves, member};

/// Members that hold whatever they like by the specification's text, whatever their schema says.
const OPEN: [&str; 3] = ["_meta", "inputSchema", "outputSchema"];

/// The vocabulary of one revision.
pub(super) struct Vocabulary<'a>(pub(super) &'a Value);

/// What a walk through a document finds.
#[derive(Default)]
pub(super) struct Found {
    /// Leaves that the schema knows, with values that it allows.
    pub(super) known: BTreeSet<String>,
    /// Members that stand where the schema names members, and are none of them.
    pub(super) foreign: BTreeSet<String>,
}

/// An object schema, with what `allOf` adds to it.
#[derive(Default)]
struct ObjectSchema<'a> {
    properties: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
    additional: Option<&'a Value>,
}

impl<'a> Vocabulary<'a> {
    /// The schema of a definition.
    pub(super) fn definition(&self, name: &str) -> &'a Value {
        let definitions = ["definitions", "$defs"].iter().find_map(|key| self.0.get(key));
        definitions
            .and_then(|definitions| definitions.get(name))
            .unwrap_or_else(|| panic!("no definition {name}"))
    }

    /// The schema of a definition's member.
    pub(super) fn property(&self, name: &str, property: &str) -> &'a Value {
        self.object(self.definition(name)).properties[property]
    }

    /// Whether a definition requires the member.
    pub(super) fn requires(&self, name: &str, property: &str) -> bool {
        self.object(self.definition(name)).required.contains(property)
    }

    pub(super) fn walk(&self, schema: &'a Value, value: &Value) -> Found {
        let mut found = Found::default();
        self.visit(schema, value, "", &mut found);
        found
    }

    fn visit(&self, schema: &'a Value, value: &Value, pointer: &str, found: &mut Found) {
        let Some(schema) = self.choose(schema, value) else { return };
        match value {
            Value::Object(members) if !members.is_empty() => {
                self.visit_object(schema, members, pointer, found)
            }
            Value::Array(items) if !items.is_empty() => {
                let item = schema.get("items").unwrap_or(&Value::Bool(true));
                // A list that holds something unheard of means something else.
                if items.iter().all(|value| self.choose_type(item, value)) {
                    for (index, value) in items.iter().enumerate() {
                        self.visit(item, value, &format!("{pointer}/{index}"), found);
                    }
                }
            }
            _ => _ = found.known.insert(pointer.to_owned()),
        }
    }

    fn visit_object(
        &self,
        schema: &'a Value,
        members: &Map<String, Value>,
        pointer: &str,
        found: &mut Found,
    ) {
        let object = self.object(schema);
        let open =
            object.properties.is_empty() || OPEN.iter().any(|name| pointer.ends_with(&format!("/{name}")));
        for (key, value) in members {
            let pointer = member(pointer, key);
            match object.properties.get(key.as_str()).copied().or(object.additional) {
                Some(schema) => self.visit(schema, value, &pointer, found),
                None if open => leaves(value, &pointer, &mut found.known),
                None => _ = found.foreign.insert(pointer),
            }
        }
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        let name =
            schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.rsplit('/').next());
        name.map_or(schema, |name| self.resolve(self.definition(name)))
    }

    fn object(&self, schema: &'a Value) -> ObjectSchema<'a> {
        let schema = self.resolve(schema);
        let mut object = ObjectSchema::default();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let part = self.object(part);
            object.properties.extend(part.properties);
            object.required.extend(part.required);
            object.additional = object.additional.or(part.additional);
        }
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        object.properties.extend(properties.map(|(name, schema)| (name.as_str(), schema)));
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
        object.required.extend(required.filter_map(Value::as_str));
        object.additional = schema.get("additionalProperties").or(object.additional);
        object
    }

    /// The schemas that a value may be meant to fit.
    fn alternatives(&self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.resolve(schema);
        match schema.get("anyOf").and_then(Value::as_array) {
            Some(alternatives) => alternatives.iter().flat_map(|schema| self.alternatives(schema)).collect(),
            None => vec![schema],
        }
    }

    fn choose_type(&self, schema: &'a Value, value: &Value) -> bool {
        self.alternatives(schema).into_iter().any(|schema| allows_type(schema, value))
    }

    /// The alternative that a value is meant to fit: none if its discriminator is unheard of; of several, the one of
    /// which most stands there.
    fn choose(&self, schema: &'a Value, value: &Value) -> Option<&'a Value> {
        let fits = |schema: &&Value| {
            allows_type(schema, value) && allows(schema, value) && self.is_meant(schema, value)
        };
        let mut fitting = self.alternatives(schema);
        fitting.retain(fits);
        if fitting.len() < 2 {
            return fitting.pop();
        }
        fitting.into_iter().max_by_key(|schema| {
            let required = self.object(schema).required;
            let present = required.iter().filter(|name| value.get(name).is_some()).count();
            (present == required.len(), present, self.walk(schema, value).known.len())
        })
    }

    fn is_meant(&self, schema: &'a Value, value: &Value) -> bool {
        self.object(schema).properties.iter().all(|(name, schema)| {
            let schema = self.resolve(schema);
            schema.get("const").is_none() || value.get(name).is_none_or(|value| allows(schema, value))
        })
    }
}

fn allows_type(schema: &Value, value: &Value) -> bool {
    let names: Vec<&Value> = match schema.get("type") {
        None => return *schema != Value::Bool(false),
        Some(Value::Array(names)) => names.iter().collect(),
        Some(name) => vec![name],
    };
    names.into_iter().any(|name| match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(number) => name == "number" || (name == "integer" && !number.is_f64()),
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    })
}

/// Constants, enums and bounds; what is inside is looked at on its own.
fn allows(schema: &Value, value: &Value) -> bool {
    let number = |key: &str| schema.get(key).and_then(Value::as_f64);
    let within = value.as_f64().is_none_or(|value| {
        number("minimum").is_none_or(|minimum| value >= minimum)
            && number("maximum").is_none_or(|maximum| value <= maximum)
    });
    let size = json!(value.as_array().map(Vec::len)).as_f64();
    within
        && size.is_none_or(|size| number("maxItems").is_none_or(|most| size <= most))
        && schema.get("const").is_none_or(|constant| constant == value)
        && schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(value))
}
