//! `cargo xtask deny`: dependencies against `deny.toml`.

use std::path::Path;
use std::process::Command;

use crate::provision;
use crate::run::run as step;

/// Checks bans, licences and sources, and the advisory database if asked.
///
/// # Errors
///
/// cargo-deny could not be installed, or found something.
pub(crate) fn run(root: &Path, advisories: bool) -> Result<(), String> {
    let program = provision::cargo_deny(root)?;
    let mut command = Command::new(program);
    command.current_dir(root).args(["--workspace", "--locked", "--log-level", "error", "check"]);
    if advisories {
        command.arg("advisories");
    }
    command.args(["bans", "licenses", "sources"]);
    step("dependencies", &mut command)
}
