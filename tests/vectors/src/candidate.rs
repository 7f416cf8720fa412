//! A document on its way to the judge.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::random::Random;

/// What a document was built for. The validator has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Valid,
    /// Valid, with a member that the schema does not name where it allows that.
    Open,
    /// Valid, with a member that the schema does not name where it says nothing about that.
    Extra,
    /// Valid, with an integer that does not look like one or is beyond 64 signed bits.
    Wide,
    Invalid,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) intent: Intent,
    /// JSON pointer to what the document is about.
    pub(crate) place: String,
    pub(crate) what: String,
    pub(crate) document: Value,
}

impl Candidate {
    pub(crate) fn new(intent: Intent, what: impl Into<String>, document: Value) -> Self {
        Self { intent, place: String::new(), what: what.into(), document }
    }

    /// The same candidate as member `key` of `object`.
    pub(crate) fn inside(self, object: &Map<String, Value>, key: &str) -> Self {
        let mut object = object.clone();
        object.insert(key.to_owned(), self.document);
        let place = format!("/{}{}", key.replace('~', "~0").replace('/', "~1"), self.place);
        Self { place, document: Value::Object(object), ..self }
    }

    /// The same candidate as the last item of an array, after `before`.
    pub(crate) fn after(self, before: &[Value]) -> Self {
        let place = format!("/{}{}", before.len(), self.place);
        let document = before.iter().cloned().chain([self.document]).collect();
        Self { place, document, ..self }
    }
}

/// At most `most` candidates, in their order: those about the whole document first, then a sample in which each kind at
/// each member comes once before any comes twice.
pub(crate) fn pick(candidates: Vec<Candidate>, most: usize, random: &mut Random) -> Vec<Candidate> {
    if candidates.len() <= most {
        return candidates;
    }
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    random.shuffle(&mut order);
    let mut seen = BTreeMap::new();
    order.sort_by_cached_key(|index| {
        let Candidate { place, what, .. } = &candidates[*index];
        let rank: &mut usize = seen.entry((what, place.rsplit('/').next())).or_default();
        *rank += 1;
        (!place.is_empty(), *rank)
    });
    order.truncate(most);
    order.sort_unstable();
    let mut candidates: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    order.into_iter().filter_map(|index| candidates[index].take()).collect()
}
