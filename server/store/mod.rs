//! Databases behind one gate for caller-written SQL: what is asked of them and what they answer, whichever engine runs it.

mod error;
mod names;
pub mod sources;
pub mod sqlite;

use std::future::Future;
use std::time::Instant;

use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::ground::Turn;

pub use error::{QueryError, StoreError};
pub(crate) use error::{fragment, leading_keyword};
pub use lockstep_tools::db_insights::Check;
pub use lockstep_tools::{
    CellPlace, Column, DbFinding, DbObject, DbObjectKind, ForeignKey, IndexCandidate, TableColumn,
    TableConstraint, TableIndex,
};
pub(crate) use names::{nearest, quoted};
pub use sqlite::Sqlite;

/// The longest SQL text that is accepted, in bytes.
pub const MAX_SQL_BYTES: usize = 16_384;
/// At most this many parameters go with one statement.
pub const MAX_PARAMS: usize = 32;
/// The longest text parameter, in bytes.
pub const MAX_PARAM_BYTES: usize = 8 * 1024;
/// Longer text cells are cut to this many characters.
pub const MAX_CELL_CHARS: usize = 4096;
/// A blob is shown by its length and this many first bytes.
pub const BLOB_PREVIEW_BYTES: usize = 32;
/// Rows stop before the result, written as JSON, grows beyond this.
pub const MAX_RESULT_BYTES: usize = 1000 * 1024;
/// The largest integer that every JSON reader keeps exact; beyond it integers are written as text.
pub const MAX_EXACT_INTEGER: u64 = 1 << 53;

/// A database engine. Whatever it is asked stops at the turn's deadline, when the turn is cancelled, and when the future is
/// dropped; what it held is free again then.
pub trait Engine: Send + Sync {
    /// Runs one read-only statement.
    ///
    /// # Errors
    ///
    /// See [`QueryError`]: what the gate refused, what the engine refused, or why the work was stopped.
    fn query(&self, query: Query) -> impl Future<Output = Result<Rows, QueryError>> + Send;

    /// Finds objects by name.
    ///
    /// # Errors
    ///
    /// See [`QueryError`].
    fn search(&self, search: Search, turn: Turn) -> impl Future<Output = Result<Found, QueryError>> + Send;

    /// Describes one table or view.
    ///
    /// # Errors
    ///
    /// [`QueryError::NotFound`] with the nearest names, [`QueryError::AmbiguousTable`], or as for a query.
    fn describe(
        &self,
        table: TableName,
        turn: Turn,
    ) -> impl Future<Output = Result<Table, QueryError>> + Send;

    /// Says how a statement would be run, without running it.
    ///
    /// # Errors
    ///
    /// As for [`Engine::query`].
    fn explain(
        &self,
        sql: String,
        params: Vec<Value>,
        turn: Turn,
    ) -> impl Future<Output = Result<Plan, QueryError>> + Send;

    /// Runs one health check.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unsupported`] where the engine or its version has no such check, or as for a query.
    fn insights(
        &self,
        inspection: Inspection,
        turn: Turn,
    ) -> impl Future<Output = Result<Insights, QueryError>> + Send;

    /// Looks for indexes that would make statements cheaper; creates none.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unsupported`] where the engine cannot try an index without creating it, or as for a query.
    fn advise(
        &self,
        question: IndexQuestion,
        turn: Turn,
    ) -> impl Future<Output = Result<Advice, QueryError>> + Send;
}

/// One statement to run, with its limits.
#[derive(Clone, Debug)]
pub struct Query {
    /// The text of a single statement that only reads.
    pub sql: String,
    /// Values for the placeholders, in order: null, booleans, numbers and strings.
    pub params: Vec<Value>,
    /// At most this many rows come back.
    pub max_rows: u32,
    /// So many rows are skipped first.
    pub offset: u32,
    /// When the engine stops the statement.
    pub deadline: Instant,
    /// Stops the statement when the caller gives up.
    pub cancellation: CancellationToken,
}

impl Query {
    /// A statement without parameters, from its first row on.
    pub fn new(sql: impl Into<String>, max_rows: u32, turn: Turn) -> Self {
        let Turn { deadline, cancellation, .. } = turn;
        Self { sql: sql.into(), params: Vec::new(), max_rows, offset: 0, deadline, cancellation }
    }
}

/// What a statement returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The result's columns, in order; names may repeat.
    pub columns: Vec<Column>,
    /// One list of cells per row, in the order of the columns.
    pub rows: Vec<Vec<Value>>,
    /// There are more rows than `max_rows` or [`MAX_RESULT_BYTES`] let through.
    pub truncated: bool,
    /// Which text cells were cut at [`MAX_CELL_CHARS`].
    pub truncated_cells: Vec<CellPlace>,
}

