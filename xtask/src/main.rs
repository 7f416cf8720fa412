//! The repository's task runner: `cargo xtask <task>`.
#![forbid(unsafe_code)]

mod bench;
mod catalog;
mod conformance;
mod deny;
mod fuzz;
mod lint;
mod postgres;
mod provision;
mod regen;
mod run;
mod spec;
mod test;
mod tidy;
mod tokens;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of the Lockstep repository")]
struct Arguments {
    /// The repository to work on, if not the one this was built in
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write everything below generated/ from spec/
    Regen {
        /// Write nothing; list what is stale and exit 1
        #[arg(long)]
        check: bool,
        /// Write the mistakes of the sources to standard output as JSON
        #[arg(long)]
        json: bool,
    },
    /// Compare revisions, or take in a new one
    Spec {
        #[command(subcommand)]
        task: spec::Task,
    },
    /// Say what clients and model APIs would refuse of the catalog, and what its tools cost a model
    Lint {
        /// Print an object with `findings` and `cost`
        #[arg(long)]
        json: bool,
        /// Another catalog than spec/tools.yaml
        #[arg(long, value_name = "CATALOG")]
        file: Option<PathBuf>,
    },
    /// Compare the catalog with what it was
    Catalog {
        #[command(subcommand)]
        task: catalog::Task,
    },
    /// Run everything that must pass: format, lints, generated files, documentation, licences, the official conformance
    /// suite, tests, foreign clients
    Test,
    /// Run a command with a PostgreSQL server of its own, whose address is in LOCKSTEP_POSTGRES
    Postgres {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Run the official conformance suite against the server in tests/conformance
    Conformance {
        /// Another server, which runs already: the URL of its endpoint, at 127.0.0.1 or localhost
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
    /// Write test vectors for every definition of every revision: JSON files whose names carry the verdict
    Vectors {
        /// An empty folder, or one that this wrote before
        folder: PathBuf,
    },
    /// Measure: build a bench and run it
    Bench {
        /// Which: `http` or `stdio` for whole servers, otherwise a folder of benches/ such as `wire` or `db`
        name: String,
        /// Arguments of the bench
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Replay the kept corpus of the fuzz targets, then look for more
    Fuzz {
        /// How long to look, for each target
        #[arg(long, default_value_t = 600)]
        seconds: u64,
        /// One target only
        target: Option<String>,
    },
    /// Check what no compiler checks: how tools take their arguments, first lines, the lock of revisions
    Tidy,
    /// Check dependencies: bans, licences and sources; with --advisories also the advisory database
    Deny {
        /// Ask the advisory database, which needs a network
        #[arg(long)]
        advisories: bool,
    },
}

fn main() -> ExitCode {
    let Arguments { root, task } = Arguments::parse();
    let root = root.unwrap_or_else(built_in);
    let done = match task {
        Task::Regen { check, json } => {
            let mode = if check { regen::Mode::Check } else { regen::Mode::Write };
            let report = if json { regen::Report::Json } else { regen::Report::Text };
            regen::run(&root, mode, report)
        }
        Task::Spec { task } => spec::run(&root, task),
        Task::Lint { json, file } => lint::run(&root, file.as_deref(), json),
        Task::Catalog { task } => catalog::run(&root, task),
        Task::Test => test::run(&root),
        Task::Postgres { command } => postgres::run(&root, &command),
        Task::Conformance { url } => conformance::run(&root, url.as_deref()),
        Task::Vectors { folder } => test::vectors(&root, &folder),
        Task::Bench { name, arguments } => bench::run(&root, &name, &arguments),
        Task::Fuzz { seconds, target } => fuzz::run(&root, target.as_deref(), seconds),
        Task::Tidy => tidy::run(&root),
        Task::Deny { advisories } => deny::run(&root, advisories),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's root: the folder above this crate's. Cargo says where that is; worktrees that share a target folder
/// may share this program, too.
fn built_in() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let here = Path::new(&here);
    here.parent().unwrap_or(here).to_path_buf()
}
