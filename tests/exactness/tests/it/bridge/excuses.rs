//! Where a bridge changes what the other side would know as well, each with its reason.

use std::collections::BTreeSet;

use lockstep_exactness::{Route, Way};
use serde_json::Value;

use super::leaves::is_below;

/// Revisions, message, a pattern of the pointer (`*` one segment, `**` any number) and more that must hold.
struct Excuse {
    way: Way,
    revisions: &'static [&'static str],
    pattern: &'static str,
    holds: fn(&Value, &str) -> bool,
    why: &'static str,
}

const ALL: &[&str] = &["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const BEFORE_DIALECTS: &[&str] = &["2024-11-05", "2025-03-26", "2025-06-18"];

const EXCUSES: &[Excuse] = &[
    Excuse {
        way: Way::Down,
        revisions: ALL,
        pattern: "_meta/io.modelcontextprotocol~1serverInfo/**",
        holds: always,
        why: "a word of 2026-07-28 in an object that is open everywhere",
    },
    Excuse {
        way: Way::Down,
        revisions: ALL,
        pattern: "params/_meta/io.modelcontextprotocol~1subscriptionId",
        holds: always,
        why: "a word of 2026-07-28 in an object that is open everywhere",
    },
    Excuse {
        way: Way::Down,
        revisions: ALL,
        pattern: "resultType",
        holds: always,
        why: "the plain `Result` is open everywhere, and this is a word of 2026-07-28",
    },
    Excuse {
        way: Way::Down,
        revisions: BEFORE_DIALECTS,
        pattern: "**/inputSchema/$schema",
        holds: is_newer_dialect,
        why: "clients of these revisions know draft-07 at most",
    },
    Excuse {
        way: Way::Down,
        revisions: &["2025-06-18"],
        pattern: "**/outputSchema/$schema",
        holds: is_newer_dialect,
        why: "clients of this revision know draft-07 at most",
    },
    Excuse {
        way: Way::Down,
        revisions: &["2025-06-18", "2025-11-25"],
        pattern: "**/outputSchema/**",
        holds: |document, pointer| {
            let end = pointer.find("/outputSchema").unwrap_or_default() + "/outputSchema".len();
            document
                .pointer(&pointer[..end])
                .and_then(|schema| schema.get("type"))
                .is_none_or(|ty| ty != "object")
        },
        why: "an output schema that describes no object is left out, as the structured content is",
    },
    Excuse {
        way: Way::Down,
        revisions: ALL,
        pattern: "**/properties/*/x-mcp-header",
        holds: always,
        why: "schemas' own contents are free, and this is a word of 2026-07-28",
    },
    Excuse {
        way: Way::Down,
        revisions: ALL,
        pattern: "**/properties/*/properties/*",
        holds: |document, pointer| document.pointer(pointer).is_some_and(Value::is_boolean),
        why: "nested boolean schemas become objects with the outer ones: the same meaning",
    },
    Excuse {
        way: Way::Up,
        revisions: ALL,
        pattern: "params/_meta/io.modelcontextprotocol*/**",
        holds: always,
        why: "a client of an older revision cannot speak in the latest one's name",
    },
    Excuse {
        way: Way::Up,
        revisions: ALL,
        pattern: "roots/**",
        holds: always,
        why: "roots have no list_changed notification since 2026-07-28",
    },
];

fn always(_: &Value, _: &str) -> bool {
    true
}

fn is_newer_dialect(document: &Value, pointer: &str) -> bool {
    let dialect = document.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    dialect.trim_end_matches('#') != "http://json-schema.org/draft-07/schema"
}

/// The excuses, and which of them were needed.
#[derive(Default)]
pub(super) struct Excuses(BTreeSet<usize>);

impl Excuses {
    /// Whether the leaf at `pointer` of `document` may be another on the other side.
    pub(super) fn cover(&mut self, route: &Route, document: &Value, pointer: &str) -> bool {
        let segments: Vec<&str> = pointer.split('/').skip(1).collect();
        let found = EXCUSES.iter().position(|excuse| {
            excuse.way == route.way
                && excuse.revisions.contains(&route.revision)
                && matches(&excuse.pattern.split('/').collect::<Vec<_>>(), &segments)
                && (excuse.holds)(document, pointer)
        });
        self.0.extend(found);
        found.is_some()
    }

    /// What is excused without need.
    pub(super) fn unused(&self) -> Vec<String> {
        let unused = EXCUSES.iter().enumerate().filter(|(index, _)| !self.0.contains(index));
        unused.map(|(_, excuse)| format!("{}: {}", excuse.pattern, excuse.why)).collect()
    }
}

fn matches(pattern: &[&str], segments: &[&str]) -> bool {
    match (pattern, segments) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=segments.len()).any(|taken| matches(rest, &segments[taken..])),
        ([first, rest @ ..], [segment, segments @ ..]) => {
            let fits = first.strip_suffix('*').map_or(first == segment, |start| segment.starts_with(start));
            fits && matches(rest, segments)
        }
        _ => false,
    }
}

/// The envelope is the engine's: the three oldest schemas leave it out of their messages.
pub(super) fn is_envelope(route: &Route, pointer: &str) -> bool {
    !route.params && (is_below(pointer, "/jsonrpc") || is_below(pointer, "/id"))
}
