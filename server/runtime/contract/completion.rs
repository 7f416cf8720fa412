//! Completion of an argument of a prompt or a resource.

use std::collections::BTreeMap;

use lockstep_wire::latest;

use super::result::COMPLETE;

/// What is being completed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completing {
    /// What was typed so far.
    pub value: String,
    /// Arguments that are known already.
    pub context: BTreeMap<String, String>,
}

impl Completing {
    /// Completes `value`, knowing `context`.
    pub fn new(value: impl Into<String>, context: BTreeMap<String, String>) -> Self {
        Self { value: value.into(), context }
    }
}

/// Whose argument is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference<'a> {
    /// The prompt with this name.
    Prompt(&'a str),
    /// The resource with this template, or one with a matching address.
    Resource(&'a str),
}

/// Values that complete an argument, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    values: Vec<String>,
    total: Option<u64>,
    has_more: bool,
}

impl Completion {
    /// Most values of one answer.
    pub const MOST: usize = 100;

    /// These values; those beyond [`Completion::MOST`] are only counted.
    pub fn new(mut values: Vec<String>) -> Self {
        let total = values.len();
        values.truncate(Self::MOST);
        Self { has_more: total > values.len(), total: u64::try_from(total).ok(), values }
    }

    /// Those of `choices` that begin with `typed`, whatever the case; all of them for nothing typed.
    pub fn among(choices: &[&str], typed: &str) -> Self {
        let typed = typed.to_lowercase();
        let begins = |choice: &&&str| choice.to_lowercase().starts_with(&typed);
        Self::new(choices.iter().filter(begins).map(|choice| (*choice).to_owned()).collect())
    }

    /// Says how many values there are in all.
    #[must_use]
    pub fn with_total(mut self, total: u64) -> Self {
        self.total = Some(total);
        self.has_more = total > self.values.len() as u64;
        self
    }

    /// The values, at most [`Completion::MOST`].
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// How many there are in all, if that is known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Whether there are more than these.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// The result of the latest revision.
    pub fn into_result(self) -> latest::CompleteResult {
        let mut completion = latest::CompleteResultCompletion::new(self.values);
        completion.total = self.total.and_then(|total| i64::try_from(total).ok());
        completion.has_more = Some(self.has_more);
        latest::CompleteResult::new(completion, COMPLETE)
    }
}
