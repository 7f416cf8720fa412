//! The gate: a caller's text becomes a cursor of the server, and nothing else.

use futures_util::TryStreamExt as _;
use serde_json::Value;
use sqlx::postgres::{PgArguments, PgConnection, PgRow, PgStatement};
use sqlx::{AssertSqlSafe, Column as _, Either, Executor as _, Row as _, Statement as _, ValueRef as _};

use super::super::{CellPlace, Column, MAX_RESULT_BYTES, QueryError, Rows};
use super::session::BEGUN;
use super::values::{Shape, type_name};
use super::{error, params};
use crate::ground::Budget;

/// The server's grammar takes nothing but a single query behind these words.
pub(super) const DECLARE: &str = "DECLARE lockstep_rows NO SCROLL CURSOR WITHOUT HOLD FOR ";
/// The widest result.
const MAX_COLUMNS: usize = 256;
/// Rows of the first round trip.
const FIRST_ROWS: usize = 50;

/// A statement that the server has read and judged, not yet run.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    /// The statement without semicolons at its end.
    sql: &'a str,
    statement: PgStatement,
}

/// Lets the server read the text, twice: as the query of a cursor, which only a query can be, and by itself, for its
/// columns and placeholders. Nothing runs yet.
///
/// # Errors
///
/// It is no single query, or names what does not exist or may not be read.
pub(super) async fn judge<'a>(connection: &mut PgConnection, sql: &'a str) -> Result<Judged<'a>, QueryError> {
    // The extended protocol takes one statement; the simple one would run as many as there are.
    let cursor = AssertSqlSafe(format!("{DECLARE}{sql}"));
    let refused = |error: &sqlx::Error| error::refused(error, sql, DECLARE.len());
    connection.prepare(sqlx::SqlSafeStr::into_sql_str(cursor)).await.map_err(|error| refused(&error))?;
    read(connection, sql).await
}

/// Lets the server read the text by itself alone: enough for [`Judged::rows`], whose cursor judges it as well.
///
/// # Errors
///
/// As for [`judge`], of what a statement that is no query may not name.
async fn read<'a>(connection: &mut PgConnection, sql: &'a str) -> Result<Judged<'a>, QueryError> {
    let alone = AssertSqlSafe(sql.to_owned());
    let statement = connection.prepare(sqlx::SqlSafeStr::into_sql_str(alone)).await;
    let statement = statement.map_err(|error| error::failed(&error, sql, 0))?;
    let columns = statement.columns().len();
    if columns > MAX_COLUMNS {
        return Err(QueryError::UnsupportedSyntax {
            message: format!("the result has {columns} columns, at most {MAX_COLUMNS} are possible"),
        });
    }
    Ok(Judged { sql, statement })
}

/// Runs a statement: `offset` rows are left out, and at most `max_rows` come back.
///
/// # Errors
///
/// As for [`judge`], or what the statement fails with.
pub(super) async fn query(
    connection: &mut PgConnection,
    sql: &str,
    params: &[Value],
    offset: u32,
    max_rows: u32,
) -> Result<Rows, QueryError> {
    let asked = async {
        let judged = read(&mut *connection, sql).await?;
        let arguments = judged.arguments(&mut *connection, params).await?;
        judged.rows(&mut *connection, arguments, offset, max_rows).await
    };
    match asked.await {
        Err(failure @ (QueryError::Timeout | QueryError::Unavailable { .. })) => Err(failure),
        // What the text is besides wrong, its own cursor says best: that it is no query, or more than one.
        Err(failure) => match judged_anew(connection, sql).await {
            Err(refusal) => Err(refusal),
            Ok(()) => Err(failure),
        },
        rows => rows,
    }
}

/// Judges a text after a failure, where the transaction was before.
async fn judged_anew(connection: &mut PgConnection, sql: &str) -> Result<(), QueryError> {
    let back = AssertSqlSafe(format!("ROLLBACK TO SAVEPOINT {BEGUN}"));
    let back = sqlx::raw_sql(back).execute(&mut *connection).await;
    back.map_err(|error| error::failed(&error, sql, 0))?;
    judge(connection, sql).await.map(drop)
}

