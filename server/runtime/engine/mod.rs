//! The protocol core: bytes of one message in, bytes of its answer out, no I/O.
//!
//! Over HTTP a transport hands each POST to [`Engine::post`], each GET to [`Engine::get`], each DELETE to
//! [`Engine::delete`]. For a stream of messages in both directions it opens a [`Channel`] and hands it the messages in
//! the order of arrival.

mod call;
mod carried;
mod channel;
mod conversation;
mod dispatch;
mod envelope;
mod era;
mod headers;
mod json;
mod limits;
mod meta;
mod mirror;
mod nearest;
mod outbox;
mod queue;
mod rendered;
pub(crate) mod reply;
mod revision;
mod scan;
mod seal;
mod session;
mod shape;
mod stream;
pub(crate) mod tally;
mod work;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::contract::{Changes, Contract};

pub use channel::{Accepted, Channel, ChannelSubscription, ChannelWork};
pub use headers::{Header, Headers};
pub use limits::{Limits, WrongLimit};
pub use queue::{Message, Messages, Outgoing, outgoing};
pub use reply::Reply;
pub use revision::Revision;
pub use seal::{Key, Keys};
pub use stream::{Event, EventStream};

use crate::contract::changes::Listener;

use dispatch::{Carrier, Subscription, Taken};
use mirror::Mirrors;
use outbox::{Outbox, Replay};
use rendered::Answers;
use reply::{INTERNAL_ERROR, INVALID_REQUEST, OVERLOADED, Refusal, TOO_MANY};
use session::{Session, Sessions};
use stream::{News, Running};
use tally::{Place, Tally};

/// Serves one contract in every revision. Clones share everything.
#[derive(Debug)]
pub struct Engine<C> {
    core: Arc<Core<C>>,
}

impl<C> Clone for Engine<C> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core) }
    }
}

/// What the clones of an engine share.
#[derive(Debug)]
struct Core<C> {
    contract: C,
    common: Arc<Common>,
    keys: Keys,
    /// Whether clients are promised to be told of changes.
    tells_changes: bool,
    mirrors: Mirrors,
    answers: Answers,
    sessions: Sessions,
    replay: Replay,
    streams: Arc<Semaphore>,
    /// Streams for news over HTTP, by who holds them.
    held_streams: Tally,
    /// Fires when the server stops.
    stop: CancellationToken,
}

/// What every request in progress holds: one thing, because the processors take turns at counting who holds it.
#[derive(Debug)]
struct Common {
    limits: Limits,
    changes: Changes,
    /// Requests over HTTP in progress.
    http_calls: AtomicUsize,
}

impl Common {
    /// Takes a place for a request over HTTP, if there is one.
    fn enter(&self) -> bool {
        let most = self.limits.calls;
        let entered =
            self.http_calls.fetch_update(Relaxed, Relaxed, |calls| (calls < most).then_some(calls + 1));
        entered.is_ok()
    }

    /// Gives it back.
    fn leave(&self) {
        self.http_calls.fetch_sub(1, Relaxed);
    }
}

/// The answer to an HTTP request.
#[derive(Debug)]
pub enum Answer {
    /// All of it at once.
    Reply(Reply),
    /// Piece by piece, as an event stream.
    Stream(EventStream),
}

/// Why an engine cannot be made.
#[derive(Debug)]
pub enum BuildError {
    /// The catalog holds a description that is not what the latest revision calls a tool, resource or prompt.
    Catalog(CatalogError),
    /// No key was given, and the operating system has no random bytes for one.
    NoRandomness,
}

impl fmt::Display for BuildError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Catalog(error) => error.fmt(formatter),
            Self::NoRandomness => {
                formatter.write_str("the operating system has no random bytes for a key; give one")
            }
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Catalog(error) => std::error::Error::source(error),
            Self::NoRandomness => None,
        }
    }
}

impl From<CatalogError> for BuildError {
    fn from(error: CatalogError) -> Self {
        Self::Catalog(error)
    }
}

/// Puts an engine together; see [`Engine::builder`].
#[derive(Debug)]
pub struct Builder<C> {
    contract: C,
    instructions: Option<String>,
    limits: Limits,
    keys: Option<Keys>,
    changes: Option<Changes>,
}

