//! `bench http`: calls over connections, sessions, fresh servers.

use std::fs;
use std::time::Duration;

use crate::Options;
use crate::callgrind::Callgrind;
use crate::client::Client;
use crate::fresh::{self, Fresh, Over};
use crate::load::{handshakes, load};
use crate::process::{ADDRESS, Contender, Server};
use crate::programs::Programs;
use crate::report::{Gate, Row, Section, disturbances, gates};
use crate::requests::{Call, Era, Workload};
use crate::sample::{Spread, bytes, cell, count, megabytes, milliseconds, ratio, time};

const OURS: &str = "Lockstep";
const AXUM: &str = "axum, same bytes";
const TUNED: &str = "rmcp tuned";
const TUNED_SESSIONS: &str = "rmcp tuned, sessions";
const MACROS: &str = "rmcp macros";
const MACROS_SESSIONS: &str = "rmcp macros, sessions";

const WORKLOADS: [Workload; 6] = [
    Workload { call: Call::Echo, era: Era::Legacy },
    Workload { call: Call::Echo, era: Era::Modern },
    Workload { call: Call::List, era: Era::Legacy },
    Workload { call: Call::List, era: Era::Modern },
    Workload { call: Call::Payload, era: Era::Legacy },
    Workload { call: Call::Payload, era: Era::Modern },
];

/// Idle sessions: as many as the default limits allow.
const SESSIONS: usize = 10_000;
const SESSION_CONNECTIONS: usize = 32;

/// Measures and prints everything; the number of wrong answers.
pub(crate) fn run(programs: &Programs, options: &Options) -> Result<u64, String> {
    let callgrind = Callgrind::find(&options.folder);
    let mut sections = Vec::new();
    for workload in WORKLOADS {
        if format!("{workload}").contains(&options.only) {
            let section = section(programs, workload, options, &callgrind)?;
            section.print();
            sections.push(section);
        }
    }
    let mut errors = disturbances(&sections);
    let (mut held, mut fresh) = (Vec::new(), Vec::new());
    if "sessions".contains(&options.only) {
        held = sessions(programs, options)?;
        print_sessions(&held);
        errors += held.iter().map(|row| row.errors).sum::<u64>();
    }
    if "start".contains(&options.only) {
        let workload = Workload { call: Call::Echo, era: Era::Modern };
        let contenders = contenders(programs, workload, options)?;
        fresh = fresh::measure(&contenders, Over::Http, &options.folder)?;
        fresh::print("Start, memory at rest and size, HTTP", &fresh);
    }
    gates(&all_gates(&sections, &held, &fresh));
    Ok(errors)
}

fn contender(name: &'static str, program: &std::path::Path, arguments: &[&str], sessions: bool) -> Contender {
    let arguments = arguments.iter().map(|text| (*text).to_owned()).collect();
    Contender { name, program: program.to_path_buf(), arguments, sessions }
}

fn ours(programs: &Programs, call: Call) -> Contender {
    match call {
        Call::Echo => contender(OURS, &programs.shipped, &["--bind", ADDRESS], true),
        Call::List | Call::Payload => contender(OURS, &programs.bench_server, &[ADDRESS], true),
    }
}

/// Who answers this workload. What the bare handler answers is what ours answered.
fn contenders(programs: &Programs, workload: Workload, options: &Options) -> Result<Vec<Contender>, String> {
    let ours = ours(programs, workload.call);
    let (server, stream) = Server::start(&ours, &[])?;
    let mut client = Client::on(stream)?;
    let session = match workload.era {
        Era::Legacy => Some(client.handshake()?),
        Era::Modern => None,
    };
    let reply = client.call(workload, &workload.request(session.as_deref()))?;
    server.process.stop()?;
    let file = options.folder.join("answer");
    let answer = [reply.head, reply.content].concat();
    fs::write(&file, answer).map_err(|error| format!("error: {}: {error}", file.display()))?;
    let rmcp = |name, arguments: &[&str], sessions| contender(name, &programs.rmcp, arguments, sessions);
    let axum = contender(AXUM, &programs.axum, &[ADDRESS, &file.to_string_lossy()], false);
    let mut all = vec![ours, axum, rmcp(TUNED, &["tuned", "json", ADDRESS], false)];
    if workload.era == Era::Legacy {
        all.push(rmcp(TUNED_SESSIONS, &["tuned", "session", ADDRESS], true));
    }
    all.push(rmcp(MACROS, &["macros", "json", ADDRESS], false));
    Ok(all)
}

fn section(
    programs: &Programs,
    workload: Workload,
    options: &Options,
    callgrind: &Callgrind,
) -> Result<Section, String> {
    let columns = if options.quick { vec![32] } else { vec![1, 32, 256] };
    let contenders = contenders(programs, workload, options)?;
    let mut rows: Vec<Row> =
        contenders.into_iter().map(|contender| Row::new(contender, columns.len())).collect();
    let mut servers = Vec::with_capacity(rows.len());
    for row in &mut rows {
        let (server, stream) = Server::start(&row.contender, &[])?;
        row.bytes = calls(stream, &row.contender, workload, 1)?;
        servers.push(server);
    }
    for (column, connections) in columns.iter().enumerate() {
        for round in 0..options.rounds {
            eprintln!("{workload}: {connections} connections, round {}", round + 1);
            for turn in 0..rows.len() {
                let at = (round + turn) % rows.len();
                let (server, row) = (&servers[at], &mut rows[at]);
                let run = options.calmly(row.contender.name, || {
                    load(server, row.contender.sessions, workload, *connections, options.time)
                })?;
                row.runs[column].push(run);
            }
        }
    }
    for (row, server) in rows.iter_mut().zip(servers) {
        row.peak = Spread::of([server.process.memory("VmHWM")?]);
        server.process.stop()?;
    }
    eprintln!("{workload}: instructions");
    for row in &mut rows {
        let counted = callgrind.count(|wrapper, count| {
            let (server, stream) = Server::start(&row.contender, wrapper)?;
            calls(stream, &row.contender, workload, count)?;
            server.process.stop()
        })?;
        row.instructions.push(counted);
    }
    Ok(Section { title: format!("HTTP: {workload}"), axis: "connections", columns, rows })
}

