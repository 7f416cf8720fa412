//! This repository's own sources, for the tests of generation.

use std::fs;
use std::path::Path;

use lockstep_codegen::Sources;

/// All files of `spec/`, by their path below it.
pub(crate) fn sources() -> Sources {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let mut sources = Sources::new();
    read(&spec, "", &mut sources);
    sources
}

fn read(folder: &Path, prefix: &str, sources: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), sources);
        } else if [".json", ".toml", ".yaml"].iter().any(|end| path.ends_with(end)) {
            sources.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
}
