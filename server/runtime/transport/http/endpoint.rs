//! The MCP endpoint: one HTTP request through its checks to the engine and back.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::contract::Contract;
use crate::engine::reply::{PARSE_ERROR, Refusal, TIMED_OUT, TOO_LARGE};
use crate::engine::{Carrier, Engine, Header, Headers};

use super::HEAD_BYTES;
use super::answer::{self, Format, refusal};
use super::guard::HttpConfig;
use super::media::{accepted_format, check_content_type};

/// How long and, in multiples of the longest message, how much of a refused body is read away. A connection that
/// ends with unread bytes is reset, and the client may never see why.
const DISCARD_TIME: Duration = Duration::from_secs(1);
const DISCARD_MESSAGES: usize = 4;

/// What every request to the endpoint needs.
pub(super) struct Endpoint<C> {
    pub(super) engine: Engine<C>,
    pub(super) config: HttpConfig,
}

impl<C: Contract> Endpoint<C> {
    pub(super) async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let (head, mut body) = request.into_parts();
        match self.answer(&head, &mut body).await {
            Ok(response) => response,
            Err(refusal) => {
                if refusal.code != TIMED_OUT {
                    self.discard(&mut body).await;
                }
                answer::refused(refusal)
            }
        }
    }

    async fn answer(&self, head: &Parts, body: &mut Body) -> Result<Response<Body>, Refusal> {
        if head_bytes(head) > HEAD_BYTES {
            let message =
                format!("the request head is larger than {HEAD_BYTES} bytes; send fewer or shorter headers");
            return Err(refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message));
        }
        self.config.check(head).map_err(|why| refusal(StatusCode::FORBIDDEN, why))?;
        let headers = Headers {
            protocol_version: header(&head.headers, "mcp-protocol-version"),
            method: header(&head.headers, "mcp-method"),
            name: header(&head.headers, "mcp-name"),
            session_id: header(&head.headers, "mcp-session-id"),
        };
        if head.method == Method::DELETE {
            return Ok(answer::reply(self.engine.end_session(headers.session_id), Format::Json));
        }
        if head.method != Method::POST {
            let message = "this method is not allowed here; POST a message, or DELETE to end a session";
            return Err(refusal(StatusCode::METHOD_NOT_ALLOWED, message));
        }
        check_content_type(&head.headers)?;
        let format = accepted_format(&head.headers)?;
        let message = self.read(&head.headers, body).await?;
        let reply = self.engine.handle(&message, Carrier::Http(headers)).await;
        Ok(answer::reply(reply, format))
    }

    /// Reads the body, within its limits of size and time.
    async fn read(&self, headers: &HeaderMap, body: &mut Body) -> Result<Bytes, Refusal> {
        let limits = self.engine.limits();
        let too_large = || {
            let message =
                format!("the body is larger than {} bytes; send less at once", limits.message_bytes);
            Err(Refusal::new(413, TOO_LARGE, message))
        };
        let announced =
            headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limits.message_bytes as u64) {
            return too_large();
        }
        let read = Limited::new(body, limits.message_bytes).collect();
        match tokio::time::timeout(limits.body_time, read).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => too_large(),
            Ok(Err(_)) => {
                Err(Refusal::new(400, PARSE_ERROR, "the body ended before it was complete; send it again"))
            }
            Err(_) => {
                let message = format!("the body took longer than {:?}; send it faster", limits.body_time);
                Err(Refusal::new(408, TIMED_OUT, message))
            }
        }
    }

    /// Reads a refused body away, within bounds.
    async fn discard(&self, body: &mut Body) {
        let most = self.engine.limits().message_bytes.saturating_mul(DISCARD_MESSAGES);
        let read = async {
            let mut length = 0_usize;
            while let Some(Ok(frame)) = body.frame().await {
                length += frame.data_ref().map_or(0, Bytes::len);
                if length > most {
                    break;
                }
            }
        };
        // Whether all of it was read makes no difference: the connection ends either way.
        let _ = tokio::time::timeout(DISCARD_TIME, read).await;
    }
}

/// The size of a request head, as good as it can be told after parsing. The limit on hyper's buffer lets through
/// heads that arrive in few large pieces.
fn head_bytes(head: &Parts) -> usize {
    let fields = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    head.uri.path().len() + head.uri.query().map_or(0, str::len) + fields.sum::<usize>()
}

/// One of the protocol's headers. Bytes that are not visible ASCII, and a second line of the same name, spoil it.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> Header<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Header::Absent,
        (Some(value), None) => value.to_str().map_or(Header::Malformed, Header::value),
        _ => Header::Malformed,
    }
}