/// So many calls over one connection; the length of the last answer.
fn calls(
    stream: std::net::TcpStream,
    contender: &Contender,
    workload: Workload,
    count: u64,
) -> Result<usize, String> {
    let mut client = Client::on(stream)?;
    let session = match workload.era == Era::Legacy && contender.sessions {
        true => Some(client.handshake()?),
        false => None,
    };
    let request = workload.request(session.as_deref());
    let mut length = 0;
    for _ in 0..count {
        length = client.call(workload, &request)?.content.len();
    }
    Ok(length)
}

/// One server with many sessions that do nothing.
struct Held {
    name: &'static str,
    handshakes: Option<Spread>,
    bytes: Option<Spread>,
    errors: u64,
}

fn sessions(programs: &Programs, options: &Options) -> Result<Vec<Held>, String> {
    let rmcp = |name, how| contender(name, &programs.rmcp, &[how, "session", ADDRESS], true);
    let contenders =
        [ours(programs, Call::Echo), rmcp(TUNED_SESSIONS, "tuned"), rmcp(MACROS_SESSIONS, "macros")];
    let mut taken: Vec<_> = contenders.iter().map(|_| (Vec::new(), Vec::new(), 0)).collect();
    for round in 0..options.rounds {
        eprintln!("{SESSIONS} sessions, round {}", round + 1);
        for turn in 0..contenders.len() {
            let at = (round + turn) % contenders.len();
            let (server, _) = Server::start(&contenders[at], &[])?;
            // What connections and calls take for good is there before the sessions come.
            let warm = Workload { call: Call::Echo, era: Era::Modern };
            load(&server, false, warm, SESSION_CONNECTIONS, Duration::from_millis(200))?;
            let before = server.process.memory("VmRSS")?;
            let (run, rate) = handshakes(&server, SESSIONS, SESSION_CONNECTIONS)?;
            let after = server.process.memory("VmRSS")?;
            let (rates, sizes, errors) = &mut taken[at];
            rates.push(rate);
            sizes.push((after - before) / SESSIONS as f64);
            *errors += run.errors;
            server.process.stop()?;
        }
    }
    let held = contenders.iter().zip(taken).map(|(contender, (rates, sizes, errors))| Held {
        name: contender.name,
        handshakes: Spread::of(rates),
        bytes: Spread::of(sizes),
        errors,
    });
    Ok(held.collect())
}

fn print_sessions(held: &[Held]) {
    println!("\n### {SESSIONS} idle sessions\n");
    println!(
        "| server | handshakes per second, {SESSION_CONNECTIONS} connections | memory per session |\n|---|--:|--:|"
    );
    for Held { name, handshakes, bytes: sizes, errors } in held {
        let errors = if *errors > 0 { format!(" ({errors} errors)") } else { String::new() };
        println!("| {name} | {}{errors} | {} |", cell(*handshakes, count), cell(*sizes, bytes));
    }
}

fn all_gates(sections: &[Section], held: &[Held], fresh: &[Fresh]) -> Vec<Gate> {
    let find = |workload: Workload| {
        let title = format!("HTTP: {workload}");
        sections.iter().find(move |section| section.title == title)
    };
    let mut all = Vec::new();
    for workload in WORKLOADS {
        let Some(section) = find(workload) else { continue };
        let (instructions, bare, rmcp) = match (workload.call, workload.era) {
            (Call::Echo, Era::Legacy) => (Some(45e3), 0.85, Some(2.0)),
            (Call::Echo, Era::Modern) => (Some(55e3), 0.85, Some(2.0)),
            (Call::List, _) => (None, 0.75, Some(3.0)),
            (Call::Payload, _) => (None, 0.75, None),
        };
        let median = |name| section.ratio(name, 32).map(|spread| spread.median);
        if let Some(most) = instructions {
            all.push(Gate::most(format!("{workload}: instructions"), most, section.instructions(), count));
            let slowest = section.ours(256, |run| run.p99);
            all.push(Gate::most(format!("{workload}: p99, 256 connections"), 5e6, slowest, time));
        }
        all.push(Gate::least(format!("{workload}: over {AXUM}"), bare, median(AXUM), ratio));
        if let Some(least) = rmcp {
            all.push(Gate::least(format!("{workload}: over {TUNED}"), least, median(TUNED), ratio));
        }
        if workload == (Workload { call: Call::Echo, era: Era::Legacy }) {
            let what = format!("{workload}: over {TUNED_SESSIONS}");
            all.push(Gate::least(what, 3.0, median(TUNED_SESSIONS), ratio));
        }
    }
    if let Some(ours) = held.first() {
        let rate = ours.handshakes.map(|spread| spread.median);
        all.push(Gate::least("handshakes per second", 40e3, rate, count));
        let size = ours.bytes.map(|spread| spread.median);
        all.push(Gate::most("memory per idle session", 2048.0, size, bytes));
    }
    if let Some(ours) = fresh.first() {
        all.push(Gate::most(
            "start to first answer, ms",
            4.0,
            ours.start.map(|spread| spread.median),
            milliseconds,
        ));
        all.push(Gate::most("memory at rest", 5e6, ours.memory.map(|spread| spread.median), megabytes));
        all.push(Gate::most("stripped program", 3e6, ours.size, megabytes));
    }
    all
}
