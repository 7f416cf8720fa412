//! An argument of the catalog that the implementation does not take: the compiler names it.

use lockstep_runtime::contract::Context;
use lockstep_tools::current_time::{CurrentTimeArguments, CurrentTimeError, CurrentTimeOutput};
use lockstep_tools::db_query::{DbQueryArguments, DbQueryError, DbQueryOutput};
use lockstep_tools::{Service, Tools};

struct Server;

impl Tools for Server {
    async fn db_query(
        &self,
        _context: &Context,
        DbQueryArguments { sql, params: _ }: DbQueryArguments,
    ) -> Result<DbQueryOutput, DbQueryError> {
        Err(DbQueryError::not_a_query(sql))
    }

    async fn current_time(
        &self,
        _context: &Context,
        CurrentTimeArguments { timezone }: CurrentTimeArguments,
    ) -> Result<CurrentTimeOutput, CurrentTimeError> {
        Err(CurrentTimeError::unknown_timezone(timezone))
    }
}

fn main() {
    let _ = Service(Server);
}
