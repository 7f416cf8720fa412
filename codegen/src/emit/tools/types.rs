//! Rust types for the catalog's schemas: a struct for an object, a checked type wherever a schema demands something.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::ident;
use super::{doc, examples, values};
use crate::catalog::{Catalog, Format, Kind, Member, Schema, Spot, Variant};
use crate::names::{field_name, type_name, variant_name};

/// Names of Rust that no type may take: generated code and the macros it uses mean the ones of the prelude.
pub(crate) const PRELUDE: [&str; 46] = [
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// A part of the catalog, and the Rust name that something else has already.
pub(crate) struct Clash {
    pub(crate) at: Spot,
    pub(crate) name: String,
}

/// One module that is being written.
pub(super) struct Scope<'a> {
    pub(super) catalog: &'a Catalog,
    /// Path of the module that holds the declared types.
    pub(super) types: TokenStream,
    /// Declared types that contain themselves.
    pub(super) recursive: &'a BTreeSet<String>,
    /// The items so far.
    items: TokenStream,
    /// What each Rust name of this module stands for.
    taken: BTreeMap<String, String>,
    /// Where a name was needed that is not free.
    clashes: Vec<Clash>,
}

/// What a struct's field holds.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// Name of the struct around it.
    pub(super) outer: &'a str,
    /// What the name of a field's own type begins with; that of the struct is the way out where two clash.
    pub(super) prefix: &'a str,
}

impl Place<'_> {
    fn names(self, member: &Member) -> (String, String) {
        let field = type_name(&member.name);
        (format!("{}{field}", self.prefix), format!("{}{field}", self.outer))
    }
}

impl<'a> Scope<'a> {
    pub(super) fn new(catalog: &'a Catalog, types: TokenStream, recursive: &'a BTreeSet<String>) -> Self {
        Self {
            catalog,
            types,
            recursive,
            items: TokenStream::new(),
            taken: BTreeMap::new(),
            clashes: Vec::new(),
        }
    }

