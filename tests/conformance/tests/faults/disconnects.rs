//! Clients that hang up at any byte of what they send or read: what is modern ends with its client, what is legacy goes on
//! and can be resumed, and nothing is left behind.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::{self, Connection, Event};
use crate::journal::{Journal, now};
use crate::random::{Random, seed};
use crate::wire::{HANG, Server};

const CUTS: usize = 10_000;

/// Clients at the same time.
const CLIENTS: usize = 16;

/// Within this time of the cut a modern handler is gone, in milliseconds.
const GONE: u64 = 1000;

/// Memory may grow by this many KiB over all cuts.
const GROWTH: u64 = 16 << 10;

/// What the server's process holds, where the system tells.
#[derive(Clone, Copy, Debug)]
struct Held {
    files: usize,
    threads: usize,
    memory: u64,
}

impl Held {
    fn by(server: &Server) -> Option<Self> {
        let folder = format!("/proc/{}", server.id());
        let count = |name: &str| Some(fs::read_dir(format!("{folder}/{name}")).ok()?.count());
        let status = fs::read_to_string(format!("{folder}/status")).ok()?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
        Some(Self { files: count("fd")?, threads: count("task")?, memory: memory?.parse().ok()? })
    }
}

/// What all cuts share.
struct Cuts<'a> {
    server: &'a Server,
    journal: &'a Journal,
    sessions: Vec<String>,
    /// When each modern call with a marker lost its client.
    lost: Mutex<BTreeMap<String, u64>>,
}

impl Cuts<'_> {
    fn open(&self) -> Connection {
        Connection::open(self.server.address.expect("it listens"))
    }

    /// One connection and its end.
    fn cut(&self, number: usize, random: &mut Random) {
        match number % 20 {
            0..8 => self.while_sending(number, random),
            8..13 => self.while_reading(number, random),
            13..16 => self.waiting(number, random),
            16..18 => self.streaming(number, random),
            _ => self.legacy(number, random),
        }
    }

    /// Any request that is over at once, or lasts as long as its connection.
    fn any(&self, number: usize, random: &mut Random) -> Vec<u8> {
        let session = random.one_of(&self.sessions);
        let length = *random.one_of(&[1, 100, 100_000]);
        let text = format!(r#"{{"text":"{}"}}"#, "x".repeat(length));
        match random.below(8) {
            0 | 1 => client::modern(number, "echo", &text, false),
            2 => client::modern(number, "test_tool_with_logging", "{}", true),
            3 => client::listen(number),
            4 => client::legacy(session, number, "echo", &text, true),
            5 => client::stream(session, None),
            6 => client::stream(session, Some(*random.one_of(&["0-0", "1-3", "7f-2"]))),
            _ => client::get("/sse", ""),
        }
    }

    /// The request is never whole.
    fn while_sending(&self, number: usize, random: &mut Random) {
        let request = self.any(number, random);
        let mut connection = self.open();
        let mut length = random.below(request.len());
        if random.coin() {
            length = length.min(random.below(400));
        }
        connection.send(&request[..length]);
        connection.cut(random.coin());
    }

    /// The answer is never read to its end; often there is another request behind it.
    fn while_reading(&self, number: usize, random: &mut Random) {
        let request = self.any(number, random);
        let mut connection = self.open();
        connection.send(&request);
        // The heads are about 200 bytes long; a stream may say nothing beyond its head.
        connection.read(random.below(if request.len() > 2000 { 100_000 } else { 150 }));
        // Where more has been sent the server learns late that nobody reads: early cuts only.
        if number < CUTS / 5 && random.coin() {
            connection.send(&request[..random.below(request.len())]);
        }
        connection.cut(random.coin());
    }

    /// A modern call that says nothing before its answer, which is never waited for.
    fn waiting(&self, number: usize, random: &mut Random) {
        let marker = format!("waiting-{number}");
        let arguments = format!(r#"{{"ms":60000,"marker":"{marker}"}}"#);
        let mut connection = self.open();
        connection.send(&client::modern(number, "slow", &arguments, false));
        match random.below(3) {
            0 => {}
            1 => thread::sleep(Duration::from_micros(random.below(5000) as u64)),
            _ => assert!(self.journal.wait_for(&marker, HANG), "{marker} does not begin"),
        }
        self.lose(marker, connection, random);
    }

    /// A modern call that tells how far it is.
    fn streaming(&self, number: usize, random: &mut Random) {
        let marker = format!("streaming-{number}");
        let arguments = format!(r#"{{"ms":60000,"marker":"{marker}"}}"#);
        let mut connection = self.open();
        connection.send(&client::modern(number, "slow", &arguments, true));
        connection.read(random.below(700));
        self.lose(marker, connection, random);
    }

    fn lose(&self, marker: String, connection: Connection, random: &mut Random) {
        let cut = now();
        connection.cut(random.coin());
        self.lost.lock().expect("no client panics").insert(marker, cut);
    }

    /// A legacy call, which goes on.
    fn legacy(&self, number: usize, random: &mut Random) {
        let session = random.one_of(&self.sessions);
        let arguments = format!(r#"{{"ms":{},"marker":"legacy-{number}"}}"#, random.below(250));
        let mut connection = self.open();
        connection.send(&client::legacy(session, number, "slow", &arguments, random.coin()));
        connection.read(random.below(700));
        connection.cut(random.coin());
    }

    /// These cuts, by several clients at once.
    fn all(&self, seed: u64, from: usize, to: usize) {
        let next = AtomicUsize::new(from);
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= to {
                            break;
                        }
                        self.cut(number, &mut Random::new(seed, number as u64));
                    }
                });
            }
        });
    }
}

