//! What the MCP conformance suite calls, and what tests of this workspace need beside it: every kind of content, questions
//! to the client, progress, changes, long lists.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

/// The generated contract.
pub mod contract {
    include!(concat!(env!("OUT_DIR"), "/contract.rs"));
}

mod asking;
mod files;
mod journal;
mod media;
mod prompts;
mod resources;
mod serve;
#[cfg(test)]
mod tests;
mod tools;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

pub use serve::run;

/// The variable that names the folder for the markers of `slow`.
pub const MARKERS: &str = "LOCKSTEP_CONFORMANCE_MARKERS";

/// The implementation of all fixtures.
#[derive(Debug, Default)]
pub struct Conformance {
    /// Where `slow` leaves its markers, and says when it begins and ends.
    markers: Option<(PathBuf, journal::Journal)>,
    /// How often the watched resource changed.
    watched: AtomicU64,
}

impl Conformance {
    /// Leaves markers in the folder `markers`, if there is one.
    ///
    /// # Errors
    ///
    /// The journal cannot be written there.
    pub fn new(markers: Option<PathBuf>) -> io::Result<Self> {
        let open = |folder: PathBuf| journal::Journal::open(&folder).map(|journal| (folder, journal));
        Ok(Self { markers: markers.map(open).transpose()?, ..Self::default() })
    }
}
