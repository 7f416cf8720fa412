//! What moves messages between a peer and the engine. Streams, listeners and shutdown are arguments.

#[cfg(feature = "stdio")]
mod framer;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "stdio")]
pub mod stdio;
