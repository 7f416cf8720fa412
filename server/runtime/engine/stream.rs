//! Event streams: what an HTTP answer says piece by piece, still without I/O.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lockstep_wire::latest::RequestId;
use tokio_util::sync::CancellationToken;

use crate::contract::changes::Listener;

use super::outbox::{Next, Outbox};
use super::reply::Reply;
use super::revision::Revision;
use super::session::Session;

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The event's id, from which the stream can be resumed.
    pub id: Option<String>,
    /// One JSON-RPC message; empty bytes for an event that only carries its id.
    pub data: Option<Bytes>,
    /// After which time the client comes back.
    pub retry: Option<Duration>,
}

/// Work whose outcome goes into an outbox: polled in place while the answer may still be a plain one.
pub(super) struct Running {
    work: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    /// The work goes on when nobody waits for it.
    detached: bool,
}

impl Running {
    pub(super) fn new(work: impl Future<Output = ()> + Send + 'static, detached: bool) -> Self {
        Self { work: Some(Box::pin(work)), detached }
    }

    /// Runs the work to its end; nothing happens after that.
    pub(super) async fn done(&mut self) {
        if let Some(work) = &mut self.work {
            work.await;
            self.work = None;
        }
    }

    /// Lets the work run by itself, however slowly its events are read.
    pub(super) fn spawn(mut self) -> Option<Spawned> {
        let task = tokio::spawn(self.work.take()?);
        // Not made at all for detached work: dropping it would end that.
        (!self.detached).then(|| Spawned(task))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.detached
            && let Some(work) = self.work.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(work);
        }
    }
}

/// Work that ends with the stream that waits for it.
pub(super) struct Spawned(tokio::task::JoinHandle<()>);

impl Drop for Spawned {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What a stream brings beside the answer to a request.
pub(super) struct News {
    pub(super) listener: Arc<Listener>,
    /// The id of the subscription and the result that ends it, where there is one.
    pub(super) subscription: Option<(RequestId, Bytes)>,
    pub(super) revision: Revision,
    /// The stream's place among those open, given back at its end.
    pub(super) _place: Box<dyn std::any::Any + Send + Sync>,
}

/// The events of one answer, in order. Dropping it cancels modern work; legacy work goes on, and its events can be read
/// again where the revision knows that.
pub struct EventStream {
    outbox: Arc<Outbox>,
    reader: u64,
    position: u64,
    /// The stream's number, where its events can be resumed from.
    number: Option<u32>,
    primed: bool,
    _work: Option<Spawned>,
    news: Option<News>,
    session: Option<Arc<Session>>,
    stop: CancellationToken,
    over: bool,
}

impl EventStream {
    /// A stream that says what `outbox` says.
    pub(super) fn new(outbox: Arc<Outbox>, stop: CancellationToken) -> Self {
        let reader = outbox.attach();
        Self {
            outbox,
            reader,
            position: 0,
            number: None,
            primed: true,
            _work: None,
            news: None,
            session: None,
            stop,
            over: false,
        }
    }

    /// The work that fills the outbox and ends with the stream.
    pub(super) fn with_work(mut self, work: Option<Spawned>) -> Self {
        self._work = work;
        self
    }

    /// News to bring.
    pub(super) fn with_news(mut self, news: News) -> Self {
        self.news = Some(news);
        self
    }

    /// Events get ids, of stream `number` of this session.
    pub(super) fn kept(mut self, session: &Arc<Session>, number: u32) -> Self {
        self.number = Some(number);
        self.primed = !session.revision.primes_streams();
        self.session = Some(Arc::clone(session));
        self
    }

    /// Goes on after event `position`.
    pub(super) fn resume(mut self, position: u64) -> Self {
        self.outbox.go_back(self.reader, position);
        self.position = position;
        self.primed = true;
        self
    }

    /// The next event; `None` when the connection is to end. Can be called again after having been dropped midway.
    pub async fn next(&mut self) -> Option<Event> {
        if !std::mem::replace(&mut self.primed, true) {
            let data = Some(Bytes::new());
            return Some(Event { id: self.id(0), data, retry: None });
        }
        while !self.over {
            match self.outbox.next(self.reader, self.position) {
                Next::Event(number, data) => {
                    self.position = number;
                    return Some(Event { id: self.id(number), data: Some(data), retry: None });
                }
                Next::Release(after) => {
                    self.over = true;
                    return Some(Event { retry: Some(after), ..Event::default() });
                }
                Next::End => break,
                Next::Wait => self.wait().await,
            }
        }
        None
    }

    /// Waits until there may be more to say.
    async fn wait(&mut self) {
        let Self { outbox, reader, news, session, stop, .. } = self;
        tokio::select! {
            biased;
            () = outbox.changed(*reader) => {}
            () = ended(session.as_ref()) => self.over = true,
            () = stop.cancelled(), if news.is_some() => self.finish(),
            () = heard(news.as_ref()) => self.tell(),
        }
    }

    /// Says what is new.
    fn tell(&mut self) {
        let Some(news) = &self.news else { return };
        let id = news.subscription.as_ref().map(|(id, _)| id);
        for change in news.listener.take() {
            match news.revision.change(&change, id) {
                Ok(message) => drop(self.outbox.push(message.into(), true)),
                Err(error) => tracing::error!(%error, "a change cannot be told"),
            }
        }
    }

    /// The server stops: a subscription gets its result, other streams just end.
    fn finish(&mut self) {
        let result = self.news.take().and_then(|news| news.subscription);
        match result {
            Some((_, result)) => {
                let reply = Reply { status: 200, body: Some(result), session: None };
                self.outbox.finish(reply);
            }
            None => self.over = true,
        }
    }

    fn id(&self, number: u64) -> Option<String> {
        self.number.map(|stream| format!("{stream:x}-{number:x}"))
    }
}

/// Reads what [`EventStream`] writes as id: the number of the stream and of the event.
pub(super) fn read_id(id: &str) -> Option<(u32, u64)> {
    let (stream, number) = id.split_once('-')?;
    Some((u32::from_str_radix(stream, 16).ok()?, u64::from_str_radix(number, 16).ok()?))
}

async fn ended(session: Option<&Arc<Session>>) {
    match session {
        Some(session) => session.ended.cancelled().await,
        None => std::future::pending().await,
    }
}

async fn heard(news: Option<&News>) {
    match news {
        Some(news) => news.listener.news().await,
        None => std::future::pending().await,
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.outbox.detach(self.reader);
        if let Some(session) = &self.session {
            session.touch();
        }
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EventStream")
            .field("number", &self.number)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
