//! Decides which revision governs a message: the ladder, in its order, for HTTP and for stdio.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::json;

use super::envelope::{CLAIM, Claim, Envelope, Kind, Params};
use super::headers::{Header, Headers, unwrap_base64};
use super::json::{Raw, string};
use super::meta::RequestMeta;
use super::reply::{
    HEADER_MISMATCH, INVALID_PARAMS, INVALID_REQUEST, Refusal, UNSUPPORTED_PROTOCOL_VERSION, excerpt,
};
use super::revision::{self, Revision};
use super::session::Session;

/// What is known of the legacy session a message belongs to.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// None was opened (on a channel) or named (HTTP).
    None,
    /// The session named is not, or no longer, there.
    Unknown,
    /// A live session.
    Live(Arc<Session>),
}

/// Where a message came from, as far as the era depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way<'a> {
    /// An HTTP request with these headers.
    Http(&'a Headers<'a>),
    /// A channel that carries messages of either era.
    Channel,
    /// The deprecated HTTP+SSE transport, which knows sessions only.
    Sse,
}

impl<'a> Way<'a> {
    const fn headers(self) -> Option<&'a Headers<'a>> {
        match self {
            Self::Http(headers) => Some(headers),
            Self::Channel | Self::Sse => None,
        }
    }
}

/// What is to be done with a message.
#[derive(Debug)]
pub(super) enum Era {
    /// `initialize`: open a legacy session.
    Handshake,
    /// `ping` before there is a session.
    EarlyPing,
    /// Serve it inside this legacy session.
    Legacy(Arc<Session>),
    /// Serve it by itself, in this modern revision, with this `_meta`.
    Modern(Revision, Arc<RequestMeta>),
    /// An answer to a question of this session.
    Answer(Arc<Session>),
    /// Nothing: it asks for no answer. Over a channel it may still cancel a request.
    Ignored,
}

/// Decides the era of one message.
pub(super) fn decide(envelope: &Envelope<'_>, way: Way<'_>, found: Found) -> Result<Era, Refusal> {
    let (method, request) = match &envelope.kind {
        Kind::Response { .. } => return response(way, found),
        Kind::Request { method, .. } => (method.as_ref(), true),
        Kind::Notification { method } => (method.as_ref(), false),
    };
    match claim(&envelope.params)? {
        Some(_) if matches!(way, Way::Sse) => Err(Refusal::new(
            400,
            INVALID_REQUEST,
            "this transport serves revisions with a session only; POST requests with a revision in `_meta` to the \
             MCP endpoint, or `initialize` first",
        )),
        Some(claim) => modern(&claim, method, request, &envelope.params, way.headers()),
        None => legacy(method, request, way.headers(), found),
    }
}

/// A response of the caller's. Without a session nothing was asked.
fn response(way: Way<'_>, found: Found) -> Result<Era, Refusal> {
    match (way.headers(), found) {
        (Some(headers), _) if names_modern(headers.protocol_version) => Err(stray_response()),
        (headers, Found::Live(session)) => {
            headers.map_or(Ok(()), |headers| check_legacy_version(headers.protocol_version))?;
            Ok(Era::Answer(session))
        }
        (None, _) => Ok(Era::Ignored),
        (Some(_), Found::Unknown) => Err(unknown_session()),
        (Some(_), Found::None) => Err(stray_response()),
    }
}

/// Whether a message claims a revision for itself, however badly.
pub(super) fn is_modern(params: &Params<'_>) -> bool {
    !matches!(claim(params), Ok(None))
}

/// The revision a message claims for itself. A claim that cannot be read is refused, never passed over.
fn claim<'a>(params: &Params<'a>) -> Result<Option<Cow<'a, str>>, Refusal> {
    let malformed = |what: &str| {
        let message =
            format!("`_meta[\"{CLAIM}\"]` {what}; send one revision as a string, like \"2026-07-28\"");
        Refusal::new(400, INVALID_PARAMS, message)
    };
    match params.claim {
        Claim::None => Ok(None),
        Claim::Revision(claim) => string(claim).map(Some).ok_or_else(|| malformed("is not a string")),
        Claim::Malformed(what) => Err(malformed(what)),
    }
}

