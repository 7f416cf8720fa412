//! `db_query`: the rows of one read-only statement.

use std::time::{Duration, Instant};

use lockstep_runtime::contract::Context;
use lockstep_tools::db_query::{DbQueryArguments, DbQueryError, DbQueryOutput};

use crate::store::{Engine as _, Query};

use super::{Databases, told};

/// The largest `offset` that a call may have.
const MAX_OFFSET: u64 = 100_000;

pub(in super::super) async fn query(
    databases: &Databases,
    context: &Context,
    DbQueryArguments { sql, params, database, max_rows, offset, timeout_ms }: DbQueryArguments,
) -> Result<DbQueryOutput, DbQueryError> {
    let start = Instant::now();
    let time = Duration::from_millis(u64::from(timeout_ms.get()));
    let (max_rows, offset) = (max_rows.get(), offset.get());
    let work = async |turn| {
        let database = databases.sources.find(database.as_str())?.database().await?;
        let mut query = Query::new(sql.into_inner(), max_rows, turn);
        (query.params, query.offset) = (params.into_inner(), offset);
        Ok::<_, DbQueryError>(database.query(query).await?)
    };
    let rows = told(databases.family.run_for(time, context, work).await?, start);
    let next = u64::from(offset) + rows.row_count;
    let next_offset = (rows.truncated && next <= MAX_OFFSET && rows.row_count > 0).then_some(next);
    Ok(DbQueryOutput {
        database: database.into_inner(),
        columns: rows.columns,
        rows: rows.rows,
        row_count: rows.row_count,
        truncated: rows.truncated,
        truncated_cells: rows.truncated_cells,
        next_offset,
        elapsed_ms: rows.elapsed_ms,
        untrusted: true,
    })
}
