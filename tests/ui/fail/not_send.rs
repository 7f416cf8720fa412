//! A future that cannot change threads: something in it is kept across an await.

#[path = "../desks.rs"]
mod desks;

use desks::Tools;
use desks::book_desk::{BookDeskArguments, BookDeskError, BookDeskOutput};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};
use lockstep_runtime::contract::Context;

struct Server;

impl Tools for Server {
    async fn book_desk(&self, _: &Context, _: BookDeskArguments) -> Result<BookDeskOutput, BookDeskError> {
        let shared = std::rc::Rc::new("it is taken");
        std::future::ready(()).await;
        Err(BookDeskError::desk_taken(*shared))
    }

    async fn free_desks(&self, _: &Context, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Ok(FreeDesksOutput { desks: vec![] })
    }
}

fn main() {}
