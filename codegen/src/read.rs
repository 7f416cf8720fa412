//! Stage 1: the texts of `spec/` become documents; each schema is the file that `provenance.toml` names.

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Sources;
use crate::bridge::Rules;
use crate::error::{Collector, Error, Errors};

/// Everything the later stages need, parsed.
pub(crate) struct Input {
    /// Oldest revision first.
    pub(crate) schemas: Vec<SchemaFile>,
    pub(crate) errata: Vec<Erratum>,
    pub(crate) rules: Rules,
    /// The catalog's files, and others that may be, by their path from the root of the repository.
    pub(crate) catalog: Sources,
}

/// One vendored schema.
pub(crate) struct SchemaFile {
    pub(crate) revision: String,
    pub(crate) document: Value,
    pub(crate) upstream_sha256: String,
    pub(crate) definitions: usize,
}

/// One named correction of `errata.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erratum {
    pub(crate) name: String,
    pub(crate) revision: String,
    pub(crate) kind: Kind,
    pub(crate) change: Change,
    pub(crate) pointer: String,
    /// JSON text of what stands at `pointer` before a `replace`.
    #[serde(default)]
    pub(crate) expect: Option<String>,
    /// JSON text.
    pub(crate) value: String,
    /// Read by people; its presence is checked here.
    pub(crate) reason: String,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Provenance,
    Mend,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Change {
    Replace,
    Add,
    Rename,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provenance {
    revision: Vec<RevisionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "registry, package, version, path and commit are facts for people; regen checks that they are there"
)]
struct RevisionEntry {
    name: String,
    registry: String,
    package: String,
    version: String,
    path: String,
    sha256: String,
    upstream_sha256: String,
    upstream_commit: String,
    definitions: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Errata {
    erratum: Vec<Erratum>,
}

pub(crate) fn read(sources: &Sources) -> Result<Input, Errors> {
    let mut errors = Collector::default();
    let provenance: Option<Provenance> = errors.keep(toml_file(sources, "provenance.toml"));
    let errata: Option<Errata> = errors.keep(toml_file(sources, "errata.toml"));
    let rules: Option<Rules> = errors.keep(toml_file(sources, "bridge.toml"));
    let yaml = sources.iter().filter(|(path, _)| path.ends_with(".yaml"));
    let catalog = yaml.map(|(path, text)| (format!("spec/{path}"), text.clone())).collect();
    let mut schemas = Vec::new();
    for entry in provenance.into_iter().flat_map(|provenance| provenance.revision) {
        schemas.extend(errors.keep(schema(sources, entry)));
    }
    errors.finish(()).map(|()| Input {
        schemas,
        errata: errata.map(|errata| errata.erratum).unwrap_or_default(),
        rules: rules.unwrap_or_default(),
        catalog,
    })
}

fn schema(sources: &Sources, entry: RevisionEntry) -> Result<SchemaFile, Error> {
    let path = format!("{}/schema.json", entry.name);
    let text = text(sources, &path)?;
    let found = sha256(text.as_bytes());
    if found != entry.sha256 {
        return Err(Error::file(
            format!("spec/{path}"),
            format!("its sha-256 is {found}, but `spec/provenance.toml` names {}", entry.sha256),
        )
        .hint("take the file from the package named there; corrections belong into `spec/errata.toml`"));
    }
    let document = serde_json::from_str(text)
        .map_err(|error| Error::file(format!("spec/{path}"), format!("not JSON: {error}")))?;
    Ok(SchemaFile {
        revision: entry.name,
        document,
        upstream_sha256: entry.upstream_sha256,
        definitions: entry.definitions,
    })
}

fn text<'a>(sources: &'a Sources, path: &str) -> Result<&'a String, Error> {
    sources.get(path).ok_or_else(|| Error::file(format!("spec/{path}"), "the file is missing"))
}

fn toml_file<T: serde::de::DeserializeOwned>(sources: &Sources, path: &str) -> Result<T, Error> {
    toml::from_str(text(sources, path)?)
        .map_err(|error| Error::file(format!("spec/{path}"), error.to_string().trim_end().to_owned()))
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
