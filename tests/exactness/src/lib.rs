//! Documents through the wire types and back, by the names the specification gives.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod routes;

use std::fmt::Debug;

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

/// Reads and writes `document` as that type, with the functions of lockstep-wire and with those of serde_json; says how
/// they differ.
#[must_use]
pub fn differs(revision: &str, definition: &str, document: &str) -> Option<Result<(), String>> {
    fn again<T: Serialize + DeserializeOwned + PartialEq + Debug>(document: &str) -> Result<(), String> {
        let (own, other) =
            (lockstep_wire::from_slice::<T>(document.as_bytes()), serde_json::from_str(document));
        let value = match (own, other) {
            (Ok(own), Ok(other)) if own == other => own,
            (Err(own), Err(other)) if own.to_string() == other.to_string() => return Ok(()),
            (own, other) => return Err(format!("read as {own:?} and as {other:?}")),
        };
        let failed = |error: serde_json::Error| error.to_string();
        let (own, other) = (
            lockstep_wire::to_string(&value).map_err(failed)?,
            serde_json::to_string(&value).map_err(failed)?,
        );
        if own == other { Ok(()) } else { Err(format!("written as {own} and as {other}")) }
    }
    include!(concat!(env!("OUT_DIR"), "/table.rs"))
}

fn again<T: Serialize + DeserializeOwned>(document: &str) -> Result<String, serde_json::Error> {
    serde_json::to_string(&serde_json::from_str::<T>(document)?)
}
