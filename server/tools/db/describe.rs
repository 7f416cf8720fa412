//! `db_describe`: one table with all that belongs to it, and a few of its rows.

use std::time::Instant;

use lockstep_runtime::contract::Context;
use lockstep_tools::db_describe::{DbDescribeArguments, DbDescribeError, DbDescribeOutput, Kind};

use crate::ground::Turn;
use crate::store::sources::Database;
use crate::store::{Engine as _, Query, QueryError, Table, TableName};

use super::{Databases, LOOK, told};

pub(in super::super) async fn describe(
    databases: &Databases,
    context: &Context,
    DbDescribeArguments { table, schema, sample_rows, database }: DbDescribeArguments,
) -> Result<DbDescribeOutput, DbDescribeError> {
    let asked = TableName { schema: schema.map(|schema| schema.into_inner()), table: table.into_inner() };
    let sample_rows = sample_rows.get();
    let work = async |turn: Turn| {
        let engine = databases.sources.find(database.as_str())?.database().await?;
        let start = Instant::now();
        let table = engine.describe(asked, turn.clone()).await?;
        let sample = match sample_rows {
            0 => None,
            rows => Some(told(sample(engine, &table, rows, turn).await?, start)),
        };
        Ok::<_, DbDescribeError>((table, sample))
    };
    let (table, sample) = databases.family.run_for(LOOK, context, work).await?;
    Ok(DbDescribeOutput { sample, ..output(database.into_inner(), table) })
}

/// A table as this tool tells it, without rows.
pub(super) fn output(database: String, table: Table) -> DbDescribeOutput {
    DbDescribeOutput {
        database,
        schema: Some(table.schema),
        table: table.name,
        kind: if table.is_view { Kind::View } else { Kind::Table },
        comment: table.comment,
        columns: table.columns,
        primary_key: table.primary_key,
        foreign_keys: table.foreign_keys,
        referenced_by: table.referenced_by,
        indexes: table.indexes,
        constraints: table.constraints,
        row_estimate: table.row_estimate,
        size_bytes: table.size_bytes,
        sample: None,
        untrusted: true,
    }
}

async fn sample(
    engine: &Database,
    table: &Table,
    rows: u32,
    turn: Turn,
) -> Result<crate::store::Rows, QueryError> {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let sql = format!("SELECT * FROM {}.{} LIMIT {rows}", quoted(&table.schema), quoted(&table.name));
    let mut answer = engine.query(Query::new(sql, rows, turn)).await?;
    // No more were asked for.
    answer.truncated = false;
    Ok(answer)
}
