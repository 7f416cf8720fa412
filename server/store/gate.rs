//! The read-only gate: one hardened connection, and the one way caller-written SQL gets to it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::fallible_iterator::FallibleIterator as _;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Batch, Connection, MAIN_DB, OpenFlags, Statement};
use serde_json::Value;

use super::error::QueryError;
use super::{Rows, Source, Stop, functions, hint, values};

/// The longest SQL text that is accepted, in bytes.
pub const MAX_SQL_BYTES: usize = 16_384;

/// The engine looks at deadline and cancellation each time it has run this many instructions. One instruction can
/// match a megabyte of text against a pattern, so a thousand of them would be too far apart.
const PROGRESS_OPS: i32 = 100;
/// How long another process may hold a database file locked.
const LOCK_WAIT: Duration = Duration::from_millis(500);

const LIMITS: [(Limit, i32); 11] = [
    (Limit::SQLITE_LIMIT_LENGTH, 1_000_000),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 16_384),
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
const PRAGMAS_BARE: [&str; 6] =
    ["data_version", "user_version", "page_count", "page_size", "encoding", "freelist_count"];
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

/// One connection that can only read.
#[derive(Debug)]
pub(super) struct Gate {
    connection: Connection,
    denied: Arc<Mutex<Option<Denied>>>,
}

impl Gate {
    pub(super) fn open(source: &Source) -> rusqlite::Result<Self> {
        let connection = match source {
            Source::Image(image) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let mut connection = Connection::open_in_memory_with_flags(flags)?;
                connection.deserialize_read_exact(MAIN_DB, &image[..], image.len(), true)?;
                connection
            }
            Source::File(path) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                Connection::open_with_flags(path, flags)?
            }
        };
        harden(&connection)?;
        functions::replace_quadratic(&connection)?;
        let denied = Arc::new(Mutex::new(None));
        let record = Arc::clone(&denied);
        connection.authorizer(Some(move |context: AuthContext<'_>| match judge(&context.action) {
            Ok(()) => Authorization::Allow,
            Err(refused) => {
                record.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(refused);
                Authorization::Deny
            }
        }))?;
        Ok(Self { connection, denied })
    }

    /// Reads the schema once, so that a file that is no database is found at start.
    pub(super) fn probe(&self) -> rusqlite::Result<()> {
        self.connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(()))
    }

    /// Runs one statement under the gate and collects its rows.
    pub(super) fn run(
        &self,
        sql: &str,
        params: &[Value],
        offset: u32,
        max_rows: u32,
        stop: Stop,
    ) -> Result<Rows, QueryError> {
        if let Some(reason) = stop.reason() {
            return Err(reason);
        }
        self.take_denied();
        let watched = stop.clone();
        self.connection
            .progress_handler(PROGRESS_OPS, Some(move || watched.reason().is_some()))
            .map_err(|_error| QueryError::Internal)?;
        let result = self.run_watched(sql, params, offset, max_rows, &stop);
        // The handler stays until the next query replaces it: it also guards the clean-up of this one.
        match result {
            Err(QueryError::SqlError { message }) => {
                Err(QueryError::SqlError { message: hint::with_names(&self.connection, message) })
            }
            other => other,
        }
    }

    fn run_watched(
        &self,
        sql: &str,
        params: &[Value],
        offset: u32,
        max_rows: u32,
        stop: &Stop,
    ) -> Result<Rows, QueryError> {
        let mut statement = self.prepare(sql, stop)?;
        values::bind(&mut statement, params)?;
        values::collect(&mut statement, offset, max_rows, |error| self.explain(&error, sql, stop))
    }

    /// Lets the engine say whether the text is exactly one statement that only reads.
    fn prepare(&self, sql: &str, stop: &Stop) -> Result<Statement<'_>, QueryError> {
        let mut statements = Batch::new(&self.connection, sql);
        let first = statements.next().map_err(|error| self.explain(&error, sql, stop))?;
        let statement = first.ok_or(QueryError::EmptySql)?;
        match statements.next() {
            Ok(None) => {}
            // What follows need not be valid, or allowed, to be a second statement.
            Ok(Some(_)) | Err(_) => return Err(stop.reason().unwrap_or(QueryError::MultipleStatements)),
        }
        if statement.readonly() { Ok(statement) } else { Err(QueryError::not_a_query(sql)) }
    }

    fn explain(&self, error: &rusqlite::Error, sql: &str, stop: &Stop) -> QueryError {
        let interrupted = error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted);
        if interrupted {
            return stop.reason().unwrap_or(QueryError::Internal);
        }
        QueryError::from_engine(error, self.take_denied(), sql)
    }

    fn take_denied(&self) -> Option<Denied> {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// Checks what must not reach the engine at all.
pub(crate) fn check_text(sql: &str) -> Result<(), QueryError> {
    if sql.len() > MAX_SQL_BYTES {
        return Err(QueryError::SqlTooLong { bytes: sql.len() });
    }
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if let Some(position) = sql.find(control) {
        return Err(QueryError::BadCharacters { position });
    }
    if sql.trim().is_empty() {
        return Err(QueryError::EmptySql);
    }
    Ok(())
}

/// Runs our own script on a fresh database in memory and returns the database's bytes.
pub(super) fn build_image(script: &str) -> rusqlite::Result<Arc<[u8]>> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(script)?;
    let image = connection.serialize(MAIN_DB)?;
    Ok(Arc::from(&image[..]))
}

fn harden(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(LOCK_WAIT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false)?;
    for (limit, value) in LIMITS {
        connection.set_limit(limit, value)?;
    }
    connection.execute_batch(PRAGMAS)
}

/// The authorizer's rules: reading is allowed by name, everything else is refused.
fn judge(action: &AuthAction<'_>) -> Result<(), Denied> {
    match *action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Ok(()),
        AuthAction::Function { function_name } => {
            let denied = FUNCTIONS_DENIED.iter().any(|name| name.eq_ignore_ascii_case(function_name));
            if denied { Err(Denied::Function(function_name.to_ascii_lowercase())) } else { Ok(()) }
        }
        AuthAction::Pragma { pragma_name, pragma_value } => {
            let listed = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(pragma_name));
            if listed(&PRAGMAS_WITH_NAME) || (pragma_value.is_none() && listed(&PRAGMAS_BARE)) {
                Ok(())
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
