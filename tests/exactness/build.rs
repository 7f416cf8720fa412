//! Writes the tables from revision and definition to Rust type, and of what crosses a bridge: 650 rows by hand would
//! drift.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use lockstep_codegen::Sources;
use serde_json::{Map, Value};

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
    let texts = lockstep_codegen::effective_schemas(&sources).map_err(|errors| errors.to_string())?;
    let mut schemas = Schemas::new();
    for (revision, text) in texts {
        let document: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let definitions = ["definitions", "$defs"].iter().find_map(|key| document.get(key)?.as_object());
        schemas.insert(revision, definitions.cloned().unwrap_or_default());
    }
    write("table.rs", types(&schemas))?;
    let rules = sources.get("bridge.toml").ok_or("there is no spec/bridge.toml")?;
    write("routes.rs", routes(&schemas, &rules.parse().map_err(|error| format!("bridge.toml: {error}"))?)?)
}

/// The definitions of each revision.
type Schemas = BTreeMap<String, Map<String, Value>>;

fn types(schemas: &Schemas) -> String {
    let mut code = String::from("match (revision, definition) {\n");
    for (revision, definitions) in schemas {
        for definition in definitions.keys() {
            let path = path(revision, definition);
            _ = writeln!(code, "    ({revision:?}, {definition:?}) => Some(again::<{path}>(document)),");
        }
    }
    code + "    _ => None,\n}\n"
}

/// What crosses the bridge between the latest revision and each older one: down what a server sends, up what a client
/// sends.
fn routes(schemas: &Schemas, rules: &toml::Table) -> Result<String, String> {
    let (latest, newest) = schemas.last_key_value().ok_or("there is no revision")?;
    let lists = rules.get("era_only").and_then(toml::Value::as_array).into_iter().flatten();
    let era_only: Vec<&str> = lists
        .flat_map(|rule| rule.get("types").and_then(toml::Value::as_array).into_iter().flatten())
        .filter_map(toml::Value::as_str)
        .collect();
    let mut code = String::from("&[\n");
    for (revision, definitions) in schemas.iter().filter(|(revision, _)| *revision != latest) {
        let mut route = |way: &str, message: &str, params: bool| {
            if !definitions.contains_key(message) || era_only.contains(&message) {
                return;
            }
            let ends = [(latest, newest), (revision, definitions)];
            let [newer, older] = ends.map(|(revision, definitions)| match params {
                true => path(revision, &params_name(definitions, message)),
                false => path(revision, message),
            });
            let (from, to) = if way == "Down" { (newer, older) } else { (older, newer) };
            _ = writeln!(
                code,
                "    Route {{ revision: {revision:?}, way: Way::{way}, message: {message:?}, params: {params}, run: run::<{from}, {to}> }},"
            );
        };
        for message in members(newest, &["ServerResult", "ServerNotification"]) {
            route("Down", message, false);
        }
        for message in ["Implementation", "ServerCapabilities"] {
            route("Down", message, false);
        }
        for message in members(newest, &["InputRequest"]) {
            route("Down", message, true);
        }
        for message in members(newest, &["ClientRequest", "InputResponse"]) {
            route("Up", message, false);
        }
        for message in ["Implementation", "ClientCapabilities"] {
            route("Up", message, false);
        }
    }
    Ok(code + "]\n")
}

fn path(revision: &str, definition: &str) -> String {
    let name = lockstep_codegen::rust_type_name(definition);
    format!("lockstep_wire::v{}::{name}", revision.replace('-', "_"))
}

/// The definitions that the unions called `names` refer to.
fn members<'a>(definitions: &'a Map<String, Value>, names: &[&str]) -> Vec<&'a str> {
    let unions = names.iter().filter_map(|name| definitions.get(*name)?.get("anyOf")?.as_array());
    unions.flatten().filter_map(|member| member["$ref"].as_str()?.rsplit('/').next()).collect()
}

/// The name of a request's params: their definition's, or the one that params in place get.
fn params_name(definitions: &Map<String, Value>, request: &str) -> String {
    let reference = definitions[request]["properties"]["params"]["$ref"].as_str();
    let name = reference.and_then(|reference| reference.rsplit('/').next());
    name.map_or_else(|| format!("{request}Params"), str::to_owned)
}

fn write(name: &str, code: String) -> Result<(), String> {
    let path = Path::new(&env::var("OUT_DIR").unwrap_or_default()).join(name);
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
