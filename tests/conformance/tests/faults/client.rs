//! Clients that can hang up anywhere: whole requests as bytes, and as much of an answer as has come.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::wire::HANG;

const META: &str = r#""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}"#;

/// A POST of this body with these lines in its head beside the usual ones.
fn post(path: &str, head: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A tool call as JSON, whose `_meta` has these members.
fn call(id: usize, tool: &str, arguments: &str, meta: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments},"_meta":{{{meta}}}}}}}"#
    )
}

/// Members of `_meta` that ask for progress.
fn progress(id: usize, wanted: bool) -> String {
    if wanted { format!(r#""progressToken":{id}"#) } else { r#""example.com/none":0"#.to_owned() }
}

/// A call of the newest revision as a message.
pub(crate) fn modern_call(id: usize, tool: &str, arguments: &str, told: bool) -> String {
    call(id, tool, arguments, &format!("{META},{}", progress(id, told)))
}

/// The same over HTTP.
pub(crate) fn modern(id: usize, tool: &str, arguments: &str, told: bool) -> Vec<u8> {
    let head = format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n");
    post("/mcp", &head, &modern_call(id, tool, arguments, told))
}

/// A subscription as a message.
pub(crate) fn listen_message(id: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"subscriptions/listen","params":{{"notifications":{{"toolsListChanged":true}},"_meta":{{{META}}}}}}}"#
    )
}

/// The same over HTTP.
pub(crate) fn listen(id: usize) -> Vec<u8> {
    let head = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n";
    post("/mcp", head, &listen_message(id))
}

/// A call over a legacy session as a message.
pub(crate) fn legacy_call(id: usize, tool: &str, arguments: &str, told: bool) -> String {
    call(id, tool, arguments, &progress(id, told))
}

/// The same over HTTP.
pub(crate) fn legacy(session: &str, id: usize, tool: &str, arguments: &str, told: bool) -> Vec<u8> {
    let head = format!("Mcp-Session-Id: {session}\r\n");
    post("/mcp", &head, &legacy_call(id, tool, arguments, told))
}

pub(crate) fn initialize_message(revision: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{{"protocolVersion":"{revision}","capabilities":{{}},"clientInfo":{{"name":"t","version":"0"}}}}}}"#
    )
}

pub(crate) fn initialize(revision: &str) -> Vec<u8> {
    post("/mcp", "", &initialize_message(revision))
}

/// A message for a stream of the oldest transport.
pub(crate) fn message(endpoint: &str, message: &str) -> Vec<u8> {
    post(endpoint, "", message)
}

/// A GET with these lines in its head.
pub(crate) fn get(path: &str, head: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{head}\r\n").into_bytes()
}

/// A GET of a session's stream, or of the rest of one after the event `last`.
pub(crate) fn stream(session: &str, last: Option<&str>) -> Vec<u8> {
    let last = last.map_or(String::new(), |last| format!("Last-Event-ID: {last}\r\n"));
    get("/mcp", &format!("Mcp-Session-Id: {session}\r\n{last}"))
}

/// Opens a session.
pub(crate) fn session(server: SocketAddr, revision: &str) -> String {
    let mut connection = Connection::open(server);
    assert!(connection.send(&initialize(revision)));
    connection.read(usize::MAX);
    connection.answer().field("mcp-session-id").expect("a session opens").to_owned()
}

/// A connection, and what has come on it since the last request.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    pub(crate) came: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(server: SocketAddr) -> Self {
        Self::try_open(server).expect("the server accepts")
    }

    /// `None` if the server accepts nobody.
    pub(crate) fn try_open(server: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect(server).ok()?;
        stream.set_nodelay(true).ok()?;
        stream.set_read_timeout(Some(2 * HANG)).ok()?;
        Some(Self { stream, came: Vec::new() })
    }

    /// Sends these bytes; `false` if the server takes none any more.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> bool {
        self.came.clear();
        self.stream.write_all(bytes).is_ok()
    }

    /// Reads until an answer is whole, `most` bytes of it have come, or the connection ends: then it is `false`.
    pub(crate) fn read(&mut self, most: usize) -> bool {
        self.read_until(|connection| connection.came.len() >= most || connection.answer().whole)
    }

    /// Reads until `enough`; `false` if the connection ended before.
    pub(crate) fn read_until(&mut self, enough: impl Fn(&Self) -> bool) -> bool {
        let mut chunk = vec![0; 16 << 10];
        while !enough(self) {
            match self.stream.read(&mut chunk) {
                Ok(0) => return false,
                Ok(length) => self.came.extend_from_slice(&chunk[..length]),
                Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                    panic!("nothing came for {:?}; so far {}", 2 * HANG, String::from_utf8_lossy(&self.came))
                }
                Err(_) => return false,
            }
        }
        true
    }

    /// As much of an answer as has come.
    pub(crate) fn answer(&self) -> Answer {
        Answer::of(&self.came)
    }

    /// Hangs up: with a reset, or as one does.
    pub(crate) fn cut(self, reset: bool) {
        if reset {
            rustix::net::sockopt::set_socket_linger(&self.stream, Some(Duration::ZERO))
                .expect("an option can be set");
        }
    }
}

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) id: Option<String>,
    pub(crate) data: String,
}

/// As much of an answer as has come.
#[derive(Debug)]
pub(crate) struct Answer {
    head: String,
    pub(crate) body: Vec<u8>,
    /// It is complete.
    pub(crate) whole: bool,
}

impl Answer {
    /// What the first bytes of an answer say.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            return Self { head: String::new(), body: Vec::new(), whole: false };
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let mut answer = Self { head, body: bytes[end + 4..].to_vec(), whole: false };
        if answer.field("transfer-encoding") == Some("chunked") {
            (answer.body, answer.whole) = dechunked(&answer.body);
        } else {
            let length = answer.field("content-length").map_or(0, |length| length.parse().expect("a length"));
            answer.whole = answer.body.len() >= length;
        }
        answer
    }

    pub(crate) fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// A field of the head, by its name in lower case.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The events that came completely.
    pub(crate) fn events(&self) -> Vec<Event> {
        let text = self.text();
        let whole = text.split_inclusive("\n\n").filter_map(|event| event.strip_suffix("\n\n"));
        let events = whole.map(|text| {
            let field =
                |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            Event { id: field("id").map(str::to_owned), data: field("data").unwrap_or_default().to_owned() }
        });
        // What is left are comments.
        events.filter(|event| *event != Event::default()).collect()
    }
}

/// The data of chunks, and whether the last of them has come.
fn dechunked(mut body: &[u8]) -> (Vec<u8>, bool) {
    let mut data = Vec::new();
    while let Some(end) = body.windows(2).position(|window| window == b"\r\n") {
        let length =
            std::str::from_utf8(&body[..end]).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        let length =
            length.unwrap_or_else(|| panic!("no length of a chunk: {:?}", String::from_utf8_lossy(body)));
        body = &body[end + 2..];
        if length == 0 {
            return (data, body == b"\r\n");
        }
        data.extend_from_slice(&body[..length.min(body.len())]);
        body = body.get(length + 2..).unwrap_or_default();
    }
    (data, false)
}
