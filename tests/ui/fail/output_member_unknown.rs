//! A result with a member that the catalog does not have.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::{BookDeskOutput, Hours};

fn output(hours: Hours) -> BookDeskOutput {
    BookDeskOutput { booking: String::new(), hours, note: None, price: 12 }
}

fn main() {}
