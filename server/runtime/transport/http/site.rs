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

/// A path of the protocol.
#[derive(Clone, Copy, Debug)]
enum Path {
    Endpoint,
    /// The stream of a client of the oldest revision.
    Stream,
    /// What that client has to say.
    Messages,
}

impl Path {
    fn of(path: &str) -> Option<Self> {
        match path {
            "/mcp" => Some(Self::Endpoint),
            "/sse" => Some(Self::Stream),
            sse::MESSAGES => Some(Self::Messages),
            _ => None,
        }
    }

    /// The methods it takes.
    fn methods(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Endpoint => endpoint::METHODS,
            Self::Stream => "GET",
            Self::Messages => "POST",
        })
    }
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
    pub(in crate::transport) fn answer<B: RequestBody>(
        &self,
        request: axum::http::Request<B>,
        address: IpAddr,
    ) -> impl Future<Output = Response<Body>> {
        // The future has room for the parts only, not for the whole as well.
        let (head, body) = request.into_parts();
        self.answer_parts(head, body, address)
    }

    async fn answer_parts<B: RequestBody>(
        &self,
        head: Parts,
        mut body: B,
        address: IpAddr,
    ) -> Response<Body> {
        let Some(path) = Path::of(head.uri.path()) else {
            return Box::pin(self.elsewhere(axum::http::Request::from_parts(head, body))).await;
        };
        let fields = Fields::read(&head);
        if let Some(preflight) = self.config.preflight(&head, &fields) {
            return preflight;
        }
        let answered = match self.config.check(&head, &fields) {
            Ok(()) => {
                let address = self.config.counts(address).then_some(address);
                let mut request = Request { head: &head, fields: &fields, body: &mut body, address };
                match path {
                    Path::Endpoint => endpoint::answer(&self.engine, &mut request).await,
                    Path::Stream => self.sse.open(&request),
                    Path::Messages => Box::pin(self.sse.take(&mut request)).await,
                }
            }
            Err(refusal) => Err(refusal),
        };
        let mut response = match answered {
            Ok(response) => response,
            Err(refusal) => {
                Box::pin(body::discard(self.engine.limits(), &refusal, &mut body)).await;
                answer::refused(refusal)
            }
        };
        self.config.share(&fields, &mut response);
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, path.methods());
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

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::http::header::RETRY_AFTER;
    use axum::routing::get;
    use http_body_util::{BodyExt, Full};
    use lockstep_wire::latest::CallToolResult;
    use serde_json::value::RawValue;

    use crate::contract::{CallError, Catalog, Context, ToolDescriptor};
    use crate::engine::Limits;

    use super::*;

    static CATALOG: Catalog = Catalog::new("none", "None", "0.0.0", &[]);

    struct Nothing;

    impl Contract for Nothing {
        fn catalog(&self) -> &'static Catalog {
            &CATALOG
        }

        fn tool(&self, _: &str) -> Option<&'static ToolDescriptor> {
            None
        }

        async fn call_tool(
            &self,
            _: &Context,
            _: &str,
            _: Option<&RawValue>,
        ) -> Result<CallToolResult, CallError> {
            Err(CallError::UnknownTool)
        }
    }

    fn site(config: HttpConfig) -> Site<Nothing> {
        let engine = Engine::builder(Nothing).build().expect("the catalog is valid");
        Site::new(&engine, config, CancellationToken::new())
    }

    async fn send(
        site: &Site<Nothing>,
        method: &str,
        path: &str,
        body: &'static str,
        from: &str,
    ) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).header("host", "localhost");
        let request = request.header("content-type", "application/json").body(Full::from(body));
        let from = from.parse().expect("an address");
        Box::pin(site.answer(request.expect("a request"), from)).await
    }

    const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#;

    /// How many sessions somebody can open, of the `tried`.
    async fn opened(site: &Site<Nothing>, from: &str, tried: usize) -> usize {
        let mut opened = 0;
        for _ in 0..tried {
            let response = send(site, "POST", "/mcp", INITIALIZE, from).await;
            match response.status().as_u16() {
                200 => opened += 1,
                status => {
                    assert_eq!(status, 429);
                    assert!(response.headers().contains_key(RETRY_AFTER));
                    let body = response.into_body().collect().await.expect("a body").to_bytes();
                    assert!(String::from_utf8_lossy(&body).contains("1003"));
                }
            }
        }
        opened
    }

    #[tokio::test]
    async fn one_address_has_few_sessions() {
        let most = Limits::default().address_sessions;
        let site = site(
            HttpConfig::default()
                .reverse_proxy("198.51.100.0/24".parse::<ipnet::IpNet>().expect("a network")),
        );
        assert_eq!(opened(&site, "192.0.2.1", most + 1).await, most);
        assert_eq!(opened(&site, "::ffff:192.0.2.1", 1).await, 0);
        assert_eq!(opened(&site, "192.0.2.2", 1).await, 1);
        for many in ["127.0.0.1", "::1", "198.51.100.7"] {
            assert_eq!(opened(&site, many, most + 1).await, most + 1, "{many}");
        }
    }

    #[tokio::test]
    async fn one_address_has_few_streams() {
        let most = Limits::default().caller_streams;
        let site = site(HttpConfig::default());
        let mut open = Vec::new();
        for _ in 0..most {
            open.push(send(&site, "GET", "/sse", "", "192.0.2.1").await);
        }
        assert!(open.iter().all(|response| response.status() == 200));
        assert_eq!(send(&site, "GET", "/sse", "", "192.0.2.1").await.status(), 429);
        assert_eq!(send(&site, "GET", "/sse", "", "192.0.2.2").await.status(), 200);
        open.pop();
        assert_eq!(send(&site, "GET", "/sse", "", "192.0.2.1").await.status(), 200);
    }

    #[tokio::test]
    async fn other_paths_are_the_operators() {
        let routes = axum::Router::new().route("/livez", get(async || "alive"));
        let site = site(HttpConfig::default().routes(routes));
        assert_eq!(send(&site, "GET", "/livez", "", "192.0.2.1").await.status(), 200);
        assert_eq!(send(&site, "GET", "/other", "", "192.0.2.1").await.status(), 404);
        let bare = self::site(HttpConfig::default());
        assert_eq!(send(&bare, "GET", "/livez", "", "192.0.2.1").await.status(), 404);
    }
}
