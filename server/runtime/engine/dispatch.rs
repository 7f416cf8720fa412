//! From a message to whoever answers it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::join_all;
use lockstep_wire::latest::{RequestId, SubscriptionFilter};
use serde_json::value::RawValue;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::contract::Contract;
use crate::contract::changes::Filter;

use super::Core;
use super::call::Call;
use super::carried::open_memory;
use super::channel::ChannelState;
use super::conversation::{Circumstances, Conversation, Memory, Outlet, Sender, responses};
use super::envelope::{Envelope, Kind, Params, Unreadable, batch, read_id};
use super::era::{self, Era, Found, Way};
use super::headers::{Header, Headers};
use super::json::{Raw, string};
use super::outbox::Outbox;
use super::rendered::Fixed;
use super::reply::{
    INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, OVERLOADED, RESOURCE_NOT_FOUND,
    Refusal, Reply, TOO_MANY, excerpt, shorten,
};
use super::revision;
use super::session::{InFlight, NotEntered, OpenError, Session};
use super::shape;
use super::work::{Work, bad_cursor};

/// How a message arrived.
#[derive(Clone, Copy)]
pub(super) enum Carrier<'a> {
    /// On a channel.
    Channel(&'a Arc<ChannelState>),
    /// As the body of an HTTP POST with these headers, whose answer leaves through this outbox.
    Http(&'a Headers<'a>, &'a Arc<Outbox>),
}

impl<'a> Carrier<'a> {
    fn way(self) -> Way<'a> {
        match self {
            Self::Http(headers, _) => Way::Http(headers),
            Self::Channel(state) if state.sessions_only => Way::Sse,
            Self::Channel(_) => Way::Channel,
        }
    }

    fn principal(self) -> Option<&'a str> {
        match self {
            Self::Http(headers, _) => headers.principal,
            Self::Channel(state) => state.principal.as_deref(),
        }
    }

    fn outlet(self) -> Outlet {
        match self {
            Self::Http(_, outbox) => Outlet::Stream(Arc::clone(outbox)),
            Self::Channel(state) => Outlet::Channel(state.output.clone()),
        }
    }
}

/// What is made of a message.
pub(super) enum Taken<C> {
    /// Done; this is the answer.
    Reply(Reply),
    /// A tool is to be called, or the server asked in another way.
    Call(Box<Call<C>>),
    /// Several of these at once.
    Batch(Vec<Taken<C>>),
    /// A client wants to hear of changes.
    Subscription(Subscription),
}

/// What a modern client wants to hear of.
pub(super) struct Subscription {
    /// As it came, and as a value.
    pub(super) raw_id: String,
    pub(super) id: RequestId,
    pub(super) filter: Filter,
    /// The first message.
    pub(super) acknowledged: Bytes,
    /// The whole answer that ends it.
    pub(super) result: Bytes,
}

impl<C: Contract> Taken<C> {
    /// The answer instead of running it, where there is no room for it.
    pub(super) fn refuse(self) -> Reply {
        match self {
            Self::Call(call) => too_many_calls().reply(Some(&call.id)),
            Self::Batch(parts) => Reply::batch(parts.into_iter().map(Self::refuse).collect()),
            Self::Reply(reply) => reply,
            Self::Subscription(_) => Reply::accepted(),
        }
    }

    /// The session of the first call in it.
    pub(super) fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Self::Call(call) => call.conversation.session(),
            Self::Batch(parts) => parts.iter().find_map(Self::session),
            Self::Reply(_) | Self::Subscription(_) => None,
        }
    }

    /// Runs what is to be run. Subscriptions are not for here.
    pub(super) async fn run(self) -> Reply {
        match self {
            Self::Reply(reply) => reply,
            Self::Call(call) => call.run().await,
            Self::Subscription(_) => Reply::accepted(),
            Self::Batch(parts) => {
                let parts = join_all(parts.into_iter().map(|part| Box::pin(part.run())));
                Reply::batch(Box::pin(parts).await)
            }
        }
    }
}

