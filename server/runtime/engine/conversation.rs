//! One request and whoever sent it: progress, log messages and questions, in the request's own revision.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lockstep_wire::latest::{
    ClientCapabilities, InputRequest, InputRequests, InputResponse, LoggingLevel,
    LoggingMessageNotificationParams, ProgressNotificationParams, ProgressToken,
};
use serde_json::value::RawValue;
use serde_json::{Number, Value};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::contract::changes::Changes;
use crate::contract::{Asked, InputError, Peer};

use super::Common;
use super::json::Raw;
use super::meta::RequestMeta;
use super::outbox::Outbox;
use super::queue::Outgoing;
use super::revision::{Question, Revision, missing_capabilities, notification, severity};
use super::session::Session;

/// Where what belongs to a request goes, beside its answer.
#[derive(Clone, Debug)]
pub(super) enum Outlet {
    /// The stream that answers an HTTP request.
    Stream(Arc<Outbox>),
    /// A channel that carries everything.
    Channel(Outgoing),
}

impl Outlet {
    fn can_send(&self) -> bool {
        match self {
            Self::Stream(outbox) => outbox.can_stream(),
            Self::Channel(_) => true,
        }
    }

    /// Sends what may be lost.
    fn offer(&self, message: Vec<u8>) {
        match self {
            Self::Stream(outbox) => drop(outbox.push(message.into(), false)),
            Self::Channel(output) => output.offer(message.into()),
        }
    }

    /// Sends what must arrive; `false` if nobody is there.
    async fn send(&self, message: Vec<u8>) -> bool {
        match self {
            Self::Stream(outbox) => outbox.push(message.into(), true),
            Self::Channel(output) => output.send(message.into()).await,
        }
    }
}

/// Who sent the request.
pub(super) enum Sender {
    /// A client of the latest revision: the request says everything.
    Modern(Arc<RequestMeta>),
    /// A client with a session.
    Legacy(Arc<Session>),
}

/// What came with a request beside its parameters.
pub(super) struct Circumstances {
    pub(super) revision: Revision,
    pub(super) sender: Sender,
    pub(super) principal: Option<Arc<str>>,
    /// The `_meta` of a request that belongs to a session.
    pub(super) meta: Option<Box<str>>,
    pub(super) progress_token: Option<ProgressToken>,
    pub(super) outlet: Outlet,
    /// Fires when the request is cancelled.
    pub(super) cancel: CancellationToken,
    /// Whether it takes a place among the requests over HTTP: given back at its end, or when it waits for a person.
    pub(super) counted: bool,
}

/// What survives from one run of a handler to the next: the client carries it, sealed.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub(super) struct Memory {
    /// Answers that were used, as they came.
    #[serde(rename = "a", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) answers: BTreeMap<String, Box<str>>,
    /// What the handler keeps.
    #[serde(rename = "m", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) kept: BTreeMap<String, Value>,
    /// How often the client was sent away with questions.
    #[serde(rename = "r", default)]
    pub(super) rounds: u32,
}

/// One request and its client, as a handler's context sees them.
pub(super) struct Conversation {
    circumstances: Circumstances,
    common: Arc<Common>,
    /// Answers that came with this request.
    given: BTreeMap<String, Box<str>>,
    talk: Mutex<Talk>,
    stopped: Notify,
}

#[derive(Default)]
struct Talk {
    /// Nothing is sent any more.
    over: bool,
    /// Whether it has a place among the requests over HTTP.
    counted: bool,
    /// How often the client was asked over its session.
    asked: u32,
    progress: Option<f64>,
    memory: Memory,
    /// Questions at which the handler stopped.
    wanted: BTreeMap<String, InputRequest>,
    /// What the client lacks to be asked.
    lacking: Vec<Value>,
    /// How many questions wait for an answer at the moment, since when, and how long others waited before.
    waiting: (usize, Option<Instant>, Duration),
}

/// Why a handler stopped at a question.
pub(super) enum Stopped {
    /// The client has to be asked this first.
    InputRequired(InputRequests, Memory),
    /// The client cannot be asked: what it lacks, as a `ClientCapabilities` object.
    MissingCapabilities(Value),
}

impl Conversation {
    /// `given` are the answers that came with the request, `memory` what the client carried.
    pub(super) fn new(
        circumstances: Circumstances,
        common: Arc<Common>,
        given: BTreeMap<String, Box<str>>,
        memory: Memory,
    ) -> Self {
        let talk = Mutex::new(Talk { memory, counted: circumstances.counted, ..Talk::default() });
        Self { circumstances, common, given, talk, stopped: Notify::new() }
    }

