//! A tool whose method fails with the errors of another tool.

#[path = "../desks.rs"]
mod desks;

use desks::Tools;
use desks::book_desk::{BookDeskArguments, BookDeskOutput};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};
use lockstep_runtime::contract::Context;

struct Server;

impl Tools for Server {
    async fn book_desk(&self, _: &Context, _: BookDeskArguments) -> Result<BookDeskOutput, FreeDesksError> {
        unreachable!()
    }

    async fn free_desks(&self, _: &Context, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Ok(FreeDesksOutput { desks: vec![] })
    }
}

fn main() {}
