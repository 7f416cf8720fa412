//! Whole servers, as they are shipped: Lockstep beside a bare axum handler and rmcp, in turns in one run.
//!
//! Servers run on processor 0 and the driver on processor 1. Each round measures every server once, and the ratios are
//! taken round by round, so that whatever else the machine does meets all of them.
#![forbid(unsafe_code)]

mod answer;
mod callgrind;
mod client;
mod fresh;
mod http;
mod load;
mod machine;
mod pipe;
mod process;
mod programs;
mod report;
mod requests;
mod sample;
mod stdio;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use load::Run;
use machine::Usage;
use programs::Programs;

const USAGE: &str =
    "error: usage: http|stdio [--rounds N] [--seconds S] [--calm PROCESSORS] [--only TEXT] [--quick]";

/// How often a run that others disturbed is taken again.
const TRIES: usize = 10;

/// What the command line may say.
pub(crate) struct Options {
    /// How often each server gets its turn.
    pub(crate) rounds: usize,
    /// How long a turn is.
    pub(crate) time: Duration,
    /// A run during which other programs used more is taken again.
    pub(crate) calm: f64,
    /// Measure only what this is part of the name of.
    pub(crate) only: String,
    /// Little of everything: to see that it works.
    pub(crate) quick: bool,
    /// A folder for files in passing.
    pub(crate) folder: PathBuf,
}

impl Options {
    /// A run, taken again while others disturb it; at last the calmest.
    pub(crate) fn calmly(
        &self,
        name: &str,
        mut run: impl FnMut() -> Result<Run, String>,
    ) -> Result<Run, String> {
        let mut calmest: Option<Run> = None;
        for _ in 0..TRIES {
            let taken = run()?;
            let Usage { server, driver, others, .. } = taken.usage;
            let rate = taken.per_second;
            eprintln!("  {name}: {rate:.0}/s; server {server:.2}, driver {driver:.2}, others {others:.2}");
            if others <= self.calm || taken.errors > 0 {
                return Ok(taken);
            }
            if calmest.as_ref().is_none_or(|calmest| others < calmest.usage.others) {
                calmest = Some(taken);
            }
        }
        calmest.ok_or_else(|| "error: nothing was run".to_owned())
    }
}

fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(errors) => {
            eprintln!("error: {errors} answers were wrong or did not come");
            ExitCode::FAILURE
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<u64, String> {
    let measure = match arguments.next().as_deref() {
        Some("http") => http::run,
        Some("stdio") => stdio::run,
        _ => return Err(USAGE.to_owned()),
    };
    let mut options = options(arguments)?;
    let programs = Programs::build()?;
    options.folder = env::temp_dir().join(format!("engine-bench-{}", std::process::id()));
    fs::create_dir_all(&options.folder)
        .map_err(|error| format!("error: {}: {error}", options.folder.display()))?;
    println!("{}", machine::conditions(&programs.root)?);
    println!(
        "- rounds: {}, in each every server for {:.1} s; least / **median** / most over the rounds",
        options.rounds,
        options.time.as_secs_f64()
    );
    let done = measure(&programs, &options);
    let _ = fs::remove_dir_all(&options.folder);
    done
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let (mut rounds, mut seconds, mut quick) = (None, None, false);
    let (mut calm, mut only) = (f64::INFINITY, String::new());
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or(USAGE);
        let number = |text: String| text.parse::<f64>().ok().filter(|number| *number > 0.0).ok_or(USAGE);
        match argument.as_str() {
            "--rounds" => rounds = Some(next()?.parse().map_err(|_| USAGE)?),
            "--seconds" => seconds = Some(number(next()?)?),
            "--calm" => calm = number(next()?)?,
            "--only" => only = next()?,
            "--quick" => quick = true,
            _ => return Err(USAGE.to_owned()),
        }
    }
    let (usual_rounds, usual_seconds) = if quick { (1, 0.3) } else { (5, 2.0) };
    Ok(Options {
        rounds: rounds.unwrap_or(usual_rounds).max(1),
        time: Duration::from_secs_f64(seconds.unwrap_or(usual_seconds)),
        calm,
        only,
        quick,
        folder: PathBuf::new(),
    })
}
