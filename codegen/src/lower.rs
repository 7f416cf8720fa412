//! Stage 4: normalized schemas become Rust types: structs, string enums, unions decided by their discriminators.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::error::{Collector, Error, Errors};
use crate::model::{
    Body, Bounds, Constant, Field, JsonType, Module, Presence, StringVariant, Strings, Struct, Ty, Type,
    Union,
};
use crate::names::{field_name, type_name};
use crate::normalize::{Kind, Object, Revision, Schema};

mod decide;

/// Sets of strings to which the specification adds: what a peer of a later revision sends is kept, not refused.
const GROWING: [&str; 1] = ["TaskStatus"];

/// A union with this variant is one of content blocks, to which the specification adds in the same way.
const CONTENT: &str = "TextContent";

pub(crate) fn lower(revisions: &[Revision]) -> Result<Vec<Module>, Errors> {
    let mut errors = Collector::default();
    let modules = revisions
        .iter()
        .map(|revision| {
            let mut lowering = Lowering::new(revision, &mut errors);
            for (name, schema) in &revision.definitions {
                lowering.definition(name, schema);
            }
            Module { revision: revision.name.clone(), types: lowering.types }
        })
        .collect();
    errors.finish(modules)
}

struct Lowering<'a> {
    revision: &'a Revision,
    errors: &'a mut Collector,
    types: BTreeMap<String, Type>,
    /// Property names whose inline string enums are alike everywhere: one type for all of them.
    shared: BTreeSet<String>,
}

impl<'a> Lowering<'a> {
    fn new(revision: &'a Revision, errors: &'a mut Collector) -> Self {
        Self { revision, errors, types: BTreeMap::new(), shared: shared_enums(revision) }
    }

    fn definition(&mut self, upstream: &str, schema: &Schema) {
        let name = type_name(upstream);
        let body = self.body(&name, schema);
        self.insert(name, Some(upstream), schema.description.clone(), body);
    }

    fn insert(&mut self, name: String, upstream: Option<&str>, description: Option<String>, body: Body) {
        let ty = Type { upstream: upstream.map(str::to_owned), description, body, same_as: None };
        let clashes = self.types.get(&name).is_some_and(|present| present.body != ty.body);
        if clashes {
            let message = format!("two types want the name `{name}`");
            self.errors.push(Error::schema(&self.revision.name, format!("/{name}"), message));
        }
        self.types.insert(name, ty);
    }

    fn body(&mut self, name: &str, schema: &Schema) -> Body {
        match &schema.kind {
            Kind::Object(object) if !object.properties.is_empty() => {
                Body::Struct(self.structure(name, object))
            }
            Kind::Strings(names) => Body::Strings(strings(name, names)),
            Kind::Union(_) if self.is_any_json(schema) => Body::Alias(Ty::Any),
            Kind::Union(alternatives) => Body::Union(self.union(name, alternatives)),
            _ => Body::Alias(self.ty(name, schema)),
        }
    }

    fn structure(&mut self, name: &str, object: &Object) -> Struct {
        let mut fields = Vec::new();
        let mut constants = Vec::new();
        for (json, schema) in &object.properties {
            let required = object.required.contains(json);
            let rust = field_name(json);
            match &schema.kind {
                Kind::Const(value) if required => {
                    constants.push(Constant { json: json.clone(), rust, value: value.clone() });
                }
                _ => fields.push(self.field(name, json, rust, schema, required)),
            }
        }
        // `_meta` objects and JSON Schemas are open by the specification's text, whatever their schema says.
        let open = object.additional.as_ref().is_some_and(|schema| schema.kind == Kind::Any)
            || ["MetaObject", "Meta", "InputSchema", "OutputSchema"].iter().any(|end| name.ends_with(end));
        Struct { fields, constants, open }
    }

