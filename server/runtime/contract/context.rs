//! What a tool may know about the call it serves.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lockstep_wire::latest::{
    ClientCapabilities, CreateMessageRequest, CreateMessageRequestParams, CreateMessageResult, ElicitRequest,
    ElicitRequestFormParams, ElicitRequestFormParamsRequestedSchema, ElicitRequestParams, ElicitResult,
    ElicitResultAction, InputRequest, InputResponse, ListRootsRequest, LoggingLevel, Root,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::arguments::Parsing;
use super::changes::Changes;
use super::peer::{InputError, Peer, TraceContext};

/// What a tool sees of the call it serves: never a session, a transport or a revision.
///
/// # Asking the client
///
/// [`elicit`](Self::elicit), [`sample`](Self::sample) and [`roots`](Self::roots) ask whoever called, each under a key
/// that is unique within the handler. In the newest revision the handler is stopped at the question, the question
/// becomes the answer to the call, and the handler runs *again from its start* when the caller comes back with what
/// was asked. So a handler that asks
///
/// * asks the same questions under the same keys each time it runs,
/// * does nothing that must not happen twice before its last question ([`once`](Self::once) keeps a value), and
/// * holds nothing across a question that others wait for.
///
/// Questions that do not depend on each other are asked together with `tokio::join!`.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Context {
    /// Fires when nobody waits for the answer any more; long work checks it. A tool that fires it itself gives the call up
    /// without an answer.
    pub cancellation: CancellationToken,
    /// How strictly the arguments of the call are read.
    pub parsing: Parsing,
    deadline: Option<Instant>,
    peer: Option<Arc<dyn Peer>>,
}

impl Context {
    /// A context that is cancelled through `cancellation` and given up at `deadline`, with nobody to ask or tell.
    pub fn new(cancellation: CancellationToken, deadline: Option<Instant>) -> Self {
        Self { cancellation, parsing: Parsing::default(), deadline, peer: None }
    }

    /// Reads arguments in this way.
    #[must_use]
    pub fn with_parsing(mut self, parsing: Parsing) -> Self {
        self.parsing = parsing;
        self
    }

    /// Connects the context with whoever called.
    #[must_use]
    pub fn with_peer(mut self, peer: Arc<dyn Peer>) -> Self {
        self.peer = Some(peer);
        self
    }

    /// When the call is given up. Work that cannot be dropped (a thread, a database) stops itself by then. Time spent
    /// waiting for the client's answers does not count, so ask again after a question.
    pub fn deadline(&self) -> Option<Instant> {
        let waited = self.peer.as_ref().map_or(Duration::ZERO, |peer| peer.waited());
        self.deadline.and_then(|deadline| deadline.checked_add(waited))
    }

    /// Who calls, where the transport knows.
    pub fn principal(&self) -> Option<&str> {
        self.peer.as_ref()?.principal()
    }

    /// What the calling client can do beside calling, in the latest revision's words. Ask it before a question that has
    /// an alternative; a question to a client that cannot answer it ends the call.
    pub fn client_capabilities(&self) -> ClientCapabilities {
        self.peer.as_ref().map(|peer| peer.capabilities().clone()).unwrap_or_default()
    }

    /// A member of the request's `_meta`.
    pub fn meta(&self, key: &str) -> Option<Value> {
        self.peer.as_ref()?.meta(key)
    }

    /// The caller's trace, where the request's `_meta` carries a valid one: hand it on to whatever the tool calls.
    pub fn trace(&self) -> Option<TraceContext> {
        TraceContext::read(|key| self.meta(key)?.as_str().map(str::to_owned))
    }

    /// Tells the caller how far the work is: a number that grows with each call, of `total` if that is known. Never
    /// waits; is lost where the caller did not ask for progress, or cannot keep up.
    pub fn progress(&self, progress: f64, total: Option<f64>, message: Option<&str>) {
        if let Some(peer) = &self.peer {
            peer.progress(progress, total, message);
        }
    }

    /// Sends the caller a log message, if it wants messages of this level. Never waits; no secret or personal data
    /// belongs here.
    pub fn log(&self, level: LoggingLevel, logger: Option<&str>, data: impl Into<Value>) {
        if let Some(peer) = &self.peer {
            peer.log(level, logger, data.into());
        }
    }

