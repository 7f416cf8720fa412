//! HTTP answers: the engine's replies and streams, and the transport's own refusals, with the headers every answer has.

use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Duration;

use axum::http::header::{CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use futures_util::{Stream, stream};
use http_body_util::{Either, Full};

use crate::engine::reply::{INVALID_REQUEST, Refusal};
use crate::engine::{Answer, Event, EventStream, Reply};

const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

pub(super) const JSON: &str = "application/json";

/// After how many seconds a client that found no room should try again.
const RETRY_SECONDS: &str = "5";

/// The body of an answer: all there, or still to come.
pub(in crate::transport) type Body = Either<Full<Bytes>, axum::body::Body>;

/// What the client accepts for the answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// One JSON value, and nothing else.
    Json,
    /// A stream of events, and nothing else.
    Events,
    /// Whichever the answer needs.
    Either,
}

/// The engine's answer as an HTTP answer.
pub(super) fn answer(answer: Answer, format: Format, keep_alive: Duration) -> Response<Body> {
    match answer {
        Answer::Reply(one) => reply(one, format),
        Answer::Stream(events) => streamed(events, keep_alive),
    }
}

/// The engine's reply as an HTTP answer.
pub(super) fn reply(reply: Reply, format: Format) -> Response<Body> {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match reply.body {
        None => with_type(status, None, Bytes::new()),
        Some(body) if format == Format::Events && status == StatusCode::OK => {
            let event = Event { data: Some(body), ..Event::default() };
            with_type(status, Some("text/event-stream"), text(&event))
        }
        Some(body) => with_type(status, Some(JSON), body),
    };
    if let Some(session) = reply.session.and_then(|session| HeaderValue::try_from(session).ok()) {
        response.headers_mut().insert(SESSION_ID, session);
    }
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
    }
    response
}

/// An event stream. A comment says that it is still there when nothing happens for a while.
fn streamed(events: EventStream, keep_alive: Duration) -> Response<Body> {
    let body = stream::unfold(events, move |mut events| async move {
        let piece = match tokio::time::timeout(keep_alive, events.next()).await {
            Ok(event) => text(&event?),
            Err(_) => Bytes::from_static(b": still here\n\n"),
        };
        Some((Ok::<_, Infallible>(piece), events))
    });
    event_stream(body)
}

/// HTTP 200 with these events.
pub(super) fn event_stream(
    events: impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static,
) -> Response<Body> {
    let mut response = with_type(StatusCode::OK, Some("text/event-stream"), Bytes::new());
    *response.body_mut() = Either::Right(axum::body::Body::from_stream(events));
    // Proxies that collect answers would keep events back.
    response.headers_mut().insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}

/// One event as it is sent. Messages are one line.
pub(super) fn text(event: &Event) -> Bytes {
    let mut text = Vec::with_capacity(48 + event.data.as_ref().map_or(0, Bytes::len));
    if let Some(retry) = event.retry {
        text.extend_from_slice(format!("retry: {}\n", retry.as_millis()).as_bytes());
    }
    if let Some(id) = &event.id {
        text.extend_from_slice(format!("id: {id}\n").as_bytes());
    }
    if let Some(data) = &event.data {
        if !data.is_empty() {
            text.extend_from_slice(b"event: message\n");
        }
        text.extend_from_slice(b"data: ");
        text.extend_from_slice(data);
        text.push(b'\n');
    }
    text.push(b'\n');
    text.into()
}

/// What the transport refuses with this HTTP status, before the engine sees a message.
pub(super) fn refusal(status: StatusCode, message: impl Into<String>) -> Refusal {
    Refusal::new(status.as_u16(), INVALID_REQUEST, message)
}

/// A refusal as an HTTP answer: a JSON-RPC error without an id. The connection ends, for the body may be unread.
pub(super) fn refused(refusal: Refusal) -> Response<Body> {
    let mut response = reply(refusal.reply(None), Format::Json);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// HTTP 404 for every other path.
pub(super) fn no_such_path() -> Response<Body> {
    let text = Bytes::from_static(b"nothing here; the MCP endpoint is /mcp\n");
    with_type(StatusCode::NOT_FOUND, Some("text/plain; charset=utf-8"), text)
}

pub(super) fn with_type(
    status: StatusCode,
    content_type: Option<&'static str>,
    body: Bytes,
) -> Response<Body> {
    /// Most answers have these; a copy costs less than putting them together.
    static JSON_HEADERS: LazyLock<HeaderMap> = LazyLock::new(|| headers(Some(JSON)));

    let mut response = Response::new(Either::Left(Full::new(body)));
    *response.status_mut() = status;
    *response.headers_mut() =
        if content_type == Some(JSON) { JSON_HEADERS.clone() } else { headers(content_type) };
    response
}

fn headers(content_type: Option<&'static str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    headers
}
