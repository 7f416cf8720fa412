//! The tools: one file per family, each implementing its part of the generated contract.

mod db;
mod time;

use lockstep_runtime::contract::Context;
use lockstep_tools::Tools;
use lockstep_tools::current_time::{CurrentTimeArguments, CurrentTimeError, CurrentTimeOutput};
use lockstep_tools::db_query::{DbQueryArguments, DbQueryError, DbQueryOutput};

use crate::store::Store;

/// Everything the tools stand on.
#[derive(Debug)]
pub struct Server {
    store: Option<Store>,
}

impl Server {
    pub(crate) fn new(store: Option<Store>) -> Self {
        Self { store }
    }
}

impl Tools for Server {
    async fn db_query(
        &self,
        context: &Context,
        DbQueryArguments { sql, params, max_rows }: DbQueryArguments,
    ) -> Result<DbQueryOutput, DbQueryError> {
        db::query(self.store.as_ref(), context, sql.into_inner(), params.into_inner(), max_rows.get()).await
    }

    async fn current_time(
        &self,
        _context: &Context,
        CurrentTimeArguments { timezone }: CurrentTimeArguments,
    ) -> Result<CurrentTimeOutput, CurrentTimeError> {
        time::current(&timezone)
    }
}
