//! A server that is told to stop under load: whatever it began it answers, every stream ends as it should, and the process
//! ends well.
//!
//! Over HTTP a server may close an idle connection just when the next request is on its way (RFC 9112, section 9.5), so
//! that one is lost, unread. What tells it from a request that was accepted and dropped is the journal: a handler that
//! began must have answered its client.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::client::{self, Connection};
use crate::journal::Journal;
use crate::random::{Random, seed};
use crate::wire::{HANG, Piece, Server, Socket, Source};

const ROUNDS: u64 = 20;

/// A server waits this long for what is in progress; all of it here is over long before.
const DRAIN: Duration = Duration::from_secs(10);

/// Longest call of the load, in milliseconds.
const LONGEST: usize = 200;

/// Sends SIGTERM.
fn terminate(server: &Server) {
    let id = i32::try_from(server.id()).ok().and_then(Pid::from_raw).expect("a process has a number");
    kill_process(id, Signal::TERM).expect("the process is there");
}

/// The server ends by itself, well, and without having waited in vain.
fn ends_well(server: &mut Server) {
    let (code, time) = server.ended();
    assert_eq!(code, Some(0));
    assert!(time < DRAIN, "{time:?}");
}

/// Every handler that began came to its end, and exactly the calls that were answered have one.
fn nothing_dropped(journal: &Journal, answered: &BTreeSet<String>) {
    let handlers = journal.read();
    for (name, handler) in &handlers {
        assert!(matches!(&handler.ended, Some((end, _)) if end == "done"), "{name}: {handler:?}");
    }
    let began: BTreeSet<String> = handlers.into_keys().collect();
    let (lost, made_up): (Vec<_>, Vec<_>) =
        (began.difference(answered).collect(), answered.difference(&began).collect());
    assert!(lost.is_empty(), "began and were not answered: {lost:?}");
    assert!(made_up.is_empty(), "were answered and never began: {made_up:?}");
}

/// What the clients of one server share.
struct Round<'a> {
    address: SocketAddr,
    seed: u64,
    /// Once everybody is there.
    ready: &'a Barrier,
    /// The server was told to stop.
    stopping: &'a AtomicBool,
}

