//! The read-only gate: one hardened connection, and the one way caller-written SQL gets to it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Batch, Connection, MAIN_DB, OpenFlags, Statement};
use serde_json::Value;

use super::super::{MAX_SQL_BYTES, QueryError, Rows};
use super::error::{not_a_query, query_error};
use super::lexis::words;
use super::{Masked, Source, Stop, functions, hint, values};

/// The engine looks at deadline and cancellation each time it has run this many instructions. One instruction can
/// match a megabyte of text against a pattern, so a thousand of them would be too far apart.
const PROGRESS_OPS: i32 = 100;
/// How long another process may hold a database file locked.
const LOCK_WAIT: Duration = Duration::from_millis(500);

const LIMITS: [(Limit, i32); 11] = [
    (Limit::SQLITE_LIMIT_LENGTH, 1_000_000),
    // The longest text of a caller, with `EXPLAIN QUERY PLAN` in front.
    (Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES as i32 + 32),
    (Limit::SQLITE_LIMIT_COLUMN, 256),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 32),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 10),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// Set before the authorizer, which refuses all of them. The heap limit counts for the whole process.
const PRAGMAS: &str = "PRAGMA hard_heap_limit = 268435456;
    PRAGMA temp_store = MEMORY;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA query_only = ON;";

/// Pragmas that describe a table or an index; the value names it.
const PRAGMAS_WITH_NAME: [&str; 7] = [
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
];
/// Pragmas that tell a number when asked without a value, and would set it with one.
/// Full-text search asks for `data_version` by itself.
const PRAGMAS_BARE: [&str; 7] = [
    "data_version",
    "user_version",
    "page_count",
    "page_size",
    "encoding",
    "freelist_count",
    "function_list",
];
/// `json_patch` takes quadratic time and memory moves inside a single instruction.
const FUNCTIONS_DENIED: [&str; 4] = ["load_extension", "fts3_tokenizer", "json_patch", "jsonb_patch"];

/// What the authorizer refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Denied {
    Rows { verb: &'static str, table: String },
    Schema,
    Function(String),
    Pragma(String),
    Other,
}

/// Which fences stand: all of them, but for the tests that look at one alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fences {
    /// The file or memory itself cannot be written.
    pub(super) read_only: bool,
    /// The engine's parser says that a text is one statement which only reads.
    pub(super) parser: bool,
    /// The engine asks before it compiles an action.
    pub(super) authorizer: bool,
    /// The engine's limits on sizes and depths.
    pub(super) limits: bool,
    /// The engine looks at deadline and cancellation while it works.
    pub(super) progress: bool,
}

impl Fences {
    pub(super) const ALL: Self =
        Self { read_only: true, parser: true, authorizer: true, limits: true, progress: true };
}

/// One connection that can only read.
#[derive(Debug)]
pub(super) struct Gate {
    connection: Connection,
    fences: Fences,
    /// Columns are masked, and names that two tables share join nothing.
    masks: bool,
    denied: Arc<Mutex<Option<Denied>>>,
}

impl Gate {
    pub(super) fn open(source: &Source, masked: &Masked) -> rusqlite::Result<Self> {
        Self::open_with(source, masked, Fences::ALL)
    }

