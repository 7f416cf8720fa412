//! The deprecated HTTP+SSE transport of revision 2024-11-05: a stream to the client at `/sse`, its messages to
//! `/messages`. The stream is the session: when it ends, everything does.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{Method, Response, StatusCode};
use bytes::Bytes;
use futures_util::stream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::contract::Contract;
use crate::engine::reply::{INTERNAL_ERROR, OVERLOADED, Refusal};
use crate::engine::{
    Accepted, Channel, Engine, Event, Headers, Message, Messages, Outgoing, Reply, outgoing,
};

use super::answer::{self, Body, Format, refusal};
use super::media::{accepted_format, check_content_type};
use super::site::Request;
use super::{RequestBody, body};

/// Where the client posts its messages.
pub(super) const MESSAGES: &str = "/messages";

/// How long a client that reads nothing may keep others waiting for room before its stream ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// Both endpoints, and whoever is connected.
pub(super) struct Sse<C> {
    engine: Engine<C>,
    stop: CancellationToken,
    connections: Arc<Connections<C>>,
}

/// Open streams by the unguessable number in the address that their messages go to.
type Connections<C> = Mutex<HashMap<u128, Arc<Connection<C>>>>;

struct Connection<C> {
    channel: Channel<C>,
    output: Outgoing,
    /// Calls in progress, and whether the server stops: then the stream ends with the last of them.
    calls: TaskTracker,
}

impl<C: Contract> Sse<C> {
    pub(super) fn new(engine: Engine<C>, stop: CancellationToken) -> Self {
        Self { engine, stop, connections: Arc::default() }
    }

    /// `/sse`
    pub(super) fn open<B>(&self, request: &Request<'_, B>) -> Result<Response<Body>, Refusal> {
        if request.head.method != Method::GET {
            let message = "this method is not allowed here; GET the stream";
            return Err(refusal(StatusCode::METHOD_NOT_ALLOWED, message));
        }
        if accepted_format(request)? == Format::Json {
            let message = "the answer is a stream; accept `text/event-stream`";
            return Err(refusal(StatusCode::NOT_ACCEPTABLE, message));
        }
        self.stream(&Headers { address: request.address, ..Headers::default() })
    }

    /// `/messages`
    pub(super) async fn take<B: RequestBody>(
        &self,
        request: &mut Request<'_, B>,
    ) -> Result<Response<Body>, Refusal> {
        let head = request.head;
        if head.method != Method::POST {
            let message = "this method is not allowed here; POST a message";
            return Err(refusal(StatusCode::METHOD_NOT_ALLOWED, message));
        }
        check_content_type(request.fields)?;
        self.is_open()?;
        let connection = self
            .find(head.uri.query())
            .ok_or_else(|| refusal(StatusCode::NOT_FOUND, "this stream has ended; GET /sse to open one"))?;
        let message = body::read(self.engine.limits(), request).await?;
        // From here on the stream waits for the answer, unless it ends already.
        let _call = connection.calls.token();
        self.is_open()?;
        Ok(answer::reply(connection.take(&message).await, Format::Json))
    }

    /// Refuses messages when the server stops.
    fn is_open(&self) -> Result<(), Refusal> {
        match self.stop.is_cancelled() {
            true => Err(Refusal::new(503, OVERLOADED, "the server stops; connect again later")),
            false => Ok(()),
        }
    }

    fn find(&self, query: Option<&str>) -> Option<Arc<Connection<C>>> {
        let id = query?.split('&').find_map(|pair| pair.strip_prefix("connection="))?;
        let id = (id.len() == 32).then(|| u128::from_str_radix(id, 16).ok()).flatten()?;
        lock(&self.connections).get(&id).cloned()
    }

    fn stream(&self, headers: &Headers<'_>) -> Result<Response<Body>, Refusal> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| {
            Refusal::new(500, INTERNAL_ERROR, "no random bytes could be drawn; try again later")
        })?;
        let id = u128::from_be_bytes(bytes);
        let (output, messages) = outgoing(PATIENCE);
        let channel = match self.engine.session_channel(output.clone(), headers) {
            Ok(channel) => channel,
            Err(full) => return Ok(answer::reply(full, Format::Json)),
        };
        tokio::spawn(channel.bring_news());
        let calls = TaskTracker::new();
        let connection = Connection { channel, output: output.clone(), calls: calls.clone() };
        lock(&self.connections).insert(id, Arc::new(connection));
        let open = Open {
            messages,
            output,
            calls,
            _entry: Entry { id, connections: Arc::clone(&self.connections) },
            keep_alive: self.engine.limits().keep_alive,
            stop: self.stop.clone(),
        };
        let endpoint = Bytes::from(format!("event: endpoint\ndata: {MESSAGES}?connection={id:032x}\n\n"));
        let events = stream::unfold((Some(endpoint), open), |(first, mut open)| async move {
            let piece = match first {
                Some(endpoint) => endpoint,
                None => open.next().await?,
            };
            Some((Ok::<_, Infallible>(piece), (None, open)))
        });
        Ok(answer::event_stream(events))
    }
}

impl<C: Contract> Connection<C> {
    /// Takes a message; what it is answered goes to the stream, unless it is not worth one.
    async fn take(&self, message: &[u8]) -> Reply {
        let accepted = Reply { status: 202, body: None, session: None };
        match self.channel.accept(message) {
            Accepted::Reply(reply) if reply.status != 200 => reply,
            Accepted::Reply(reply) => {
                if let Some(body) = reply.body {
                    // Whoever hung up meanwhile reads nothing.
                    self.output.send(body).await;
                }
                accepted
            }
            Accepted::Work(work) => {
                let output = self.output.clone();
                self.calls.spawn(async move {
                    if let Some(message) = work.run().await {
                        output.send(message).await;
                    }
                });
                accepted
            }
            // Revisions with a session have none.
            Accepted::Subscription(_) => accepted,
        }
    }
}

/// A stream that a client reads.
struct Open<C> {
    messages: Messages,
    output: Outgoing,
    calls: TaskTracker,
    _entry: Entry<C>,
    keep_alive: Duration,
    stop: CancellationToken,
}

impl<C> Open<C> {
    async fn next(&mut self) -> Option<Bytes> {
        let text =
            |message: Message| answer::text(&Event { data: Some(message.bytes.clone()), ..Event::default() });
        tokio::select! {
            biased;
            message = self.messages.recv() => message.map(text),
            () = self.output.closed() => None,
            () = finished(&self.stop, &self.calls) => self.messages.try_recv().map(text),
            () = tokio::time::sleep(self.keep_alive) => Some(Bytes::from_static(b": still here\n\n")),
        }
    }
}

/// Waits until the server stops and nothing is in progress.
async fn finished(stop: &CancellationToken, calls: &TaskTracker) {
    stop.cancelled().await;
    calls.close();
    calls.wait().await;
}

/// A place among the connections, given up with the stream.
struct Entry<C> {
    id: u128,
    connections: Arc<Connections<C>>,
}

impl<C> Drop for Entry<C> {
    fn drop(&mut self) {
        lock(&self.connections).remove(&self.id);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
