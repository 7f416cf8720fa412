//! `db_insights`: one health check.

use std::time::Duration;

use lockstep_runtime::contract::Context;
use lockstep_tools::db_insights::{DbInsightsArguments, DbInsightsError, DbInsightsOutput};

use crate::store::{Engine as _, Insights, Inspection};

use super::Databases;

/// How long a check may take.
const TIME: Duration = Duration::from_secs(10);

pub(in super::super) async fn insights(
    databases: &Databases,
    context: &Context,
    DbInsightsArguments { check, schema, table, limit, database }: DbInsightsArguments,
) -> Result<DbInsightsOutput, DbInsightsError> {
    let inspection = Inspection {
        check,
        schema: schema.map(|schema| schema.into_inner()),
        table: table.map(|table| table.into_inner()),
        limit: limit.get(),
    };
    let work = async |turn| {
        let engine = databases.sources.find(database.as_str())?.database().await?;
        Ok::<_, DbInsightsError>(engine.insights(inspection, turn).await?)
    };
    let Insights { findings, rows } = databases.family.run_for(TIME, context, work).await?;
    Ok(DbInsightsOutput {
        database: database.into_inner(),
        check: check.as_str().to_owned(),
        findings,
        columns: rows.columns,
        rows: rows.rows,
        truncated: rows.truncated,
        untrusted: true,
    })
}