    pub(super) fn open_with(source: &Source, masked: &Masked, fences: Fences) -> rusqlite::Result<Self> {
        let writable = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = match source {
            Source::Image(image) => {
                let mut connection = Connection::open_in_memory_with_flags(writable)?;
                connection.deserialize_read_exact(MAIN_DB, &image[..], image.len(), fences.read_only)?;
                connection
            }
            Source::File(path) => {
                let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(path, if fences.read_only { read_only } else { writable })?
            }
        };
        connection.busy_timeout(LOCK_WAIT)?;
        if fences.read_only {
            harden(&connection)?;
        }
        if fences.limits {
            limit(&connection)?;
        }
        functions::replace_quadratic(&connection)?;
        let denied = Arc::new(Mutex::new(None));
        if fences.authorizer {
            let (record, masked) = (Arc::clone(&denied), masked.clone());
            connection.authorizer(Some(move |context: AuthContext<'_>| {
                match judge(&context.action, &masked) {
                    Ok(authorization) => authorization,
                    Err(refused) => {
                        record.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(refused);
                        Authorization::Deny
                    }
                }
            }))?;
        }
        Ok(Self { connection, fences, masks: !masked.is_empty(), denied })
    }

    /// Reads the schema once, so that a file that is no database is found at start.
    pub(super) fn probe(&self) -> rusqlite::Result<()> {
        self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(()))
    }

    /// Does `work` while the engine looks at deadline and cancellation.
    pub(super) fn watched<T>(
        &self,
        stop: Stop,
        work: impl FnOnce(&Watched<'_>) -> Result<T, QueryError>,
    ) -> Result<T, QueryError> {
        if let Some(reason) = stop.reason() {
            return Err(reason);
        }
        self.take_denied();
        if self.fences.progress {
            let watched = stop.clone();
            // The handler stays until the next work replaces it: it also guards the clean-up of this one.
            self.connection
                .progress_handler(PROGRESS_OPS, Some(move || watched.reason().is_some()))
                .map_err(|_error| QueryError::Internal)?;
        }
        work(&Watched { gate: self, stop })
    }

    fn take_denied(&self) -> Option<Denied> {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// A connection at work.
#[derive(Debug)]
pub(super) struct Watched<'g> {
    gate: &'g Gate,
    stop: Stop,
}

impl Watched<'_> {
    /// Runs one statement of a caller and collects its rows.
    pub(super) fn query(
        &self,
        sql: &str,
        params: &[Value],
        offset: u32,
        max_rows: u32,
    ) -> Result<Rows, QueryError> {
        self.query_plainly(sql, params, offset, max_rows).map_err(|error| self.with_names(error))
    }

    /// Adds the names that an unknown one may have meant.
    fn with_names(&self, error: QueryError) -> QueryError {
        match error {
            QueryError::SqlError { message } => {
                QueryError::SqlError { message: hint::with_names(&self.gate.connection, message) }
            }
            other => other,
        }
    }

    fn query_plainly(
        &self,
        sql: &str,
        params: &[Value],
        offset: u32,
        max_rows: u32,
    ) -> Result<Rows, QueryError> {
        let mut statement = self.prepare(sql)?;
        values::bind(&mut statement, params)?;
        values::collect(&mut statement, offset, max_rows, |error| self.explain(&error, sql))
    }

    /// The plan of one statement of a caller, which is compiled and not run: `id`, `parent` and `detail` of each step.
    pub(super) fn plan(&self, sql: &str, params: &[Value]) -> Result<Vec<(i64, i64, String)>, QueryError> {
        let statement = self.prepare(sql).map_err(|error| self.with_names(error))?;
        if statement.is_explain() != 0 {
            return Err(not_a_query(sql));
        }
        drop(statement);
        let explained = self.gate.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"));
        let mut explained = explained.map_err(|error| self.explain(&error, sql))?;
        // A plan can be told without values.
        if !params.is_empty() {
            values::bind(&mut explained, params)?;
        }
        let steps = explained.raw_query().mapped(|row| Ok((row.get(0)?, row.get(1)?, row.get(3)?)));
        steps.collect::<rusqlite::Result<_>>().map_err(|error| self.explain(&error, sql))
    }

    /// Runs a statement of our own, under the same fences.
    pub(super) fn list<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, QueryError> {
        let rows = move || -> rusqlite::Result<Vec<T>> {
            let mut statement = self.gate.connection.prepare(sql)?;
            statement.query_map(params, read)?.collect()
        };
        rows().map_err(|error| self.explain(&error, sql))
    }

    /// As [`list`](Self::list), for what may not be there: nothing where the engine knows no such table, or a view is
    /// broken.
    pub(super) fn optional<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<Vec<T>>, QueryError> {
        match self.list(sql, params, read) {
            Ok(rows) => Ok(Some(rows)),
            Err(QueryError::SqlError { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Lets the engine say whether the text is exactly one statement that only reads.
    fn prepare(&self, sql: &str) -> Result<Statement<'_>, QueryError> {
        // The engine compares such columns without asking the authorizer: a masked value could be guessed.
        let by_name = |word: &str| word.eq_ignore_ascii_case("using") || word.eq_ignore_ascii_case("natural");
        if self.gate.masks && words(sql).any(by_name) {
            let message =
                "some columns are masked here, so `USING` and `NATURAL` join nothing; write `ON a.x = b.x`";
            return Err(QueryError::UnsupportedSyntax { message: message.to_owned() });
        }
        let mut statements = Batch::new(&self.gate.connection, sql);
        let first = statements.next().map_err(|error| self.explain(&error, sql))?;
        let statement = first.ok_or(QueryError::EmptySql)?;
        if !self.gate.fences.parser {
            return Ok(statement);
        }
        match statements.next() {
            Ok(None) => {}
            // What follows need not be valid, or allowed, to be a second statement.
            Ok(Some(_)) | Err(_) => return Err(self.stop.reason().unwrap_or(QueryError::MultipleStatements)),
        }
        if statement.readonly() { Ok(statement) } else { Err(not_a_query(sql)) }
    }

    fn explain(&self, error: &rusqlite::Error, sql: &str) -> QueryError {
        let interrupted = error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted);
        if interrupted {
            return self.stop.reason().unwrap_or(QueryError::Internal);
        }
        query_error(error, self.gate.take_denied(), sql)
    }
}

/// Runs our own script on a fresh database in memory and returns the database's bytes.
pub(super) fn build_image(script: &str) -> rusqlite::Result<Arc<[u8]>> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(script)?;
    let image = connection.serialize(MAIN_DB)?;
    Ok(Arc::from(&image[..]))
}

fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false)?;
    connection.execute_batch(PRAGMAS)
}

