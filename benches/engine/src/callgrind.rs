//! User instructions per call, counted by callgrind: two runs of different length, and the difference.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Calls of the short run and of the long one.
const FEW: u64 = 200;
const MANY: u64 = 1200;

/// Callgrind, if this machine has it.
pub(crate) struct Callgrind {
    /// The file it writes.
    report: Option<PathBuf>,
}

impl Callgrind {
    /// Looks for valgrind; says how to get it where it is missing.
    pub(crate) fn find(folder: &Path) -> Self {
        let there = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
        if there.is_ok_and(|status| status.success()) {
            return Self { report: Some(folder.join("callgrind.out")) };
        }
        eprintln!(
            "note: there is no `valgrind`, so instructions are not counted\nhint: apt-get install valgrind"
        );
        Self { report: None }
    }

    /// Instructions per call. `run` starts a server behind the given command, makes so many calls and stops it.
    pub(crate) fn count(
        &self,
        mut run: impl FnMut(&[String], u64) -> Result<(), String>,
    ) -> Result<Option<f64>, String> {
        let Some(report) = &self.report else { return Ok(None) };
        let wrapper = ["valgrind", "--quiet", "--tool=callgrind"].map(str::to_owned).into_iter();
        let wrapper: Vec<String> =
            wrapper.chain([format!("--callgrind-out-file={}", report.display())]).collect();
        let mut total = |calls| {
            run(&wrapper, calls)?;
            let text = fs::read_to_string(report).map_err(|error| format!("error: callgrind: {error}"))?;
            let line = text.lines().rev().find_map(|line| line.strip_prefix("totals: "));
            let total = line.and_then(|line| line.trim().parse::<f64>().ok());
            total.ok_or_else(|| "error: the report of callgrind has no totals".to_owned())
        };
        let (few, many) = (total(FEW)?, total(MANY)?);
        Ok(Some((many - few) / (MANY - FEW) as f64))
    }
}
