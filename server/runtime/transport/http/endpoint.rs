//! The MCP endpoint: one HTTP request through its checks to the engine and back.

use axum::body::Body;
use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};

use crate::contract::Contract;
use crate::engine::reply::Refusal;
use crate::engine::{Engine, Header, Headers};

use super::answer::{self, Format, refusal};
use super::body;
use super::guard::HttpConfig;
use super::media::{accepted_format, check_content_type};

const ALLOWED: &str = "POST, GET, DELETE";

/// What every request to the endpoint needs.
pub(super) struct Endpoint<C> {
    pub(super) engine: Engine<C>,
    pub(super) config: HttpConfig,
}

impl<C: Contract> Endpoint<C> {
    pub(super) async fn handle(&self, request: Request<Body>) -> Response<Body> {
        let (head, mut body) = request.into_parts();
        if let Some(preflight) = self.config.preflight(&head) {
            return preflight;
        }
        let response = match self.answer(&head, &mut body).await {
            Ok(response) => response,
            Err(refusal) => {
                body::discard(self.engine.limits(), &refusal, &mut body).await;
                answer::refused(refusal)
            }
        };
        let mut response = self.config.share(&head, response);
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(ALLOWED));
        }
        response
    }

    async fn answer(&self, head: &Parts, body: &mut Body) -> Result<Response<Body>, Refusal> {
        self.config.check(head)?;
        let params = param_headers(&head.headers);
        let mut headers = Headers {
            protocol_version: header(&head.headers, "mcp-protocol-version"),
            method: header(&head.headers, "mcp-method"),
            name: header(&head.headers, "mcp-name"),
            session_id: header(&head.headers, "mcp-session-id"),
            last_event_id: header(&head.headers, "last-event-id"),
            params: &params,
            ..Headers::default()
        };
        let keep_alive = self.engine.limits().keep_alive;
        match head.method {
            Method::POST => {
                check_content_type(&head.headers)?;
                let format = accepted_format(&head.headers)?;
                headers.takes_events = format != Format::Json;
                let message = body::read(self.engine.limits(), &head.headers, body).await?;
                Ok(answer::answer(self.engine.post(&message, &headers).await, format, keep_alive))
            }
            Method::GET => {
                let format = accepted_format(&head.headers)?;
                headers.takes_events = format != Format::Json;
                Ok(answer::answer(self.engine.get(&headers), Format::Json, keep_alive))
            }
            Method::DELETE => Ok(answer::reply(self.engine.delete(&headers), Format::Json)),
            _ => {
                let message = "this method is not allowed here; POST a message, GET a stream, or DELETE to end a session";
                Err(refusal(StatusCode::METHOD_NOT_ALLOWED, message))
            }
        }
    }
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

/// The headers that mirror arguments, without what their names begin with.
fn param_headers(headers: &HeaderMap) -> Vec<(&str, Header<'_>)> {
    let names = headers.keys().filter_map(|name| name.as_str().strip_prefix("mcp-param-"));
    names.map(|name| (name, header(headers, &format!("mcp-param-{name}")))).collect()
}
