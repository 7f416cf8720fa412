//! The language of the catalog: one small correct file for each feature, one small wrong file for each mistake.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_codegen::{Catalog, Errors, Sources};
use similar::TextDiff;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog").join(name)
}

/// Every case of a folder: a file `<name>.yaml`, or a folder `<name>` whose root is `tools.yaml`.
fn cases(name: &str) -> Vec<(String, Sources)> {
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder(name)).unwrap() {
        let path = entry.unwrap().path();
        let case = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let mut files = Sources::new();
            read(&path, "", &mut files);
            cases.push((case, files));
        } else if path.extension().is_some_and(|end| end == "yaml") {
            let text = fs::read_to_string(&path).unwrap();
            cases.push((case, Sources::from([("tools.yaml".to_owned(), text)])));
        }
    }
    cases.sort();
    cases
}

fn read(folder: &Path, prefix: &str, files: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

fn refused(case: &str, files: &Sources) -> Errors {
    Catalog::parse("tools.yaml", files).err().unwrap_or_else(|| panic!("{case}: the catalog went through"))
}

#[test]
fn every_feature_is_understood() {
    for (case, files) in cases("features") {
        if let Err(errors) = Catalog::parse("tools.yaml", &files) {
            panic!("{case}:\n{errors}");
        }
    }
}

/// `UPDATE_GOLDEN=1` writes what is said today.
#[test]
fn every_mistake_is_explained() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differences = String::new();
    for (case, files) in cases("mistakes") {
        let said = refused(&case, &files).to_string();
        let golden = folder("mistakes").join(format!("{case}.txt"));
        if update {
            fs::write(&golden, &said).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        if expected != said {
            let diff = TextDiff::from_lines(&expected, &said);
            differences += &format!("{case}:\n{}\n", diff.unified_diff().context_radius(2));
        }
    }
    assert!(differences.is_empty(), "{differences}\nUPDATE_GOLDEN=1 takes over what is said now");
}

#[test]
fn every_mistake_has_a_place_and_a_hint() {
    for (case, files) in cases("mistakes") {
        let said = refused(&case, &files);
        for error in said.to_json()["errors"].as_array().unwrap() {
            assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{case}: {error}");
            assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{case}: {error}");
            assert!(error["file"].is_string(), "{case}: {error}");
            assert!(error["line"].as_u64().is_some_and(|line| line > 0), "{case}: {error}");
            assert!(error["column"].as_u64().is_some_and(|column| column > 0), "{case}: {error}");
        }
    }
}

/// A catalog with one character less, or cut off, may be right or wrong; it is never too much for the parser.
#[test]
fn no_damage_is_too_much() {
    for name in ["union", "aliases", "policy", "resources_template", "prompts_template"] {
        let text = fs::read_to_string(folder("features").join(format!("{name}.yaml"))).unwrap();
        for (at, letter) in text.char_indices() {
            let (before, after) = (&text[..at], &text[at + letter.len_utf8()..]);
            for damaged in [format!("{before}{after}"), before.to_owned()] {
                let files = Sources::from([("tools.yaml".to_owned(), damaged)]);
                if let Err(errors) = Catalog::parse("tools.yaml", &files) {
                    assert!(errors.iter().all(|error| error.hint.is_some()), "{errors}");
                }
            }
        }
    }
}

#[test]
fn depth_costs_no_stack() {
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "? ".repeat(100_000), "- ".repeat(100_000)] {
        refused("deep", &Sources::from([("tools.yaml".to_owned(), text)]));
    }
}

#[test]
fn mistakes_are_told_to_programs() {
    let text = "catalog: { name: a, version: 0.1.0 }\ntool: {}\n";
    let errors = refused("json", &Sources::from([("tools.yaml".to_owned(), text.to_owned())])).to_json();
    assert_eq!(
        errors["errors"][0],
        serde_json::json!({
            "file": "tools.yaml",
            "line": 2,
            "column": 1,
            "message": "unknown key `tool` in the catalog",
            "hint": "did you mean `tools`?",
            "excerpt": "tool: {}",
        })
    );
}

/// Level by level twice the one below: written out in place, this would be 2^40 schemas.
fn doubling() -> String {
    let mut text = "catalog: { name: deep, version: 0.1.0 }\ntypes:\n".to_owned();
    for level in 0..40 {
        let inner = format!("{{ $ref: \"#/types/L{}\" }}", level + 1);
        text += &format!("  L{level}: {{ type: object, properties: {{ a: {inner}, b: {inner} }} }}\n");
    }
    text += "  L40: { type: object, properties: { n: { type: integer } } }
tools:
  dig:
    title: Dig
    description: Digs as deep as it is told to.
    annotations: { readOnly: true, destructive: false, idempotent: true, openWorld: false }
    input: { properties: { l: { $ref: \"#/types/L0\" } } }
    output: { properties: { l: { $ref: \"#/types/L0\" } } }
";
    text
}

#[test]
fn types_that_double_are_written_once() {
    let files = Sources::from([("tools.yaml".to_owned(), doubling())]);
    let catalog = Catalog::parse("tools.yaml", &files).unwrap();
    let contract = catalog.contract().unwrap();
    assert!(contract.contains(r##"\"$ref\":\"#/$defs/L40\""##), "the types are below `$defs`");
    assert!(contract.len() < 200_000, "{}", contract.len());
    catalog.lint(&|text| text.len() as u64);
    assert!(catalog.changes(&catalog).is_empty());
}
