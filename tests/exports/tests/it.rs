//! TypeScript's and Python's type checkers, the OpenAPI validator and two JSON Schema validators read the exports of
//! this repository's catalog, of the families to come, and of a catalog that has one of each.
//!
//! `cargo xtask test` installs the foreign ones and says where they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// The folders with exports.
fn folders() -> [PathBuf; 3] {
    static FAMILIES: LazyLock<TempDir> = LazyLock::new(families);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    [
        root.join("generated/exports"),
        root.join("codegen/tests/exports/golden"),
        FAMILIES.path().join("generated/exports"),
    ]
}

/// The exports of `spec/families.yaml`.
fn families() -> TempDir {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    let mut sources = lockstep_vectors::sources(&spec).expect("the sources");
    let root = sources.get("families.yaml").expect("the families").clone();
    sources.insert("tools.yaml".to_owned(), root);
    let files = lockstep_codegen::exports(&sources, &|text| text.len() as u64 / 4);
    let folder = TempDir::new().expect("a folder");
    for (name, text) in files.unwrap_or_else(|errors| panic!("{errors}")) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(path, text).expect("written");
    }
    folder
}

/// The folder that the variable names. Without it the test is skipped, but never where skipping would hide a gap.
fn installed(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    if folder.is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "`{variable}` is not set\nhint: run `cargo xtask test`"
        );
        eprintln!("skipped: `{variable}` is not set; `cargo xtask test` installs it");
    }
    folder
}

#[track_caller]
fn succeeds(command: &mut Command) {
    let done = command.output().expect("it starts");
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(done.status.success(), "{command:?}\n{}\n{}", said[0], said[1]);
}

/// Python with the checkers and nothing else; what it writes goes into `scratch`.
fn python(checkers: &Path, scratch: &TempDir) -> Command {
    let mut command = Command::new("python3");
    command
        .env("PYTHONPATH", checkers)
        .env("PYTHONNOUSERSITE", "1")
        .env("PYTHONPYCACHEPREFIX", scratch.path())
        .env("MYPY_CACHE_DIR", scratch.path().join("mypy"))
        .current_dir(scratch.path());
    command
}

fn json(folder: &Path, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(name)).expect("it is there");
    serde_json::from_str(&text).expect("it is JSON")
}

#[test]
fn typescript_reads_the_declarations() {
    let Some(typescript) = installed("LOCKSTEP_TYPESCRIPT") else { return };
    let scratch = TempDir::new().expect("a folder");
    for folder in folders() {
        // A user of the declarations beside them: what is exported must fit together.
        fs::copy(folder.join("tools.d.ts"), scratch.path().join("tools.d.ts")).expect("a copy");
        let user = "import type { ToolErrors, ToolName, Tools } from \"./tools\";\n\
             export type Code = ToolErrors[ToolName][\"error\"][\"code\"];\n\
             export const busy: Code = \"busy\";\n\
             export function named(tools: Tools, name: ToolName): Tools[ToolName] {\n  return tools[name];\n}\n";
        fs::write(scratch.path().join("user.ts"), user).expect("written");
        let mut tsc = Command::new(typescript.join("node_modules/.bin/tsc"));
        tsc.current_dir(scratch.path());
        tsc.args([
            "--strict",
            "--exactOptionalPropertyTypes",
            "--noEmit",
            "--target",
            "es2022",
            "user.ts",
            "tools.d.ts",
        ]);
        succeeds(&mut tsc);
    }
}

#[test]
fn python_reads_the_module() {
    let Some(checkers) = installed("LOCKSTEP_CHECKERS") else { return };
    for folder in folders() {
        let scratch = TempDir::new().expect("a folder");
        let module = folder.join("tools.py");
        succeeds(python(&checkers, &scratch).args(["-m", "py_compile"]).arg(&module));
        succeeds(python(&checkers, &scratch).arg(&module));
        succeeds(python(&checkers, &scratch).args(["-m", "mypy", "--strict"]).arg(&module));
    }
}

#[test]
fn the_openapi_document_is_valid() {
    let Some(checkers) = installed("LOCKSTEP_CHECKERS") else { return };
    let scratch = TempDir::new().expect("a folder");
    for folder in folders() {
        let document = folder.join("openapi.json");
        succeeds(python(&checkers, &scratch).args(["-m", "openapi_spec_validator"]).arg(document));
    }
}

/// Pythons's validator on every schema, and on the examples of the OpenAPI document.
const CHECK: &str = r#"
import json, pathlib, sys
from jsonschema import Draft202012Validator
folder = pathlib.Path(sys.argv[1])
schemas = 0
for lists in json.loads((folder / "mcp-tools.json").read_text()).values():
    for tool in lists["tools"]:
        for key in ("inputSchema", "outputSchema"):
            if key in tool:
                Draft202012Validator.check_schema(tool[key])
                schemas += 1
for tool in json.loads((folder / "anthropic.json").read_text())["tools"]:
    Draft202012Validator.check_schema(tool["input_schema"])
for tool in json.loads((folder / "openai.json").read_text())["tools"]:
    Draft202012Validator.check_schema(tool["function"]["parameters"])
assert schemas > 0
"#;

#[test]
fn python_accepts_every_schema() {
    let Some(checkers) = installed("LOCKSTEP_CHECKERS") else { return };
    let scratch = TempDir::new().expect("a folder");
    for folder in folders() {
        succeeds(python(&checkers, &scratch).args(["-c", CHECK]).arg(folder));
    }
}

#[test]
fn every_schema_is_one_and_examples_are_valid() {
    for folder in folders() {
        let lists = json(&folder, "mcp-tools.json");
        let latest =
            lists.as_object().and_then(|lists| lists.values().next_back()).expect("revisions").clone();
        let mut judged = 0;
        for list in lists.as_object().into_iter().flat_map(|lists| lists.values()) {
            for tool in list["tools"].as_array().into_iter().flatten() {
                for schema in ["inputSchema", "outputSchema"].iter().filter_map(|key| tool.get(key)) {
                    jsonschema::draft202012::meta::validate(schema).expect("a schema");
                    judged += 1;
                }
            }
        }
        assert!(judged > 0, "{}", folder.display());
        let paths = json(&folder, "openapi.json")["paths"].clone();
        for tool in latest["tools"].as_array().into_iter().flatten() {
            let validator = jsonschema::draft202012::new(&tool["inputSchema"]).expect("a schema");
            let path = format!("/v1/tools/{}", tool["name"].as_str().unwrap_or_default());
            let examples = &paths[path]["post"]["requestBody"]["content"]["application/json"]["examples"];
            for example in examples.as_object().into_iter().flat_map(|examples| examples.values()) {
                assert!(validator.is_valid(&example["value"]), "{example}");
            }
        }
    }
}
