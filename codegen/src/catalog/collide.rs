//! Names that differ in the catalog and would be one name in Rust or for a client.

use std::collections::BTreeMap;

use super::check::Check;
use super::model::{Catalog, Spot};
use super::uri;
use crate::emit::tools::{self, Clash};
use crate::names::{field_name, type_name};

pub(super) fn check(check: &mut Check<'_>, catalog: &Catalog) {
    let tools: Vec<_> = catalog.tools.iter().map(|tool| (tool.name.as_str(), tool.at)).collect();
    let resources: Vec<_> = catalog.resources.iter().map(|entry| (entry.name.as_str(), entry.at)).collect();
    let prompts: Vec<_> = catalog.prompts.iter().map(|prompt| (prompt.name.as_str(), prompt.at)).collect();
    for names in [&tools, &resources, &prompts] {
        rust_names(check, names);
    }
    headers(check, catalog);
    types(check, catalog);
    aliases(check, catalog);
    addresses(check, catalog);
    generated(check, catalog);
}

fn rust_names(check: &mut Check<'_>, names: &[(&str, Spot)]) {
    for (index, (name, at)) in names.iter().enumerate() {
        let same = |other: &str| type_name(other) == type_name(name) || field_name(other) == field_name(name);
        if let Some((first, _)) = names.iter().take(index).find(|(other, _)| same(other)) {
            let message = format!("`{first}` and `{name}` become the same Rust name");
            check.push_at(*at, message, "rename one of them");
        }
    }
}

fn headers(check: &mut Check<'_>, catalog: &Catalog) {
    for tool in &catalog.tools {
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for member in &tool.input {
            let Some(header) = &member.header else { continue };
            if let Some(first) = known.insert(header.to_lowercase(), &member.name) {
                let message = format!("`{first}` and `{}` have the same header", member.name);
                check.push_at(member.at, message, "headers do not tell capitals apart: rename one of them");
            }
        }
    }
}

/// A declared type beside what is generated for tools.
fn types(check: &mut Check<'_>, catalog: &Catalog) {
    let mut generated: BTreeMap<String, String> = BTreeMap::new();
    for tool in &catalog.tools {
        for part in ["Arguments", "Output", "Error"] {
            generated.insert(format!("{}{part}", type_name(&tool.name)), format!("the tool `{}`", tool.name));
        }
    }
    for name in catalog.types.keys() {
        let at = check.type_spots.get(name).copied().unwrap_or_default();
        if let Some(what) = generated.get(&type_name(name)) {
            let message = format!("the type `{name}` has a name that is generated for {what}");
            check.push_at(at, message, "add another word to it");
        }
        let first = catalog
            .types
            .keys()
            .take_while(|other| *other != name)
            .find(|other| type_name(other) == type_name(name));
        if let Some(first) = first {
            check.push_at(
                at,
                format!("`{first}` and `{name}` become the same Rust name"),
                "rename one of them",
            );
        }
    }
}

/// What only the emitter knows: the names of types that are declared in place, and of methods.
fn generated(check: &mut Check<'_>, catalog: &Catalog) {
    if check.errors.is_empty() {
        for Clash { at, name } in tools::clashes(catalog) {
            let message = format!("this would be called `{name}` in Rust, and something else is already");
            check.push_at(at, message, "rename it, or what is called so");
        }
    }
}

fn aliases(check: &mut Check<'_>, catalog: &Catalog) {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for tool in &catalog.tools {
        for alias in &tool.aliases {
            let message = if catalog.tools.iter().any(|other| other.name == alias.name) {
                format!("the alias `{}` is a tool's name", alias.name)
            } else if let Some(first) = known.insert(&alias.name, &tool.name) {
                format!("the alias `{}` belongs to `{first}` already", alias.name)
            } else {
                continue;
            };
            check.push_at(alias.at, message, "a name calls one tool: rename or remove the alias");
        }
    }
}

/// Resources that would answer to the same addresses.
fn addresses(check: &mut Check<'_>, catalog: &Catalog) {
    for (index, resource) in catalog.resources.iter().enumerate() {
        let shape = uri::shape(&resource.parts);
        let same = |other: &&super::model::Resource| !shape.is_empty() && uri::shape(&other.parts) == shape;
        if let Some(first) = catalog.resources.iter().take(index).find(same) {
            let message = format!("`{}` and `{}` have the same addresses", first.name, resource.name);
            check.push_at(resource.at, message, "change the `uri` of one of them");
        }
    }
}
