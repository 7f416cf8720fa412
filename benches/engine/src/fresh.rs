//! Servers just started: time to the first answer, memory at rest, size of the program.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::client::Client;
use crate::pipe::Pipe;
use crate::process::{Contender, Process, Server};
use crate::requests::{Call, Era, Workload};
use crate::sample::{Spread, cell, median, megabytes, milliseconds};

/// How often each server is started.
const STARTS: usize = 20;

/// One server when it is fresh.
pub(crate) struct Fresh {
    pub(crate) name: &'static str,
    /// Milliseconds from the start of the process to its first answer.
    pub(crate) start: Option<Spread>,
    /// Memory after it.
    pub(crate) memory: Option<Spread>,
    /// Bytes of the stripped program.
    pub(crate) size: Option<f64>,
}

/// How a server is reached.
#[derive(Clone, Copy)]
pub(crate) enum Over {
    Http,
    Stdio,
}

/// Starts every contender again and again, in turns.
pub(crate) fn measure(contenders: &[Contender], over: Over, folder: &Path) -> Result<Vec<Fresh>, String> {
    let mut taken: Vec<_> = contenders.iter().map(|_| (Vec::new(), Vec::new())).collect();
    for _ in 0..STARTS {
        for (contender, (starts, memories)) in contenders.iter().zip(&mut taken) {
            let (start, memory) = match over {
                Over::Http => http(contender)?,
                Over::Stdio => stdio(contender)?,
            };
            starts.push(start);
            memories.push(memory);
        }
    }
    let fresh = contenders.iter().zip(taken).map(|(contender, (starts, memories))| Fresh {
        name: contender.name,
        start: Spread::of(starts),
        memory: Spread::of(memories),
        size: stripped(&contender.program, folder),
    });
    Ok(fresh.collect())
}

/// To the first answer to a tool call: the stateless one, which needs no handshake.
fn http(contender: &Contender) -> Result<(f64, f64), String> {
    let workload = Workload { call: Call::Echo, era: Era::Modern };
    let request = workload.request(None);
    let start = Instant::now();
    let (server, stream) = Server::start(contender, &[])?;
    Client::on(stream)?.call(workload, &request)?;
    let time = start.elapsed().as_secs_f64() * 1e3;
    let memory = server.process.memory("VmRSS")?;
    server.process.stop()?;
    Ok((time, memory))
}

/// To the answer to `initialize`.
fn stdio(contender: &Contender) -> Result<(f64, f64), String> {
    let start = Instant::now();
    let mut process = Process::piped(contender, &[])?;
    let mut pipe = Pipe::of(&mut process)?;
    pipe.initialize()?;
    let time = start.elapsed().as_secs_f64() * 1e3;
    let memory = process.memory("VmRSS")?;
    drop(pipe);
    process.wait()?;
    Ok((time, memory))
}

/// The size of a program without its symbols; `None` without the program `strip`.
fn stripped(program: &Path, folder: &Path) -> Option<f64> {
    let copy = folder.join("stripped");
    let done = Command::new("strip").arg("-o").arg(&copy).arg(program).status();
    if !done.is_ok_and(|status| status.success()) {
        eprintln!(
            "note: `strip` does not work here, so the size is left out\nhint: apt-get install binutils"
        );
        return None;
    }
    Some(fs::metadata(&copy).ok()?.len() as f64)
}

pub(crate) fn print(title: &str, fresh: &[Fresh]) {
    println!(
        "\n### {title}\n\n| server | first answer after, ms | memory at rest | stripped program |\n|---|--:|--:|--:|"
    );
    for Fresh { name, start, memory, size } in fresh {
        let size = size.map_or_else(|| "–".to_owned(), megabytes);
        println!("| {name} | {} | {} | {size} |", cell(*start, milliseconds), median(*memory, megabytes));
    }
}