    /// The session that the request belongs to.
    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        match &self.circumstances.sender {
            Sender::Legacy(session) => Some(session),
            Sender::Modern(_) => None,
        }
    }

    /// Waits until the handler has stopped at a question.
    pub(super) async fn stopped(&self) -> Stopped {
        loop {
            let stopped = self.stopped.notified();
            {
                let mut talk = self.talk();
                if !talk.lacking.is_empty() {
                    return Stopped::MissingCapabilities(missing_capabilities(std::mem::take(
                        &mut talk.lacking,
                    )));
                }
                if !talk.wanted.is_empty() {
                    let memory = Memory { rounds: talk.memory.rounds + 1, ..talk.memory.clone() };
                    return Stopped::InputRequired(std::mem::take(&mut talk.wanted), memory);
                }
            }
            stopped.await;
        }
    }

    /// From here on nothing is sent: the answer is on its way, or nobody waits for one.
    pub(super) fn end(&self) {
        let mut talk = self.talk();
        talk.over = true;
        self.leave(&mut talk);
    }

    /// Gives the place among the requests over HTTP back.
    fn leave(&self, talk: &mut Talk) {
        if std::mem::take(&mut talk.counted) {
            self.common.leave();
        }
    }

    /// Whether anything may still be sent.
    fn is_over(&self, talk: &Talk) -> bool {
        talk.over || self.circumstances.cancel.is_cancelled()
    }

    fn talk(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers from what the client brought, or stops the handler.
    async fn ask_again(&self, key: &str, question: Question) -> Result<InputResponse, InputError> {
        let known = {
            let talk = self.talk();
            talk.memory.answers.get(key).or_else(|| self.given.get(key)).cloned()
        };
        // An answer that does not fit is asked for again.
        if let Some(answer) = known
            && let Ok(response) = question.answer(self.circumstances.revision, &answer)
        {
            self.talk().memory.answers.insert(key.to_owned(), answer);
            return Ok(response);
        }
        self.talk().wanted.insert(key.to_owned(), question.0);
        self.stop().await
    }

    /// The handler goes no further; the engine notices and drops it.
    async fn stop<T>(&self) -> T {
        self.stopped.notify_one();
        std::future::pending().await
    }

    /// Asks over the session and waits.
    async fn ask_now(&self, session: &Session, question: Question) -> Result<InputResponse, InputError> {
        {
            let mut talk = self.talk();
            if self.is_over(&talk) {
                return Err(InputError::Unavailable("the request is over".into()));
            }
            talk.asked += 1;
            if talk.asked > self.common.limits.rounds {
                let most = self.common.limits.rounds;
                return Err(InputError::Unavailable(format!("it was asked {most} times for this request")));
            }
            // A person may take long: whoever waits for one is in nobody's way.
            self.leave(&mut talk);
        }
        let Some((open, answer)) = session.questions.open(self.common.limits.questions) else {
            let most = self.common.limits.questions;
            return Err(InputError::Unavailable(format!("{most} questions wait for it already")));
        };
        let elicitation_id = format!("{:032x}", random()?);
        let Some(request) = question.request(session.revision, open.id, &elicitation_id) else {
            self.talk().lacking.push(Value::Object(serde_json::Map::new()));
            return self.stop().await;
        };
        if !self.circumstances.outlet.send(request).await {
            return Err(InputError::Unavailable("it is gone".into()));
        }
        let unanswered = Unanswered { conversation: self, id: Some(open.id) };
        let waiting = Waiting::begin(self);
        let answer = tokio::select! {
            answer = tokio::time::timeout(self.common.limits.question_time, answer) => answer,
            () = session.ended.cancelled() => return Err(InputError::Unavailable("its session has ended".into())),
        };
        drop(waiting);
        if let Ok(Ok(_)) = answer {
            unanswered.settle();
        }
        match answer {
            Ok(Ok(Ok(result))) => question.answer(session.revision, &result),
            Ok(Ok(Err(refusal))) => Err(InputError::Refused(refusal)),
            Ok(Err(_)) => Err(InputError::Unavailable("it is gone".into())),
            Err(_) => Err(InputError::TimedOut),
        }
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.end();
    }
}

fn random() -> Result<u128, InputError> {
    let mut bytes = [0; 16];
    let drawn = getrandom::fill(&mut bytes);
    drawn.map_err(|_| InputError::Unavailable("no random bytes could be drawn".into()))?;
    Ok(u128::from_be_bytes(bytes))
}

/// A question that the client is told to forget when nobody waits for the answer any more.
struct Unanswered<'a> {
    conversation: &'a Conversation,
    id: Option<u64>,
}

impl Unanswered<'_> {
    fn settle(mut self) {
        self.id = None;
    }
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let params =
                format!("{{\"requestId\":{id},\"reason\":\"the answer is not waited for any more\"}}");
            let cancelled = notification("notifications/cancelled", Some(params.as_bytes()));
            self.conversation.circumstances.outlet.offer(cancelled);
        }
    }
}

