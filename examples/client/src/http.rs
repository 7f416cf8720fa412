//! One JSON-RPC exchange over streamable HTTP; a server that answers plain requests with JSON is all it takes.

use reqwest::blocking::{Client, Response};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde::Serialize;

use crate::Outcome;

/// Headers beside those of every request.
pub(crate) type Headers<'a> = &'a [(&'a str, &'a str)];

/// Posts one message.
pub(crate) fn post(
    client: &Client,
    url: &str,
    headers: Headers<'_>,
    message: &impl Serialize,
) -> Outcome<Response> {
    let mut request = client
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, "application/json, text/event-stream")
        .body(serde_json::to_vec(message)?);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Ok(request.send()?)
}
