//! The catalog: `spec/tools.yaml` as checked data, every mistake with line and column.

mod check;
mod describe;
pub(crate) mod descriptor;
mod json;
mod model;
mod schema;

use crate::error::{Collector, Errors};
use crate::yaml::File;

pub(crate) use describe::{advertised_description, bytes, duration, rate};
pub(crate) use json::INLINE_BYTES;
pub use model::Catalog;
pub(crate) use model::{
    Alias, Audit, Format, Kind, Member, ModelledError, Policy, Prompt, Resource, Schema, Spot, Tool, Variant,
};

/// Reads the catalog `text`; `name` is what diagnostics call it.
pub(crate) fn parse(name: &str, text: &str) -> Result<Catalog, Errors> {
    let file = File { name, text };
    let root = file.parse()?;
    let mut errors = Collector::default();
    let catalog = check::catalog(file, &root, &mut errors);
    errors.finish(()).map(|()| catalog)
}
