//! From the raw `arguments` of a call to a tool's typed arguments: all problems at once, each naming its field.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use lockstep_wire::latest::CallToolResult;

use super::check::Check;
use super::error::{ErrorDetail, SharedError};
use super::problem::{Path, Problem, Problems};
use super::result::failed;
use super::rule::{Member, Rule, Typed};
use super::tree;

/// How strictly arguments are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Parsing {
    /// Only what the schema accepts.
    Strict,
    /// Also what leaves no doubt: a string that is the JSON of the number, boolean, list or object that is wanted,
    /// and `null` for a member that may be left out. What the schema accepts as it is stays as it is.
    #[default]
    Repair,
}

/// A former or well-known name of a tool, with its own names and defaults for arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alias {
    /// The name of the tool.
    pub name: &'static str,
    /// The alias's name of an argument, and ours.
    pub renamed: &'static [(&'static str, &'static str)],
    /// Our name of an argument, and the JSON of its value where it is not sent.
    pub defaults: &'static [(&'static str, &'static str)],
    /// Our name of an argument that cannot be sent, and the JSON of its value.
    pub set: &'static [(&'static str, &'static str)],
}

impl Alias {
    /// The alias's name of our argument.
    pub(super) fn shown(&self, ours: &'static str) -> &'static str {
        self.renamed.iter().find(|(_, name)| *name == ours).map_or(ours, |(theirs, _)| theirs)
    }

    /// Our name of an argument that is sent as `theirs`; `None` where the alias has none of that name.
    fn ours<'a>(&'a self, theirs: &'a str) -> Option<&'a str> {
        if let Some((_, ours)) = self.renamed.iter().find(|(name, _)| *name == theirs) {
            return Some(ours);
        }
        let taken = self.sets(theirs) || self.renamed.iter().any(|(_, ours)| *ours == theirs);
        (!taken).then_some(theirs)
    }

    pub(super) fn sets(&self, ours: &str) -> bool {
        self.set.iter().any(|(name, _)| *name == ours)
    }

    /// The arguments under our names.
    fn translate(
        &'static self,
        sent: Map<String, Value>,
        members: &[Member],
        check: &mut Check,
    ) -> Map<String, Value> {
        let mut map = Map::new();
        for (name, value) in sent {
            let Some(ours) = self.ours(&name) else {
                check.unknown(&name, &Path::Root, || {
                    let names = members.iter().map(|member| member.name);
                    names.filter(|name| !self.sets(name)).map(|name| self.shown(name)).collect()
                });
                continue;
            };
            let defaulted = self.defaults.iter().any(|(name, _)| *name == ours);
            if !(defaulted && value.is_null() && check.parsing == Parsing::Repair) {
                map.insert(ours.to_owned(), value);
            }
        }
        let absent = self.defaults.iter().filter(|(name, _)| !map.contains_key(*name)).collect::<Vec<_>>();
        for (name, text) in absent.into_iter().chain(self.set) {
            if let Ok(value) = serde_json::from_str(text) {
                map.insert((*name).to_owned(), value);
            }
        }
        map
    }

    /// An example under the alias's names.
    fn example(&self, ours: &str) -> Option<String> {
        let example: Map<String, Value> = serde_json::from_str(ours).ok()?;
        let renamed = example.into_iter().filter(|(name, _)| !self.sets(name)).map(|(name, value)| {
            let theirs = self.renamed.iter().find(|(_, ours)| *ours == name);
            (theirs.map_or(name, |(theirs, _)| (*theirs).to_owned()), value)
        });
        Some(Value::Object(renamed.collect()).to_string())
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

/// Why a `tools/call` request never reached a tool. Answered with a JSON-RPC error, code `-32602`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// No tool has this name.
    UnknownTool,
    /// `arguments` is present and not a JSON object.
    ArgumentsNotAnObject,
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnknownTool => "no tool has this name",
            Self::ArgumentsNotAnObject => "`arguments` is not an object",
        })
    }
}

impl std::error::Error for CallError {}

