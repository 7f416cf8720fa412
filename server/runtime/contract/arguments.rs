//! From the raw `arguments` of a call to a tool's typed arguments: all problems at once, each naming its field.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use lockstep_wire::latest::CallToolResult;

use super::CallError;
use super::result::invalid_arguments;

/// Typed arguments of one tool; implemented by generated code.
pub trait Arguments: Sized {
    /// The names of all arguments.
    const NAMES: &'static [&'static str];

    /// Takes every argument from `fields`; `None` when a problem was noted there.
    fn read(fields: &mut Fields) -> Option<Self>;

    /// Parses the `arguments` member of a call; left out means `{}`.
    ///
    /// # Errors
    ///
    /// A refused call where it is not an object, else the result that tells the model what to correct.
    fn parse(raw: Option<&RawValue>) -> Result<Self, Refusal> {
        let mut fields = Fields::new(raw)?;
        let read = Self::read(&mut fields);
        fields.refuse_unknown(Self::NAMES);
        match read {
            Some(arguments) if fields.problems.is_empty() => Ok(arguments),
            _ => Err(Refusal::Answer(Box::new(invalid_arguments(&fields.problems)))),
        }
    }
}

/// Why typed arguments could not be made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// The protocol refuses the call.
    Call(CallError),
    /// The model is told what to correct.
    Answer(Box<CallToolResult>),
}

impl From<Refusal> for Result<CallToolResult, CallError> {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Call(error) => Err(error),
            Refusal::Answer(result) => Ok(*result),
        }
    }
}

/// What a schema demands of one value.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Rule {
    /// Any JSON value.
    Any,
    /// A string of `min` to `max` characters; one of `values`, if there are any.
    String {
        /// Fewest characters.
        min: Option<u64>,
        /// Most characters.
        max: Option<u64>,
        /// The allowed strings; empty for any.
        values: &'static [&'static str],
    },
    /// A whole number from `min` to `max`.
    Integer {
        /// Smallest value.
        min: Option<i64>,
        /// Largest value.
        max: Option<i64>,
    },
    /// A number from `min` to `max`.
    Number {
        /// Smallest value.
        min: Option<f64>,
        /// Largest value.
        max: Option<f64>,
    },
    /// `true` or `false`.
    Boolean,
    /// A list of `min` to `max` items.
    Array {
        /// What each item must be.
        items: &'static Rule,
        /// Fewest items.
        min: Option<u64>,
        /// Most items.
        max: Option<u64>,
    },
    /// An object with these members and no others.
    Object {
        /// Name, rule, and whether it must be there.
        members: &'static [(&'static str, Rule, bool)],
    },
}

/// One thing wrong with the arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// JSON pointer into `arguments`.
    pub pointer: String,
    /// What the schema demands there.
    pub expected: String,
    /// What was sent, cut short.
    pub sent: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.pointer, self.expected)?;
        match &self.sent {
            Some(sent) => write!(f, ", not {sent}"),
            None => Ok(()),
        }
    }
}

impl Problem {
    pub(super) fn fact(&self) -> Value {
        json!({ "pointer": self.pointer, "expected": self.expected, "sent": self.sent })
    }
}

/// The arguments of one call while they are taken apart.
#[derive(Debug)]
pub struct Fields {
    members: Map<String, Value>,
    problems: Vec<Problem>,
}

/// Most problems reported for one call.
const MAX_PROBLEMS: usize = 16;

impl Fields {
    fn new(raw: Option<&RawValue>) -> Result<Self, Refusal> {
        let members = match raw.map(RawValue::get) {
            None => Map::new(),
            Some(text) => {
                serde_json::from_str(text).map_err(|_| Refusal::Call(CallError::ArgumentsNotAnObject))?
            }
        };
        Ok(Self { members, problems: Vec::new() })
    }

    /// Takes an argument that must be there.
    pub fn required<T: DeserializeOwned>(&mut self, name: &str, rule: &Rule) -> Option<T> {
        let found = self.optional(name, rule)?;
        if found.is_none() {
            self.note(format!("/{name}"), format!("is required and {}", rule.demand()), None);
        }
        found
    }

    /// Takes an argument that may be left out; `null` counts as left out.
    pub fn optional<T: DeserializeOwned>(&mut self, name: &str, rule: &Rule) -> Option<Option<T>> {
        let Some(value) = self.members.remove(name).filter(|value| !value.is_null()) else {
            return Some(None);
        };
        let before = self.problems.len();
        self.check(&format!("/{name}"), &value, rule);
        if self.problems.len() > before {
            return None;
        }
        match T::deserialize(&value) {
            Ok(typed) => Some(Some(typed)),
            Err(_) => {
                self.note(format!("/{name}"), rule.demand(), Some(&value));
                None
            }
        }
    }