impl<C: Contract> Core<C> {
    /// Takes one message, or the several of an array. Never blocks and never waits.
    pub(super) fn take(self: &Arc<Self>, message: &[u8], carrier: Carrier<'_>) -> Taken<C> {
        if let Some(envelope) = Envelope::scan(message, &self.common.limits) {
            return self.take_envelope(envelope, carrier, false).unwrap_or_else(unreadable);
        }
        if let Err(refusal) = shape::check(message, &self.common.limits) {
            return Taken::Reply(refusal.reply(None));
        }
        match batch(message) {
            None => self.take_one(message, carrier, false).unwrap_or_else(unreadable),
            Some(parts) => {
                let taken = parts.and_then(|parts| self.take_batch(&parts, carrier));
                taken.unwrap_or_else(|refusal| Taken::Reply(refusal.reply(None)))
            }
        }
    }

    fn take_batch(self: &Arc<Self>, parts: &[&RawValue], carrier: Carrier<'_>) -> Result<Taken<C>, Refusal> {
        let most = self.common.limits.batch;
        if parts.len() > most {
            let message = format!("the array has {} messages; send at most {most} at once", parts.len());
            return Err(Refusal::new(400, INVALID_REQUEST, message));
        }
        let claims = parts.iter().any(|part| {
            let envelope = Envelope::parse(part.get().as_bytes(), self.common.limits.id_bytes);
            envelope.is_ok_and(|envelope| era::is_modern(&envelope.params))
        });
        era::check_batch(carrier.way(), &self.find(carrier), claims)?;
        if parts.is_empty() {
            let message = "the array is empty; send at least one message";
            return Err(Refusal::new(400, INVALID_REQUEST, message));
        }
        // Answers without an id say all the same to the client: one is enough, however many ask for one.
        let mut told = false;
        let take = |part: &&RawValue| match self.take_one(part.get().as_bytes(), carrier, true) {
            Ok(taken) => Some(taken),
            Err(nameless) if nameless.id.is_none() && std::mem::replace(&mut told, true) => None,
            Err(wrong) => Some(unreadable(wrong)),
        };
        Ok(Taken::Batch(parts.iter().filter_map(take).collect()))
    }

