//! The list of invalid documents that the types take, each with its reason.

use std::fs;
use std::path::Path;

use lockstep_vectors::Vector;
use toml::{Table, Value};

/// `accepted.toml`.
pub(crate) struct Accepted(Vec<Entry>);

struct Entry {
    definitions: Vec<String>,
    place_ends: String,
    what: Vec<String>,
    used: usize,
}

impl Accepted {
    pub(crate) fn read(path: &Path) -> Self {
        let table: Table = fs::read_to_string(path).unwrap().parse().unwrap();
        let entries = table.get("accepted").and_then(Value::as_array).cloned().unwrap_or_default();
        Self(entries.iter().map(Entry::read).collect())
    }

    /// Whether an entry names this vector.
    pub(crate) fn explains(&mut self, vector: &Vector) -> bool {
        let mut found = false;
        for entry in self.0.iter_mut().filter(|entry| entry.matches(vector)) {
            entry.used += 1;
            found = true;
        }
        found
    }

    pub(crate) fn unused(&self) -> Vec<String> {
        let unused = self.0.iter().filter(|entry| entry.used == 0);
        unused
            .map(|entry| format!("{:?} {:?} at `{}`", entry.definitions, entry.what, entry.place_ends))
            .collect()
    }
}

impl Entry {
    fn read(value: &Value) -> Self {
        let strings = |key: &str| -> Vec<String> {
            let list = value.get(key).and_then(Value::as_array);
            let list = list.unwrap_or_else(|| panic!("accepted.toml: no list `{key}` in {value}"));
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let string = |key: &str| {
            let text = value.get(key).and_then(Value::as_str);
            text.unwrap_or_else(|| panic!("accepted.toml: no string `{key}` in {value}")).to_owned()
        };
        assert!(!string("why").trim().is_empty(), "accepted.toml: an entry without a reason: {value}");
        Self {
            definitions: strings("definitions"),
            place_ends: string("place_ends"),
            what: strings("what"),
            used: 0,
        }
    }

    fn matches(&self, vector: &Vector) -> bool {
        self.definitions.contains(&vector.definition)
            && vector.place.ends_with(&self.place_ends)
            && self.what.contains(&vector.what)
    }
}
