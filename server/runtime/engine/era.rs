//! Decides which revision governs a message: the ladder, in its order, for HTTP and for stdio.

use serde_json::json;

use super::envelope::{Envelope, Kind, Params};
use super::headers::{Header, Headers, unwrap_base64};
use super::json::{is_object, members, string};
use super::reply::{
    HEADER_MISMATCH, INVALID_PARAMS, INVALID_REQUEST, Refusal, UNSUPPORTED_PROTOCOL_VERSION, excerpt,
};
use super::revision::{self, Revision};

/// The member of `_meta` whose presence makes a message a modern one.
const CLAIM: &str = "io.modelcontextprotocol/protocolVersion";

/// What is known of the legacy session a message belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    /// None was opened (stdio) or named (HTTP).
    None,
    /// The session named is not, or no longer, there.
    Unknown,
    /// A live session of this revision.
    Live(Revision),
}

/// What is to be done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    /// `initialize`: open a legacy session.
    Handshake,
    /// Serve it inside a legacy session of this revision.
    Legacy(Revision),
    /// Serve it by itself, in this modern revision.
    Modern(Revision),
    /// Nothing: it asks for no answer and has no effect.
    Ignored,
}

/// Decides the era of one message. `headers` is `None` on a transport that has none.
pub(super) fn decide(
    envelope: &Envelope<'_>,
    headers: Option<&Headers<'_>>,
    session: Session,
) -> Result<Era, Refusal> {
    let (method, request) = match &envelope.kind {
        Kind::Response => return response(headers, session),
        Kind::Request { method, .. } => (method.as_ref(), true),
        Kind::Notification { method } => (method.as_ref(), false),
    };
    match claim(&envelope.params)? {
        Some(claim) => modern(&claim, method, request, &envelope.params, headers),
        None => legacy(method, request, headers, session),
    }
}

/// A response of the caller's: this server asks nothing yet, so it can only be stray.
fn response(headers: Option<&Headers<'_>>, session: Session) -> Result<Era, Refusal> {
    let Some(headers) = headers else {
        return Ok(Era::Ignored);
    };
    match session {
        _ if names_modern(headers.protocol_version) => Err(stray_response()),
        Session::Live(_) => Ok(Era::Ignored),
        Session::Unknown => Err(unknown_session()),
        Session::None => Err(stray_response()),
    }
}

/// The revision a message claims for itself. A claim that cannot be read is refused, never passed over.
fn claim(params: &Params<'_>) -> Result<Option<String>, Refusal> {
    let Some(meta) = params.meta.filter(|meta| is_object(meta)) else {
        return Ok(None);
    };
    let malformed = |what: &str| {
        let message =
            format!("`_meta[\"{CLAIM}\"]` {what}; send one revision as a string, like \"2026-07-28\"");
        Refusal::new(400, INVALID_PARAMS, message)
    };
    let read = members(meta.get(), [CLAIM]).map_err(|_| malformed("cannot be read"))?;
    if read.repeated.is_some() {
        return Err(malformed("occurs more than once"));
    }
    let [claim] = read.values;
    let Some(claim) = claim else { return Ok(None) };
    string(claim).map(|claim| Some(claim.into_owned())).ok_or_else(|| malformed("is not a string"))
}

fn modern(
    claim: &str,
    method: &str,
    request: bool,
    params: &Params<'_>,
    headers: Option<&Headers<'_>>,
) -> Result<Era, Refusal> {
    if let Some(meta) = params.meta.filter(|_| request) {
        revision::check_request_meta(meta).map_err(|message| Refusal::new(400, INVALID_PARAMS, message))?;
    }
    if let Some(headers) = headers {
        mirrored("MCP-Protocol-Version", headers.protocol_version, Some(claim), false)?;
    }
    let Some(revision) = Revision::named(claim).filter(|revision| revision.is_modern()) else {
        return Err(unsupported(claim));
    };
    if !request {
        return Ok(Era::Ignored);
    }
    if let Some(headers) = headers {
        mirrored("Mcp-Method", headers.method, Some(method), false)?;
        if let Some(value) = mirrored_name(method, params) {
            mirrored("Mcp-Name", headers.name, value.and_then(string).as_deref(), true)?;
        }
    }
    Ok(Era::Modern(revision))
}

/// The member of `params` that `Mcp-Name` mirrors; the outer `None` is for methods that have no such header.
fn mirrored_name<'a>(method: &str, params: &Params<'a>) -> Option<Option<&'a serde_json::value::RawValue>> {
    match method {
        "tools/call" | "prompts/get" => Some(params.name),
        "resources/read" => Some(params.uri),
        "tasks/get" | "tasks/update" | "tasks/cancel" => Some(params.task_id),
        _ => None,
    }
}