    fn take_one<'a>(
        self: &Arc<Self>,
        message: &'a [u8],
        carrier: Carrier<'_>,
        in_batch: bool,
    ) -> Result<Taken<C>, Unreadable<'a>> {
        self.take_envelope(Envelope::parse(message, self.common.limits.id_bytes), carrier, in_batch)
    }

    fn take_envelope<'a>(
        self: &Arc<Self>,
        envelope: Result<Envelope<'a>, Unreadable<'a>>,
        carrier: Carrier<'_>,
        in_batch: bool,
    ) -> Result<Taken<C>, Unreadable<'a>> {
        let envelope = match envelope {
            Ok(envelope) => envelope,
            // An answer is not answered, however malformed.
            Err(unreadable) if unreadable.is_response && matches!(carrier, Carrier::Channel(_)) => {
                return Ok(Taken::Reply(Reply::accepted()));
            }
            Err(unreadable) => return Err(unreadable),
        };
        let id = match &envelope.kind {
            Kind::Request { id, .. } => Some(id.as_ref()),
            Kind::Notification { .. } | Kind::Response { .. } => None,
        };
        let taken = self.dispatch(&envelope, carrier, in_batch);
        if id.is_none() && taken.is_err() && matches!(carrier, Carrier::Channel(_)) {
            // Neither a notification nor an answer is answered.
            return Ok(Taken::Reply(Reply::accepted()));
        }
        Ok(taken.unwrap_or_else(|refusal| Taken::Reply(refusal.reply(id))))
    }

    /// The session that a message of this carrier belongs to.
    pub(super) fn find(&self, carrier: Carrier<'_>) -> Found {
        match carrier {
            Carrier::Channel(state) => {
                state.session().map_or(Found::None, |session| Found::Live(Arc::clone(session)))
            }
            Carrier::Http(headers, _) => self.find_session(headers),
        }
    }

    pub(super) fn find_session(&self, headers: &Headers<'_>) -> Found {
        match headers.session_id {
            Header::Absent => Found::None,
            Header::Malformed => Found::Unknown,
            Header::Value(id) => {
                let found = self.sessions.find(id, headers.principal, Instant::now());
                found.map_or(Found::Unknown, Found::Live)
            }
        }
    }

    /// Finds the revision that governs the message and what is to be done in it.
    fn dispatch(
        self: &Arc<Self>,
        envelope: &Envelope<'_>,
        carrier: Carrier<'_>,
        in_batch: bool,
    ) -> Result<Taken<C>, Refusal> {
        let era = era::decide(envelope, carrier.way(), self.find(carrier))?;
        let params = &envelope.params;
        let (id, method) = match &envelope.kind {
            Kind::Request { id, method } => (id.as_ref(), method.as_ref()),
            Kind::Notification { method } => {
                self.note(&era, method, params, carrier);
                return Ok(Taken::Reply(Reply::accepted()));
            }
            Kind::Response { id, result, error } => {
                if let (Era::Answer(session), Some(id)) = (&era, id) {
                    session.questions.answer(id, answered(*result, *error));
                }
                return Ok(Taken::Reply(Reply::accepted()));
            }
        };
        let reply = match (&era, method) {
            (Era::Ignored | Era::Answer(_), _) => Reply::accepted(),
            (Era::Handshake, _) if in_batch => {
                let message = "`initialize` cannot be part of an array; send it alone";
                return Err(Refusal::new(400, INVALID_REQUEST, message));
            }
            (Era::Handshake, _) => self.initialize(id, params, carrier)?,
            (Era::EarlyPing | Era::Legacy(_), "ping") => Reply::result(id, b"{}"),
            (Era::EarlyPing, _) => return Err(unknown_method(200, method)),
            (Era::Modern(revision, _), "server/discover") => {
                Reply::result(id, self.answers.get(*revision, Fixed::Opening)?)
            }
            (Era::Modern(..), "subscriptions/listen") => {
                return self.subscription(id, params).map(Taken::Subscription);
            }
            (Era::Legacy(session), "logging/setLevel") => {
                session.set_log_level(revision::logging_level(params.level).map_err(invalid_params)?);
                Reply::result(id, b"{}")
            }
            (Era::Legacy(session), "resources/subscribe") if self.offers_subscriptions() => {
                self.subscribe(session, params)?;
                Reply::result(id, b"{}")
            }
            (Era::Legacy(session), "resources/unsubscribe") if self.offers_subscriptions() => {
                let uri = text(params.uri, URI)?;
                session.listener.refilter(|filter| filter.uris.remove(&uri));
                Reply::result(id, b"{}")
            }
            (Era::Legacy(_) | Era::Modern(..), method) if let Some(feature) = self.feature(method) => {
                return self.serve(feature, id, era, params, carrier);
            }
            (Era::Legacy(_), method) => return Err(unknown_method(200, method)),
            (Era::Modern(..), method) => return Err(unknown_method(404, method)),
        };
        Ok(Taken::Reply(reply))
    }

    /// A notification of the client's: only one has an effect.
    fn note(&self, era: &Era, method: &str, params: &Params<'_>, carrier: Carrier<'_>) {
        if let ("notifications/initialized", Carrier::Channel(state)) = (method, carrier) {
            state.initialized.notify_one();
        }
        let id = params.request_id.and_then(|id| read_id(id, self.common.limits.id_bytes).ok());
        let (Some(id), "notifications/cancelled") = (id, method) else { return };
        match (era, carrier) {
            (_, Carrier::Channel(state)) => state.in_flight.cancel(&id),
            (Era::Legacy(session), Carrier::Http(..)) => session.in_flight.cancel(&id),
            // Over HTTP a modern client cancels by hanging up.
            (_, Carrier::Http(..)) => {}
        }
    }

    /// An address that a client wants to watch.
    fn check_watched(&self, uri: &str) -> Result<(), Refusal> {
        let most = self.common.limits.watched_uri_bytes;
        match uri.len() <= most {
            true => Ok(()),
            false => Err(invalid_params(format!(
                "an address to watch is {} bytes long; send at most {most}",
                uri.len()
            ))),
        }
    }

    /// The legacy handshake. A session exists only once everything else has been checked.
    fn initialize(&self, id: &str, params: &Params<'_>, carrier: Carrier<'_>) -> Result<Reply, Refusal> {
        let introduction = revision::introduction(params.whole).map_err(invalid_params)?;
        let revision = introduction.revision;
        let mut reply = Reply::result(id, self.answers.get(revision, Fixed::Opening)?);
        let (principal, now) = (carrier.principal(), Instant::now());
        let in_flight = match carrier {
            Carrier::Channel(state) => Arc::clone(&state.in_flight),
            Carrier::Http(..) => Arc::default(),
        };
        let (catalog, told) = (self.contract.catalog(), self.tells_changes);
        let filter = Filter {
            tools: told,
            prompts: told && revision::offers_prompts(catalog),
            resources: told && revision::offers_resources(catalog),
            uris: BTreeSet::new(),
        };
        let asked = introduction.version.clone();
        let session = Arc::new(Session::new(introduction, principal, filter, in_flight, now));
        let listener = Arc::clone(&session.listener);
        match carrier {
            Carrier::Channel(state) => state.open(session).then_some(()).ok_or_else(|| {
                let message = "this session is initialized already; open a new channel to initialize again";
                Refusal::new(400, INVALID_REQUEST, message)
            })?,
            Carrier::Http(headers, _) => {
                let opened = self.sessions.open(session, headers.holder().as_ref(), now);
                reply.session = Some(opened.map_err(not_opened)?);
            }
        }
        self.common.changes.add(&listener);
        tracing::debug!(revision = revision.as_str(), asked = excerpt(&asked), "legacy session opened");
        Ok(reply)
    }

    fn offers_subscriptions(&self) -> bool {
        revision::offers_subscriptions(self.contract.catalog(), self.tells_changes)
    }

    /// Whether changes of the resource at `uri` are told.
    fn is_watchable(&self, uri: &str) -> bool {
        let found = self.contract.catalog().find_resource(uri);
        self.offers_subscriptions()
            && found.is_ok_and(|found| found.descriptor.subscribe && !found.descriptor.opt_in)
    }

    fn subscribe(&self, session: &Session, params: &Params<'_>) -> Result<(), Refusal> {
        let uri = text(params.uri, URI)?;
        self.check_watched(&uri)?;
        if !self.is_watchable(&uri) {
            let message = format!("nothing can be watched at `{}`; list the resources", shorten(&uri, 200));
            let data = Some(Box::new(serde_json::json!({ "uri": shorten(&uri, 2048) })));
            return Err(Refusal { data, ..Refusal::new(200, RESOURCE_NOT_FOUND, message) });
        }
        let most = self.common.limits.watched;
        let added = session.listener.refilter(|filter| {
            let room = filter.uris.len() < most || filter.uris.contains(&uri);
            if room {
                filter.uris.insert(uri);
            }
            room
        });
        match added {
            true => Ok(()),
            false => {
                let message =
                    format!("this session watches {most} resources already; unsubscribe from one first");
                Err(Refusal::new(200, TOO_MANY, message))
            }
        }
    }

    /// Reads what a modern client wants to hear of.
    fn subscription(&self, id: &str, params: &Params<'_>) -> Result<Subscription, Refusal> {
        let wanted = revision::subscription(params.whole).map_err(invalid_params)?;
        let uris = wanted.resource_subscriptions.unwrap_or_default();
        let most = self.common.limits.watched;
        if uris.len() > most {
            let message = format!("`resourceSubscriptions` has {} entries; send at most {most}", uris.len());
            return Err(invalid_params(message));
        }
        uris.iter().try_for_each(|uri| self.check_watched(uri))?;
        let catalog = self.contract.catalog();
        let told = |asked: Option<bool>, offered: bool| asked == Some(true) && self.tells_changes && offered;
        let filter = Filter {
            tools: told(wanted.tools_list_changed, true),
            prompts: told(wanted.prompts_list_changed, revision::offers_prompts(catalog)),
            resources: told(wanted.resources_list_changed, revision::offers_resources(catalog)),
            uris: uris.into_iter().filter(|uri| self.is_watchable(uri)).collect(),
        };
        let honoured = |told: bool| told.then_some(true);
        let uris: Vec<String> = filter.uris.iter().cloned().collect();
        let answer = SubscriptionFilter {
            tools_list_changed: honoured(filter.tools),
            prompts_list_changed: honoured(filter.prompts),
            resources_list_changed: honoured(filter.resources),
            resource_subscriptions: (!uris.is_empty()).then_some(uris),
        };
        let unreadable =
            |_| Refusal::new(400, INVALID_REQUEST, "`id` cannot name a subscription; send another");
        let request_id: RequestId = serde_json::from_str(id).map_err(unreadable)?;
        let failed = |_| super::call::internal_error();
        let acknowledged = revision::acknowledged(answer, request_id.clone()).map_err(failed)?.into();
        let result = revision::listen_result(request_id.clone(), catalog).map_err(failed)?;
        let result = Reply::result(id, &result).body.unwrap_or_default();
        Ok(Subscription { raw_id: id.to_owned(), id: request_id, filter, acknowledged, result })
    }

    /// What the method asks for, where this server has any of it.
    fn feature(&self, method: &str) -> Option<Feature> {
        let catalog = self.contract.catalog();
        let (feature, offered) = match method {
            "tools/list" => (Feature::ListTools, true),
            "tools/call" => (Feature::CallTool, true),
            "resources/list" => (Feature::ListResources, revision::offers_resources(catalog)),
            "resources/templates/list" => (Feature::ListTemplates, revision::offers_resources(catalog)),
            "resources/read" => (Feature::ReadResource, revision::offers_resources(catalog)),
            "prompts/list" => (Feature::ListPrompts, revision::offers_prompts(catalog)),
            "prompts/get" => (Feature::GetPrompt, revision::offers_prompts(catalog)),
            "completion/complete" => (Feature::Complete, revision::offers_completion(catalog)),
            _ => return None,
        };
        offered.then_some(feature)
    }

    fn serve(
        self: &Arc<Self>,
        feature: Feature,
        id: &str,
        era: Era,
        params: &Params<'_>,
        carrier: Carrier<'_>,
    ) -> Result<Taken<C>, Refusal> {
        let name = || text(params.name, "`name` is missing or not a string; send the name as text");
        let work = match feature {
            Feature::ListTools => {
                return self.list(id, &era, params, Fixed::Tools).map(Taken::Reply);
            }
            Feature::ListTemplates => {
                return self.list(id, &era, params, Fixed::Templates).map(Taken::Reply);
            }
            Feature::ListPrompts => {
                return self.list(id, &era, params, Fixed::Prompts).map(Taken::Reply);
            }
            Feature::CallTool => {
                let (name, arguments) = (name()?, params.arguments);
                if let (Era::Modern(..), Carrier::Http(headers, _)) = (&era, carrier) {
                    self.mirrors.check(&name, arguments, headers.params)?;
                }
                Work::CallTool { name, arguments: arguments.map(owned).transpose()? }
            }
            Feature::GetPrompt => {
                Work::GetPrompt { name: name()?, arguments: params.arguments.map(owned).transpose()? }
            }
            Feature::ReadResource => Work::ReadResource { uri: text(params.uri, URI)? },
            Feature::ListResources => {
                let cursor =
                    params.cursor.map(|cursor| string(cursor).map(Cow::into_owned).ok_or_else(bad_cursor));
                Work::ListResources { cursor: cursor.transpose()? }
            }
            Feature::Complete => Work::complete(params.whole).map_err(invalid_params)?,
        };
        self.call(work, id, era, params, carrier).map(|call| Taken::Call(Box::new(call)))
    }

    /// A list that never changes and has one page.
    fn list(&self, id: &str, era: &Era, params: &Params<'_>, which: Fixed) -> Result<Reply, Refusal> {
        let revision = match era {
            Era::Legacy(session) => {
                revision::progress_token(params).map_err(invalid_params)?;
                session.revision
            }
            Era::Modern(revision, _) => *revision,
            _ => return Err(super::call::internal_error()),
        };
        if params.cursor.is_some() {
            return Err(bad_cursor());
        }
        Ok(Reply::result(id, self.answers.get(revision, which)?))
    }

    fn call(
        self: &Arc<Self>,
        work: Work,
        id: &str,
        era: Era,
        params: &Params<'_>,
        carrier: Carrier<'_>,
    ) -> Result<Call<C>, Refusal> {
        let (revision, sender, progress_token) = match era {
            Era::Legacy(session) => {
                let token = revision::progress_token(params).map_err(invalid_params)?;
                (session.revision, Sender::Legacy(session), token)
            }
            Era::Modern(revision, meta) => {
                let token = meta.object.progress_token.clone();
                (revision, Sender::Modern(meta), token)
            }
            _ => return Err(super::call::internal_error()),
        };
        if let Some(token) = &progress_token {
            let length = serde_json::to_vec(token).map_or(usize::MAX, |text| text.len());
            let most = self.common.limits.progress_token_bytes;
            if length > most {
                let message = format!("`progressToken` is {length} bytes long; send at most {most}");
                return Err(invalid_params(message));
            }
        }
        let principal = carrier.principal();
        let (given, memory) = match revision.is_modern() && work.may_ask() {
            true => (given(params)?, self.memory(&work, principal, params)?),
            false => (BTreeMap::new(), Memory::default()),
        };
        let cancel = CancellationToken::new();
        let in_flight: Option<&Arc<InFlight>> = match (carrier, &sender) {
            (Carrier::Channel(state), _) => Some(&state.in_flight),
            (Carrier::Http(..), Sender::Legacy(session)) => Some(&session.in_flight),
            // Ids of different clients meet nowhere.
            (Carrier::Http(..), Sender::Modern(_)) => None,
        };
        let most = match carrier {
            // Those of a channel wait for their turn there.
            Carrier::Channel(state) if !state.sessions_only => usize::MAX,
            _ => self.common.limits.session_calls,
        };
        let id: Arc<str> = id.into();
        let entered = match in_flight {
            Some(in_flight) => Some(in_flight.enter(&id, &cancel, most).map_err(not_entered)?),
            None => None,
        };
        let (session, meta) = match &sender {
            Sender::Legacy(session) => (Some(session), params.meta.map(|meta| meta.get().into())),
            Sender::Modern(_) => (None, None),
        };
        if let Some(session) = session {
            session.cancel_if_over(&cancel);
        }
        let counted = !matches!(carrier, Carrier::Channel(state) if !state.sessions_only);
        if counted && !self.common.enter() {
            return Err(overloaded());
        }
        let circumstances = Circumstances {
            revision,
            sender,
            principal: principal.map(Arc::from),
            meta,
            progress_token,
            outlet: carrier.outlet(),
            cancel: cancel.clone(),
            counted,
        };
        let conversation =
            Arc::new(Conversation::new(circumstances, Arc::clone(&self.common), given, memory));
        Ok(Call { core: Arc::clone(self), id, revision, work, conversation, cancel, entered })
    }

    /// What the client carried for the handler.
    fn memory(&self, work: &Work, principal: Option<&str>, params: &Params<'_>) -> Result<Memory, Refusal> {
        let Some(state) = params.request_state else { return Ok(Memory::default()) };
        let open = |state: Cow<'_, str>| open_memory(&self.keys, &work.bearer(principal)?, &state);
        let opened = string(state).and_then(open);
        opened.ok_or_else(|| {
            invalid_params(
                "`requestState` is not what this server gave out for this request lately; begin anew without it".into(),
            )
        })
    }
}

