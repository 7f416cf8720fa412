//! `cargo xtask spec`: what changed between revisions, and taking in a new one.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use lockstep_codegen::{Change, Origin, Sources};

use crate::regen::{self, Mode, Report};

#[derive(Subcommand)]
pub(crate) enum Task {
    /// Print what changed from one revision to another: methods, types, fields
    Diff {
        /// Such as 2025-06-18
        older: String,
        /// Such as 2025-11-25
        newer: String,
        /// Print a JSON array of objects with `kind`, `type`, `field` and `detail`
        #[arg(long)]
        json: bool,
    },
    /// Take in the schema of a new revision, generate, and say what has no answer yet
    Add {
        /// Its date, such as 2026-07-28
        revision: String,
        /// Its schema.json
        file: PathBuf,
        /// The package that ships the file
        #[arg(long)]
        package: Option<String>,
        /// The package's version
        #[arg(long)]
        version: Option<String>,
        /// The last upstream commit that touched the file
        #[arg(long)]
        commit: Option<String>,
    },
}

/// Runs one of the tasks.
///
/// # Errors
///
/// As the task has them.
pub(crate) fn run(root: &Path, task: Task) -> Result<(), String> {
    match task {
        Task::Diff { older, newer, json } => {
            let changes = changes(&regen::sources(&root.join("spec"))?, &older, &newer)?;
            print(&if json { in_json(&changes)? } else { in_words(&changes) })
        }
        Task::Add { revision, file, package, version, commit } => {
            let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
            add(root, &revision, &file, &Origin { file: name, package, version, commit })
        }
    }
}

fn changes(sources: &Sources, older: &str, newer: &str) -> Result<Vec<Change>, String> {
    lockstep_codegen::diff(sources, older, newer).map_err(|errors| errors.to_string())
}

pub(crate) fn print(text: &str) -> Result<(), String> {
    // Whoever reads may have seen enough.
    io::stdout().lock().write_all(text.as_bytes()).or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(format!("error: standard output: {error}")),
    })
}

fn in_json(changes: &[Change]) -> Result<String, String> {
    serde_json::to_string_pretty(changes).map(|text| text + "\n").map_err(|error| format!("error: {error}"))
}

/// A line per change, under a heading for methods, types and fields.
fn in_words(changes: &[Change]) -> String {
    let mut text = String::new();
    let mut subject = "";
    for change in changes {
        if change.kind.subject() != subject {
            subject = change.kind.subject();
            let count = changes.iter().filter(|change| change.kind.subject() == subject).count();
            text.push_str(&format!("{}{subject}: {count}\n", if text.is_empty() { "" } else { "\n" }));
        }
        text.push_str(&format!("  {change}\n"));
    }
    if text.is_empty() { "nothing changed\n".to_owned() } else { text }
}

/// Checks first, then writes into spec/, then generates.
fn add(root: &Path, revision: &str, file: &Path, origin: &Origin) -> Result<(), String> {
    let spec = root.join("spec");
    let sources = regen::sources(&spec)?;
    let text = fs::read_to_string(file).map_err(|error| format!("error: {}: {error}", file.display()))?;
    if spec.join(revision).exists() {
        return Err(format!(
            "error: spec/{revision} is there already\nhint: nothing in spec/ is overwritten"
        ));
    }
    let adopted =
        lockstep_codegen::adopt(&sources, revision, &text, origin).map_err(|errors| errors.to_string())?;
    let mut after = sources;
    after.extend(adopted.files.clone());
    let changes = changes(&after, &adopted.previous, revision)?;
    for (path, text) in &adopted.files {
        let path = spec.join(path);
        let folder = path.parent().unwrap_or(&spec);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("error: {}: {error}", path.display()))?;
    }

    let mut said = format!("since {}\n\n{}\n", adopted.previous, in_words(&changes));
    said.push_str(&format!(
        "spec/{revision}/schema.json is written, with {} definitions; spec/provenance.toml lists it\n",
        adopted.definitions
    ));
    for name in &adopted.errata {
        said.push_str(&format!("spec/errata.toml mends it with `{name}`: the mistake is still there\n"));
    }
    print(&said)?;
    match regen::run(root, Mode::Write, Report::Text) {
        Ok(()) => print(&left_to_do(revision)),
        Err(errors) => Err(format!(
            "{errors}\nspec/ is in place, generated/ is as it was\nhint: answer what is named above, then run `cargo xtask regen`\n{}",
            left_to_do(revision)
        )),
    }
}

/// What does not follow by itself.
fn left_to_do(revision: &str) -> String {
    format!(
        "\nleft to do by hand\n  \
         serve it: types alone serve nobody; `Revision` in server/runtime/engine/revision names what is served\n  \
         say where it is from: complete the entry of {revision} in spec/provenance.toml, as far as it says `unknown`\n  \
         say what became of its methods: `NOTES` in codegen/src/emit/methods.rs\n"
    )
}
