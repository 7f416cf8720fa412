//! The configured databases by name. None is opened before it is asked.

use std::path::PathBuf;

use serde_json::Value;
use tokio::sync::OnceCell;

use super::sqlite::Masked;
use super::{
    Advice, Engine, Found, IndexQuestion, Insights, Inspection, Plan, Query, QueryError, Rows, Search,
    Sqlite, Table, TableName, quoted,
};
use crate::ground::{self, Turn};

/// The name that callers mean when they say none.
pub const DEFAULT: &str = "main";

/// All databases that callers can ask, in the order in which they were configured.
#[derive(Debug, Default)]
pub struct Sources {
    sources: Vec<Source>,
}

/// One database by name.
#[derive(Debug)]
pub struct Source {
    name: String,
    origin: Origin,
    opened: OnceCell<Database>,
}

/// What a database is opened from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Origin {
    /// An SQLite file.
    SqliteFile {
        /// The file.
        path: PathBuf,
        /// Columns that nobody may read.
        masked: Masked,
    },
    /// One that is open already.
    Opened,
}

/// A database, whichever engine runs it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Database {
    /// An SQLite file or image.
    Sqlite(Sqlite),
}

impl Sources {
    /// These databases.
    pub fn new(sources: impl IntoIterator<Item = Source>) -> Self {
        Self { sources: sources.into_iter().collect() }
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(Source::name)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// The database of this name. Where there is only one, it is also [`DEFAULT`].
    ///
    /// # Errors
    ///
    /// [`QueryError::NoDatabase`], or [`QueryError::UnknownDatabase`] with the names there are.
    pub fn find(&self, name: &str) -> Result<&Source, QueryError> {
        if let Some(source) = self.sources.iter().find(|source| source.name == name) {
            return Ok(source);
        }
        match self.sources.as_slice() {
            [] => Err(QueryError::NoDatabase),
            [only] if name == DEFAULT => Ok(only),
            several => {
                let names: Vec<String> = several.iter().map(|source| source.name.clone()).collect();
                let near = ground::did_you_mean(name, names.iter().map(String::as_str));
                let known = quoted(&names);
                let message = format!("there is no database `{name}`{near}; the databases are {known}");
                Err(QueryError::UnknownDatabase { message })
            }
        }
    }
}

impl Source {
    /// A database that is opened when it is first asked.
    pub fn new(name: impl Into<String>, origin: Origin) -> Self {
        Self { name: name.into(), origin, opened: OnceCell::new() }
    }

    /// A database that is open already.
    pub fn opened(name: impl Into<String>, database: impl Into<Database>) -> Self {
        let opened = OnceCell::new_with(Some(database.into()));
        Self { name: name.into(), origin: Origin::Opened, opened }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The database, opened if it was not. One that cannot be opened is tried again next time.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unavailable`] with the reason.
    pub async fn database(&self) -> Result<&Database, QueryError> {
        self.opened.get_or_try_init(|| open(&self.name, self.origin.clone())).await
    }
}

async fn open(name: &str, origin: Origin) -> Result<Database, QueryError> {
    let unavailable =
        |why: String| QueryError::Unavailable { message: format!("the database `{name}`: {why}") };
    match origin {
        Origin::SqliteFile { path, masked } => {
            let opening = tokio::task::spawn_blocking(move || Sqlite::open_file(path, masked));
            let opened = opening.await.map_err(|_panic| QueryError::Internal)?;
            opened.map(Database::Sqlite).map_err(|error| unavailable(error.to_string()))
        }
        Origin::Opened => Err(QueryError::Internal),
    }
}

impl From<Sqlite> for Database {
    fn from(sqlite: Sqlite) -> Self {
        Self::Sqlite(sqlite)
    }
}

/// Hands each question to the engine.
macro_rules! each {
    ($self:ident.$method:ident($($argument:expr),*)) => {
        match $self {
            Self::Sqlite(sqlite) => sqlite.$method($($argument),*).await,
        }
    };
}

impl Engine for Database {
    async fn query(&self, query: Query) -> Result<Rows, QueryError> {
        each!(self.query(query))
    }

    async fn search(&self, search: Search, turn: Turn) -> Result<Found, QueryError> {
        each!(self.search(search, turn))
    }

    async fn describe(&self, table: TableName, turn: Turn) -> Result<Table, QueryError> {
        each!(self.describe(table, turn))
    }

    async fn explain(&self, sql: String, params: Vec<Value>, turn: Turn) -> Result<Plan, QueryError> {
        each!(self.explain(sql, params, turn))
    }

    async fn insights(&self, inspection: Inspection, turn: Turn) -> Result<Insights, QueryError> {
        each!(self.insights(inspection, turn))
    }

    async fn advise(&self, question: IndexQuestion, turn: Turn) -> Result<Advice, QueryError> {
        each!(self.advise(question, turn))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> Source {
        let path = std::env::temp_dir().join("lockstep-no-such-folder").join(name);
        Source::new(name, Origin::SqliteFile { path, masked: Masked::default() })
    }

    #[test]
    fn names_are_found_and_told() {
        let none = Sources::default();
        assert_eq!(none.find("main").err(), Some(QueryError::NoDatabase));
        let one = Sources::new([file("shop")]);
        assert_eq!(one.find("main").map(Source::name), Ok("shop"));
        let two = Sources::new([file("shop"), file("books")]);
        let message = two.find("Shops").expect_err("there is none").to_string();
        assert_eq!(
            message,
            "there is no database `Shops`; did you mean `shop`?; the databases are `shop`, `books`"
        );
        assert!(two.find("main").is_err());
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_says_why_and_not_where() {
        let sources = Sources::new([file("shop")]);
        let error =
            sources.find("shop").expect("it is configured").database().await.expect_err("there is none");
        assert_eq!(error.code(), "unavailable");
        let message = error.to_string();
        assert_eq!(message, "the database `shop`: there is no database file at the configured path");
    }
}
