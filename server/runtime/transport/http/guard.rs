//! Keeps web pages and rebound names out: which `Host` and `Origin` values get through.

use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::{Authority, Uri};

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
    /// anyway.
    pub allowed_origins: Vec<String>,
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

    /// Whether the request may come in; the error says why not and what to do.
    pub(super) fn check(&self, head: &Parts) -> Result<(), &'static str> {
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
        let plain = !host.as_str().contains('@');
        let bare = host.host().trim_start_matches('[').trim_end_matches(']');
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
        let web = matches!(uri.scheme_str(), Some("http" | "https"));
        web && uri.authority().is_some_and(|host| self.allows_host(host))
    }
}