#[test]
fn ten_thousand_disconnects_leave_nothing_behind() {
    let (seed, server) = (seed(), Server::http());
    let journal = Journal::new(server.markers());
    let address = server.address.expect("it listens");
    let sessions = (0..8).map(|_| client::session(address, "2025-11-25")).collect();
    let cuts = Cuts { server: &server, journal: &journal, sessions, lost: Mutex::default() };
    let untouched = Held::by(&server);
    // Of each kind some, so that what the server keeps for good is there.
    cuts.all(seed, CUTS, CUTS + CUTS / 20);
    journal.ended();
    let before = Held::by(&server);
    cuts.all(seed, 0, CUTS);
    let handlers = journal.ended();
    let lost = cuts.lost.lock().expect("no client panicked");
    let began = |of: &str| handlers.keys().filter(|name| name.starts_with(of)).count();
    for (of, cut) in [("waiting", 3), ("streaming", 2), ("legacy", 2)] {
        let (began, all) = (began(of), CUTS / 20 * cut);
        assert!(began * 2 > all, "only {began} of {all} {of} calls began: this tests nothing");
    }
    for (name, handler) in &handlers {
        let (end, time) = handler.ended.as_ref().expect("all have ended");
        match lost.get(name) {
            Some(cut) => {
                assert_eq!(end, "dropped", "{name}");
                let cut = handler.began.max(*cut);
                assert!(
                    time.saturating_sub(cut) <= GONE,
                    "{name} was gone {} ms after its client",
                    time - cut
                );
            }
            None => assert_eq!(end, "done", "{name} goes on without its client"),
        }
    }
    nothing_is_left(&server, untouched, before);
    let mut connection = Connection::open(address);
    assert!(connection.send(&client::modern(1, "echo", r#"{"text":"still here"}"#, false)));
    assert!(connection.read(usize::MAX) && connection.answer().text().contains("still here"));
}

/// Files and threads are as many as they were, and memory is about as much.
fn nothing_is_left(server: &Server, untouched: Option<Held>, before: Option<Held>) {
    let (Some(untouched), Some(before)) = (untouched, before) else { return };
    let start = Instant::now();
    loop {
        let held = Held::by(server).expect("it told before");
        let back = held.files <= untouched.files && held.threads <= untouched.threads;
        if back && held.memory < before.memory + GROWTH {
            eprintln!("{untouched:?} untouched, {before:?} before, {held:?} after");
            return;
        }
        // Where it has to learn that by saying that it is still there it takes twice a pause of 15 s.
        assert!(start.elapsed() < 3 * HANG, "{untouched:?} untouched, {before:?} before, {held:?} after");
        thread::sleep(Duration::from_millis(100));
    }
}

/// How long the calls take that are resumed, and how often they say how far they are.
const MS: usize = 600;
const EVERY: usize = 100;

/// What one call said, over all its connections.
#[derive(Debug, Default)]
struct Told {
    events: Vec<Event>,
    connections: usize,
    /// The call's first connection ended before there was anything to go on from.
    unknown: bool,
}

/// Calls, loses the connection at a random byte, comes back for the rest, loses it again, until the answer is there.
fn persist(server: &Server, session: &str, number: usize, random: &mut Random) -> Told {
    let arguments = format!(r#"{{"ms":{MS},"marker":"call-{number}"}}"#);
    let mut request = client::legacy(session, number, "slow", &arguments, true);
    let mut told = Told::default();
    loop {
        let mut connection = Connection::open(server.address.expect("it listens"));
        assert!(connection.send(&request), "{number}: the server reads");
        // About as much as the whole stream, so that some streams are read to their end.
        let most = random.below(1500);
        connection.read(most);
        // What came beyond is lost with the connection.
        connection.came.truncate(most);
        let answer = connection.answer();
        assert!(["", "200"].contains(&answer.status()), "{number}: {} {told:?}", answer.text());
        connection.cut(random.coin());
        told.connections += 1;
        told.events.extend(answer.events());
        let Some(last) = told.events.iter().rev().find_map(|event| event.id.as_deref()) else {
            told.unknown = true;
            return told;
        };
        if told.events.iter().any(|event| event.data.contains("\"result\"")) {
            return told;
        }
        assert!(told.connections < 1000, "{number}: the answer does not come: {told:?}");
        request = client::stream(session, Some(last));
    }
}

fn check_told(number: usize, told: &Told) {
    let data: Vec<&str> =
        told.events.iter().map(|event| event.data.as_str()).filter(|data| !data.is_empty()).collect();
    let ids: Vec<&String> = told.events.iter().filter_map(|event| event.id.as_ref()).collect();
    let all_differ = ids.iter().collect::<std::collections::BTreeSet<_>>().len() == ids.len();
    assert!(all_differ, "{number}: an event came twice: {told:#?}");
    assert_eq!(data.len(), MS / EVERY + 1, "{number}: {told:#?}");
    for (step, data) in data[..MS / EVERY].iter().enumerate() {
        let wanted = format!(r#""progress":{}"#, (step + 1) * EVERY);
        let token = format!(r#""progressToken":{number}"#);
        assert!(data.contains(&wanted) && data.contains(&token), "{number}: not {wanted}: {told:#?}");
    }
    let answer = data[MS / EVERY];
    let (id, text) = (format!(r#""id":{number}"#), format!("slept {MS} ms"));
    assert!(answer.contains(&id) && answer.contains(&text), "{number}: {told:#?}");
}

#[test]
fn what_a_legacy_client_missed_is_read_again() {
    const CALLS: usize = 400;
    let (seed, server) = (seed(), Server::http());
    let journal = Journal::new(server.markers());
    let address = server.address.expect("it listens");
    // A session keeps what 16 streams said: no more are at work in one here.
    let sessions: Vec<String> = (0..CLIENTS * 4)
        .map(|number| client::session(address, ["2025-03-26", "2025-06-18", "2025-11-25"][number % 3]))
        .collect();
    let (resumed, unknown) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for session in &sessions {
            let (server, resumed, unknown, next) = (&server, &resumed, &unknown, &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= CALLS {
                        break;
                    }
                    let told = persist(server, session, number, &mut Random::new(seed, number as u64));
                    if told.unknown {
                        unknown.fetch_add(1, Ordering::Relaxed);
                        continue;
                    }
                    check_told(number, &told);
                    resumed.fetch_add(usize::from(told.connections > 1), Ordering::Relaxed);
                }
            });
        }
    });
    let (resumed, unknown) = (resumed.into_inner(), unknown.into_inner());
    eprintln!("{resumed} of {CALLS} calls were resumed, {unknown} had nothing to go on from");
    assert!(resumed >= CALLS / 4, "only {resumed} of {CALLS} calls were resumed: this tests too little");
    // The request may have been lost with a connection that was cut at once.
    let handlers = journal.ended();
    assert!(handlers.len() >= CALLS - unknown, "{} handlers", handlers.len());
    for (name, handler) in handlers {
        assert_eq!(handler.ended.map(|(end, _)| end).as_deref(), Some("done"), "{name}");
    }
}
