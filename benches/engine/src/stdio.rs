//! `bench stdio`: one call at a time and 64 at a time, fresh servers.

use crate::Options;
use crate::callgrind::Callgrind;
use crate::fresh::{self, Over};
use crate::pipe::{Pipe, Until, load};
use crate::process::{Contender, Process};
use crate::programs::Programs;
use crate::report::{Gate, Row, Section, disturbances, gates};
use crate::requests::{Call, Era, Workload};
use crate::sample::{Spread, count, megabytes, milliseconds};

/// Calls under way at the same time.
const WINDOWS: [usize; 2] = [1, 64];

/// Measures and prints everything; the number of wrong answers.
pub(crate) fn run(programs: &Programs, options: &Options) -> Result<u64, String> {
    let callgrind = Callgrind::find(&options.folder);
    let mut sections = Vec::new();
    for era in [Era::Legacy, Era::Modern] {
        let workload = Workload { call: Call::Echo, era };
        if format!("{workload}").contains(&options.only) {
            let section = section(programs, workload, options, &callgrind)?;
            section.print();
            sections.push(section);
        }
    }
    println!("\nInstructions: first with one call under way, then with 64.");
    let errors = disturbances(&sections);
    let mut all = Vec::new();
    for section in &sections {
        let rate = section.ours(64, |run| run.per_second);
        all.push(Gate::least(format!("{}: window 64, per second", section.title), 400e3, rate, count));
    }
    if "start".contains(&options.only) {
        let fresh = fresh::measure(&contenders(programs), Over::Stdio, &options.folder)?;
        fresh::print("Start, memory at rest and size, stdio", &fresh);
        let ours = &fresh[0];
        all.push(Gate::most(
            "start to first answer, ms",
            4.0,
            ours.start.map(|spread| spread.median),
            milliseconds,
        ));
        all.push(Gate::most("memory at rest", 5e6, ours.memory.map(|spread| spread.median), megabytes));
        all.push(Gate::most("stripped program", 3e6, ours.size, megabytes));
    }
    gates(&all);
    Ok(errors)
}

fn contenders(programs: &Programs) -> [Contender; 3] {
    let contender = |name, program: &std::path::Path, arguments: &[&str]| Contender {
        name,
        program: program.to_path_buf(),
        arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
        sessions: false,
    };
    [
        contender("Lockstep", &programs.shipped, &["--stdio"]),
        contender("rmcp tuned", &programs.rmcp, &["tuned", "stdio"]),
        contender("rmcp macros", &programs.rmcp, &["macros", "stdio"]),
    ]
}

fn section(
    programs: &Programs,
    workload: Workload,
    options: &Options,
    callgrind: &Callgrind,
) -> Result<Section, String> {
    let mut rows = contenders(programs).map(|contender| Row::new(contender, WINDOWS.len()));
    let mut peaks = [const { Vec::new() }; 3];
    for row in &mut rows {
        let mut process = Process::piped(&row.contender, &[])?;
        let mut pipe = Pipe::of(&mut process)?;
        pipe.prepare(workload.era)?;
        pipe.work(workload, 1, Until::Answers(1), |_| ())?;
        row.bytes = pipe.length;
    }
    for (column, window) in WINDOWS.into_iter().enumerate() {
        for round in 0..options.rounds {
            eprintln!("stdio, {workload}: window {window}, round {}", round + 1);
            for turn in 0..rows.len() {
                let at = (round + turn) % rows.len();
                let row = &mut rows[at];
                let run = options.calmly(row.contender.name, || {
                    let mut process = Process::piped(&row.contender, &[])?;
                    let run = load(&mut process, workload, window, options.time)?;
                    peaks[at].push(process.memory("VmHWM")?);
                    process.wait()?;
                    Ok(run)
                })?;
                row.runs[column].push(run);
            }
        }
    }
    eprintln!("stdio, {workload}: instructions");
    for (row, peaks) in rows.iter_mut().zip(peaks) {
        row.peak = Spread::of(peaks);
        for window in WINDOWS {
            let counted = callgrind.count(|wrapper, count| {
                let mut process = Process::piped(&row.contender, wrapper)?;
                let mut pipe = Pipe::of(&mut process)?;
                pipe.prepare(workload.era)?;
                pipe.work(workload, window, Until::Answers(count), |_| ())?;
                drop(pipe);
                process.wait()
            })?;
            row.instructions.push(counted);
        }
    }
    Ok(Section {
        title: format!("stdio: {workload}"),
        axis: "under way",
        columns: WINDOWS.to_vec(),
        rows: rows.into(),
    })
}
