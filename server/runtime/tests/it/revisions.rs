//! There is one list of revisions, `spec/provenance.toml`; what else names revisions agrees with it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lockstep_runtime::engine::Revision;
use lockstep_runtime::wire::{REVISIONS, methods};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Names of the entries of a folder, without what stands behind the last dot.
fn entries(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn listed() -> Vec<String> {
    let provenance = fs::read_to_string(root().join("spec/provenance.toml")).unwrap();
    let name = |line: &str| line.strip_prefix("name = \"")?.strip_suffix('"').map(str::to_owned);
    provenance.lines().filter_map(name).collect()
}

#[test]
fn the_list_is_in_order_and_what_the_wire_types_have() {
    let listed = listed();
    assert!(listed.is_sorted() && listed.iter().all(|name| is_date(name)), "{listed:?}");
    assert_eq!(listed, REVISIONS);
}

#[test]
fn every_revision_has_a_schema_and_a_module_and_nothing_else_has() {
    let listed: BTreeSet<String> = listed().into_iter().collect();
    let schemas: BTreeSet<String> = entries("spec").into_iter().filter(|name| is_date(name)).collect();
    assert_eq!(schemas, listed);
    // A module is a file and, for the parts it has, a folder.
    let module = |name: &String| {
        name.strip_prefix('v').map(|name| name.replace('_', "-")).filter(|name| is_date(name))
    };
    let modules: BTreeSet<String> = entries("generated/wire/src").iter().filter_map(module).collect();
    assert_eq!(modules, listed, "run `cargo xtask regen`");
}

#[test]
fn what_is_served_is_in_the_list() {
    for revision in Revision::ALL {
        assert!(REVISIONS.contains(&revision.as_str()), "`{}` is served and has no types", revision.as_str());
        assert_eq!(revision.is_modern(), !has_handshake(revision.as_str()), "{}", revision.as_str());
    }
}

/// The door between engine and wire names revisions as text, too.
#[test]
fn the_engines_door_names_no_other_revision() {
    let folder = root().join("server/runtime/engine/revision");
    let texts = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let text: String = texts.collect();
    let quoted: BTreeSet<&str> = text.split('"').filter(|piece| is_date(piece)).collect();
    assert!(quoted.iter().all(|name| REVISIONS.contains(name)), "{quoted:?}");
}

/// The engine takes every revision before the first without a handshake for one with it.
#[test]
fn revisions_with_a_handshake_are_the_older_ones() {
    let modern =
        Revision::ALL.iter().filter(|revision| revision.is_modern()).map(|revision| revision.as_str());
    let first = modern.min().unwrap();
    for revision in REVISIONS {
        assert_eq!(has_handshake(revision), *revision < first, "{revision}");
    }
}

fn has_handshake(revision: &str) -> bool {
    methods(revision).is_some_and(|methods| methods.iter().any(|method| method.name == "initialize"))
}
