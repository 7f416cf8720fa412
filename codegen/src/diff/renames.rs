//! Which definitions have another name in the newer revision: one went, one came, and they are alike.

use std::collections::{BTreeMap, BTreeSet};

use crate::normalize::{Kind, Object, Revision, Schema};

use super::within::{Names, Side, within};

/// The newer name by the older one.
pub(super) type Renames = BTreeMap<String, String>;

/// Of all members that two types have together, how many must be alike.
const ALIKE: f64 = 0.8;

pub(super) fn renames(older: &Revision, newer: &Revision) -> Renames {
    let came: Vec<&String> =
        newer.definitions.keys().filter(|name| !older.definitions.contains_key(*name)).collect();
    // A second look knows the first one's names, which make more types alike.
    let first = matched(older, newer, &came, &Renames::new());
    matched(older, newer, &came, &first)
}

fn matched(older: &Revision, newer: &Revision, came: &[&String], known: &Renames) -> Renames {
    let mut pairs = Vec::new();
    for (was, schema) in &older.definitions {
        for is in came {
            let candidate = match newer.definitions.get(was) {
                None => true,
                Some(kept) => became_union(schema, Side { revision: newer, schema: kept }, is),
            };
            let (a, b) =
                (Side { revision: older, schema }, Side { revision: newer, schema: &newer.definitions[*is] });
            if candidate && let Some(score) = alike(a, b, known) {
                pairs.push((score, strsim::jaro(was, is), was, *is));
            }
        }
    }
    pairs.sort_by(|a, b| (b.0, b.1).partial_cmp(&(a.0, a.1)).unwrap_or(std::cmp::Ordering::Equal));
    let mut taken = BTreeSet::new();
    let mut renames = Renames::new();
    for (_, _, was, is) in pairs {
        if !renames.contains_key(was) && taken.insert(is) {
            renames.insert(was.clone(), is.clone());
        }
    }
    renames
}

/// Whether an object's name now stands for a choice of which `member` is one.
fn became_union(older: &Schema, kept: Side<'_>, member: &str) -> bool {
    let is = |side: &Side<'_>| matches!(&side.schema.kind, Kind::Ref(name) if name == member);
    matches!(older.kind, Kind::Object(_))
        && matches!(kept.schema.kind, Kind::Union(_))
        && kept.alternatives().iter().any(is)
}

/// How much of both is the same, from [`ALIKE`] to 1; nothing for what is not alike, or too small to tell.
fn alike(a: Side<'_>, b: Side<'_>, known: &Renames) -> Option<f64> {
    match (&a.schema.kind, &b.schema.kind) {
        (Kind::Object(was), Kind::Object(is)) => {
            let score = shared((a, was), (b, is), known);
            (score >= ALIKE && was.properties.len().min(is.properties.len()) > 1).then_some(score)
        }
        (Kind::Strings(was), Kind::Strings(is)) => (was == is).then_some(1.0),
        (Kind::Union(_), Kind::Union(_)) => equal(a, b, known).then_some(1.0),
        _ => None,
    }
}

fn shared<'a>((a, was): (Side<'a>, &'a Object), (b, is): (Side<'a>, &'a Object), known: &Renames) -> f64 {
    let names: BTreeSet<&String> = was.properties.keys().chain(is.properties.keys()).collect();
    let same = names.iter().filter(|name| match (was.properties.get(**name), is.properties.get(**name)) {
        (Some(was), Some(is)) => equal(a.at(was), b.at(is), known),
        _ => false,
    });
    same.count() as f64 / names.len().max(1) as f64
}

/// Whether both accept the same.
pub(super) fn equal(a: Side<'_>, b: Side<'_>, known: &Renames) -> bool {
    within(a, b, &Names { renames: known, reversed: false })
        && within(b, a, &Names { renames: known, reversed: true })
}