/// What a request asks for beyond the handshake.
enum Feature {
    ListTools,
    CallTool,
    ListResources,
    ListTemplates,
    ReadResource,
    ListPrompts,
    GetPrompt,
    Complete,
}

const URI: &str = "`uri` is missing or not a string; send the address of a resource as text";

/// A parameter that must be a string.
fn text(raw: Option<Raw<'_>>, wrong: &str) -> Result<String, Refusal> {
    raw.and_then(string).map(Cow::into_owned).ok_or_else(|| invalid_params(wrong.to_owned()))
}

/// Arguments as a contract takes them.
fn owned(raw: Raw<'_>) -> Result<Box<RawValue>, Refusal> {
    let wrong = |_| invalid_params("`arguments` cannot be read; send them as one object".into());
    RawValue::from_string(raw.get().to_owned()).map_err(wrong)
}

/// Answers that a modern client brings.
fn given(params: &Params<'_>) -> Result<BTreeMap<String, Box<str>>, Refusal> {
    let Some(raw) = params.input_responses else { return Ok(BTreeMap::new()) };
    let wrong = "`inputResponses` is not an object; send one answer for each key of `inputRequests`";
    responses(raw).ok_or_else(|| invalid_params(wrong.into()))
}

/// What a client answered: the result, or what its error says.
fn answered(result: Option<Raw<'_>>, error: Option<Raw<'_>>) -> Result<String, String> {
    match (result, error) {
        (Some(result), _) => Ok(result.get().to_owned()),
        (None, error) => {
            let error: Option<serde_json::Value> = error.and_then(|raw| serde_json::from_str(raw.get()).ok());
            let message = error.as_ref().and_then(|error| error["message"].as_str());
            Err(shorten(message.unwrap_or("it gave no reason"), 200))
        }
    }
}

