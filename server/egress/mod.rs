//! The one client for everything that lies outside. Every address, every hop and every byte of every tool is judged
//! here; no other part of the server connects to what a caller names.
//!
//! A request goes hop by hop: the guard judges the text of the address, the host's pace is kept, robots.txt is asked
//! where the caller of this module wants it, every address that the name leads to is judged, and the connection goes
//! to exactly one of these. A redirect is a new address and starts from the top. No proxy, cookie, credential or
//! header of whoever called the server takes part.

mod address;
mod body;
mod demo;
mod error;
mod guard;
mod hop;
mod network;
mod pace;
mod robots;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout_at};
use tokio_util::task::AbortOnDropHandle;

pub use address::is_public;
pub use body::{MAX_BODY_BYTES, MAX_TRANSFER_BYTES};
pub use error::EgressError;
pub use guard::{DEMO_HOST, Guard, GuardOptions, MAX_URL_BYTES, Target};
pub use network::{Connection, Network, Pending, SystemNetwork};

use body::Encoding;
use pace::Pace;
use robots::Robots;

/// Redirects that are followed for one request.
pub const MAX_REDIRECTS: usize = 5;
/// How long one request may take, from its first hop to the last byte.
pub const TOTAL: Duration = Duration::from_secs(20);
/// What this server calls itself; robots.txt addresses it by the part before the slash.
pub const USER_AGENT_VALUE: &str = concat!("Lockstep/", env!("CARGO_PKG_VERSION"));

/// The guarded client. Cheap to share.
pub struct Egress {
    guard: Guard,
    network: Box<dyn Network>,
    /// Read when the first protected page is asked for: a server without one needs no certificates.
    tls: OnceLock<Result<Arc<ClientConfig>, rustls::Error>>,
    pace: Pace,
    robots: Robots,
    demo: bool,
}

/// What to get.
#[derive(Clone, Debug)]
pub struct EgressRequest<'a> {
    /// The address, as text of whoever asks.
    pub url: &'a str,
    /// The value of `Accept`.
    pub accept: &'static str,
    /// Headers that only the first address' own scheme, host and port receives: keys and tokens.
    pub credentials: Vec<(HeaderName, HeaderValue)>,
    /// Whether robots.txt decides, at each hop.
    pub robots: bool,
    /// Where redirects may lead.
    pub redirects: Redirects,
    /// Judges the addresses in place of the client's own guard: for what the operator named, not a caller.
    pub guard: Option<&'a Guard>,
    /// When the work is given up, if that is before [`TOTAL`] is over.
    pub deadline: Option<std::time::Instant>,
}

/// Where redirects may lead; the guard judges them in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redirects {
    /// Anywhere.
    Anywhere,
    /// To these hosts alone.
    Hosts(&'static [&'static str]),
}

/// An answer whose body has not been read yet. Dropping it closes the connection.
pub struct Answer {
    /// Status of the last hop, never a redirect that could be followed.
    pub status: StatusCode,
    /// Headers of the last hop.
    pub headers: HeaderMap,
    /// Where the answer came from.
    pub target: Target,
    /// The addresses that redirected, in order.
    pub redirects: Vec<String>,
    content: Content,
    deadline: Instant,
}

enum Content {
    Remote { opened: hop::Opened, place: OwnedSemaphorePermit },
    Local(&'static [u8]),
}

/// One hop's answer.
struct Hop {
    status: StatusCode,
    headers: HeaderMap,
    content: Content,
}

impl<'a> EgressRequest<'a> {
    /// A request for `url` that follows redirects anywhere and asks robots.txt.
    #[must_use]
    pub fn new(url: &'a str) -> Self {
        Self {
            url,
            accept: "*/*",
            credentials: Vec::new(),
            robots: true,
            redirects: Redirects::Anywhere,
            guard: None,
            deadline: None,
        }
    }
}

impl Egress {
    /// A client on the network of this machine, trusting the certificates that the system trusts.
    #[must_use]
    pub fn new(options: GuardOptions) -> Self {
        Self::on(options, Box::new(SystemNetwork::default()), OnceLock::new())
    }

    /// A client on another network, with other certificates.
    #[must_use]
    pub fn with_network(options: GuardOptions, network: Box<dyn Network>, tls: ClientConfig) -> Self {
        Self::on(options, network, OnceLock::from(Ok(Arc::new(tls))))
    }

    fn on(
        options: GuardOptions,
        network: Box<dyn Network>,
        tls: OnceLock<Result<Arc<ClientConfig>, rustls::Error>>,
    ) -> Self {
        let demo = options.demo;
        Self {
            guard: Guard::new(options),
            network,
            tls,
            pace: Pace::default(),
            robots: Robots::default(),
            demo,
        }
    }

    /// What judges addresses.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Gets the head of an answer, following redirects.
    ///
    /// # Errors
    ///
    /// See [`EgressError`]. A status that tells of an error is an answer.
    pub async fn open(&self, request: EgressRequest<'_>) -> Result<Answer, EgressError> {
        let started = Instant::now();
        let given = request.deadline.map_or(started + TOTAL, Instant::from_std);
        let deadline = given.min(started + TOTAL);
        self.open_until(request, deadline).await
    }

