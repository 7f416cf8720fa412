//! Mistakes in the sources: all of them at once, each with its place and what to do.

use std::fmt;

use serde_json::{Map, Value, json};

/// Where a mistake stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// A file as a whole.
    File(String),
    /// A position in a text file; line and column count from 1.
    Position {
        /// Path of the file.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
    },
    /// A JSON pointer into the schema of a revision.
    Schema {
        /// The revision, such as `2025-11-25`.
        revision: String,
        /// JSON pointer into its `schema.json`.
        pointer: String,
    },
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Error {
    /// Where it stands.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The source line, where there is one.
    pub excerpt: Option<String>,
}

impl Error {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), hint: None, excerpt: None }
    }

    pub(crate) fn file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Place::File(file.into()), message)
    }

    pub(crate) fn schema(revision: &str, pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Place::Schema { revision: revision.to_owned(), pointer: pointer.into() }, message)
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The mistake for programs: an object with `file`, `line`, `column`, `message`, `hint` and `excerpt`, null where
    /// there is none. One in a schema has also `revision` and `pointer`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (file, line, column) = match &self.place {
            Place::File(file) => (file.clone(), None, None),
            Place::Position { file, line, column } => (file.clone(), Some(*line), Some(*column)),
            Place::Schema { revision, .. } => (format!("spec/{revision}/schema.json"), None, None),
        };
        let mut members = Map::new();
        members.insert("file".to_owned(), json!(file));
        members.insert("line".to_owned(), json!(line));
        members.insert("column".to_owned(), json!(column));
        if let Place::Schema { revision, pointer } = &self.place {
            members.insert("revision".to_owned(), json!(revision));
            members.insert("pointer".to_owned(), json!(pointer));
        }
        members.insert("message".to_owned(), json!(self.message));
        members.insert("hint".to_owned(), json!(self.hint));
        members.insert("excerpt".to_owned(), json!(self.excerpt));
        Value::Object(members)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.place {
            Place::File(file) => write!(f, "\n --> {file}")?,
            Place::Position { file, line, column } => write!(f, "\n --> {file}:{line}:{column}")?,
            Place::Schema { revision, pointer } => {
                write!(f, "\n --> spec/{revision}/schema.json#{pointer}")?;
            }
        }
        if let (Some(excerpt), Place::Position { line, column, .. }) = (&self.excerpt, &self.place) {
            let number = line.to_string();
            let gutter = " ".repeat(number.len());
            let (shown, column) = window(excerpt, *column);
            let indent = " ".repeat(column.saturating_sub(1));
            write!(f, "\n{gutter} |\n{number} | {shown}\n{gutter} | {indent}^")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The part of a long line around `column`, and the column there.
fn window(line: &str, column: usize) -> (String, usize) {
    const WIDTH: usize = 100;
    const BEFORE: usize = 60;
    if line.chars().count() <= WIDTH {
        return (line.to_owned(), column);
    }
    let skipped = column.saturating_sub(BEFORE);
    let start = if skipped > 0 { "…" } else { "" };
    let rest = line.chars().skip(skipped);
    let end = if rest.clone().count() > WIDTH { "…" } else { "" };
    let shown: String = rest.take(WIDTH).collect();
    (format!("{start}{shown}{end}"), column - skipped + start.chars().count())
}

/// All mistakes of one run; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errors(Vec<Error>);

impl Errors {
    /// The mistakes, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Error> {
        self.0.iter()
    }

    /// The mistakes for programs: `{"errors": [..]}`, each as [`Error::to_json`] gives it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "errors": self.0.iter().map(Error::to_json).collect::<Vec<_>>() })
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.0 {
            writeln!(f, "{error}\n")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// Collects mistakes, so that one run reports them all.
#[derive(Debug, Default)]
pub(crate) struct Collector(Vec<Error>);

impl Collector {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, error: Error) {
        self.0.push(error);
    }

    /// The same mistake may be met on several ways; it is reported once.
    pub(crate) fn push_once(&mut self, error: Error) {
        if !self.0.contains(&error) {
            self.push(error);
        }
    }

    /// Brings the mistakes into the order of `rank`; those of one rank stay as they were found.
    pub(crate) fn sort_by_key<K: Ord>(&mut self, rank: impl Fn(&Error) -> K) {
        self.0.sort_by_key(rank);
    }

    /// Keeps the value of `result`, or its error.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// `value`, unless a mistake was collected.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Errors> {
        if self.0.is_empty() { Ok(value) } else { Err(Errors(self.0)) }
    }
}
