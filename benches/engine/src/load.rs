//! A closed loop over many HTTP connections: each sends its next request as soon as it has an answer.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::answer::{Answer, header};
use crate::client::Client;
use crate::machine::{Meter, Usage};
use crate::process::Server;
use crate::requests::{Era, INITIALIZE, Workload, initialized, post};

/// Part of the time that is not measured, before the rest.
const WARM_UP: u32 = 5;

/// How long the last answers may take.
const LAST: Duration = Duration::from_secs(5);

/// What one run gave.
pub(crate) struct Run {
    pub(crate) per_second: f64,
    /// Times in nanoseconds that half and 99 of 100 answers stayed below.
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    /// The server's processor time for one answer in microseconds.
    pub(crate) cost: f64,
    pub(crate) usage: Usage,
    /// Answers that were not what was asked for, and connections that broke.
    pub(crate) errors: u64,
}

impl Run {
    pub(crate) fn new(times: &Histogram<u64>, usage: Usage, errors: u64) -> Self {
        let answers = times.len() as f64;
        Self {
            per_second: answers / usage.seconds,
            p50: times.value_at_quantile(0.5) as f64,
            p99: times.value_at_quantile(0.99) as f64,
            cost: usage.server * usage.seconds * 1e6 / answers,
            usage,
            errors,
        }
    }
}

/// Times from a microsecond to ten seconds, to three digits.
pub(crate) fn histogram() -> Result<Histogram<u64>, String> {
    Histogram::new_with_bounds(1_000, 10_000_000_000, 3)
        .map_err(|error| format!("error: a histogram: {error:?}"))
}

/// What a connection sends, one request after the other.
trait Script {
    fn first(&self) -> &[u8];
    /// The next request; `None` at the end of the script, an error where the answer is none.
    fn next(&mut self, answer: &Answer, bytes: &[u8]) -> Result<Option<&[u8]>, ()>;
}

/// One request again and again.
struct Repeat {
    workload: Workload,
    request: Vec<u8>,
}

impl Script for Repeat {
    fn first(&self) -> &[u8] {
        &self.request
    }

    fn next(&mut self, answer: &Answer, bytes: &[u8]) -> Result<Option<&[u8]>, ()> {
        let good = answer.status == 200 && self.workload.glance(&bytes[answer.body..answer.end]);
        if good { Ok(Some(&self.request)) } else { Err(()) }
    }
}

/// So many handshakes.
struct Handshakes {
    left: usize,
    initialize: Vec<u8>,
    initialized: Vec<u8>,
    opening: bool,
}

impl Script for Handshakes {
    fn first(&self) -> &[u8] {
        &self.initialize
    }

    fn next(&mut self, answer: &Answer, bytes: &[u8]) -> Result<Option<&[u8]>, ()> {
        if self.opening {
            self.opening = false;
            let session = header(&bytes[..answer.body], "mcp-session-id").ok_or(())?;
            self.initialized = initialized(session);
            return Ok(Some(&self.initialized));
        }
        if !(200..300).contains(&answer.status) {
            return Err(());
        }
        self.opening = true;
        self.left -= 1;
        Ok((self.left > 0).then_some(&self.initialize))
    }
}

struct Connection<S> {
    stream: TcpStream,
    script: S,
    buffer: Vec<u8>,
    filled: usize,
    sent: Instant,
    waiting: bool,
}

/// What arrived.
enum Step {
    Partly,
    Answer,
    /// An answer, and the script is at its end.
    Last,
    Broken,
}

impl<S: Script> Connection<S> {
    fn new(stream: std::net::TcpStream, script: S) -> Result<Self, String> {
        stream.set_nonblocking(true).map_err(|error| format!("error: a connection: {error}"))?;
        let stream = TcpStream::from_std(stream);
        Ok(Self {
            stream,
            script,
            buffer: vec![0; 16 << 10],
            filled: 0,
            sent: Instant::now(),
            waiting: false,
        })
    }

    /// Sends the first request.
    fn begin(&mut self) -> bool {
        self.sent = Instant::now();
        self.waiting = send(&mut self.stream, self.script.first());
        self.waiting
    }

    /// Takes what arrived; after an answer sends the next request, if there is to be one.
    fn turn(&mut self, more: bool, mut each: impl FnMut(Duration)) -> Step {
        loop {
            if self.filled == self.buffer.len() {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            let space = self.buffer.len() - self.filled;
            let length = match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return self.broken(),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Step::Partly,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return self.broken(),
            };
            self.filled += length;
            let answer = match Answer::read(&self.buffer[..self.filled]) {
                Ok(Some(answer)) => answer,
                // Less than there was space for: more of it will be announced.
                Ok(None) if length < space => return Step::Partly,
                Ok(None) => continue,
                Err(_) => return self.broken(),
            };
            self.waiting = false;
            self.filled = 0;
            let now = Instant::now();
            each(now - self.sent);
            return match self.script.next(&answer, &self.buffer) {
                Ok(Some(request)) if more => {
                    self.sent = now;
                    self.waiting = send(&mut self.stream, request);
                    if self.waiting { Step::Answer } else { Step::Broken }
                }
                Ok(Some(_)) => Step::Answer,
                Ok(None) => Step::Last,
                Err(()) => self.broken(),
            };
        }
    }

