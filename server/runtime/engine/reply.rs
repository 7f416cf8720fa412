//! What goes back to the caller: assembled JSON-RPC answers and their HTTP status.

use std::convert::Infallible;

use bytes::Bytes;

/// JSON-RPC: the message is not JSON.
pub(crate) const PARSE_ERROR: i32 = -32700;
/// JSON-RPC: the message is JSON but not an acceptable request.
pub(crate) const INVALID_REQUEST: i32 = -32600;
/// JSON-RPC: nothing here answers this method.
pub(crate) const METHOD_NOT_FOUND: i32 = -32601;
/// JSON-RPC: the parameters do not fit the method.
pub(crate) const INVALID_PARAMS: i32 = -32602;
/// MCP before 2026-07-28: there is no such resource.
pub(crate) const RESOURCE_NOT_FOUND: i32 = -32002;
/// JSON-RPC: the server failed.
pub(crate) const INTERNAL_ERROR: i32 = -32603;
/// MCP 2026-07-28: a mirrored header is missing, malformed or differs from the body.
pub(crate) const HEADER_MISMATCH: i32 = -32020;
/// MCP 2026-07-28: the request names a revision that is not served per request.
pub(crate) const UNSUPPORTED_PROTOCOL_VERSION: i32 = -32022;
/// MCP 2026-07-28: the request needs a capability that the client has not declared.
pub(crate) const MISSING_CAPABILITY: i32 = -32021;
/// House code: a limit of the whole process is reached; the same request may succeed later.
pub(crate) const OVERLOADED: i32 = 1002;
/// House code: a limit of one caller is reached; the same request may succeed when another has ended.
pub(crate) const TOO_MANY: i32 = 1003;
/// House code: the message is larger than accepted.
#[cfg(feature = "http")]
pub(crate) const TOO_LARGE: i32 = 1004;
/// House code: the message took too long to arrive.
#[cfg(feature = "http")]
pub(crate) const TIMED_OUT: i32 = 1005;

/// The answer to one message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// HTTP status; other transports ignore it.
    pub status: u16,
    /// One JSON-RPC message without a line break, or nothing where the message asks for no answer.
    pub body: Option<Bytes>,
    /// Value for the `Mcp-Session-Id` header: set on the answer that opens a legacy HTTP session.
    pub session: Option<String>,
}

impl Reply {
    /// Taken note of, nothing to say: HTTP 202.
    pub(crate) fn accepted() -> Self {
        Self { status: 202, body: None, session: None }
    }

    /// The answers of several messages, as one array; nothing where none of them has an answer.
    pub(crate) fn batch(replies: Vec<Self>) -> Self {
        let mut body = Vec::new();
        for answer in replies.iter().filter_map(|reply| reply.body.as_ref()) {
            body.push(if body.is_empty() { b'[' } else { b',' });
            body.extend_from_slice(answer);
        }
        if body.is_empty() {
            return Self::accepted();
        }
        body.push(b']');
        Self { status: 200, body: Some(body.into()), session: None }
    }

    /// A result, `result` being rendered JSON.
    pub(crate) fn result(id: &str, result: &[u8]) -> Self {
        let Ok(reply) = Self::written(id, result.len(), |body| {
            body.extend_from_slice(result);
            Ok::<_, Infallible>(())
        });
        reply
    }

    /// A result of about this length that `write` appends as JSON.
    pub(crate) fn written<E>(
        id: &str,
        length: usize,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut body = Vec::with_capacity(id.len() + length + 40);
        body.extend_from_slice(b"{\"jsonrpc\":\"2.0\",\"id\":");
        body.extend_from_slice(id.as_bytes());
        body.extend_from_slice(b",\"result\":");
        write(&mut body)?;
        body.push(b'}');
        Ok(Self { status: 200, body: Some(body.into()), session: None })
    }
}

/// Why a message is answered with a JSON-RPC error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status.
    pub(crate) status: u16,
    /// JSON-RPC error code.
    pub(crate) code: i32,
    /// What was wrong and what to do.
    pub(crate) message: String,
    /// Value of the error's `data` member.
    pub(crate) data: Option<Box<serde_json::Value>>,
}

impl Refusal {
    /// A refusal without `data`.
    pub(crate) fn new(status: u16, code: i32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), data: None }
    }

    /// The answer to the request `id`; without an id the answer has no `id` member at all.
    pub(crate) fn reply(self, id: Option<&str>) -> Reply {
        let Self { status, code, message, data } = self;
        let id = id.map(|id| format!(",\"id\":{id}")).unwrap_or_default();
        let data = data.map(|data| format!(",\"data\":{data}")).unwrap_or_default();
        let message = serde_json::Value::from(message);
        let body =
            format!("{{\"jsonrpc\":\"2.0\"{id},\"error\":{{\"code\":{code},\"message\":{message}{data}}}}}");
        Reply { status, body: Some(body.into()), session: None }
    }
}

/// At most 64 bytes of what a caller sent, fit to be quoted in a message.
pub(crate) fn excerpt(text: &str) -> String {
    shorten(text, 64)
}

/// At most `longest` bytes of `text`, without control characters.
pub(crate) fn shorten(text: &str, longest: usize) -> String {
    let (kept, more) = match text.len() <= longest {
        true => (text, ""),
        false => (&text[..text.floor_char_boundary(longest)], "…"),
    };
    let clean = kept.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    clean.chain(more.chars()).collect()
}