    /// Asks the person at the client: a form, or an address to open. The answer's content has been checked against
    /// the form.
    ///
    /// # Errors
    ///
    /// No usable answer came; see [`InputError`]. That the person declines or cancels is an answer.
    pub async fn elicit(
        &self,
        key: &str,
        request: impl Into<ElicitRequestParams>,
    ) -> Result<ElicitResult, InputError> {
        match self.ask(key, ElicitRequest::new(request).into()).await? {
            InputResponse::ElicitResult(answer) => Ok(answer),
            _ => Err(InputError::Invalid("the answer is not one to an elicitation".into())),
        }
    }

    /// Asks the person at the client to fill in a form: a flat JSON Schema object of strings, numbers, booleans and choices.
    /// Nothing where the person declines or cancels.
    ///
    /// # Errors
    ///
    /// No usable answer came, the schema is not one of a form, or the fields do not make a `T`; see [`InputError`].
    pub async fn elicit_form<T: DeserializeOwned>(
        &self,
        key: &str,
        message: &str,
        schema: Value,
    ) -> Result<Option<T>, InputError> {
        let schema: ElicitRequestFormParamsRequestedSchema =
            serde_json::from_value(schema).map_err(|error| {
                InputError::Invalid(format!("the question's schema is not one of a form: {error}"))
            })?;
        let answer = self.elicit(key, ElicitRequestFormParams::new(message, schema)).await?;
        if answer.action != ElicitResultAction::Accept {
            return Ok(None);
        }
        let fields =
            serde_json::to_value(answer.content.unwrap_or_default()).and_then(serde_json::from_value);
        fields.map(Some).map_err(|error| InputError::Invalid(error.to_string()))
    }

    /// Asks the client's model.
    ///
    /// # Errors
    ///
    /// As for [`Context::elicit`].
    pub async fn sample(
        &self,
        key: &str,
        request: CreateMessageRequestParams,
    ) -> Result<CreateMessageResult, InputError> {
        match self.ask(key, CreateMessageRequest::new(request).into()).await? {
            InputResponse::CreateMessageResult(answer) => Ok(answer),
            _ => Err(InputError::Invalid("the answer is not a message".into())),
        }
    }

    /// Asks for the folders that the client works in. Hints, not a sandbox.
    ///
    /// # Errors
    ///
    /// As for [`Context::elicit`].
    pub async fn roots(&self, key: &str) -> Result<Vec<Root>, InputError> {
        match self.ask(key, ListRootsRequest::default().into()).await? {
            InputResponse::ListRootsResult(answer) => Ok(answer.roots),
            _ => Err(InputError::Invalid("the answer is not a list of roots".into())),
        }
    }

    async fn ask(&self, key: &str, request: InputRequest) -> Result<InputResponse, InputError> {
        match &self.peer {
            Some(peer) => peer.ask(key, request).await,
            None => Err(InputError::Unsupported),
        }
    }

    /// The value that `make` gave when the handler came by here for the first time in this call: it survives the
    /// handler's being stopped by a question. The caller carries it, sealed; keep it small.
    pub async fn once<T, F>(&self, key: &str, make: impl FnOnce() -> F) -> T
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = T>,
    {
        let Some(peer) = &self.peer else { return make().await };
        if let Some(known) = peer.recall(key).and_then(|value| serde_json::from_value(value).ok()) {
            return known;
        }
        let value = make().await;
        if let Ok(json) = serde_json::to_value(&value) {
            peer.remember(key, json);
        }
        value
    }

    /// Lets the client hang up and come back for the answer, where transport and revision can do that; does nothing
    /// elsewhere. For work that takes longer than a connection should be held open.
    pub fn release_connection(&self, come_back_after: Duration) {
        if let Some(peer) = &self.peer {
            peer.release_connection(come_back_after);
        }
    }

    /// Where to tell that tools, prompts or resources changed.
    pub fn changes(&self) -> Changes {
        self.peer.as_ref().map(|peer| peer.changes().clone()).unwrap_or_default()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Context")
            .field("cancelled", &self.cancellation.is_cancelled())
            .field("deadline", &self.deadline)
            .field("parsing", &self.parsing)
            .finish_non_exhaustive()
    }
}