impl Judged<'_> {
    /// The caller's values, fitted to the placeholders.
    pub(super) async fn arguments(
        &self,
        connection: &mut PgConnection,
        values: &[Value],
    ) -> Result<PgArguments, QueryError> {
        let types = match self.statement.parameters() {
            Some(Either::Left(types)) => types,
            _ => &[],
        };
        params::arguments(connection, types, values).await
    }

    /// How many parameters it takes.
    pub(super) fn placeholders(&self) -> usize {
        match self.statement.parameters() {
            Some(Either::Left(types)) => types.len(),
            Some(Either::Right(count)) => count,
            None => 0,
        }
    }

    /// Prepares the statement under a name, for plans that know no values of its parameters; the text that runs it.
    pub(super) async fn prepare(
        &self,
        connection: &mut PgConnection,
        name: &str,
    ) -> Result<String, QueryError> {
        let generic = sqlx::raw_sql("SET LOCAL plan_cache_mode = force_generic_plan");
        generic.execute(&mut *connection).await.map_err(|error| error::failed(&error, "", 0))?;
        let prefix = format!("PREPARE {name} AS ");
        let prepare = AssertSqlSafe(format!("{prefix}{}", self.sql));
        let prepared = sqlx::query_with(prepare, PgArguments::default()).persistent(false);
        let prepared = prepared.execute(connection).await;
        prepared.map_err(|error| error::failed(&error, self.sql, prefix.len()))?;
        Ok(match self.placeholders() {
            0 => format!("EXECUTE {name}"),
            more => format!("EXECUTE {name}({})", vec!["NULL"; more].join(", ")),
        })
    }

    /// The planner's opinion where no value is known, as JSON text.
    pub(super) async fn generic_plan(&self, connection: &mut PgConnection) -> Result<String, QueryError> {
        let execute = self.prepare(&mut *connection, "lockstep_plan").await?;
        explained(connection, &format!("EXPLAIN (FORMAT JSON) {execute}")).await
    }

    /// The planner's opinion, as JSON text.
    pub(super) async fn plan(
        &self,
        connection: &mut PgConnection,
        arguments: PgArguments,
    ) -> Result<String, QueryError> {
        // With the list of options closed, an `ANALYZE` in the text is a syntax error.
        const EXPLAIN: &str = "EXPLAIN (FORMAT JSON) ";
        let text = AssertSqlSafe(format!("{EXPLAIN}{}", self.sql));
        let failed = |error: &sqlx::Error| error::failed(error, self.sql, EXPLAIN.len());
        let row = sqlx::query_with(text, arguments).persistent(false).fetch_one(connection).await;
        let row = row.map_err(|error| failed(&error))?;
        let plan = row.try_get_raw(0).map_err(|error| failed(&error))?;
        plan.as_str().map(str::to_owned).map_err(|_error| QueryError::Internal)
    }

    /// Runs the statement: `offset` rows are left out, and at most `max_rows` come back.
    pub(super) async fn rows(
        &self,
        connection: &mut PgConnection,
        arguments: PgArguments,
        offset: u32,
        max_rows: u32,
    ) -> Result<Rows, QueryError> {
        let shapes: Vec<Shape> =
            self.statement.columns().iter().map(|column| Shape::of(column.type_info())).collect();
        let (head, tail) = wrapper(&shapes);
        let text = AssertSqlSafe(format!("{DECLARE}{head}{}{tail}", self.sql));
        let prefix = DECLARE.len() + head.len();
        let failed = |error: &sqlx::Error| error::failed(error, self.sql, prefix);
        let declared = sqlx::query_with(text, arguments).persistent(false).execute(&mut *connection).await;
        declared.map_err(|error| failed(&error))?;
        if offset > 0 {
            let skip = AssertSqlSafe(format!("MOVE FORWARD {offset} FROM lockstep_rows"));
            sqlx::raw_sql(skip).execute(&mut *connection).await.map_err(|error| failed(&error))?;
        }
        let columns: Vec<Column> = self
            .statement
            .columns()
            .iter()
            .map(|column| Column { name: column.name().to_owned(), r#type: type_name(column.type_info()) })
            .collect();
        let mut page = Page::new(columns, shapes, max_rows);
        while !page.full {
            let wanted = page.wanted();
            let fetch = AssertSqlSafe(format!("FETCH FORWARD {wanted} FROM lockstep_rows"));
            let mut rows = sqlx::raw_sql(fetch).fetch(&mut *connection);
            let mut got = 0;
            // What is too much is left unread; the transaction ends with it.
            while let Some(row) = rows.try_next().await.map_err(|error| failed(&error))? {
                got += 1;
                page.take(&row)?;
                if page.full {
                    break;
                }
            }
            if got < wanted {
                break;
            }
        }
        Ok(page.rows)
    }
}

/// What an `EXPLAIN` of our own says, as JSON text.
pub(super) async fn explained(connection: &mut PgConnection, explain: &str) -> Result<String, QueryError> {
    let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(connection).await;
    let row = row.map_err(|error| error::failed(&error, "", 0))?;
    let plan = row.try_get_raw(0).map_err(|_error| QueryError::Internal)?;
    plan.as_str().map(str::to_owned).map_err(|_error| QueryError::Internal)
}

/// What stands before and behind the text: every value leaves the server as text, cut there.
pub(super) fn wrapper(shapes: &[Shape]) -> (String, String) {
    let names: Vec<String> = (0..shapes.len()).map(|index| format!("c{index}")).collect();
    let cells: Vec<String> =
        shapes.iter().zip(&names).map(|(shape, name)| shape.expression(&format!("q.{name}"))).collect();
    let names = if names.is_empty() { String::new() } else { format!("({})", names.join(", ")) };
    // On a line of its own, so that a comment at the end of the text ends there.
    (format!("SELECT {} FROM (\n", cells.join(", ")), format!("\n) AS q{names}"))
}

/// The rows so far, and how many more there may be.
struct Page {
    rows: Rows,
    shapes: Vec<Shape>,
    max_rows: usize,
    budget: Budget,
    full: bool,
}

impl Page {
    fn new(columns: Vec<Column>, shapes: Vec<Shape>, max_rows: u32) -> Self {
        let rows = Rows { columns, ..Rows::default() };
        Self { rows, shapes, max_rows: max_rows as usize, budget: Budget::new(MAX_RESULT_BYTES), full: false }
    }

    /// How many rows the next round trip asks for: at first few, for they may be large, then as many as there is room for
    /// if they are like those before. One more row than is shown tells whether there are more.
    fn wanted(&self) -> usize {
        let so_far = self.rows.rows.len();
        let used = MAX_RESULT_BYTES - self.budget.left();
        let fitting = match so_far {
            0 => FIRST_ROWS,
            _ => (self.budget.left() / (used / so_far).max(1)).max(1),
        };
        (self.max_rows + 1 - so_far).min(fitting)
    }

    fn take(&mut self, row: &PgRow) -> Result<(), QueryError> {
        if self.rows.rows.len() >= self.max_rows {
            (self.rows.truncated, self.full) = (true, true);
            return Ok(());
        }
        let mut cut = Vec::new();
        let mut cells = Vec::with_capacity(self.shapes.len());
        for (index, shape) in self.shapes.iter().enumerate() {
            let cell = row.try_get_raw(index).map_err(|_error| QueryError::Internal)?;
            if cell.is_null() {
                cells.push(Value::Null);
                continue;
            }
            let (value, is_cut) = shape.value(cell.as_str().map_err(|_error| QueryError::Internal)?);
            if is_cut {
                cut.push(CellPlace { row: self.rows.rows.len() as u64, column: index as u64 });
            }
            cells.push(value);
        }
        if !self.budget.take(&cells) {
            if self.rows.rows.is_empty() {
                return Err(QueryError::ValueTooLarge);
            }
            (self.rows.truncated, self.full) = (true, true);
            return Ok(());
        }
        self.rows.truncated_cells.append(&mut cut);
        self.rows.rows.push(cells);
        Ok(())
    }
}
