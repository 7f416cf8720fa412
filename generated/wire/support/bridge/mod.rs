//! Crossing from one revision to another: what generated conversions stand on.

pub(crate) mod rules;

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::Object;
use crate::latest::{ClientCapabilities, Implementation, LoggingLevel, RequestId};

/// A value that has a counterpart `T` in another revision.
pub trait Bridge<T>: Sized {
    /// Becomes the counterpart. What it has no place for is left out and noted in `crossing`.
    ///
    /// # Errors
    ///
    /// The other revision cannot say this at all, see [`Refused`]. Results and notifications never refuse.
    fn bridge(self, crossing: &mut Crossing) -> Result<T, Refused>;
}

/// A type that both revisions share crosses as it is.
impl<T> Bridge<T> for T {
    fn bridge(self, _: &mut Crossing) -> Result<T, Refused> {
        Ok(self)
    }
}

/// One crossing: what the session knows, and what was lost on the way.
#[derive(Clone, Debug, Default)]
pub struct Crossing {
    facts: SessionFacts,
    path: Vec<Segment>,
    losses: Vec<Loss>,
    silent: bool,
}

/// What a session knows and a request of a later revision says itself.
#[derive(Clone, Debug, Default)]
pub struct SessionFacts {
    /// The id of the request; the three oldest schemas leave it out of their requests.
    pub request_id: Option<RequestId>,
    /// The client, as it introduced itself.
    pub client_info: Option<Implementation>,
    /// What the client can do, in the latest revision's words.
    pub client_capabilities: ClientCapabilities,
    /// From which level on the client wants to get log messages; none for no such messages.
    pub log_level: Option<LoggingLevel>,
    /// An id for an elicitation by address, which 2025-11-25 requires.
    pub elicitation_id: Option<String>,
}

/// Something that the other revision has no place for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Loss {
    /// JSON pointer into the value that crossed.
    pub pointer: String,
    /// What happened to it.
    pub kind: LossKind,
}

/// How something was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LossKind {
    /// Left out.
    Dropped,
    /// Something else stands in its place.
    Replaced,
}

/// A value that cannot be said in the other revision.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// JSON pointer into the value.
    pub pointer: String,
    /// Why.
    pub reason: &'static str,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.pointer, self.reason)
    }
}

impl std::error::Error for Refused {}

#[derive(Clone, Debug)]
enum Segment {
    Member(&'static str),
    Key(String),
    Index(usize),
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
        match self {
            Self::Member(key) => write!(f, "/{}", escaped(key)),
            Self::Key(key) => write!(f, "/{}", escaped(key)),
            Self::Index(index) => write!(f, "/{index}"),
        }
    }
}

impl Crossing {
    /// A crossing that adds `facts` where the other revision wants them.
    pub fn with_facts(facts: SessionFacts) -> Self {
        Self { facts, ..Self::default() }
    }

    /// A crossing that notes no losses, which takes less time.
    pub fn silent() -> Self {
        Self { silent: true, ..Self::default() }
    }

    /// What was lost so far, in the order in which it was met.
    pub fn losses(&self) -> &[Loss] {
        &self.losses
    }

    /// What was lost, taken out.
    pub fn into_losses(self) -> Vec<Loss> {
        self.losses
    }

    pub(crate) fn facts(&self) -> &SessionFacts {
        &self.facts
    }

    fn pointer(&self) -> String {
        self.path.iter().map(Segment::to_string).collect()
    }

    pub(crate) fn refused(&self, reason: &'static str) -> Refused {
        Refused { pointer: self.pointer(), reason }
    }

    /// Notes that the member `key` is left out.
    pub(crate) fn lost(&mut self, key: &str) {
        if self.silent {
            return;
        }
        let segment = Segment::Key(key.to_owned());
        let pointer = format!("{}{segment}", self.pointer());
        self.losses.push(Loss { pointer, kind: LossKind::Dropped });
    }

    fn at<T>(&mut self, segment: Segment, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(segment);
        let done = work(self);
        self.path.pop();
        done
    }

    pub(crate) fn member<T>(&mut self, key: &'static str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.at(Segment::Member(key), work)
    }

    pub(crate) fn optional<S, T>(
        &mut self,
        key: &'static str,
        value: Option<S>,
        work: impl FnOnce(&mut Self, S) -> Result<T, Refused>,
    ) -> Result<Option<T>, Refused> {
        value.map(|value| self.member(key, |crossing| work(crossing, value))).transpose()
    }

    /// An open object that would be left empty because of what it lost is left out.
    pub(crate) fn optional_object<S: Bridge<Object>>(
        &mut self,
        key: &'static str,
        value: Option<S>,
    ) -> Result<Option<Object>, Refused> {
        let before = self.losses.len();
        let object = self.optional(key, value, |crossing, value| value.bridge(crossing))?;
        Ok(object.filter(|object| !object.is_empty() || self.losses.len() == before))
    }

    pub(crate) fn list<S, T>(
        &mut self,
        items: Vec<S>,
        mut work: impl FnMut(&mut Self, S) -> Result<T, Refused>,
    ) -> Result<Vec<T>, Refused> {
        let cross = |(index, item)| self.at(Segment::Index(index), |crossing| work(crossing, item));
        items.into_iter().enumerate().map(cross).collect()
    }

    pub(crate) fn map<S, T>(
        &mut self,
        members: BTreeMap<String, S>,
        mut work: impl FnMut(&mut Self, S) -> Result<T, Refused>,
    ) -> Result<BTreeMap<String, T>, Refused> {
        let cross = |(key, value): (String, S)| {
            let value = self.at(Segment::Key(key.clone()), |crossing| work(crossing, value))?;
            Ok((key, value))
        };
        members.into_iter().map(cross).collect()
    }

    /// Lets a rule make something else of `value`, and notes what is not the same in the end.
    pub(crate) fn rewrite<S: Serialize, T: Serialize>(
        &mut self,
        value: S,
        rule: impl FnOnce(&mut Self, S) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let before = serde_json::to_value(&value).ok();
        let known = self.losses.len();
        let after = rule(self, value)?;
        // What the rule lost on its way counts against what it made of the value only.
        self.losses.truncate(known);
        self.compare(before.as_ref(), json(&after).as_ref());
        Ok(after)
    }

    fn compare(&mut self, before: Option<&Value>, after: Option<&Value>) {
        match (before, after) {
            _ if self.silent => {}
            (None, _) => {}
            (Some(_), None) => {
                let pointer = self.pointer();
                self.losses.push(Loss { pointer, kind: LossKind::Dropped });
            }
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                for (key, value) in before {
                    self.at(Segment::Key(key.clone()), |crossing| {
                        crossing.compare(Some(value), after.get(key))
                    });
                }
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) => {
                for (index, value) in before.iter().enumerate() {
                    self.at(Segment::Index(index), |crossing| {
                        crossing.compare(Some(value), after.get(index))
                    });
                }
            }
            (Some(before), Some(after)) if before != after => {
                let pointer = self.pointer();
                self.losses.push(Loss { pointer, kind: LossKind::Replaced });
            }
            _ => {}
        }
    }
}

/// A value as JSON; nothing for an absent one.
pub(crate) fn json<S: Serialize>(value: &S) -> Option<Value> {
    serde_json::to_value(value).ok().filter(|value| !value.is_null())
}
