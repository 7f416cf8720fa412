//! `cargo xtask lint`: what clients and model APIs would refuse of the catalog, and what it costs a model.

use std::fs;
use std::path::Path;

use lockstep_codegen::{Catalog, Report, TokenCost};

use crate::catalog::{from_file, from_tree};
use crate::spec::print;
use crate::tokens;

const HINT: &str = "hint: mend them, or say below the tool's `accept:` why they are meant";

/// Judges the catalog of the repository, or the one in `file`.
///
/// # Errors
///
/// The catalog's mistakes, or the findings that nothing accepts.
pub(crate) fn run(root: &Path, file: Option<&Path>, json: bool) -> Result<(), String> {
    let catalog: Catalog = match file {
        Some(file) => from_file(file)?,
        None => from_tree(root)?,
    };
    let report = catalog.lint(&tokens::count);
    if json {
        let text = serde_json::to_string_pretty(&report).map_err(|error| format!("error: {error}"))?;
        print(&format!("{text}\n"))?;
    } else {
        print(&in_words(&report))?;
    }
    match report.errors().count() {
        0 => Ok(()),
        count => Err(format!("error: findings that no `accept` explains: {count}\n{HINT}")),
    }
}

/// Fails on findings that nothing accepts; else one line about the cost.
///
/// # Errors
///
/// Those findings.
pub(crate) fn judge(report: &Report) -> Result<String, String> {
    let errors: Vec<String> = report.errors().map(|finding| format!("{finding}\n")).collect();
    if errors.is_empty() {
        let TokenCost { by_tool, total, .. } = &report.cost;
        return Ok(format!("lint: {} tools cost a model about {total} tokens (o200k)", by_tool.len()));
    }
    Err(format!("{}\nerror: findings of the lint: {}\n{HINT}", errors.join("\n"), errors.len()))
}

fn in_words(report: &Report) -> String {
    let mut text: String = report.findings.iter().map(|finding| format!("{finding}\n\n")).collect();
    let rows = report.cost.by_tool.iter().map(|(tool, tokens)| (tool.as_str(), *tokens));
    let rows: Vec<(&str, u64)> = rows.chain([("total, without optIn", report.cost.total)]).collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    text.push_str("tokens by tool: an estimate with OpenAI's o200k vocabulary\n");
    for (name, tokens) in rows {
        text.push_str(&format!("  {name:width$}  {tokens:>6}\n"));
    }
    text
}

/// The text of a file, or why it cannot be read.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("error: {}: {error}", path.display()))
}
