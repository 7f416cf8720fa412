//! An argument of the catalog that the implementation does not take: the compiler names it.

#[path = "../desks.rs"]
mod desks;

use desks::Tools;
use desks::book_desk::{BookDeskArguments, BookDeskError, BookDeskOutput};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};
use lockstep_runtime::contract::Context;

struct Server;

impl Tools for Server {
    async fn book_desk(
        &self,
        _: &Context,
        BookDeskArguments { desk, day: _, hours: _, kind: _ }: BookDeskArguments,
    ) -> Result<BookDeskOutput, BookDeskError> {
        Err(BookDeskError::desk_taken(desk.to_string()))
    }

    async fn free_desks(&self, _: &Context, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Ok(FreeDesksOutput { desks: vec![] })
    }
}

fn main() {}