fn modern(
    claim: &str,
    method: &str,
    request: bool,
    params: &Params<'_>,
    headers: Option<&Headers<'_>>,
) -> Result<Era, Refusal> {
    let meta = params.meta.filter(|_| request).map(RequestMeta::read).transpose();
    let meta = meta.map_err(|message| Refusal::new(400, INVALID_PARAMS, message))?;
    if let Some(headers) = headers {
        mirrored("MCP-Protocol-Version", headers.protocol_version, Some(claim), false)?;
    }
    let Some(revision) = Revision::named(claim).filter(|revision| revision.is_modern()) else {
        return Err(unsupported(claim));
    };
    let Some(meta) = meta else { return Ok(Era::Ignored) };
    if let Some(headers) = headers {
        mirrored("Mcp-Method", headers.method, Some(method), false)?;
        if let Some(value) = mirrored_name(method, params) {
            mirrored("Mcp-Name", headers.name, value.and_then(string).as_deref(), true)?;
        }
    }
    Ok(Era::Modern(revision, meta))
}

/// The member of `params` that `Mcp-Name` mirrors; the outer `None` is for methods that have no such header.
fn mirrored_name<'a>(method: &str, params: &Params<'a>) -> Option<Option<Raw<'a>>> {
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
    let decoded = if wrapped { unwrap_base64(value) } else { Some(value.into()) };
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

fn legacy(method: &str, request: bool, headers: Option<&Headers<'_>>, found: Found) -> Result<Era, Refusal> {
    let initialize = request && method == "initialize";
    match headers.map(|headers| headers.protocol_version) {
        Some(version) if names_modern(version) => return claim_missing(request, initialize),
        Some(version) if !initialize => check_legacy_version(version)?,
        _ => {}
    }
    match found {
        Found::Live(_) if initialize => Err(Refusal::new(
            400,
            INVALID_REQUEST,
            "this session is initialized already; open a new session to initialize again",
        )),
        Found::Live(session) => Ok(Era::Legacy(session)),
        Found::Unknown => Err(unknown_session()),
        Found::None if initialize => Ok(Era::Handshake),
        Found::None if headers.is_some() => Err(missing_session()),
        Found::None if !request => Ok(Era::Ignored),
        Found::None if method == "ping" => Ok(Era::EarlyPing),
        Found::None => Err(Refusal::new(400, INVALID_PARAMS, MISSING_META)),
    }
}

/// Whether an array of messages may come this way: only inside a session of the revision that has them.
pub(super) fn check_batch(way: Way<'_>, found: &Found, claims: bool) -> Result<(), Refusal> {
    const ALONE: &str = "arrays of messages belong to revision 2025-03-26; send one message at a time";
    let refused = |message: &str| Err(Refusal::new(400, INVALID_REQUEST, message));
    if claims || way.headers().is_some_and(|headers| names_modern(headers.protocol_version)) {
        return refused(ALONE);
    }
    if let Some(headers) = way.headers() {
        check_legacy_version(headers.protocol_version)?;
    }
    match found {
        Found::Live(session) if session.revision.has_batches() => Ok(()),
        Found::Unknown => Err(unknown_session()),
        _ => refused(ALONE),
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

/// A request other than POST: there has to be a session, and the header must not say otherwise.
pub(super) fn session_of(headers: &Headers<'_>, found: Found) -> Result<Arc<Session>, Refusal> {
    check_legacy_version(headers.protocol_version)?;
    match found {
        Found::Live(session) => Ok(session),
        Found::Unknown => Err(unknown_session()),
        Found::None => Err(missing_session()),
    }
}

fn missing_session() -> Refusal {
    let message = "the `Mcp-Session-Id` header is missing; send `initialize` first and repeat the session id of its answer";
    Refusal::new(400, INVALID_REQUEST, message)
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
    let message = "without a session this server asks nothing; send requests and notifications only";
    Refusal::new(400, INVALID_REQUEST, message)
}
