//! Decoding and encoding of the messages that matter: lockstep-wire beside rmcp, rust-mcp-schema and a JSON tree.
//!
//! Each row's contenders take turns in short batches, so that whatever else the machine does meets all of them; the
//! ratios are medians over the rounds. Allocations are counted in a separate pass. lockstep-wire is read and written with
//! its own functions and, in a second column, with serde_json's; the others with serde_json's, as their transports do.
#![forbid(unsafe_code)]

mod contender;
mod document;
mod measure;

use std::process::ExitCode;

use contender::{Contender, contenders};
use measure::{Row, row};

/// What the command line may say.
struct Options {
    /// How often each contender gets its turn.
    rounds: usize,
    /// Run only the contender of this name, this often, without measuring: for a profiler.
    only: Option<(String, usize)>,
    /// Rows whose name holds this.
    rows: String,
}

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let usage = "error: usage: [--rounds N] [--rows TEXT] [--only CONTENDER TIMES]";
    let mut options = Options { rounds: 101, only: None, rows: String::new() };
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or(usage);
        let number = |text: String| text.parse().map_err(|_| usage);
        match argument.as_str() {
            "--rounds" => options.rounds = number(next()?)?,
            "--rows" => options.rows = next()?,
            "--only" => options.only = Some((next()?, number(next()?)?)),
            _ => return Err(usage.to_owned()),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<(), String> {
    let mut rows = Vec::new();
    for (name, text) in document::all() {
        let contenders = contenders(name, &text)?;
        for direction in ["decode", "encode"] {
            let title = format!("{direction} {name}");
            if !title.contains(&options.rows) {
                continue;
            }
            match &options.only {
                Some((only, times)) => profile(&contenders, only, direction, *times)?,
                None => rows.push(row(title, text.len(), direction, &contenders, options.rounds)),
            }
        }
    }
    if options.only.is_none() {
        report(&rows);
    }
    Ok(())
}

fn profile(contenders: &[Contender], only: &str, direction: &str, times: usize) -> Result<(), String> {
    let found = contenders.iter().find(|contender| contender.name == only);
    let contender = found.ok_or_else(|| format!("error: there is no contender `{only}`"))?;
    let work = contender.work(direction);
    (0..times).for_each(|_| work());
    Ok(())
}

fn report(rows: &[Row]) {
    println!(
        "time of one operation, and how often lockstep-wire's time the others take (median of rounds)\n\n\
         lockstep-wire: `lockstep_wire::from_slice` and `to_vec`\n\
         all others: `serde_json::from_slice` and `to_vec`, as the crates' own transports do\n"
    );
    let names: Vec<&str> =
        rows.first().into_iter().flat_map(|row| row.cells.iter().map(|cell| cell.name)).collect();
    println!("| revision 2026-07-28 | bytes | {} |", names.join(" | "));
    println!("|---|--:|{}", "--:|".repeat(names.len()));
    for row in rows {
        let cells =
            row.cells.iter().map(|cell| format!("{:.2} µs · {:.2}×", cell.nanoseconds / 1e3, cell.ratio));
        println!("| {} | {} | {} |", row.title, row.bytes, cells.collect::<Vec<_>>().join(" | "));
    }
    println!("\nallocations of one operation, and bytes allocated\n");
    println!("| revision 2026-07-28 | {} |", names.join(" | "));
    println!("|---|{}", "--:|".repeat(names.len()));
    for row in rows {
        let cells = row.cells.iter().map(|cell| format!("{} · {} B", cell.allocations, cell.allocated));
        println!("| {} | {} |", row.title, cells.collect::<Vec<_>>().join(" | "));
    }
    println!();
    for contender in rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row, cell))) {
        let (row, cell) = contender;
        if !cell.exact && row.title.starts_with("decode") {
            println!("{}: `{}` does not write back what it read", row.title, cell.name);
        }
        if cell.ratio < 1.0 && cell.name != "serde_json::Value" {
            println!("{}: behind `{}`, which takes {:.2}× the time", row.title, cell.name, cell.ratio);
        }
    }
}
