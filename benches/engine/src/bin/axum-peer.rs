//! A bare axum handler that answers every POST to `/mcp` with the same bytes: `axum-peer ADDRESS CONTENT-TYPE FILE`.
//!
//! It reads the request's body and nothing in it: the least that a server on axum can do.
#![forbid(unsafe_code)]

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::routing::post;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, content_type, file] = arguments.as_slice() else {
        return Err("usage: axum-peer ADDRESS CONTENT-TYPE FILE".into());
    };
    let content_type = HeaderValue::from_str(content_type)?;
    let answer = Bytes::from(std::fs::read(file)?);
    let handler = move |body: Bytes| async move {
        std::hint::black_box(body);
        ([(CONTENT_TYPE, content_type)], answer)
    };
    let listener = TcpListener::bind(address).await?.tap_io(|stream| {
        // Without it only the last answers of a connection would be late.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().route("/mcp", post(handler))).await?;
    Ok(())
}