/// Reads the `arguments` member of a call; left out means `{}`.
///
/// `example` is the JSON of one whole valid call, or empty. With an alias, names and defaults are the alias's, in
/// messages too. Nesting ends at 128 levels, at most 16 problems are told.
///
/// # Errors
///
/// A refused call where `raw` is not an object, else the result that tells the model what to correct.
pub fn parse<T: Typed + DeserializeOwned>(
    raw: Option<&RawValue>,
    example: &'static str,
    alias: Option<&'static Alias>,
    parsing: Parsing,
) -> Result<T, Refusal> {
    let text = match raw.map(|raw| raw.get().trim_start()) {
        None => "{}",
        Some("null") if parsing == Parsing::Repair => "{}",
        Some(text) if text.starts_with('{') => text,
        Some(_) => return Err(Refusal::Call(CallError::ArgumentsNotAnObject)),
    };
    if alias.is_none()
        && reads_alone(T::RULE.resolve())
        && let Ok(arguments) = serde_json::from_str(text)
    {
        return Ok(arguments);
    }
    read(text, alias, parsing).map_err(|problems| {
        let example = match alias {
            Some(alias) => alias.example(example),
            None => (!example.is_empty()).then(|| example.to_owned()),
        };
        Refusal::Answer(Box::new(invalid_arguments(&problems, example.as_deref())))
    })
}

fn read<T: Typed + DeserializeOwned>(
    text: &str,
    alias: Option<&'static Alias>,
    parsing: Parsing,
) -> Result<T, Problems> {
    let mut check = Check::new(parsing);
    let mut map = match tree::read(text, T::RULE).map_err(only)? {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    match T::RULE.resolve() {
        // Arguments of any name: whatever they are is for the tool to say.
        Rule::Map { values: Rule::Any, .. } => {}
        rule => {
            let members = if let Rule::Object(members) = rule { *members } else { &[] };
            if let Some(alias) = alias {
                map = alias.translate(map, members, &mut check);
            }
            check.members(&mut map, members, None, &Path::Root, alias);
        }
    }
    check.finish()?;
    typed(Value::Object(map))
}

/// The typed form of a value that its rule accepts.
pub(super) fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Problems> {
    serde_json::from_value(value).map_err(|error| {
        only(Problem {
            pointer: String::new(),
            rule: format!("cannot be read: {error}"),
            sent: None,
            example: None,
        })
    })
}

pub(super) fn only(problem: Problem) -> Problems {
    let mut problems = Problems::default();
    problems.note(|| problem);
    problems
}

/// Whether serde reads exactly what the rule accepts. It does not where a struct lies deeper, because it reads
/// structs from lists, nor where names are free, because it takes them twice.
fn reads_alone(rule: &Rule) -> bool {
    fn alone(rule: &Rule) -> bool {
        match rule {
            Rule::List { items, .. } => alone(items),
            Rule::Object(_) | Rule::Map { .. } | Rule::Union { .. } | Rule::Later(_) => false,
            _ => true,
        }
    }
    match rule {
        Rule::Object(members) => members.iter().all(|member| alone(member.rule)),
        _ => false,
    }
}

/// All that is wrong with the arguments of a call, in one answer.
pub fn invalid_arguments(problems: &Problems, example: Option<&str>) -> CallToolResult {
    failed(&SharedError::InvalidArgument(correction(problems, example, "argument")))
}

/// `2 arguments need correction: …`, with the problems for programs.
pub(super) fn correction(problems: &Problems, example: Option<&str>, what: &str) -> ErrorDetail {
    let head = match problems.count() {
        1 => format!("1 {what} needs correction"),
        count => format!("{count} {what}s need correction"),
    };
    let detail = ErrorDetail::new(format!("{head}: {problems}")).with_fact("problems", problems.facts());
    match example {
        Some(example) => {
            detail.with_hint(format!("Correct the named {what}s and call again, for example with {example}."))
        }
        None => detail,
    }
}

/// Reads a member that is there, for `#[serde(default, deserialize_with = "…")]` on an optional one: `null` is not
/// taken for absent.
///
/// # Errors
///
/// Those of reading `T`.
pub fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}