fn limit(connection: &Connection) -> rusqlite::Result<()> {
    LIMITS.into_iter().try_for_each(|(limit, value)| connection.set_limit(limit, value).map(drop))
}

/// The authorizer's rules: reading is allowed by name, everything else is refused. A masked column reads as NULL.
fn judge(action: &AuthAction<'_>, masked: &Masked) -> Result<Authorization, Denied> {
    match *action {
        AuthAction::Read { table_name, column_name } if masked.covers(table_name, column_name) => {
            Ok(Authorization::Ignore)
        }
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Ok(Authorization::Allow),
        AuthAction::Function { function_name } => {
            let denied = FUNCTIONS_DENIED.iter().any(|name| name.eq_ignore_ascii_case(function_name));
            if denied {
                Err(Denied::Function(function_name.to_ascii_lowercase()))
            } else {
                Ok(Authorization::Allow)
            }
        }
        AuthAction::Pragma { pragma_name, pragma_value } => {
            let listed = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(pragma_name));
            if listed(&PRAGMAS_WITH_NAME) || (pragma_value.is_none() && listed(&PRAGMAS_BARE)) {
                Ok(Authorization::Allow)
            } else {
                Err(Denied::Pragma(pragma_name.chars().take(64).collect::<String>().to_ascii_lowercase()))
            }
        }
        AuthAction::Insert { table_name } => Err(row_change("INSERT into", table_name)),
        AuthAction::Update { table_name, .. } => Err(row_change("UPDATE of", table_name)),
        AuthAction::Delete { table_name } => Err(row_change("DELETE from", table_name)),
        AuthAction::Attach { .. }
        | AuthAction::Detach { .. }
        | AuthAction::Transaction { .. }
        | AuthAction::Savepoint { .. }
        | AuthAction::Unknown { .. } => Err(Denied::Other),
        _ => Err(Denied::Schema),
    }
}

/// DDL shows up as a change to the schema table first.
fn row_change(verb: &'static str, table: &str) -> Denied {
    match table {
        "sqlite_master" | "sqlite_temp_master" | "sqlite_schema" | "sqlite_temp_schema" => Denied::Schema,
        _ => Denied::Rows { verb, table: table.to_owned() },
    }
}
