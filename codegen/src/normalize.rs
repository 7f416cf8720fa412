//! Stage 3: schemas of two dialects become one small tree. The walk knows which places hold schemas and which hold
//! names, and refuses every keyword it does not understand.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::correct::Corrected;
use crate::error::{Collector, Error, Errors};

/// All definitions of one revision.
pub(crate) struct Revision {
    pub(crate) name: String,
    pub(crate) definitions: IndexMap<String, Schema>,
}

/// One schema of the tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Schema {
    pub(crate) description: Option<String>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Any,
    /// Name of a definition of the same revision.
    Ref(String),
    /// Exactly this string or number.
    Const(Value),
    /// One of these strings.
    Strings(Vec<String>),
    String,
    Integer {
        minimum: Option<i64>,
    },
    Number {
        minimum: Option<f64>,
        maximum: Option<f64>,
    },
    Boolean,
    Null,
    Array {
        items: Box<Schema>,
        max: Option<u64>,
    },
    Object(Object),
    /// Any of these alternatives.
    Union(Vec<Schema>),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) properties: IndexMap<String, Schema>,
    pub(crate) required: BTreeSet<String>,
    /// `additionalProperties`; `None` where the schema does not say.
    pub(crate) additional: Option<Box<Schema>>,
}

pub(crate) fn normalize(schemas: &[Corrected]) -> Result<Vec<Revision>, Errors> {
    let mut errors = Collector::default();
    let mut revisions = Vec::new();
    for schema in schemas {
        let walk = Walk { revision: &schema.revision, document: &schema.document };
        let mut definitions = IndexMap::new();
        let (root, members) = match walk.definitions() {
            Ok(found) => found,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let mut sorted: BTreeMap<&String, &Value> = members.iter().collect();
        while let Some((name, value)) = sorted.pop_first() {
            let pointer = format!("/{root}/{name}");
            if let Some(schema) = errors.keep(walk.schema(value, &pointer)) {
                definitions.insert(name.clone(), schema);
            }
        }
        revisions.push(Revision { name: schema.revision.clone(), definitions });
    }
    errors.finish(revisions)
}

struct Walk<'a> {
    revision: &'a str,
    document: &'a Value,
}

/// Keywords that say nothing about what is accepted, or (formats) that JSON Schema does not assert by default.
const SILENT: [&str; 4] = ["description", "title", "format", "default"];

impl<'a> Walk<'a> {
    fn error(&self, pointer: &str, message: impl Into<String>) -> Error {
        Error::schema(self.revision, pointer, message)
    }

    fn definitions(&self) -> Result<(&'static str, &'a Map<String, Value>), Error> {
        ["definitions", "$defs"]
            .into_iter()
            .find_map(|key| Some((key, self.document.get(key)?.as_object()?)))
            .ok_or_else(|| self.error("", "neither `definitions` nor `$defs` is an object here"))
    }

    fn schema(&self, value: &Value, pointer: &str) -> Result<Schema, Error> {
        let Value::Object(members) = value else {
            return Err(self.error(pointer, "expected a schema object"));
        };
        let known = |key: &str| SILENT.contains(&key);
        let mut left: BTreeSet<&str> = members.keys().map(String::as_str).filter(|key| !known(key)).collect();
        let kind = self.kind(members, &mut left, pointer)?;
        if let Some(keyword) = left.first() {
            return Err(self
                .error(
                    format!("{pointer}/{keyword}").as_str(),
                    format!("the keyword `{keyword}` is not understood here"),
                )
                .hint("teach `codegen/src/normalize.rs` what it means"));
        }
        let description = members.get("description").and_then(Value::as_str).map(str::to_owned);
        Ok(Schema { description, kind })
    }

