//! The traits are generic over the context: a test brings its own.

#[path = "../desks.rs"]
mod desks;

use desks::Tools;
use desks::book_desk::{BookDeskArguments, BookDeskError, BookDeskOutput};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};

struct Frozen {
    today: &'static str,
}

struct Server;

impl Tools<Frozen> for Server {
    async fn book_desk(&self, frozen: &Frozen, _: BookDeskArguments) -> Result<BookDeskOutput, BookDeskError> {
        Err(BookDeskError::desk_taken(frozen.today))
    }

    async fn free_desks(&self, _: &Frozen, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Ok(FreeDesksOutput { desks: vec![] })
    }
}

fn main() {}
