//! Schemas as static data: what the catalog demands of a value.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::{Map, Value};

use super::format::Format;
use super::problem::listed;

/// What a schema demands of one value.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Rule {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number from `min` to `max`; `1.0` and `1e2` are whole numbers. Without `max` it ends at `u64::MAX`,
    /// without `min` at `i64::MIN`.
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
    /// A string. Lengths count characters (Unicode scalar values), as JSON Schema does.
    Text {
        /// Fewest characters.
        min: Option<u64>,
        /// Most characters.
        max: Option<u64>,
        /// A regular expression that is found somewhere in the text.
        pattern: Option<Pattern>,
        /// What kind of text it is.
        format: Option<Format>,
    },
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// A list of `min` to `max` items.
    List {
        /// What each item must be.
        items: &'static Rule,
        /// Fewest items.
        min: Option<u64>,
        /// Most items.
        max: Option<u64>,
        /// No item equals another.
        unique: bool,
    },
    /// An object with these members and no others.
    Object(&'static [Member]),
    /// An object with members of any name.
    Map {
        /// What each member's value must be.
        values: &'static Rule,
        /// Most members.
        max: Option<u64>,
    },
    /// One of several objects, told apart by the member `tag`.
    Union {
        /// The required string member that names the variant.
        tag: &'static str,
        /// For each value of the tag, the other members.
        variants: &'static [(&'static str, &'static [Member])],
    },
    /// The rule of a type that contains itself: constants may not go in circles, functions may.
    ///
    /// ```
    /// # use lockstep_runtime::contract::{Member, Presence, Rule, Typed};
    /// struct Tree { children: Vec<Tree> }
    ///
    /// impl Typed for Tree {
    ///     const RULE: &'static Rule = &Rule::Later(|| &TREE);
    /// }
    ///
    /// static TREE: Rule =
    ///     Rule::Object(&[Member::new("children", <Vec<Tree> as Typed>::RULE, Presence::Required, "[]")]);
    /// # let _ = |tree: Tree| tree.children;
    /// ```
    Later(fn() -> &'static Rule),
}

impl Rule {
    /// The rule itself where this one stands for a later one.
    pub fn resolve(&'static self) -> &'static Self {
        match self {
            Self::Later(rule) => rule().resolve(),
            rule => rule,
        }
    }
}

/// A regular expression of the catalog.
#[derive(Clone, Copy)]
pub struct Pattern {
    /// The expression as the catalog has it.
    pub text: &'static str,
    /// Whether it is found somewhere in a text.
    pub matches: fn(&str) -> bool,
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Pattern").field(&self.text).finish()
    }
}

/// One member of an object.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Member {
    /// Name in JSON.
    pub name: &'static str,
    /// What its value must be.
    pub rule: &'static Rule,
    /// Whether it may be left out.
    pub presence: Presence,
    /// JSON text of a valid value; empty if the catalog has none.
    pub example: &'static str,
}

impl Member {
    /// Describes one member; called by generated code.
    pub const fn new(
        name: &'static str,
        rule: &'static Rule,
        presence: Presence,
        example: &'static str,
    ) -> Self {
        Self { name, rule, presence, example }
    }
}

/// Whether a member may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// It must be there.
    Required,
    /// It may be left out.
    Optional,
    /// It may be left out and then has the catalog's default.
    Default,
}

/// A type whose values a [`Rule`] describes.
pub trait Typed {
    /// What its JSON must be.
    const RULE: &'static Rule;
}

/// Text of any length.
pub(super) const TEXT: Rule = Rule::Text { min: None, max: None, pattern: None, format: None };

macro_rules! typed {
    ($($type:ty => $rule:expr;)+) => {
        $(impl Typed for $type {
            const RULE: &'static Rule = &$rule;
        })+
    };
}

typed! {
    bool => Rule::Boolean;
    i64 => Rule::Integer { min: Some(i64::MIN), max: Some(i64::MAX) };
    u32 => Rule::Integer { min: Some(0), max: Some(u32::MAX as i64) };
    u64 => Rule::Integer { min: Some(0), max: None };
    f64 => Rule::Number { min: None, max: None };
    String => TEXT;
    Value => Rule::Any;
    Map<String, Value> => Rule::Map { values: &Rule::Any, max: None };
    Ipv4Addr => Rule::Text { min: None, max: None, pattern: None, format: Some(Format::Ipv4) };
    Ipv6Addr => Rule::Text { min: None, max: None, pattern: None, format: Some(Format::Ipv6) };
}

impl<T: Typed> Typed for Vec<T> {
    const RULE: &'static Rule = &Rule::List { items: T::RULE, min: None, max: None, unique: false };
}

impl<T: Typed> Typed for BTreeMap<String, T> {
    const RULE: &'static Rule = &Rule::Map { values: T::RULE, max: None };
}

impl<T: Typed> Typed for Box<T> {
    const RULE: &'static Rule = T::RULE;
}

/// `must be …`
impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Later(rule) = self {
            return rule().fmt(formatter);
        }
        formatter.write_str("must be ")?;
        match self {
            Self::Later(_) => Ok(()),
            Self::Any => formatter.write_str("a JSON value"),
            Self::Boolean => formatter.write_str("true or false"),
            Self::Integer { min, max } => {
                let (min, max) = (min.filter(|min| *min > i64::MIN), max.filter(|max| *max < i64::MAX));
                write!(formatter, "a whole number{}", range(min, max))
            }
            Self::Number { min, max } => write!(formatter, "a number{}", range(*min, *max)),
            Self::Text { min, max, pattern, format } => {
                let kind = format.map_or("a string", Format::describe);
                write!(formatter, "{kind}{}", count(*min, *max, "character"))?;
                pattern.map_or(Ok(()), |pattern| write!(formatter, " that matches `{}`", pattern.text))
            }
            Self::Choice(values) => write!(formatter, "one of {}", listed(values)),
            Self::List { min, max, unique, .. } => {
                let item = if *unique { "different item" } else { "item" };
                match count(*min, *max, item) {
                    bounds if bounds.is_empty() && *unique => {
                        formatter.write_str("a list of different items")
                    }
                    bounds => write!(formatter, "a list{bounds}"),
                }
            }
            Self::Object([]) => formatter.write_str("an object without members"),
            Self::Object(members) => {
                let names: Vec<&str> = members.iter().map(|member| member.name).collect();
                write!(formatter, "an object with {}", listed(&names))
            }
            Self::Map { max, .. } => {
                write!(formatter, "an object{}", count(None, *max, "member"))
            }
            Self::Union { tag, variants } => {
                let names: Vec<&str> = variants.iter().map(|(name, _)| *name).collect();
                write!(formatter, "an object whose `{tag}` is one of {}", listed(&names))
            }
        }
    }
}

/// ` from 1 to 5` and its kin; empty without bounds.
fn range<T: fmt::Display>(min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (None, None) => String::new(),
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(" of {min} or more"),
        (None, Some(max)) => format!(" of at most {max}"),
    }
}

/// ` of at most 3 items` and its kin; empty without bounds.
fn count(min: Option<u64>, max: Option<u64>, unit: &str) -> String {
    let unit = |last: u64| if last == 1 { unit.to_owned() } else { format!("{unit}s") };
    match (min.filter(|min| *min > 0), max) {
        (None, None) => String::new(),
        (Some(min), Some(max)) if min == max => format!(" of exactly {min} {}", unit(max)),
        (Some(min), Some(max)) => format!(" of {min} to {max} {}", unit(max)),
        (Some(min), None) => format!(" of {min} or more {}", unit(0)),
        (None, Some(max)) => format!(" of at most {max} {}", unit(max)),
    }
}
