//! An error that the catalog does not have.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::BookDeskError;

fn fail() -> BookDeskError {
    BookDeskError::desk_is_broken("a leg is off")
}

fn main() {}