    fn field(&mut self, parent: &str, json: &str, rust: String, schema: &Schema, required: bool) -> Field {
        let (schema, nullable) = without_null(schema);
        let inline =
            if self.shared.contains(json) { type_name(json) } else { format!("{parent}{}", type_name(json)) };
        let ty = self.ty(&inline, &schema);
        let takes_null = self.takes_null(&ty);
        let presence = match (required, nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::RequiredNullable,
            (false, false) if takes_null => Presence::OptionalAny,
            (false, false) => Presence::Optional,
            (false, true) => Presence::OptionalNullable,
        };
        Field {
            json: json.to_owned(),
            rust,
            description: schema.description.clone(),
            ty,
            presence,
            bounds: bounds(&schema.kind),
        }
    }

    fn takes_null(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Any | Ty::Null => true,
            Ty::Named(name) => {
                let of = |(upstream, schema): (&String, &Schema)| {
                    type_name(upstream) == *name && self.is_any_json(schema)
                };
                self.revision.definitions.iter().any(of)
            }
            _ => false,
        }
    }

    /// The type of a schema in place; a schema that needs a type of its own becomes one called `inline`.
    fn ty(&mut self, inline: &str, schema: &Schema) -> Ty {
        match &schema.kind {
            Kind::Any => Ty::Any,
            Kind::Ref(name) => Ty::Named(type_name(name)),
            Kind::String => Ty::String,
            Kind::Integer { minimum: Some(0..) } => Ty::Unsigned,
            Kind::Integer { .. } => Ty::Integer,
            Kind::Number { .. } => Ty::Number,
            Kind::Boolean => Ty::Boolean,
            Kind::Null => Ty::Null,
            Kind::Array { items, .. } => Ty::List(Box::new(self.ty(&format!("{inline}Item"), items))),
            Kind::Object(object) if object.properties.is_empty() => match &object.additional {
                Some(schema) if schema.kind != Kind::Any && !self.is_any_json(schema) => {
                    Ty::Map(Box::new(self.ty(&format!("{inline}Value"), schema)))
                }
                _ => Ty::Object,
            },
            Kind::Const(value) => {
                let json = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let body = Body::Strings(strings(inline, &[json]));
                self.named(inline, schema, body)
            }
            Kind::Object(_) | Kind::Strings(_) | Kind::Union(_) => {
                let body = self.body(inline, schema);
                self.named(inline, schema, body)
            }
        }
    }

    fn named(&mut self, name: &str, schema: &Schema, body: Body) -> Ty {
        self.insert(name.to_owned(), None, schema.description.clone(), body);
        Ty::Named(name.to_owned())
    }

    fn union(&mut self, name: &str, alternatives: &[Schema]) -> Union {
        let mut variants = IndexMap::new();
        let mut scalars = BTreeMap::new();
        let mut objects = Vec::new();
        let mut lists: Vec<(String, Object)> = Vec::new();
        for (index, schema) in alternatives.iter().flat_map(flat).enumerate() {
            let (variant, ty) = self.variant(name, index, schema);
            let items = decide::item_objects(self.revision, schema);
            lists.extend(items.into_iter().map(|object| (variant.clone(), object)));
            for leaf in decide::leaves(self.revision, schema) {
                match leaf {
                    decide::Leaf::Scalar(kind) => {
                        scalars.entry(kind).or_insert_with(|| variant.clone());
                    }
                    decide::Leaf::Object(object) => objects.push((variant.clone(), object)),
                }
            }
            variants.insert(variant, ty);
        }
        let objects = (!objects.is_empty()).then(|| decide::decide(&objects));
        let open = variants.contains_key(CONTENT);
        let several = lists.iter().any(|(variant, _)| *variant != lists[0].0);
        let lists = several.then(|| decide::decide(&lists));
        Union { variants, objects, lists, scalars, open }
    }

    fn variant(&mut self, parent: &str, index: usize, schema: &Schema) -> (String, Ty) {
        let definitions = &self.revision.definitions;
        let named = definitions.iter().find(|(_, named)| named.kind == schema.kind);
        let ty = match (&schema.kind, named) {
            // A list in place that is also a definition has that definition's name.
            (Kind::Array { .. }, Some((name, _))) => Ty::Named(type_name(name)),
            // What may be a string as well counts nothing: it is an id or a token.
            (Kind::Integer { minimum: None }, _) => Ty::Identifier,
            _ => self.ty(&format!("{parent}Variant{index}"), schema),
        };
        let variant = match &ty {
            Ty::Named(name) => name.clone(),
            Ty::Any => "Any".to_owned(),
            Ty::Object | Ty::Map(_) => "Object".to_owned(),
            Ty::String => "String".to_owned(),
            Ty::Integer | Ty::Unsigned | Ty::Identifier => "Integer".to_owned(),
            Ty::Number => "Number".to_owned(),
            Ty::Boolean => "Boolean".to_owned(),
            Ty::Null => "Null".to_owned(),
            Ty::List(_) => "List".to_owned(),
        };
        (variant, ty)
    }

    /// A union that is any JSON value: all scalars, and arrays and objects of itself.
    fn is_any_json(&self, schema: &Schema) -> bool {
        let resolved = match &schema.kind {
            Kind::Ref(name) => &self.revision.definitions[name],
            _ => schema,
        };
        let Kind::Union(alternatives) = &resolved.kind else { return resolved.kind == Kind::Any };
        let kinds: BTreeSet<JsonType> = alternatives
            .iter()
            .flat_map(flat)
            .filter_map(|schema| decide::scalar_type(&schema.kind))
            .collect();
        let objects = alternatives.iter().any(|schema| match &schema.kind {
            Kind::Ref(name) => matches!(&self.revision.definitions[name].kind, Kind::Object(object) if object.properties.is_empty()),
            _ => false,
        });
        objects && kinds.len() == 5
    }
}

