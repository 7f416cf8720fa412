//! A server of the tools alone, where the catalog has resources and prompts.

#[path = "../desks.rs"]
mod desks;

use desks::{Service, Tools};
use desks::book_desk::{BookDeskArguments, BookDeskError, BookDeskOutput};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};
use lockstep_runtime::contract::Context;

struct Server;

impl Tools for Server {
    async fn book_desk(&self, _: &Context, _: BookDeskArguments) -> Result<BookDeskOutput, BookDeskError> {
        Err(BookDeskError::desk_taken("it is taken"))
    }

    async fn free_desks(&self, _: &Context, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Ok(FreeDesksOutput { desks: vec![] })
    }
}

fn serve(contract: impl lockstep_runtime::contract::Contract) -> impl lockstep_runtime::contract::Contract {
    contract
}

fn main() {
    serve(Service(Server));
}
