//! Keeps web pages and rebound names out: which `Host` and `Origin` values get through.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;
use ipnet::IpNet;

use crate::engine::reply::Refusal;

use super::answer::{Body, refusal, with_type};
use super::fields::{Field, Fields};
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
    pub(super) fn check(&self, head: &Parts, fields: &Fields<'_>) -> Result<(), Refusal> {
        let target = head.uri.path().len() + head.uri.query().map_or(0, str::len);
        // The limit on hyper's buffer lets through heads that arrive in few large pieces.
        if target + fields.bytes > HEAD_BYTES {
            let message =
                format!("the request head is larger than {HEAD_BYTES} bytes; send fewer or shorter headers");
            return Err(refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message));
        }
        if target > TARGET_BYTES {
            let message = format!("the address is longer than {TARGET_BYTES} bytes; send a shorter one");
            return Err(refusal(StatusCode::URI_TOO_LONG, message));
        }
        self.check_source(head, fields).map_err(|why| refusal(StatusCode::FORBIDDEN, why))
    }

    /// The answer to a browser that asks whether a page of an allowed origin may call; `None` for other requests.
    pub(super) fn preflight(&self, head: &Parts, fields: &Fields<'_>) -> Option<Response<Body>> {
        let asks = head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let origin = self.sharing_origin(fields).filter(|_| asks && self.check(head, fields).is_ok())?;
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
    pub(super) fn share(&self, fields: &Fields<'_>, response: &mut Response<Body>) {
        if let Some(origin) = self.sharing_origin(fields) {
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(VARY, HeaderValue::from_static("origin"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
        }
    }

    /// The request's origin, if the operator named it: pages of allowed hosts may call and not read.
    fn sharing_origin<'a>(&self, fields: &Fields<'a>) -> Option<&'a HeaderValue> {
        let Field::One(value) = fields.origin else { return None };
        let origin = value.to_str().ok()?;
        self.allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)).then_some(value)
    }

    /// Whether host and origin are allowed; the error says why not and what to do.
    fn check_source(&self, head: &Parts, fields: &Fields<'_>) -> Result<(), &'static str> {
        let Field::One(host) = fields.host else {
            return Err("the request does not have exactly one `Host` header; send one");
        };
        let Some(host) = host.to_str().ok().filter(|host| self.allows_host(host)) else {
            return Err(
                "the `Host` header names a host that is not allowed; use `localhost` or configure the host",
            );
        };
        if head.uri.authority().is_some_and(|target| !target.as_str().eq_ignore_ascii_case(host)) {
            return Err(
                "the request target and the `Host` header name different hosts; send the same in both",
            );
        }
        match fields.origin {
            Field::Absent => Ok(()),
            Field::One(origin) if origin.to_str().is_ok_and(|origin| self.allows_origin(origin)) => Ok(()),
            _ => Err(
                "the `Origin` header names an origin that is not allowed; configure the origin to allow it",
            ),
        }
    }

    /// Whether this is the name of an allowed host, with a port or without.
    fn allows_host(&self, host: &str) -> bool {
        // Hosts are short: looking at each byte is done before a search for many has begun.
        let find = |from: usize, wanted: u8| host[from..].bytes().position(|byte| byte == wanted);
        // The colons of an address are inside its brackets.
        let end = find(0, b']').map_or(0, |bracket| bracket + 1);
        let (name, port) = match find(end, b':') {
            Some(colon) => (&host[..end + colon], &host[end + colon + 1..]),
            None => (host, ""),
        };
        let number = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = number && (port.is_empty() || port.parse::<u16>().is_ok());
        // Brackets belong to addresses alone.
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let bare = bare.filter(|name| name.parse::<Ipv6Addr>().is_ok()).unwrap_or(name);
        let matches =
            |allowed: &str| [name, host, bare].iter().any(|spelling| allowed.eq_ignore_ascii_case(spelling));
        port && (LOCAL.into_iter().any(matches) || self.allowed_hosts.iter().any(|allowed| matches(allowed)))
    }

    fn allows_origin(&self, origin: &str) -> bool {
        if self.allowed_origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) {
            return true;
        }
        // No path, not even an empty one: a browser sends none.
        let web = |(scheme, host): (&str, &str)| {
            ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)) && self.allows_host(host)
        };
        origin.split_once("://").is_some_and(web)
    }
}
