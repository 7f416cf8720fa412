//! Test vectors: documents for every definition of every revision, with a verdict that a JSON Schema validator gave.
//!
//! [`vectors`] walks the effective schemas, which is all it knows of the protocol, and builds documents that should be
//! valid and documents that should not; the `jsonschema` crate then judges each. The same sources give the same vectors.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod broken;
mod candidate;
mod export;
mod generator;
mod good;
mod judge;
mod random;
mod schemas;
mod shape;
mod sources;

use serde_json::Value;

pub use export::export;
use generator::Generator;
use judge::Judge;
pub use lockstep_codegen::Sources;
pub use random::Random;
pub use schemas::{Schemas, Validator};
use shape::Shapes;
pub use sources::sources;

/// One document and what the schema says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    /// The revision, such as `2025-11-25`.
    pub revision: String,
    /// The definition's name, as upstream spells it.
    pub definition: String,
    /// What the validator said, and what the document was made for.
    pub verdict: Verdict,
    /// JSON pointer to what this document is about; empty for the whole document.
    pub place: String,
    /// What is special about it, such as `missing` or `2^53+1`.
    pub what: String,
    /// The document.
    pub document: Value,
}

/// The validator's answer, split by what can be asked of an implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Valid. Read and written back it must be unchanged.
    Valid,
    /// Valid, with an unknown member in an object that the schema leaves open, or in `_meta`: it must be kept.
    ValidOpen,
    /// Valid, with an unknown member at `place`, in an object of whose further members the schema says nothing: it must be
    /// read, and may be dropped.
    ValidExtra,
    /// Valid, with an integer written as `1.0`, which JSON Schema takes for one, or above 2^63-1.
    ValidWide,
    /// Valid by chance: broken for one alternative of a union, the document fits another that accepts nearly anything.
    ValidStray,
    /// Invalid.
    Invalid,
    /// Invalid only because an optional member is null at `place`; lenient implementations read it as absent.
    InvalidNull,
}

impl Verdict {
    /// Whether the schema accepts the document.
    #[must_use]
    pub fn is_valid(self) -> bool {
        !matches!(self, Self::Invalid | Self::InvalidNull)
    }

    /// The verdict's name in exported files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidOpen => "valid-open",
            Self::ValidExtra => "valid-extra",
            Self::ValidWide => "valid-wide",
            Self::ValidStray => "valid-stray",
            Self::Invalid => "invalid",
            Self::InvalidNull => "invalid-null",
        }
    }
}

/// All vectors of all revisions, ordered by revision and definition.
///
/// # Errors
///
/// The sources are wrong, the schemas hold a keyword that is not understood here, or a document that was meant to be
/// valid is not: then the generator is wrong.
pub fn vectors(sources: &Sources) -> Result<Vec<Vector>, String> {
    let schemas = lockstep_codegen::effective_schemas(sources).map_err(|errors| errors.to_string())?;
    let mut vectors = Vec::new();
    for (revision, text) in schemas {
        let document: Value = serde_json::from_str(&text).map_err(|error| format!("{revision}: {error}"))?;
        let shapes = Shapes::read(&document).map_err(|error| format!("{revision}: {error}"))?;
        let judge = Judge::new(&document)?;
        let mut generator = Generator::new(&shapes);
        for definition in shapes.names() {
            let judged = judge.definition(definition, generator.candidates(definition))?;
            vectors.extend(judged.into_iter().map(|(verdict, candidate)| Vector {
                revision: revision.clone(),
                definition: definition.clone(),
                verdict,
                place: candidate.place,
                what: candidate.what,
                document: candidate.document,
            }));
        }
    }
    Ok(vectors)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_definition_has_documents_and_the_same_again() {
        let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec")).unwrap();
        let first = vectors(&sources).unwrap();
        assert!(first == vectors(&sources).unwrap(), "two runs differ");

        let with = |wanted: fn(Verdict) -> bool| -> BTreeSet<_> {
            let wanted = first.iter().filter(|vector| wanted(vector.verdict));
            wanted.map(|vector| (&*vector.revision, &*vector.definition)).collect()
        };
        let all = with(|_| true);
        assert_eq!(with(Verdict::is_valid), all);
        let never_refused: Vec<_> = all.difference(&with(|verdict| !verdict.is_valid())).copied().collect();
        assert_eq!(never_refused, [("2026-07-28", "JSONValue")], "definitions that accept everything");
    }
}
