//! A prompt that the catalog leaves to code, without code.

#[path = "../desks.rs"]
mod desks;

use desks::Prompts;

struct Server;

impl Prompts for Server {}

fn main() {}
