//! What is asked: the same calls in both eras, as bytes.

use std::fmt;

use engine_bench::PAYLOAD_BYTES;
use memchr::memmem::find;

/// Revisions with and without a handshake.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    Legacy,
    Modern,
}

/// What is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Echo,
    List,
    Payload,
}

/// One call in one era.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Workload {
    pub(crate) call: Call,
    pub(crate) era: Era,
}

const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"engine-bench","version":"0.0.0"},"io.modelcontextprotocol/clientCapabilities":{}}"#;

pub(crate) const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"engine-bench","version":"0.0.0"}}}"#;

pub(crate) const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let call = match self.call {
            Call::Echo => "echo call",
            Call::List => "tools/list, 20 tools",
            Call::Payload => "call with a result of 100 KiB",
        };
        write!(f, "{call}, {}", self.revision())
    }
}

impl Workload {
    fn revision(self) -> &'static str {
        match self.era {
            Era::Legacy => "2025-11-25",
            Era::Modern => "2026-07-28",
        }
    }

    /// The JSON-RPC request.
    pub(crate) fn message(self, id: usize) -> String {
        let meta = if self.era == Era::Modern { META } else { "" };
        let comma = if self.era == Era::Modern { "," } else { "" };
        let (method, rest) = match self.call {
            Call::Echo => ("tools/call", format!(r#"{comma}"name":"echo","arguments":{{"text":"hello"}}"#)),
            Call::List => ("tools/list", String::new()),
            Call::Payload => ("tools/call", format!(r#"{comma}"name":"payload","arguments":{{}}"#)),
        };
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{meta}{rest}}}}}"#)
    }

    /// The HTTP request.
    pub(crate) fn request(self, session: Option<&str>) -> Vec<u8> {
        let mut headers = format!("MCP-Protocol-Version: {}\r\n", self.revision());
        if let Some(session) = session {
            headers += &format!("Mcp-Session-Id: {session}\r\n");
        }
        if self.era == Era::Modern {
            headers += match self.call {
                Call::Echo => "Mcp-Method: tools/call\r\nMcp-Name: echo\r\n",
                Call::List => "Mcp-Method: tools/list\r\n",
                Call::Payload => "Mcp-Method: tools/call\r\nMcp-Name: payload\r\n",
            };
        }
        post(&headers, &self.message(1))
    }

    /// Looks closely at an answer.
    pub(crate) fn check(self, body: &[u8]) -> Result<(), String> {
        let wanted = match self.call {
            Call::Echo => r#""text":"hello""#,
            Call::List => r#""name":"export_tickets""#,
            Call::Payload => "which has seen foxes.",
        };
        let holds = |text: &str| find(body, text.as_bytes()).is_some();
        if holds(r#""result""#) && holds(wanted) && !holds(r#""isError":true"#) && self.is_long_enough(body) {
            return Ok(());
        }
        let shown = &body[..body.len().min(400)];
        Err(format!("error: not an answer to `{self}`: {}", String::from_utf8_lossy(shown)))
    }

    /// Looks at an answer in passing: as closely as costs nothing beside the request.
    pub(crate) fn glance(self, body: &[u8]) -> bool {
        self.is_long_enough(body) && (self.call != Call::Echo || find(body, br#""text":"hello""#).is_some())
    }

    fn is_long_enough(self, body: &[u8]) -> bool {
        let least = match self.call {
            Call::Echo => 0,
            Call::List => 4000,
            Call::Payload => PAYLOAD_BYTES,
        };
        body.len() >= least
    }
}

/// A POST with these headers, each with its line end.
pub(crate) fn post(headers: &str, message: &str) -> Vec<u8> {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{headers}Content-Length: {}\r\n\r\n{message}",
        message.len()
    )
    .into_bytes()
}

/// The second half of the handshake.
pub(crate) fn initialized(session: &str) -> Vec<u8> {
    post(&format!("MCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: {session}\r\n"), INITIALIZED)
}

/// The end of a session.
pub(crate) fn delete(session: &str) -> Vec<u8> {
    format!(
        "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nMCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: {session}\r\n\r\n"
    )
    .into_bytes()
}
