//! `cargo xtask regen`: spec/ → generated/, by comparing and then writing only what differs.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use lockstep_codegen::{Files, Sources};
use similar::TextDiff;

use crate::{lint, tokens};

/// What to do about a difference.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Write it.
    Write,
    /// Report it.
    Check,
}

/// How mistakes of the sources are reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// For people, on standard error.
    Text,
    /// For programs, on standard output: what `Errors::to_json` gives.
    Json,
}

/// Folders that hold nothing but generated files.
const OWNED: [&str; 3] = ["generated/exports", "generated/wire/src", "generated/tools/src"];

/// How many lines of each difference `--check` shows.
const DIFF_LINES: usize = 20;

/// Generates from `root`/spec and brings `root`/generated in line, or says what is not.
///
/// # Errors
///
/// The mistakes of the sources, what the lint finds in the catalog, or with [`Mode::Check`] the files that differ;
/// nothing was written then.
pub(crate) fn run(root: &Path, mode: Mode, report: Report) -> Result<(), String> {
    let sources = sources(&root.join("spec"))?;
    let (files, findings) = match lockstep_codegen::publish(&sources, &tokens::count) {
        Ok(published) => published,
        Err(errors) if report == Report::Json => {
            writeln!(std::io::stdout(), "{:#}", errors.to_json()).map_err(|error| error.to_string())?;
            return Err(format!("error: mistakes in spec/: {}", errors.iter().count()));
        }
        Err(errors) => return Err(errors.to_string()),
    };
    if report == Report::Json {
        writeln!(std::io::stdout(), "{{ \"errors\": [] }}").map_err(|error| error.to_string())?;
    }
    let cost = lint::judge(&findings)?;
    let changes = changes(root, &files)?;
    match mode {
        Mode::Check if changes.is_empty() => {
            eprintln!("regen: {} generated files are up to date\n{cost}", files.len());
            Ok(())
        }
        Mode::Check => Err(differences(&changes)),
        Mode::Write => {
            write(root, &changes)?;
            eprintln!("regen: {} files, {} changed\n{cost}", files.len(), changes.len());
            Ok(())
        }
    }
}

/// One file that is not what generation gives. Without `new` it is an orphan; without `old` it is missing.
struct Change {
    path: String,
    old: Option<String>,
    new: Option<String>,
}

/// What a source of generation is called; `build.rs` looks at the same files.
const SOURCES: [&str; 3] = [".json", ".toml", ".yaml"];

/// All sources below `spec`, by path.
pub(crate) fn sources(spec: &Path) -> Result<Sources, String> {
    let mut sources = Sources::new();
    for path in walk(spec)?.into_iter().filter(|path| SOURCES.iter().any(|end| path.ends_with(end))) {
        let text =
            fs::read_to_string(spec.join(&path)).map_err(|error| format!("error: spec/{path}: {error}"))?;
        sources.insert(path, text);
    }
    Ok(sources)
}

pub(crate) fn walk(folder: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("error: {}: {error}", folder.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| format!("error: {}: {error}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(walk(&entry.path())?.into_iter().map(|path| format!("{name}/{path}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn changes(root: &Path, files: &Files) -> Result<Vec<Change>, String> {
    let mut changes = Vec::new();
    for (path, new) in files {
        let old = fs::read_to_string(root.join(path)).ok();
        if old.as_ref() != Some(new) {
            changes.push(Change { path: path.clone(), old, new: Some(new.clone()) });
        }
    }
    let kept: BTreeSet<&String> = files.keys().collect();
    for folder in OWNED {
        if !root.join(folder).is_dir() {
            continue;
        }
        for path in walk(&root.join(folder))? {
            let path = format!("{folder}/{path}");
            if !kept.contains(&path) {
                let old = fs::read_to_string(root.join(&path)).ok();
                changes.push(Change { path, old, new: None });
            }
        }
    }
    Ok(changes)
}

fn write(root: &Path, changes: &[Change]) -> Result<(), String> {
    for change in changes {
        let path = root.join(&change.path);
        let folder = path.parent().unwrap_or(root);
        let done = match &change.new {
            Some(text) => fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)),
            None => fs::remove_file(&path),
        };
        done.map_err(|error| format!("error: {}: {error}", change.path))?;
        if change.new.is_none() {
            // Fails as long as the folder holds anything.
            let _ = fs::remove_dir(folder);
        }
    }
    Ok(())
}

fn differences(changes: &[Change]) -> String {
    let mut report = String::from("error: generated files do not match spec/\n");
    for change in changes {
        let state = match (&change.old, &change.new) {
            (None, _) => "missing",
            (_, None) => "orphan",
            _ => "stale",
        };
        report.push_str(&format!("\n{state}: {}\n", change.path));
        if let (Some(old), Some(new)) = (&change.old, &change.new) {
            let diff = TextDiff::from_lines(old.as_str(), new.as_str());
            let text = diff.unified_diff().context_radius(1).to_string();
            for line in text.lines().take(DIFF_LINES) {
                report.push_str(&format!("  {line}\n"));
            }
        }
    }
    report.push_str("\nhint: run `cargo xtask regen` and commit what it writes");
    report
}
