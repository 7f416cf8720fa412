//! One way to talk to the server, whatever the transport and the era.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::http::post;
use crate::process::{Process, lockstep};

pub(crate) const LEGACY: &str = "2025-11-25";
pub(crate) const MODERN: &str = "2026-07-28";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    Legacy,
    Modern,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Stdio,
    Http,
}

/// Every transport with every era.
pub(crate) const ALL: [(Transport, Era); 4] = [
    (Transport::Stdio, Era::Legacy),
    (Transport::Stdio, Era::Modern),
    (Transport::Http, Era::Legacy),
    (Transport::Http, Era::Modern),
];

/// A running server and what its client has to remember.
pub(crate) struct Peer {
    pub(crate) process: Process,
    pub(crate) era: Era,
    /// Where the server listens, if it does.
    pub(crate) address: Option<SocketAddr>,
    session: Option<String>,
    /// What `initialize` or `server/discover` answered.
    pub(crate) opening: Value,
}

/// One message of the server. On stdio there is no status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    pub(crate) message: Value,
}

impl Peer {
    /// Starts `lockstep <transport> --demo` and opens the conversation as a client of this era does.
    pub(crate) fn demo(transport: Transport, era: Era) -> Self {
        Self::start(transport, era, &["--demo"])
    }

    pub(crate) fn start(transport: Transport, era: Era, arguments: &[&str]) -> Self {
        Self::start_in(transport, era, arguments, &[])
    }

    /// As [`Peer::start`], with these variables in the server's environment.
    pub(crate) fn start_in(
        transport: Transport,
        era: Era,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let command = |first: &[&str]| {
            let mut command = lockstep(&[first, arguments].concat());
            command.envs(environment.iter().copied());
            command
        };
        let (process, address) = match transport {
            Transport::Stdio => (Process::start(command(&["stdio"])), None),
            Transport::Http => {
                let (process, _, address) = Process::http(command(&["http", "--bind", "127.0.0.1:0"]));
                (process, Some(address))
            }
        };
        let mut peer = Self { process, era, address, session: None, opening: Value::Null };
        peer.open();
        peer
    }

    fn open(&mut self) {
        let Era::Legacy = self.era else {
            self.opening = self.result("server/discover", json!({}));
            return;
        };
        let initialize = initialize();
        let (answer, session) = self.exchange(initialize.to_string().as_bytes());
        assert_eq!(session.is_some(), self.address.is_some(), "a session id comes over HTTP, and only there");
        self.session = session;
        self.opening = answer.message["result"].clone();
        self.notify("notifications/initialized");
    }

    /// Sends one message as it is and reads one answer.
    pub(crate) fn send(&mut self, message: &[u8]) -> Answer {
        self.exchange(message).0
    }

    /// Sends a request of this peer's era.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Answer {
        let request = request(self.era, 7, method, params);
        let answer = self.send(request.to_string().as_bytes());
        assert_eq!(answer.message["id"], 7, "{answer:?}");
        answer
    }

    #[track_caller]
    pub(crate) fn result(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.request(method, params);
        assert!(matches!(answer.status, None | Some(200)), "{answer:?}");
        assert!(answer.message.get("error").is_none(), "{answer:?}");
        answer.message["result"].take()
    }

    #[track_caller]
    pub(crate) fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.result("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// Sends a notification, which has no answer: over HTTP that is said, on stdio nothing comes.
    fn notify(&mut self, method: &str) {
        let message = json!({ "jsonrpc": "2.0", "method": method }).to_string();
        match self.address {
            None => self.process.write(format!("{message}\n").as_bytes()),
            Some(address) => {
                let answer = post(address, &self.headers(message.as_bytes()), message.as_bytes());
                assert_eq!((answer.status, answer.body.as_str()), (202, ""));
            }
        }
    }

    fn exchange(&mut self, message: &[u8]) -> (Answer, Option<String>) {
        let Some(address) = self.address else {
            self.process.write(&[message, b"\n"].concat());
            let line = self.process.stdout.next().expect("the server answers");
            return (Answer { status: None, message: parse(&line) }, None);
        };
        let response = post(address, &self.headers(message), message);
        let session = response.header("mcp-session-id").map(ToOwned::to_owned);
        (Answer { status: Some(response.status), message: parse(&response.body) }, session)
    }

    /// The headers that go with a message: as far as it can be read, for a bad one has them as well.
    fn headers(&self, message: &[u8]) -> Vec<(&'static str, &str)> {
        if self.era == Era::Legacy {
            let session = self.session.as_deref().map(|session| ("Mcp-Session-Id", session));
            return session.into_iter().chain([("MCP-Protocol-Version", LEGACY)]).collect();
        }
        let message: Value = serde_json::from_slice(message).unwrap_or_default();
        let mut headers = vec![("MCP-Protocol-Version", MODERN)];
        if let Some(method) = message["method"].as_str() {
            headers.push(("Mcp-Method", leak(method)));
        }
        let params = &message["params"];
        if let Some(name) = params["name"].as_str().or(params["uri"].as_str()) {
            headers.push(("Mcp-Name", leak(name)));
        }
        if let Some(database) = params["arguments"]["database"].as_str() {
            headers.push(("Mcp-Param-Database", leak(database)));
        }
        headers
    }
}

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}

/// The request as a client of this era writes it.
pub(crate) fn request(era: Era, id: u32, method: &str, mut params: Value) -> Value {
    if era == Era::Modern {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": "it", "version": "0" },
        });
    }
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// The legacy handshake's request, with the id 0.
pub(crate) fn initialize() -> Value {
    let client = json!({ "name": "it", "version": "0" });
    let params = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client });
    request(Era::Legacy, 0, "initialize", params)
}

/// What stands between the two tags of a text that others wrote.
#[track_caller]
pub(crate) fn inside_tags(text: &str) -> &str {
    let inside = || {
        let (_, rest) = text.split_once("\n<untrusted-")?;
        let (boundary, rest) = rest.split_once(">\n")?;
        assert!(boundary.len() == 16 && boundary.bytes().all(|byte| byte.is_ascii_hexdigit()), "{boundary}");
        rest.strip_suffix(&format!("\n</untrusted-{boundary}>"))
    };
    inside().unwrap_or_else(|| panic!("not between tags: {text}"))
}

#[track_caller]
pub(crate) fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text:?}"))
}
