//! An argument that may be absent is an Option.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::{BookDeskArguments};

fn call(good: BookDeskArguments) -> BookDeskArguments {
    BookDeskArguments { kind: desks::Kind::Standing, ..good }
}

fn main() {}
