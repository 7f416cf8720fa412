//! `cargo xtask fuzz`: the fuzz targets, built with coverage by the stable compiler.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{last_lines, run as step};

/// Every target; each has its kept corpus in `fuzz/corpus/<target>`.
const TARGETS: [&str; 9] = [
    "wire_decode",
    "bridge",
    "envelope",
    "stdio_framer",
    "http_guard",
    "session_machine",
    "sealed",
    "sql_guard",
    "url_guard",
];

/// What cargo-fuzz passes as well, as far as the stable compiler takes it.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Clink-dead-code -Cdebug-assertions -Ccodegen-units=1";

/// Replays the kept corpus of `target`, or of all, and then looks for `seconds` for more.
///
/// What is found on the way stays in the target folder; only a person adds to the kept corpus.
///
/// # Errors
///
/// There is no such target, or one found an input that breaks a promise: its file is named.
pub(crate) fn run(root: &Path, target: Option<&str>, seconds: u64) -> Result<(), String> {
    let targets: Vec<_> =
        TARGETS.into_iter().filter(|name| target.is_none_or(|target| target == *name)).collect();
    if targets.is_empty() {
        return Err(format!("error: there is no such target\nhint: one of {}", TARGETS.join(", ")));
    }
    let fuzz = root.join("fuzz");
    let programs = build(root, &fuzz)?;
    for target in targets {
        let program = programs.join(target);
        let kept = fuzz.join("corpus").join(target);
        let found = programs.join("found").join(target);
        fs::create_dir_all(&found).map_err(|error| format!("error: {}: {error}", found.display()))?;
        let log = programs.join(format!("{target}.log"));
        let run = |what: &str, argument: &str, folders: &[&Path]| {
            let mut command = Command::new(&program);
            // A crash leaves its input in the current folder.
            command.current_dir(&programs).args(["-timeout=10", argument]).args(folders);
            logged(&format!("{target}: {what}"), &mut command, &log)
        };
        run("kept corpus", "-runs=0", &[&kept])?;
        run(&format!("{seconds} s"), &format!("-max_total_time={seconds}"), &[&found, &kept])?;
    }
    Ok(())
}

/// Runs `command`, whose many lines go to `log`; a failure shows the last of them.
fn logged(what: &str, command: &mut Command, log: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("error: {}: {error}", log.display());
    let done = step(what, command.stderr(fs::File::create(log).map_err(failed)?));
    done.map_err(|message| format!("{}\n{message}", last_lines(log)))
}

/// Builds all targets; where they are.
fn build(root: &Path, fuzz: &Path) -> Result<PathBuf, String> {
    let host = host()?;
    let folder = target_folder(root).join("fuzz");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(fuzz).args(["build", "--release", "--bins", "--locked"]);
    // With a target named, build scripts are built without these flags, which they could not link with.
    cargo.args(["--target", &host, "--target-dir"]).arg(&folder).env("RUSTFLAGS", COVERAGE);
    step("build the fuzz targets", &mut cargo)?;
    Ok(folder.join(host).join("release"))
}

/// Where builds of this repository go.
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// What this machine's compiler calls this machine.
fn host() -> Result<String, String> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let done =
        rustc.arg("-vV").output().map_err(|error| format!("error: `rustc` cannot be started: {error}"))?;
    let text = String::from_utf8_lossy(&done.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| format!("error: `rustc -vV` does not name its host:\n{text}"))
}
