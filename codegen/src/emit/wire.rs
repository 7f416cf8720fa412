//! Tokens of lockstep-wire: a module per revision.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::{Tokens, doc, ident, inner_doc};
use crate::docs;
use crate::model::{
    Body, Bounds, Constant, Decision, Field, JsonType, Module, Presence, Strings, Struct, Ty, Type, Union,
};
use crate::names::module_name;

const ROOT: &str = "generated/wire/src";

pub(crate) fn crate_sources(modules: &[Module]) -> Tokens {
    let mut files = Tokens::new();
    files.insert(format!("{ROOT}/lib.rs"), library(modules));
    for module in modules {
        files.insert(format!("{ROOT}/{}.rs", module_name(&module.revision)), module_tokens(module));
    }
    files
}

fn library(modules: &[Module]) -> TokenStream {
    let declared = modules.iter().map(|module| ident(&module_name(&module.revision)));
    let revisions = modules.iter().map(|module| &module.revision);
    let latest = modules.last().map(|module| {
        let (module, text) = (ident(&module_name(&module.revision)), &module.revision);
        let about = doc(&format!("The newest revision, {text}."));
        quote! {
            #about
            pub use #module as latest;
        }
    });
    quote! {
        #![doc = include_str!("../README.md")]
        #![forbid(unsafe_code)]
        #![deny(missing_docs)]
        #![expect(clippy::large_enum_variant, reason = "messages are made once and moved seldom; a box would be in every user's way")]

        #[path = "../support/mod.rs"]
        mod support;

        pub mod bridge;
        #(pub mod #declared;)*

        #latest

        pub use support::integer::Integer;
        pub use support::json::{from_slice, from_str, to_string, to_vec, write_into};

        /// A JSON object whose members the schema does not name.
        pub type Object = serde_json::Map<String, serde_json::Value>;

        /// Every revision of the protocol this crate has types for, oldest first.
        pub const REVISIONS: &[&str] = &[#(#revisions),*];
    }
}

fn module_tokens(module: &Module) -> TokenStream {
    let revision = &module.revision;
    let names: BTreeMap<&str, String> =
        module.types.iter().filter_map(|(rust, ty)| Some((ty.upstream.as_deref()?, rust.clone()))).collect();
    let emit = Emit { revision, names };
    let types = module.types.iter().map(|(name, ty)| emit.ty(name, ty));
    let about = inner_doc(&format!(
        "Types of MCP revision {revision}.\n\nAs the [specification](https://modelcontextprotocol.io/specification/{revision}/schema) defines them."
    ));
    quote! {
        #about

        #(#types)*
    }
}

struct Emit<'a> {
    revision: &'a str,
    names: BTreeMap<&'a str, String>,
}

