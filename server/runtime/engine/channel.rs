//! A channel: one client on a stream of messages in both directions, such as standard input and output, a socket, or
//! the deprecated HTTP+SSE transport.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::contract::changes::Listener;

use super::dispatch::{Carrier, Subscription, Taken};
use super::reply::{Refusal, Reply, TOO_MANY};
use super::revision::{Revision, notification};
use super::session::{InFlight, Session};
use super::{Core, Engine};

/// What a channel's messages share.
#[derive(Debug)]
pub(super) struct ChannelState {
    /// Takes the messages for the client, each without a line break.
    pub(super) output: mpsc::Sender<Bytes>,
    /// Only revisions with a session are spoken here.
    pub(super) sessions_only: bool,
    pub(super) principal: Option<Arc<str>>,
    pub(super) in_flight: Arc<InFlight>,
    session: OnceLock<Arc<Session>>,
    opened: Notify,
    /// Fires when nothing new is told any more.
    stop: CancellationToken,
    /// Fires when the client is gone.
    ended: CancellationToken,
}

impl ChannelState {
    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        self.session.get()
    }

    /// Opens the session; the first one stays.
    pub(super) fn open(&self, session: Arc<Session>) {
        self.session.get_or_init(|| session);
        self.opened.notify_one();
    }
}

/// One client on a channel. When it is dropped the client is gone, and with it its session and all that is in progress.
pub struct Channel<C> {
    core: Arc<Core<C>>,
    state: Arc<ChannelState>,
    subscriptions: Arc<tokio::sync::Semaphore>,
}

/// What a channel makes of a message.
#[derive(Debug)]
pub enum Accepted {
    /// Done; this is the answer.
    Reply(Reply),
    /// Something to be run; it may take a while.
    Work(ChannelWork),
}

/// Something that a client asked for on a channel.
pub struct ChannelWork {
    future: Pin<Box<dyn Future<Output = Option<Bytes>> + Send>>,
    waits: bool,
}

impl ChannelWork {
    /// Whether it mostly waits, like a subscription, and takes no place among the calls in progress.
    pub fn waits(&self) -> bool {
        self.waits
    }

    /// Runs it; answers the message to send, if there is one. Must be awaited inside a tokio runtime with time enabled.
    pub async fn run(self) -> Option<Bytes> {
        self.future.await
    }
}

impl fmt::Debug for ChannelWork {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ChannelWork").field("waits", &self.waits).finish_non_exhaustive()
    }
}

impl<C: Contract> Engine<C> {
    /// A channel with one client, whose messages go to `output` one by one, without line breaks.
    pub fn channel(&self, output: mpsc::Sender<Bytes>) -> Channel<C> {
        self.new_channel(output, false, None)
    }

    /// A channel on which only revisions with a session are spoken, as the deprecated HTTP+SSE transport has it.
    /// `principal` is who opened it, where the transport has found out.
    pub fn session_channel(&self, output: mpsc::Sender<Bytes>, principal: Option<&str>) -> Channel<C> {
        self.new_channel(output, true, principal)
    }

    fn new_channel(
        &self,
        output: mpsc::Sender<Bytes>,
        sessions_only: bool,
        principal: Option<&str>,
    ) -> Channel<C> {
        let state = ChannelState {
            output,
            sessions_only,
            principal: principal.map(Arc::from),
            in_flight: Arc::default(),
            session: OnceLock::new(),
            opened: Notify::new(),
            stop: self.core.stop.child_token(),
            ended: CancellationToken::new(),
        };
        let subscriptions = self.core.limits.subscriptions.min(tokio::sync::Semaphore::MAX_PERMITS);
        Channel {
            core: Arc::clone(&self.core),
            state: Arc::new(state),
            subscriptions: Arc::new(tokio::sync::Semaphore::new(subscriptions)),
        }
    }
}

