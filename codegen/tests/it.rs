//! Generation from this repository's own sources, and from sources with mistakes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod sources;

use std::fs;
use std::path::Path;

use lockstep_codegen::{Sources, effective_schemas, generate};

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

#[test]
fn a_mistake_in_the_catalog_is_shown_below_spec() {
    refused(
        &with_change("tools.yaml", "timeout: 1s", "timeout: soon"),
        &["`timeout` cannot be `soon`", "spec/tools.yaml:", "hint: "],
    );
    let mut sources = sources();
    sources.remove("tools.yaml");
    refused(&sources, &["the file is missing", "spec/tools.yaml"]);
}

#[test]
fn imports_are_read_and_other_files_are_left_alone() {
    let mut sources = with_change("tools.yaml", "\nimports: [", "\nimports: [tools/more.yaml, ");
    refused(&sources, &["there is no file `spec/tools/more.yaml`"]);
    sources.insert("tools/more.yaml".to_owned(), "tools: { extra: {} }\n".to_owned());
    refused(&sources, &["spec/tools/more.yaml:1:10", "tool `extra` has no `title`"]);
    sources.insert("tools/other.yaml".to_owned(), "no: catalog\n".to_owned());
    sources.insert("tools/more.yaml".to_owned(), "types: { Unused: { type: strin } }\n".to_owned());
    let said = generate(&sources).unwrap_err().to_string();
    assert!(said.contains("did you mean `string`?") && !said.contains("other.yaml"), "{said}");
}
