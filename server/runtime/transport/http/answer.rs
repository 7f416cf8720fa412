//! HTTP answers: the engine's replies and the transport's own refusals, with the headers every answer has.

use axum::body::Body;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;

use crate::engine::Reply;
use crate::engine::reply::{INVALID_REQUEST, Refusal};

const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");

/// What the client accepts for the answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    /// One server-sent event.
    Events,
}

/// The engine's reply as an HTTP answer.
pub(super) fn reply(reply: Reply, format: Format) -> Response<Body> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match reply.body {
        None => with_type(status, None, Body::empty()),
        Some(body) if format == Format::Events && status == StatusCode::OK => {
            with_type(status, Some("text/event-stream"), event(&body).into())
        }
        Some(body) => with_type(status, Some("application/json"), body.into()),
    };
    if let Some(session) = reply.session.and_then(|session| HeaderValue::try_from(session).ok()) {
        response.headers_mut().insert(SESSION_ID, session);
    }
    response
}

/// What the transport refuses with this HTTP status, before the engine sees a message.
pub(super) fn refusal(status: StatusCode, message: impl Into<String>) -> Refusal {
    Refusal::new(status.as_u16(), INVALID_REQUEST, message)
}

/// A refusal as an HTTP answer: a JSON-RPC error without an id. The connection ends, for the body may be unread.
pub(super) fn refused(refusal: Refusal) -> Response<Body> {
    let mut response = reply(refusal.reply(None), Format::Json);
    let not_allowed = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    if not_allowed {
        headers.insert(ALLOW, HeaderValue::from_static("POST, DELETE"));
    }
    response
}

/// HTTP 404 for every other path.
pub(super) fn no_such_path() -> Response<Body> {
    let text = "nothing here; the MCP endpoint is /mcp\n";
    with_type(StatusCode::NOT_FOUND, Some("text/plain; charset=utf-8"), text.into())
}

/// The message as one event of a stream that ends with it.
fn event(message: &[u8]) -> Bytes {
    [b"event: message\ndata: ".as_slice(), message, b"\n\n"].concat().into()
}

fn with_type(status: StatusCode, content_type: Option<&'static str>, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}
