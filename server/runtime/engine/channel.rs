//! A channel: one client on a stream of messages in both directions, such as standard input and output, a socket, or
//! the deprecated HTTP+SSE transport.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::contract::changes::Listener;

use super::dispatch::{Carrier, Subscription, Taken, not_entered};
use super::headers::Headers;
use super::queue::Outgoing;
use super::reply::{Refusal, Reply, TOO_MANY};
use super::revision::{Revision, notification};
use super::session::{InFlight, Session};
use super::{Core, Engine, StreamPlace};

/// What a channel's messages share.
#[derive(Debug)]
pub(super) struct ChannelState {
    /// Takes the messages for the client.
    pub(super) output: Outgoing,
    /// Only revisions with a session are spoken here.
    pub(super) sessions_only: bool,
    pub(super) principal: Option<Arc<str>>,
    pub(super) in_flight: Arc<InFlight>,
    session: OnceLock<Arc<Session>>,
    /// Told when the client says that it is ready for news.
    pub(super) initialized: Notify,
    /// Fires when nothing new is told any more.
    stop: CancellationToken,
    /// Fires when the client is gone.
    ended: CancellationToken,
}

impl ChannelState {
    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        self.session.get()
    }

    /// Opens the session; `false` if there is one already.
    pub(super) fn open(&self, session: Arc<Session>) -> bool {
        self.session.set(session).is_ok()
    }
}

/// One client on a channel. When it is dropped the client is gone, and with it its session and all that is in progress.
pub struct Channel<C> {
    core: Arc<Core<C>>,
    state: Arc<ChannelState>,
    subscriptions: Arc<tokio::sync::Semaphore>,
    _place: Option<StreamPlace>,
}

/// What a channel makes of a message.
#[derive(Debug)]
pub enum Accepted<C> {
    /// Done; this is the answer.
    Reply(Reply),
    /// Something to be run; it may take a while.
    Work(ChannelWork<C>),
    /// A subscription: it mostly waits, until the client or the server ends it.
    Subscription(ChannelSubscription),
}

/// Something that a client asked for on a channel.
pub struct ChannelWork<C> {
    taken: Taken<C>,
    ended: CancellationToken,
}

impl<C: Contract> ChannelWork<C> {
    /// Runs it; answers the message to send, if there is one. Must be awaited inside a tokio runtime with time enabled.
    pub async fn run(self) -> Option<Bytes> {
        let reply = self.ended.run_until_cancelled(self.taken.run()).await;
        reply.and_then(|reply| reply.body)
    }

    /// Answers that there is no room for it.
    pub fn refuse(self) -> Reply {
        self.taken.refuse()
    }
}

impl<C> fmt::Debug for ChannelWork<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ChannelWork").finish_non_exhaustive()
    }
}

/// A subscription on a channel.
pub struct ChannelSubscription(Pin<Box<dyn Future<Output = Option<Bytes>> + Send>>);

impl ChannelSubscription {
    /// Tells the client what it wants to hear, until the end; answers the message to send then, if there is one.
    pub async fn run(self) -> Option<Bytes> {
        self.0.await
    }
}

impl fmt::Debug for ChannelSubscription {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ChannelSubscription").finish_non_exhaustive()
    }
}

impl<C: Contract> Engine<C> {
    /// A channel with one client, whose messages go to `output`.
    pub fn channel(&self, output: Outgoing) -> Channel<C> {
        self.new_channel(output, None, None)
    }

    /// A channel on which only revisions with a session are spoken, as the deprecated HTTP+SSE transport has it.
    /// `headers` say who opens it.
    ///
    /// # Errors
    ///
    /// The answer where as many streams as allowed are open.
    pub fn session_channel(&self, output: Outgoing, headers: &Headers<'_>) -> Result<Channel<C>, Reply> {
        let place = self.core.stream_place(headers).map_err(|refusal| refusal.reply(None))?;
        Ok(self.new_channel(output, headers.principal, Some(place)))
    }

    fn new_channel(
        &self,
        output: Outgoing,
        principal: Option<&str>,
        place: Option<StreamPlace>,
    ) -> Channel<C> {
        let sessions_only = place.is_some();
        let state = ChannelState {
            output,
            sessions_only,
            principal: principal.map(Arc::from),
            in_flight: Arc::default(),
            session: OnceLock::new(),
            initialized: Notify::new(),
            stop: self.core.stop.child_token(),
            ended: CancellationToken::new(),
        };
        let subscriptions = self.core.common.limits.streams.min(tokio::sync::Semaphore::MAX_PERMITS);
        Channel {
            core: Arc::clone(&self.core),
            state: Arc::new(state),
            subscriptions: Arc::new(tokio::sync::Semaphore::new(subscriptions)),
            _place: place,
        }
    }
}

