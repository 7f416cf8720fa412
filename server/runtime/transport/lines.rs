//! JSON-RPC over two streams, one message a line: the loop between whoever reads and whoever writes.

use std::future::Future;
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::FutureExt;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::engine::reply::{INVALID_REQUEST, Refusal};
use crate::engine::{Accepted, Channel, Engine, Limits, Message, Messages, Outgoing};

use super::framer::Frame;

/// Chunks of input read ahead.
pub(super) const CHUNKS: usize = 64;

/// Calls that wait for their turn, for each that may be in progress.
const WAITING: usize = 4;

/// Bytes read at a time.
pub(super) const CHUNK: usize = 64 << 10;

/// What is read: the lines of one chunk.
pub(super) type Input = mpsc::Receiver<io::Result<Vec<Frame>>>;

/// Serves one peer until the input ends or `shutdown` fires, then finishes the calls in progress (for at most
/// [`Limits::drain_time`]) and waits until all is `written`.
pub(super) async fn serve<C: Contract>(
    engine: Engine<C>,
    mut input: Input,
    output: Outgoing,
    written: impl Future<Output = io::Result<()>>,
    shutdown: &CancellationToken,
) -> io::Result<()> {
    let channel = engine.channel(output.clone());
    let mut server = Server {
        permits: Arc::new(Semaphore::new(engine.limits().calls.min(Semaphore::MAX_PERMITS))),
        calls: JoinSet::new(),
        answers: BytesMut::new(),
        unsent: None,
        output,
        channel,
        engine,
    };
    server.calls.spawn(server.channel.bring_news());
    let outcome = server.run(&mut input, shutdown).await;
    server.channel.end_of_input();
    if let Some(answers) = server.unsent.take() {
        server.calls.spawn(answer(server.output.clone(), async { Some(answers) }));
    }
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
    /// One per call that may be in progress.
    permits: Arc<Semaphore>,
    calls: JoinSet<()>,
    /// Lines that answer what was taken last: sent together, so that a writer that wakes finds more than one.
    answers: BytesMut,
    /// Those whose turn to be sent has come.
    unsent: Option<Bytes>,
    output: Outgoing,
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
            let output = self.output.clone();
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ok(()),
                () = output.closed() => {}
                () = self.take(frames) => {}
            }
            if self.output.is_stalled() {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "the peer does not read its answers"));
            }
        }
    }

    /// Takes the messages of one chunk, in order. Dropping it loses no answer: what is not sent is still there.
    async fn take(&mut self, frames: Vec<Frame>) {
        for frame in frames {
            self.take_one(&frame);
            if self.answers.len() >= CHUNK {
                self.send().await;
            }
        }
        self.send().await;
    }

    /// Sends the answers gathered so far.
    async fn send(&mut self) {
        self.gather();
        if let Some(answers) = &self.unsent {
            // The loop notices by itself when nobody writes any more.
            self.output.send(answers.clone()).await;
            self.unsent = None;
        }
    }

    fn gather(&mut self) {
        if !self.answers.is_empty() && self.unsent.is_none() {
            // Whoever writes ends the last line.
            self.answers.truncate(self.answers.len() - 1);
            self.unsent = Some(self.answers.split().freeze());
        }
    }

    fn take_one(&mut self, frame: &Frame) {
        let accepted = match frame {
            Frame::Line(line) => self.channel.accept(line),
            Frame::TooLong => Accepted::Reply(too_long(self.engine.limits())),
        };
        let message = match accepted {
            Accepted::Reply(reply) => reply.body,
            // Reading never waits for a call: what cancels one, and what answers its questions, has to get through.
            Accepted::Work(work) if self.calls.len() > self.engine.limits().calls.saturating_mul(WAITING) => {
                work.refuse().body
            }
            Accepted::Work(work) => {
                let mut work = Box::pin(work.run());
                let permit = Arc::clone(&self.permits).try_acquire_owned().ok();
                // Most calls are done at once and need no task of their own.
                match permit.as_ref().and_then(|_| work.as_mut().now_or_never()) {
                    Some(message) => message,
                    None => {
                        let (output, permits) = (self.output.clone(), Arc::clone(&self.permits));
                        self.calls.spawn(async move {
                            let _permit = match permit {
                                Some(permit) => Ok(permit),
                                None => permits.acquire_owned().await,
                            };
                            answer(output, work).await;
                        });
                        return;
                    }
                }
            }
            Accepted::Subscription(subscription) => {
                self.calls.spawn(answer(self.output.clone(), subscription.run()));
                return;
            }
        };
        if let Some(message) = message {
            self.answers.extend_from_slice(&message);
            self.answers.extend_from_slice(b"\n");
        }
    }
}

/// Sends the message that `work` ends with.
async fn answer(output: Outgoing, work: impl Future<Output = Option<Bytes>>) {
    if let Some(message) = work.await {
        output.send(message).await;
    }
}

fn too_long(limits: &Limits) -> crate::engine::Reply {
    let message =
        format!("the line is longer than {} bytes and was skipped; send less at once", limits.message_bytes);
    Refusal::new(413, INVALID_REQUEST, message).reply(None)
}

/// Everything that is waiting, as lines: what is written at once. The messages keep their room until it is.
pub(super) fn batch(first: Message, messages: &mut Messages, batch: &mut Vec<u8>) -> Vec<Message> {
    batch.clear();
    let mut taken = Vec::new();
    let mut next = Some(first);
    while let Some(message) = next {
        batch.extend_from_slice(&message.bytes);
        batch.push(b'\n');
        taken.push(message);
        next = if batch.len() < CHUNK { messages.try_recv() } else { None };
    }
    taken
}
