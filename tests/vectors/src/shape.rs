//! The schemas as a tree that documents can be grown on. Nothing here knows MCP, apart from what `_meta` means.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Any,
    Null,
    Boolean,
    String,
    Number(Bounds),
    /// One of these values: a constant or an enum.
    Fixed(Vec<Value>),
    Array {
        items: Box<Shape>,
        most: Option<usize>,
    },
    Object(Object),
    Union(Vec<Shape>),
    Ref(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub(crate) integer: bool,
    pub(crate) minimum: Option<i64>,
    pub(crate) maximum: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) members: BTreeMap<String, Member>,
    pub(crate) rest: Rest,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) shape: Shape,
    pub(crate) required: bool,
}

/// What an object may hold besides its members.
#[derive(Clone, Debug)]
pub(crate) enum Rest {
    /// The schema does not say.
    Silent,
    Any,
    Of(Box<Shape>),
}

/// The definitions of one revision.
pub(crate) struct Shapes(BTreeMap<String, Shape>);

impl Shapes {
    pub(crate) fn read(document: &Value) -> Result<Self, String> {
        let definitions = ["definitions", "$defs"]
            .iter()
            .find_map(|key| document.get(key)?.as_object())
            .ok_or("there are no definitions")?;
        let mut reader = Reader { definitions, metas: BTreeSet::new() };
        let mut shapes = BTreeMap::new();
        for (name, schema) in definitions {
            shapes.insert(name.clone(), reader.shape(schema).map_err(|error| format!("{name}: {error}"))?);
        }
        for name in reader.metas {
            if let Some(shape) = shapes.get_mut(&name) {
                open(shape);
            }
        }
        Ok(Self(shapes))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    pub(crate) fn get(&self, name: &str) -> &Shape {
        &self.0[name]
    }

    /// Follows references.
    pub(crate) fn resolve<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        match shape {
            Shape::Ref(name) => self.resolve(self.get(name)),
            shape => shape,
        }
    }

    /// The JSON types that a shape accepts.
    pub(crate) fn types(&self, shape: &Shape) -> BTreeSet<&'static str> {
        match self.resolve(shape) {
            Shape::Any | Shape::Ref(_) => TYPES.into(),
            Shape::Null => ["null"].into(),
            Shape::Boolean => ["boolean"].into(),
            Shape::String => ["string"].into(),
            Shape::Number(_) => ["number"].into(),
            Shape::Fixed(values) => values.iter().map(type_of).collect(),
            Shape::Array { .. } => ["array"].into(),
            Shape::Object(_) => ["object"].into(),
            Shape::Union(alternatives) => {
                alternatives.iter().flat_map(|alternative| self.types(alternative)).collect()
            }
        }
    }

    /// The object shapes among the alternatives, through references and nested unions.
    pub(crate) fn objects<'a>(&'a self, shape: &'a Shape) -> Vec<&'a Object> {
        match self.resolve(shape) {
            Shape::Object(object) => vec![object],
            Shape::Union(alternatives) => alternatives.iter().flat_map(|shape| self.objects(shape)).collect(),
            _ => Vec::new(),
        }
    }
}

const TYPES: [&str; 6] = ["null", "boolean", "number", "string", "array", "object"];

pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Lets an object hold anything, unless its schema says otherwise.
fn open(shape: &mut Shape) {
    if let Shape::Object(Object { rest: rest @ Rest::Silent, .. }) = shape {
        *rest = Rest::Any;
    }
}

struct Reader<'a> {
    definitions: &'a Map<String, Value>,
    /// Definitions that stand at a member `_meta`.
    metas: BTreeSet<String>,
}

/// Everything that says something about a document; an unknown keyword would be left out of it silently.
const KEYWORDS: [&str; 17] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maxItems",
    "maximum",
    "minimum",
    "properties",
    "required",
    "title",
    "type",
];

