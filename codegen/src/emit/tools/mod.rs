//! Tokens of a tool contract: typed arguments, outputs and errors, the traits, the dispatch, the descriptors, a client.

mod client;
mod contract;
mod descriptors;
mod examples;
mod prompts;
mod resources;
mod tool;
mod types;
mod values;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Tokens, ident};
use crate::catalog::{Catalog, Spot, Tool};
use crate::docs::plain;
use crate::names::{field_name, type_name};

pub(crate) use types::{Clash, PRELUDE};

const ROOT: &str = "generated/tools/src";

/// What stands in the root beside the declared types.
pub(crate) const ROOT_ITEMS: [&str; 8] =
    ["CATALOG", "NAMES", "Prompts", "Resources", "Service", "ToolName", "Tools", "ToolsClient"];

/// Names that a tool's module cannot have: modules and crates that generated code means, and files of a crate.
pub(crate) const NO_MODULES: [&str; 7] =
    ["contract", "lib", "lockstep_runtime", "main", "prompts", "resources", "std"];

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
    for Module { name, about, content, .. } in modules {
        let about = inner_doc(&about);
        files.insert(format!("{ROOT}/{}.rs", name.trim_start_matches("r#")), quote! { #about #content });
    }
    files
}

/// The whole contract in one file, to be included.
pub(crate) fn single_file(catalog: &Catalog) -> TokenStream {
    let modules = modules(catalog).into_iter().map(|Module { name, about, content, .. }| {
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
    clashes: Vec<Clash>,
}

fn modules(catalog: &Catalog) -> Vec<Module> {
    let recursive = types::recursive(catalog);
    let tools = catalog.tools.iter().map(|tool| {
        let (content, clashes) = tool::module(catalog, tool, &recursive);
        let about = format!("Types of the tool `{}`.", tool.name);
        Module { name: field_name(&tool.name), about, content, clashes }
    });
    let resources = resources::module(catalog, &recursive).map(|(content, clashes)| {
        let about = "Parameters of the resources.".to_owned();
        Module { name: "resources".to_owned(), about, content, clashes }
    });
    let prompts = prompts::module(catalog, &recursive).map(|(content, clashes)| {
        let about = "Arguments of the prompts.".to_owned();
        Module { name: "prompts".to_owned(), about, content, clashes }
    });
    tools.chain(resources).chain(prompts).collect()
}

fn root(catalog: &Catalog, modules: &TokenStream) -> TokenStream {
    let recursive = types::recursive(catalog);
    let (types, _) = declared_types(catalog, &recursive);
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

/// The parts of a catalog without other mistakes whose Rust names are taken by something else.
pub(crate) fn clashes(catalog: &Catalog) -> Vec<Clash> {
    let (_, mut clashes) = declared_types(catalog, &types::recursive(catalog));
    clashes.extend(modules(catalog).into_iter().flat_map(|module| module.clashes));
    for methods in [resources::method_names(catalog), prompts::method_names(catalog)] {
        let mut known = BTreeSet::new();
        let twice = methods.into_iter().filter(|(_, name)| !known.insert(name.clone()));
        clashes.extend(twice.map(|(at, name)| Clash { at, name: name.to_string() }));
    }
    clashes
}

fn declared_types(catalog: &Catalog, recursive: &BTreeSet<String>) -> (TokenStream, Vec<Clash>) {
    let mut scope = types::Scope::new(catalog, quote! { self }, recursive);
    ROOT_ITEMS.iter().for_each(|name| scope.reserve(name));
    scope.reserve_types();
    for (name, schema) in &catalog.types {
        scope.declare(name, schema);
    }
    scope.finish()
}

/// A text of the catalog as a doc comment.
fn doc(text: &str) -> TokenStream {
    super::doc(&plain(text))
}

/// The same for the module it stands in.
fn inner_doc(text: &str) -> TokenStream {
    super::inner_doc(&plain(text))
}

/// A method of a trait, and what it is for.
type Method = (Spot, Ident);

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
    /// What the tool's method returns where it succeeds.
    fn answer(&self, tool: &Tool) -> TokenStream {
        let Self { module, output, .. } = self;
        match tool.output {
            Some(_) => quote! { #module::#output },
            None => quote! { contract::ContentBlocks },
        }
    }

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
