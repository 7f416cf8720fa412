//! Runs the cases of a table.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::value::RawValue;

use crate::case::{self, Case, Step};
use crate::process::{Peer, Server, initialize};
use crate::text::expand;
use crate::wire::{self, lossy};

/// Runs every case of `table`, and says all at once what went wrong.
pub(crate) fn table(name: &str, table: &str) {
    let server = Server::start();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in case::read(table) {
        for revision in &case.revisions {
            count += 1;
            let ran = catch_unwind(AssertUnwindSafe(|| run(&server, &case, revision)));
            match (ran, &case.known) {
                (Ok(()), None) | (Err(_), Some(_)) => {}
                (Ok(()), Some(why)) => {
                    wrong.push(format!(
                        "{} ({revision}): does what it should, drop `known = {why:?}`",
                        case.name
                    ));
                }
                (Err(why), None) => {
                    let why = why.downcast_ref::<String>().map_or("it panicked", String::as_str);
                    wrong.push(format!("{} ({revision}): {why}", case.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases of {name}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the words of a case's templates stand for, made when first asked for.
struct Words<'a> {
    server: &'a Server,
    revision: &'a str,
    made: BTreeMap<String, String>,
    /// Streams that must stay open while the case runs.
    streams: Vec<std::net::TcpStream>,
}

impl Words<'_> {
    fn get(&mut self, word: &str) -> String {
        if let Some(made) = self.made.get(word) {
            return made.clone();
        }
        let made = match word {
            "revision" => self.revision.to_owned(),
            // Two sessions, each its own.
            "session" | "other" => self.server.session(self.revision),
            "ended" => self.ended(),
            "connection" => self.connection(),
            _ => panic!("nobody knows `{word}`"),
        };
        self.made.insert(word.to_owned(), made.clone());
        made
    }

    fn ended(&self) -> String {
        let session = self.server.session(self.revision);
        let end = format!("DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Session-Id: {session}\r\n\r\n");
        assert_eq!(wire::exchange(self.server.address, end.as_bytes(), false).status, 204);
        session
    }

    fn connection(&mut self) -> String {
        use std::io::Write as _;
        let mut stream = wire::connect(self.server.address);
        stream.write_all(b"GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("it is sent");
        let answer = wire::read(&mut stream, false, true);
        let body = lossy(&answer.body);
        self.streams.push(stream);
        body.split("connection=").nth(1).expect("the stream says where to post").trim().to_owned()
    }

    fn expand(&mut self, template: &str) -> Vec<u8> {
        expand(template, &mut |word| self.get(word))
    }
}

fn run(server: &Server, case: &Case, revision: &str) {
    let mut words = Words { server, revision, made: BTreeMap::new(), streams: Vec::new() };
    let mut peer = None;
    assert!(case.steps.iter().all(|step| step.status.is_some() || step.stdio.is_some()), "it is never sent");
    for step in case.steps.iter().filter(|step| step.status.is_some()) {
        over_http(server, step, &mut words);
        server.answers();
    }
    for step in &case.steps {
        if let Some(stdio) = &step.stdio {
            let peer = peer.get_or_insert_with(|| begin(step.legacy, revision));
            over_stdio(peer, step, stdio, &mut words);
        }
    }
    if let Some(peer) = peer {
        peer.finish();
    }
}

fn begin(legacy: bool, revision: &str) -> Peer {
    let mut peer = Peer::start();
    if legacy {
        peer.send(format!("{}\n", initialize(revision)).as_bytes());
        assert!(peer.line().contains("\"result\""));
    }
    peer
}

fn over_http(server: &Server, step: &Step, words: &mut Words<'_>) {
    let request = request(step, words);
    let answer = wire::exchange(server.address, &request, step.open);
    let told = format!("status {} {}", answer.status, lossy(&answer.body[..answer.body.len().min(400)]));
    assert_eq!(Some(answer.status), step.status, "{told}");
    check_size(request.len(), answer.length);
    let whole = format!("{}\n{}", answer.head, lossy(&answer.body));
    for has in &step.has {
        assert!(whole.contains(has.as_str()), "no `{has}` in {whole}");
    }
    for lacks in &step.lacks {
        assert!(!whole.contains(lacks.as_str()), "`{lacks}` in {whole}");
    }
    if step.open {
        return;
    }
    match answer.message() {
        Some(message) if !request.starts_with(b"HEAD") => check(step, step.code, message),
        // What is refused before it is read has no JSON-RPC answer.
        _ => assert!(step.code.is_none() && step.status != Some(200), "no message: {told}"),
    }
}

fn over_stdio(peer: &mut Peer, step: &Step, stdio: &str, words: &mut Words<'_>) {
    let mut line = words.expand(&step.body);
    line.push(b'\n');
    peer.send(&line);
    if stdio == "silent" {
        let lines = peer.lines(0);
        assert!(lines.is_empty(), "stdio: {lines:?}");
        return;
    }
    let lines = peer.lines(1);
    assert_eq!(lines.len(), 1, "stdio: {lines:?}");
    check_size(line.len(), lines[0].len() + 1);
    let code = if stdio == "same" { step.code } else { Some(stdio.parse().expect("a code")) };
    check(step, code, lines[0].as_bytes());
}

fn check_size(sent: usize, came: usize) {
    assert!(came <= 10 * sent + 1024, "{came} bytes came for {sent}");
}

/// Checks one JSON-RPC answer.
fn check(step: &Step, code: Option<i64>, message: &[u8]) {
    let told = lossy(&message[..message.len().min(400)]);
    assert!(!message.contains(&b'\n'), "a line break in {told}");
    if let Some(count) = step.answers {
        let answers: Vec<&RawValue> =
            serde_json::from_slice(message).unwrap_or_else(|_| panic!("no array: {told}"));
        assert_eq!(answers.len(), count, "{told}");
        for has in &step.has {
            assert!(lossy(message).contains(has.as_str()), "no `{has}` in {told}");
        }
        return;
    }
    let answer: BTreeMap<String, &RawValue> =
        serde_json::from_slice(message).unwrap_or_else(|_| panic!("no object: {told}"));
    let get = |key: &str| answer.get(key).map(|raw| raw.get());
    assert_eq!(get("jsonrpc"), Some("\"2.0\""), "{told}");
    let id = step.id.as_deref().map(|id| lossy(&expand(id, &mut |word| panic!("`{word}` in an id"))));
    assert_eq!(get("id"), id.as_deref(), "{told}");
    let error: Option<serde_json::Value> = get("error").and_then(|error| serde_json::from_str(error).ok());
    assert_eq!(error.as_ref().and_then(|error| error["code"].as_i64()), code, "{told}");
    assert_eq!(get("result").is_some(), code.is_none(), "{told}");
}

/// The whole request.
fn request(step: &Step, words: &mut Words<'_>) -> Vec<u8> {
    if let Some(raw) = &step.raw {
        return words.expand(raw);
    }
    let body = words.expand(&step.body);
    let request = step.request.as_deref().unwrap_or("POST /mcp");
    let mut lines: Vec<Vec<u8>> = vec![b"Host: localhost".into(), b"Connection: close".into()];
    lines.push(b"Accept: application/json, text/event-stream".into());
    if request.starts_with("POST") {
        lines.push(b"Content-Type: application/json".into());
    }
    if let [method, name @ ..] = &step.mirror[..] {
        lines.push(b"MCP-Protocol-Version: 2026-07-28".into());
        lines.push(format!("Mcp-Method: {method}").into());
        lines.extend(name.iter().map(|name| format!("Mcp-Name: {name}").into()));
    }
    if step.legacy {
        lines.push(format!("Mcp-Session-Id: {}", words.get("session")).into());
    }
    let name = |line: &[u8]| line.split(|byte| *byte == b':').next().map(<[u8]>::to_ascii_lowercase);
    let further: Vec<Vec<u8>> = step.headers.iter().map(|line| words.expand(line)).collect();
    lines.retain(|line| further.iter().all(|further| name(further) != name(line)));
    lines.extend(further.into_iter().filter(|line| line.contains(&b':')));
    if !lines.iter().any(|line| name(line).as_deref() == Some(b"transfer-encoding")) {
        lines.push(format!("Content-Length: {}", body.len()).into());
    }
    let mut bytes = words.expand(request);
    bytes.extend_from_slice(b" HTTP/1.1\r\n");
    for line in lines {
        bytes.extend_from_slice(&line);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(&body);
    bytes
}
