//! What is declared and never used: types, scopes and shared errors that only seem to do something.

use std::collections::BTreeSet;

use super::check::Check;
use super::load::{Entry, Sections};
use crate::yaml::{Content, Node};

/// Looks at the texts themselves, so that a mistake elsewhere does not make a name look unused.
pub(super) fn check(check: &mut Check<'_>, sections: &Sections<'_>) {
    if check.partial {
        return;
    }
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for entry in sections.tools.iter().chain(&sections.resources).chain(&sections.prompts) {
        words(entry.node, &mut used);
    }
    // A type counts if one that counts refers to it.
    let mut waiting: Vec<&Entry<'_>> = sections.types.iter().collect();
    loop {
        let before = waiting.len();
        waiting.retain(|entry| {
            let reached = used.contains(format!("#/types/{}", entry.key.text).as_str());
            if reached {
                words(entry.node, &mut used);
            }
            !reached
        });
        if waiting.len() == before {
            break;
        }
    }
    for entry in waiting {
        let hint = format!("remove it, or refer to it: `$ref: \"#/types/{}\"`", entry.key.text);
        report(check, entry, "the type", hint);
    }
    for entry in sections.scopes.iter().filter(|entry| !used.contains(entry.key.text.as_str())) {
        let hint = format!("remove it, or add `policy: {{ scopes: [{}] }}` to what needs it", entry.key.text);
        report(check, entry, "the scope", hint);
    }
    for entry in sections.errors.iter().filter(|entry| !used.contains(entry.key.text.as_str())) {
        let hint = format!("remove it, or add `{}: {{}}` to the `errors` of a tool", entry.key.text);
        report(check, entry, "the shared error", hint);
    }
}

fn report(check: &mut Check<'_>, entry: &Entry<'_>, what: &str, hint: String) {
    if check.meant.contains(&entry.key.text) {
        return;
    }
    check.file = entry.file;
    let what = format!("nothing uses {what} `{}`", entry.key.text);
    check.push(entry.key.at, what, hint);
}

/// Every key and every text below `node`.
fn words<'n>(node: &'n Node, found: &mut BTreeSet<&'n str>) {
    match &node.content {
        Content::Scalar(_) => found.extend(node.text()),
        Content::List(items) => items.iter().for_each(|item| words(item, found)),
        Content::Map(members) => {
            for (key, node) in members {
                found.insert(&key.text);
                words(node, found);
            }
        }
        Content::Broken => {}
    }
}