impl<C: Contract> Builder<C> {
    /// Tells the model what the server is good for.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Other limits than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The keys that seal what clients carry, for servers that share clients or outlive their process. Without them the
    /// engine draws a key of its own.
    #[must_use]
    pub fn keys(mut self, keys: Keys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Promises clients to tell them of the changes that are told here.
    #[must_use]
    pub fn changes(mut self, changes: Changes) -> Self {
        self.changes = Some(changes);
        self
    }

    /// The engine.
    ///
    /// # Errors
    ///
    /// See [`BuildError`].
    pub fn build(self) -> Result<Engine<C>, BuildError> {
        let Self { contract, instructions, limits, keys, changes } = self;
        let catalog = contract.catalog();
        revision::check(catalog)?;
        let tells_changes = changes.is_some();
        let answers = Answers::new(catalog, instructions, tells_changes);
        let keys = match keys {
            Some(keys) => keys,
            None => Keys::random().map_err(|_| BuildError::NoRandomness)?,
        };
        Ok(Engine {
            core: Arc::new(Core {
                mirrors: Mirrors::read(catalog),
                sessions: Sessions::new(&limits),
                replay: Replay::new(limits.replay_bytes),
                streams: Arc::new(Semaphore::new(limits.streams.min(Semaphore::MAX_PERMITS))),
                held_streams: Tally::default(),
                contract,
                common: Arc::new(Common {
                    limits,
                    changes: changes.unwrap_or_default(),
                    http_calls: AtomicUsize::new(0),
                }),
                keys,
                tells_changes,
                answers,
                stop: CancellationToken::new(),
            }),
        })
    }
}

/// The catalog holds a description that is not what the latest revision calls a tool, resource or prompt.
#[derive(Debug)]
pub struct CatalogError {
    of: Option<&'static str>,
    source: serde_json::Error,
}

impl fmt::Display for CatalogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            Some(name) => {
                write!(formatter, "the description of `{name}` is not valid; generate the catalog again")
            }
            None => formatter.write_str("the catalog cannot be rendered; generate it again"),
        }
    }
}

impl std::error::Error for CatalogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl<C: Contract> Engine<C> {
    /// Begins an engine for `contract`.
    pub fn builder(contract: C) -> Builder<C> {
        Builder { contract, instructions: None, limits: Limits::default(), keys: None, changes: None }
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.core.common.limits
    }

    /// Ends subscriptions and other streams that wait for news, each as its revision has it. Transports call it when
    /// they stop; requests in progress are not touched.
    pub fn stop_streams(&self) {
        self.core.stop.cancel();
    }

    /// Takes the body of an HTTP POST and answers it. Dropping the future, or the stream it answers, cancels a modern
    /// request and leaves a legacy one running, as the revisions demand. Must be awaited inside a tokio runtime with time
    /// enabled.
    pub async fn post(&self, message: &[u8], headers: &Headers<'_>) -> Answer {
        let outbox = Arc::new(Outbox::new(!headers.takes_events));
        let taken = self.core.take(message, Carrier::Http(headers, &outbox));
        let session = match taken {
            Taken::Reply(reply) => return Answer::Reply(reply),
            Taken::Subscription(subscription) => return self.listen(subscription, headers, outbox),
            Taken::Call(_) | Taken::Batch(_) => taken.session().cloned(),
        };
        let finished = Arc::clone(&outbox);
        let work = async move { finished.finish(taken.run().await) };
        let mut running = Running::new(work, session.is_some());
        let done = tokio::select! {
            biased;
            () = running.done() => true,
            () = outbox.streaming() => false,
        };
        if done && let Some(reply) = outbox.take_reply() {
            return Answer::Reply(reply);
        }
        let number = session.as_ref().map(|session| session.keep(&outbox, &self.core.replay));
        let mut stream = EventStream::new(outbox, self.core.stop.clone()).with_work(running.spawn());
        if let (Some(session), Some(number)) = (&session, number) {
            stream = stream.kept(session, number);
        }
        Answer::Stream(stream)
    }

    /// Answers an HTTP GET: a stream of a legacy session for news of the server, or the rest of a stream that was
    /// interrupted.
    pub fn get(&self, headers: &Headers<'_>) -> Answer {
        self.stream(headers).unwrap_or_else(|refusal| Answer::Reply(refusal.reply(None)))
    }

    /// Ends a legacy HTTP session, as HTTP DELETE asks for. The reply's status is 204 if there was one.
    pub fn delete(&self, headers: &Headers<'_>) -> Reply {
        let found = self.core.find_session(headers);
        match (era::session_of(headers, found), headers.session_id) {
            (Err(refusal), _) => refusal.reply(None),
            (Ok(_), Header::Value(id)) if self.core.sessions.end(id, headers.principal, Instant::now()) => {
                Reply { status: 204, body: None, session: None }
            }
            (Ok(_), _) => Refusal::new(404, INVALID_REQUEST, "this session has ended").reply(None),
        }
    }

