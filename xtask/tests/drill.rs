//! A revision that does not exist goes through `cargo xtask spec add`: exactly its gaps are named, rules close them,
//! what comes out compiles, and the older revisions' types are what they were.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use lockstep_codegen::Sources;
use serde_json::{Value, json};

const REVISION: &str = "2027-03-01";

/// Every revision that the synthetic one is bridged to.
const OLDER: [&str; 5] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn texts(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            texts(&entry.path(), &format!("{path}/"), found);
        } else {
            found.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// A repository of spec/, generated/ and docs/ alone.
fn repository_copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["spec", "generated", "docs"] {
        copy(&repository().join(part), &folder.path().join(part));
    }
    folder
}

fn xtask(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).arg("--root").arg(root).args(arguments).output().unwrap()
}

fn newest() -> Value {
    let mut sources = Sources::new();
    texts(&repository().join("spec"), "", &mut sources);
    let schemas = lockstep_codegen::effective_schemas(&sources).unwrap();
    serde_json::from_str(schemas.values().last().unwrap()).unwrap()
}

fn required(schema: &mut Value, member: &str) {
    schema["required"].as_array_mut().unwrap().push(json!(member));
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// The newest schema with one change of each kind.
fn synthetic() -> Value {
    let mut schema = newest();
    let defs = schema["$defs"].as_object_mut().unwrap();

    // A new optional field.
    defs["Tool"]["properties"]["deprecated"] = json!({ "type": "boolean" });
    // A new required field: of a server's result, and of a client's answer.
    defs["ListToolsResult"]["properties"]["listVersion"] = json!({ "type": "string" });
    required(&mut defs["ListToolsResult"], "listVersion");
    defs["ElicitResult"]["properties"]["answeredBy"] = json!({ "type": "string" });
    required(&mut defs["ElicitResult"], "answeredBy");
    // A new content type.
    let video = json!({
        "type": "object",
        "properties": { "type": { "const": "video", "type": "string" }, "uri": { "type": "string" } },
        "required": ["type", "uri"],
    });
    defs.insert("VideoContent".to_owned(), video);
    defs["ContentBlock"]["anyOf"].as_array_mut().unwrap().push(reference("VideoContent"));
    // A renamed definition.
    let renamed = defs.remove("PromptArgument").unwrap();
    defs.insert("PromptParameter".to_owned(), renamed);
    defs["Prompt"]["properties"]["arguments"]["items"] = reference("PromptParameter");
    // A removed method.
    for name in ["CompleteRequest", "CompleteRequestParams", "CompleteResult", "CompleteResultResponse"] {
        defs.remove(name).unwrap();
    }
    for (union, gone) in [("ClientRequest", "CompleteRequest"), ("ServerResult", "CompleteResult")] {
        defs[union]["anyOf"].as_array_mut().unwrap().retain(|member| *member != reference(gone));
    }
    // A new method with params.
    let mut params = defs["GetPromptRequestParams"].clone();
    params["properties"].as_object_mut().unwrap().shift_remove("arguments");
    defs.insert("PreviewToolRequestParams".to_owned(), params);
    let mut request = defs["GetPromptRequest"].clone();
    request["properties"]["method"]["const"] = json!("tools/preview");
    request["properties"]["params"] = reference("PreviewToolRequestParams");
    defs.insert("PreviewToolRequest".to_owned(), request);
    let mut result = defs["CallToolResult"].clone();
    result["description"] = json!("What a call would do.");
    defs.insert("PreviewToolResult".to_owned(), result);
    defs["ClientRequest"]["anyOf"].as_array_mut().unwrap().push(reference("PreviewToolRequest"));
    defs["ServerResult"]["anyOf"].as_array_mut().unwrap().push(reference("PreviewToolResult"));
    // A removed enum value.
    let actions = defs["ElicitResult"]["properties"]["action"]["enum"].as_array_mut().unwrap();
    actions.retain(|action| action != "cancel");
    schema
}

/// What has to be named: the far side, the type and what is wrong with it.
fn expected_gaps() -> BTreeSet<String> {
    let mut gaps = BTreeSet::new();
    for older in OLDER {
        let mut down = |text: &str| gaps.insert(format!("{REVISION} → {older}: {text}"));
        down("`ContentBlock` has the variant `VideoContent`, which the other side has not");
        down(&format!("`CompleteResult` has no counterpart in {REVISION}"));
        down(&format!("`PreviewToolResult` has no counterpart in {older}"));
        let mut up = |text: &str| gaps.insert(format!("{older} → {REVISION}: {text}"));
        up(&format!("`CompleteRequest` has no counterpart in {REVISION}"));
        up(&format!("`PreviewToolRequest` has no counterpart in {older}"));
        // Elicitation began in 2025-06-18.
        if older >= "2025-06-18" {
            up("`ElicitResult` requires `answeredBy`, which the other side has not");
            up("`ElicitResultAction` has `Cancel`, which is no value there");
        }
    }
    for stale in
        ["field `CompleteRequestParams._meta`", "variant `CompleteRequestParamsRef::ResourceReference`"]
    {
        gaps.insert(format!("the rule {stale} to latest closes no gap any more"));
    }
    gaps
}

fn named_gaps(output: &str) -> BTreeSet<String> {
    output.lines().filter_map(|line| line.strip_prefix("error: ")).map(str::to_owned).collect()
}

/// Answers to every gap.
fn answer(root: &Path) {
    let path = root.join("spec/bridge.toml");
    let rules = fs::read_to_string(&path).unwrap();
    let stale = ["type = \"CompleteRequestParams\"", "type = \"CompleteRequestParamsRef\""];
    let (head, rest) = rules.split_once("\n[[").unwrap();
    let kept: Vec<&str> = rest
        .split("\n[[")
        .filter(|rule| !stale.iter().any(|line| rule.lines().any(|found| found == *line)))
        .collect();
    let to = OLDER.map(|older| format!("\"{older}\"")).join(", ");
    let added = format!(
        r#"
[[era_only]]
types = ["CompleteRequest", "CompleteResult", "PreviewToolRequest", "PreviewToolResult"]
reason = "one method is gone, one is new"

[[variant]]
to = [{to}]
type = "ContentBlock"
variant = "VideoContent"
refuse = "there is no video before {REVISION}"
reason = "new"

[[variant]]
to = ["latest"]
type = "ElicitResultAction"
variant = "Cancel"
refuse = "nobody cancels any more"
reason = "removed"

[[field]]
to = ["latest"]
type = "ElicitResult"
field = "answeredBy"
fill = "elicitation_id"
reason = "new"
"#
    );
    fs::write(&path, format!("{head}\n[[{}\n{added}", kept.join("\n[["))).unwrap();
}

/// Checks lockstep-wire alone, in a workspace made of the real one's tables.
fn compiles(root: &Path) {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let tables = &manifest[manifest.find("[workspace.package]").unwrap()..manifest.find("[profile").unwrap()];
    let tables: Vec<&str> = tables.lines().filter(|line| !line.starts_with("lockstep-")).collect();
    let workspace =
        format!("[workspace]\nresolver = \"3\"\nmembers = [\"generated/wire\"]\n\n{}\n", tables.join("\n"));
    fs::write(root.join("Cargo.toml"), workspace).unwrap();
    fs::copy(repository().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--quiet", "--offline", "--package", "lockstep-wire"])
        .current_dir(root)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("drill"))
        .env_remove("CARGO_MANIFEST_DIR")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_new_revision_names_its_gaps_and_leaves_the_old_ones_alone() {
    let folder = repository_copy();
    let root = folder.path();
    let mut before = BTreeMap::new();
    texts(&root.join("generated/wire/src"), "", &mut before);
    let file = root.join("synthetic.json");
    fs::write(&file, synthetic().to_string()).unwrap();

    let added = xtask(root, &["spec", "add", REVISION, file.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&added.stderr);
    assert!(!added.status.success(), "a revision with gaps was generated:\n{said}");
    assert_eq!(named_gaps(&said), expected_gaps(), "{said}");
    assert!(said.contains("hint: add a rule, for example"), "{said}");
    let mut untouched = BTreeMap::new();
    texts(&root.join("generated/wire/src"), "", &mut untouched);
    assert_eq!(untouched, before, "generated/ changed although generation failed");

    answer(root);
    let generated = xtask(root, &["regen"]);
    assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
    let mut after = BTreeMap::new();
    texts(&root.join("generated/wire/src"), "", &mut after);
    for older in OLDER {
        let path = format!("v{}.rs", older.replace('-', "_"));
        assert_eq!(after[&path], before[&path], "{path} changed");
    }
    let new = &after[&format!("v{}.rs", REVISION.replace('-', "_"))];
    for part in ["pub struct PromptParameter", "pub struct VideoContent", "pub deprecated: Option<bool>"] {
        assert!(new.contains(part), "`{part}` is not there");
    }
    compiles(root);
}
