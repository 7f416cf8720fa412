//! Running other programs: what is run is said, and a failure names it.

use std::process::Command;

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

fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    [command.get_program().to_string_lossy().into_owned()]
        .into_iter()
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}
