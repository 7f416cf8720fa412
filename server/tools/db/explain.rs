//! `db_explain`: how a statement would be run.

use lockstep_runtime::contract::Context;
use lockstep_tools::db_explain::{DbExplainArguments, DbExplainError, DbExplainOutput, TotalCost};

use crate::store::{Engine as _, Plan};

use super::{Databases, LOOK};

pub(in super::super) async fn explain(
    databases: &Databases,
    context: &Context,
    DbExplainArguments { sql, params, database }: DbExplainArguments,
) -> Result<DbExplainOutput, DbExplainError> {
    let work = async |turn| {
        let engine = databases.sources.find(database.as_str())?.database().await?;
        Ok::<_, DbExplainError>(engine.explain(sql.into_inner(), params.into_inner(), turn).await?)
    };
    let Plan { plan, total_cost, estimated_rows, warnings } =
        databases.family.run_for(LOOK, context, work).await?;
    let database = database.into_inner();
    let total_cost = total_cost.map(TotalCost::try_from).transpose()?;
    Ok(DbExplainOutput { database, plan, total_cost, estimated_rows, warnings, untrusted: true })
}
