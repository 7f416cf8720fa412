//! From an accepted message to whoever answers it.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use serde_json::value::RawValue;

use crate::contract::Contract;

use super::call::Call;
use super::envelope::{Envelope, Kind, Params};
use super::era::{self, Era, Session};
use super::headers::Header;
use super::json::string;
use super::reply::{INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, OVERLOADED, Refusal, Reply, excerpt};
use super::revision::{self, Revision};
use super::session::OpenError;
use super::work::Work;
use super::{Accepted, Answers, Carrier, Engine};

impl<C: Contract> Engine<C> {
    /// Finds the revision that governs the message and what is to be done in it.
    pub(super) fn dispatch(
        &self,
        envelope: &Envelope<'_>,
        carrier: Carrier<'_>,
    ) -> Result<Accepted<C>, Refusal> {
        let (headers, session) = match &carrier {
            Carrier::Stdio(state) => (None, state.find()),
            Carrier::Http(headers) => (Some(headers), self.find_session(headers.session_id)),
        };
        let era = era::decide(envelope, headers, session)?;
        let Kind::Request { id, method } = &envelope.kind else {
            return Ok(Accepted::Reply(Reply::accepted()));
        };
        let reply = match (era, method.as_ref()) {
            (Era::Ignored, _) => Reply::accepted(),
            (Era::Handshake, _) => self.initialize(id, &envelope.params, carrier)?,
            (Era::Legacy(_), "ping") => Reply::result(id, b"{}"),
            (Era::Modern(revision), "server/discover") => Reply::result(id, &self.answers(revision)?.opening),
            (Era::Legacy(revision) | Era::Modern(revision), method)
                if let Some(feature) = self.feature(method) =>
            {
                return self.serve(feature, id, revision, &envelope.params, carrier);
            }
            (Era::Legacy(_), method) => return Err(unknown_method(200, method)),
            (Era::Modern(_), method) => return Err(unknown_method(404, method)),
        };
        Ok(Accepted::Reply(reply))
    }

    fn find_session(&self, session_id: Header<'_>) -> Session {
        match session_id {
            Header::Absent => Session::None,
            Header::Malformed => Session::Unknown,
            Header::Value(id) => self.core.sessions.find(id, Instant::now()),
        }
    }

    /// The legacy handshake. A session exists only once everything else has been checked.
    fn initialize(&self, id: &str, params: &Params<'_>, carrier: Carrier<'_>) -> Result<Reply, Refusal> {
        let requested = revision::check_initialize(params.whole).map_err(invalid_params)?;
        let revision = Revision::negotiate(&requested);
        let mut reply = Reply::result(id, &self.answers(revision)?.opening);
        match carrier {
            Carrier::Stdio(state) => state.open(revision),
            Carrier::Http(_) => {
                let session = self.core.sessions.open(revision, Instant::now()).map_err(not_opened)?;
                reply.session = Some(session);
            }
        }
        tracing::debug!(revision = revision.as_str(), "legacy session opened");
        Ok(reply)
    }

    /// What the method asks for, where this server has any of it.
    fn feature(&self, method: &str) -> Option<Feature> {
        let catalog = self.core.contract.catalog();
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
        &self,
        feature: Feature,
        id: &str,
        revision: Revision,
        params: &Params<'_>,
        carrier: Carrier<'_>,
    ) -> Result<Accepted<C>, Refusal> {
        let work = match feature {
            Feature::ListTools => {
                return self.list(id, revision, params, |answers| &answers.tools).map(Accepted::Reply);
            }
            Feature::ListTemplates => {
                return self.list(id, revision, params, |answers| &answers.templates).map(Accepted::Reply);
            }
            Feature::ListPrompts => {
                return self.list(id, revision, params, |answers| &answers.prompts).map(Accepted::Reply);
            }
            Feature::CallTool => Work::CallTool {
                name: text(params.name, "`name` is missing or not a string; name the tool to call")?,
                arguments: params.arguments.map(ToOwned::to_owned),
            },
            Feature::GetPrompt => Work::GetPrompt {
                name: text(params.name, "`name` is missing or not a string; name the prompt to get")?,
                arguments: params.arguments.map(ToOwned::to_owned),
            },
            Feature::ReadResource => Work::ReadResource {
                uri: text(params.uri, "`uri` is missing or not a string; name the resource to read")?,
            },
            Feature::ListResources => {
                let wrong = "`cursor` is not a string; repeat the `nextCursor` of the page before";
                Work::ListResources {
                    cursor: params.cursor.map(|cursor| text(Some(cursor), wrong)).transpose()?,
                }
            }
            Feature::Complete => Work::complete(params.whole).map_err(invalid_params)?,
        };
        self.call(work, id, revision, params, carrier).map(Accepted::Call)
    }

    /// A list that never changes and has one page.
    fn list(
        &self,
        id: &str,
        revision: Revision,
        params: &Params<'_>,
        of: fn(&Answers) -> &Vec<u8>,
    ) -> Result<Reply, Refusal> {
        check_legacy_meta(revision, params)?;
        if params.cursor.is_some() {
            let message =
                "`cursor` is not one that this server gave out; leave it out, the list has one page";
            return Err(invalid_params(message.into()));
        }
        Ok(Reply::result(id, of(self.answers(revision)?)))
    }

    fn call(
        &self,
        work: Work,
        id: &str,
        revision: Revision,
        params: &Params<'_>,
        carrier: Carrier<'_>,
    ) -> Result<Call<C>, Refusal> {
        check_legacy_meta(revision, params)?;
        let http = matches!(carrier, Carrier::Http(_));
        let permit = match http {
            true => Some(Arc::clone(&self.core.http_calls).try_acquire_owned().map_err(|_| overloaded())?),
            false => None,
        };
        Ok(Call {
            core: Arc::clone(&self.core),
            id: id.to_owned(),
            revision,
            work,
            detached: http && !revision.is_modern(),
            permit,
        })
    }

    /// What was rendered for `revision` when the engine was made.
    fn answers(&self, revision: Revision) -> Result<&Answers, Refusal> {
        let found = self.core.answers.iter().find(|answers| answers.revision == revision);
        found.ok_or_else(|| Refusal::new(500, INTERNAL_ERROR, "the server has no answer in this revision"))
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

/// A parameter that must be a string.
fn text(raw: Option<&RawValue>, wrong: &str) -> Result<String, Refusal> {
    raw.and_then(string).map(Cow::into_owned).ok_or_else(|| invalid_params(wrong.to_owned()))
}

/// Modern `_meta` was read with the era; a legacy one only has to be an object.
fn check_legacy_meta(revision: Revision, params: &Params<'_>) -> Result<(), Refusal> {
    match params.meta {
        Some(meta) if !revision.is_modern() => revision::check_legacy_meta(meta).map_err(invalid_params),
        _ => Ok(()),
    }
}

fn invalid_params(message: String) -> Refusal {
    Refusal::new(200, INVALID_PARAMS, message)
}

fn unknown_method(status: u16, method: &str) -> Refusal {
    let message = format!("no method `{}` in this revision on this server; check the name", excerpt(method));
    Refusal::new(status, METHOD_NOT_FOUND, message)
}

fn not_opened(error: OpenError) -> Refusal {
    match error {
        OpenError::Full => Refusal::new(503, OVERLOADED, "too many sessions are open; try again later"),
        OpenError::NoRandomness => {
            Refusal::new(500, INTERNAL_ERROR, "no session id could be drawn; try again later")
        }
    }
}

fn overloaded() -> Refusal {
    Refusal::new(503, OVERLOADED, "too many tool calls are in progress; try again later")
}
