//! Why something that lies outside could not be had.

use std::fmt;

/// Why a request was refused, or gave nothing.
///
/// Messages name hosts as the caller knows them, never the addresses behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EgressError {
    /// The text is not an address as it may be asked for.
    InvalidUrl {
        /// What is wrong with it.
        why: String,
    },
    /// Neither `http` nor `https`.
    BlockedScheme {
        /// The scheme.
        scheme: String,
    },
    /// A name that is not of the public internet, or that the operator excludes.
    BlockedHost {
        /// The name.
        host: String,
    },
    /// An address, or a name that leads to one, that is not of the public internet.
    BlockedAddress {
        /// The name or address as it was asked for.
        host: String,
    },
    /// A port that may not be asked.
    BlockedPort {
        /// The port.
        port: u16,
    },
    /// There is a user name or password in the address.
    UserinfoNotAllowed,
    /// More redirects than [`MAX_REDIRECTS`](super::MAX_REDIRECTS).
    TooManyRedirects {
        /// Where the last one led.
        last: String,
    },
    /// A redirect from `https` to `http`.
    InsecureRedirect {
        /// Where it led.
        to: String,
    },
    /// The site's robots.txt does not want this page read by programs.
    RobotsDisallowed {
        /// The page.
        url: String,
    },
    /// The site's robots.txt could not be read, so nobody knows what it wants.
    RobotsUnavailable {
        /// The site.
        host: String,
        /// What went wrong.
        why: String,
    },
    /// The name has no address, or nobody could say.
    Dns {
        /// The name.
        host: String,
    },
    /// No connection came about.
    Connect {
        /// The host.
        host: String,
    },
    /// The host could not prove who it is, or speaks no TLS that is still safe.
    Tls {
        /// The host.
        host: String,
        /// What the TLS library says.
        why: String,
    },
    /// More than is read of one answer.
    BodyTooLarge {
        /// Which limit, in words.
        limit: String,
    },
    /// A `Content-Encoding` that is not undone.
    UnsupportedEncoding {
        /// The header's value, shortened.
        encoding: String,
    },
    /// An answer that breaks HTTP, ends early, or cannot be inflated.
    BadResponse {
        /// What is wrong with it.
        why: String,
    },
    /// It took too long.
    Timeout {
        /// What was waited for.
        during: &'static str,
    },
    /// This server asks the host less often than it is asked to.
    HostBusy {
        /// The host.
        host: String,
        /// When to try again.
        retry_after_seconds: u64,
    },
}

impl EgressError {
    /// The stable code of this error, as the tool catalog names it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidUrl { .. } => "invalid_url",
            Self::BlockedScheme { .. } => "blocked_scheme",
            Self::BlockedHost { .. } => "blocked_host",
            Self::BlockedAddress { .. } => "blocked_address",
            Self::BlockedPort { .. } => "blocked_port",
            Self::UserinfoNotAllowed => "userinfo_not_allowed",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::InsecureRedirect { .. } => "insecure_redirect",
            Self::RobotsDisallowed { .. } => "robots_disallowed",
            Self::RobotsUnavailable { .. } => "robots_unavailable",
            Self::Dns { .. } => "dns_error",
            Self::Connect { .. } => "connect_error",
            Self::Tls { .. } => "tls_error",
            Self::BodyTooLarge { .. } => "body_too_large",
            Self::UnsupportedEncoding { .. } => "unsupported_encoding",
            Self::BadResponse { .. } => "bad_response",
            Self::Timeout { .. } => "timeout",
            Self::HostBusy { .. } => "rate_limited",
        }
    }

    pub(super) fn invalid(why: impl Into<String>) -> Self {
        Self::InvalidUrl { why: why.into() }
    }

    pub(super) fn bad(why: impl Into<String>) -> Self {
        Self::BadResponse { why: why.into() }
    }
}

impl fmt::Display for EgressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUrl { why } => write!(formatter, "this is not an address to fetch: {why}"),
            Self::BlockedScheme { scheme } => {
                write!(formatter, "addresses of the scheme `{scheme}` are not fetched")
            }
            Self::BlockedHost { host } => write!(formatter, "the host `{host}` is not asked"),
            Self::BlockedAddress { host } => {
                write!(
                    formatter,
                    "`{host}` is not, or leads to what is not, an address of the public internet"
                )
            }
            Self::BlockedPort { port } => write!(formatter, "the port {port} is not asked"),
            Self::UserinfoNotAllowed => {
                formatter.write_str("the address has a user name or password, or a `@` before its host")
            }
            Self::TooManyRedirects { last } => {
                write!(
                    formatter,
                    "more than {} redirects; the last one leads to `{last}`",
                    super::MAX_REDIRECTS
                )
            }
            Self::InsecureRedirect { to } => {
                write!(formatter, "the page leads from https to the unprotected `{to}`")
            }
            Self::RobotsDisallowed { url } => {
                write!(formatter, "the site's robots.txt asks programs not to read `{url}`")
            }
            Self::RobotsUnavailable { host, why } => {
                write!(formatter, "the robots.txt of `{host}` could not be read: {why}")
            }
            Self::Dns { host } => write!(formatter, "no address was found for `{host}`"),
            Self::Connect { host } => write!(formatter, "`{host}` cannot be reached"),
            Self::Tls { host, why } => write!(formatter, "no safe connection to `{host}`: {why}"),
            Self::BodyTooLarge { limit } => write!(formatter, "the page is larger than {limit}"),
            Self::UnsupportedEncoding { encoding } => {
                write!(formatter, "the page is encoded as `{encoding}`, which is not undone")
            }
            Self::BadResponse { why } => write!(formatter, "the answer cannot be used: {why}"),
            Self::Timeout { during } => write!(formatter, "it took too long {during}"),
            Self::HostBusy { host, .. } => {
                write!(formatter, "`{host}` has been asked too often within a short time")
            }
        }
    }
}

impl std::error::Error for EgressError {}
