//! From MCP JSON Schemas and one tool definition file to Rust.
//!
//! The crate is a pure function from [`Sources`] to [`Files`]: it reads no file, clock, environment or network,
//! and the same sources always give the same bytes. [`generate`] is what `cargo xtask regen` runs on this
//! repository's `spec/`; [`generate_contract`] turns one catalog into one file for a build script.
//!
//! The stages, one file each, in order: read, correct, normalize, lower, emit, render.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod adopt;
mod bridge;
mod catalog;
mod changes;
mod correct;
mod diff;
mod docs;
mod emit;
mod error;
mod exports;
mod fingerprint;
mod lint;
mod lower;
mod methods;
mod model;
mod names;
mod normalize;
mod read;
mod render;
mod same;
mod yaml;

use std::collections::BTreeMap;

pub use adopt::{Adopted, Origin, adopt};
pub use catalog::Catalog;
pub use changes::{CatalogChange, CatalogChangeKind};
pub use diff::{Change, ChangeKind, diff};
pub use error::{Error, Errors, Place};
pub use lint::{Finding, Profile, Report, Rule, TokenCost};

/// What generation reads: the files of `spec/`, by their path below it, with `/` between folders.
pub type Sources = BTreeMap<String, String>;

/// What generation writes: text by path from the root of the repository.
pub type Files = BTreeMap<String, String>;

/// Generates the Rust below `generated/` from the files of `spec/`.
///
/// # Errors
///
/// All mistakes found in the sources, each with its place; nothing is generated then.
pub fn generate(sources: &Sources) -> Result<Files, Errors> {
    Prepared::new(sources)?.rust(sources)
}

/// Everything below `generated/`: the Rust and the exports, and what the lint says of the catalog. `tokens` counts
/// the tokens of a text.
///
/// # Errors
///
/// As [`generate`]. Findings of the lint are no errors here.
pub fn publish(sources: &Sources, tokens: &dyn Fn(&str) -> u64) -> Result<(Files, Report), Errors> {
    let prepared = Prepared::new(sources)?;
    let report = prepared.catalog.lint(tokens);
    let mut files = prepared.rust(sources)?;
    files.append(&mut prepared.catalog.exports(&prepared.modules, &report.cost));
    Ok((files, report))
}

/// The exports alone: the tools in the shapes that other programs and people read.
///
/// # Errors
///
/// As [`generate`].
pub fn exports(sources: &Sources, tokens: &dyn Fn(&str) -> u64) -> Result<Files, Errors> {
    let Prepared { modules, catalog, .. } = Prepared::new(sources)?;
    Ok(catalog.exports(&modules, &catalog.token_cost(tokens)))
}

/// The sources after the stages that need them all.
struct Prepared {
    tables: Vec<methods::Table>,
    modules: Vec<model::Module>,
    bridges: Vec<bridge::Bridge>,
    catalog: Catalog,
}

impl Prepared {
    fn new(sources: &Sources) -> Result<Self, Errors> {
        let input = read::read(sources)?;
        let schemas = correct::correct(&input)?;
        let definitions = normalize::normalize(&schemas)?;
        let tables = methods::tables(&definitions)?;
        let modules = same::share(lower::lower(&definitions)?);
        let bridges = bridge::bridges(&modules, &input.rules)?;
        let catalog = Catalog::parse("spec/tools.yaml", &input.catalog)?;
        Ok(Self { tables, modules, bridges, catalog })
    }

    fn rust(&self, sources: &Sources) -> Result<Files, Errors> {
        let mut sources_of = emit::wire::crate_sources(&self.modules);
        emit::methods::add(&mut sources_of, &self.tables);
        sources_of.append(&mut emit::bridge::sources(&self.bridges, &self.modules));
        sources_of.append(&mut emit::tools::crate_sources(&self.catalog));
        let mut files = render::render(sources_of)?;
        files.insert(emit::methods::PAGE.to_owned(), emit::methods::page(&self.tables));
        files.insert("generated/spec.lock".to_owned(), fingerprint::lock(sources));
        Ok(files)
    }
}

/// Generates the typed contract of one catalog as a single Rust file, for a build script to write to its
/// `OUT_DIR` and the crate to `include!`. `name` is what diagnostics call the file.
///
/// # Errors
///
/// All mistakes found in the catalog, each with line and column.
pub fn generate_contract(name: &str, yaml: &str) -> Result<String, Errors> {
    Catalog::parse(name, &Sources::from([(name.to_owned(), yaml.to_owned())]))?.contract()
}

impl Catalog {
    /// The typed contract as a single Rust file.
    ///
    /// # Errors
    ///
    /// The emitted tokens are not Rust, which is a mistake of the generator.
    pub fn contract(&self) -> Result<String, Errors> {
        render::file(emit::tools::single_file(self))
    }
}

/// The schemas of every revision after all corrections, as JSON text by revision: what types, vectors and
/// validation rest on.
///
/// # Errors
///
/// As [`generate`], for the schemas alone.
pub fn effective_schemas(sources: &Sources) -> Result<BTreeMap<String, String>, Errors> {
    let schemas = correct::correct(&read::read(sources)?)?;
    Ok(schemas.into_iter().map(|schema| (schema.revision, schema.document.to_string())).collect())
}

/// The Rust name of a definition, in the same letters: `JSONRPCError` becomes `JsonrpcError`.
#[must_use]
pub fn rust_type_name(definition: &str) -> String {
    names::type_name(definition)
}

/// The README's examples are compiled as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
