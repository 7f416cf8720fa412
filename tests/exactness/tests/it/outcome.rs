//! What became of one vector.

use lockstep_exactness::round_trip;
use lockstep_vectors::{Vector, Verdict};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// Came back as it was.
    Unchanged,
    /// Came back with 1 for 1.0, otherwise as it was.
    Equal,
    /// Came back as another document.
    Changed(String),
    /// Was refused, with this message.
    Refused(String),
    /// Came back without the member at the vector's place, otherwise as it was.
    Dropped,
}

impl Outcome {
    /// Whether this must not be. What is valid by chance is only measured: a union that is decided by its discriminator
    /// cannot fall back on another alternative.
    pub(crate) fn fails(&self, vector: &Vector) -> bool {
        match vector.verdict {
            Verdict::Valid | Verdict::ValidOpen => *self != Self::Unchanged,
            Verdict::ValidExtra => !matches!(self, Self::Unchanged | Self::Dropped),
            Verdict::ValidWide => !matches!(self, Self::Unchanged | Self::Equal),
            Verdict::ValidStray => false,
            Verdict::Invalid => !matches!(self, Self::Refused(_)),
            Verdict::InvalidNull => !matches!(self, Self::Refused(_) | Self::Dropped),
        }
    }
}

pub(crate) fn outcome(vector: &Vector) -> Outcome {
    let written = round_trip(&vector.revision, &vector.definition, &vector.document.to_string())
        .unwrap_or_else(|| panic!("no type for {} of {}", vector.definition, vector.revision));
    let written = match written {
        Ok(written) => written,
        Err(error) => return Outcome::Refused(error.to_string()),
    };
    let document: Value = serde_json::from_str(&written).unwrap();
    match vector.verdict {
        // Numbers are equal only if they are of the same kind: 1 is not 1.0.
        _ if document == vector.document => Outcome::Unchanged,
        Verdict::InvalidNull | Verdict::ValidExtra
            if document == without(&vector.document, &vector.place) =>
        {
            Outcome::Dropped
        }
        Verdict::ValidWide if whole(&document) == whole(&vector.document) => Outcome::Equal,
        _ => Outcome::Changed(written),
    }
}

/// The document with integers for whole fractions.
fn whole(document: &Value) -> Value {
    match document {
        Value::Number(number) => match number.as_f64() {
            Some(value) if number.is_f64() && value == 1.0 => 1.into(),
            _ => document.clone(),
        },
        Value::Array(items) => items.iter().map(whole).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), whole(value))).collect(),
        scalar => scalar.clone(),
    }
}

/// The document without the member at `place`.
fn without(document: &Value, place: &str) -> Value {
    let mut document = document.clone();
    let (parent, key) = place.rsplit_once('/').unwrap_or_default();
    if let Some(Value::Object(members)) = document.pointer_mut(parent) {
        members.remove(&key.replace("~1", "/").replace("~0", "~"));
    }
    document
}