    fn stream(&self, headers: &Headers<'_>) -> Result<Answer, Refusal> {
        let found = self.core.find_session(headers);
        if matches!(found, era::Found::None) {
            // What a client without a session reads as: there are no such streams.
            let message = "streams for GET belong to sessions; POST `initialize` to open one";
            return Err(Refusal::new(405, INVALID_REQUEST, message));
        }
        let session = era::session_of(headers, found)?;
        if !headers.takes_events {
            let message = "a stream is what GET answers with; accept `text/event-stream`";
            return Err(Refusal::new(406, INVALID_REQUEST, message));
        }
        let (kept, position) = match headers.last_event_id {
            Header::Absent => (None, None),
            Header::Malformed => return Err(expired()),
            Header::Value(id) => {
                let (number, position) = stream::read_id(id).ok_or_else(expired)?;
                let outbox = session.kept(number).filter(|outbox| outbox.has_since(position));
                (Some((outbox.ok_or_else(expired)?, number)), Some(position))
            }
        };
        // Whoever comes back takes the place of the connection before, which may not have been missed yet.
        let standing = kept.as_ref().is_none_or(|(outbox, _)| outbox.is_standing());
        let most = self.core.common.limits.session_streams + usize::from(kept.is_some());
        let news = standing.then(|| self.news(&session, headers, most)).transpose()?;
        let (outbox, number) = kept.unwrap_or_else(|| {
            let outbox = Arc::new(Outbox::new(false));
            outbox.mark_standing();
            let number = session.keep(&outbox, &self.core.replay);
            (outbox, number)
        });
        let mut stream = EventStream::new(outbox, self.core.stop.clone()).kept(&session, number);
        if let Some(position) = position {
            stream = stream.resume(position);
        }
        if let Some(news) = news {
            stream = stream.with_news(news);
        }
        Ok(Answer::Stream(stream))
    }

    /// What a standing stream of the session brings.
    fn news(&self, session: &Arc<Session>, headers: &Headers<'_>, most: usize) -> Result<News, Refusal> {
        let place = session.open_stream(most).ok_or_else(|| {
            Refusal::new(429, TOO_MANY, format!("this session has {most} streams open; close one first"))
        })?;
        let place = (place, self.core.stream_place(headers)?);
        Ok(News {
            listener: Arc::clone(&session.listener),
            subscription: None,
            revision: session.revision,
            _place: Box::new(place),
        })
    }

    fn listen(&self, subscription: Subscription, headers: &Headers<'_>, outbox: Arc<Outbox>) -> Answer {
        let Subscription { raw_id, id, filter, acknowledged, result } = subscription;
        let refused = |status, code, message: &str| {
            Answer::Reply(Refusal::new(status, code, message).reply(Some(&raw_id)))
        };
        if !headers.takes_events {
            let message = "a subscription is answered with a stream; accept `text/event-stream`";
            return refused(406, INVALID_REQUEST, message);
        }
        let place = match self.core.stream_place(headers) {
            Ok(place) => place,
            Err(refusal) => return Answer::Reply(refusal.reply(Some(&raw_id))),
        };
        let listener = Listener::new(filter);
        self.core.common.changes.add(&listener);
        if !outbox.push(acknowledged, true) {
            return refused(500, INTERNAL_ERROR, "the subscription could not be opened; try again");
        }
        let news = News {
            listener,
            subscription: Some((id, result)),
            revision: Revision::LATEST,
            _place: Box::new(place),
        };
        Answer::Stream(EventStream::new(outbox, self.core.stop.clone()).with_news(news))
    }
}

impl<C> Core<C> {
    /// Room for one more stream over HTTP that brings news.
    fn stream_place(&self, headers: &Headers<'_>) -> Result<StreamPlace, Refusal> {
        let most = self.common.limits.caller_streams;
        let own = headers.holder().map(|holder| {
            self.held_streams.take(holder, most).ok_or_else(|| {
                Refusal::new(429, TOO_MANY, format!("{most} streams are open for you; close one first"))
            })
        });
        let own = own.transpose()?;
        let Ok(permit) = Arc::clone(&self.streams).try_acquire_owned() else {
            return Err(Refusal::new(503, OVERLOADED, "too many streams are open; try again later"));
        };
        Ok(StreamPlace { _permit: permit, _own: own })
    }
}

/// A stream over HTTP is open for as long as this lives.
#[derive(Debug)]
pub(crate) struct StreamPlace {
    _permit: OwnedSemaphorePermit,
    _own: Option<Place>,
}

fn expired() -> Refusal {
    let message =
        "the stream with this `Last-Event-ID` cannot be resumed from there any more; send GET without it";
    Refusal::new(400, INVALID_REQUEST, message)
}
