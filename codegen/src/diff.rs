//! What changed between two revisions, by type, field and method: on the wire, not in how the schemas are written.

use std::fmt;

use serde::Serialize;

use crate::error::{Error, Errors};
use crate::methods::{self, Direction, Method};
use crate::normalize::Revision;
use crate::{Sources, correct, normalize, read};

mod compare;
mod envelope;
mod renames;
mod show;
mod within;

/// One difference between two revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// The definition, as the newer revision names it if it has it; of a method, its message.
    #[serde(rename = "type")]
    pub ty: String,
    /// Where in the type: members joined by dots, `[]` for the items of an array, `{}` for the values of a map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What it is, was or became.
    pub detail: String,
}

/// What can happen to a type, a field or a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The newer revision has a method that the older one has not.
    MethodAdded,
    /// The newer revision no longer has it.
    MethodRemoved,
    /// Somebody else may send it now.
    MethodChanged,
    /// The newer revision has a definition that the older one has not.
    TypeAdded,
    /// The newer revision no longer has it.
    TypeRemoved,
    /// The newer revision has it by another name.
    TypeRenamed,
    /// A member that was not there.
    FieldAdded,
    /// A member that is no longer there.
    FieldRemoved,
    /// A member that has another name now.
    FieldRenamed,
    /// An optional member must be there now.
    MadeRequired,
    /// A member that had to be there need not be there any more.
    MadeOptional,
    /// More values are valid.
    Widened,
    /// Fewer values are valid.
    Narrowed,
    /// Other values are valid.
    Changed,
}

impl ChangeKind {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MethodAdded | Self::TypeAdded | Self::FieldAdded => "added",
            Self::MethodRemoved | Self::TypeRemoved | Self::FieldRemoved => "removed",
            Self::TypeRenamed | Self::FieldRenamed => "renamed",
            Self::MadeRequired => "made required",
            Self::MadeOptional => "made optional",
            Self::Widened => "widened",
            Self::Narrowed => "narrowed",
            Self::MethodChanged | Self::Changed => "changed",
        }
    }

    /// What it happens to, for a heading.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::MethodAdded | Self::MethodRemoved | Self::MethodChanged => "methods",
            Self::TypeAdded | Self::TypeRemoved | Self::TypeRenamed => "types",
            _ => "fields",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}", self.ty)?;
        if let Some(field) = &self.field {
            write!(f, ".{field}")?;
        }
        write!(f, "` {}", self.kind.as_str())?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

/// What changed from revision `older` to revision `newer`: methods first, then types, then fields by type.
///
/// Compared are the effective schemas, and what they mean: a type that was written in place and got a name, or an
/// envelope that is spelled out now, is no change.
///
/// # Errors
///
/// The schemas have mistakes, or there is no such revision.
pub fn diff(sources: &Sources, older: &str, newer: &str) -> Result<Vec<Change>, Errors> {
    let revisions = normalize::normalize(&correct::correct(&read::read(sources)?)?)?;
    let find = |name: &str| {
        revisions.iter().find(|revision| revision.name == name).ok_or_else(|| {
            let known: Vec<String> = revisions.iter().map(|known| format!("`{}`", known.name)).collect();
            Error::file("spec/provenance.toml", format!("there is no revision `{name}`"))
                .hint(format!("there are {}", known.join(", ")))
        })
    };
    let (older, newer) = (find(older)?, find(newer)?);
    let mut changes = changed_methods(older, newer)?;
    changes.extend(changed_types(older, newer));
    Ok(changes)
}

fn changed_types(older: &Revision, newer: &Revision) -> Vec<Change> {
    let older = &envelope::spelled_out(older, newer);
    let renames = renames::renames(older, newer);
    let mut types = Vec::new();
    for (name, schema) in &newer.definitions {
        let new = !older.definitions.contains_key(name) && !renames.values().any(|renamed| renamed == name);
        if new {
            types.push(Change::of_type(ChangeKind::TypeAdded, name, show::body(schema)));
        }
    }
    let mut fields = Vec::new();
    let mut compare = compare::Compare::new(older, newer, &renames);
    for name in older.definitions.keys() {
        let renamed = renames.get(name);
        if let Some(renamed) = renamed {
            types.push(Change::of_type(ChangeKind::TypeRenamed, renamed, format!("was `{name}`")));
            fields.extend(compare.definition(name, renamed));
        }
        if newer.definitions.contains_key(name) {
            fields.extend(compare.definition(name, name));
        } else if renamed.is_none() {
            types.push(Change::of_type(ChangeKind::TypeRemoved, name, String::new()));
        }
    }
    types.sort_by(|a, b| (a.kind, &a.ty).cmp(&(b.kind, &b.ty)));
    types.extend(fields);
    types
}

impl Change {
    fn of_type(kind: ChangeKind, name: &str, detail: String) -> Self {
        Self { kind, ty: name.to_owned(), field: None, detail }
    }
}

fn changed_methods(older: &Revision, newer: &Revision) -> Result<Vec<Change>, Errors> {
    let table = |revision: &Revision| {
        let tables = methods::tables(std::slice::from_ref(revision))?;
        Ok::<_, Errors>(tables.into_iter().flat_map(|table| table.methods).collect::<Vec<Method>>())
    };
    let (older, newer) = (table(older)?, table(newer)?);
    let find = |methods: &[Method], name: &str| methods.iter().find(|method| method.name == name).cloned();
    let change = |kind, method: &Method, detail| Change::of_type(kind, &method.definition, detail);
    let mut changes = Vec::new();
    for method in &newer {
        let now = sent(method);
        match find(&older, &method.name) {
            None => {
                changes.push(change(ChangeKind::MethodAdded, method, format!("`{}`, {now}", method.name)))
            }
            Some(was) if sent(&was) != now => {
                let detail = format!("`{}` is {now}, was {}", method.name, sent(&was));
                changes.push(change(ChangeKind::MethodChanged, method, detail));
            }
            Some(_) => {}
        }
    }
    for method in older.iter().filter(|method| find(&newer, &method.name).is_none()) {
        let detail = format!("`{}`, {}", method.name, sent(method));
        changes.push(change(ChangeKind::MethodRemoved, method, detail));
    }
    changes.sort_by_key(|change| change.kind);
    Ok(changes)
}

fn sent(method: &Method) -> String {
    let kind = match method.kind {
        methods::Kind::Request => "request",
        methods::Kind::Notification => "notification",
    };
    match method.direction {
        Direction::ClientToServer => format!("a {kind} of the client"),
        Direction::ServerToClient => format!("a {kind} of the server"),
        Direction::Both => format!("a {kind} of either side"),
        Direction::Input => "asked for inside a result".to_owned(),
    }
}
