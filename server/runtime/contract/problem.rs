//! What is wrong with a value, in words that a person or a model can act on.

use std::fmt;
use std::io;

use serde::Serialize;
use serde_json::{Value, json};

/// One thing wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// JSON pointer (RFC 6901) into the value.
    pub pointer: String,
    /// What the schema demands there: `must be …`, `is required …`, `is not known …`.
    pub rule: String,
    /// JSON of what was sent, cut short.
    pub sent: Option<String>,
    /// JSON of a valid value.
    pub example: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => write!(formatter, "the value {}", self.rule)?,
            pointer => write!(formatter, "`{pointer}` {}", self.rule)?,
        }
        if let Some(sent) = &self.sent {
            write!(formatter, ", not `{sent}`")?;
        }
        match &self.example {
            Some(example) => write!(formatter, "; for example `{example}`"),
            None => Ok(()),
        }
    }
}

/// All that is wrong with a value: never empty where it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    listed: Vec<Problem>,
    count: usize,
}

impl Problems {
    /// Most problems that are kept; the others are counted.
    pub const MOST: usize = 16;

    /// The first problems, at most [`Problems::MOST`].
    pub fn listed(&self) -> &[Problem] {
        &self.listed
    }

    /// How many there are, listed or not.
    pub fn count(&self) -> usize {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Notes a problem; `make` runs only where it is kept.
    pub(super) fn note(&mut self, make: impl FnOnce() -> Problem) {
        if self.listed.len() < Self::MOST {
            self.listed.push(make());
        }
        self.count += 1;
    }

    /// The listed problems for programs.
    pub(super) fn facts(&self) -> Value {
        self.listed
            .iter()
            .map(|problem| {
                let mut fact = json!({ "pointer": problem.pointer, "rule": problem.rule });
                if let Some(sent) = &problem.sent {
                    fact["sent"] = sent.as_str().into();
                }
                if let Some(example) = &problem.example {
                    // An example is JSON already.
                    fact["example"] =
                        serde_json::from_str(example).unwrap_or_else(|_| example.as_str().into());
                }
                fact
            })
            .collect()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.listed.iter().enumerate() {
            write!(formatter, "{}{problem}", if index == 0 { "" } else { "; " })?;
        }
        match self.count - self.listed.len() {
            0 => Ok(()),
            more => write!(formatter, "; and {more} more"),
        }
    }
}

impl std::error::Error for Problems {}

/// Where a value stands inside the one that is checked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Path<'a> {
    Root,
    Name(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// The JSON pointer, long names cut short.
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Name(parent, name) => {
                let mut pointer = parent.pointer();
                push_step(&mut pointer, name);
                pointer
            }
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// Adds one member's name to a JSON pointer.
pub(super) fn push_step(pointer: &mut String, name: &str) {
    let name = clean(name, 64).replace('~', "~0").replace('/', "~1");
    pointer.push('/');
    pointer.push_str(&name);
}

/// A value in a message: at most 40 characters of its JSON.
pub(super) fn short(value: &impl Serialize) -> String {
    let mut head = Head(Vec::new());
    // An error only says that the head is full.
    let _ = serde_json::to_writer(&mut head, value);
    clean(&String::from_utf8_lossy(&head.0), 40)
}

/// `text` without characters that could disturb a log or a terminal, cut to `most` characters.
pub(super) fn clean(text: &str, most: usize) -> String {
    let mut clean = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == most {
            clean.push('…');
            break;
        }
        match character {
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                clean.push('\u{fffd}');
            }
            _ if character.is_control() => clean.push('\u{fffd}'),
            _ => clean.push(character),
        }
    }
    clean
}

/// Keeps the first bytes that are written and refuses the rest.
struct Head(Vec<u8>);

impl Head {
    const MOST: usize = 200;
}

impl io::Write for Head {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() >= Self::MOST {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let kept = bytes.len().min(Self::MOST - self.0.len());
        self.0.extend_from_slice(&bytes[..kept]);
        Ok(kept)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Names for a message; a long list is cut.
pub(super) fn listed(names: &[&str]) -> String {
    const MOST: usize = 24;
    let mut text = names.iter().take(MOST).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        text.push_str("none");
    }
    if names.len() > MOST {
        text.push_str(&format!(" and {} more", names.len() - MOST));
    }
    text
}

/// `, did you mean …?` where a known name is near, else `; known are …`.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => format!(", did you mean `{near}`?"),
        None => format!("; known are {}", listed(known)),
    }
}

/// The known name that was most likely meant: at most a third of its letters differ, whatever their case.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.len() > 128 {
        return None;
    }
    let name = name.to_lowercase();
    known
        .iter()
        .map(|known| (strsim::levenshtein(&name, &known.to_lowercase()), *known))
        .filter(|(distance, known)| *distance <= known.chars().count().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}
