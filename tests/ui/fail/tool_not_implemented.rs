//! A tool of the catalog without an implementation: the compiler names the missing method.

use lockstep_runtime::contract::Context;
use lockstep_tools::db_query::{DbQueryArguments, DbQueryError, DbQueryOutput};
use lockstep_tools::{Service, Tools};

struct Server;

impl Tools for Server {
    async fn db_query(
        &self,
        _context: &Context,
        DbQueryArguments { sql, params: _, max_rows: _ }: DbQueryArguments,
    ) -> Result<DbQueryOutput, DbQueryError> {
        Err(DbQueryError::not_a_query(sql))
    }
}

fn main() {
    let _ = Service(Server);
}
