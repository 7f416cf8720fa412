//! The Lockstep server: an MCP server for SQL, web pages and time that speaks every revision of the protocol.
//!
//! The library is the product behind the binary `lockstep`: its tools, their stores and its command line. Protocol
//! and transports are lockstep-runtime's, the typed contract is lockstep-tools'.
#![forbid(unsafe_code)]

pub mod cli;
pub mod config;
pub mod egress;
pub mod ground;
pub mod store;
pub mod tools;