/// Checks that a header says what the body says. Where the body has no string, decoding it says so later.
fn mirrored(name: &str, header: Header<'_>, body: Option<&str>, wrapped: bool) -> Result<(), Refusal> {
    let mismatch = |message: String| Err(Refusal::new(400, HEADER_MISMATCH, message));
    let value = match header {
        Header::Absent => {
            return mismatch(format!("the `{name}` header is missing; send what the body says in it"));
        }
        Header::Malformed => {
            return mismatch(format!("the `{name}` header is malformed; send it once, in visible ASCII"));
        }
        Header::Value(value) => value,
    };
    let decoded = if wrapped { unwrap_base64(value) } else { Some(value.to_owned()) };
    match (decoded, body) {
        (None, _) => {
            mismatch(format!("the `{name}` header is not valid base64 of UTF-8; pad it canonically"))
        }
        (Some(value), Some(body)) if value != body => mismatch(format!(
            "the `{name}` header says `{}`, the body `{}`; send the same in both",
            excerpt(&value),
            excerpt(body)
        )),
        _ => Ok(()),
    }
}

fn legacy(
    method: &str,
    request: bool,
    headers: Option<&Headers<'_>>,
    session: Session,
) -> Result<Era, Refusal> {
    let initialize = request && method == "initialize";
    match headers.map(|headers| headers.protocol_version) {
        Some(version) if names_modern(version) => return claim_missing(request, initialize),
        Some(version) if !initialize => check_legacy_version(version)?,
        _ => {}
    }
    match session {
        Session::Live(_) if initialize => Err(Refusal::new(
            400,
            INVALID_REQUEST,
            "this session is initialized already; open a new session to initialize again",
        )),
        Session::Live(revision) => Ok(Era::Legacy(revision)),
        Session::Unknown => Err(unknown_session()),
        Session::None if initialize => Ok(Era::Handshake),
        Session::None if headers.is_some() => Err(Refusal::new(
            400,
            INVALID_REQUEST,
            "the `Mcp-Session-Id` header is missing; send `initialize` first and repeat the session id of its answer",
        )),
        Session::None if !request => Ok(Era::Ignored),
        Session::None if method == "ping" => Ok(Era::Legacy(Revision::negotiate(""))),
        Session::None => Err(Refusal::new(400, INVALID_PARAMS, MISSING_META)),
    }
}

const MISSING_META: &str = "`_meta` lacks `io.modelcontextprotocol/protocolVersion` and \
    `io.modelcontextprotocol/clientCapabilities`; send both with every request, or `initialize` first";

/// The header names a modern revision, the body claims none.
fn claim_missing(request: bool, initialize: bool) -> Result<Era, Refusal> {
    if initialize {
        let message = "`initialize` belongs to revisions before the one in the `MCP-Protocol-Version` header; \
            leave the header out, or call `server/discover`";
        return Err(Refusal::new(400, HEADER_MISMATCH, message));
    }
    if !request {
        return Ok(Era::Ignored);
    }
    Err(Refusal::new(400, INVALID_PARAMS, MISSING_META))
}

fn check_legacy_version(header: Header<'_>) -> Result<(), Refusal> {
    let refused = |what: String| {
        let message =
            format!("the `MCP-Protocol-Version` header {what}; send the revision that `initialize` answered");
        Err(Refusal::new(400, INVALID_REQUEST, message))
    };
    match header {
        Header::Absent => Ok(()),
        Header::Malformed => refused("is malformed".into()),
        Header::Value(version) if Revision::named(version).is_some() => Ok(()),
        Header::Value(version) if revision::is_newer_than_served(version) => Err(unsupported(version)),
        Header::Value(version) => refused(format!("says `{}`, which is not served", excerpt(version))),
    }
}

fn names_modern(header: Header<'_>) -> bool {
    matches!(header, Header::Value(version) if Revision::named(version).is_some_and(Revision::is_modern))
}

/// Legacy revisions are left out of the list for a caller that asked for one: it would come back with the same.
fn unsupported(requested: &str) -> Refusal {
    let modern_only = revision::names_legacy(requested);
    let served = Revision::ALL.iter().filter(|revision| revision.is_modern() || !modern_only);
    let supported: Vec<_> = served.map(|revision| revision.as_str()).collect();
    let message = match modern_only {
        true => {
            "requests with a revision in `_meta` need a modern one; pick from `data.supported`, or `initialize`"
        }
        false => "this revision is not served; pick one from `data.supported`",
    };
    Refusal {
        data: Some(Box::new(json!({ "supported": supported, "requested": excerpt(requested) }))),
        ..Refusal::new(400, UNSUPPORTED_PROTOCOL_VERSION, message)
    }
}

fn unknown_session() -> Refusal {
    let message =
        "this session does not exist or has ended; send `initialize` without a session id to open one";
    Refusal::new(404, INVALID_REQUEST, message)
}

fn stray_response() -> Refusal {
    Refusal::new(400, INVALID_REQUEST, "this server has asked nothing; send requests and notifications only")
}
