//! `cargo xtask catalog diff`: whether a change of the catalog breaks those who call its tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Subcommand;
use lockstep_codegen::{Catalog, CatalogChange, Sources};

use crate::lint::read;
use crate::regen;
use crate::spec::print;

#[derive(Subcommand)]
pub(crate) enum Task {
    /// Say what changed since a commit or against a file; exit 1 if anything breaks callers
    Diff {
        /// A commit, tag or branch of git, or the file of a catalog
        older: String,
        /// Print an array of objects with `subject`, `name`, `at`, `kind`, `breaking`, `text`, `file`, `line` and `column`
        #[arg(long)]
        json: bool,
    },
}

/// Runs one of the tasks.
///
/// # Errors
///
/// A catalog has mistakes, or a change breaks callers.
pub(crate) fn run(root: &Path, task: Task) -> Result<(), String> {
    let Task::Diff { older, json } = task;
    let file = PathBuf::from(&older);
    let before = if file.is_file() { from_file(&file)? } else { from_git(root, &older)? };
    let changes = before.changes(&from_tree(root)?);
    if json {
        let text = serde_json::to_string_pretty(&changes).map_err(|error| format!("error: {error}"))?;
        print(&format!("{text}\n"))?;
    } else {
        print(&in_words(&changes))?;
    }
    match changes.iter().filter(|change| change.breaking).count() {
        0 => Ok(()),
        count => Err(format!(
            "error: changes that break callers: {count}\nhint: keep the old name as an alias, make new arguments optional, or \
             announce it with the next version"
        )),
    }
}

fn in_words(changes: &[CatalogChange]) -> String {
    if changes.is_empty() {
        return "nothing changed\n".to_owned();
    }
    let mut text = String::new();
    for (heading, breaking) in [("breaks callers", true), ("breaks nobody", false)] {
        let of: Vec<&CatalogChange> = changes.iter().filter(|change| change.breaking == breaking).collect();
        if !of.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{heading}: {}\n", of.len()));
            of.iter().for_each(|change| text.push_str(&format!("  {change}\n")));
        }
    }
    text
}

/// The catalog of the working tree.
pub(crate) fn from_tree(root: &Path) -> Result<Catalog, String> {
    let sources = regen::sources(&root.join("spec"))?;
    let files = sources.into_iter().filter(|(path, _)| path.ends_with(".yaml"));
    checked(CATALOG, &files.map(|(path, text)| (format!("spec/{path}"), text)).collect())
}

/// The catalog in a file, with the files below its folder that it imports.
pub(crate) fn from_file(file: &Path) -> Result<Catalog, String> {
    let text = read(file)?;
    let mut sources = Sources::new();
    // Without imports its folder is nobody's business.
    if text.lines().any(|line| line.starts_with("imports:")) {
        let folder = file.parent().unwrap_or(Path::new(""));
        let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        for path in regen::walk(here)?.into_iter().filter(|path| path.ends_with(".yaml")) {
            let path = folder.join(path);
            sources.insert(path.to_string_lossy().into_owned(), read(&path)?);
        }
    }
    let root = file.to_string_lossy().into_owned();
    sources.insert(root.clone(), text);
    checked(&root, &sources)
}

/// The catalog as it was in a commit.
fn from_git(root: &Path, revision: &str) -> Result<Catalog, String> {
    let listed = git(root, &["ls-tree", "-r", "--name-only", revision, "--", "spec"]).map_err(|message| {
        format!(
            "{message}\nhint: name a commit, tag or branch, or the file of a catalog; `{revision}` is none"
        )
    })?;
    let mut sources = Sources::new();
    for path in listed.lines().filter(|path| path.ends_with(".yaml")) {
        sources.insert(path.to_owned(), git(root, &["show", &format!("{revision}:{path}")])?);
    }
    checked(CATALOG, &sources).map_err(|message| format!("in {revision}:\n{message}"))
}

const CATALOG: &str = "spec/tools.yaml";

fn checked(root: &str, files: &Sources) -> Result<Catalog, String> {
    Catalog::parse(root, files).map_err(|errors| errors.to_string())
}

fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let done = Command::new("git").arg("-C").arg(root).args(arguments).output();
    let done = done.map_err(|error| format!("error: `git` cannot be started: {error}"))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("error: `git {}` failed: {}", arguments.join(" "), said.trim()))
}
