//! An error that this tool does not model.

#[path = "../desks.rs"]
mod desks;

use desks::Tools;
use desks::book_desk::{BookDeskArguments, BookDeskError, BookDeskOutput};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};
use lockstep_runtime::contract::Context;

struct Server;

impl Tools for Server {
    async fn book_desk(&self, _: &Context, _: BookDeskArguments) -> Result<BookDeskOutput, BookDeskError> {
        Err(BookDeskError::desk_taken("it is taken"))
    }

    async fn free_desks(&self, _: &Context, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Err(BookDeskError::desk_taken("it is taken"))?
    }
}

fn main() {}