/// A question waits for its answer for as long as this lives.
struct Waiting<'a>(&'a Conversation);

impl<'a> Waiting<'a> {
    fn begin(conversation: &'a Conversation) -> Self {
        let mut talk = conversation.talk();
        talk.waiting.0 += 1;
        talk.waiting.1.get_or_insert_with(Instant::now);
        Self(conversation)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let (count, since, total) = &mut self.0.talk().waiting;
        *count -= 1;
        if *count == 0 {
            *total += since.take().map_or(Duration::ZERO, |since| since.elapsed());
        }
    }
}

impl Peer for Conversation {
    fn capabilities(&self) -> &ClientCapabilities {
        match &self.circumstances.sender {
            Sender::Modern(meta) => &meta.object.client_capabilities,
            Sender::Legacy(session) => &session.capabilities,
        }
    }

    fn principal(&self) -> Option<&str> {
        self.circumstances.principal.as_deref()
    }

    fn meta(&self, key: &str) -> Option<Value> {
        let meta = match &self.circumstances.sender {
            Sender::Modern(meta) => &meta.text,
            Sender::Legacy(_) => self.circumstances.meta.as_ref()?,
        };
        let mut members: serde_json::Map<String, Value> = serde_json::from_str(meta).ok()?;
        members.remove(key)
    }

    fn waited(&self) -> Duration {
        let (_, since, total) = self.talk().waiting;
        total + since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn progress(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        let Some(token) = &self.circumstances.progress_token else { return };
        let Some(value) = number(progress) else { return };
        let mut talk = self.talk();
        // The value grows with each message, or there is none.
        if self.is_over(&talk) || talk.progress.is_some_and(|last| progress <= last) {
            return;
        }
        talk.progress = Some(progress);
        let mut params = ProgressNotificationParams::new(value, token.clone());
        params.total = total.and_then(number);
        params.message = message.map(str::to_owned);
        if let Ok(message) = self.circumstances.revision.progress(params) {
            self.circumstances.outlet.offer(message);
        }
    }

    fn log(&self, level: LoggingLevel, logger: Option<&str>, data: Value) {
        let wanted = match &self.circumstances.sender {
            Sender::Modern(meta) => {
                meta.object.log_level.is_some_and(|least| severity(level) >= severity(least))
            }
            Sender::Legacy(session) => session.wants_log(level),
        };
        let talk = self.talk();
        if self.is_over(&talk) || !wanted {
            return;
        }
        let mut params = LoggingMessageNotificationParams::new(data, level);
        params.logger = logger.map(str::to_owned);
        if let Ok(message) = self.circumstances.revision.log(params) {
            self.circumstances.outlet.offer(message);
        }
    }

    fn ask<'a>(&'a self, key: &'a str, request: InputRequest) -> Asked<'a> {
        Box::pin(async move {
            let question = Question(request);
            if let Some(lacking) = question.lacking(self.capabilities()) {
                self.talk().lacking.push(lacking);
                return self.stop().await;
            }
            match &self.circumstances.sender {
                Sender::Modern(_) => self.ask_again(key, question).await,
                Sender::Legacy(_) if !self.circumstances.outlet.can_send() => {
                    Err(InputError::Unavailable("it takes no events; accept `text/event-stream`".into()))
                }
                Sender::Legacy(session) => self.ask_now(session, question).await,
            }
        })
    }

    fn recall(&self, key: &str) -> Option<Value> {
        self.talk().memory.kept.get(key).cloned()
    }

    fn remember(&self, key: &str, value: Value) {
        self.talk().memory.kept.insert(key.to_owned(), value);
    }

    fn release_connection(&self, come_back_after: Duration) {
        if let Outlet::Stream(outbox) = &self.circumstances.outlet
            && self.circumstances.revision.primes_streams()
        {
            outbox.release(come_back_after);
        }
    }

    fn changes(&self) -> &Changes {
        &self.common.changes
    }
}

impl fmt::Debug for Conversation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Conversation")
            .field("revision", &self.circumstances.revision)
            .finish_non_exhaustive()
    }
}

/// A whole number is written as one.
fn number(value: f64) -> Option<Number> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some((value as i64).into());
    }
    Number::from_f64(value)
}

/// The members of `inputResponses`, as they came.
pub(super) fn responses(raw: Raw<'_>) -> Option<BTreeMap<String, Box<str>>> {
    let raw: BTreeMap<String, &RawValue> = serde_json::from_str(raw.get()).ok()?;
    Some(raw.into_iter().map(|(key, value)| (key, value.get().into())).collect())
}
