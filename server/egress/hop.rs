//! One request over one connection of its own: name, address, TLS, head.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, HeaderValue};
use http::{HeaderMap, Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

use super::error::EgressError;
use super::guard::Target;
use super::network::{Connection, Network};

/// For finding the host's addresses and connecting to one of them, TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a host may take until its answer begins.
const HEAD: Duration = Duration::from_secs(15);
/// Addresses of one host that are tried.
const ATTEMPTS: usize = 4;
/// Of the head of an answer.
const MAX_HEADERS: usize = 100;
const MAX_HEAD_BYTES: usize = 64 << 10;
/// How much of a TLS library's message is shown.
const SHOWN: usize = 160;

/// An answer whose body has not been read. Dropping `connection` closes the socket.
pub(super) struct Opened {
    pub(super) response: Response<Incoming>,
    pub(super) connection: AbortOnDropHandle<()>,
}

/// Sends one GET.
pub(super) async fn send(
    network: &dyn Network,
    tls: impl FnOnce() -> Result<Arc<ClientConfig>, rustls::Error>,
    target: &Target,
    headers: HeaderMap,
) -> Result<Opened, EgressError> {
    let request = request(target, headers)?;
    let started = Instant::now();
    let connecting = EgressError::Timeout { during: "to connect" };
    let stream =
        timeout(CONNECT, connect(network, target)).await.map_err(|_elapsed| connecting.clone())??;
    if !target.is_https() {
        return exchange(stream, request).await;
    }
    let tls = tls().map_err(|error| unsafe_host(&error, target))?;
    let left = CONNECT.saturating_sub(started.elapsed());
    let name = ServerName::try_from(target.host().to_owned())
        .map_err(|_invalid| EgressError::invalid("no certificate can be for this host"))?;
    let secured = timeout(left, TlsConnector::from(tls).connect(name, stream))
        .await
        .map_err(|_elapsed| connecting)?
        .map_err(|error| tls_error(&error, target))?;
    exchange(secured, request).await
}

fn request(target: &Target, mut headers: HeaderMap) -> Result<Request<Empty<Bytes>>, EgressError> {
    let invalid = |_: http::Error| EgressError::invalid("it cannot be asked for over HTTP");
    let host = HeaderValue::from_str(&target.authority()).map_err(|error| invalid(error.into()))?;
    headers.insert(HOST, host);
    let mut request = Request::get(target.path_and_query()).body(Empty::new()).map_err(invalid)?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Connects to one of the host's addresses, if every one of them may be asked.
async fn connect(network: &dyn Network, target: &Target) -> Result<Box<dyn Connection>, EgressError> {
    let addresses = resolve(network, target).await?;
    let unreachable = || EgressError::Connect { host: target.host().to_owned() };
    let share = CONNECT / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    for address in addresses {
        let address = SocketAddr::new(address, target.port());
        let Ok(Ok(stream)) = timeout(share, network.connect(address)).await else { continue };
        let peer = stream.peer().map_err(|_closed| unreachable())?;
        if peer.ip() != address.ip() {
            return Err(EgressError::BlockedAddress { host: target.host().to_owned() });
        }
        return Ok(stream);
    }
    Err(unreachable())
}

/// The addresses to connect to. They are looked up once, judged all, and nothing looks them up again.
async fn resolve(network: &dyn Network, target: &Target) -> Result<Vec<IpAddr>, EgressError> {
    if let Some(address) = target.literal() {
        return Ok(vec![address]);
    }
    let host = || target.host().to_owned();
    let addresses = network.resolve(target.host()).await.map_err(|_| EgressError::Dns { host: host() })?;
    if addresses.is_empty() {
        return Err(EgressError::Dns { host: host() });
    }
    if !addresses.iter().all(|address| target.permits(*address)) {
        return Err(EgressError::BlockedAddress { host: host() });
    }
    Ok(addresses.into_iter().take(ATTEMPTS).collect())
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Empty<Bytes>>,
) -> Result<Opened, EgressError> {
    let mut builder = http1::Builder::new();
    builder.max_headers(MAX_HEADERS).max_buf_size(MAX_HEAD_BYTES);
    let (mut sender, connection) =
        builder.handshake(TokioIo::new(stream)).await.map_err(|error| head_error(&error))?;
    // Whatever goes wrong with the connection, the one request on it hears of it.
    let connection = AbortOnDropHandle::new(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let response = timeout(HEAD, sender.send_request(request))
        .await
        .map_err(|_elapsed| EgressError::Timeout { during: "until the answer began" })?
        .map_err(|error| head_error(&error))?;
    Ok(Opened { response, connection })
}

fn head_error(error: &hyper::Error) -> EgressError {
    EgressError::bad(if error.is_parse_too_large() {
        format!("its headers are more than {MAX_HEADERS} or larger than {} KiB", MAX_HEAD_BYTES >> 10)
    } else if error.is_parse() {
        "it is not HTTP".to_owned()
    } else {
        "the connection closed before an answer came".to_owned()
    })
}

fn tls_error(error: &io::Error, target: &Target) -> EgressError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => unsafe_host(error, target),
        None => EgressError::Connect { host: target.host().to_owned() },
    }
}

fn unsafe_host(error: &rustls::Error, target: &Target) -> EgressError {
    let why = error.to_string().chars().take(SHOWN).collect();
    EgressError::Tls { host: target.host().to_owned(), why }
}
