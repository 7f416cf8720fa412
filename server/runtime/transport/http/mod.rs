//! Streamable HTTP on an accept loop of our own, so that every wait has an end.

mod answer;
mod body;
mod endpoint;
mod guard;
mod media;
mod sse;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::Engine;

pub use guard::HttpConfig;

/// Longest request head in bytes.
const HEAD_BYTES: usize = 32 << 10;

/// Longest address in it.
const TARGET_BYTES: usize = 8 << 10;

/// Most header fields of a request.
const HEAD_FIELDS: usize = 64;

/// Pause after the operating system refused a connection, typically for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The routes of one engine: `/mcp`, and `/sse` with `/messages` for clients of the oldest revision.
pub(super) fn router<C: Contract>(engine: &Engine<C>, config: HttpConfig, stop: CancellationToken) -> Router {
    let endpoint = Arc::new(endpoint::Endpoint { engine: engine.clone(), config: config.clone() });
    let sse = Arc::new(sse::Sse::new(engine.clone(), config, stop));
    let messages = Arc::clone(&sse);
    Router::new()
        .route("/mcp", any(move |request| async move { endpoint.handle(request).await }))
        .route("/sse", any(move |request| async move { sse.open(request).await }))
        .route(sse::MESSAGES, any(move |request| async move { messages.take(request).await }))
        .fallback(|| async { answer::no_such_path() })
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
    let permits = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
    let service = TowerToHyperService::new(router(&engine, config, shutdown.clone()));
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_FIELDS);
    let graceful = GracefulShutdown::new();
    while let Some(stream) = shutdown.run_until_cancelled(accept(&listener)).await {
        let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
            tracing::warn!("too many connections, one is closed");
            continue;
        };
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.write_stall));
        let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(permit);
        });
    }
    drop(listener);
    engine.stop_streams();
    drain(graceful.shutdown(), limits.drain_time).await;
    Ok(())
}

/// The next connection, with Nagle's algorithm off: a small answer leaves at once.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "TCP_NODELAY is not set");
                }
                return stream;
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
