//! Generated contracts, compiled: one small catalog per feature of the language, and the families to come.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

use lockstep_runtime::contract::{Catalog, Parsing, Refusal};
use lockstep_runtime::serde_json::Value;
use lockstep_runtime::serde_json::value::RawValue;

/// Reads arguments into the tool's type and writes them out again; `None` where there is no such tool.
pub type ReadArguments = fn(&str, Option<&RawValue>, Parsing) -> Option<Result<Value, Refusal>>;

/// One generated contract as data and functions over tool names.
#[derive(Clone, Copy, Debug)]
pub struct Contract {
    /// What the catalog's file is called.
    pub name: &'static str,
    /// Its descriptors.
    pub catalog: &'static Catalog,
    /// A call that is right.
    pub example: fn(&str) -> Option<&'static str>,
    /// Reads arguments into the tool's type and writes them out again.
    pub arguments: ReadArguments,
    /// Reads an output into the tool's type and writes it out again.
    pub output: fn(&str, Value) -> Option<Result<Value, String>>,
}

include!(concat!(env!("OUT_DIR"), "/all.rs"));