/// Which objects are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Kind of object.
    pub kind: DbObjectKind,
    /// Part of the name, or a pattern with `%` and `_`; whatever the case.
    pub pattern: Option<String>,
    /// Only in this schema.
    pub schema: Option<String>,
    /// Only of this table.
    pub table: Option<String>,
    /// How much of each is told.
    pub detail: Detail,
    /// At most this many, 1 to 500.
    pub limit: u32,
    /// So many are skipped first.
    pub offset: u32,
}

/// How much of an object is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// What it is called.
    #[default]
    Names,
    /// Types, columns, estimated rows, comments as well.
    Summary,
    /// The SQL that made it as well.
    Full,
}

/// The objects that were found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The page that was asked for, in the order of schema, table and name.
    pub objects: Vec<DbObject>,
    /// How many match in all.
    pub total: u64,
}

/// The name of a table or view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName {
    /// Its schema, where the caller said one.
    pub schema: Option<String>,
    /// Its own name.
    pub table: String,
}

/// A table or view as the database describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its schema.
    pub schema: String,
    /// Its name as the database spells it.
    pub name: String,
    /// Whether it is a view.
    pub is_view: bool,
    /// What its makers say of it.
    pub comment: Option<String>,
    /// Its columns in order.
    pub columns: Vec<TableColumn>,
    /// Columns of the primary key, in the key's order.
    pub primary_key: Vec<String>,
    /// Foreign keys from this table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Foreign keys of other tables to this one.
    pub referenced_by: Vec<ForeignKey>,
    /// Its indexes.
    pub indexes: Vec<TableIndex>,
    /// Check, unique and exclusion constraints.
    pub constraints: Vec<TableConstraint>,
    /// How many rows it has, or about.
    pub row_estimate: Option<u64>,
    /// Bytes on disk, indexes included.
    pub size_bytes: Option<u64>,
}

/// How a statement would be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The plan as the engine gives it.
    pub plan: Value,
    /// The planner's cost, where it has one.
    pub total_cost: Option<f64>,
    /// How many rows the planner expects.
    pub estimated_rows: Option<u64>,
    /// What makes the statement slow, and what would help.
    pub warnings: Vec<String>,
}

/// One health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// What is looked at.
    pub check: Check,
    /// Only this schema.
    pub schema: Option<String>,
    /// Only this table.
    pub table: Option<String>,
    /// At most this many rows, 1 to 100.
    pub limit: u32,
}

/// What a health check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Insights {
    /// What is worth knowing, the gravest first.
    pub findings: Vec<DbFinding>,
    /// The rows behind it.
    pub rows: Rows,
}

/// What indexes are wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexQuestion {
    /// Statements to make cheaper; empty for the most expensive ones that the database recorded.
    pub queries: Vec<String>,
    /// The largest size of all new indexes together, in megabytes.
    pub max_size_mb: Option<u32>,
}

/// Indexes that would help.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Advice {
    /// The best first.
    pub candidates: Vec<IndexCandidate>,
    /// Statements that could not be judged, and why.
    pub warnings: Vec<String>,
}

/// Checks what must not reach an engine at all.
///
/// # Errors
///
/// The text is too long, blank, or has control characters other than tab and line ends.
pub fn check_text(sql: &str) -> Result<(), QueryError> {
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

/// Checks the number and kinds of parameters, whatever the statement makes of them.
///
/// # Errors
///
/// [`QueryError::InvalidParams`] for too many, one that is no single value, or too long a text.
pub fn check_params(params: &[Value]) -> Result<(), QueryError> {
    let invalid = |message: String| Err(QueryError::InvalidParams { message });
    if params.len() > MAX_PARAMS {
        let given = params.len();
        return invalid(format!("{given} parameters were given, at most {MAX_PARAMS} are allowed"));
    }
    for (index, param) in params.iter().enumerate() {
        match param {
            Value::Array(_) => return invalid(format!("`params[{index}]` is an array, not a single value")),
            Value::Object(_) => {
                return invalid(format!("`params[{index}]` is an object, not a single value"));
            }
            Value::String(text) if text.len() > MAX_PARAM_BYTES => {
                let bytes = text.len();
                return invalid(format!(
                    "`params[{index}]` has {bytes} bytes, at most {MAX_PARAM_BYTES} are allowed"
                ));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    Ok(())
}
