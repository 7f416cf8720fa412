//! A date is a date, not any text.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::{BookDeskArguments};

fn call(good: BookDeskArguments) -> BookDeskArguments {
    BookDeskArguments { day: "tomorrow".to_owned(), ..good }
}

fn main() {}
