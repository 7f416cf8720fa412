//! Serve a generated MCP tool contract in every revision of the protocol.
//!
//! * [`contract`] is what generated code and tools share: always there and light.
//! * [`guard`] is what stands between a request and a tool: an operator's rules.
//! * `engine` (feature `engine`) is the protocol core: bytes in, bytes out, no I/O.
//! * `transport` (features `stdio`, `http`, `unix`) moves those bytes.
//! * `process` (feature `process`) is what a server's `main` needs besides.
//!
//! The crate knows no catalog: whoever generates a contract with `lockstep-codegen` serves it from here.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod contract;
#[cfg(feature = "engine")]
pub mod engine;
pub mod guard;
#[cfg(feature = "process")]
pub mod process;
mod sync;
#[cfg(any(feature = "stdio", feature = "http"))]
pub mod transport;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use transport::fuzzing;

/// The protocol types this crate speaks; generated contracts name them through here.
pub use lockstep_wire as wire;
/// Maps, serialisation and JSON; generated contracts name them through here.
pub use {phf, serde, serde_json};
