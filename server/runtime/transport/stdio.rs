//! JSON-RPC over two streams, one message a line.
//!
//! Reading and writing block, so each has a thread of its own; between them one loop takes the messages in order
//! and starts a task per tool call. Answers that are ready together leave in one write.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::thread;

use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::reply::{INVALID_REQUEST, Refusal};
use crate::engine::{Accepted, Carrier, Engine, Limits, Reply, StdioState};

use super::framer::{Frame, Framer};

/// Chunks of input read ahead, and answers (or batches of them) waiting to be written.
const QUEUE: usize = 64;

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;

/// How the writing thread ended.
type Written = oneshot::Receiver<io::Result<()>>;

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
    let mut input = spawn_reader(reader, engine.limits())?;
    let (output, written) = spawn_writer(writer)?;
    let mut server = Server {
        state: StdioState::default(),
        permits: Arc::new(Semaphore::new(engine.limits().calls.min(Semaphore::MAX_PERMITS))),
        calls: JoinSet::new(),
        output,
        engine,
    };
    let outcome = server.run(&mut input, &shutdown).await;
    if server.output.is_closed() {
        server.calls.abort_all();
    }
    let drain_time = server.engine.limits().drain_time;
    let stop = async {
        while server.calls.join_next().await.is_some() {}
        let Server { output, .. } = server;
        drop(output);
        written.await.unwrap_or_else(|_| Err(io::Error::other("the writing thread ended unexpectedly")))
    };
    let flushed = tokio::time::timeout(drain_time, stop).await;
    let late = || {
        Err(io::Error::new(io::ErrorKind::TimedOut, "answers were still unwritten when the server stopped"))
    };
    flushed.unwrap_or_else(|_| late()).and(outcome)
}

/// What the loop between the threads works with.
struct Server<C> {
    engine: Engine<C>,
    state: StdioState,
    /// One per call that may be in progress; without one, reading stops.
    permits: Arc<Semaphore>,
    calls: JoinSet<()>,
    output: mpsc::Sender<Vec<u8>>,
}

impl<C: Contract> Server<C> {
    /// Takes messages until there are no more. A writer that is gone ends it too; the writer knows why.
    async fn run(
        &mut self,
        input: &mut mpsc::Receiver<io::Result<Vec<Frame>>>,
        shutdown: &CancellationToken,
    ) -> io::Result<()> {
        loop {
            let frames = tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ok(()),
                Some(_) = self.calls.join_next() => continue,
                () = self.output.closed() => return Ok(()),
                frames = input.recv() => frames,
            };
            let Some(frames) = frames.transpose()? else {
                return Ok(());
            };
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ok(()),
                () = self.take(frames) => {}
            }
        }
    }

    /// Takes the messages of one chunk, in order.
    async fn take(&mut self, frames: Vec<Frame>) {
        let mut ready = Vec::new();
        for frame in frames {
            let accepted = match &frame {
                Frame::Line(line) => self.engine.accept(line, Carrier::Stdio(&self.state)),
                Frame::TooLong => Accepted::Reply(too_long(self.engine.limits())),
            };
            let call = match accepted {
                Accepted::Reply(reply) => {
                    append(reply, &mut ready);
                    continue;
                }
                Accepted::Call(call) => call,
            };
            if self.permits.available_permits() == 0 {
                self.send(&mut ready).await;
            }
            let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
                return;
            };
            let output = self.output.clone();
            self.calls.spawn(async move {
                let mut answer = Vec::new();
                append(call.run().await, &mut answer);
                // The loop notices by itself when nobody writes any more.
                let _ = output.send(answer).await;
                drop(permit);
            });
        }
        self.send(&mut ready).await;
    }

    async fn send(&self, ready: &mut Vec<u8>) {
        if !ready.is_empty() {
            // The loop notices by itself when nobody writes any more.
            let _ = self.output.send(std::mem::take(ready)).await;
        }
    }
}

fn too_long(limits: &Limits) -> Reply {
    let message =
        format!("the line is longer than {} bytes and was skipped; send less at once", limits.message_bytes);
    Refusal::new(413, INVALID_REQUEST, message).reply(None)
}

fn append(reply: Reply, bytes: &mut Vec<u8>) {
    if let Some(body) = reply.body {
        bytes.extend_from_slice(&body);
        bytes.push(b'\n');
    }
}

/// Reads on a thread of its own; the queue is full when nobody takes the lines, which stops the reading.
fn spawn_reader(
    mut reader: impl Read + Send + 'static,
    limits: &Limits,
) -> io::Result<mpsc::Receiver<io::Result<Vec<Frame>>>> {
    let (sender, receiver) = mpsc::channel(QUEUE);
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

/// Writes on a thread of its own, whatever is queued in one write.
fn spawn_writer(mut writer: impl Write + Send + 'static) -> io::Result<(mpsc::Sender<Vec<u8>>, Written)> {
    let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(QUEUE);
    let (ended, end) = oneshot::channel();
    let mut write = move || {
        while let Some(mut batch) = receiver.blocking_recv() {
            while let Ok(more) = receiver.try_recv() {
                batch.extend_from_slice(&more);
            }
            writer.write_all(&batch)?;
            writer.flush()?;
        }
        Ok(())
    };
    // Nobody waits for the end any more if the server gave up on it.
    let run = move || drop(ended.send(write()));
    thread::Builder::new().name("lockstep-write".into()).spawn(run)?;
    Ok((sender, end))
}
