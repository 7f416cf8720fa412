//! A case: what is sent, and what must come back.

use serde::Deserialize;

/// Everything that belongs to one row of a table.
pub(crate) struct Case {
    pub(crate) name: String,
    /// The revisions whose sessions it is tried in, one after the other.
    pub(crate) revisions: Vec<String>,
    /// Why the server does not do yet what the row demands.
    pub(crate) known: Option<String>,
    pub(crate) steps: Vec<Step>,
}

/// One message and its answer. Texts are templates, see `text`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Step {
    /// Method and path; `POST /mcp` where nothing else is said.
    pub(crate) request: Option<String>,
    /// The whole HTTP request, byte for byte.
    pub(crate) raw: Option<String>,
    /// Further header lines. They replace the usual one of the same name; a name alone removes it.
    pub(crate) headers: Vec<String>,
    /// The usual headers of the newest revision: method, and name where it has one.
    pub(crate) mirror: Vec<String>,
    /// Sent inside a session.
    pub(crate) legacy: bool,
    pub(crate) body: String,
    /// Of the answer over HTTP; without one it is not sent over HTTP.
    pub(crate) status: Option<u16>,
    /// The JSON-RPC error; without one the answer is a result, or nothing where the status has no room for one.
    pub(crate) code: Option<i64>,
    /// The answer's id as text; without one it has none.
    pub(crate) id: Option<String>,
    /// How many answers the answer is made of, where it is an array.
    pub(crate) answers: Option<usize>,
    /// What the answer holds, head included.
    pub(crate) has: Vec<String>,
    /// What it does not hold.
    pub(crate) lacks: Vec<String>,
    /// The answer is a stream that stays open; its first event is enough.
    pub(crate) open: bool,
    /// Whether it is sent over standard input too: `same` answer, `silent`, or another error code.
    pub(crate) stdio: Option<String>,
}

/// The cases of a table.
pub(crate) fn read(table: &str) -> Vec<Case> {
    let mut table: toml::Table = table.parse().expect("the table is TOML");
    let Some(toml::Value::Array(rows)) = table.remove("case") else { panic!("the table has cases") };
    assert!(table.is_empty(), "{table:?}");
    rows.into_iter().map(|row| Case::read(row.try_into().expect("a case is a table"))).collect()
}

impl Case {
    fn read(mut row: toml::Table) -> Self {
        let name: String = take(&mut row, "name").expect("a case has a name");
        let revisions = take(&mut row, "revisions").unwrap_or_else(|| vec!["2025-11-25".to_owned()]);
        let known = take(&mut row, "known");
        let then: Vec<Step> = take(&mut row, "then").unwrap_or_default();
        let first: Step = row.try_into().unwrap_or_else(|error| panic!("{name}: {error}"));
        let steps = std::iter::once(first).chain(then).collect();
        Self { name, revisions, known, steps }
    }
}

fn take<T: serde::de::DeserializeOwned>(row: &mut toml::Table, key: &str) -> Option<T> {
    row.remove(key).map(|value| value.try_into().unwrap_or_else(|error| panic!("{key}: {error}")))
}
