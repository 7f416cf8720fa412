//! A result whose number nobody checked.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::{BookDeskOutput, Hours};

fn output(hours: Hours) -> BookDeskOutput {
    BookDeskOutput { booking: hours.to_string(), hours: 13, note: None }
}

fn main() {}
