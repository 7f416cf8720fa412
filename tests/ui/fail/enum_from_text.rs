//! One of several words is an enum, not a text.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::{BookDeskArguments};

fn call(good: BookDeskArguments) -> BookDeskArguments {
    BookDeskArguments { kind: Some("standing"), ..good }
}

fn main() {}
