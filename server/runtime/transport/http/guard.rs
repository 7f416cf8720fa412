//! Keeps web pages and rebound names out: which `Host` and `Origin` values get through.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HOST, ORIGIN, VARY,
};
use axum::http::request::Parts;
use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;
use ipnet::IpNet;

use crate::engine::reply::Refusal;

use super::answer::{Body, refusal, with_type};
use super::{HEAD_BYTES, TARGET_BYTES};

/// What pages of allowed origins may send and read beside what every page may.
const ALLOWED_HEADERS: &str = "content-type, accept, authorization, mcp-protocol-version, mcp-session-id, mcp-method, \
    mcp-name, last-event-id";
const EXPOSED_HEADERS: &str = "mcp-session-id, www-authenticate";

/// Who may talk to the server.
///
/// A host is written `example.com` (any port) or `example.com:8443` (that port only); an IPv6 address with its brackets
/// or, without a port, bare. `localhost`, `127.0.0.1` and `[::1]` are always allowed, whatever the port.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct HttpConfig {
    /// Further hosts under which the server is reached.
    pub allowed_hosts: Vec<String>,
    /// Further origins whose pages may call the server, written `https://example.com`. Pages of an allowed host may
    /// call anyway; that a browser lets a page read the answers (CORS) takes an entry here.
    pub allowed_origins: Vec<String>,
    /// Networks of reverse proxies in front of the server: many clients share their addresses, so limits per address do
    /// not count them. Nor do they count this machine's own.
    pub reverse_proxies: Vec<IpNet>,
    /// Further paths, such as health checks. They are served to every host and origin.
    pub routes: Option<axum::Router>,
}

const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl HttpConfig {
    /// Lets `host` through too.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// Lets pages of `origin` through too.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.allowed_origins.push(origin.into());
        self
    }

    /// Does not count `network` in limits per address.
    #[must_use]
    pub fn reverse_proxy(mut self, network: impl Into<IpNet>) -> Self {
        self.reverse_proxies.push(network.into());
        self
    }

    /// Serves further paths.
    #[must_use]
    pub fn routes(mut self, routes: axum::Router) -> Self {
        self.routes = Some(routes);
        self
    }

    /// Whether limits per address count this one.
    pub(super) fn counts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        !address.is_loopback() && !self.reverse_proxies.iter().any(|network| network.contains(&address))
    }

    /// Whether the request may come in.
    ///
    /// # Errors
    ///
    /// Why not, and what to do.
    pub(super) fn check(&self, head: &Parts) -> Result<(), Refusal> {
        if head_bytes(head) > HEAD_BYTES {
            let message =
                format!("the request head is larger than {HEAD_BYTES} bytes; send fewer or shorter headers");
            return Err(refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message));
        }
        if target_bytes(head) > TARGET_BYTES {
            let message = format!("the address is longer than {TARGET_BYTES} bytes; send a shorter one");
            return Err(refusal(StatusCode::URI_TOO_LONG, message));
        }
        self.check_source(head).map_err(|why| refusal(StatusCode::FORBIDDEN, why))
    }

    /// The answer to a browser that asks whether a page of an allowed origin may call; `None` for other requests.
    pub(super) fn preflight(&self, head: &Parts) -> Option<Response<Body>> {
        let asks = head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let origin = self.sharing_origin(head).filter(|_| asks && self.check(head).is_ok())?;
        let mut response = with_type(StatusCode::NO_CONTENT, None, Bytes::new());
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(VARY, HeaderValue::from_static("origin"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, GET, DELETE"));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        let mut allowed = ALLOWED_HEADERS.to_owned();
        let asked = head.headers.get(ACCESS_CONTROL_REQUEST_HEADERS).and_then(|asked| asked.to_str().ok());
        for name in asked.unwrap_or_default().split(',').map(str::trim) {
            let token = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            if token && name.to_ascii_lowercase().starts_with("mcp-param-") {
                allowed.push_str(", ");
                allowed.push_str(name);
            }
        }
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::try_from(allowed).ok()?);
        Some(response)
    }

    /// Lets a page of an allowed origin read the answer.
    pub(super) fn share(&self, head: &Parts, response: &mut Response<Body>) {
        if let Some(origin) = self.sharing_origin(head) {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(VARY, HeaderValue::from_static("origin"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
        }
    }

    /// The request's origin, if the operator named it: pages of allowed hosts may call and not read.
    fn sharing_origin<'a>(&self, head: &'a Parts) -> Option<&'a HeaderValue> {
        let mut origins = head.headers.get_all(ORIGIN).iter();
        let (Some(value), None) = (origins.next(), origins.next()) else { return None };
        let origin = value.to_str().ok()?;
        self.allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)).then_some(value)
    }

    /// Whether host and origin are allowed; the error says why not and what to do.
    fn check_source(&self, head: &Parts) -> Result<(), &'static str> {
        let mut hosts = head.headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err("the request does not have exactly one `Host` header; send one");
        };
        let host = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
        let Some(host) = host.filter(|host| self.allows_host(host)) else {
            return Err(
                "the `Host` header names a host that is not allowed; use `localhost` or configure the host",
            );
        };
        if head.uri.authority().is_some_and(|target| !target.as_str().eq_ignore_ascii_case(host.as_str())) {
            return Err(
                "the request target and the `Host` header name different hosts; send the same in both",
            );
        }
        let mut origins = head.headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => Ok(()),
            (Some(origin), None) if origin.to_str().is_ok_and(|origin| self.allows_origin(origin)) => Ok(()),
            _ => Err(
                "the `Origin` header names an origin that is not allowed; configure the origin to allow it",
            ),
        }
    }

    fn allows_host(&self, host: &Authority) -> bool {
        let port = host.as_str().strip_prefix(host.host()).and_then(|rest| rest.strip_prefix(':'));
        let number = |port: &str| {
            port.bytes().all(|byte| byte.is_ascii_digit()) && (port.is_empty() || port.parse::<u16>().is_ok())
        };
        // Credentials have no place here, and a port is a number or left out.
        let plain = host.as_str() == host.host() || port.is_some_and(number);
        // Brackets belong to addresses alone.
        let bare = host.host().strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let bare = bare.filter(|host| host.parse::<Ipv6Addr>().is_ok()).unwrap_or(host.host());
        let matches = |allowed: &str| {
            [host.host(), host.as_str(), bare].iter().any(|spelling| allowed.eq_ignore_ascii_case(spelling))
        };
        plain && (LOCAL.into_iter().any(matches) || self.allowed_hosts.iter().any(|allowed| matches(allowed)))
    }

    fn allows_origin(&self, origin: &str) -> bool {
        if self.allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) {
            return true;
        }
        let Ok(uri) = origin.parse::<Uri>() else {
            return false;
        };
        let (Some(scheme @ ("http" | "https")), Some(host)) = (uri.scheme_str(), uri.authority()) else {
            return false;
        };
        // No path, not even an empty one: a browser sends none.
        origin.len() == scheme.len() + "://".len() + host.as_str().len() && self.allows_host(host)
    }
}

/// The size of a request head, as good as it can be told after parsing. The limit on hyper's buffer lets through
/// heads that arrive in few large pieces.
fn head_bytes(head: &Parts) -> usize {
    let fields = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    target_bytes(head) + fields.sum::<usize>()
}

fn target_bytes(head: &Parts) -> usize {
    head.uri.path().len() + head.uri.query().map_or(0, str::len)
}
