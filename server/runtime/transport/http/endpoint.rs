//! The MCP endpoint: one HTTP request to the engine and back.

use axum::http::{Method, Response, StatusCode};

use crate::contract::Contract;
use crate::engine::reply::Refusal;
use crate::engine::{Engine, Headers};

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
    let fields = request.fields;
    let params: Vec<_> = fields.params.iter().map(|(name, field)| (*name, field.header())).collect();
    let mut headers = Headers {
        protocol_version: fields.protocol_version.header(),
        method: fields.method.header(),
        name: fields.name.header(),
        session_id: fields.session_id.header(),
        last_event_id: fields.last_event_id.header(),
        params: &params,
        address: request.address,
        ..Headers::default()
    };
    let keep_alive = engine.limits().keep_alive;
    match request.head.method {
        Method::POST => {
            check_content_type(fields)?;
            let format = accepted_format(request)?;
            headers.takes_events = format != Format::Json;
            let message = super::body::read(engine.limits(), request).await?;
            Ok(answer::answer(engine.post(&message, &headers).await, format, keep_alive))
        }
        Method::GET => {
            let format = accepted_format(request)?;
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
