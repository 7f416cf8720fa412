//! JSON-RPC over standard input and output, one message a line.
//!
//! Reading and writing block, so each has a thread of its own; between them one loop takes the messages in order
//! and starts a task per call. Answers that are ready together leave in one write.

use std::io::{self, Read, Write};
use std::thread;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::{Engine, Limits, Outgoing, outgoing};

use super::framer::Framer;
use super::lines::{self, CHUNK, CHUNKS, Input};

/// Serves one peer until `reader` ends or `shutdown` fires, then finishes the calls in progress (for at most
/// [`Limits::drain_time`]) and flushes. Must run inside a tokio runtime with time enabled.
///
/// The thread that reads cannot be interrupted: after a shutdown it lives on until `reader` yields.
///
/// # Errors
///
/// Reading or writing failed, a thread could not be started, or the peer stopped reading its answers while the
/// server was stopping.
pub async fn serve<C: Contract>(
    engine: Engine<C>,
    reader: impl Read + Send + 'static,
    writer: impl Write + Send + 'static,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let input = spawn_reader(reader, engine.limits())?;
    let (output, written) = spawn_writer(writer, engine.limits())?;
    let written = async {
        written.await.unwrap_or_else(|_| Err(io::Error::other("the writing thread ended unexpectedly")))
    };
    lines::serve(engine, input, output, written, &shutdown).await
}

/// Reads on a thread of its own; the queue is full when nobody takes the lines, which stops the reading.
fn spawn_reader(mut reader: impl Read + Send + 'static, limits: &Limits) -> io::Result<Input> {
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let mut framer = Framer::new(limits.message_bytes);
    let read = move || {
        let mut chunk = vec![0; CHUNK];
        loop {
            let mut frames = Vec::new();
            let length = match reader.read(&mut chunk) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    let _ = sender.blocking_send(Err(error));
                    return;
                }
            };
            match length {
                0 => framer.finish(&mut frames),
                _ => framer.push(&chunk[..length], &mut frames),
            }
            let sent = frames.is_empty() || sender.blocking_send(Ok(frames)).is_ok();
            if length == 0 || !sent {
                return;
            }
        }
    };
    thread::Builder::new().name("lockstep-read".into()).spawn(read)?;
    Ok(receiver)
}

/// Writes on a thread of its own, whatever is queued in one write. The receiver learns how it ended.
fn spawn_writer(
    mut writer: impl Write + Send + 'static,
    limits: &Limits,
) -> io::Result<(Outgoing, oneshot::Receiver<io::Result<()>>)> {
    let (output, mut messages) = outgoing(limits.write_stall);
    let (ended, end) = oneshot::channel();
    let mut write = move || {
        let mut batch = Vec::new();
        while let Some(message) = messages.blocking_recv() {
            let taken = lines::batch(message, &mut messages, &mut batch);
            writer.write_all(&batch)?;
            writer.flush()?;
            drop(taken);
        }
        Ok(())
    };
    // Nobody waits for the end any more if the server gave up on it.
    let run = move || drop(ended.send(write()));
    thread::Builder::new().name("lockstep-write".into()).spawn(run)?;
    Ok((output, end))
}
