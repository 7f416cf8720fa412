//! A tool of the catalog without an implementation: the compiler names the missing method.

#[path = "../desks.rs"]
mod desks;

use desks::Tools;
use desks::book_desk::{BookDeskArguments, BookDeskError, BookDeskOutput};
use lockstep_runtime::contract::Context;

struct Server;

impl Tools for Server {
    async fn book_desk(&self, _: &Context, _: BookDeskArguments) -> Result<BookDeskOutput, BookDeskError> {
        Err(BookDeskError::desk_taken("it is taken"))
    }
}

fn main() {}
