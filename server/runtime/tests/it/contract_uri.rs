//! Addresses of resources, in both directions.

use lockstep_runtime::contract::UriPart::{Literal, Query, Rest, Segment};
use lockstep_runtime::contract::UriTemplate;

#[track_caller]
fn matches(template: UriTemplate, uri: &str, values: &[(&str, &str)]) {
    let found = template.matches(uri).unwrap_or_else(|| panic!("{uri} does not match"));
    let found: Vec<(&str, &str)> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(found, values);
}

const NOTE: UriTemplate = UriTemplate(&[Literal("notes:///"), Rest("path")]);
const CELL: UriTemplate = UriTemplate(&[Literal("db://"), Segment("db"), Literal("/t/"), Segment("table")]);
const RAW: UriTemplate = UriTemplate(&[Rest("a"), Literal("/x/"), Segment("b")]);
const FIND: UriTemplate = UriTemplate(&[Literal("s:find"), Query(&["q", "limit"])]);

#[test]
fn examples_of_rfc_6570() {
    // Section 3.2: the values that all examples use.
    let values = [
        ("var", "value"),
        ("hello", "Hello World!"),
        ("path", "/foo/bar"),
        ("x", "1024"),
        ("y", "768"),
        ("empty", ""),
        ("half", "50%"),
        ("who", "fred"),
        ("base", "http://example.com/home/"),
        ("v", "6"),
        ("dub", "me/too"),
    ];
    let expands = |parts: &'static [lockstep_runtime::contract::UriPart], uri: &str| {
        assert_eq!(UriTemplate(parts).expand(&values), uri);
    };
    // 3.2.2
    expands(&[Segment("var")], "value");
    expands(&[Segment("hello")], "Hello%20World%21");
    expands(&[Segment("half")], "50%25");
    expands(&[Literal("O"), Segment("empty"), Literal("X")], "OX");
    expands(&[Literal("O"), Segment("undef"), Literal("X")], "OX");
    // 3.2.3
    expands(&[Rest("var")], "value");
    expands(&[Rest("hello")], "Hello%20World!");
    expands(&[Rest("half")], "50%25");
    expands(&[Segment("base"), Literal("index")], "http%3A%2F%2Fexample.com%2Fhome%2Findex");
    expands(&[Rest("base"), Literal("index")], "http://example.com/home/index");
    expands(&[Literal("O"), Rest("empty"), Literal("X")], "OX");
    expands(&[Literal("O"), Rest("undef"), Literal("X")], "OX");
    expands(&[Rest("path"), Literal("/here")], "/foo/bar/here");
    expands(&[Literal("here?ref="), Rest("path")], "here?ref=/foo/bar");
    expands(&[Literal("up"), Rest("path"), Segment("var"), Literal("/here")], "up/foo/barvalue/here");
    // 3.2.8
    expands(&[Query(&["who"])], "?who=fred");
    expands(&[Query(&["half"])], "?half=50%25");
    expands(&[Query(&["x", "y"])], "?x=1024&y=768");
    expands(&[Query(&["x", "y", "empty"])], "?x=1024&y=768&empty=");
    expands(&[Query(&["x", "y", "undef"])], "?x=1024&y=768");
    expands(&[Query(&["undef"])], "");
}

#[test]
fn addresses_match() {
    matches(NOTE, "notes:///a/b%20c.md", &[("path", "a/b c.md")]);
    matches(NOTE, "notes:///a?b#c", &[("path", "a?b#c")]);
    matches(NOTE, "notes:///ä%C3%A4", &[("path", "ää")]);
    matches(CELL, "db://main/t/a%2Fb", &[("db", "main"), ("table", "a/b")]);
    matches(CELL, "db://a:b@c/t/+", &[("db", "a:b@c"), ("table", "+")]);
    matches(RAW, "p/x/q/x/r", &[("a", "p/x/q"), ("b", "r")]);
    matches(FIND, "s:find", &[]);
    matches(FIND, "s:find?limit=5&q=a+b%26", &[("limit", "5"), ("q", "a+b&")]);
    matches(FIND, "s:find?q", &[("q", "")]);
    matches(UriTemplate(&[Literal("a://b")]), "a://b", &[]);
}

#[test]
fn other_addresses_do_not() {
    for uri in [
        "notes:///",
        "notes://",
        "Notes:///a",
        "notes:///%",
        "notes:///%2",
        "notes:///%zz",
        "notes:///%ff",
        "notes:///%c3",
        "",
    ] {
        assert_eq!(NOTE.matches(uri), None, "{uri}");
    }
    for uri in ["db://a/b/t/c", "db:///t/c", "db://a/t/", "db://a/t/c/", "db://a/t/c?x", "db://a/t/c#x"] {
        assert_eq!(CELL.matches(uri), None, "{uri}");
    }
    for uri in [
        "s:find?",
        "s:find?x=1",
        "s:find?q=1&q=2",
        "s:find?q=1&",
        "s:find?q=%",
        "s:find?q=1#a",
        "s:find?Q=1",
        "s:findq",
    ] {
        assert_eq!(FIND.matches(uri), None, "{uri}");
    }
    assert_eq!(UriTemplate(&[Literal("a://b")]).matches("a://b/"), None);
}

#[test]
fn values_survive_the_round_trip() {
    let texts =
        ["a", "a b", "ä€😀", "100%", "%41", "a/b", "a?b&c=d#e", "\u{0}\n", "..", "{x}", "+", "[]@:!$'()*,;"];
    for text in texts {
        matches(NOTE, &NOTE.expand(&[("path", text)]), &[("path", text)]);
        for other in texts {
            let values = [("db", text), ("table", other)];
            matches(CELL, &CELL.expand(&values), &values);
            let values = [("q", text), ("limit", other)];
            matches(FIND, &FIND.expand(&values), &values);
        }
    }
}

#[test]
fn hostile_addresses_take_linear_time() {
    let started = std::time::Instant::now();
    let uri = format!("{}y", "/x/x".repeat(100_000));
    assert!(RAW.matches(&uri).is_some());
    assert!(RAW.matches(&format!("{uri}/")).is_none());
    let time = started.elapsed();
    assert!(time < std::time::Duration::from_secs(60), "{time:?}");
}
