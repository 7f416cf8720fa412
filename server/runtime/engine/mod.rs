//! The protocol core: bytes of one message in, bytes of its answer out, no I/O.
//!
//! A transport hands each message to [`Engine::accept`] in the order of arrival. Everything but a tool call is
//! answered there and then; a [`Call`] is a future that the transport runs where it sees fit.

mod call;
mod dispatch;
mod envelope;
mod era;
mod headers;
mod json;
mod limits;
mod nearest;
pub(crate) mod reply;
mod revision;
mod session;
mod work;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;

use crate::contract::Contract;

pub use call::Call;
pub use headers::{Header, Headers};
pub use limits::Limits;
pub use reply::Reply;
pub use revision::Revision;
pub use session::StdioState;

use envelope::{Envelope, Kind};
use reply::{INVALID_REQUEST, Refusal};
use session::Sessions;

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
    limits: Limits,
    answers: Vec<Answers>,
    sessions: Sessions,
    http_calls: Arc<Semaphore>,
}

/// The answers of one revision that never change, as rendered results.
#[derive(Debug)]
struct Answers {
    revision: Revision,
    /// `initialize` or `server/discover`.
    opening: Vec<u8>,
    /// `tools/list`.
    tools: Vec<u8>,
    /// `resources/templates/list`.
    templates: Vec<u8>,
    /// `prompts/list`.
    prompts: Vec<u8>,
}

/// How a message arrived.
#[derive(Clone, Copy, Debug)]
pub enum Carrier<'a> {
    /// On a stream of lines, which has this state.
    Stdio(&'a StdioState),
    /// As the body of an HTTP POST with these headers.
    Http(Headers<'a>),
}

/// What [`Engine::accept`] makes of a message.
#[derive(Debug)]
pub enum Accepted<C> {
    /// Done; this is the answer.
    Reply(Reply),
    /// A tool is to be called, or the server asked in another way.
    Call(Call<C>),
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
    /// An engine for `contract` with the default [`Limits`]. `instructions` tell the model what the server is good
    /// for.
    ///
    /// # Errors
    ///
    /// The catalog's descriptions are not what the latest revision calls a tool, resource or prompt.
    pub fn new(contract: C, instructions: Option<String>) -> Result<Self, CatalogError> {
        Self::with_limits(contract, instructions, Limits::default())
    }

    /// An engine with other limits.
    ///
    /// # Errors
    ///
    /// As for [`Engine::new`].
    pub fn with_limits(
        contract: C,
        instructions: Option<String>,
        limits: Limits,
    ) -> Result<Self, CatalogError> {
        let catalog = contract.catalog();
        let lists = revision::Lists::read(catalog)?;
        let mut answers = Vec::new();
        for &revision in Revision::ALL {
            answers.push(revision.answers(catalog, &lists, instructions.as_deref())?);
        }
        let sessions = Sessions::new(&limits);
        let http_calls = Arc::new(Semaphore::new(limits.calls.min(Semaphore::MAX_PERMITS)));
        Ok(Self { core: Arc::new(Core { contract, limits, answers, sessions, http_calls }) })
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.core.limits
    }

    /// Takes one message. Never blocks and never waits; messages of one peer must come in the order of arrival.
    pub fn accept(&self, message: &[u8], carrier: Carrier<'_>) -> Accepted<C> {
        let envelope = match Envelope::parse(message, self.core.limits.id_bytes) {
            Ok(envelope) => envelope,
            Err(unreadable) => return Accepted::Reply(unreadable.refusal.reply(unreadable.id.as_deref())),
        };
        let id = match &envelope.kind {
            Kind::Request { id, .. } => Some(id.as_ref()),
            Kind::Notification { .. } | Kind::Response => None,
        };
        self.dispatch(&envelope, carrier).unwrap_or_else(|refusal| Accepted::Reply(refusal.reply(id)))
    }

    /// Takes one message and answers it. Over HTTP, dropping the future cancels a modern tool call and leaves a
    /// legacy one running, as the revisions demand.
    pub async fn handle(&self, message: &[u8], carrier: Carrier<'_>) -> Reply {
        match self.accept(message, carrier) {
            Accepted::Reply(reply) => reply,
            Accepted::Call(call) => call.run().await,
        }
    }

    /// Ends a legacy HTTP session, as HTTP DELETE asks for. The reply's status is 204 if there was one.
    pub fn end_session(&self, session_id: Header<'_>) -> Reply {
        let missing = "the `Mcp-Session-Id` header is missing; name the session to end";
        match session_id {
            Header::Value(id) if self.core.sessions.end(id, Instant::now()) => {
                Reply { status: 204, body: None, session: None }
            }
            Header::Absent => Refusal::new(400, INVALID_REQUEST, missing).reply(None),
            _ => Refusal::new(404, INVALID_REQUEST, "this session does not exist or has ended").reply(None),
        }
    }
}
