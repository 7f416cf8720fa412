//! `db_advise_indexes`: indexes that would help, none of them created.

use std::time::Duration;

use lockstep_runtime::contract::{Context, SharedError};
use lockstep_tools::db_advise_indexes::{
    DbAdviseIndexesArguments, DbAdviseIndexesError, DbAdviseIndexesOutput,
};

use crate::store::{Advice, Engine as _, IndexQuestion};

use super::Databases;

/// How long the search may take.
const TIME: Duration = Duration::from_secs(60);

pub(in super::super) async fn advise(
    databases: &Databases,
    context: &Context,
    DbAdviseIndexesArguments { queries, workload, max_size_mb, database }: DbAdviseIndexesArguments,
) -> Result<DbAdviseIndexesOutput, DbAdviseIndexesError> {
    let queries: Vec<String> = queries
        .map(|queries| queries.into_inner())
        .unwrap_or_default()
        .into_iter()
        .map(|query| query.into_inner())
        .collect();
    if queries.is_empty() != workload {
        let message = "send either `queries` or `workload: true`";
        return Err(SharedError::invalid_argument(message).into());
    }
    let question = IndexQuestion { queries, max_size_mb: max_size_mb.map(|most| most.get()) };
    let work = async |turn| {
        let engine = databases.sources.find(database.as_str())?.database().await?;
        Ok::<_, DbAdviseIndexesError>(engine.advise(question, turn).await?)
    };
    let Advice { candidates, warnings } = databases.family.run_for(TIME, context, work).await?;
    Ok(DbAdviseIndexesOutput { database: database.into_inner(), candidates, warnings, untrusted: true })
}
