//! Generation from this repository's own sources, and from sources with mistakes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sources;

use std::fs;
use std::path::Path;

use lockstep_codegen::{Sources, effective_schemas, generate, generate_contract};

use sources::sources;

/// Generation refuses `sources`, and says each of `expected`.
#[track_caller]
fn refused(sources: &Sources, expected: &[&str]) {
    let errors = generate(sources).expect_err("generation went through").to_string();
    for text in expected {
        assert!(errors.contains(text), "`{text}` is not in:\n{errors}");
    }
}

#[track_caller]
fn with_change(path: &str, from: &str, to: &str) -> Sources {
    let mut sources = sources();
    let text = sources.get_mut(path).unwrap();
    assert!(text.contains(from), "`{from}` is not in {path}");
    *text = text.replacen(from, to, 1);
    sources
}

/// The canonical sha-256 of upstream's files: each copy with its provenance errata is that file.
#[test]
fn every_copy_with_its_errata_is_upstreams_file() {
    let upstream = [
        ("2024-11-05", "866041c5c4d3bbf0a03fef38ef5c6db46aad13467cb384c3eb1bdf9a2f197d9f"),
        ("2025-03-26", "35e76331022d571aa8953d1d57c2bb1440f5bdbe98096ea705a7232d6c65eed7"),
        ("2025-06-18", "ebfe1f0186fe0528776c385357ce44cd37df8e00cde8cfa912315a0497f4ceb6"),
        ("2025-11-25", "26d2b94116c7e84b74664ae8b6a5144e8f80c308630c84e73d117cbd16373ce6"),
        ("2026-07-28", "96e9f3815e58709015a2faec87131467d72020316652c0e7ad10e185bd2eaf81"),
    ];
    let sources = sources();
    let effective = effective_schemas(&sources).unwrap();
    assert_eq!(
        effective.keys().map(String::as_str).collect::<Vec<_>>(),
        upstream.map(|(revision, _)| revision)
    );
    for (revision, hash) in upstream {
        // Generation compares with what provenance.toml names; here is what it must name.
        let line = format!("upstream_sha256 = \"{hash}\"");
        assert!(sources["provenance.toml"].contains(&line), "{revision}");
        refused(
            &with_change("provenance.toml", &line, "upstream_sha256 = \"0\""),
            &[&format!("spec/{revision}/schema.json"), hash],
        );
    }
}

#[test]
fn generation_is_deterministic() {
    assert_eq!(generate(&sources()).unwrap(), generate(&sources()).unwrap());
}

#[test]
fn what_is_checked_in_is_what_generation_gives() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (path, text) in generate(&sources()).unwrap() {
        assert_eq!(
            fs::read_to_string(root.join(&path)).unwrap_or_default(),
            text,
            "{path}: run `cargo xtask regen`"
        );
    }
}

#[test]
fn a_correction_that_no_longer_applies_is_an_error() {
    refused(
        &with_change("errata.toml", "expect = '\"integer\"'", "expect = '\"string\"'"),
        &["erratum `number-schema-maximum-2025-06-18` no longer applies", "hint: "],
    );
    refused(
        &with_change(
            "errata.toml",
            "pointer = \"/$defs/JSONValue/anyOf/2/type\"",
            "pointer = \"/$defs/JSONValue/x\"",
        ),
        &[
            "erratum `json-value-is-any-json` no longer applies",
            "spec/2026-07-28/schema.json#/$defs/JSONValue/x",
        ],
    );
}

#[test]
fn a_schema_that_was_edited_is_an_error() {
    refused(
        &with_change("2025-03-26/schema.json", "\"type\"", "\"type\" "),
        &["spec/2025-03-26/schema.json", "its sha-256 is", "hint: "],
    );
}

/// The catalog `yaml` is refused with a message at `place` that holds each of `expected`.
#[track_caller]
fn catalog_refused(yaml: &str, place: &str, expected: &[&str]) {
    let errors = generate_contract("tools.yaml", yaml).expect_err("the catalog went through").to_string();
    for text in [place].iter().chain(expected) {
        assert!(errors.contains(text), "`{text}` is not in:\n{errors}");
    }
}

const HEAD: &str = "catalog: { name: a, version: 1.0.0 }\n";

#[test]
fn mistakes_in_a_catalog_are_shown_where_they_stand() {
    let tool = |body: &str| {
        format!("{HEAD}tools:\n  t:\n    title: T\n    description: D\n{body}    output: {{}}\n")
    };
    let catalog = |rest: &str| format!("{HEAD}{rest}");
    for (yaml, place, expected) in [
        (String::new(), "tools.yaml:1:1", vec!["the file is empty"]),
        (catalog("tool: {}\n"), "tools.yaml:2:1", vec!["unknown key `tool`", "did you mean `tools`?"]),
        (catalog("tools: [a]\n"), "tools.yaml:2:8", vec!["must be a map, not a list"]),
        (catalog("tools:\n\tt: {}\n"), "tools.yaml:3:", vec!["not YAML"]),
        (catalog("tools: { t: {}, t: {} }\n"), "tools.yaml:2:17", vec!["`t` stands here twice"]),
        (catalog("tools: { \"a b\": {} }\n"), "tools.yaml:2:10", vec!["cannot be a tool's name"]),
        (catalog("types: { A: &x { type: string } }\ntools: {}\n"), "tools.yaml:2:", vec!["anchor"]),
        (
            tool("    policy: { timeout: soon }\n"),
            "tools.yaml:6:24",
            vec!["`timeout` cannot be `soon`", "30s"],
        ),
        (tool("    policy: { scopes: [x] }\n"), "tools.yaml:6:24", vec!["scope `x` is not declared"]),
        (
            tool("    input: { properties: { a: { type: strin } } }\n"),
            "tools.yaml:6:39",
            vec!["one type's name"],
        ),
        (
            tool("    input: { properties: { a: { type: string, maximum: 3 } } }\n"),
            "tools.yaml:6:47",
            vec!["cannot have `maximum`"],
        ),
        (
            tool("    input: { properties: { a: { $ref: \"#/types/B\" } } }\n"),
            "tools.yaml:6:39",
            vec!["leads to no declared type"],
        ),
        (tool("    input: { required: [a] }\n"), "tools.yaml:6:25", vec!["names `a`, which is no property"]),
        (
            tool("    input: { properties: { a: { type: integer, maximum: 3, default: 4 } } }\n"),
            "tools.yaml:6:",
            vec!["the default of `a` breaks its own schema"],
        ),
        (
            catalog("types: { A: { type: array, items: { $ref: \"#/types/A\" } } }\ntools: {}\n"),
            "tools.yaml:2:10",
            vec!["`A` contains itself"],
        ),
        (tool("    errors: { BadName: { hint: x } }\n"), "tools.yaml:6:15", vec!["snake_case"]),
    ] {
        catalog_refused(&yaml, place, &expected);
    }
}

#[test]
fn all_mistakes_are_reported_at_once() {
    let yaml = format!("{HEAD}tools:\n  t: {{ titel: T, descripton: D, output: {{}} }}\n");
    catalog_refused(&yaml, "tools.yaml:3:8", &["did you mean `title`?", "did you mean `description`?"]);
}