    fn broken(&mut self) -> Step {
        self.waiting = false;
        Step::Broken
    }
}

/// Requests are small: an empty socket takes them whole.
fn send(stream: &mut TcpStream, request: &[u8]) -> bool {
    stream.write(request).is_ok_and(|length| length == request.len())
}

/// Connections and what announces their answers.
struct Crowd<S> {
    poll: Poll,
    events: Events,
    connections: Vec<Connection<S>>,
    errors: u64,
}

impl<S: Script> Crowd<S> {
    fn new(mut connections: Vec<Connection<S>>) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("error: polling: {error}");
        let poll = Poll::new().map_err(failed)?;
        for (index, connection) in connections.iter_mut().enumerate() {
            let registry = poll.registry();
            registry.register(&mut connection.stream, Token(index), Interest::READABLE).map_err(failed)?;
        }
        Ok(Self { poll, events: Events::with_capacity(1024), connections, errors: 0 })
    }

    fn begin(&mut self) {
        for connection in &mut self.connections {
            self.errors += u64::from(!connection.begin());
        }
    }

    /// Lets the connections work until `end`, or until all scripts are at their ends.
    fn work(&mut self, end: Instant, more: bool, mut each: impl FnMut(Duration)) -> Result<(), String> {
        let mut waiting = self.connections.iter().filter(|connection| connection.waiting).count();
        while waiting > 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            // Never asleep: a client elsewhere is woken by its own machine, and a server must not seem slower for it.
            match self.poll.poll(&mut self.events, Some(Duration::ZERO)) {
                Err(error) if error.kind() != ErrorKind::Interrupted => {
                    return Err(format!("error: polling: {error}"));
                }
                _ => {}
            }
            for event in &self.events {
                let connection = &mut self.connections[event.token().0];
                if !connection.waiting {
                    continue;
                }
                match connection.turn(more, &mut each) {
                    Step::Partly => {}
                    Step::Answer if more => {}
                    Step::Answer | Step::Last => waiting -= 1,
                    Step::Broken => {
                        waiting -= 1;
                        self.errors += 1;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Calls over `connections` connections for `time`, after a warm-up.
pub(crate) fn load(
    server: &Server,
    sessions: bool,
    workload: Workload,
    connections: usize,
    time: Duration,
) -> Result<Run, String> {
    let mut open = Vec::with_capacity(connections);
    let mut names = Vec::new();
    for _ in 0..connections {
        let mut client = Client::open(server.address)?;
        let session = match workload.era == Era::Legacy && sessions {
            true => Some(client.handshake()?),
            false => None,
        };
        let request = workload.request(session.as_deref());
        client.call(workload, &request)?;
        names.extend(session);
        open.push(Connection::new(client.into_stream(), Repeat { workload, request })?);
    }
    let mut crowd = Crowd::new(open)?;
    crowd.begin();
    crowd.work(Instant::now() + time / WARM_UP, true, |_| ())?;
    let mut times = histogram()?;
    let meter = Meter::start(server.process.id())?;
    crowd.work(Instant::now() + time, true, |time| times.saturating_record(nanoseconds(time)))?;
    let usage = meter.stop()?;
    crowd.work(Instant::now() + LAST, false, |_| ())?;
    let late = crowd.connections.iter().filter(|connection| connection.waiting).count() as u64;
    let run = Run::new(&times, usage, crowd.errors + late);
    drop(crowd);
    let mut client = Client::open(server.address)?;
    names.iter().try_for_each(|session| client.end(session))?;
    Ok(run)
}

/// Opens `count` sessions over `connections` connections and leaves them; handshakes per second.
pub(crate) fn handshakes(server: &Server, count: usize, connections: usize) -> Result<(Run, f64), String> {
    let mut open = Vec::with_capacity(connections);
    for index in 0..connections {
        let left = count / connections + usize::from(index < count % connections);
        let script =
            Handshakes { left, initialize: post("", INITIALIZE), initialized: Vec::new(), opening: true };
        open.push(Connection::new(Client::open(server.address)?.into_stream(), script)?);
    }
    let mut crowd = Crowd::new(open)?;
    let mut times = histogram()?;
    let meter = Meter::start(server.process.id())?;
    crowd.begin();
    crowd.work(Instant::now() + Duration::from_secs(120), true, |time| {
        times.saturating_record(nanoseconds(time));
    })?;
    let usage = meter.stop()?;
    let late = crowd.connections.iter().filter(|connection| connection.waiting).count() as u64;
    Ok((Run::new(&times, usage, crowd.errors + late), count as f64 / usage.seconds))
}

pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
