//! Running other programs: what is run is said, and a failure names it.

use std::fs;
use std::path::Path;
use std::process::Command;

/// How much of a long output is shown.
const LAST_LINES: usize = 60;

/// Runs `command` with its output passed through.
///
/// # Errors
///
/// It could not be started, or did not succeed.
pub(crate) fn run(step: &str, command: &mut Command) -> Result<(), String> {
    eprintln!("xtask: {step}");
    let status = command.status().map_err(|error| {
        format!("error: `{}` cannot be started: {error}", command.get_program().to_string_lossy())
    })?;
    if status.success() {
        return Ok(());
    }
    Err(format!("error: {step} failed ({status})\n  {}", shown(command)))
}

/// The end of what a program wrote to `log`.
pub(crate) fn last_lines(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    [command.get_program().to_string_lossy().into_owned()]
        .into_iter()
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}
