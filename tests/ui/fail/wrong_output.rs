//! A tool whose method answers with the output of another tool.

#[path = "../desks.rs"]
mod desks;

use desks::Tools;
use desks::book_desk::{BookDeskArguments, BookDeskError};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};
use lockstep_runtime::contract::Context;

struct Server;

impl Tools for Server {
    async fn book_desk(&self, _: &Context, _: BookDeskArguments) -> Result<FreeDesksOutput, BookDeskError> {
        Err(BookDeskError::desk_taken("it is taken"))
    }

    async fn free_desks(&self, _: &Context, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Ok(FreeDesksOutput { desks: vec![] })
    }
}

fn main() {}
