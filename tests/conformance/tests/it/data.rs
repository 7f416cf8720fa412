//! Transcripts as they are written in `tests/transcripts`; `README.md` there says what everything means.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A revision, by the letter that it has in transcripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Revision(pub(crate) char);

impl Revision {
    pub(crate) const ALL: [Self; 5] = [Self('A'), Self('B'), Self('C'), Self('D'), Self('E')];

    pub(crate) fn name(self) -> &'static str {
        match self.0 {
            'A' => "2024-11-05",
            'B' => "2025-03-26",
            'C' => "2025-06-18",
            'D' => "2025-11-25",
            'E' => "2026-07-28",
            other => panic!("no revision has the letter `{other}`"),
        }
    }

    pub(crate) fn is_modern(self) -> bool {
        self.0 == 'E'
    }

    /// The revision of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|revision| revision.name() == name)
    }
}

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    Stdio,
    Unix,
    Http,
    Sse,
}

impl Over {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::Unix => "unix",
            Self::Http => "http",
            Self::Sse => "sse",
        }
    }

    fn named(name: &str) -> Self {
        let all = [Self::Stdio, Self::Unix, Self::Http, Self::Sse];
        all.into_iter().find(|over| over.name() == name).unwrap_or_else(|| panic!("no transport is `{name}`"))
    }
}

/// The same for every revision, or something for each letter of a key.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum By<T> {
    All(T),
    Each(BTreeMap<String, T>),
}

impl<T> By<T> {
    pub(crate) fn of(&self, revision: Revision) -> Option<&T> {
        match self {
            Self::All(all) => Some(all),
            Self::Each(each) => {
                each.iter().find(|(letters, _)| letters.contains(revision.0)).map(|(_, one)| one)
            }
        }
    }
}

/// An error that is expected: its code, or a pattern.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Wrong {
    Code(i64),
    Pattern(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transcript {
    pub(crate) name: String,
    /// Numbers of the list in `numbers.toml`.
    #[serde(default)]
    pub(crate) tests: Vec<u32>,
    pub(crate) revisions: String,
    pub(crate) over: String,
    /// Whether it begins with a handshake, where the revision has one.
    #[serde(default = "yes")]
    pub(crate) handshake: bool,
    /// What the client says it can; nothing where this is missing.
    capabilities: Option<By<String>>,
    pub(crate) steps: Vec<Step>,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Step {
    // Where it counts.
    pub(crate) only: Option<String>,
    pub(crate) over: Option<String>,
    // What is sent.
    pub(crate) request: Option<String>,
    pub(crate) notify: Option<String>,
    pub(crate) params: Option<By<String>>,
    pub(crate) meta: Option<String>,
    pub(crate) capabilities: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) send: Option<By<String>>,
    pub(crate) bytes: Option<String>,
    pub(crate) get: bool,
    pub(crate) method: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) without: Vec<String>,
    pub(crate) plain: bool,
    // Whose answer is read, and when.
    #[serde(rename = "as")]
    pub(crate) name: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) hang_up: Option<String>,
    // What is expected.
    pub(crate) status: Option<By<u16>>,
    pub(crate) has: BTreeMap<String, String>,
    pub(crate) form: Option<String>,
    pub(crate) primed: Option<bool>,
    pub(crate) retry: Option<u64>,
    pub(crate) before: Vec<String>,
    pub(crate) result: Option<By<String>>,
    pub(crate) error: Option<By<Wrong>>,
    pub(crate) expect: Vec<String>,
    pub(crate) lacks: Option<By<Vec<String>>>,
    pub(crate) quiet: Option<String>,
    pub(crate) ends: Option<String>,
    pub(crate) skip: Option<String>,
    pub(crate) repeat: Option<usize>,
    pub(crate) walk: Option<Walk>,
    // What is kept.
    pub(crate) save_header: BTreeMap<String, String>,
    pub(crate) save_event: Option<String>,
}

/// A list is read page by page.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Walk {
    pub(crate) items: String,
    /// The member that no two items share.
    pub(crate) key: String,
    pub(crate) count: usize,
    pub(crate) pages: usize,
    /// What every page is like.
    pub(crate) each: Option<By<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    transcript: Vec<Transcript>,
}

/// One test of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Number {
    pub(crate) number: u32,
    pub(crate) revisions: String,
    pub(crate) title: String,
    /// Why there is no test.
    pub(crate) missing: Option<String>,
    /// A test outside of this folder: its file, from the root, and its name.
    pub(crate) elsewhere: Option<(String, String)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    test: Vec<Number>,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn folder() -> PathBuf {
    root().join("tests/transcripts")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All transcripts, file by file.
pub(crate) fn transcripts() -> Vec<Transcript> {
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml") && !path.ends_with("numbers.toml"));
    paths.sort();
    paths.iter().flat_map(|path| transcripts_of(path)).collect()
}

pub(crate) fn transcripts_of(path: &Path) -> Vec<Transcript> {
    let file: File =
        toml::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    file.transcript
}

/// The list of tests.
pub(crate) fn numbers() -> Vec<Number> {
    let numbers: Numbers =
        toml::from_str(&read(&folder().join("numbers.toml"))).expect("the list is readable");
    numbers.test
}

impl Transcript {
    /// The client's capabilities, as JSON.
    pub(crate) fn capabilities(&self, revision: Revision) -> &str {
        self.capabilities.as_ref().and_then(|all| all.of(revision)).map_or("{}", String::as_str)
    }

    /// Where it runs: every revision over every transport that both has.
    pub(crate) fn cases(&self) -> Vec<(Revision, Over)> {
        let overs: Vec<Over> = self.over.split_whitespace().map(Over::named).collect();
        let cases =
            self.revisions.chars().flat_map(|letter| overs.iter().map(move |over| (Revision(letter), *over)));
        // The transport of the oldest revision has no requests that stand for themselves.
        cases.filter(|(revision, over)| !(revision.is_modern() && *over == Over::Sse)).collect()
    }
}

impl Step {
    pub(crate) fn counts(&self, revision: Revision, over: Over) -> bool {
        let revision = self.only.as_ref().is_none_or(|letters| letters.contains(revision.0));
        let over =
            self.over.as_ref().is_none_or(|names| names.split_whitespace().any(|name| name == over.name()));
        revision && over
    }
}