impl Reader<'_> {
    fn shape(&mut self, schema: &Value) -> Result<Shape, String> {
        let Some(schema) = schema.as_object() else {
            return if *schema == Value::Bool(true) {
                Ok(Shape::Any)
            } else {
                Err(format!("schema {schema}"))
            };
        };
        if let Some(keyword) = schema.keys().find(|keyword| !KEYWORDS.contains(&keyword.as_str())) {
            return Err(format!("the keyword `{keyword}` is not known here"));
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return Ok(Shape::Ref(reference.rsplit('/').next().unwrap_or_default().to_owned()));
        }
        if let Some(value) = schema.get("const") {
            return Ok(Shape::Fixed(vec![value.clone()]));
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return Ok(Shape::Fixed(values.clone()));
        }
        if let Some(alternatives) = schema.get("anyOf").and_then(Value::as_array) {
            return alternatives
                .iter()
                .map(|schema| self.shape(schema))
                .collect::<Result<_, _>>()
                .map(Shape::Union);
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return self.all_of(parts);
        }
        match schema.get("type") {
            None => Ok(Shape::Any),
            Some(Value::String(name)) => self.typed(name, schema),
            Some(Value::Array(names)) => names
                .iter()
                .map(|name| self.typed(name.as_str().unwrap_or_default(), schema))
                .collect::<Result<_, _>>()
                .map(Shape::Union),
            Some(other) => Err(format!("type {other}")),
        }
    }

    fn typed(&mut self, name: &str, schema: &Map<String, Value>) -> Result<Shape, String> {
        let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
        let number =
            |integer| Shape::Number(Bounds { integer, minimum: bound("minimum"), maximum: bound("maximum") });
        Ok(match name {
            "null" => Shape::Null,
            "boolean" => Shape::Boolean,
            "string" => Shape::String,
            "integer" => number(true),
            "number" => number(false),
            "array" => Shape::Array {
                items: Box::new(schema.get("items").map_or(Ok(Shape::Any), |items| self.shape(items))?),
                most: bound("maxItems").and_then(|most| usize::try_from(most).ok()),
            },
            "object" => Shape::Object(self.object(schema)?),
            _ => return Err(format!("type `{name}`")),
        })
    }

    fn object(&mut self, schema: &Map<String, Value>) -> Result<Object, String> {
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut members = BTreeMap::new();
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let mut shape = self.shape(schema)?;
            if name == "_meta" {
                match &shape {
                    Shape::Ref(name) => _ = self.metas.insert(name.clone()),
                    _ => open(&mut shape),
                }
            }
            members.insert(name.clone(), Member { shape, required: required.contains(&name.as_str()) });
        }
        let rest = match schema.get("additionalProperties") {
            // An object without any named member is there to hold what it gets.
            None if members.is_empty() => Rest::Any,
            None => Rest::Silent,
            Some(schema) => match self.shape(schema)? {
                Shape::Any => Rest::Any,
                shape => Rest::Of(Box::new(shape)),
            },
        };
        Ok(Object { members, rest })
    }

    /// Objects that must all fit: their members together, the narrower of two schemas for the same member.
    fn all_of(&mut self, parts: &[Value]) -> Result<Shape, String> {
        let mut whole = Object { members: BTreeMap::new(), rest: Rest::Silent };
        for part in parts {
            let mut shape = self.shape(part)?;
            while let Shape::Ref(name) = &shape {
                let schema = self.definitions.get(name).ok_or_else(|| format!("no definition `{name}`"))?;
                shape = self.shape(schema)?;
            }
            let Shape::Object(object) = shape else {
                return Err("allOf of something else than objects".to_owned());
            };
            for (name, member) in object.members {
                let required =
                    member.required || whole.members.get(&name).is_some_and(|member| member.required);
                let narrower =
                    !matches!(whole.members.get(&name), Some(Member { shape: Shape::Fixed(_), .. }));
                if narrower {
                    whole.members.insert(name, Member { required, ..member });
                } else if let Some(member) = whole.members.get_mut(&name) {
                    member.required = required;
                }
            }
            if !matches!(object.rest, Rest::Silent) {
                whole.rest = object.rest;
            }
        }
        Ok(Shape::Object(whole))
    }
}
