//! `db_query`: rows from a database that can only be read.

use std::time::{Duration, Instant};

use lockstep_runtime::contract::{Context, ErrorDetail, SharedError};
use lockstep_runtime::serde_json::Value;
use lockstep_tools::Column;
use lockstep_tools::db_query::{DbQueryError, DbQueryOutput, RowCount};

use crate::store::{Query, QueryError, Rows, Store};

/// Longest run of a statement where the catalog sets no time.
const DEFAULT_TIME: Duration = Duration::from_secs(5);

pub(super) async fn query(
    store: Option<&Store>,
    context: &Context,
    sql: String,
    params: Vec<Value>,
    max_rows: u32,
) -> Result<DbQueryOutput, DbQueryError> {
    let store = store.ok_or_else(|| DbQueryError::no_database("there is no database to ask"))?;
    let deadline = context.deadline().unwrap_or_else(|| Instant::now() + DEFAULT_TIME);
    let query =
        Query { sql, params, max_rows, offset: 0, deadline, cancellation: context.cancellation.clone() };
    output(store.query(query).await.map_err(error)?)
}

fn output(rows: Rows) -> Result<DbQueryOutput, DbQueryError> {
    Ok(DbQueryOutput {
        columns: rows
            .columns
            .into_iter()
            .map(|column| Column { name: column.name, r#type: column.r#type })
            .collect(),
        row_count: RowCount::try_from(u32::try_from(rows.rows.len()).unwrap_or(u32::MAX))?,
        rows: rows.rows,
        truncated: rows.truncated,
        truncated_cells: rows.truncated_cells.into(),
        untrusted: true,
    })
}

fn error(error: QueryError) -> DbQueryError {
    let detail = ErrorDetail::new(error.to_string());
    match error {
        QueryError::EmptySql => DbQueryError::empty_sql(detail),
        QueryError::SqlTooLong { .. } => DbQueryError::sql_too_long(detail),
        QueryError::BadCharacters { .. } => DbQueryError::bad_characters(detail),
        QueryError::MultipleStatements => DbQueryError::multiple_statements(detail),
        QueryError::NotAQuery { .. } => DbQueryError::not_a_query(detail),
        QueryError::WriteAttempt { .. } => DbQueryError::write_attempt(detail),
        QueryError::FunctionDenied { .. } => DbQueryError::function_denied(detail),
        QueryError::PragmaDenied { .. } => DbQueryError::pragma_denied(detail),
        QueryError::SyntaxError { .. } => DbQueryError::syntax_error(detail),
        QueryError::SqlError { .. }
        | QueryError::PermissionDenied { .. }
        | QueryError::UnsupportedSyntax { .. }
        | QueryError::TooExpensive { .. }
        | QueryError::NotFound { .. }
        | QueryError::AmbiguousTable { .. } => DbQueryError::sql_error(detail),
        QueryError::InvalidParams { .. } => DbQueryError::invalid_params(detail),
        QueryError::ValueTooLarge => DbQueryError::value_too_large(detail),
        QueryError::Timeout => DbQueryError::timeout(detail),
        QueryError::Cancelled => SharedError::Cancelled(detail).into(),
        QueryError::Busy => SharedError::Busy(detail).into(),
        QueryError::AuthFailed | QueryError::Unavailable { .. } => SharedError::Unavailable(detail).into(),
        QueryError::Internal => SharedError::Internal(detail).into(),
    }
}