    async fn open_until(&self, request: EgressRequest<'_>, deadline: Instant) -> Result<Answer, EgressError> {
        let late = |_elapsed| EgressError::Timeout { during: "to follow the address to its page" };
        timeout_at(deadline, self.follow(request, deadline)).await.map_err(late)?
    }

    async fn follow(&self, request: EgressRequest<'_>, deadline: Instant) -> Result<Answer, EgressError> {
        let guard = request.guard.unwrap_or(&self.guard);
        let first = guard.check(request.url)?;
        let mut target = first.clone();
        let mut redirects = Vec::new();
        loop {
            if request.robots {
                self.robots.check(self, &target, deadline).await?;
            }
            let credentials: &[_] = if target.same_origin(&first) { &request.credentials } else { &[] };
            let hop = self.hop(&target, headers(request.accept, credentials), deadline).await?;
            let Some(location) = location(&hop)? else {
                let Hop { status, headers, content } = hop;
                return Ok(Answer { status, headers, target, redirects, content, deadline });
            };
            let next = guard.check_redirect(&target, &location)?;
            if let Redirects::Hosts(hosts) = request.redirects
                && !hosts.contains(&next.host())
            {
                return Err(EgressError::BlockedHost { host: next.host().to_owned() });
            }
            redirects.push(target.url().to_string());
            if redirects.len() > MAX_REDIRECTS {
                return Err(EgressError::TooManyRedirects { last: next.url().to_string() });
            }
            target = next;
        }
    }

    async fn hop(&self, target: &Target, headers: HeaderMap, deadline: Instant) -> Result<Hop, EgressError> {
        // The sample pages take the place of an answer, after the guard and without the network.
        if self.demo && target.host() == DEMO_HOST {
            let page = demo::page(target.path_and_query());
            let mut headers = HeaderMap::new();
            headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(page.content_type));
            if let Some(location) = page.location {
                headers.insert(LOCATION, HeaderValue::from_static(location));
            }
            let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return Ok(Hop { status, headers, content: Content::Local(page.body.as_bytes()) });
        }
        let place = self.pace.wait(target.host(), deadline).await?;
        let tls = || self.tls.get_or_init(system_tls).clone();
        let mut opened = hop::send(&*self.network, tls, target, headers).await?;
        let headers = std::mem::take(opened.response.headers_mut());
        let status = opened.response.status();
        Ok(Hop { status, headers, content: Content::Remote { opened, place } })
    }
}

impl Answer {
    /// Reads the whole body, inflated.
    ///
    /// # Errors
    ///
    /// `BodyTooLarge`, `UnsupportedEncoding`, `BadResponse` or `Timeout`.
    pub async fn bytes(self) -> Result<Vec<u8>, EgressError> {
        self.bytes_up_to(MAX_BODY_BYTES).await
    }

    /// As [`Answer::bytes`], with a limit of the caller's, in bytes.
    ///
    /// # Errors
    ///
    /// As [`Answer::bytes`].
    pub async fn bytes_up_to(self, limit: usize) -> Result<Vec<u8>, EgressError> {
        let (opened, _place) = match self.content {
            Content::Remote { opened, place } => (opened, place),
            Content::Local(bytes) => return Ok(bytes.to_vec()),
        };
        let encoding = Encoding::of(&self.headers)?;
        body::check_length(&self.headers)?;
        let hop::Opened { response, connection } = opened;
        let _open: AbortOnDropHandle<()> = connection;
        timeout_at(self.deadline, body::read(response.into_body(), encoding, limit.min(MAX_BODY_BYTES)))
            .await
            .map_err(|_elapsed| EgressError::Timeout { during: "to send the page" })?
    }
}

fn system_tls() -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut tls = builder.with_platform_verifier()?.with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(tls))
}

fn headers(accept: &'static str, credentials: &[(HeaderName, HeaderValue)]) -> HeaderMap {
    let mut headers: HeaderMap = credentials.iter().cloned().collect();
    headers.insert(USER_AGENT, HeaderValue::from_static(USER_AGENT_VALUE));
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(body::ACCEPTED));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers
}

/// Where a redirect leads; `None` for every other answer.
fn location(hop: &Hop) -> Result<Option<String>, EgressError> {
    if !matches!(hop.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let mut locations = hop.headers.get_all(LOCATION).iter();
    let (Some(location), None) = (locations.next(), locations.next()) else {
        return Err(EgressError::bad("it redirects to no address, or to several"));
    };
    let text = std::str::from_utf8(location.as_bytes());
    text.map(|text| Some(text.to_owned())).map_err(|_| EgressError::bad("it redirects to what is not text"))
}

impl fmt::Debug for Egress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Egress")
            .field("guard", &self.guard)
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Answer")
            .field("status", &self.status)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}
