//! The module of one tool: arguments, output, errors, former names.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::ident;
use super::types::{Place, Scope, option};
use super::{Clash, doc, examples};
use crate::catalog::{Alias, Catalog, Piece, Template, Tool};
use crate::names::{field_name, type_name};

pub(super) fn module(
    catalog: &Catalog,
    tool: &Tool,
    recursive: &BTreeSet<String>,
) -> (TokenStream, Vec<Clash>) {
    let rust = type_name(&tool.name);
    let (arguments, output) = (format!("{rust}Arguments"), format!("{rust}Output"));
    let mut scope = Scope::new(catalog, quote! { super }, recursive);
    for name in [&arguments, &output, &format!("{rust}Error"), "ALIASES", "EXAMPLE", "TEXT"] {
        scope.reserve(name);
    }
    let about = format!("Arguments of `{}`.", tool.name);
    match &tool.input_schema {
        Some(_) => scope.push(any_object(&arguments, &about)),
        None => scope.structure(&arguments, &about, &tool.input, Place { outer: &arguments, prefix: "" }),
    }
    if let Some(members) = &tool.output {
        let about = format!("What `{}` returns.", tool.name);
        scope.structure(&output, &about, members, Place { outer: &output, prefix: "" });
    }
    let (types, clashes) = scope.finish();
    let errors = errors(tool);
    let example = examples::call(catalog, tool);
    let aliases = (!tool.aliases.is_empty()).then(|| aliases(&tool.aliases));
    let text = tool.text.as_ref().map(|text| {
        let text = template(text);
        quote! {
            /// The text block of a result.
            pub(crate) const TEXT: contract::Template = #text;
        }
    });
    let content = quote! {
        use lockstep_runtime::contract;
        #types
        #errors
        /// A call that is right, for the message about one that is not.
        pub(crate) const EXAMPLE: &str = #example;
        #aliases
        #text
    };
    (content, clashes)
}

/// Arguments that only the tool itself understands.
fn any_object(name: &str, about: &str) -> TokenStream {
    let (about, name) = (doc(&format!("{about} Nothing but their being an object is checked.")), ident(name));
    quote! {
        #about
        #[derive(
            Clone, Debug, Default, PartialEq, lockstep_runtime::serde::Serialize, lockstep_runtime::serde::Deserialize,
        )]
        #[serde(crate = "lockstep_runtime::serde")]
        pub struct #name(
            /// By name.
            pub lockstep_runtime::serde_json::Map<String, lockstep_runtime::serde_json::Value>,
        );

        impl contract::Typed for #name {
            const RULE: &'static contract::Rule = <lockstep_runtime::serde_json::Map<
                String,
                lockstep_runtime::serde_json::Value,
            > as contract::Typed>::RULE;
        }
    }
}

fn errors(tool: &Tool) -> TokenStream {
    let rust = ident(&format!("{}Error", type_name(&tool.name)));
    let about = doc(&format!("How `{}` can fail.", tool.name));
    let variants: Vec<_> = tool.errors.iter().map(|error| ident(&type_name(&error.name))).collect();
    let docs = tool.errors.iter().map(|error| doc(&format!("`{}`: {}", error.name, error.hint)));
    let facts = tool.errors.iter().zip(&variants).map(|(error, variant)| {
        let (name, hint, retryable) = (&error.name, &error.hint, error.retryable);
        let method = ident(&field_name(name));
        let after = option(error.retry_after_seconds.map(|seconds| {
            let seconds = proc_macro2::Literal::u64_unsuffixed(seconds);
            quote! { #seconds }
        }));
        quote! {
            #variant #method #name { retryable: #retryable, hint: #hint, retry_after: #after },
        }
    });
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        pub enum #rust {
            #(#docs #variants(contract::ErrorDetail),)*
            /// An error that any tool may meet.
            Shared(contract::SharedError),
        }
        lockstep_runtime::errors!(impl #rust { #(#facts)* });
    }
}

fn aliases(aliases: &[Alias]) -> TokenStream {
    let count = aliases.len();
    let aliases = aliases.iter().map(|alias| {
        let name = &alias.name;
        let renamed = alias.renamed.iter().map(|(old, ours)| quote! { (#old, #ours) });
        let values = |pairs: &[(String, serde_json::Value)]| -> TokenStream {
            pairs
                .iter()
                .map(|(name, value)| {
                    let json = value.to_string();
                    quote! { (#name, #json), }
                })
                .collect()
        };
        let (defaults, set) = (values(&alias.defaults), values(&alias.set));
        quote! {
            contract::Alias { name: #name, renamed: &[#(#renamed),*], defaults: &[#defaults], set: &[#set] }
        }
    });
    quote! {
        /// Former and well-known names.
        pub(crate) static ALIASES: [contract::Alias; #count] = [#(#aliases),*];
    }
}

/// A template as a constant.
pub(super) fn template(template: &Template) -> TokenStream {
    let pieces = pieces(&template.pieces);
    quote! { contract::Template(&[#pieces]) }
}

fn pieces(pieces: &[Piece]) -> TokenStream {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => quote! { contract::Piece::Text(#text), },
            Piece::Value(name) => quote! { contract::Piece::Value(#name), },
            Piece::Fenced(name) => quote! { contract::Piece::Fenced(#name), },
            Piece::Section(name, inner) => {
                let inner = self::pieces(inner);
                quote! { contract::Piece::Section(#name, &[#inner]), }
            }
        })
        .collect()
}
