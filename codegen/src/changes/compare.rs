//! Compares members and schemas, and keeps what is found.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::{CatalogChange, CatalogChangeKind as Change, place};
use crate::catalog::{Catalog, Kind, Member, Schema, Spot, Variant};

/// Whether callers send it or get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    In,
    Out,
}

pub(super) struct Compare<'a> {
    pub(super) older: &'a Catalog,
    pub(super) newer: &'a Catalog,
    subject: (&'static str, String),
    /// Where differences are said to be that have no place of their own.
    whole: Spot,
    /// Pairs of types under comparison: a type may contain itself.
    open: Vec<(String, String)>,
    /// Pairs that were found to be the same, so that types that use each other twice are not compared for ever.
    same: BTreeSet<(String, String)>,
    changes: Vec<CatalogChange>,
}

impl<'a> Compare<'a> {
    pub(super) fn new(older: &'a Catalog, newer: &'a Catalog) -> Self {
        let subject = ("catalog", String::new());
        Self {
            older,
            newer,
            subject,
            whole: newer.at,
            open: Vec::new(),
            same: BTreeSet::new(),
            changes: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Vec<CatalogChange> {
        self.changes
    }

    /// What the following is about.
    pub(super) fn subject(&mut self, subject: &'static str, name: &str, whole: Spot) {
        self.subject = (subject, name.to_owned());
        self.whole = whole;
    }

    pub(super) fn say(&mut self, at: &str, spot: Spot, kind: Change, breaking: bool, text: String) {
        self.push(at, place(self.newer, spot), kind, breaking, text);
    }

    /// The same of a place in the older catalog.
    pub(super) fn say_of_older(&mut self, at: &str, spot: Spot, kind: Change, breaking: bool, text: String) {
        self.push(at, place(self.older, spot), kind, breaking, text);
    }

    fn push(&mut self, at: &str, place: (String, usize, usize), kind: Change, breaking: bool, text: String) {
        let (subject, name) = self.subject.clone();
        let (file, line, column) = place;
        let at = (!at.is_empty()).then(|| at.to_owned());
        self.changes.push(CatalogChange { subject, name, at, kind, breaking, text, file, line, column });
    }

    /// What came and went among resources or prompts.
    pub(super) fn names<'n>(
        &mut self,
        subject: &'static str,
        older: impl Iterator<Item = (&'n String, Spot)>,
        newer: impl Iterator<Item = (&'n String, Spot)>,
    ) {
        let (older, newer): (Vec<_>, Vec<_>) = (older.collect(), newer.collect());
        for (name, spot) in older.iter().filter(|(name, _)| !newer.iter().any(|(new, _)| new == name)) {
            self.subject(subject, name, *spot);
            self.say_of_older("", *spot, Change::Removed, true, "it is no longer there".to_owned());
        }
        for (name, spot) in newer.iter().filter(|(name, _)| !older.iter().any(|(old, _)| old == name)) {
            self.subject(subject, name, *spot);
            self.say("", *spot, Change::Added, false, "it is new".to_owned());
        }
    }

    /// Something that is on or off; `breaks` is the state that takes something from callers.
    pub(super) fn flag(&mut self, at: &str, spot: Spot, was: bool, is: bool, breaks: bool, what: &str) {
        if was != is {
            let kind = if is { Change::TurnedOn } else { Change::TurnedOff };
            let text = if is { format!("{what} now") } else { format!("no longer: {what}") };
            self.say(at, spot, kind, is == breaks, text);
        }
    }

    /// A limit; absent means none, as far as the catalog is concerned.
    pub(super) fn limit(
        &mut self,
        at: &str,
        spot: Spot,
        was: Option<u64>,
        is: Option<u64>,
        words: impl Fn(u64) -> String,
    ) {
        let lower = match (was, is) {
            (was, is) if was == is => return,
            (Some(was), Some(is)) => is < was,
            (None, _) => true,
            (_, None) => false,
        };
        let said = |value: Option<u64>| value.map_or_else(|| "not limited".to_owned(), &words);
        let kind = if lower { Change::Lowered } else { Change::Raised };
        self.say(at, spot, kind, lower, format!("{}, was {}", said(is), said(was)));
    }

    pub(super) fn texts(&mut self, spot: Spot, older: [&str; 2], newer: [&str; 2]) {
        for ((at, was), is) in ["title", "description"].into_iter().zip(older).zip(newer) {
            if was != is {
                self.say(at, spot, Change::Changed, false, format!("the {at} is another"));
            }
        }
    }

    pub(super) fn members(&mut self, at: &str, older: &[Member], newer: &[Member], direction: Direction) {
        for was in older {
            let path = format!("{at}.{}", was.name);
            match newer.iter().find(|is| is.name == was.name) {
                Some(is) => self.member(&path, was, is, direction),
                None => self.removed(&path, was, older, newer),
            }
        }
        for is in newer.iter().filter(|is| !older.iter().any(|was| was.name == is.name)) {
            let breaking = direction == Direction::In && is.required;
            let text = if is.required { "it is new and required" } else { "it is new" };
            self.say(&format!("{at}.{}", is.name), is.at, Change::Added, breaking, text.to_owned());
        }
    }

    /// Closed objects refuse what they do not know, and readers miss what is gone.
    fn removed(&mut self, path: &str, was: &Member, older: &[Member], newer: &[Member]) {
        let same = |is: &&Member| {
            !older.iter().any(|old| old.name == is.name)
                && is.required == was.required
                && self.newer.plain_schema(std::slice::from_ref(&anonymous(is)))
                    == self.older.plain_schema(std::slice::from_ref(&anonymous(was)))
        };
        match newer.iter().find(same) {
            Some(is) => {
                let text = format!("it is called `{}` now", is.name);
                self.say(path, is.at, Change::Renamed, true, text);
            }
            None => {
                self.say_of_older(path, was.at, Change::Removed, true, "it is no longer there".to_owned())
            }
        }
    }

    fn member(&mut self, path: &str, was: &Member, is: &Member, direction: Direction) {
        match (was.required, is.required) {
            (false, true) => {
                let breaking = direction == Direction::In;
                self.say(path, is.at, Change::MadeRequired, breaking, "it is required now".to_owned());
            }
            (true, false) => {
                let breaking = direction == Direction::Out;
                self.say(path, is.at, Change::MadeOptional, breaking, "it may be absent now".to_owned());
            }
            _ => {}
        }
        if was.default != is.default {
            let said = |member: &Member| {
                member.default.as_ref().map_or_else(|| "none".to_owned(), |value| format!("`{value}`"))
            };
            let text = format!("the default is {}, was {}", said(is), said(was));
            self.say(path, is.at, Change::DefaultChanged, false, text);
        }
        if was.header != is.header {
            let text = match &is.header {
                Some(header) => format!("it must stand in `Mcp-Param-{header}`, too"),
                None => "it stands in no header any more".to_owned(),
            };
            self.say(path, is.at, Change::Changed, is.header.is_some(), text);
        }
        let whole = std::mem::replace(&mut self.whole, is.at);
        self.schema(path, &was.schema, &is.schema, direction);
        self.whole = whole;
    }

    fn schema(&mut self, path: &str, was: &Schema, is: &Schema, direction: Direction) {
        if let (Kind::Ref(old), Kind::Ref(new)) = (&was.kind, &is.kind) {
            let pair = (old.clone(), new.clone());
            if self.open.contains(&pair) || self.same.contains(&pair) {
                return;
            }
            self.open.push(pair);
            let known = self.changes.len();
            if let (Some(was), Some(is)) = (self.older.types.get(old), self.newer.types.get(new)) {
                self.schema(path, was, is, direction);
            }
            if let Some(pair) = self.open.pop().filter(|_| self.changes.len() == known) {
                self.same.insert(pair);
            }
            return;
        }
        match (&was.kind, &is.kind) {
            (Kind::Ref(name), _) => {
                if let Some(was) = self.older.types.get(name) {
                    self.schema(path, was, is, direction);
                }
            }
            (_, Kind::Ref(name)) => {
                if let Some(is) = self.newer.types.get(name) {
                    self.schema(path, was, is, direction);
                }
            }
            (old, new) => self.kinds(path, old, new, direction),
        }
    }

    fn kinds(&mut self, path: &str, was: &Kind, is: &Kind, direction: Direction) {
        match (was, is) {
            (Kind::Any, Kind::Any) | (Kind::Boolean, Kind::Boolean) => {}
            (
                Kind::String { min, max, pattern, format },
                Kind::String { min: new_min, max: new_max, pattern: new_pattern, format: new_format },
            ) => {
                self.bounds(path, "characters", (min, max), (new_min, new_max), direction);
                self.mark(path, "pattern", pattern.as_deref(), new_pattern.as_deref(), direction);
                let format = format.map(|format| format.as_str());
                self.mark(path, "format", format, new_format.map(|format| format.as_str()), direction);
            }
            (Kind::Choice(old), Kind::Choice(new)) => self.values(path, "value", old, new, direction),
            (Kind::Integer { min, max }, Kind::Integer { min: new_min, max: new_max }) => {
                self.bounds(path, "", (min, max), (new_min, new_max), direction);
            }
            (Kind::Number { min, max }, Kind::Number { min: new_min, max: new_max }) => {
                self.bounds(path, "", (min, max), (new_min, new_max), direction);
            }
            (
                Kind::Array { items, min, max, unique },
                Kind::Array { items: new_items, min: new_min, max: new_max, unique: new_unique },
            ) => {
                self.bounds(path, "items", (min, max), (new_min, new_max), direction);
                let [old, new] = [unique, new_unique].map(|unique| unique.then_some("true"));
                self.mark(path, "uniqueItems", old, new, direction);
                self.schema(&format!("{path}[]"), items, new_items, direction);
            }
            (Kind::Object(old), Kind::Object(new)) => self.members(path, old, new, direction),
            (Kind::Map { values, max }, Kind::Map { values: new_values, max: new_max }) => {
                self.bounds(path, "members", (&None, max), (&None, new_max), direction);
                self.schema(&format!("{path}{{}}"), values, new_values, direction);
            }
            (Kind::Union { tag, variants }, Kind::Union { tag: new_tag, variants: new })
                if tag == new_tag =>
            {
                let values = |variants: &[Variant]| -> Vec<String> {
                    variants.iter().map(|variant| variant.value.clone()).collect()
                };
                self.values(path, "alternative", &values(variants), &values(new), direction);
                for was in variants {
                    if let Some(is) = new.iter().find(|is| is.value == was.value) {
                        self.members(&format!("{path}({})", was.value), &was.members, &is.members, direction);
                    }
                }
            }
            (old, new) => self.another(path, old, new, direction),
        }
    }

    fn another(&mut self, path: &str, was: &Kind, is: &Kind, direction: Direction) {
        let text = format!("it is {}, was {}", described(is), described(was));
        match (was, is) {
            (_, Kind::Any) | (Kind::Integer { .. }, Kind::Number { min: None, max: None }) => {
                self.room(path, true, direction, text);
            }
            (Kind::Choice(_), Kind::String { min: None, max: None, pattern: None, format: None }) => {
                self.room(path, true, direction, text);
            }
            (Kind::Any, _) | (Kind::Number { min: None, max: None }, Kind::Integer { .. }) => {
                self.room(path, false, direction, text);
            }
            (Kind::String { min: None, max: None, pattern: None, format: None }, Kind::Choice(_)) => {
                self.room(path, false, direction, text);
            }
            _ => self.say(path, self.whole, Change::Changed, true, text),
        }
    }

    /// More room breaks readers, less room breaks callers.
    fn room(&mut self, path: &str, more: bool, direction: Direction, text: String) {
        let kind = if more { Change::Widened } else { Change::Narrowed };
        self.say(path, self.whole, kind, more == (direction == Direction::Out), text);
    }

    fn bounds<T: PartialOrd + Copy + Display>(
        &mut self,
        path: &str,
        unit: &str,
        was: (&Option<T>, &Option<T>),
        is: (&Option<T>, &Option<T>),
        direction: Direction,
    ) {
        let said = |bound: &Option<T>| bound.map_or_else(|| "none".to_owned(), |bound| bound.to_string());
        let unit = if unit.is_empty() { String::new() } else { format!(" of {unit}") };
        for (what, was, is, up_is_more) in [("least", was.0, is.0, false), ("most", was.1, is.1, true)] {
            let more = match (was, is) {
                (None, None) => continue,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(was), Some(is)) if was == is => continue,
                (Some(was), Some(is)) => (is > was) == up_is_more,
            };
            let text = format!("the {what}{unit} is {}, was {}", said(is), said(was));
            self.room(path, more, direction, text);
        }
    }

    /// A constraint of which nobody can say which is the narrower.
    fn mark(&mut self, path: &str, what: &str, was: Option<&str>, is: Option<&str>, direction: Direction) {
        match (was, is) {
            (was, is) if was == is => {}
            (None, Some(is)) => self.room(path, false, direction, format!("`{what}` is `{is}`, was none")),
            (Some(was), None) => self.room(path, true, direction, format!("`{what}` is gone, was `{was}`")),
            (Some(was), Some(is)) => {
                let text = format!("`{what}` is `{is}`, was `{was}`");
                self.say(path, self.whole, Change::Changed, true, text);
            }
            _ => {}
        }
    }

    fn values(&mut self, path: &str, what: &str, was: &[String], is: &[String], direction: Direction) {
        for value in was.iter().filter(|value| !is.contains(value)) {
            self.room(path, false, direction, format!("the {what} `{value}` is gone"));
        }
        for value in is.iter().filter(|value| !was.contains(value)) {
            self.room(path, true, direction, format!("the {what} `{value}` is new"));
        }
    }
}

/// The member under a name that says nothing, for comparison.
fn anonymous(member: &Member) -> Member {
    Member { name: "member".to_owned(), default: None, ..member.clone() }
}

fn described(kind: &Kind) -> &'static str {
    match kind {
        Kind::Any => "any value",
        Kind::Ref(_) => "a type",
        Kind::String { .. } => "a string",
        Kind::Choice(_) => "one of some strings",
        Kind::Integer { .. } => "an integer",
        Kind::Number { .. } => "a number",
        Kind::Boolean => "a boolean",
        Kind::Array { .. } => "a list",
        Kind::Object(_) => "an object",
        Kind::Map { .. } => "a map",
        Kind::Union { .. } => "a union",
    }
}
