//! A module for the checked-in contract of every feature catalog, the contract of the families, and a table of all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use lockstep_codegen::{Catalog, Sources};

const FEATURES: &str = "../../codegen/tests/catalog/features";
const SPEC: &str = "../../spec";

fn main() {
    if let Err(error) = write() {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn write() -> Result<(), String> {
    println!("cargo::rerun-if-changed={FEATURES}");
    println!("cargo::rerun-if-changed={SPEC}");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut modules = BTreeMap::new();
    for path in files(Path::new(FEATURES), "rs")? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        modules.insert(name, fs::canonicalize(&path).map_err(|error| failed(&path, &error))?);
    }
    let families = out.join("families.rs");
    let contract = Catalog::parse("spec/families.yaml", &spec()?)
        .and_then(|catalog| catalog.contract())
        .map_err(|errors| errors.to_string())?;
    put(&families, &contract)?;
    modules.insert("families".to_owned(), families);

    let mut text = String::new();
    for (name, path) in &modules {
        let _ = writeln!(text, "/// The catalog `{name}`.\n#[path = {path:?}]\npub mod {name};");
    }
    text.push_str("/// Every contract here.\npub const ALL: &[Contract] = &[\n");
    for name in modules.keys() {
        let _ = writeln!(
            text,
            "Contract {{ name: {name:?}, catalog: &{name}::CATALOG, \
             example: |tool| {name}::ToolName::from_name(tool).map(|tool| tool.example()), \
             arguments: |tool, raw, parsing| {name}::ToolName::from_name(tool).map(|tool| tool.read_arguments(raw, parsing)), \
             output: |tool, value| {name}::ToolName::from_name(tool).map(|tool| tool.read_output(value)) }},"
        );
    }
    text.push_str("];\n");
    put(&out.join("all.rs"), &text)
}

/// The files of `spec/` that a catalog may be made of.
fn spec() -> Result<Sources, String> {
    let mut sources = Sources::new();
    for folder in ["", "tools/"] {
        for path in files(&Path::new(SPEC).join(folder), "yaml")? {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            sources.insert(format!("spec/{folder}{name}"), text);
        }
    }
    Ok(sources)
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(|error| failed(folder, &error))?;
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    Ok(paths)
}

fn put(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}