fn unreadable<C>(unreadable: Unreadable<'_>) -> Taken<C> {
    Taken::Reply(unreadable.refusal.reply(unreadable.id.as_deref()))
}

fn invalid_params(message: String) -> Refusal {
    Refusal::new(200, INVALID_PARAMS, message)
}

fn unknown_method(status: u16, method: &str) -> Refusal {
    let message = format!("no method `{}` in this revision on this server; check the name", excerpt(method));
    Refusal::new(status, METHOD_NOT_FOUND, message)
}

pub(super) fn not_entered(why: NotEntered) -> Refusal {
    match why {
        NotEntered::Duplicate => {
            let message = "a request with this `id` is in progress; give each request an id of its own";
            Refusal::new(400, INVALID_REQUEST, message)
        }
        NotEntered::TooMany => too_many_calls(),
    }
}

pub(super) fn too_many_calls() -> Refusal {
    let message = "too many requests of this client are in progress; wait for an answer";
    Refusal::new(429, TOO_MANY, message)
}

fn not_opened(error: OpenError) -> Refusal {
    match error {
        OpenError::Full => Refusal::new(503, OVERLOADED, "too many sessions are open; try again later"),
        OpenError::TooMany(most) => {
            let message = format!("{most} sessions are open for you; end one with DELETE first");
            Refusal::new(429, TOO_MANY, message)
        }
        OpenError::NoRandomness => {
            Refusal::new(500, INTERNAL_ERROR, "no session id could be drawn; try again later")
        }
    }
}

fn overloaded() -> Refusal {
    Refusal::new(503, OVERLOADED, "too many tool calls are in progress; try again later")
}