impl Round<'_> {
    fn stops(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// One client that calls again and again on one connection, until the server is gone; the markers of the calls that
    /// were answered.
    fn hammer(&self, client: u64, legacy: bool) -> BTreeSet<String> {
        let random = &mut Random::new(self.seed, client);
        let session = legacy.then(|| client::session(self.address, "2025-11-25"));
        let (mut answered, mut connection) = (BTreeSet::new(), Some(Connection::open(self.address)));
        self.ready.wait();
        for number in 1.. {
            let marker = format!("{client}-{number}");
            let (told, plain) = (random.coin(), random.below(4) == 0);
            let ms = random.below(LONGEST) * random.below(2);
            let arguments = format!(r#"{{"ms":{ms},"marker":"{marker}"}}"#);
            let (tool, arguments) =
                if plain { ("echo", r#"{"text":"here"}"#) } else { ("slow", arguments.as_str()) };
            let request = match &session {
                Some(session) => client::legacy(session, number, tool, arguments, told),
                None => client::modern(number, tool, arguments, told),
            };
            let Some(mut open) = connection.take().or_else(|| Connection::try_open(self.address)) else {
                assert!(self.stops(), "the server accepts nobody");
                return answered;
            };
            open.send(&request);
            open.read(usize::MAX);
            let answer = open.answer();
            if open.came.is_empty() {
                assert!(self.stops(), "a connection was closed unanswered");
                continue;
            }
            let (text, id) = (answer.text(), format!(r#""id":{number},"result""#));
            assert!(
                answer.whole && text.matches(&id).count() == 1,
                "{}",
                String::from_utf8_lossy(&open.came)
            );
            if !plain {
                answered.insert(marker);
            }
            if answer.field("connection") != Some("close") {
                connection = Some(open);
            }
        }
        unreachable!("there are more numbers than requests")
    }

    /// A stream that is open until the server ends it; all it said.
    fn stream(&self, request: &[u8], first: &str) -> String {
        let mut connection = Connection::open(self.address);
        connection.send(request);
        assert!(connection.read_until(|connection| connection.answer().text().contains(first)
            && !connection.answer().status().is_empty()));
        self.ready.wait();
        connection.read(usize::MAX);
        let answer = connection.answer();
        assert!(self.stops() && answer.whole, "{}", String::from_utf8_lossy(&connection.came));
        answer.text()
    }

    /// A client of the oldest transport: what is taken is answered on the stream.
    fn channel(&self, client: u64) -> BTreeSet<String> {
        let mut stream = Connection::open(self.address);
        stream.send(&client::get("/sse", ""));
        let wanted = "?connection=";
        assert!(stream.read_until(|stream| {
            stream.answer().text().split(wanted).nth(1).is_some_and(|id| id.contains('\n'))
        }));
        let text = stream.answer().text();
        let path =
            text.lines().find_map(|line| line.strip_prefix("data: ")).expect("it says where").to_owned();
        let random = &mut Random::new(self.seed, client);
        let hello = client::message(&path, &client::initialize_message("2024-11-05"));
        let mut taken = BTreeMap::new();
        let mut connection = None;
        self.ready.wait();
        for number in 0.. {
            let (marker, ms) = (format!("{client}-{number}"), random.below(LONGEST));
            let arguments = format!(r#"{{"ms":{ms},"marker":"{marker}"}}"#);
            let call = client::message(&path, &client::legacy_call(number, "slow", &arguments, false));
            let Some(mut open) = connection.take().or_else(|| Connection::try_open(self.address)) else {
                break;
            };
            open.send(if number == 0 { &hello } else { &call });
            open.read(usize::MAX);
            let answer = open.answer();
            if open.came.is_empty() {
                assert!(self.stops(), "a connection was closed unanswered");
                continue;
            }
            match answer.status() {
                "202" if number > 0 => drop(taken.insert(number, marker)),
                "202" => {}
                // Too many are at work, or the server stops.
                status => assert!(
                    status == "429" || (status == "503" && self.stops()),
                    "{status} {}",
                    answer.text()
                ),
            }
            thread::sleep(Duration::from_millis(random.below(10) as u64));
            if answer.field("connection") != Some("close") {
                connection = Some(open);
            }
        }
        stream.read(usize::MAX);
        let answer = stream.answer();
        let text = answer.text();
        assert!(answer.whole, "{text}");
        for number in taken.keys() {
            let id = format!(r#""id":{number},"result""#);
            assert_eq!(text.matches(&id).count(), 1, "{number} was taken and not answered: {text}");
        }
        taken.into_values().collect()
    }
}

/// How many calls were answered.
fn over_http(seed: u64) -> usize {
    let mut server = Server::http();
    let journal = Journal::new(server.markers());
    let address = server.address.expect("it listens");
    let (ready, stopping) = (Barrier::new(13), AtomicBool::new(false));
    let round = Round { address, seed, ready: &ready, stopping: &stopping };
    let answered: BTreeSet<String> = thread::scope(|scope| {
        let round = &round;
        let mut clients = Vec::new();
        for client in 0..6 {
            clients.push(scope.spawn(move || round.hammer(client, client % 2 == 0)));
        }
        clients.extend((6..8).map(|client| scope.spawn(move || round.channel(client))));
        let subscriptions: Vec<_> =
            (0..2).map(|id| scope.spawn(move || round.stream(&client::listen(id), "acknowledged"))).collect();
        let sessions: Vec<_> = (0..2)
            .map(|_| {
                let session = client::session(address, "2025-11-25");
                scope.spawn(move || drop(round.stream(&client::stream(&session, None), "")))
            })
            .collect();
        ready.wait();
        thread::sleep(Duration::from_millis(Random::new(seed, 99).below(400) as u64));
        stopping.store(true, Ordering::SeqCst);
        terminate(&server);
        for (id, subscription) in subscriptions.into_iter().enumerate() {
            let text = subscription.join().expect("a subscription ends");
            let result = format!(r#""id":{id},"result""#);
            assert_eq!(text.matches(&result).count(), 1, "{text}");
        }
        for session in sessions {
            session.join().expect("a stream ends");
        }
        clients.into_iter().flat_map(|client| client.join().expect("a client ends")).collect()
    });
    ends_well(&mut server);
    nothing_dropped(&journal, &answered);
    answered.len()
}

#[test]
fn over_http_nothing_that_began_is_dropped() {
    let seed = seed();
    let count: usize = (0..ROUNDS).map(|round| over_http(seed.wrapping_add(round))).sum();
    assert!(count > 1000, "{count} calls are no load");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut server = Server::http();
    let (journal, address) = (Journal::new(server.markers()), server.address.expect("it listens"));
    let mut connection = Connection::open(address);
    connection.send(&client::modern(1, "slow", r#"{"ms":60000,"marker":"long"}"#, false));
    assert!(journal.wait_for("long", HANG));
    terminate(&server);
    // It has stopped accepting, and waits for the call.
    let start = Instant::now();
    while Connection::try_open(address).is_some() {
        assert!(start.elapsed() < DRAIN, "it still accepts");
        thread::sleep(Duration::from_millis(5));
    }
    terminate(&server);
    let (code, _) = server.ended();
    assert_eq!(code, Some(1));
    assert!(start.elapsed() < DRAIN / 2, "it waited for {:?}", start.elapsed());
    assert!(!connection.read(usize::MAX) && connection.came.is_empty());
}

/// The stream of the oldest transport ends with the server: a message whose rest comes after that is refused, not taken
/// and lost.
#[test]
fn a_message_that_comes_too_late_is_refused() {
    let mut server = Server::http();
    let address = server.address.expect("it listens");
    let mut stream = Connection::open(address);
    stream.send(&client::get("/sse", ""));
    assert!(stream.read_until(|stream| stream.answer().text().contains("\n\n")));
    let text = stream.answer().text();
    let path = text.lines().find_map(|line| line.strip_prefix("data: ")).expect("it says where");
    let message = client::message(path, &client::initialize_message("2024-11-05"));
    let (first, rest) = message.split_at(message.len() - 10);
    let mut connection = Connection::open(address);
    connection.send(first);
    // The server has read the first part when it answers another request that came later.
    let mut other = Connection::open(address);
    other.send(&client::modern(1, "slow", r#"{"ms":100}"#, false));
    assert!(other.read(usize::MAX));
    terminate(&server);
    assert!(!stream.read_until(|_| false), "the stream ends");
    connection.send(rest);
    connection.read(usize::MAX);
    let answer = connection.answer();
    assert!(answer.whole && answer.status() == "503", "{} {}", answer.status(), answer.text());
    ends_well(&mut server);
}

/// Calls without waiting for answers until the server takes no more; `legacy` peers introduce themselves, others
/// subscribe.
fn flood(
    legacy: bool,
    peer: usize,
    random: &mut Random,
    mut write: impl FnMut(&[u8]) -> std::io::Result<()>,
) {
    let first = match legacy {
        true => client::initialize_message("2025-11-25"),
        false => client::listen_message(0),
    };
    write(format!("{first}\n").as_bytes()).expect("the server reads");
    for number in 1.. {
        let arguments =
            format!(r#"{{"ms":{},"marker":"{peer}-{number}"}}"#, random.below(LONGEST) * random.below(2));
        let call = match legacy {
            true => client::legacy_call(number, "slow", &arguments, random.coin()),
            false => client::modern_call(number, "slow", &arguments, random.coin()),
        };
        if write(format!("{call}\n").as_bytes()).is_err() {
            return;
        }
        thread::sleep(Duration::from_micros(random.below(3000) as u64));
    }
}

/// The markers of the calls that these lines answer; none is answered twice, and a subscription got its result.
fn answered(legacy: bool, peer: usize, lines: &[String]) -> BTreeSet<String> {
    let mut answered = BTreeSet::new();
    let mut first = false;
    for line in lines {
        let message: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let Some(id) = message.get("id") else { continue };
        assert!(message.get("result").is_some(), "{line}");
        if id == 0 || id == "hello" {
            first = true;
            continue;
        }
        assert!(answered.insert(format!("{peer}-{id}")), "twice: {line}");
    }
    assert!(first, "no answer to {}", if legacy { "`initialize`" } else { "the subscription" });
    answered
}

/// All lines to the end; waits for the others after the first.
fn lines(source: &Source, ready: &Barrier) -> Vec<String> {
    let mut lines = Vec::new();
    while let Some(piece) = source.next(HANG).expect("the server answers or ends") {
        let Piece::Message { text, .. } = piece else { panic!("no line: {piece:?}") };
        lines.push(text);
        if lines.len() == 1 {
            ready.wait();
        }
    }
    lines
}

#[test]
fn over_standard_input_and_output_nothing_that_began_is_dropped() {
    let (seed, mut count) = (seed(), 0);
    for round in 0..ROUNDS {
        let random = &mut Random::new(seed, round);
        let mut server = Server::stdio();
        let (journal, legacy) = (Journal::new(server.markers()), random.coin());
        let source = server.output();
        let id = i32::try_from(server.id()).ok().and_then(Pid::from_raw).expect("a process has a number");
        let pause = Duration::from_millis(random.below(300) as u64);
        let ready = Arc::new(Barrier::new(2));
        let reader = thread::spawn({
            let ready = Arc::clone(&ready);
            move || lines(&source, &ready)
        });
        let stopper = thread::spawn(move || {
            ready.wait();
            thread::sleep(pause);
            kill_process(id, Signal::TERM).expect("the process is there");
        });
        flood(legacy, 0, random, |line| server.write(line));
        stopper.join().expect("the signal is sent");
        let answered = answered(legacy, 0, &reader.join().expect("the answers are lines"));
        ends_well(&mut server);
        nothing_dropped(&journal, &answered);
        count += answered.len();
    }
    assert!(count > 1000, "{count} calls are no load");
}

#[test]
fn over_a_unix_socket_nothing_that_began_is_dropped() {
    let (seed, mut count) = (seed(), 0);
    for round in 0..ROUNDS {
        let mut server = Server::unix();
        let journal = Journal::new(server.markers());
        let path = server.socket.clone().expect("it listens");
        let ready = Barrier::new(5);
        let all: BTreeSet<String> = thread::scope(|scope| {
            let peers: Vec<_> = (0..4_usize)
                .map(|peer| {
                    let (legacy, (mut socket, source)) = (peer % 2 == 0, Socket::open(&path));
                    let (random, ready) = (Random::new(seed.wrapping_add(round), peer as u64), &ready);
                    scope.spawn(move || {
                        let writer = thread::spawn(move || {
                            let mut random = random;
                            flood(legacy, peer, &mut random, |line| socket.write(line));
                        });
                        let answered = answered(legacy, peer, &lines(&source, ready));
                        writer.join().expect("the server reads until it ends");
                        answered
                    })
                })
                .collect();
            ready.wait();
            thread::sleep(Duration::from_millis(Random::new(seed, round).below(300) as u64));
            terminate(&server);
            peers.into_iter().flat_map(|peer| peer.join().expect("a peer ends")).collect()
        });
        ends_well(&mut server);
        nothing_dropped(&journal, &all);
        count += all.len();
    }
    assert!(count > 1000, "{count} calls are no load");
}
