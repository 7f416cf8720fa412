//! The MCP endpoint: one HTTP request to the engine and back.

use axum::http::{HeaderMap, Method, Response, StatusCode};

use crate::contract::Contract;
use crate::engine::reply::Refusal;
use crate::engine::{Engine, Header, Headers};

use super::answer::{self, Body, Format, refusal};
use super::media::{accepted_format, check_content_type};
use super::site::Request;

/// The methods it takes.
pub(super) const METHODS: &str = "POST, GET, DELETE";

/// Answers a request to the endpoint.
pub(super) async fn answer<C: Contract, B: super::RequestBody>(
    engine: &Engine<C>,
    request: &mut Request<'_, B>,
) -> Result<Response<Body>, Refusal> {
    let found = &request.head.headers;
    let params = param_headers(found);
    let mut headers = Headers {
        protocol_version: header(found, "mcp-protocol-version"),
        method: header(found, "mcp-method"),
        name: header(found, "mcp-name"),
        session_id: header(found, "mcp-session-id"),
        last_event_id: header(found, "last-event-id"),
        params: &params,
        address: request.address,
        ..Headers::default()
    };
    let keep_alive = engine.limits().keep_alive;
    match request.head.method {
        Method::POST => {
            check_content_type(found)?;
            let format = accepted_format(found)?;
            headers.takes_events = format != Format::Json;
            let message = super::body::read(engine.limits(), found, request.body).await?;
            Ok(answer::answer(engine.post(&message, &headers).await, format, keep_alive))
        }
        Method::GET => {
            let format = accepted_format(found)?;
            headers.takes_events = format != Format::Json;
            Ok(answer::answer(engine.get(&headers), Format::Json, keep_alive))
        }
        Method::DELETE => Ok(answer::reply(engine.delete(&headers), Format::Json)),
        _ => {
            let message =
                "this method is not allowed here; POST a message, GET a stream, or DELETE to end a session";
            Err(refusal(StatusCode::METHOD_NOT_ALLOWED, message))
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
    let names = headers.keys().filter_map(|name| Some((name, name.as_str().strip_prefix("mcp-param-")?)));
    names.map(|(name, rest)| (rest, header(headers, name.as_str()))).collect()
}
