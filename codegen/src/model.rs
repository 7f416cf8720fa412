//! What lowering makes of a revision: Rust types, still without Rust syntax.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

/// The types of one revision.
pub(crate) struct Module {
    /// Such as `2025-11-25`.
    pub(crate) revision: String,
    /// By Rust name.
    pub(crate) types: BTreeMap<String, Type>,
}

#[derive(Clone, Debug)]
pub(crate) struct Type {
    /// Upstream's name, for a definition that upstream names.
    pub(crate) upstream: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) body: Body,
    /// The oldest revision that has the same type, if that is not this one.
    pub(crate) same_as: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Struct(Struct),
    Strings(Strings),
    Union(Union),
    Alias(Ty),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Struct {
    pub(crate) fields: Vec<Field>,
    pub(crate) constants: Vec<Constant>,
    /// Keeps members that the schema does not name.
    pub(crate) open: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) json: String,
    pub(crate) rust: String,
    pub(crate) description: Option<String>,
    pub(crate) ty: Ty,
    pub(crate) presence: Presence,
    pub(crate) bounds: Bounds,
}

/// What a value must keep within beside its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bounds {
    None,
    Number { minimum: Option<f64>, maximum: Option<f64> },
    Items { max: u64 },
}

/// Descriptions do not make a type another.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
            && self.rust == other.rust
            && self.ty == other.ty
            && self.presence == other.presence
            && self.bounds == other.bounds
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Must be there.
    Required,
    /// Must be there, and `null` is a value: `Option<T>`.
    RequiredNullable,
    /// May be left out; `null` counts as left out: `Option<T>`.
    Optional,
    /// May be left out; `null` is a value of the type: `Option<T>`.
    OptionalAny,
    /// May be left out, and `null` is a value beside the type's: `Option<Option<T>>`.
    OptionalNullable,
}

/// A member that always has the same value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Constant {
    pub(crate) json: String,
    pub(crate) rust: String,
    pub(crate) value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Strings {
    pub(crate) variants: Vec<StringVariant>,
    /// Has a variant that keeps unknown strings.
    pub(crate) open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StringVariant {
    pub(crate) json: String,
    pub(crate) rust: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Union {
    pub(crate) variants: IndexMap<String, Ty>,
    /// How an object among the variants is told from the others.
    pub(crate) objects: Option<Decision>,
    /// How a list among the variants is told from the others, by its first item; only where there are several.
    pub(crate) lists: Option<Decision>,
    /// By JSON type other than object: the variant.
    pub(crate) scalars: BTreeMap<JsonType, String>,
    /// Has a variant that keeps objects whose discriminator is unknown.
    pub(crate) open: bool,
}

/// How the variant of an object is found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Decision {
    /// This variant.
    Take(String),
    /// By the string at `key`; `absent` when it is not there, `other` when it is an unknown one.
    Switch {
        key: String,
        cases: Vec<(String, Decision)>,
        absent: Option<Box<Decision>>,
        other: Option<Box<Decision>>,
    },
    /// By whether something stands at the path of keys; null is nothing where the member is `optional`.
    Has { path: Vec<String>, optional: bool, yes: Box<Decision>, no: Box<Decision> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum JsonType {
    String,
    Number,
    Boolean,
    Null,
    Array,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// A type of the same module.
    Named(String),
    /// Any JSON.
    Any,
    /// Any JSON object.
    Object,
    String,
    Integer,
    Unsigned,
    /// A whole number that is an id or a token: 64 bits, with a sign or without one.
    Identifier,
    Number,
    Boolean,
    Null,
    List(Box<Ty>),
    Map(Box<Ty>),
}

impl Module {
    /// The type behind every alias in `ty`.
    pub(crate) fn resolved(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Named(name) => match self.types.get(name).map(|ty| &ty.body) {
                Some(Body::Alias(target)) => self.resolved(target),
                _ => ty.clone(),
            },
            Ty::List(item) => Ty::List(Box::new(self.resolved(item))),
            Ty::Map(value) => Ty::Map(Box::new(self.resolved(value))),
            _ => ty.clone(),
        }
    }
}

impl Body {
    /// Calls `visit` with the name of every type of the module that this one mentions.
    pub(crate) fn each_named(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Body::Struct(body) => body.fields.iter().for_each(|field| field.ty.each_named(visit)),
            Body::Union(union) => union.variants.values().for_each(|ty| ty.each_named(visit)),
            Body::Alias(ty) => ty.each_named(visit),
            Body::Strings(_) => {}
        }
    }
}

impl Ty {
    fn each_named(&self, visit: &mut dyn FnMut(&str)) {
        match self {
            Ty::Named(name) => visit(name),
            Ty::List(ty) | Ty::Map(ty) => ty.each_named(visit),
            _ => {}
        }
    }
}
