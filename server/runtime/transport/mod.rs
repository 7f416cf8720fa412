//! What moves messages between a peer and the engine. Streams, listeners and shutdown are arguments.

#[cfg(any(feature = "stdio", feature = "unix"))]
mod framer;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "http")]
pub mod http;
#[cfg(any(feature = "stdio", feature = "unix"))]
mod lines;
#[cfg(feature = "stdio")]
pub mod stdio;
#[cfg(all(unix, feature = "unix"))]
pub mod unix;
