//! The verdicts, by the `jsonschema` crate.

use std::collections::BTreeSet;

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use crate::Verdict;
use crate::candidate::{Candidate, Intent};

const ADDRESS: &str = "urn:lockstep:schema";

/// The validator of one revision.
pub(crate) struct Judge {
    registry: Registry<'static>,
    draft: Draft,
    definitions: &'static str,
}

impl Judge {
    pub(crate) fn new(document: &Value) -> Result<Self, String> {
        let (draft, definitions) = match document.get("$schema").and_then(Value::as_str) {
            Some("http://json-schema.org/draft-07/schema#") => (Draft::Draft7, "definitions"),
            Some("https://json-schema.org/draft/2020-12/schema") => (Draft::Draft202012, "$defs"),
            other => return Err(format!("the dialect {other:?} is not known here")),
        };
        let registry = Registry::new()
            .draft(draft)
            .add(ADDRESS, document.clone())
            .and_then(|registry| registry.prepare())
            .map_err(|error| error.to_string())?;
        Ok(Self { registry, draft, definitions })
    }

    pub(crate) fn validator(&self, definition: &str) -> Result<Validator, String> {
        jsonschema::options()
            .with_draft(self.draft)
            .with_registry(&self.registry)
            // `format` is an annotation: neither dialect obliges anyone to check it.
            .should_validate_formats(false)
            .build(&json!({ "$ref": format!("{ADDRESS}#/{}/{definition}", self.definitions) }))
            .map_err(|error| format!("{definition}: {error}"))
    }

    /// Each candidate once, with its verdict.
    pub(crate) fn definition(
        &self,
        definition: &str,
        candidates: Vec<Candidate>,
    ) -> Result<Vec<(Verdict, Candidate)>, String> {
        let validator = self.validator(definition)?;
        let mut seen = BTreeSet::new();
        let mut judged = Vec::new();
        for candidate in candidates {
            if !seen.insert(candidate.document.to_string()) {
                continue;
            }
            let verdict = match (candidate.intent, validator.is_valid(&candidate.document)) {
                (Intent::Valid, true) => Verdict::Valid,
                (Intent::Open, true) => Verdict::ValidOpen,
                (Intent::Extra, true) => Verdict::ValidExtra,
                (Intent::Wide, true) => Verdict::ValidWide,
                (Intent::Invalid, true) => Verdict::ValidStray,
                (Intent::Invalid, false) if is_null_for_absent(&validator, &candidate) => {
                    Verdict::InvalidNull
                }
                (Intent::Invalid, false) => Verdict::Invalid,
                (_, false) => {
                    return Err(format!(
                        "{definition}: a document meant to be valid ({} at `{}`) is not: {}",
                        candidate.what, candidate.place, candidate.document
                    ));
                }
            };
            judged.push((verdict, candidate));
        }
        Ok(judged)
    }
}

/// Whether the member at the candidate's place is null, and the document would be valid without it.
fn is_null_for_absent(validator: &Validator, candidate: &Candidate) -> bool {
    let mut document = candidate.document.clone();
    let (parent, key) = candidate.place.rsplit_once('/').unwrap_or_default();
    let Some(Value::Object(members)) = document.pointer_mut(parent) else { return false };
    members.remove(&key.replace("~1", "/").replace("~0", "~")) == Some(Value::Null)
        && validator.is_valid(&document)
}
