//! The generated contract of each feature catalog, beside it. tests/catalogs compiles and tries them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use lockstep_codegen::{Catalog, Sources};

fn features() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog/features")
}

/// A catalog is a file, or a folder whose root is `tools.yaml`.
fn catalogs() -> Vec<(String, String, Sources)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(features()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            let mut files = Sources::new();
            collect(&path, &path, &mut files);
            found.push((name, "tools.yaml".to_owned(), files));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let root = format!("{name}.yaml");
            let files = Sources::from([(root.clone(), fs::read_to_string(&path).unwrap())]);
            found.push((name, root, files));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn collect(root: &Path, folder: &Path, files: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

/// `UPDATE_GOLDEN=1` writes them anew.
#[test]
fn every_feature_generates_what_is_checked_in() {
    let mut names = BTreeSet::new();
    for (name, root, files) in catalogs() {
        let catalog = Catalog::parse(&root, &files).unwrap_or_else(|errors| panic!("{name}:\n{errors}"));
        let contract = format!("#![cfg_attr(rustfmt, rustfmt_skip)]\n{}", catalog.contract().unwrap());
        let golden = features().join(format!("{name}.rs"));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &contract).unwrap();
        }
        let old = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            old == contract,
            "{name}.rs is stale: UPDATE_GOLDEN=1 writes it anew, then read what changed"
        );
        names.insert(format!("{name}.rs"));
    }
    assert!(names.len() >= 20, "{names:?}");
    for entry in fs::read_dir(features()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(!name.ends_with(".rs") || names.contains(&name), "{name} belongs to no catalog");
    }
}
