//! Stage 5: models become tokens, one stream per file. No emitter makes text.

pub(crate) mod bridge;
pub(crate) mod methods;
pub(crate) mod tools;
pub(crate) mod wire;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

/// Tokens of Rust files, by path from the root of the repository.
pub(crate) type Tokens = BTreeMap<String, TokenStream>;

fn ident(name: &str) -> proc_macro2::Ident {
    match name.strip_prefix("r#") {
        Some(raw) => proc_macro2::Ident::new_raw(raw, proc_macro2::Span::call_site()),
        None => proc_macro2::Ident::new(name, proc_macro2::Span::call_site()),
    }
}

/// A doc comment; every line gets the blank that people write.
fn doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}

/// The same for the module it stands in.
fn inner_doc(text: &str) -> TokenStream {
    let lines = text.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#![doc = #lines])* }
}
