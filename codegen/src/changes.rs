//! What changed between two states of the catalog, and whether that breaks those who call its tools.
//!
//! Breaking is what can make a call fail that used to succeed, or an answer say what its reader was told it never
//! says. For arguments that is less room, for results more.

use std::fmt;

use serde::Serialize;

use crate::catalog::{Catalog, Prompt, Resource, Spot};

mod compare;
mod tool;

use compare::{Compare, Direction};

/// One difference between two catalogs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CatalogChange {
    /// `tool`, `resource` or `prompt`.
    pub subject: &'static str,
    /// Its name in the older catalog, or in the newer one where it is new.
    pub name: String,
    /// Where in it: `input.max_rows`, `output.rows[].name`, `errors.timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What happened.
    pub kind: CatalogChangeKind,
    /// Whether it breaks callers.
    pub breaking: bool,
    /// What happened, in words.
    pub text: String,
    /// File of the newer catalog, or of the older one where the newer has no such thing.
    pub file: String,
    /// Line in it, from 1.
    pub line: usize,
    /// Column in it, from 1.
    pub column: usize,
}

/// What can happen to a part of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CatalogChangeKind {
    /// It was not there.
    Added,
    /// It is no longer there.
    Removed,
    /// It has another name.
    Renamed,
    /// It may no longer be left out.
    MadeRequired,
    /// It may be left out.
    MadeOptional,
    /// Fewer values are valid.
    Narrowed,
    /// More values are valid.
    Widened,
    /// Other values are valid, or it means something else.
    Changed,
    /// Another value is taken where none is sent.
    DefaultChanged,
    /// A limit allows less.
    Lowered,
    /// A limit allows more.
    Raised,
    /// It is turned on.
    TurnedOn,
    /// It is turned off.
    TurnedOff,
}

impl fmt::Display for CatalogChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.subject, self.name)?;
        if let Some(at) = &self.at {
            write!(f, ", {at}")?;
        }
        write!(f, ": {} ({}:{})", self.text, self.file, self.line)
    }
}

impl Catalog {
    /// What changed from this catalog to the `newer` one: tools, then resources, then prompts.
    pub fn changes(&self, newer: &Catalog) -> Vec<CatalogChange> {
        let mut compare = Compare::new(self, newer);
        tool::tools(&mut compare);
        let older = self.resources.iter().map(|resource| (&resource.name, resource.at));
        let names = newer.resources.iter().map(|resource| (&resource.name, resource.at));
        compare.names("resource", older, names);
        for (older, newer) in pairs(&self.resources, &newer.resources, |resource| &resource.name) {
            resource(&mut compare, older, newer);
        }
        let older = self.prompts.iter().map(|prompt| (&prompt.name, prompt.at));
        let names = newer.prompts.iter().map(|prompt| (&prompt.name, prompt.at));
        compare.names("prompt", older, names);
        for (older, newer) in pairs(&self.prompts, &newer.prompts, |prompt| &prompt.name) {
            prompt(&mut compare, older, newer);
        }
        compare.finish()
    }
}

/// What both have, by name.
fn pairs<'a, T>(older: &'a [T], newer: &'a [T], name: impl Fn(&T) -> &String) -> Vec<(&'a T, &'a T)> {
    let find = |wanted: &T| newer.iter().find(|candidate| name(candidate) == name(wanted));
    older.iter().filter_map(|older| find(older).map(|newer| (older, newer))).collect()
}

fn resource(compare: &mut Compare<'_>, older: &Resource, newer: &Resource) {
    compare.subject("resource", &older.name, newer.at);
    if older.uri != newer.uri {
        let text = format!("the address is `{}`, was `{}`", newer.uri, older.uri);
        compare.say("uri", newer.at, CatalogChangeKind::Changed, true, text);
    }
    if older.mime_type != newer.mime_type {
        let text = format!("the MIME type is {}, was {}", shown(&newer.mime_type), shown(&older.mime_type));
        compare.say("mimeType", newer.at, CatalogChangeKind::Changed, true, text);
    }
    compare.members("parameters", &older.parameters, &newer.parameters, Direction::In);
    let flags = [
        ("list", older.list, newer.list, "the server lists what there is"),
        ("subscribe", older.subscribe, newer.subscribe, "clients may subscribe"),
    ];
    for (at, was, is, what) in flags {
        compare.flag(at, newer.at, was, is, false, what);
    }
    for name in older.complete.iter().filter(|name| !newer.complete.contains(name)) {
        let text = format!("`{name}` is no longer completed");
        compare.say("complete", newer.at, CatalogChangeKind::TurnedOff, false, text);
    }
    tool::policy(compare, newer.at, &older.policy, &newer.policy);
    compare.flag(
        "optIn",
        newer.at,
        older.opt_in,
        newer.opt_in,
        true,
        "it is off until the operator turns it on",
    );
    compare.texts(newer.at, [&older.title, &older.description], [&newer.title, &newer.description]);
}

fn prompt(compare: &mut Compare<'_>, older: &Prompt, newer: &Prompt) {
    compare.subject("prompt", &older.name, newer.at);
    let members = |prompt: &Prompt| -> Vec<_> {
        prompt.arguments.iter().map(|argument| argument.member.clone()).collect()
    };
    compare.members("arguments", &members(older), &members(newer), Direction::In);
    tool::policy(compare, newer.at, &older.policy, &newer.policy);
    compare.flag(
        "optIn",
        newer.at,
        older.opt_in,
        newer.opt_in,
        true,
        "it is off until the operator turns it on",
    );
    compare.texts(newer.at, [&older.title, &older.description], [&newer.title, &newer.description]);
}

fn shown(value: &Option<String>) -> String {
    value.as_ref().map_or_else(|| "not said".to_owned(), |value| format!("`{value}`"))
}

/// Line, column and file of a spot.
fn place(catalog: &Catalog, spot: Spot) -> (String, usize, usize) {
    let file = catalog.files.get(spot.file).map(|(name, _)| name.clone()).unwrap_or_default();
    (file, spot.at.line, spot.at.column)
}
