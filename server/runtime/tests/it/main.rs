//! The engine and its transports, served with a small contract written by hand.

mod contract;
mod engine;
mod http;
mod json;
mod revisions;
mod stdio;
