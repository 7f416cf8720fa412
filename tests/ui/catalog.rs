//! The way from a changed catalog to the compiler's message: the contract of the changed `spec/tools.yaml` meets
//! the implementations that stand in the server today.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use lockstep_codegen::{Catalog, Sources};

const CATALOG: &str = "spec/tools.yaml";
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Generates the contract of `catalog`, compiles the server's signatures against it and answers with the compiler's
/// errors, one a line.
fn compile(name: &str, catalog: &str) -> Result<String, String> {
    let mut files = Sources::from([(CATALOG.to_owned(), catalog.to_owned())]);
    for import in fs::read_dir(Path::new(ROOT).join("spec/tools")).expect("the imported files have a folder")
    {
        let name = import.expect("the folder can be read").file_name();
        let path = format!("spec/tools/{}", name.to_str().expect("the name is Unicode"));
        files.insert(path.clone(), read(&path));
    }
    let contract = match Catalog::parse(CATALOG, &files).and_then(|catalog| catalog.contract()) {
        Ok(contract) => contract,
        Err(errors) => panic!("{errors}"),
    };
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalog");
    let folder = tmp.join(name);
    write(&folder.join("Cargo.toml"), &manifest(name));
    write(&folder.join("src/contract.rs"), &contract);
    write(&folder.join("src/main.rs"), &format!("mod contract;\n{}\nfn main() {{}}\n", implementations()));
    let lock = fs::read(Path::new(ROOT).join("Cargo.lock")).expect("the workspace has a lock file");
    fs::write(folder.join("Cargo.lock"), lock).expect("the case's folder takes files");

    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["check", "--quiet", "--offline", "--message-format", "short"]).current_dir(&folder);
    // One target folder for all cases: what they depend on is compiled once.
    cargo.env("CARGO_TARGET_DIR", tmp.join("target")).env_remove("RUSTFLAGS");
    let done = cargo.output().expect("cargo starts");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    if done.status.success() {
        return Ok(said);
    }
    let errors: Vec<&str> = said.lines().filter(|line| line.contains("error[")).collect();
    assert!(!errors.is_empty(), "cargo failed without an error of the compiler:\n{said}");
    Err(errors.join("\n"))
}

fn manifest(name: &str) -> String {
    let runtime = Path::new(ROOT).join("server/runtime").canonicalize().expect("the runtime is there");
    format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         lockstep-runtime = {{ path = {runtime:?}, default-features = false }}\n"
    )
}

/// What `server/tools/mod.rs` implements, with the bodies left out.
fn implementations() -> String {
    let text = read("server/tools/mod.rs");
    let imports =
        text.split_inclusive(";\n").map(str::trim_start).filter(|item| item.starts_with("use lockstep_"));
    let mut kept: Vec<String> = imports.map(|item| item.replace("lockstep_tools::", "contract::")).collect();
    kept.push("struct Server;".to_owned());
    let mut inside_body = false;
    for line in text.lines().skip_while(|line| *line != "impl Tools for Server {") {
        match (line, inside_body) {
            ("    }", _) => inside_body = false,
            (_, true) => continue,
            (line, false) => inside_body = line.starts_with("    ") && line.ends_with('{'),
        }
        kept.push(line.to_owned());
        if inside_body {
            kept.push("unreachable!()".to_owned());
        }
        if line == "}" {
            break;
        }
    }
    kept.join("\n")
}

fn read(path: &str) -> String {
    let path = Path::new(ROOT).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Leaves an equal file alone, so that cargo has nothing to do where nothing changed.
fn write(path: &PathBuf, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("the file is in a folder"))
        .expect("the case's folder can be made");
    fs::write(path, text).expect("the case's folder takes files");
}

/// `new` behind the one place where the catalog says `old`.
#[track_caller]
fn changed(old: &str, new: &str) -> String {
    let catalog = read(CATALOG);
    assert_eq!(catalog.matches(old).count(), 1, "the catalog does not have exactly one {old:?}");
    catalog.replace(old, &format!("{old}{new}"))
}

/// Exactly one error, with everything in `parts`.
#[track_caller]
fn check(name: &str, catalog: &str, parts: &[&str]) {
    let errors = compile(name, catalog).expect_err("the changed catalog does not compile");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    for part in parts {
        assert!(errors.contains(part), "no {part:?} in {errors}");
    }
}

#[test]
fn an_unchanged_catalog_compiles() {
    compile("unchanged", &read(CATALOG)).expect("the server implements its catalog");
}

#[test]
fn an_added_argument_points_at_the_implementation() {
    let place = "          description: IANA name of the time zone, such as Europe/Berlin.\n";
    let argument =
        "        calendar: { type: string, default: gregorian, description: How days are counted. }\n";
    let message = ["src/main.rs:", "error[E0027]", "`calendar`"];
    check("added-argument", &changed(place, argument), &message);
}

#[test]
fn an_added_tool_names_the_missing_method() {
    let tool = "  roll_dice:\n    title: Roll dice\n    description: Roll dice.\n    input: { properties: { sides: { type: integer } } }\n    \
        output: { properties: { total: { type: integer } }, required: [total] }\n";
    let message = ["src/main.rs:", "error[E0046]", "`roll_dice`"];
    check("added-tool", &changed("\ntools:\n", tool), &message);
}
