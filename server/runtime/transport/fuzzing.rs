//! What the fuzz targets call: parts of the transports that have no public way in.

use std::net::Ipv4Addr;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::Engine;

use super::framer::{Frame, Framer};
use super::http::{HttpConfig, Site};

/// The lines of `chunks`; nothing for one that is too long.
pub fn lines<'a>(longest: usize, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Option<Vec<u8>>> {
    let (mut framer, mut frames) = (Framer::new(longest), Vec::new());
    for chunk in chunks {
        framer.push(chunk, &mut frames);
    }
    framer.finish(&mut frames);
    let line = |frame| match frame {
        Frame::Line(line) => Some(line),
        Frame::TooLong => None,
    };
    frames.into_iter().map(line).collect()
}

/// What is answered to an HTTP request; the body only where it is JSON, for streams may have no end.
pub async fn answer<C: Contract>(
    engine: &Engine<C>,
    config: HttpConfig,
    request: Request<Vec<u8>>,
) -> Response<Option<Bytes>> {
    let site = Site::new(engine, config, CancellationToken::new());
    let response = site.answer(request.map(Body::from), Ipv4Addr::LOCALHOST.into()).await;
    let (head, body) = response.into_parts();
    let json = head.headers.get(CONTENT_TYPE).is_some_and(|found| found == "application/json");
    let body = if json { body.collect().await.ok().map(|body| body.to_bytes()) } else { None };
    Response::from_parts(head, body)
}
