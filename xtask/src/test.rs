//! `cargo xtask test`: everything that must pass, in the order in which it fails fastest.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::postgres::Postgres;
use crate::run::run as step;
use crate::{conformance, deny, fuzz, provision, regen, tidy};

/// How long each fuzz target looks for more than its kept corpus; `cargo xtask fuzz` looks longer.
const FUZZ_SECONDS: u64 = 10;

/// Runs every check; the first that fails ends the run.
///
/// # Errors
///
/// Names what failed.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(root).args(arguments);
        command
    };
    step("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    for apart in [
        "benches/db",
        "benches/dispatch",
        "benches/engine",
        "benches/fetch",
        "benches/wire",
        "examples/deploy",
        "fuzz",
        "tests/clients/rmcp",
    ] {
        let manifest = format!("{apart}/Cargo.toml");
        step(&format!("format of {apart}"), &mut cargo(&["fmt", "--check", "--manifest-path", &manifest]))?;
    }
    eprintln!("xtask: regen --check");
    regen::run(root, regen::Mode::Check, regen::Report::Text)?;
    eprintln!("xtask: tidy");
    tidy::run(root)?;
    step(
        "clippy",
        &mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
    )?;
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    step("documentation", doc.env("RUSTDOCFLAGS", "-D warnings"))?;
    deny::run(root, false)?;
    let clients = provision::clients(root)?;
    let mut tests = provision::nextest(root)?;
    let postgres = Postgres::start()?;
    step("doc tests", &mut cargo(&["test", "--workspace", "--doc", "--locked"]))?;
    // A test runs it, and no test should wait for a build.
    step("build the example client", &mut cargo(&["build", "--locked", "--package", "example-client"]))?;
    let mut deploy =
        cargo(&["test", "--locked", "--manifest-path", "examples/deploy/Cargo.toml", "--target-dir"]);
    step("tests of the deploy example", deploy.arg(fuzz::target_folder(root)))?;
    let mut rmcp =
        cargo(&["build", "--locked", "--manifest-path", "tests/clients/rmcp/Cargo.toml", "--target-dir"]);
    step("build the client on the Rust SDK", rmcp.arg(fuzz::target_folder(root)))?;
    eprintln!("xtask: conformance");
    conformance::run(root, None)?;
    fuzz::run(root, None, FUZZ_SECONDS)?;
    // Last, so that the runner's totals close the output.
    tests.current_dir(root).args(["nextest", "run", "--workspace", "--locked"]);
    let built = fuzz::target_folder(root).join("debug");
    tests.env("LOCKSTEP_CONFORMANCE_SERVER", built.join("conformance-server"));
    tests.env("LOCKSTEP_RMCP_CLIENT", built.join("rmcp-client"));
    step("tests", postgres.describe(clients.describe(&mut tests)))
}

/// Writes the vectors into `folder`. A program of its own does it: this one stays quick to build without a validator.
///
/// # Errors
///
/// It could not be built or run, or refused the folder.
pub(crate) fn vectors(root: &Path, folder: &Path) -> Result<(), String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Cargo's variables of this program are not that one's.
    cargo.current_dir(root).env_remove("CARGO_MANIFEST_DIR");
    let folder =
        std::path::absolute(folder).map_err(|error| format!("error: {}: {error}", folder.display()))?;
    cargo.args(["run", "--quiet", "--locked", "--package", "lockstep-vectors", "--"]).arg(folder);
    step("vectors", &mut cargo)
}