    /// Keeps `name` for something that the module writes itself.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned(), String::new());
    }

    /// Keeps the names of the declared types for them.
    pub(super) fn reserve_types(&mut self) {
        for (name, schema) in &self.catalog.types {
            self.taken.insert(type_name(name), meaning(schema));
        }
    }

    pub(super) fn finish(self) -> (TokenStream, Vec<Clash>) {
        (self.items, self.clashes)
    }

    pub(super) fn push(&mut self, item: TokenStream) {
        self.items.extend(item);
    }

    /// The declared type `name`.
    pub(super) fn declare(&mut self, name: &str, schema: &Schema) {
        let rust = type_name(name);
        if named(&schema.kind) || self.recursive.contains(name) {
            self.write(schema, &rust);
        } else {
            let target = self.ty(schema, &rust, &rust);
            let (about, rust) = (about(schema, &format!("`{name}` of the catalog.")), ident(&rust));
            self.push(quote! { #about pub type #rust = #target; });
        }
    }

    /// A closed object as a struct, with its rule.
    pub(super) fn structure(&mut self, name: &str, about: &str, members: &[Member], place: Place<'_>) {
        let fields = self.fields(members, place);
        let rule = self.members(members, place);
        let rust = ident(name);
        let about = doc(about);
        let defaults = self.defaults(members, place);
        let typed = self.typed(name, &quote! { contract::Rule::Object(&[#rule]) });
        let defaults = (!defaults.is_empty()).then(|| quote! { impl #rust { #defaults } });
        let item = quote! {
            #about
            #[derive(Clone, Debug, PartialEq, lockstep_runtime::serde::Serialize, lockstep_runtime::serde::Deserialize)]
            #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
            pub struct #rust { #fields }
            #defaults
            #typed
        };
        self.push(item);
    }

    /// The rule of a type; one that contains itself is looked up when it is needed.
    fn typed(&self, name: &str, rule: &TokenStream) -> TokenStream {
        let rust = ident(name);
        let later = self.recursive.iter().any(|recursive| name.starts_with(&type_name(recursive)));
        let reference = if later {
            quote! { &contract::Rule::Later(|| &RULE) }
        } else {
            quote! { &RULE }
        };
        quote! {
            impl contract::Typed for #rust {
                const RULE: &'static contract::Rule = {
                    static RULE: contract::Rule = #rule;
                    #reference
                };
            }
        }
    }

    fn fields(&mut self, members: &[Member], place: Place<'_>) -> TokenStream {
        let fields = members.iter().map(|member| {
            let text = member.schema.description.clone();
            let text = text.unwrap_or_else(|| format!("The member `{}`.", member.name));
            let about = doc(&format!("{text}{}", bounds(&member.schema.kind)));
            let field = ident(&field_name(&member.name));
            let ty = self.field_type(member, place);
            let rename = (field_name(&member.name).trim_start_matches("r#") != member.name).then(|| {
                let text = &member.name;
                quote! { #[serde(rename = #text)] }
            });
            let presence = match (&member.default, member.required) {
                (Some(_), _) => {
                    let path = format!("{}::{}", place.outer, default_name(member));
                    quote! { #[serde(default = #path)] }
                }
                (None, true) => quote! {},
                (None, false) => quote! {
                    #[serde(
                        default,
                        skip_serializing_if = "Option::is_none",
                        deserialize_with = "lockstep_runtime::contract::present"
                    )]
                },
            };
            quote! { #about #rename #presence pub #field: #ty, }
        });
        fields.collect()
    }

    /// The type of a field: an `Option` where the member may be absent and has no default.
    pub(super) fn field_type(&mut self, member: &Member, place: Place<'_>) -> TokenStream {
        let ty = self.member_type(member, place);
        if member.required || member.default.is_some() {
            ty
        } else {
            quote! { Option<#ty> }
        }
    }

    fn member_type(&mut self, member: &Member, place: Place<'_>) -> TokenStream {
        let (name, long) = place.names(member);
        let ty = self.ty(&member.schema, &name, &long);
        match &member.schema.kind {
            Kind::Ref(target) if self.recursive.contains(target) => quote! { Box<#ty> },
            _ => ty,
        }
    }

    /// The members of a rule.
    pub(super) fn members(&mut self, members: &[Member], place: Place<'_>) -> TokenStream {
        let members = members.iter().map(|member| {
            let name = &member.name;
            let ty = self.member_type(member, place);
            let presence = match (&member.default, member.required) {
                (Some(_), _) => quote! { Default },
                (None, true) => quote! { Required },
                (None, false) => quote! { Optional },
            };
            let example = examples::member(self.catalog, member);
            quote! {
                contract::Member::new(
                    #name, <#ty as contract::Typed>::RULE, contract::Presence::#presence, #example,
                ),
            }
        });
        members.collect()
    }

    fn defaults(&mut self, members: &[Member], place: Place<'_>) -> TokenStream {
        let mut functions = TokenStream::new();
        for member in members {
            let Some(default) = &member.default else { continue };
            let name = ident(&default_name(member));
            let ty = self.field_type(member, place);
            let (short, long) = place.names(member);
            let value = values::literal(self, &member.schema, default, &short, &long);
            functions.extend(quote! { fn #name() -> #ty { #value } });
        }
        functions
    }

    /// The type of `schema`; one that needs a type of its own is called `name`, or `long` where that is taken.
    pub(super) fn ty(&mut self, schema: &Schema, name: &str, long: &str) -> TokenStream {
        match &schema.kind {
            Kind::Any => quote! { lockstep_runtime::serde_json::Value },
            Kind::Ref(target) => {
                let (types, target) = (self.types.clone(), ident(&type_name(target)));
                quote! { #types::#target }
            }
            Kind::String { min, max, pattern: None, format: Some(format) } if none(min) && max.is_none() => {
                real_type(*format)
            }
            Kind::String { min, max, pattern: None, format: None } if none(min) && max.is_none() => {
                quote! { String }
            }
            Kind::Integer { min: None, max: None } => quote! { i64 },
            Kind::Integer { min: Some(0), max: None } => quote! { u64 },
            Kind::Integer { min: Some(0), max: Some(0xFFFF_FFFF) } => quote! { u32 },
            Kind::Boolean => quote! { bool },
            Kind::Array { items, min, max: None, unique: false } if none(min) => {
                let item = self.ty(items, &format!("{name}Item"), &format!("{long}Item"));
                quote! { Vec<#item> }
            }
            Kind::Map { values, max: None } => match &values.kind {
                Kind::Any => {
                    quote! { lockstep_runtime::serde_json::Map<String, lockstep_runtime::serde_json::Value> }
                }
                _ => {
                    let value = self.ty(values, &format!("{name}Value"), &format!("{long}Value"));
                    quote! { std::collections::BTreeMap<String, #value> }
                }
            },
            _ => self.own(schema, name, long),
        }
    }

    /// A type of the schema's own, written where its name is first met.
    fn own(&mut self, schema: &Schema, name: &str, long: &str) -> TokenStream {
        let meaning = meaning(schema);
        let free = |name: &str| {
            !PRELUDE.contains(&name) && self.taken.get(name).is_none_or(|known| *known == meaning)
        };
        let name = if free(name) { name } else { long };
        if !free(name) {
            self.clashes.push(Clash { at: schema.at, name: name.to_owned() });
        }
        let rust = ident(name);
        if self.taken.insert(name.to_owned(), meaning.clone()).is_none_or(|known| known != meaning) {
            self.write(schema, name);
        }
        quote! { #rust }
    }

    fn write(&mut self, schema: &Schema, name: &str) {
        let rust = ident(name);
        let about = about(schema, &format!("`{name}` of the catalog."));
        let item = match &schema.kind {
            Kind::String { min, max, pattern, format } => {
                let (min, max) = (natural(min), natural(max));
                let pattern = option(pattern.as_ref().map(|pattern| quote! { #pattern }));
                let format = option(format.map(|format| {
                    let name = ident(format_name(format));
                    quote! { #name }
                }));
                quote! {
                    #about
                    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
                    pub struct #rust(String);
                    lockstep_runtime::text!(
                        impl #rust { min: #min, max: #max, pattern: #pattern, format: #format }
                    );
                }
            }
            Kind::Choice(values) => {
                let docs = values.iter().map(|value| doc(&format!("`{value}`")));
                let variants: Vec<_> = values.iter().map(|value| ident(&variant_name(value))).collect();
                quote! {
                    #about
                    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
                    pub enum #rust { #(#docs #variants,)* }
                    lockstep_runtime::choice!(impl #rust { #(#variants = #values,)* });
                }
            }
            Kind::Integer { min, max } => {
                let base = integer_base(*min, *max);
                let literal = |value: &Option<i64>| option(value.map(whole));
                let (min, max) = (literal(min), literal(max));
                quote! {
                    #about
                    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
                    pub struct #rust(#base);
                    lockstep_runtime::integer!(impl #rust(#base) { min: #min, max: #max });
                }
            }
            Kind::Number { min, max } => {
                let literal = |value: &Option<f64>| option(value.map(real));
                let (min, max) = (literal(min), literal(max));
                quote! {
                    #about
                    #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
                    pub struct #rust(f64);
                    lockstep_runtime::number!(impl #rust { min: #min, max: #max });
                }
            }
            Kind::Array { items, min, max, unique } => {
                let item = self.ty(items, &format!("{name}Item"), &format!("{name}Item"));
                let (min, max) = (natural(min), natural(max));
                quote! {
                    #about
                    #[derive(Clone, Debug, PartialEq)]
                    pub struct #rust(Vec<#item>);
                    lockstep_runtime::list!(impl #rust(#item) { min: #min, max: #max, unique: #unique });
                }
            }
            Kind::Map { values, max } => {
                let value = self.ty(values, &format!("{name}Value"), &format!("{name}Value"));
                let max = natural(max);
                quote! {
                    #about
                    #[derive(Clone, Debug, PartialEq)]
                    pub struct #rust(std::collections::BTreeMap<String, #value>);
                    lockstep_runtime::map!(impl #rust(#value) { max: #max });
                }
            }
            Kind::Object(members) => {
                let text = schema.description.clone().unwrap_or_else(|| format!("`{name}` of the catalog."));
                return self.structure(name, &text, members, Place { outer: name, prefix: name });
            }
            Kind::Union { tag, variants } => self.union(name, &about, schema.at, tag, variants),
            Kind::Any | Kind::Ref(_) | Kind::Boolean => TokenStream::new(),
        };
        self.push(item);
    }

    fn union(
        &mut self,
        name: &str,
        about: &TokenStream,
        at: Spot,
        tag: &str,
        variants: &[Variant],
    ) -> TokenStream {
        let rust = ident(name);
        let mut arms = TokenStream::new();
        let mut rules = TokenStream::new();
        for variant in variants {
            let value = &variant.value;
            let short = variant_name(value);
            let inner = format!("{name}{short}");
            let text = variant.description.clone();
            let text = text.unwrap_or_else(|| format!("`{name}` whose `{tag}` is `{value}`."));
            let place = Place { outer: &inner, prefix: &inner };
            if self.taken.insert(inner.clone(), String::new()).is_some() {
                self.clashes.push(Clash { at, name: inner.clone() });
            }
            self.structure(&inner, &text, &variant.members, place);
            let members = self.members(&variant.members, place);
            let (about, short, inner) = (doc(&text), ident(&short), ident(&inner));
            arms.extend(quote! { #about #[serde(rename = #value)] #short(#inner), });
            rules.extend(quote! { (#value, &[#members]), });
        }
        let typed = self.typed(name, &quote! { contract::Rule::Union { tag: #tag, variants: &[#rules] } });
        quote! {
            #about
            #[derive(Clone, Debug, PartialEq, lockstep_runtime::serde::Serialize, lockstep_runtime::serde::Deserialize)]
            #[serde(crate = "lockstep_runtime::serde", tag = #tag)]
            pub enum #rust { #arms }
            #typed
        }
    }
}

/// Whether the kind is written as a type of its own.
pub(super) fn named(kind: &Kind) -> bool {
    match kind {
        Kind::Any | Kind::Ref(_) | Kind::Boolean => false,
        Kind::String { min, max, pattern, .. } => !none(min) || max.is_some() || pattern.is_some(),
        Kind::Integer { min, max } => {
            !matches!((min, max), (None | Some(0), None) | (Some(0), Some(0xFFFF_FFFF)))
        }
        Kind::Array { min, max, unique, .. } => !none(min) || max.is_some() || *unique,
        Kind::Map { max, .. } => max.is_some(),
        // Without bounds, too: what JSON has no word for, such as a NaN, cannot be held.
        Kind::Number { .. } => true,
        Kind::Choice(_) | Kind::Object(_) | Kind::Union { .. } => true,
    }
}

/// What makes two types the same: for a checked scalar its demands, else the place where it stands.
fn meaning(schema: &Schema) -> String {
    match &schema.kind {
        kind @ (Kind::String { .. } | Kind::Choice(_) | Kind::Integer { .. } | Kind::Number { .. }) => {
            format!("{kind:?}")
        }
        _ => format!("{:?}", schema.at),
    }
}

fn none(min: &Option<u64>) -> bool {
    matches!(min, None | Some(0))
}

/// The declared types that contain themselves.
pub(super) fn recursive(catalog: &Catalog) -> BTreeSet<String> {
    catalog.types.keys().filter(|name| catalog.is_recursive(name)).cloned().collect()
}

fn default_name(member: &Member) -> String {
    format!("default_{}", field_name(&member.name).trim_start_matches("r#"))
}

fn about(schema: &Schema, otherwise: &str) -> TokenStream {
    let text = schema.description.clone().unwrap_or_else(|| otherwise.to_owned());
    doc(&format!("{text}{}", bounds(&schema.kind)))
}

/// The bounds as a paragraph of their own.
fn bounds(kind: &Kind) -> String {
    let range = match kind {
        Kind::String { min, max, .. } => range(min, max, "character"),
        Kind::Array { min, max, .. } => range(min, max, "item"),
        Kind::Integer { min, max } => range(min, max, ""),
        Kind::Number { min, max } => range(min, max, ""),
        _ => None,
    };
    let pattern = match kind {
        Kind::String { pattern: Some(pattern), .. } => Some(format!("Matches `{pattern}`.")),
        _ => None,
    };
    let text: Vec<String> = range.into_iter().chain(pattern).collect();
    if text.is_empty() { String::new() } else { format!("\n\n{}", text.join(" ")) }
}

fn range<T: std::fmt::Display>(min: &Option<T>, max: &Option<T>, unit: &str) -> Option<String> {
    let (range, last) = match (min, max) {
        (None, None) => return None,
        (Some(min), Some(max)) => (format!("{min} to {max}"), max.to_string()),
        (Some(min), None) => (format!("{min} or more"), String::new()),
        (None, Some(max)) => (format!("At most {max}"), max.to_string()),
    };
    let plural = if unit.is_empty() || last == "1" { "" } else { "s" };
    Some(format!("{range} {unit}{plural}").trim_end().to_owned() + ".")
}

fn real_type(format: Format) -> TokenStream {
    match format {
        Format::Ipv4 => quote! { std::net::Ipv4Addr },
        Format::Ipv6 => quote! { std::net::Ipv6Addr },
        _ => {
            let name = ident(format_name(format));
            quote! { contract::#name }
        }
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Date => "Date",
        Format::DateTime => "DateTime",
        Format::Email => "Email",
        Format::Ipv4 => "Ipv4",
        Format::Ipv6 => "Ipv6",
        Format::Uri => "Uri",
        Format::Uuid => "Uuid",
    }
}

fn integer_base(min: Option<i64>, max: Option<i64>) -> TokenStream {
    match (min, max) {
        (Some(0..), Some(..=0xFFFF_FFFF)) => quote! { u32 },
        (Some(0..), _) => quote! { u64 },
        _ => quote! { i64 },
    }
}

fn natural(value: &Option<u64>) -> TokenStream {
    option(value.map(|value| {
        let value = Literal::u64_unsuffixed(value);
        quote! { #value }
    }))
}

pub(super) fn option(value: Option<TokenStream>) -> TokenStream {
    value.map_or_else(|| quote! { None }, |value| quote! { Some(#value) })
}

pub(super) fn whole(value: i64) -> TokenStream {
    let digits = Literal::u64_unsuffixed(value.unsigned_abs());
    if value < 0 {
        quote! { -#digits }
    } else {
        quote! { #digits }
    }
}

pub(super) fn real(value: f64) -> TokenStream {
    let digits = Literal::f64_unsuffixed(value.abs());
    if value.is_sign_negative() {
        quote! { -#digits }
    } else {
        quote! { #digits }
    }
}
