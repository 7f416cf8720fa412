//! What can be looked at only when every type is known: defaults, examples, and the patterns that have none.

use std::collections::BTreeSet;

use super::check::Check;
use super::model::{Catalog, Kind, Member, Schema};
use super::values::Values;
use crate::yaml::Node;

/// A value that a schema must accept.
pub(super) struct Later<'n> {
    pub(super) file: usize,
    pub(super) node: &'n Node,
    pub(super) against: Against,
    /// What the value is.
    pub(super) what: String,
    pub(super) hint: &'static str,
}

pub(super) enum Against {
    Schema(Schema),
    /// A closed object with these members.
    Members(Vec<Member>),
}

pub(super) fn values(check: &mut Check<'_>, catalog: &Catalog) {
    let mut values = Values { types: &catalog.types, found: Vec::new(), patterns_met: BTreeSet::new() };
    for later in std::mem::take(&mut check.later) {
        match &later.against {
            Against::Schema(schema) => values.check(schema, later.node, ""),
            Against::Members(members) => values.object(members, None, later.node, ""),
        }
        check.file = later.file;
        for misfit in values.found.drain(..) {
            let place =
                if misfit.pointer.is_empty() { String::new() } else { format!(" at `{}`", misfit.pointer) };
            let message = format!("{} does not fit{place}: {}", later.what, misfit.rule);
            check.push(misfit.at, message, misfit.hint.unwrap_or_else(|| later.hint.to_owned()));
        }
    }
    let met = values.patterns_met;
    each_schema(catalog, &mut |schema| {
        if matches!(&schema.kind, Kind::String { pattern: Some(_), .. })
            && !met.contains(&(schema.at.file, schema.at.at))
        {
            let hint = "add `examples: [...]` to the schema, or an example of the tool that uses it";
            check.push_at(schema.at, "this pattern has no example", hint);
        }
    });
}

/// Every schema of the catalog, each before its parts.
pub(super) fn each_schema<'a>(catalog: &'a Catalog, visit: &mut dyn FnMut(&'a Schema)) {
    for schema in catalog.types.values() {
        inside(schema, visit);
    }
    let tools = catalog.tools.iter().flat_map(|tool| tool.input.iter().chain(tool.output.iter().flatten()));
    let parameters = catalog.resources.iter().flat_map(|resource| &resource.parameters);
    let arguments =
        catalog.prompts.iter().flat_map(|prompt| prompt.arguments.iter().map(|argument| &argument.member));
    for member in tools.chain(parameters).chain(arguments) {
        inside(&member.schema, visit);
    }
}

/// `schema` and its parts.
pub(super) fn inside<'a>(schema: &'a Schema, visit: &mut dyn FnMut(&'a Schema)) {
    visit(schema);
    match &schema.kind {
        Kind::Array { items, .. } => inside(items, visit),
        Kind::Map { values, .. } => inside(values, visit),
        Kind::Object(members) => members.iter().for_each(|member| inside(&member.schema, visit)),
        Kind::Union { variants, .. } => {
            for member in variants.iter().flat_map(|variant| &variant.members) {
                inside(&member.schema, visit);
            }
        }
        _ => {}
    }
}
