//! A word that the enum does not have.

#[path = "../desks.rs"]
mod desks;

use desks::Kind;

const LYING: Kind = Kind::Lying;

fn main() {}
