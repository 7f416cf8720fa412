//! The list of what the types do not do as the validator says, each with its reason.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lockstep_vectors::Vector;
use toml::{Table, Value};

/// `accepted.toml`.
pub(crate) struct Accepted(Vec<Entry>);

/// One reason, and what it explains. Where a list is missing, anything goes.
struct Entry {
    lists: Vec<(&'static str, BTreeSet<String>)>,
    used: BTreeSet<String>,
}

const LISTS: [&str; 4] = ["verdicts", "definitions", "members", "what"];

impl Accepted {
    pub(crate) fn read(path: &Path) -> Self {
        let table: Table = fs::read_to_string(path).unwrap().parse().unwrap();
        let entries = table.get("accepted").and_then(Value::as_array).cloned().unwrap_or_default();
        Self(entries.iter().map(Entry::read).collect())
    }

    /// Whether an entry names this vector.
    pub(crate) fn explains(&mut self, vector: &Vector) -> bool {
        self.0.iter_mut().any(|entry| entry.explains(vector))
    }

    /// What the file names without need.
    pub(crate) fn unused(&self) -> Vec<String> {
        self.0.iter().flat_map(Entry::unused).collect()
    }
}

impl Entry {
    fn read(value: &Value) -> Self {
        let table = value.as_table().unwrap();
        let why = table.get("why").and_then(Value::as_str).unwrap_or_default();
        assert!(!why.trim().is_empty(), "accepted.toml: an entry without `why`: {value}");
        let known = |key: &&String| key.as_str() == "why" || LISTS.contains(&key.as_str());
        assert!(table.keys().all(|key| known(&key)), "accepted.toml: an unknown key in {value}");
        let list = |key: &'static str| {
            let items = table.get(key)?.as_array().unwrap().iter();
            Some((key, items.map(|item| item.as_str().unwrap().to_owned()).collect()))
        };
        Self { lists: LISTS.into_iter().filter_map(list).collect(), used: BTreeSet::new() }
    }

    fn explains(&mut self, vector: &Vector) -> bool {
        let found = |list: &str| match list {
            "verdicts" => vector.verdict.name(),
            "definitions" => &vector.definition,
            "members" => vector.place.rsplit('/').next().unwrap_or_default(),
            _ => &vector.what,
        };
        let matches = self.lists.iter().all(|(list, items)| items.contains(found(list)));
        if matches {
            self.used.extend(self.lists.iter().map(|(list, _)| format!("{list}: {:?}", found(list))));
        }
        matches
    }

    fn unused(&self) -> impl Iterator<Item = String> {
        let all = self
            .lists
            .iter()
            .flat_map(|(list, items)| items.iter().map(move |item| format!("{list}: {item:?}")));
        all.filter(|item| !self.used.contains(item))
    }
}
