//! Taking in a new revision: its schema is checked, and `spec/` as it will be is the answer.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{Collector, Error, Errors};
use crate::read::{self, Change, Erratum, Input, Kind, SchemaFile, sha256};
use crate::{Sources, correct, normalize};

/// Where the file of a new revision came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// Name of the file.
    pub file: String,
    /// The package that ships it, if it is not the file alone.
    pub package: Option<String>,
    /// The package's version.
    pub version: Option<String>,
    /// The last upstream commit that touched the file.
    pub commit: Option<String>,
}

/// A revision that was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Adopted {
    /// The files of `spec/` that are new or different, by their path below it.
    pub files: BTreeMap<String, String>,
    /// The revision that was the newest.
    pub previous: String,
    /// How many definitions the schema has.
    pub definitions: usize,
    /// Names of the errata that mend the new schema too, because the mistake they mend is still in it.
    pub errata: Vec<String>,
}

const PROVENANCE: &str = "provenance.toml";
const ERRATA: &str = "errata.toml";

/// Takes the schema `text` in as `revision`: checks it, writes its entry into `provenance.toml`, and carries over those
/// mends of the newest revision whose mistake the new schema has too.
///
/// # Errors
///
/// The name is no date or not newer than all, the revision is there, `text` is no JSON Schema of MCP, or has a keyword
/// that generation does not understand.
pub fn adopt(sources: &Sources, revision: &str, text: &str, origin: &Origin) -> Result<Adopted, Errors> {
    let input = read::read(sources)?;
    let path = format!("{revision}/schema.json");
    let previous = input.schemas.last().map(|schema| schema.revision.clone()).unwrap_or_default();
    named(revision, &previous)?;
    if sources.contains_key(&path) {
        return Err(Error::file(format!("spec/{path}"), "the file is there already").into());
    }
    let document: Value = serde_json::from_str(text)
        .map_err(|error| Error::file(&origin.file, format!("not JSON: {error}")))?;
    let definitions = ["definitions", "$defs"].iter().find_map(|key| document.get(key)?.as_object());
    let definitions = definitions.map_or(0, serde_json::Map::len);
    let upstream = sha256(correct::canonical(&document).as_bytes());

    let mends = input
        .errata
        .iter()
        .filter(|erratum| erratum.revision == previous && erratum.kind == Kind::Mend)
        .filter_map(|erratum| carried(erratum, revision, &document))
        .collect::<Vec<_>>();
    let schema = SchemaFile {
        revision: revision.to_owned(),
        document,
        upstream_sha256: upstream.clone(),
        definitions,
    };
    understood(Input { schemas: vec![schema], errata: mends.clone(), ..input })?;

    let file =
        |path: &str| sources.get(path).map(|text| text.trim_end().to_owned() + "\n").unwrap_or_default();
    let entry = entry(revision, origin, &sha256(text.as_bytes()), &upstream, definitions);
    let mut files =
        BTreeMap::from([(path, text.to_owned()), (PROVENANCE.to_owned(), file(PROVENANCE) + &entry)]);
    if !mends.is_empty() {
        files.insert(ERRATA.to_owned(), file(ERRATA) + &mends.iter().map(stanza).collect::<String>());
    }
    let errata = mends.into_iter().map(|erratum| erratum.name).collect();
    Ok(Adopted { files, previous, definitions, errata })
}

fn named(revision: &str, previous: &str) -> Result<(), Error> {
    let parts: Vec<&str> = revision.split('-').collect();
    let within = |text: &str, digits: usize, last: u32| {
        text.len() == digits
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && text.parse().is_ok_and(|number: u32| (1..=last).contains(&number))
    };
    let dated = matches!(parts[..], [year, month, day] if within(year, 4, 9999) && within(month, 2, 12) && within(day, 2, 31));
    if !dated {
        return Err(Error::file(
            format!("spec/{PROVENANCE}"),
            format!("`{revision}` is not the name of a revision"),
        )
        .hint("a revision is named by its date, such as 2026-07-28"));
    }
    if revision <= previous {
        return Err(Error::file(
            format!("spec/{PROVENANCE}"),
            format!("`{revision}` is not newer than `{previous}`, the newest revision that is there"),
        )
        .hint("revisions are added in the order in which they were released"));
    }
    Ok(())
}

/// The definitions are there, and every keyword in them has a meaning.
fn understood(input: Input) -> Result<(), Errors> {
    let corrected = correct::correct(&input)?;
    let mut errors = Collector::default();
    for revision in normalize::normalize(&corrected)? {
        if revision.definitions.is_empty() {
            errors.push(Error::schema(&revision.name, "", "there are no definitions"));
        }
    }
    errors.finish(())
}

/// The erratum for the new revision, if it applies to `document`.
fn carried(erratum: &Erratum, revision: &str, document: &Value) -> Option<Erratum> {
    let base = erratum.name.strip_suffix(&format!("-{}", erratum.revision)).unwrap_or(&erratum.name);
    let carried = Erratum {
        name: format!("{base}-{revision}"),
        revision: revision.to_owned(),
        reason: format!("as {}", erratum.name),
        ..erratum.clone()
    };
    correct::apply(&mut document.clone(), &carried).is_ok().then_some(carried)
}

fn entry(revision: &str, origin: &Origin, sha256: &str, upstream: &str, definitions: usize) -> String {
    let unknown = || "unknown".to_owned();
    let registry = if origin.package.is_some() { unknown() } else { "file".to_owned() };
    let package = origin.package.clone().unwrap_or_else(|| origin.file.clone());
    let lines = [
        ("name", revision.to_owned()),
        ("registry", registry),
        ("package", package),
        ("version", origin.version.clone().unwrap_or_else(unknown)),
        ("path", origin.file.clone()),
        ("sha256", sha256.to_owned()),
        ("upstream_sha256", upstream.to_owned()),
        ("upstream_commit", origin.commit.clone().unwrap_or_else(unknown)),
    ];
    let lines = lines.map(|(key, value)| format!("{key} = {}\n", toml::Value::String(value)));
    format!("\n[[revision]]\n{}definitions = {definitions}\n", lines.concat())
}

fn stanza(erratum: &Erratum) -> String {
    let change = match erratum.change {
        Change::Replace => "replace",
        Change::Add => "add",
        Change::Rename => "rename",
    };
    let line = |key: &str, value: &str| format!("{key} = {}\n", toml::Value::String(value.to_owned()));
    let mut text = String::from("\n[[erratum]]\n");
    text += &line("name", &erratum.name);
    text += &line("revision", &erratum.revision);
    text += &line("kind", "mend");
    text += &line("change", change);
    text += &line("pointer", &erratum.pointer);
    text += &erratum.expect.as_deref().map(|expect| line("expect", expect)).unwrap_or_default();
    text += &line("value", &erratum.value);
    text + &line("reason", &erratum.reason)
}
