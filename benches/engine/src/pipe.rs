//! A closed loop over standard input and output: so many requests are under way at any time.

use std::io::{Read, Write};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use memchr::memchr;
use memchr::memmem::find;

use crate::load::{Run, histogram, nanoseconds};
use crate::machine::Meter;
use crate::process::Process;
use crate::requests::{Era, INITIALIZE, INITIALIZED, Workload};

/// Both ends of one server's pipes, and what was read ahead.
pub(crate) struct Pipe {
    input: ChildStdin,
    output: ChildStdout,
    buffer: Vec<u8>,
    filled: usize,
    /// Length of the last answer.
    pub(crate) length: usize,
}

/// When the loop is over.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Time(Instant),
    Answers(u64),
}

impl Pipe {
    pub(crate) fn of(process: &mut Process) -> Result<Self, String> {
        let (input, output) = (process.child.stdin.take(), process.child.stdout.take());
        let (input, output) = input.zip(output).ok_or("error: a server without pipes")?;
        Ok(Self { input, output, buffer: vec![0; 256 << 10], filled: 0, length: 0 })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.input.write_all(bytes).map_err(|error| format!("error: writing to a server: {error}"))
    }

    /// Waits for more and hands over every whole line.
    fn read(&mut self, mut each: impl FnMut(&[u8]) -> Result<(), String>) -> Result<(), String> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let length = self.output.read(&mut self.buffer[self.filled..]);
        match length.map_err(|error| format!("error: reading from a server: {error}"))? {
            0 => return Err("error: a server ended its output".to_owned()),
            length => self.filled += length,
        }
        let mut start = 0;
        while let Some(length) = memchr(b'\n', &self.buffer[start..self.filled]) {
            each(&self.buffer[start..start + length])?;
            start += length + 1;
        }
        self.buffer.copy_within(start..self.filled, 0);
        self.filled -= start;
        Ok(())
    }

    /// Sends `initialize` and waits for the answer.
    pub(crate) fn initialize(&mut self) -> Result<(), String> {
        self.write(format!("{INITIALIZE}\n").as_bytes())?;
        let mut good = None;
        while good.is_none() {
            self.read(|line| {
                good = Some(find(line, br#""result""#).is_some());
                Ok(())
            })?;
        }
        match good {
            Some(true) => Ok(()),
            _ => Err("error: `initialize` was answered with an error".to_owned()),
        }
    }

    /// Everything before the first call.
    pub(crate) fn prepare(&mut self, era: Era) -> Result<(), String> {
        match era {
            Era::Legacy => {
                self.initialize()?;
                self.write(format!("{INITIALIZED}\n").as_bytes())
            }
            Era::Modern => Ok(()),
        }
    }

    /// Keeps `window` calls under way until the end, then waits for the last answers.
    pub(crate) fn work(
        &mut self,
        workload: Workload,
        window: usize,
        until: Until,
        mut each: impl FnMut(Duration),
    ) -> Result<u64, String> {
        let lines: Vec<Vec<u8>> =
            (0..window).map(|id| format!("{}\n", workload.message(id)).into_bytes()).collect();
        let mut next = lines.concat();
        let mut sent = vec![Instant::now(); window];
        let mut under_way = window;
        let (mut answers, mut errors, mut length) = (0, 0, 0);
        self.write(&next)?;
        while under_way > 0 {
            next.clear();
            let mut now = None;
            self.read(|line| {
                let id = id(line).filter(|id| *id < window).ok_or_else(|| {
                    format!("error: not an answer: {}", String::from_utf8_lossy(&line[..line.len().min(400)]))
                })?;
                let now = *now.get_or_insert_with(Instant::now);
                each(now - sent[id]);
                answers += 1;
                length = line.len();
                errors += u64::from(!workload.glance(line));
                let more = match until {
                    Until::Time(end) => now < end,
                    Until::Answers(count) => answers + under_way as u64 <= count,
                };
                if more {
                    sent[id] = now;
                    next.extend_from_slice(&lines[id]);
                } else {
                    under_way -= 1;
                }
                Ok(())
            })?;
            if !next.is_empty() {
                self.write(&next)?;
            }
        }
        self.length = length;
        Ok(errors)
    }
}

/// The number that an answer has as its id.
fn id(line: &[u8]) -> Option<usize> {
    let digits = &line[find(line, br#""id":"#)? + 5..];
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// Calls for `time`, after a warm-up.
pub(crate) fn load(
    process: &mut Process,
    workload: Workload,
    window: usize,
    time: Duration,
) -> Result<Run, String> {
    let mut pipe = Pipe::of(process)?;
    pipe.prepare(workload.era)?;
    pipe.work(workload, window, Until::Time(Instant::now() + time / 5), |_| ())?;
    let mut times = histogram()?;
    let meter = Meter::start(process.id())?;
    let errors = pipe.work(workload, window, Until::Time(Instant::now() + time), |time| {
        times.saturating_record(nanoseconds(time));
    })?;
    let usage = meter.stop()?;
    Ok(Run::new(&times, usage, errors))
}
