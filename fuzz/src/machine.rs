//! What clients do with their sessions. Each three bytes are one thing: what, in which session, with which number.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lockstep_runtime::engine::{Answer, Engine, Event, EventStream, Header, Headers};
use serde_json::Value;

use crate::server::{META, SESSIONS, Tools, block_on, engine, in_session, open};

/// Sessions that are remembered, ended ones among them.
const KNOWN: usize = 6;

/// Things done at most.
const DEEDS: usize = 64;

const REVISIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// Does one thing after the other.
pub fn run(bytes: &[u8]) {
    block_on(async {
        let mut world = World::default();
        let engine = engine();
        for deed in bytes.as_chunks::<3>().0.iter().take(DEEDS) {
            world.deed(&engine, *deed).await;
            // Work that nobody waits for goes on.
            tokio::task::yield_now().await;
        }
    });
}

#[derive(Default)]
struct World {
    sessions: Vec<Client>,
    open: Vec<Open>,
}

/// One session and what its client knows.
struct Client {
    id: Arc<str>,
    ended: bool,
    /// What each stream is for, as far as it was read.
    streams: BTreeMap<String, For>,
    next: u64,
}

/// A stream that is being read.
struct Open {
    session: usize,
    purpose: For,
    stream: EventStream,
}

/// What a stream is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum For {
    /// The answer to this request.
    Answer(u64),
    News,
    /// It was resumed without having been read before.
    Unknown,
}

impl World {
    fn live(&self) -> usize {
        self.sessions.iter().filter(|session| !session.ended).count()
    }