    /// Takes an argument that has a default.
    pub fn or_default<T: DeserializeOwned>(&mut self, name: &str, rule: &Rule, default: T) -> Option<T> {
        self.optional(name, rule).map(|found| found.unwrap_or(default))
    }

    fn note(&mut self, pointer: String, expected: String, sent: Option<&Value>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { pointer, expected, sent: sent.map(short) });
        }
    }

    fn refuse_unknown(&mut self, known: &[&str]) {
        for name in std::mem::take(&mut self.members).keys() {
            let cut: String = name.chars().take(64).collect();
            let expected = match nearest(name, known) {
                Some(near) => format!("is not known, did you mean `{near}`?"),
                None => format!("is not known; known are {}", listed(known)),
            };
            self.note(format!("/{cut}"), expected, None);
        }
    }

    fn check(&mut self, pointer: &str, value: &Value, rule: &Rule) {
        if !rule.accepts(value) {
            return self.note(pointer.to_owned(), rule.demand(), Some(value));
        }
        match (rule, value) {
            (Rule::Array { items, .. }, Value::Array(values)) => {
                for (index, value) in values.iter().enumerate() {
                    self.check(&format!("{pointer}/{index}"), value, items);
                }
            }
            (Rule::Object { members }, Value::Object(values)) => self.check_members(pointer, values, members),
            _ => {}
        }
    }

    fn check_members(
        &mut self,
        pointer: &str,
        values: &Map<String, Value>,
        members: &'static [(&'static str, Rule, bool)],
    ) {
        for (name, rule, required) in members {
            match values.get(*name) {
                Some(value) => self.check(&format!("{pointer}/{name}"), value, rule),
                None if *required => {
                    self.note(
                        format!("{pointer}/{name}"),
                        format!("is required and {}", rule.demand()),
                        None,
                    );
                }
                None => {}
            }
        }
        let known: Vec<&str> = members.iter().map(|(name, ..)| *name).collect();
        for name in values.keys().filter(|name| !known.contains(&name.as_str())) {
            let cut: String = name.chars().take(64).collect();
            self.note(
                format!("{pointer}/{cut}"),
                format!("is not known; known are {}", listed(&known)),
                None,
            );
        }
    }
}

impl Rule {
    /// Whether the value itself fits, its parts aside.
    fn accepts(&self, value: &Value) -> bool {
        let within = |count: usize, min: &Option<u64>, max: &Option<u64>| {
            let count = count as u64;
            min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)
        };
        match (self, value) {
            (Rule::Any, _) | (Rule::Boolean, Value::Bool(_)) | (Rule::Object { .. }, Value::Object(_)) => {
                true
            }
            (Rule::String { min, max, values }, Value::String(text)) => {
                within(text.chars().count(), min, max)
                    && (values.is_empty() || values.contains(&text.as_str()))
            }
            (Rule::Integer { min, max }, Value::Number(number)) => number.as_i64().is_some_and(|number| {
                min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
            }),
            (Rule::Number { min, max }, Value::Number(number)) => number.as_f64().is_some_and(|number| {
                min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
            }),
            (Rule::Array { min, max, .. }, Value::Array(items)) => within(items.len(), min, max),
            _ => false,
        }
    }

    /// `must be …`
    fn demand(&self) -> String {
        match self {
            Rule::Any => "must be a JSON value".to_owned(),
            Rule::String { values, .. } if !values.is_empty() => format!("must be one of {}", listed(values)),
            Rule::String { min, max, .. } => {
                format!("must be a string{}", range(min, max, " of ", " characters"))
            }
            Rule::Integer { min, max } => format!("must be a whole number{}", range(min, max, " from ", "")),
            Rule::Number { min, max } => format!("must be a number{}", range(min, max, " from ", "")),
            Rule::Boolean => "must be true or false".to_owned(),
            Rule::Array { min, max, .. } => format!("must be a list{}", range(min, max, " of ", " items")),
            Rule::Object { .. } => "must be an object".to_owned(),
        }
    }
}

fn range<T: fmt::Display>(min: &Option<T>, max: &Option<T>, before: &str, after: &str) -> String {
    match (min, max) {
        (None, None) => String::new(),
        (Some(min), Some(max)) => format!("{before}{min} to {max}{after}"),
        (Some(min), None) => format!("{before}{min} or more{after}"),
        (None, Some(max)) => format!("{before}at most {max}{after}"),
    }
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        _ => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

/// A value in a message: at most 40 characters of its JSON.
fn short(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() { format!("`{cut}…`") } else { format!("`{cut}`") }
}

/// The known name that was most likely meant: at most a third of its letters differ.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.len() > 128 {
        return None;
    }
    known
        .iter()
        .map(|known| (strsim::levenshtein(name, known), *known))
        .filter(|(distance, known)| *distance <= known.chars().count().div_ceil(3))
        .min()
        .map(|(_, known)| known)
}
