//! Names of the catalog's parts in other languages.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Tool};
use crate::names::type_name;

/// Names of types, all different.
pub(super) struct Names {
    declared: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl Names {
    /// `reserved` are names that the file itself needs.
    pub(super) fn new(catalog: &Catalog, reserved: &[&str]) -> Self {
        let mut names = Self {
            declared: BTreeMap::new(),
            taken: reserved.iter().map(|name| (*name).to_owned()).collect(),
        };
        for tool in &catalog.tools {
            names.taken.extend([arguments(tool), output(tool), error(tool), error_code(tool)]);
        }
        for name in catalog.types.keys() {
            let free = names.free(name.clone());
            names.declared.insert(name.clone(), free);
        }
        names
    }

    /// The name of a type declared below `types:`.
    pub(super) fn declared(&self, name: &str) -> String {
        self.declared.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// `name`, or a name like it that nothing else has.
    pub(super) fn free(&mut self, name: String) -> String {
        let mut free = name;
        while !self.taken.insert(free.clone()) {
            free.push_str("Value");
        }
        free
    }
}

pub(super) fn arguments(tool: &Tool) -> String {
    type_name(&tool.name) + "Arguments"
}

pub(super) fn output(tool: &Tool) -> String {
    type_name(&tool.name) + "Output"
}

pub(super) fn error(tool: &Tool) -> String {
    type_name(&tool.name) + "Error"
}

pub(super) fn error_code(tool: &Tool) -> String {
    type_name(&tool.name) + "ErrorCode"
}

/// Whether a tool makes its content blocks itself.
pub(super) fn has_blocks(catalog: &Catalog) -> bool {
    catalog.tools.iter().any(|tool| tool.output.is_none())
}

/// The errors that every tool may answer, whatever its entry says.
pub(super) const SHARED_ERRORS: [&str; 8] = [
    "invalid_argument",
    "insufficient_scope",
    "rate_limited",
    "busy",
    "timeout",
    "cancelled",
    "unavailable",
    "internal",
];

/// Names for APIs that allow letters, digits, `_` and `-` only: `_` takes the place of a dot. All different.
pub(super) fn without_dots<'a>(tools: impl Iterator<Item = &'a Tool>) -> Vec<(String, &'a Tool)> {
    let mut tools: Vec<(String, &Tool)> = tools.map(|tool| (tool.name.replace('.', "_"), tool)).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    // Names without dots keep theirs, whatever their neighbours become.
    tools.iter().filter(|(name, tool)| *name == tool.name).for_each(|(name, _)| {
        taken.insert(name.clone());
    });
    for (name, tool) in &mut tools {
        while *name != tool.name && !taken.insert(name.clone()) {
            name.push('_');
        }
    }
    tools
}
