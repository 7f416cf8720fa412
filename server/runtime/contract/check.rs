//! Holds a JSON value against a rule: notes all problems at once, repairs what leaves no doubt.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::arguments::{Alias, Parsing};
use super::problem::{Path, Problem, Problems, nearest, short, suggestion};
use super::rule::{Member, Presence, Rule};
use super::tree;

impl Rule {
    /// Holds `value` against this rule and returns it in one spelling: whole numbers written `1.0` become `1`, and
    /// with [`Parsing::Repair`] what leaves no doubt is repaired.
    ///
    /// # Errors
    ///
    /// All that is wrong with the value, with pointers from its root.
    pub fn check(&'static self, mut value: Value, parsing: Parsing) -> Result<Value, Problems> {
        let mut check = Check::new(parsing);
        check.value(&mut value, self, &Path::Root, "");
        check.finish().map(|()| value)
    }

    /// Whether the schema accepts `value` exactly as it is.
    pub fn accepts(&'static self, value: &Value) -> bool {
        self.check(value.clone(), Parsing::Strict).is_ok()
    }

    /// Whether a text fits; only rules for text and choices, and the one that takes anything, have texts that do.
    pub(super) fn fits_text(&self, text: &str) -> bool {
        match self {
            Self::Text { min, max, pattern, format } => {
                let counted = min.is_none() && max.is_none() || within(text.chars().count(), *min, *max);
                counted
                    && pattern.is_none_or(|pattern| (pattern.matches)(text))
                    && format.is_none_or(|format| format.accepts(text))
            }
            Self::Choice(values) => values.contains(&text),
            _ => matches!(self, Self::Any),
        }
    }
}

/// One value being checked.
pub(super) struct Check {
    pub(super) parsing: Parsing,
    pub(super) problems: Problems,
    /// How many strings the value came out of.
    unpacked: u8,
}

impl Check {
    /// Lists and objects in strings in strings are unpacked this often.
    const MOST_UNPACKED: u8 = 2;

    pub(super) fn new(parsing: Parsing) -> Self {
        Self { parsing, problems: Problems::default(), unpacked: 0 }
    }

    pub(super) fn finish(self) -> Result<(), Problems> {
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }

    fn value(&mut self, value: &mut Value, rule: &'static Rule, path: &Path<'_>, example: &'static str) {
        let rule = rule.resolve();
        if let Some(repaired) = self.repaired(value, rule) {
            *value = repaired;
            return;
        }
        match (rule, &mut *value) {
            (Rule::Any, _) | (Rule::Boolean, Value::Bool(_)) => {}
            (Rule::Integer { min, max }, Value::Number(number)) => match whole(number, *min, *max) {
                Some(number) => *value = Value::Number(number),
                None => self.refuse(value, rule, path, example),
            },
            (Rule::Number { min, max }, Value::Number(number)) if real(number, *min, *max) => {}
            (Rule::Text { .. } | Rule::Choice(_), Value::String(text)) if rule.fits_text(text) => {}
            (Rule::List { items, min, max, unique }, Value::Array(list)) => {
                if !within(list.len(), *min, *max) {
                    self.refuse(&Value::Array(list.clone()), rule, path, example);
                }
                for (index, item) in list.iter_mut().enumerate() {
                    self.value(item, items, &Path::Index(path, index), "");
                }
                if *unique && let Some((first, again)) = repeated(list) {
                    self.problems.note(|| Problem {
                        pointer: Path::Index(path, again).pointer(),
                        rule: format!("must not repeat `{}`", Path::Index(path, first).pointer()),
                        sent: None,
                        example: None,
                    });
                }
            }
            (Rule::Object(members), Value::Object(map)) => self.members(map, members, None, path, None),
            (Rule::Map { values, max }, Value::Object(map)) => {
                if !within(map.len(), None, *max) {
                    self.refuse(&Value::Object(map.clone()), rule, path, example);
                }
                for (name, value) in map.iter_mut() {
                    self.value(value, values, &Path::Name(path, name), "");
                }
            }
            (Rule::Union { tag, variants }, Value::Object(map)) => self.union(map, tag, variants, path),
            _ => self.refuse(value, rule, path, example),
        }
    }

