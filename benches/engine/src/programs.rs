//! The programs that are measured, built as they are shipped.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// Where each program is.
pub(crate) struct Programs {
    pub(crate) root: PathBuf,
    pub(crate) shipped: PathBuf,
    pub(crate) bench_server: PathBuf,
    pub(crate) axum: PathBuf,
    pub(crate) rmcp: PathBuf,
}

impl Programs {
    /// Builds what is not built yet.
    ///
    /// # Errors
    ///
    /// Cargo failed, or this was not started by Cargo.
    pub(crate) fn build() -> Result<Self, String> {
        let here = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = here.ok_or("error: start this with `cargo xtask bench`")?;
        let root = here.ancestors().nth(2).ok_or("error: this is not in the repository")?.to_path_buf();
        let this = env::current_exe().map_err(|error| format!("error: this program: {error}"))?;
        // <target>/release/engine-bench
        let target = this.ancestors().nth(2).ok_or("error: this program is nowhere")?;
        let peers = built(&here, &["--release", "--bins", "--target-dir", &target.to_string_lossy()])?;
        let shipped = built(&root, &["--profile", "dist", "--package", "conformance-server"])?;
        let find = |programs: &[PathBuf], name: &str| {
            let found = programs.iter().find(|path| path.file_stem().is_some_and(|stem| stem == name));
            found.cloned().ok_or_else(|| format!("error: cargo built no `{name}`"))
        };
        Ok(Self {
            shipped: find(&shipped, "conformance-server")?,
            bench_server: find(&peers, "bench-server")?,
            axum: find(&peers, "axum-peer")?,
            rmcp: find(&peers, "rmcp-peer")?,
            root,
        })
    }
}

/// Builds the workspace in `folder` and says which programs there are.
fn built(folder: &Path, arguments: &[&str]) -> Result<Vec<PathBuf>, String> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder).args(["build", "--locked", "--quiet"]).args(arguments);
    cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    let done = cargo.output().map_err(|error| format!("error: cargo cannot be started: {error}"))?;
    if !done.status.success() {
        return Err(format!("error: cargo failed in {}", folder.display()));
    }
    let text = String::from_utf8_lossy(&done.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    Ok(messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).collect())
}
