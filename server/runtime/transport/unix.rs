//! JSON-RPC over a Unix socket, one message a line: as over standard input and output, for any number of clients.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::{Engine, Messages, outgoing};

use super::framer::Framer;
use super::lines::{self, CHUNK, CHUNKS, Input};

/// Pause after the operating system refused a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves clients on `listener` until `shutdown` fires, then finishes what is in progress. Every client that connects is
/// a peer of its own, with a session of its own. Whoever may open the socket's file may connect. Must run inside a tokio
/// runtime with I/O and time enabled.
pub async fn serve<C: Contract>(engine: Engine<C>, listener: UnixListener, shutdown: CancellationToken) {
    let permits = Arc::new(Semaphore::new(engine.limits().connections.min(Semaphore::MAX_PERMITS)));
    let mut peers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            Some(_) = peers.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let Ok(permit) = Arc::clone(&permits).try_acquire_owned() else {
                    tracing::warn!("too many connections, one is closed");
                    continue;
                };
                let (engine, shutdown) = (engine.clone(), shutdown.clone());
                peers.spawn(async move {
                    if let Err(error) = connection(engine, stream, &shutdown).await {
                        tracing::debug!(%error, "connection ended");
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "no connection accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    while peers.join_next().await.is_some() {}
}

async fn connection<C: Contract>(
    engine: Engine<C>,
    stream: UnixStream,
    shutdown: &CancellationToken,
) -> io::Result<()> {
    let (reader, writer) = stream.into_split();
    let (chunks, input): (_, Input) = mpsc::channel(CHUNKS);
    let (output, messages) = outgoing(engine.limits().write_stall);
    let framer = Framer::new(engine.limits().message_bytes);
    let reading = tokio::spawn(read(reader, framer, chunks));
    let writing = tokio::spawn(write(writer, messages));
    let stop_writing = writing.abort_handle();
    let written = async { writing.await.unwrap_or_else(|error| Err(io::Error::other(error))) };
    let done = lines::serve(engine, input, output, written, shutdown).await;
    reading.abort();
    stop_writing.abort();
    done
}

async fn read(
    mut reader: OwnedReadHalf,
    mut framer: Framer,
    chunks: mpsc::Sender<io::Result<Vec<super::framer::Frame>>>,
) {
    let mut chunk = vec![0; CHUNK];
    loop {
        let mut frames = Vec::new();
        let length = match reader.read(&mut chunk).await {
            Ok(length) => length,
            Err(error) => {
                let _ = chunks.send(Err(error)).await;
                return;
            }
        };
        match length {
            0 => framer.finish(&mut frames),
            _ => framer.push(&chunk[..length], &mut frames),
        }
        let sent = frames.is_empty() || chunks.send(Ok(frames)).await.is_ok();
        if length == 0 || !sent {
            return;
        }
    }
}

async fn write(mut writer: OwnedWriteHalf, mut messages: Messages) -> io::Result<()> {
    let mut batch = Vec::new();
    while let Some(message) = messages.recv().await {
        let taken = lines::batch(message, &mut messages, &mut batch);
        writer.write_all(&batch).await?;
        drop(taken);
    }
    writer.shutdown().await
}
