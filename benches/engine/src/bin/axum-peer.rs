//! A bare axum handler that answers every POST to `/mcp` with the same bytes: `axum-peer ADDRESS FILE`.
//!
//! The file holds the answer, head and body. Of a request it reads the body and nothing in it: the least that a server on
//! axum can do.
#![forbid(unsafe_code)]

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_LENGTH, DATE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use axum::routing::post;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, file] = arguments.as_slice() else {
        return Err("usage: axum-peer ADDRESS FILE".into());
    };
    let text = std::fs::read_to_string(file)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or("the file holds no answer")?;
    let (headers, body) = (headers(head)?, Bytes::from(body.to_owned()));
    let handler = move |request: Bytes| async move {
        std::hint::black_box(request);
        (headers, body)
    };
    let listener = TcpListener::bind(address).await?.tap_io(|stream| {
        // As ours does; with one write for each answer it hardly matters.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().route("/mcp", post(handler))).await?;
    Ok(())
}

/// The headers of an answer but for those that hyper writes itself.
fn headers(head: &str) -> Result<HeaderMap, Box<dyn std::error::Error>> {
    let mut headers = HeaderMap::new();
    for line in head.lines().skip(1) {
        let (name, value) = line.split_once(": ").ok_or("a header without a value")?;
        let name: HeaderName = name.parse()?;
        if ![CONTENT_LENGTH, DATE, TRANSFER_ENCODING].contains(&name) {
            headers.append(name, HeaderValue::from_str(value)?);
        }
    }
    Ok(headers)
}
