//! Streamable HTTP on an accept loop of our own, so that every wait has an end.

mod answer;
mod body;
mod connections;
mod endpoint;
mod fields;
mod guard;
mod media;
mod site;
mod sse;
mod watched;

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::Engine;

use connections::{Connections, Phase};
use watched::{Watched, WatchedBody};

pub use guard::HttpConfig;
pub(super) use site::Site;

/// Longest request head in bytes.
const HEAD_BYTES: usize = 32 << 10;

/// Longest address in it.
const TARGET_BYTES: usize = 8 << 10;

/// Most header fields of a request.
const HEAD_FIELDS: usize = 64;

/// Pause after the operating system refused a connection, typically for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The body of a request.
pub(super) trait RequestBody:
    hyper::body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
    + Send
    + Unpin
    + 'static
{
}

impl<B> RequestBody for B where
    B: hyper::body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + Unpin
        + 'static
{
}

/// Serves HTTP/1.1 on `listener` until `shutdown` fires, then stops accepting and finishes what is in flight, for
/// at most `Limits::drain_time`. Must run inside a tokio runtime with I/O and time enabled.
///
/// # Errors
///
/// None at present; errors of single connections are logged, and accepting is tried again after a pause.
pub async fn serve<C: Contract>(
    engine: Engine<C>,
    listener: TcpListener,
    config: HttpConfig,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let limits = engine.limits().clone();
    let connections = Connections::new(&limits);
    let site = Arc::new(Site::new(&engine, config.clone(), shutdown.clone()));
    let mut builder = http1::Builder::new();
    // `Watched` has the timeouts: hyper's own costs two timers a request.
    builder.header_read_timeout(None).max_buf_size(HEAD_BYTES).max_headers(HEAD_FIELDS);
    let graceful = GracefulShutdown::new();
    while let Some((stream, address)) = shutdown.run_until_cancelled(accept(&listener)).await {
        let Some(guest) = connections.admit(config.counts(address).then_some(address)) else {
            tracing::warn!(%address, "too many connections, one is closed");
            continue;
        };
        let (number, guest) = (guest.number, Arc::new(guest));
        let stream = Watched::new(stream, Arc::clone(&guest), &limits);
        let (site, builder, watcher) = (Arc::clone(&site), builder.clone(), graceful.watcher());
        let task = tokio::spawn(async move {
            let (site, guest) = (&site, &guest);
            let service = service_fn(move |request| async move {
                guest.enter(Phase::Busy);
                let response = site.answer(request, address).await;
                Ok::<_, Infallible>(response.map(|body| WatchedBody::new(body, Arc::clone(guest))))
            });
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "connection ended");
            }
        });
        connections.served_by(number, task.abort_handle());
    }
    drop(listener);
    engine.stop_streams();
    drain(graceful.shutdown(), limits.drain_time).await;
    Ok(())
}

/// The next connection, with Nagle's algorithm off: a small answer leaves at once.
async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY is not set");
                }
                return (stream, peer.ip());
            }
            Err(error) => {
                tracing::warn!(%error, "no connection accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn drain(finished: impl Future<Output = ()>, time: Duration) {
    if tokio::time::timeout(time, finished).await.is_err() {
        tracing::warn!("connections were still open when the server stopped");
    }
}
