//! Two schemas side by side: members, alternatives, items, and in the end which values are valid.

use std::collections::BTreeSet;

use crate::normalize::{Kind, Object, Revision, Schema};

use super::renames::{Renames, equal};
use super::within::{Names, Side, within};
use super::{Change, ChangeKind, show};

/// Any value; what an object that says nothing about further members takes.
const ANY: &Schema = &Schema { description: None, kind: Kind::Any };

pub(super) struct Compare<'a> {
    older: &'a Revision,
    newer: &'a Revision,
    renames: &'a Renames,
    changes: Vec<Change>,
    /// The definition that is compared.
    ty: &'a str,
    /// Pairs of names that are being compared on the way here.
    open: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Compare<'a> {
    pub(super) fn new(older: &'a Revision, newer: &'a Revision, renames: &'a Renames) -> Self {
        Self { older, newer, renames, changes: vec![], ty: "", open: BTreeSet::new() }
    }

    /// What changed in the definition `was`, which is called `is` now.
    pub(super) fn definition(&mut self, was: &'a str, is: &'a str) -> Vec<Change> {
        self.ty = is;
        let a = Side { revision: self.older, schema: &self.older.definitions[was] };
        let b = Side { revision: self.newer, schema: &self.newer.definitions[is] };
        // What the name stood for has another name, and the name stands for a choice.
        if was == is && self.renames.contains_key(was) {
            self.valid(a, b, "");
        } else {
            self.schemas(a, b, "");
        }
        std::mem::take(&mut self.changes)
    }

    fn push(&mut self, kind: ChangeKind, path: &str, detail: String) {
        let field = (!path.is_empty()).then(|| path.to_owned());
        self.changes.push(Change { kind, ty: self.ty.to_owned(), field, detail });
    }

    fn same_name(&self, a: Side<'a>, b: Side<'a>) -> bool {
        match (&a.schema.kind, &b.schema.kind) {
            (Kind::Ref(a), Kind::Ref(b)) => self.renames.get(a).unwrap_or(a) == b || a == b,
            _ => false,
        }
    }

    fn schemas(&mut self, a: Side<'a>, b: Side<'a>, path: &str) {
        if self.same_name(a, b) {
            return;
        }
        if let (Kind::Ref(was), Kind::Ref(is)) = (&a.schema.kind, &b.schema.kind) {
            if !self.open.insert((was, is)) {
                return;
            }
            self.bodies(a, b, path);
            self.open.remove(&(was.as_str(), is.as_str()));
        } else {
            self.bodies(a, b, path);
        }
    }

    /// Compares what stands behind references.
    fn bodies(&mut self, a: Side<'a>, b: Side<'a>, path: &str) {
        match (&a.resolved().schema.kind, &b.resolved().schema.kind) {
            (Kind::Object(was), Kind::Object(is)) => self.objects((a, was), (b, is), path),
            (Kind::Array { items: was, max: before }, Kind::Array { items: is, max: after }) => {
                self.bound(*before, *after, path);
                self.schemas(a.at(was), b.at(is), &format!("{path}[]"));
            }
            (Kind::Any, _) | (_, Kind::Any) => self.valid(a, b, path),
            (Kind::Union(_), _) | (_, Kind::Union(_)) => self.unions(a, b, path),
            _ => self.valid(a, b, path),
        }
    }

    fn bound(&mut self, before: Option<u64>, after: Option<u64>, path: &str) {
        match (before, after) {
            (None, Some(max)) => self.push(ChangeKind::Narrowed, path, format!("at most {max} items")),
            (Some(max), None) => self.push(ChangeKind::Widened, path, format!("more than {max} items")),
            (Some(was), Some(is)) if was != is => {
                let kind = if is > was { ChangeKind::Widened } else { ChangeKind::Narrowed };
                self.push(kind, path, format!("at most {is} items, was {was}"));
            }
            _ => {}
        }
    }

    fn objects(&mut self, (a, was): (Side<'a>, &'a Object), (b, is): (Side<'a>, &'a Object), path: &str) {
        let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let mut gone: Vec<&str> = missing(was, is);
        let mut came: Vec<&str> = missing(is, was);
        for (old, new) in self.renamed((a, was, &gone), (b, is, &came)) {
            self.push(ChangeKind::FieldRenamed, &at(old), format!("now `{new}`"));
            gone.retain(|name| *name != old);
            came.retain(|name| *name != new);
        }
        for name in came {
            let detail = format!("{} {}", presence(is, name), show::schema(&is.properties[name]));
            self.push(ChangeKind::FieldAdded, &at(name), detail);
        }
        for name in gone {
            let mut detail = format!("was {} {}", presence(was, name), show::schema(&was.properties[name]));
            if is.additional.as_ref().is_some_and(|schema| schema.kind == Kind::Any) {
                detail.push_str("; the object takes any member");
            }
            self.push(ChangeKind::FieldRemoved, &at(name), detail);
        }
        for (name, before) in &was.properties {
            let Some(after) = is.properties.get(name) else { continue };
            match (was.required.contains(name), is.required.contains(name)) {
                (false, true) => self.push(ChangeKind::MadeRequired, &at(name), show::schema(after)),
                (true, false) => self.push(ChangeKind::MadeOptional, &at(name), show::schema(after)),
                _ => {}
            }
            self.schemas(a.at(before), b.at(after), &at(name));
        }
        let further = |object: &'a Object| object.additional.as_deref().unwrap_or(ANY);
        self.schemas(a.at(further(was)), b.at(further(is)), &at("{}"));
    }

    /// Members that went and came with the same schema and presence, where there is one such pair only.
    fn renamed(
        &self,
        (a, was, gone): (Side<'a>, &'a Object, &[&'a str]),
        (b, is, came): (Side<'a>, &'a Object, &[&'a str]),
    ) -> Vec<(&'a str, &'a str)> {
        let alike = |old: &str, new: &str| {
            was.required.contains(old) == is.required.contains(new)
                && equal(a.at(&was.properties[old]), b.at(&is.properties[new]), self.renames)
        };
        let only = |old: &'a str| {
            let mut found = came.iter().copied().filter(|new| alike(old, new));
            let new = found.next().filter(|_| found.next().is_none())?;
            let others = gone.iter().filter(|other| alike(other, new)).count();
            (others == 1).then_some((old, new))
        };
        gone.iter().copied().filter_map(only).collect()
    }

    fn unions(&mut self, a: Side<'a>, b: Side<'a>, path: &str) {
        let (was, mut added) = (a.alternatives(), b.alternatives());
        let is = added.clone();
        let mut removed = vec![];
        for old in was.iter().copied() {
            if let Some(new) = is.iter().copied().find(|new| self.pairs(old, *new)) {
                added.retain(|left| !std::ptr::eq(left.schema, new.schema));
                if !self.same_name(old, new) {
                    self.schemas(old, new, path);
                }
            } else if !self.is_value_of(old, &is, false) {
                removed.push(old);
            }
        }
        added.retain(|new| !self.is_value_of(*new, &was, true));
        let names = |sides: &[Side<'_>]| {
            sides.iter().map(|side| show::schema(side.schema)).collect::<Vec<_>>().join(", ")
        };
        let (also, no_longer) = (format!("also {}", names(&added)), format!("no longer {}", names(&removed)));
        match (added.is_empty(), removed.is_empty()) {
            (true, true) => {}
            (false, true) => self.push(ChangeKind::Widened, path, also),
            (true, false) => self.push(ChangeKind::Narrowed, path, no_longer),
            (false, false) => self.push(ChangeKind::Changed, path, format!("{also}; {no_longer}")),
        }
    }

    /// Whether two alternatives are the same one: by name, or, where one has none, because one fits into the other.
    fn pairs(&self, a: Side<'a>, b: Side<'a>) -> bool {
        let named = |side: Side<'_>| matches!(side.schema.kind, Kind::Ref(_));
        let objects = [a, b].iter().all(|side| matches!(side.resolved().schema.kind, Kind::Object(_)));
        self.same_name(a, b)
            || (objects && !(named(a) && named(b)) && (self.within(a, b) || self.within_older(b, a)))
    }

    /// Whether an alternative that is no object is among the values of the other side's.
    fn is_value_of(&self, side: Side<'a>, others: &[Side<'a>], newer: bool) -> bool {
        !matches!(side.resolved().schema.kind, Kind::Object(_))
            && others.iter().any(|other| match newer {
                true => self.within_older(side, *other),
                false => self.within(side, *other),
            })
    }

    fn within(&self, a: Side<'_>, b: Side<'_>) -> bool {
        within(a, b, &Names { renames: self.renames, reversed: false })
    }

    fn within_older(&self, b: Side<'_>, a: Side<'_>) -> bool {
        within(b, a, &Names { renames: self.renames, reversed: true })
    }

    /// Compares by the values that are valid.
    fn valid(&mut self, a: Side<'a>, b: Side<'a>, path: &str) {
        let kind = match (self.within(a, b), self.within_older(b, a)) {
            (true, true) => return,
            (true, false) => ChangeKind::Widened,
            (false, true) => ChangeKind::Narrowed,
            (false, false) => ChangeKind::Changed,
        };
        let detail = match (&a.schema.kind, &b.schema.kind) {
            (Kind::Strings(was), Kind::Strings(is)) => [("also", is, was), ("no longer", was, is)]
                .into_iter()
                .filter_map(|(word, these, those)| {
                    let new =
                        these.iter().filter(|text| !those.contains(text)).map(|text| format!("`{text:?}`"));
                    let new = new.collect::<Vec<_>>().join(", ");
                    (!new.is_empty()).then(|| format!("{word} {new}"))
                })
                .collect::<Vec<_>>()
                .join("; "),
            _ => format!("{} is {} now", show::schema(a.schema), show::schema(b.schema)),
        };
        self.push(kind, path, detail);
    }
}

fn missing<'a>(from: &'a Object, other: &Object) -> Vec<&'a str> {
    from.properties.keys().map(String::as_str).filter(|name| !other.properties.contains_key(*name)).collect()
}

fn presence(object: &Object, name: &str) -> &'static str {
    if object.required.contains(name) { "required" } else { "optional" }
}