    /// The value of a string that holds the JSON of what is wanted and nothing else.
    fn repaired(&self, value: &Value, rule: &'static Rule) -> Option<Value> {
        let Value::String(text) = value else { return None };
        if self.parsing == Parsing::Strict {
            return None;
        }
        let starts = |allowed: fn(u8) -> bool| text.trim_start().bytes().next().is_some_and(allowed);
        let worth_reading = match rule {
            Rule::Integer { .. } | Rule::Number { .. } => {
                text.len() <= 64 && starts(|first| first == b'-' || first.is_ascii_digit())
            }
            Rule::Boolean => matches!(text.trim(), "true" | "false"),
            _ if self.unpacked == Self::MOST_UNPACKED => false,
            Rule::List { .. } => starts(|first| first == b'['),
            Rule::Object(_) | Rule::Map { .. } | Rule::Union { .. } => starts(|first| first == b'{'),
            _ => false,
        };
        if !worth_reading {
            return None;
        }
        let mut value = tree::read(text.trim(), rule).ok()?;
        let mut inner = Self { unpacked: self.unpacked + 1, ..Self::new(self.parsing) };
        inner.value(&mut value, rule, &Path::Root, "");
        inner.problems.is_empty().then_some(value)
    }

    /// Checks the members of an object. `tag` is a member that was checked before; with an alias, its names are told.
    pub(super) fn members(
        &mut self,
        map: &mut Map<String, Value>,
        members: &'static [Member],
        tag: Option<&'static str>,
        path: &Path<'_>,
        alias: Option<&'static Alias>,
    ) {
        let shown = |name: &'static str| alias.map_or(name, |alias| alias.shown(name));
        for member in members.iter().filter(|member| tag != Some(member.name)) {
            let here = Path::Name(path, shown(member.name));
            if self.left_out(member, map.get(member.name)) {
                map.remove(member.name);
            }
            match map.get_mut(member.name) {
                Some(value) => self.value(value, member.rule, &here, member.example),
                None if member.presence == Presence::Required => {
                    let rule = format_args!("is required and {}", member.rule);
                    self.note(&here, rule, None, example(member.rule.resolve(), member.example, None));
                }
                None => {}
            }
        }
        let known = |name: &str| tag == Some(name) || members.iter().any(|member| member.name == name);
        for name in map.keys().filter(|name| !known(name)) {
            self.unknown(name, path, || {
                let names = members.iter().map(|member| member.name);
                let sent = names.filter(|name| alias.is_none_or(|alias| !alias.sets(name))).map(shown);
                tag.into_iter().chain(sent).collect()
            });
        }
    }

    /// Whether `null` stands for a member that was left out.
    fn left_out(&self, member: &Member, value: Option<&Value>) -> bool {
        self.parsing == Parsing::Repair
            && member.presence != Presence::Required
            && !matches!(member.rule.resolve(), Rule::Any)
            && value.is_some_and(Value::is_null)
    }

    fn union(
        &mut self,
        map: &mut Map<String, Value>,
        tag: &'static str,
        variants: &'static [(&'static str, &'static [Member])],
        path: &Path<'_>,
    ) {
        let found = map.get(tag);
        let variant =
            found.and_then(Value::as_str).and_then(|found| variants.iter().find(|(name, _)| *name == found));
        if let Some((_, members)) = variant {
            return self.members(map, members, Some(tag), path, None);
        }
        let names: Vec<&'static str> = variants.iter().map(|(name, _)| *name).collect();
        let near = found.and_then(Value::as_str).and_then(|found| nearest(found, &names));
        let first = near.or(names.first().copied());
        let demand = super::problem::listed(&names);
        let required = if found.is_none() { "is required and " } else { "" };
        self.note(
            &Path::Name(path, tag),
            format_args!("{required}must be one of {demand}"),
            found,
            first.map(|name| short(&name)),
        );
    }

