//! The catalog: `spec/tools.yaml` as checked data, every mistake with line and column.

mod check;
mod schema;

use indexmap::IndexMap;
use serde_json::Value;

use crate::error::{Collector, Errors};
use crate::yaml::File;

pub(crate) use schema::{Kind, Member, Schema};

/// A checked catalog.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) types: IndexMap<String, Schema>,
    pub(crate) tools: Vec<Tool>,
}

#[derive(Debug)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// `annotations` under the names of the protocol.
    pub(crate) annotations: IndexMap<&'static str, bool>,
    pub(crate) policy: Policy,
    /// Always an object.
    pub(crate) input: Vec<Member>,
    /// Always an object.
    pub(crate) output: Vec<Member>,
    pub(crate) errors: Vec<ModelledError>,
}

#[derive(Debug, Default)]
pub(crate) struct Policy {
    pub(crate) scopes: Vec<String>,
    pub(crate) timeout_ms: Option<u64>,
    pub(crate) calls_per_minute: Option<u32>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) output_bytes: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct ModelledError {
    pub(crate) name: String,
    pub(crate) retryable: bool,
    pub(crate) hint: String,
}

impl Catalog {
    /// The JSON Schema of an object with these members, with every type written out in place.
    pub(crate) fn object_schema(&self, members: &[Member]) -> Value {
        schema::object_json(members, &self.types)
    }
}

/// Reads the catalog `text`; `name` is what diagnostics call it.
pub(crate) fn parse(name: &str, text: &str) -> Result<Catalog, Errors> {
    let file = File { name, text };
    let root = file.parse()?;
    let mut errors = Collector::default();
    let catalog = check::catalog(file, &root, &mut errors);
    errors.finish(()).map(|()| catalog)
}