    async fn deed(&mut self, engine: &Engine<Tools>, [what, which, number]: [u8; 3]) {
        match what % 12 {
            0 => return self.initialize(engine, which).await,
            1 => return self.modern(engine, number).await,
            _ => {}
        }
        if self.sessions.is_empty() {
            return;
        }
        let at = usize::from(which) % self.sessions.len();
        match what % 12 {
            2 => self.request(engine, at, "ping", "{}").await,
            3 => self.request(engine, at, "tools/call", r#"{"name":"echo","arguments":{"text":"x"}}"#).await,
            4 => self.request(engine, at, "tools/call", r#"{"name":"greet"}"#).await,
            5 => self.say(engine, at, &format!(r#"{{"jsonrpc":"2.0","id":{number},"result":{{"action":"accept","content":{{"n":"a"}}}}}}"#)).await,
            6 => {
                let id = self.sessions[at].next.saturating_sub(u64::from(number % 4));
                let params = format!(r#"{{"requestId":{id}}}"#);
                let message =
                    format!(r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{params}}}"#);
                self.say(engine, at, &message).await;
            }
            7 => self.get(engine, at, None),
            8 => {
                let known = &self.sessions[at].streams;
                let stream = known.keys().nth(usize::from(number) % known.len().max(1));
                let from = format!("{}-{:x}", stream.map_or("0", String::as_str), number % 4);
                self.get(engine, at, Some(&from));
            }
            9 => self.end(engine, at),
            10 => self.read(usize::from(number)).await,
            _ => {
                if !self.open.is_empty() {
                    let gone = usize::from(number) % self.open.len();
                    drop(self.open.remove(gone));
                }
            }
        }
    }

    async fn initialize(&mut self, engine: &Engine<Tools>, which: u8) {
        let live = self.live();
        match open(engine, REVISIONS[usize::from(which) % REVISIONS.len()]).await {
            None => assert_eq!(live, SESSIONS, "there is room"),
            Some(id) => {
                assert!(live < SESSIONS, "more sessions than may be open");
                assert!(self.sessions.iter().all(|session| session.id != id));
                self.sessions.push(Client { id, ended: false, streams: BTreeMap::new(), next: 1 });
                if self.sessions.len() > KNOWN
                    && let Some(ended) = self.sessions.iter().position(|session| session.ended)
                {
                    self.sessions.remove(ended);
                    self.open.retain(|open| open.session != ended);
                    self.open
                        .iter_mut()
                        .filter(|open| open.session > ended)
                        .for_each(|open| open.session -= 1);
                }
            }
        }
    }

    /// A request without a session.
    async fn modern(&self, engine: &Engine<Tools>, number: u8) {
        let message = format!(
            r#"{{"jsonrpc":"2.0","id":{number},"method":"tools/call","params":{{"name":"echo","arguments":{{"text":"m{number}"}},{META}}}}}"#
        );
        let headers = Headers {
            protocol_version: Header::Value("2026-07-28"),
            method: Header::Value("tools/call"),
            name: Header::Value("echo"),
            ..Headers::default()
        };
        let Answer::Reply(reply) = engine.post(message.as_bytes(), &headers).await else {
            panic!("it streams")
        };
        let answer: Value = serde_json::from_slice(&reply.body.expect("it answers")).expect("it is JSON");
        assert_eq!((reply.status, &reply.session), (200, &None), "{answer}");
        assert_eq!(answer["id"], number);
        assert_eq!(answer["result"]["content"][0]["text"], format!("m{number}"));
    }

    async fn request(&mut self, engine: &Engine<Tools>, at: usize, method: &str, params: &str) {
        let client = &mut self.sessions[at];
        let id = client.next;
        client.next += 1;
        let message = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#);
        match engine.post(message.as_bytes(), &in_session(&client.id)).await {
            Answer::Stream(stream) => {
                assert!(!client.ended);
                self.open.push(Open { session: at, purpose: For::Answer(id), stream });
            }
            Answer::Reply(reply) => {
                assert_eq!(reply.session, None);
                assert_eq!(reply.status == 404, client.ended, "{reply:?}");
                if let Some(body) = reply.body {
                    let answer: Value = serde_json::from_slice(&body).expect("it is JSON");
                    assert_eq!(answer["id"], id, "{answer}");
                }
            }
        }
    }

    /// What asks for no answer.
    async fn say(&self, engine: &Engine<Tools>, at: usize, message: &str) {
        let client = &self.sessions[at];
        let Answer::Reply(reply) = engine.post(message.as_bytes(), &in_session(&client.id)).await else {
            panic!("it streams")
        };
        assert_eq!(reply.status, if client.ended { 404 } else { 202 });
    }

    fn get(&mut self, engine: &Engine<Tools>, at: usize, from: Option<&str>) {
        let client = &self.sessions[at];
        let last_event_id = from.map_or(Header::Absent, Header::Value);
        match engine.get(&Headers { last_event_id, ..in_session(&client.id) }) {
            Answer::Reply(reply) => match reply.status {
                404 => assert!(client.ended),
                400 => assert!(from.is_some() && !client.ended),
                429 => assert!(!client.ended),
                status => panic!("{status} for GET"),
            },
            Answer::Stream(stream) => {
                assert!(!client.ended);
                let known = |from: &str| client.streams.get(from.split_once('-')?.0).copied();
                let purpose = from.map_or(For::News, |from| known(from).unwrap_or(For::Unknown));
                self.open.push(Open { session: at, purpose, stream });
            }
        }
    }

    fn end(&mut self, engine: &Engine<Tools>, at: usize) {
        let client = &mut self.sessions[at];
        let reply = engine.delete(&in_session(&client.id));
        assert_eq!(reply.status, if client.ended { 404 } else { 204 });
        client.ended = true;
    }

    /// Reads what there is of one stream.
    async fn read(&mut self, number: usize) {
        if self.open.is_empty() {
            return;
        }
        let at = number % self.open.len();
        let Open { session, purpose, stream } = &mut self.open[at];
        let client = &mut self.sessions[*session];
        loop {
            match tokio::time::timeout(Duration::from_micros(50), stream.next()).await {
                Err(_) => return,
                Ok(Some(event)) => client.heard(*purpose, &event),
                Ok(None) => break,
            }
        }
        drop(self.open.remove(at));
    }
}

impl Client {
    /// Judges what a stream for this says.
    fn heard(&mut self, purpose: For, event: &Event) {
        let stream = event.id.as_ref().and_then(|id| id.split_once('-')).map(|(stream, _)| stream.to_owned());
        if let Some(stream) = stream {
            let before = *self.streams.entry(stream).or_insert(purpose);
            assert!(
                before == purpose || [before, purpose].contains(&For::Unknown),
                "{before:?}, now {purpose:?}"
            );
        }
        let Some(data) = event.data.as_ref().filter(|data| !data.is_empty()) else { return };
        let message: Value = serde_json::from_slice(data).expect("it is JSON");
        if message.get("method").is_some() {
            return;
        }
        let id = message["id"].as_u64().expect("an answer has an id");
        let right = match purpose {
            For::Answer(request) => id == request,
            For::News => false,
            For::Unknown => id < self.next,
        };
        assert!(right, "an answer to {id} on a stream for {purpose:?}: {message}");
    }
}