impl Emit<'_> {
    fn ty(&self, name: &str, ty: &Type) -> TokenStream {
        let about = self.type_doc(name, ty);
        let rust = ident(name);
        if let Some(origin) = &ty.same_as {
            let origin = ident(&module_name(origin));
            return quote! { #about pub type #rust = super::#origin::#rust; };
        }
        match &ty.body {
            Body::Alias(target) => {
                let target = type_tokens(target);
                quote! { #about pub type #rust = #target; }
            }
            Body::Struct(body) => self.structure(&about, name, body),
            Body::Strings(body) => strings_tokens(&about, name, body),
            Body::Union(body) => union_tokens(&about, name, body),
        }
    }

    fn type_doc(&self, name: &str, ty: &Type) -> TokenStream {
        let own = ty.description.as_deref().map(|text| docs::markdown(text, &self.names));
        let mut text =
            own.filter(|text| !text.is_empty()).unwrap_or_else(|| format!("`{name}` of the schema."));
        if let Some(upstream) = &ty.upstream {
            let revision = self.revision;
            let anchor = upstream.to_lowercase();
            text.push_str(&format!(
                "\n\n[Specification](https://modelcontextprotocol.io/specification/{revision}/schema#{anchor})"
            ));
        }
        doc(&text)
    }

    fn structure(&self, about: &TokenStream, name: &str, body: &Struct) -> TokenStream {
        let rust = ident(name);
        let fields = body.fields.iter().map(|field| self.field(field));
        let extra = body.open.then(|| {
            quote! {
                /// Members that the schema leaves open, kept as they came.
                pub extra: crate::Object,
            }
        });
        let all_optional = body.fields.iter().all(|field| !required(field));
        let default = all_optional.then(|| quote! { , Default });
        let new = (!all_optional).then(|| constructor(name, body));
        let members = body.fields.iter().map(|field| {
            let (kind, rust, json) = (ident(kind(field.presence)), ident(&field.rust), &field.json);
            let bounds = bounds_tokens(&field.bounds);
            let whole = is_whole(&field.ty).then(|| quote! { as whole });
            quote! { #kind #rust #json #whole #bounds, }
        });
        let constants = body.constants.iter().map(|Constant { json, rust, value }| {
            let (rust, value) = (ident(rust), literal(value));
            quote! { #rust #json #value, }
        });
        let open = body.open.then(|| quote! { open extra });
        quote! {
            #about
            #[derive(Clone, Debug, PartialEq #default)]
            pub struct #rust { #(#fields)* #extra }
            #new
            crate::support::object!(#rust { #(#members)* } constants { #(#constants)* } #open);
        }
    }

    fn field(&self, field: &Field) -> TokenStream {
        let own = field.description.as_deref().map(|text| docs::markdown(text, &self.names));
        let about = doc(&own
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| format!("The member `{}`.", field.json)));
        let rust = ident(&field.rust);
        let ty = field_type(field);
        quote! { #about pub #rust: #ty, }
    }
}

fn required(field: &Field) -> bool {
    matches!(field.presence, Presence::Required | Presence::RequiredNullable)
}

fn kind(presence: Presence) -> &'static str {
    match presence {
        Presence::Required => "required",
        Presence::RequiredNullable => "required_nullable",
        Presence::Optional => "optional",
        Presence::OptionalAny => "optional_any",
        Presence::OptionalNullable => "optional_nullable",
    }
}

fn bounds_tokens(bounds: &Bounds) -> Option<TokenStream> {
    let limit = |limit: &Option<f64>, open: f64| {
        let limit = limit.unwrap_or(open);
        if limit.is_finite() {
            let limit = proc_macro2::Literal::f64_unsuffixed(limit);
            quote! { #limit }
        } else if limit > 0.0 {
            quote! { f64::INFINITY }
        } else {
            quote! { f64::NEG_INFINITY }
        }
    };
    match bounds {
        Bounds::None => None,
        Bounds::Number { minimum, maximum } => {
            let (minimum, maximum) = (limit(minimum, f64::NEG_INFINITY), limit(maximum, f64::INFINITY));
            Some(quote! { within crate::support::Number(#minimum, #maximum) })
        }
        Bounds::Items { max } => {
            let max = proc_macro2::Literal::u64_unsuffixed(*max);
            Some(quote! { within crate::support::Items(#max) })
        }
    }
}

fn field_type(field: &Field) -> TokenStream {
    let ty = type_tokens(&field.ty);
    match field.presence {
        Presence::Required => ty,
        Presence::OptionalNullable => quote! { Option<Option<#ty>> },
        _ => quote! { Option<#ty> },
    }
}

/// `new` takes what the schema requires; the rest starts absent.
fn constructor(name: &str, body: &Struct) -> TokenStream {
    let rust = ident(name);
    let needed: Vec<_> = body.fields.iter().filter(|field| required(field)).collect();
    let parameters = needed.iter().map(|field| {
        let (rust, ty) = (ident(&field.rust), field_type(field));
        match field.presence {
            Presence::Required => quote! { #rust: impl Into<#ty> },
            _ => quote! { #rust: #ty },
        }
    });
    let values = body.fields.iter().map(|field| {
        let rust = ident(&field.rust);
        match field.presence {
            Presence::Required => quote! { #rust: #rust.into(), },
            Presence::RequiredNullable => quote! { #rust, },
            _ => quote! { #rust: None, },
        }
    });
    let extra = body.open.then(|| quote! { extra: crate::Object::new(), });
    let about = doc(&format!("A `{name}` with its required members; the optional ones are absent."));
    quote! {
        impl #rust {
            #about
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values)* #extra }
            }
        }
    }
}

fn strings_tokens(about: &TokenStream, name: &str, body: &Strings) -> TokenStream {
    let rust = ident(name);
    let idents: Vec<_> = body.variants.iter().map(|variant| ident(&variant.rust)).collect();
    let texts: Vec<_> = body.variants.iter().map(|variant| &variant.json).collect();
    let docs = texts.iter().map(|text| doc(&format!("`{text}`")));
    if body.open {
        return quote! {
            #about
            #[derive(Clone, Debug, PartialEq, Eq, Hash)]
            pub enum #rust {
                #(#docs #idents,)*
                /// A value of a later revision or an extension, kept as it came.
                Unknown(String),
            }
            crate::support::open_strings!(#rust { #(#idents = #texts,)* });
        };
    }
    quote! {
        #about
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #rust { #(#docs #idents,)* }
        crate::support::strings!(#rust { #(#idents = #texts,)* });
    }
}

fn union_tokens(about: &TokenStream, name: &str, body: &Union) -> TokenStream {
    let rust = ident(name);
    let variants: Vec<_> = body.variants.keys().map(|variant| ident(variant)).collect();
    let types: Vec<_> = body.variants.values().map(type_tokens).collect();
    let docs = body.variants.keys().map(|variant| doc(&format!("`{variant}`.")));
    let unknown = body.open.then(|| {
        quote! {
            /// A member of a later revision or an extension, kept as it came.
            Unknown(crate::Object),
        }
    });
    let open = body.open.then(|| quote! { open Unknown });
    let numbers = body.variants.values().any(|ty| *ty == Ty::Identifier).then(|| {
        quote! { crate::support::integer::from_numbers!(#rust: i32 i64 u32 u64); }
    });
    let objects = body.objects.as_ref().map(|decision| {
        let decided = decision_tokens(name, decision, body.open, false);
        quote! { serde_json::Value::Object(_) => #decided, }
    });
    let told = body.objects.as_ref().and_then(|decision| told_tokens(body, decision));
    let scalars = body.scalars.iter().map(|(kind, variant)| {
        let found = match (kind, &body.lists) {
            (JsonType::Array, Some(decision)) => decision_tokens(name, decision, false, true),
            _ => {
                let (variant, whole) = (ident(variant), is_whole(&body.variants[variant]));
                match whole {
                    true => quote! { crate::support::whole(value).map(Self::#variant) },
                    false => quote! { crate::support::variant(value).map(Self::#variant) },
                }
            }
        };
        let kind = json_type(*kind);
        quote! { serde_json::Value::#kind => #found, }
    });
    let covered = body.scalars.len() + usize::from(body.objects.is_some());
    let rest = (covered < 6).then(|| quote! { _ => Err(crate::support::no_variant(#name, &value, None)), });
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        pub enum #rust { #(#docs #variants(#types),)* #unknown }
        crate::support::union!(#rust { #(#variants(#types),)* } #open #told);
        #numbers
        impl #rust {
            fn decode<E: serde::de::Error>(value: serde_json::Value) -> std::result::Result<Self, E> {
                match &value {
                    #objects
                    #(#scalars)*
                    #rest
                }
            }
        }
    }
}

/// What tells an object's variant while it is read; nothing where it takes the whole object.
fn told_tokens(body: &Union, decision: &Decision) -> Option<TokenStream> {
    let taken = |decision: &Decision| match decision {
        Decision::Take(variant) => {
            let (name, ty) = (ident(variant), type_tokens(&body.variants[variant]));
            Some(quote! { #name(#ty) })
        }
        _ => None,
    };
    match decision {
        Decision::Take(_) => taken(decision).map(|taken| quote! { told take #taken }),
        Decision::Has { path, optional: false, yes, no } => {
            let [key] = path.as_slice() else { return None };
            let (yes, no) = (taken(yes)?, taken(no)?);
            Some(quote! { told has #key #yes else #no })
        }
        Decision::Has { .. } => None,
        Decision::Switch { key, cases, .. } => {
            let cases = cases.iter().filter_map(|(text, decision)| {
                let taken = taken(decision)?;
                Some(quote! { #text #taken, })
            });
            Some(quote! { told switch #key { #(#cases)* } })
        }
    }
}

fn json_type(kind: JsonType) -> TokenStream {
    match kind {
        JsonType::String => quote! { String(_) },
        JsonType::Number => quote! { Number(_) },
        JsonType::Boolean => quote! { Bool(_) },
        JsonType::Null => quote! { Null },
        JsonType::Array => quote! { Array(_) },
    }
}

/// `first`: the decision is about the first item of a list, and an empty list is whatever is left.
fn decision_tokens(union: &str, decision: &Decision, open: bool, first: bool) -> TokenStream {
    let probe = if first {
        quote! { crate::support::first(&value) }
    } else {
        quote! { &value }
    };
    match decision {
        Decision::Take(variant) => {
            let variant = ident(variant);
            quote! { crate::support::variant(value).map(Self::#variant) }
        }
        Decision::Has { path, optional, yes, no } => {
            let has = if *optional {
                quote! { has_some }
            } else {
                quote! { has }
            };
            let (yes, no) =
                (decision_tokens(union, yes, open, first), decision_tokens(union, no, open, first));
            quote! { if crate::support::#has(#probe, &[#(#path),*]) { #yes } else { #no } }
        }
        Decision::Switch { key, cases, absent, other } => {
            let refuse = quote! { Err(crate::support::no_variant(#union, &value, Some(#key))) };
            let texts = cases.iter().map(|(text, _)| text);
            let taken = cases.iter().map(|(_, decision)| decision_tokens(union, decision, open, first));
            let rest = |rest: &Decision| decision_tokens(union, rest, open, first);
            let absent = absent.as_ref().map_or_else(|| refuse.clone(), |decision| rest(decision));
            let unknown = match open {
                true => quote! { crate::support::variant(value).map(Self::Unknown) },
                false => refuse.clone(),
            };
            let other = other.as_ref().map_or(unknown, |decision| rest(decision));
            quote! {
                match crate::support::tag(#probe, #key) {
                    #(crate::support::Tag::String(#texts) => #taken,)*
                    crate::support::Tag::String(_) => #other,
                    crate::support::Tag::Absent => #absent,
                    crate::support::Tag::Other => #refuse,
                }
            }
        }
    }
}

/// Whole numbers may be written as `1.0`.
fn is_whole(ty: &Ty) -> bool {
    matches!(ty, Ty::Integer | Ty::Unsigned | Ty::Identifier)
}

fn type_tokens(ty: &Ty) -> TokenStream {
    match ty {
        Ty::Named(name) => {
            let name = ident(name);
            quote! { #name }
        }
        Ty::Any => quote! { serde_json::Value },
        Ty::Object => quote! { crate::Object },
        Ty::String => quote! { String },
        Ty::Integer => quote! { i64 },
        Ty::Unsigned => quote! { u64 },
        Ty::Identifier => quote! { crate::Integer },
        Ty::Number => quote! { serde_json::Number },
        Ty::Boolean => quote! { bool },
        Ty::Null => quote! { () },
        Ty::List(item) => {
            let item = type_tokens(item);
            quote! { Vec<#item> }
        }
        Ty::Map(value) => {
            let value = type_tokens(value);
            quote! { std::collections::BTreeMap<String, #value> }
        }
    }
}

fn literal(value: &Value) -> TokenStream {
    match value {
        Value::String(text) => quote! { #text },
        Value::Number(number) => {
            let number = proc_macro2::Literal::i64_unsuffixed(number.as_i64().unwrap_or_default());
            quote! { #number }
        }
        other => {
            let text = other.to_string();
            quote! { #text }
        }
    }
}