    /// Reads the keywords it understands and takes them out of `left`.
    fn kind(
        &self,
        members: &Map<String, Value>,
        left: &mut BTreeSet<&str>,
        pointer: &str,
    ) -> Result<Kind, Error> {
        if let Some(target) = members.get("$ref").and_then(Value::as_str) {
            left.remove("$ref");
            return self.reference(target, pointer).map(Kind::Ref);
        }
        if let Some(value) = members.get("const") {
            left.remove("const");
            left.remove("type");
            return Ok(Kind::Const(value.clone()));
        }
        if let Some(alternatives) = members.get("anyOf") {
            left.remove("anyOf");
            return self.list(alternatives, &format!("{pointer}/anyOf")).map(Kind::Union);
        }
        if let Some(parts) = members.get("allOf") {
            left.remove("allOf");
            let parts = self.list(parts, &format!("{pointer}/allOf"))?;
            return self.merge(parts, pointer).map(Kind::Object);
        }
        left.remove("type");
        match members.get("type") {
            None => Ok(Kind::Any),
            Some(Value::String(name)) => self.typed(name, members, left, pointer),
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| Ok(Schema { description: None, kind: self.typed(name, members, left, pointer)? }))
                .collect::<Result<_, _>>()
                .map(Kind::Union),
            Some(_) => Err(self.error(pointer, "`type` is neither a name nor a list of names")),
        }
    }

    fn typed(
        &self,
        name: &str,
        members: &Map<String, Value>,
        left: &mut BTreeSet<&str>,
        pointer: &str,
    ) -> Result<Kind, Error> {
        let mut take = |keyword: &str| {
            left.remove(keyword);
            members.get(keyword)
        };
        Ok(match name {
            "string" => match take("enum") {
                Some(names) => {
                    let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
                    Kind::Strings(names.map(str::to_owned).collect())
                }
                None => Kind::String,
            },
            "integer" => Kind::Integer { minimum: take("minimum").and_then(Value::as_i64) },
            "number" => Kind::Number {
                minimum: take("minimum").and_then(Value::as_f64),
                maximum: take("maximum").and_then(Value::as_f64),
            },
            "boolean" => Kind::Boolean,
            "null" => Kind::Null,
            "array" => {
                let max = take("maxItems").and_then(Value::as_u64);
                let items = take("items").ok_or_else(|| self.error(pointer, "an array without `items`"))?;
                Kind::Array { items: Box::new(self.schema(items, &format!("{pointer}/items"))?), max }
            }
            "object" => {
                let mut object = Object::default();
                for (key, value) in take("properties").and_then(Value::as_object).into_iter().flatten() {
                    object
                        .properties
                        .insert(key.clone(), self.schema(value, &format!("{pointer}/properties/{key}"))?);
                }
                let required = take("required").and_then(Value::as_array).into_iter().flatten();
                object.required = required.filter_map(Value::as_str).map(str::to_owned).collect();
                object.additional = match take("additionalProperties") {
                    None => None,
                    Some(Value::Bool(true)) => Some(Box::new(Schema { description: None, kind: Kind::Any })),
                    Some(schema) => {
                        Some(Box::new(self.schema(schema, &format!("{pointer}/additionalProperties"))?))
                    }
                };
                Kind::Object(object)
            }
            other => return Err(self.error(pointer, format!("unknown type `{other}`"))),
        })
    }

    fn list(&self, value: &Value, pointer: &str) -> Result<Vec<Schema>, Error> {
        let items = value.as_array().ok_or_else(|| self.error(pointer, "expected a list of schemas"))?;
        items
            .iter()
            .enumerate()
            .map(|(index, item)| self.schema(item, &format!("{pointer}/{index}")))
            .collect()
    }

    fn reference(&self, target: &str, pointer: &str) -> Result<String, Error> {
        let (root, members) = self.definitions()?;
        target
            .strip_prefix(&format!("#/{root}/"))
            .filter(|name| members.contains_key(*name))
            .map(str::to_owned)
            .ok_or_else(|| self.error(&format!("{pointer}/$ref"), format!("`{target}` leads nowhere")))
    }

    /// `allOf` of objects is the object that has all their members; a later part narrows an earlier one's member.
    fn merge(&self, parts: Vec<Schema>, pointer: &str) -> Result<Object, Error> {
        let mut merged = Object::default();
        for part in parts {
            let part = match part.kind {
                Kind::Ref(name) => {
                    let (root, members) = self.definitions()?;
                    self.schema(&members[&name], &format!("/{root}/{name}"))?.kind
                }
                kind => kind,
            };
            let Kind::Object(part) = part else {
                return Err(self.error(pointer, "`allOf` is understood for objects only"));
            };
            merged.properties.extend(part.properties);
            merged.required.extend(part.required);
            merged.additional = merged.additional.or(part.additional);
        }
        Ok(merged)
    }
}
