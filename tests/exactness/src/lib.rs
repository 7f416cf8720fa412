//! Documents through the wire types and back, by the names the specification gives.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod routes;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use routes::{Crossed, Failed, ROUTES, Route, Way};

/// Reads `document` as the Rust type of a revision's definition and writes it again. `None` where there is no such
/// definition.
#[must_use]
pub fn round_trip(
    revision: &str,
    definition: &str,
    document: &str,
) -> Option<Result<String, serde_json::Error>> {
    include!(concat!(env!("OUT_DIR"), "/table.rs"))
}

fn again<T: Serialize + DeserializeOwned>(document: &str) -> Result<String, serde_json::Error> {
    serde_json::to_string(&serde_json::from_str::<T>(document)?)
}
