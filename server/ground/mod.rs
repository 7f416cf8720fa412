//! The ground that all tool families stand on: places and deadlines, room in an answer, names that were misspelt.
//!
//! What happens to every answer alike stands in the contract: codes, hints and `retryable` ([`SharedError`] and the
//! catalog's `errors`), and for tools whose catalog entry says `provenance` the cleaning, marking and framing of what
//! others wrote ([`Untrusted`]). A tool that wants to know what is removed asks [`clean_untrusted`] itself.

mod budget;
mod family;
mod names;

pub use budget::{Budget, MAX_STRUCTURED_BYTES};
pub use family::{Family, QUEUE_WAIT, Turn};
pub use lockstep_runtime::contract::{
    Cleaned, MAX_TEXT_BYTES, SharedError, Untrusted, clean_json, clean_untrusted,
};
pub use names::{did_you_mean, nearest};
