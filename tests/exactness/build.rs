//! Writes the table from revision and definition to Rust type: 550 rows by hand would drift.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use lockstep_codegen::Sources;
use serde_json::Value;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=../../spec");
    match table() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn table() -> Result<(), String> {
    let mut sources = Sources::new();
    add(Path::new("../../spec"), "", &mut sources)?;
    let schemas = lockstep_codegen::effective_schemas(&sources).map_err(|errors| errors.to_string())?;
    let mut code = String::from("match (revision, definition) {\n");
    for (revision, text) in schemas {
        let document: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let definitions = ["definitions", "$defs"].iter().find_map(|key| document.get(key)?.as_object());
        let module = format!("v{}", revision.replace('-', "_"));
        for definition in definitions.into_iter().flat_map(|definitions| definitions.keys()) {
            let name = lockstep_codegen::rust_type_name(definition);
            _ = writeln!(
                code,
                "    ({revision:?}, {definition:?}) => Some(again::<lockstep_wire::{module}::{name}>(document)),"
            );
        }
    }
    code.push_str("    _ => None,\n}\n");
    let path = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("table.rs");
    fs::write(&path, code).map_err(|error| format!("{}: {error}", path.display()))
}

fn add(folder: &Path, prefix: &str, sources: &mut Sources) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let path = entry.map_err(|error| failed(folder, error))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            add(&path, &format!("{prefix}{name}/"), sources)?;
        } else {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
            sources.insert(format!("{prefix}{name}"), text);
        }
    }
    Ok(())
}
