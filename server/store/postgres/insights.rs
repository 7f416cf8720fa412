//! The health checks: one statement of our own for each, whose last four columns make a finding.

use lockstep_tools::DbFindingSeverity as Severity;
use serde_json::Value;
use sqlx::postgres::PgConnection;

use super::super::{Check, DbFinding, Insights, Inspection, QueryError, Rows, TableName};
use super::config::identifier;
use super::{describe, error, statement};

/// `severity`, `object`, `message` and `evidence`.
const OF_FINDINGS: usize = 4;
/// What is read is the server's own, whatever else has the same name.
const SYSTEM_ONLY: &str = "SET LOCAL search_path = pg_catalog, pg_temp";

pub(super) async fn inspect(
    connection: &mut PgConnection,
    Inspection { check, schema, table, limit }: &Inspection,
) -> Result<Insights, QueryError> {
    let (schema, table) = match table {
        Some(table) => {
            let asked = TableName { schema: schema.clone(), table: table.clone() };
            let (schema, table) = describe::named(connection, &asked).await.map_err(|error| match error {
                QueryError::AmbiguousTable { message } => QueryError::NotFound { message },
                other => other,
            })?;
            (Some(schema), Some(table))
        }
        None => (schema.clone(), None),
    };
    system_only(connection).await?;
    let recorded;
    let sql = match check {
        Check::Connections => include_str!("insights/connections.sql"),
        Check::Active => include_str!("insights/active.sql"),
        Check::Locks => include_str!("insights/locks.sql"),
        Check::LongTx => include_str!("insights/long_tx.sql"),
        Check::TopQueries => {
            let (schema, total, mean) = statements(connection).await?;
            let sql = include_str!("insights/top_queries.sql");
            recorded = sql.replace("{total}", total).replace("{mean}", mean).replace("{schema}", &schema);
            &recorded
        }
        Check::Indexes => include_str!("insights/indexes.sql"),
        Check::Vacuum => include_str!("insights/vacuum.sql"),
        Check::Sequences => include_str!("insights/sequences.sql"),
        Check::Replication => include_str!("insights/replication.sql"),
        Check::Buffers => include_str!("insights/buffers.sql"),
        Check::Constraints => include_str!("insights/constraints.sql"),
        Check::TableStats => include_str!("insights/table_stats.sql"),
        Check::ColumnStats => include_str!("insights/column_stats.sql"),
        Check::Settings => include_str!("insights/settings.sql"),
        Check::Extensions => include_str!("insights/extensions.sql"),
    };
    let judged = statement::judge(connection, sql).await?;
    let params = [schema, table].map(|name| name.map_or(Value::Null, Value::String));
    let arguments = judged.arguments(connection, &params).await?;
    let rows = judged.rows(connection, arguments, 0, *limit).await.map_err(not_loaded)?;
    Ok(split(rows))
}

/// Makes names mean the server's own.
pub(super) async fn system_only(connection: &mut PgConnection) -> Result<(), QueryError> {
    let done = sqlx::raw_sql(SYSTEM_ONLY).execute(connection).await;
    done.map(drop).map_err(|error| error::failed(&error, "", 0))
}

/// The schema and the version of an extension.
///
/// # Errors
///
/// [`QueryError::Unsupported`] where it is not installed.
pub(super) async fn extension(
    connection: &mut PgConnection,
    name: &str,
) -> Result<(String, String), QueryError> {
    let sql = "SELECT n.nspname::text, e.extversion FROM pg_catalog.pg_extension e
        JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = $1";
    let found = sqlx::query_as::<sqlx::Postgres, (String, String)>(sql).persistent(false).bind(name);
    let found = found.fetch_optional(connection).await.map_err(|error| error::failed(&error, "", 0))?;
    found.ok_or_else(|| QueryError::Unsupported {
        message: format!("the extension `{name}` is not installed; a superuser runs CREATE EXTENSION {name}"),
    })
}

/// Where `pg_stat_statements` is, as SQL, and what it calls the total and the mean of times.
pub(super) async fn statements(
    connection: &mut PgConnection,
) -> Result<(String, &'static str, &'static str), QueryError> {
    let (schema, version) = extension(connection, "pg_stat_statements").await?;
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    // Until 1.7, planning was not counted apart.
    let (total, mean) = match (numbers.next(), numbers.next()) {
        (Some(0 | 1), Some(0..8)) => ("total_time", "mean_time"),
        _ => ("total_exec_time", "mean_exec_time"),
    };
    Ok((identifier(&schema), total, mean))
}

/// An extension that is installed and was not loaded when the server started.
pub(super) fn not_loaded(error: QueryError) -> QueryError {
    match error {
        QueryError::SqlError { message } if message.ends_with("(SQLSTATE 55000)") => {
            QueryError::Unsupported { message }
        }
        other => other,
    }
}

/// Takes the findings out of the rows.
fn split(mut rows: Rows) -> Insights {
    let width = rows.columns.len().saturating_sub(OF_FINDINGS);
    rows.columns.truncate(width);
    let mut findings: Vec<DbFinding> =
        rows.rows.iter_mut().filter_map(|row| finding(row.split_off(width))).collect();
    // The gravest first.
    findings.sort_by_key(|finding| finding.severity);
    Insights { findings, rows }
}

fn finding(cells: Vec<Value>) -> Option<DbFinding> {
    let mut texts = cells.into_iter().map(|cell| match cell {
        Value::String(text) => Some(text),
        _ => None,
    });
    let severity = match texts.next()??.as_str() {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    };
    let object = texts.next()?;
    Some(DbFinding { severity, object, message: texts.next()??, evidence: texts.next()? })
}
