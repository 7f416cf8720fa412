//! A number that nobody checked cannot become an argument.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::{BookDeskArguments};

fn call(good: BookDeskArguments) -> BookDeskArguments {
    BookDeskArguments { hours: 500, ..good }
}

fn main() {}