impl<C: Contract> Channel<C> {
    /// Takes one message. Never blocks and never waits; messages must come in the order of arrival.
    pub fn accept(&self, message: &[u8]) -> Accepted<C> {
        match self.core.take(message, Carrier::Channel(&self.state)) {
            Taken::Reply(reply) => Accepted::Reply(reply),
            Taken::Subscription(subscription) => self.listen(subscription),
            taken => Accepted::Work(ChannelWork { taken, ended: self.state.ended.clone() }),
        }
    }

    /// Sends the client's session news of the server for as long as both are there. Run it beside [`Channel::accept`].
    pub fn bring_news(&self) -> impl Future<Output = ()> + Send + use<C> {
        let (state, stop) = (Arc::clone(&self.state), self.state.stop.clone());
        async move {
            let news = async {
                let session = loop {
                    state.initialized.notified().await;
                    if let Some(session) = state.session() {
                        break session;
                    }
                };
                forward(&session.listener, session.revision, None, &state.output, &state.ended).await;
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

    /// The client says nothing more: what it was asked stays unanswered, and subscriptions end. Requests in progress are
    /// finished otherwise.
    pub fn end_of_input(&self) {
        self.stop_streams();
        if let Some(session) = self.state.session() {
            session.questions.close();
        }
    }

    fn listen(&self, subscription: Subscription) -> Accepted<C> {
        let Subscription { raw_id, id, filter, acknowledged, result } = subscription;
        let refused = |refusal: Refusal| Accepted::Reply(refusal.reply(Some(&raw_id)));
        let Ok(place) = Arc::clone(&self.subscriptions).try_acquire_owned() else {
            let message = "too many subscriptions are open; cancel one first";
            return refused(Refusal::new(429, TOO_MANY, message));
        };
        let cancel = CancellationToken::new();
        let entered = match self.state.in_flight.enter(&raw_id.as_str().into(), &cancel, usize::MAX) {
            Ok(entered) => entered,
            Err(why) => return refused(not_entered(why)),
        };
        let listener = Listener::new(filter);
        self.core.common.changes.add(&listener);
        let (state, stop) = (Arc::clone(&self.state), self.state.stop.clone());
        let future = Box::pin(async move {
            let _held = (place, entered);
            let tell = async {
                if state.output.send(acknowledged).await {
                    forward(&listener, Revision::LATEST, Some(&id), &state.output, &cancel).await;
                }
            };
            tokio::select! {
                biased;
                () = cancel.cancelled() => None,
                () = state.ended.cancelled() => None,
                () = stop.cancelled() => {
                    // One page of the specification wants this notification, another the result.
                    let params = format!("{{\"requestId\":{raw_id},\"reason\":\"the server stops\"}}");
                    let cancelled = notification("notifications/cancelled", Some(params.as_bytes()));
                    state.output.send(cancelled.into()).await.then_some(result)
                }
                () = tell => None,
            }
        });
        Accepted::Subscription(ChannelSubscription(future))
    }
}

/// Tells what is new until nobody reads any more, or `over` fires: nothing that changes after that is told.
async fn forward(
    listener: &Listener,
    revision: Revision,
    subscription: Option<&lockstep_wire::latest::RequestId>,
    output: &Outgoing,
    over: &CancellationToken,
) {
    loop {
        listener.news().await;
        for change in listener.take() {
            // It may have fired since this was last polled, and what was taken be younger.
            if over.is_cancelled() {
                return;
            }
            let message = match revision.change(&change, subscription) {
                Ok(message) => message,
                Err(error) => {
                    tracing::error!(%error, "a change cannot be told");
                    continue;
                }
            };
            if !output.send(message.into()).await {
                return;
            }
        }
    }
}

impl<C> Drop for Channel<C> {
    fn drop(&mut self) {
        self.state.ended.cancel();
        if let Some(session) = self.state.session() {
            session.end();
        }
    }
}

impl<C> fmt::Debug for Channel<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Channel").field("state", &self.state).finish_non_exhaustive()
    }
}
