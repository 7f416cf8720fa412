//! What the paths share: who may come in, how a refusal leaves, and what every answer gets.

use std::net::IpAddr;

use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode};
use http_body_util::Either;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

use crate::contract::Contract;
use crate::engine::Engine;

use super::answer::{self, Body};
use super::fields::Fields;
use super::guard::HttpConfig;
use super::sse::{self, Sse};
use super::{RequestBody, body, endpoint};

/// A request that is being answered.
pub(super) struct Request<'a, B> {
    pub(super) head: &'a Parts,
    pub(super) fields: &'a Fields<'a>,
    pub(super) body: &'a mut B,
    /// Where it comes from, if limits per address count it.
    pub(super) address: Option<IpAddr>,
}

/// All paths of one engine: `/mcp`, `/sse` with `/messages` for clients of the oldest revision, and the operator's own.
pub(in crate::transport) struct Site<C> {
    engine: Engine<C>,
    config: HttpConfig,
    sse: Sse<C>,
}

impl<C: Contract> Site<C> {
    pub(in crate::transport) fn new(engine: &Engine<C>, config: HttpConfig, stop: CancellationToken) -> Self {
        Self { engine: engine.clone(), config, sse: Sse::new(engine.clone(), stop) }
    }

    /// Answers a request that comes from `address`.
    pub(in crate::transport) async fn answer<B: RequestBody>(
        &self,
        request: axum::http::Request<B>,
        address: IpAddr,
    ) -> Response<Body> {
        let methods = match request.uri().path() {
            "/mcp" => endpoint::METHODS,
            "/sse" => "GET",
            sse::MESSAGES => "POST",
            _ => return self.elsewhere(request).await,
        };
        let (head, mut body) = request.into_parts();
        let fields = Fields::read(&head);
        if let Some(preflight) = self.config.preflight(&head, &fields) {
            return preflight;
        }
        let answered = match self.config.check(&head, &fields) {
            Ok(()) => {
                let address = self.config.counts(address).then_some(address);
                let mut request = Request { head: &head, fields: &fields, body: &mut body, address };
                match methods {
                    endpoint::METHODS => endpoint::answer(&self.engine, &mut request).await,
                    "GET" => self.sse.open(&request),
                    _ => self.sse.take(&mut request).await,
                }
            }
            Err(refusal) => Err(refusal),
        };
        let mut response = match answered {
            Ok(response) => response,
            Err(refusal) => {
                body::discard(self.engine.limits(), &refusal, &mut body).await;
                answer::refused(refusal)
            }
        };
        self.config.share(&fields, &mut response);
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static(methods));
        }
        response
    }

    /// Answers what is not the protocol's.
    async fn elsewhere<B: RequestBody>(&self, request: axum::http::Request<B>) -> Response<Body> {
        let Some(routes) = &self.config.routes else { return answer::no_such_path() };
        let Ok(response) = routes.clone().call(request.map(axum::body::Body::new)).await;
        response.map(Either::Right)
    }
}