impl<C: Contract> Channel<C> {
    /// Takes one message. Never blocks and never waits; messages must come in the order of arrival.
    pub fn accept(&self, message: &[u8]) -> Accepted {
        match self.core.take(message, Carrier::Channel(&self.state)) {
            Taken::Reply(reply) => Accepted::Reply(reply),
            Taken::Subscription(subscription) => self.listen(subscription),
            taken => {
                let ended = self.state.ended.clone();
                let future = Box::pin(async move {
                    let reply = ended.run_until_cancelled(taken.run()).await;
                    reply.and_then(|reply| reply.body)
                });
                Accepted::Work(ChannelWork { future, waits: false })
            }
        }
    }

    /// Sends the client's session news of the server for as long as both are there. Run it beside [`Channel::accept`].
    pub fn bring_news(&self) -> impl Future<Output = ()> + Send + use<C> {
        let (state, stop) = (Arc::clone(&self.state), self.state.stop.clone());
        async move {
            let news = async {
                let session = loop {
                    match state.session() {
                        Some(session) => break session,
                        None => state.opened.notified().await,
                    }
                };
                forward(&session.listener, session.revision, None, &state.output).await;
            };
            tokio::select! {
                () = news => {}
                () = stop.cancelled() => {}
                () = state.ended.cancelled() => {}
            }
        }
    }

    /// Ends subscriptions, each with its answer. Requests in progress are not touched.
    pub fn stop_streams(&self) {
        self.state.stop.cancel();
    }

    fn listen(&self, subscription: Subscription) -> Accepted {
        let Subscription { raw_id, id, filter, acknowledged, result } = subscription;
        let refused = |refusal: Refusal| Accepted::Reply(refusal.reply(Some(&raw_id)));
        let Ok(place) = Arc::clone(&self.subscriptions).try_acquire_owned() else {
            let message = "too many subscriptions are open; cancel one first";
            return refused(Refusal::new(429, TOO_MANY, message));
        };
        let cancel = CancellationToken::new();
        let Some(entered) = self.state.in_flight.enter(&raw_id, &cancel) else {
            return refused(super::dispatch::duplicate_id());
        };
        let listener = Listener::new(filter);
        self.core.changes.add(&listener);
        let (state, stop) = (Arc::clone(&self.state), self.state.stop.clone());
        let future = Box::pin(async move {
            let _held = (place, entered);
            state.output.send(acknowledged).await.ok()?;
            tokio::select! {
                biased;
                () = cancel.cancelled() => None,
                () = state.ended.cancelled() => None,
                () = stop.cancelled() => {
                    // One page of the specification wants this notification, another the result.
                    let params = format!("{{\"requestId\":{raw_id},\"reason\":\"the server stops\"}}");
                    let cancelled = notification("notifications/cancelled", Some(params.as_bytes()));
                    state.output.send(cancelled.into()).await.ok()?;
                    Some(result)
                }
                () = forward(&listener, Revision::LATEST, Some(&id), &state.output) => None,
            }
        });
        Accepted::Work(ChannelWork { future, waits: true })
    }
}

/// Tells what is new until nobody reads any more.
async fn forward(
    listener: &Listener,
    revision: Revision,
    subscription: Option<&lockstep_wire::latest::RequestId>,
    output: &mpsc::Sender<Bytes>,
) {
    loop {
        listener.news().await;
        for change in listener.take() {
            let message = match revision.change(&change, subscription) {
                Ok(message) => message,
                Err(error) => {
                    tracing::error!(%error, "a change cannot be told");
                    continue;
                }
            };
            if output.send(message.into()).await.is_err() {
                return;
            }
        }
    }
}

impl<C> Drop for Channel<C> {
    fn drop(&mut self) {
        self.state.ended.cancel();
        if let Some(session) = self.state.session() {
            session.ended.cancel();
        }
    }
}

impl<C> fmt::Debug for Channel<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Channel").field("state", &self.state).finish_non_exhaustive()
    }
}
