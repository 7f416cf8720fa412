//! Bounds, defaults and examples in words, for formats and APIs that cannot say them otherwise.

use std::fmt::Display;

use serde_json::Value;

use crate::catalog::{Format, Kind, Member, Schema};

/// The bounds of a value, a phrase each: `1 to 64 characters`, `at most 32 items`.
pub(super) fn bounds(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::String { min, max, pattern, format } => {
            [length(*min, *max), pattern.as_deref().map(matching), format.map(format_phrase)]
                .into_iter()
                .flatten()
                .collect()
        }
        Kind::Integer { min, max } => range(*min, *max, "").into_iter().collect(),
        Kind::Number { min, max } => range(*min, *max, "").into_iter().collect(),
        Kind::Array { min, max, unique, .. } => {
            [range(*min, *max, " items"), unique.then(|| "no item twice".to_owned())]
                .into_iter()
                .flatten()
                .collect()
        }
        Kind::Map { max, .. } => range(None, *max, " members").into_iter().collect(),
        _ => vec![],
    }
}

pub(super) fn length(min: Option<u64>, max: Option<u64>) -> Option<String> {
    range(min, max, " characters")
}

pub(super) fn matching(pattern: &str) -> String {
    format!("matches `{pattern}`")
}

pub(super) fn format_phrase(format: Format) -> String {
    match format {
        Format::Date => "a date such as 2026-07-28".to_owned(),
        Format::DateTime => "a date and time of RFC 3339".to_owned(),
        Format::Email => "an email address".to_owned(),
        Format::Ipv4 => "an IPv4 address".to_owned(),
        Format::Ipv6 => "an IPv6 address".to_owned(),
        Format::Uri => "a URI".to_owned(),
        Format::Uuid => "a UUID".to_owned(),
    }
}

fn range<T: Display + PartialEq>(min: Option<T>, max: Option<T>, unit: &str) -> Option<String> {
    Some(match (min, max) {
        (None, None) => return None,
        (Some(min), Some(max)) if min == max => format!("exactly {min}{unit}"),
        (Some(min), Some(max)) => format!("{min} to {max}{unit}"),
        (Some(min), None) => format!("{min} or more{unit}"),
        (None, Some(max)) => format!("at most {max}{unit}"),
    })
}

/// `description`, then each of `facts` as a sentence.
pub(super) fn sentences(description: Option<&str>, facts: &[String]) -> Option<String> {
    let mut text = description.unwrap_or_default().trim_end().to_owned();
    for fact in facts {
        if !text.is_empty() {
            text.push_str(if text.ends_with(['.', '!', '?', ':']) { " " } else { ". " });
        }
        let mut letters = fact.chars();
        text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(letters.as_str());
        text.push('.');
    }
    (!text.is_empty()).then_some(text)
}

/// `default 100`.
pub(super) fn default(member: &Member) -> Option<String> {
    member.default.as_ref().map(|value| format!("default {value}"))
}

/// `such as "a" or "b"`.
pub(super) fn examples(schema: &Schema) -> Option<String> {
    let texts: Vec<String> = schema.examples.iter().map(Value::to_string).collect();
    (!texts.is_empty()).then(|| format!("such as {}", texts.join(" or ")))
}

/// The description of a schema or else of the type it names, with its bounds; of a member also its default.
pub(super) fn documentation(schema: &Schema, member: Option<&Member>) -> Option<String> {
    let mut facts = bounds(&schema.kind);
    facts.extend(member.and_then(default));
    facts.extend(examples(schema));
    sentences(schema.description.as_deref(), &facts)
}
