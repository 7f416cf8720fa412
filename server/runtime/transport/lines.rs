//! JSON-RPC over two streams, one message a line: the loop between whoever reads and whoever writes.

use std::future::Future;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::reply::{INVALID_REQUEST, Refusal};
use crate::engine::{Accepted, Channel, Engine, Limits};

use super::framer::Frame;

/// Chunks of input read ahead, and messages waiting to be written.
pub(super) const CHUNKS: usize = 64;
pub(super) const MESSAGES: usize = 256;

/// Bytes read at a time.
pub(super) const CHUNK: usize = 64 << 10;

/// What is read: the lines of one chunk.
pub(super) type Input = mpsc::Receiver<io::Result<Vec<Frame>>>;

/// Serves one peer until the input ends or `shutdown` fires, then finishes the calls in progress (for at most
/// [`Limits::drain_time`]) and waits until all is `written`.
pub(super) async fn serve<C: Contract>(
    engine: Engine<C>,
    mut input: Input,
    output: mpsc::Sender<Bytes>,
    written: impl Future<Output = io::Result<()>>,
    shutdown: &CancellationToken,
) -> io::Result<()> {
    let channel = engine.channel(output.clone());
    let mut server = Server {
        permits: Arc::new(Semaphore::new(engine.limits().calls.min(Semaphore::MAX_PERMITS))),
        calls: JoinSet::new(),
        output,
        channel,
        engine,
    };
    server.calls.spawn(server.channel.bring_news());
    let outcome = server.run(&mut input, shutdown).await;
    server.channel.stop_streams();
    if server.output.is_closed() {
        server.calls.abort_all();
    }
    let drain_time = server.engine.limits().drain_time;
    let stop = async {
        while server.calls.join_next().await.is_some() {}
        drop(server);
        written.await
    };
    let flushed = tokio::time::timeout(drain_time, stop).await;
    let late = || {
        Err(io::Error::new(io::ErrorKind::TimedOut, "answers were still unwritten when the server stopped"))
    };
    flushed.unwrap_or_else(|_| late()).and(outcome)
}

/// What the loop works with.
struct Server<C> {
    engine: Engine<C>,
    channel: Channel<C>,
    /// One per call that may be in progress; without one, reading stops.
    permits: Arc<Semaphore>,
    calls: JoinSet<()>,
    output: mpsc::Sender<Bytes>,
}

impl<C: Contract> Server<C> {
    /// Takes messages until there are no more. A writer that is gone ends it too; the writer knows why.
    async fn run(&mut self, input: &mut Input, shutdown: &CancellationToken) -> io::Result<()> {
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
        for frame in frames {
            let accepted = match &frame {
                Frame::Line(line) => self.channel.accept(line),
                Frame::TooLong => Accepted::Reply(too_long(self.engine.limits())),
            };
            let work = match accepted {
                Accepted::Reply(reply) => {
                    if let Some(message) = reply.body {
                        // The loop notices by itself when nobody writes any more.
                        let _ = self.output.send(message).await;
                    }
                    continue;
                }
                Accepted::Work(work) => work,
            };
            let permit = match work.waits() {
                true => None,
                false => Arc::clone(&self.permits).acquire_owned().await.ok(),
            };
            let output = self.output.clone();
            self.calls.spawn(async move {
                if let Some(message) = work.run().await {
                    let _ = output.send(message).await;
                }
                drop(permit);
            });
        }
    }
}

fn too_long(limits: &Limits) -> crate::engine::Reply {
    let message =
        format!("the line is longer than {} bytes and was skipped; send less at once", limits.message_bytes);
    Refusal::new(413, INVALID_REQUEST, message).reply(None)
}

/// Everything that is waiting, as lines.
pub(super) fn batch(first: &Bytes, receiver: &mut mpsc::Receiver<Bytes>, batch: &mut Vec<u8>) {
    let mut add = |message: &Bytes| {
        batch.extend_from_slice(message);
        batch.push(b'\n');
        batch.len()
    };
    let mut length = add(first);
    while length < CHUNK
        && let Ok(more) = receiver.try_recv()
    {
        length = add(&more);
    }
}
