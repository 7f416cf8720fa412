//! Tokens of a tool contract: typed arguments, outputs and errors, the traits, the dispatch, the descriptors, a client.

mod client;
mod contract;
mod descriptors;
mod prompts;
mod resources;
mod tool;
mod types;
mod values;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Tokens, doc, ident, inner_doc};
use crate::catalog::{Catalog, Tool};
use crate::names::{field_name, type_name};

const ROOT: &str = "generated/tools/src";

/// The files of lockstep-tools.
pub(crate) fn crate_sources(catalog: &Catalog) -> Tokens {
    let modules = modules(catalog);
    let declared = modules.iter().map(|module| {
        let (name, about) = (ident(&module.name), doc(&module.about));
        quote! { #about pub mod #name; }
    });
    let root = root(catalog, &declared.collect());
    let mut files = Tokens::new();
    files.insert(
        format!("{ROOT}/lib.rs"),
        quote! {
            #![doc = include_str!("../README.md")]
            #![forbid(unsafe_code)]
            #![deny(missing_docs)]
            #root
        },
    );
    for Module { name, about, content } in modules {
        let about = inner_doc(&about);
        files.insert(format!("{ROOT}/{}.rs", name.trim_start_matches("r#")), quote! { #about #content });
    }
    files
}

/// The whole contract in one file, to be included.
pub(crate) fn single_file(catalog: &Catalog) -> TokenStream {
    let modules = modules(catalog).into_iter().map(|Module { name, about, content }| {
        let (name, about) = (ident(&name), doc(&about));
        quote! { #about pub mod #name { #content } }
    });
    root(catalog, &modules.collect())
}

/// One module beside the root.
struct Module {
    name: String,
    about: String,
    content: TokenStream,
}

fn modules(catalog: &Catalog) -> Vec<Module> {
    let recursive = types::recursive(catalog);
    let tools = catalog.tools.iter().map(|tool| Module {
        name: field_name(&tool.name),
        about: format!("Types of the tool `{}`.", tool.name),
        content: tool::module(catalog, tool, &recursive),
    });
    let resources = resources::module(catalog, &recursive).map(|content| Module {
        name: "resources".to_owned(),
        about: "Parameters of the resources.".to_owned(),
        content,
    });
    let prompts = prompts::module(catalog, &recursive).map(|content| Module {
        name: "prompts".to_owned(),
        about: "Arguments of the prompts.".to_owned(),
        content,
    });
    tools.chain(resources).chain(prompts).collect()
}

fn root(catalog: &Catalog, modules: &TokenStream) -> TokenStream {
    let recursive = types::recursive(catalog);
    let types = declared_types(catalog, &recursive);
    let names = contract::tool_names(catalog);
    let traits = contract::traits(catalog);
    let service = contract::service(catalog);
    let descriptors = descriptors::statics(catalog);
    let client = client::client(catalog);
    quote! {
        use lockstep_runtime::contract;
        #modules
        #types
        #names
        #traits
        #service
        #client
        #descriptors
    }
}

fn declared_types(catalog: &Catalog, recursive: &BTreeSet<String>) -> TokenStream {
    let mut scope = types::Scope::new(catalog, quote! { self }, recursive);
    for (name, schema) in &catalog.types {
        scope.declare(name, schema);
    }
    scope.finish()
}

/// The Rust names around one tool.
struct Names {
    variant: Ident,
    module: Ident,
    method: Ident,
    arguments: Ident,
    output: Ident,
    error: Ident,
}

impl Names {
    fn of(tool: &Tool) -> Self {
        let variant = type_name(&tool.name);
        let method = field_name(&tool.name);
        Self {
            module: ident(&method),
            method: ident(&method),
            arguments: ident(&format!("{variant}Arguments")),
            output: ident(&format!("{variant}Output")),
            error: ident(&format!("{variant}Error")),
            variant: ident(&variant),
        }
    }
}
