//! Rows through `db_query`, as a client's call reaches the tool, beside rows through plain sqlx: the same query on the
//! same database, in turns, with as many connections.
//!
//! Plain sqlx reads each row into a tuple of its types and writes all of them as JSON, with a prepared statement that it
//! keeps. `db_query` does what it does for every caller: its gate, a transaction that only reads, values of any type, the
//! cleaning of what others wrote, the answer in structure and in text. `engine` is the database alone, without the tool.
#![forbid(unsafe_code)]

mod contender;
mod measure;

use std::process::ExitCode;
use std::sync::Arc;

use contender::{Contender, Query, on_postgres, on_sqlite};
use measure::{Spread, concurrent, one_after_the_other};

const USAGE: &str = "error: usage: [--rounds N] [--only postgres|sqlite]";
/// Callers at the same time.
const CALLERS: usize = 64;
const MANY: Query = Query { sql: "SELECT * FROM items ORDER BY id LIMIT 1000", rows: 1000 };
const ONE: Query = Query { sql: "SELECT * FROM items WHERE id = 500", rows: 1 };

struct Options {
    rounds: usize,
    only: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { rounds: 21, only: None };
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or(USAGE)?;
        match argument.as_str() {
            "--rounds" => options.rounds = value.parse().map_err(|_error| USAGE)?,
            "--only" => options.only = Some(value),
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}

async fn run() -> Result<(), String> {
    let Options { rounds, only } = options(std::env::args().skip(1))?;
    let rounds = rounds.max(1);
    println!(
        "least / **median** / most of {rounds} rounds; ratios are taken round by round, over plain sqlx\n"
    );
    println!("| database | what | plain sqlx | `db_query` | ratio | engine | ratio |");
    println!("|---|---|--:|--:|--:|--:|--:|");
    let folder = tempfile::tempdir().map_err(|error| format!("error: {error}"))?;
    for name in ["postgres", "sqlite"] {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let contenders: [Arc<Contender>; 3] = match name {
            "postgres" => on_postgres().await?,
            _ => on_sqlite(folder.path()).await?,
        }
        .map(Arc::new);
        let many = one_after_the_other(&contenders, MANY, rounds).await?;
        tell(name, "1,000 rows of 8 columns, rows per second", &many, |seconds| 1000.0 / seconds, count);
        let one = one_after_the_other(&contenders, ONE, rounds).await?;
        tell(name, "one row, time of a call", &one, |seconds| seconds * 1e6, microseconds);
        let one = concurrent(&contenders, ONE, CALLERS, rounds).await?;
        tell(name, "one row, 64 callers, calls per second", &one, |seconds| 1.0 / seconds, count);
        let many = concurrent(&contenders, MANY, CALLERS, rounds).await?;
        tell(name, "1,000 rows, 64 callers, rows per second", &many, |seconds| 1000.0 / seconds, count);
    }
    Ok(())
}

/// One line of the table, from the seconds that a call took in each round.
fn tell(
    database: &str,
    what: &str,
    [plain, tool, engine]: &[Vec<f64>; 3],
    value: fn(f64) -> f64,
    write: fn(f64) -> String,
) {
    let values = |seconds: &[f64]| Spread::of(seconds.iter().map(|seconds| value(*seconds))).show(write);
    let ratio = |own: &[f64]| {
        Spread::of(plain.iter().zip(own).map(|(plain, own)| plain / own)).show(|ratio| format!("{ratio:.2}×"))
    };
    let (tool_ratio, engine_ratio) = (ratio(tool), ratio(engine));
    let [plain, tool, engine] = [plain, tool, engine].map(|seconds| values(seconds));
    println!("| {database} | {what} | {plain} | {tool} | {tool_ratio} | {engine} | {engine_ratio} |");
}

fn count(value: f64) -> String {
    if value < 10e3 { format!("{value:.0}") } else { format!("{:.0}k", value / 1e3) }
}

fn microseconds(value: f64) -> String {
    format!("{value:.0} µs")
}
