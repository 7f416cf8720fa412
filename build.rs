//! Fails the build when spec/ changed and the generated tree did not, and names the command that mends it.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let (spec, lock) = (Path::new(&root).join("spec"), Path::new(&root).join("generated/spec.lock"));
    println!("cargo::rerun-if-changed=build.rs");
    // Outside the repository (a published package) there is nothing to compare.
    if !spec.is_dir() {
        return;
    }
    println!("cargo::rerun-if-changed={}", spec.display());
    println!("cargo::rerun-if-changed={}", lock.display());

    let mut found = BTreeMap::new();
    fingerprints(&spec, "", &mut found);
    let recorded = recorded(&lock);
    let stale: Vec<&String> = found
        .iter()
        .filter(|(path, hash)| recorded.get(*path) != Some(hash))
        .map(|(path, _)| path)
        .chain(recorded.keys().filter(|path| !found.contains_key(*path)))
        .collect();
    if let Some(path) = stale.first() {
        let others = match stale.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        println!("cargo::error=spec/{path}{others} changed, generated/ did not: run `cargo xtask regen`");
    }
}

/// Hash by path below spec/; the same as `codegen/src/fingerprint.rs` writes.
fn fingerprints(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            fingerprints(&entry.path(), &format!("{path}/"), found);
        } else if [".json", ".toml", ".yaml"].iter().any(|end| path.ends_with(end)) {
            let bytes = fs::read(entry.path()).unwrap_or_default();
            let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
            found.insert(path, format!("{hash:016x}"));
        }
    }
}

fn recorded(lock: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(lock).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(hash, path)| (path.to_owned(), hash.to_owned()))
        .collect()
}