fn strings(name: &str, texts: &[String]) -> Strings {
    let variant = |json: &String| StringVariant { json: json.clone(), rust: type_name(json) };
    Strings { variants: texts.iter().map(variant).collect(), open: GROWING.contains(&name) }
}

/// The bounds that the type does not hold by itself.
fn bounds(kind: &Kind) -> Bounds {
    match kind {
        Kind::Number { minimum: None, maximum: None } => Bounds::None,
        Kind::Number { minimum, maximum } => Bounds::Number { minimum: *minimum, maximum: *maximum },
        Kind::Array { max: Some(max), .. } => Bounds::Items { max: *max },
        _ => Bounds::None,
    }
}

fn flat(schema: &Schema) -> Vec<&Schema> {
    match &schema.kind {
        Kind::Union(alternatives) => alternatives.iter().flat_map(flat).collect(),
        _ => vec![schema],
    }
}

/// A union with `null` is the rest of the union, nullable.
fn without_null(schema: &Schema) -> (Schema, bool) {
    if let Kind::Union(alternatives) = &schema.kind {
        let rest: Vec<Schema> =
            alternatives.iter().filter(|schema| schema.kind != Kind::Null).cloned().collect();
        if let [only] = rest.as_slice()
            && alternatives.len() > 1
        {
            return (Schema { description: schema.description.clone(), kind: only.kind.clone() }, true);
        }
    }
    (schema.clone(), false)
}

/// The properties that have an inline string enum in more than one place, the same everywhere.
fn shared_enums(revision: &Revision) -> BTreeSet<String> {
    let mut found: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
    for schema in revision.definitions.values() {
        let Kind::Object(object) = &schema.kind else { continue };
        for (json, schema) in &object.properties {
            if let Kind::Strings(names) = &schema.kind {
                found.entry(json).or_default().push(names);
            }
        }
    }
    let taken: BTreeSet<String> = revision.definitions.keys().map(|name| type_name(name)).collect();
    found
        .into_iter()
        .filter(|(json, enums)| {
            enums.len() > 1
                && enums.iter().all(|names| *names == enums[0])
                && !taken.contains(&type_name(json))
        })
        .map(|(json, _)| json.to_owned())
        .collect()
}
