//! Media types: what a body must be declared as, and what form of answer a client accepts.

use axum::http::StatusCode;
use axum::http::header::ACCEPT;

use crate::engine::reply::Refusal;

use super::answer::{Format, JSON, refusal};
use super::fields::Fields;
use super::site::Request;

/// The body must be declared as JSON, once, and as it is; parameters such as a charset do not matter.
pub(super) fn check_content_type(fields: &Fields<'_>) -> Result<(), Refusal> {
    if fields.encoded {
        let message = "the body is compressed; send it as it is, without `Content-Encoding`";
        return Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let json = |value: &str| value == JSON || media_type(value).eq_ignore_ascii_case(JSON);
    if fields.content_type.text().is_some_and(json) {
        return Ok(());
    }
    let message = "the body is not declared as JSON; send `Content-Type: application/json`";
    Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

/// What most clients send.
const USUAL: &str = "application/json, text/event-stream";

/// What the client takes; a request without `Accept` takes anything.
pub(super) fn accepted_format<B>(request: &Request<'_, B>) -> Result<Format, Refusal> {
    if request.fields.accept.text() == Some(USUAL) {
        return Ok(Format::Either);
    }
    let (mut stated, mut json, mut events) = (false, false, false);
    for value in request.head.headers.get_all(ACCEPT) {
        stated = true;
        let ranges = value.to_str().unwrap_or_default().split(',').filter(|range| !has_no_weight(range));
        for range in ranges {
            match media_type(range).to_ascii_lowercase().as_str() {
                "application/json" | "application/*" => json = true,
                "text/event-stream" | "text/*" => events = true,
                "*/*" => (json, events) = (true, true),
                _ => {}
            }
        }
    }
    match (stated, json, events) {
        (false, ..) | (_, true, true) => Ok(Format::Either),
        (_, true, false) => Ok(Format::Json),
        (_, false, true) => Ok(Format::Events),
        (true, false, false) => {
            let message =
                "no accepted media type can be sent; accept `application/json` and `text/event-stream`";
            Err(refusal(StatusCode::NOT_ACCEPTABLE, message))
        }
    }
}

/// The media type without its parameters.
fn media_type(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

/// Whether the range has a weight of zero, which means "not this one".
fn has_no_weight(range: &str) -> bool {
    let weight = range.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q="));
    weight.is_some_and(|weight| weight.trim().parse() == Ok(0.0))
}