    /// Notes a member that the schema does not have.
    pub(super) fn unknown(&mut self, name: &str, path: &Path<'_>, known: impl FnOnce() -> Vec<&'static str>) {
        self.problems.note(|| Problem {
            pointer: Path::Name(path, name).pointer(),
            rule: format!("is not known{}", suggestion(name, &known())),
            sent: None,
            example: None,
        });
    }

    fn refuse(&mut self, value: &Value, rule: &'static Rule, path: &Path<'_>, given: &'static str) {
        let near = match rule {
            Rule::Choice(values) => value.as_str().and_then(|text| nearest(text, values)),
            _ => None,
        };
        self.note(path, format_args!("{rule}"), Some(value), example(rule, given, near));
    }

    fn note(
        &mut self,
        path: &Path<'_>,
        rule: std::fmt::Arguments<'_>,
        sent: Option<&Value>,
        example: Option<String>,
    ) {
        self.problems.note(|| Problem {
            pointer: path.pointer(),
            rule: rule.to_string(),
            sent: sent.map(short),
            example,
        });
    }
}

/// JSON of a value that the rule accepts: the nearest one that was likely meant, the catalog's, or a general one.
fn example(rule: &Rule, given: &str, near: Option<&str>) -> Option<String> {
    if let Some(near) = near {
        return Some(short(&near));
    }
    match rule {
        _ if !given.is_empty() => Some(given.to_owned()),
        Rule::Boolean => Some("true".to_owned()),
        Rule::Choice([first, ..]) => Some(short(first)),
        Rule::Text { min: None, max: None, pattern: None, format: Some(format) } => {
            Some(short(&format.example()))
        }
        _ => None,
    }
}

pub(super) fn within(count: usize, min: Option<u64>, max: Option<u64>) -> bool {
    let count = count as u64;
    min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)
}

/// The number as an integer, if it is one within the bounds.
fn whole(number: &Number, min: Option<i64>, max: Option<i64>) -> Option<Number> {
    let whole = integer(number)?;
    let fits = min.is_none_or(|min| whole >= min.into()) && max.is_none_or(|max| whole <= max.into());
    let number = i64::try_from(whole).map(Number::from).or_else(|_| u64::try_from(whole).map(Number::from));
    number.ok().filter(|_| fits)
}

/// The value of a number without a fraction, if 64 bits hold it.
fn integer(number: &Number) -> Option<i128> {
    if let Some(whole) = number.as_i64() {
        return Some(whole.into());
    }
    if let Some(whole) = number.as_u64() {
        return Some(whole.into());
    }
    let float = number.as_f64()?;
    let whole =
        float.fract() == 0.0 && (-9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0).contains(&float);
    whole.then_some(float as i128)
}

fn real(number: &Number, min: Option<f64>, max: Option<f64>) -> bool {
    number.as_f64().is_some_and(|number| {
        number.is_finite() && min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)
    })
}

/// The places of the first two equal items. Numbers are equal by value (`1` and `1.0`), objects whatever their order.
pub(super) fn repeated(list: &[Value]) -> Option<(usize, usize)> {
    let mut seen = HashMap::with_capacity(list.len());
    list.iter().enumerate().find_map(|(index, item)| {
        let mut key = String::new();
        write_canonical(&mut key, item);
        seen.insert(key, index).map(|first| (first, index))
    })
}

/// One spelling for all values that are equal.
fn write_canonical(out: &mut String, value: &Value) {
    // Writing into a `String` cannot fail.
    let _ = match value {
        Value::Number(number) => match integer(number) {
            Some(whole) => write!(out, "{whole}"),
            None => write!(out, "{:e}", number.as_f64().unwrap_or_default()),
        },
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(out, item);
                out.push(',');
            }
            write!(out, "]")
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (name, value) in members {
                let _ = write!(out, "{}:", Value::from(name.as_str()));
                write_canonical(out, value);
                out.push(',');
            }
            write!(out, "}}")
        }
        Value::Null | Value::Bool(_) | Value::String(_) => write!(out, "{value}"),
    };
}
