//! What can be done for a caller: a tool called, a resource listed or read, a prompt got, an argument completed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::contract::{
    CallError, Completing, CompletionError, Context, Contract, ErrorDetail, ModelledError, PromptError,
    Reference, ResourceError, SharedError, ToolDescriptor, failed, failed_by, nothing_to_complete,
    unknown_prompt,
};

use super::Core;
use super::call::internal_error;
use super::carried::{Bearer, open_cursor, seal_cursor};
use super::json::Raw;
use super::nearest::nearest;
use super::reply::{INTERNAL_ERROR, INVALID_PARAMS, Refusal, Reply, excerpt, shorten};
use super::revision::{self, Answer, Revision};

/// One piece of work, its parameters read as far as the protocol goes.
pub(super) enum Work {
    CallTool { name: String, arguments: Option<Box<RawValue>> },
    ListResources { cursor: Option<String> },
    ReadResource { uri: String },
    GetPrompt { name: String, arguments: Option<Box<RawValue>> },
    Complete { of: Of, argument: String, completing: Completing },
}

/// Whose argument is completed.
pub(super) enum Of {
    Prompt(String),
    Resource(String),
}

impl Of {
    fn reference(&self) -> Reference<'_> {
        match self {
            Self::Prompt(name) => Reference::Prompt(name),
            Self::Resource(uri) => Reference::Resource(uri),
        }
    }
}

/// What a log may say of it: names that the catalog may know, never arguments.
impl fmt::Debug for Work {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CallTool { name, .. } => write!(formatter, "tools/call {}", excerpt(name)),
            Self::ListResources { .. } => formatter.write_str("resources/list"),
            Self::ReadResource { .. } => formatter.write_str("resources/read"),
            Self::GetPrompt { name, .. } => write!(formatter, "prompts/get {}", excerpt(name)),
            Self::Complete { .. } => formatter.write_str("completion/complete"),
        }
    }
}

impl Work {
    /// Reads the parameters of `completion/complete`; the error says what is wrong with them.
    pub(super) fn complete(params: Option<Raw<'_>>) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Params {
            #[serde(rename = "ref")]
            of: Ref,
            argument: Argument,
            context: Option<Known>,
        }
        #[derive(Deserialize)]
        #[serde(tag = "type")]
        enum Ref {
            #[serde(rename = "ref/prompt")]
            Prompt { name: String },
            #[serde(rename = "ref/resource")]
            Resource { uri: String },
        }
        #[derive(Deserialize)]
        struct Argument {
            name: String,
            value: String,
        }
        #[derive(Default, Deserialize)]
        struct Known {
            arguments: Option<BTreeMap<String, String>>,
        }
        let hint = "send `ref` with `type` and `name` or `uri`, and `argument` with `name` and `value`";
        let Some(params) = params else { return Err(format!("`params` is missing; {hint}")) };
        let Params { of, argument, context } = revision::decode("params", params, hint)?;
        let of = match of {
            Ref::Prompt { name } => Of::Prompt(name),
            Ref::Resource { uri } => Of::Resource(uri),
        };
        let completing =
            Completing::new(argument.value, context.unwrap_or_default().arguments.unwrap_or_default());
        Ok(Self::Complete { of, argument: argument.name, completing })
    }

    /// The time that the catalog states for it.
    ///
    /// # Errors
    ///
    /// There is no such tool, resource or prompt, or nobody has turned it on.
    pub(super) fn timeout(&self, contract: &impl Contract) -> Result<Option<Duration>, Refusal> {
        let catalog = contract.catalog();
        match self {
            Self::CallTool { name, .. } => Ok(tool(contract, name)?.policy.timeout),
            Self::GetPrompt { name, .. } => match catalog.prompt(name).filter(|prompt| !prompt.opt_in) {
                Some(prompt) => Ok(prompt.policy.timeout),
                None => Err(prompt_refusal(&unknown_prompt(catalog, name))),
            },
            Self::ReadResource { uri } => {
                let found = catalog.find_resource(uri).ok().filter(|found| !found.descriptor.opt_in);
                Ok(found.and_then(|found| found.descriptor.policy.timeout))
            }
            Self::ListResources { .. } | Self::Complete { .. } => Ok(None),
        }
    }

    /// Whether the client may be sent away with questions.
    pub(super) fn may_ask(&self) -> bool {
        !matches!(self, Self::ListResources { .. } | Self::Complete { .. })
    }

    /// What a state that the client carries for this is good for; `None` where the client is not asked anything.
    pub(super) fn bearer(&self, principal: Option<&str>) -> Option<Bearer> {
        let (method, name, arguments) = match self {
            Self::CallTool { name, arguments } => ("tools/call", name, arguments.as_deref()),
            Self::GetPrompt { name, arguments } => ("prompts/get", name, arguments.as_deref()),
            Self::ReadResource { uri } => ("resources/read", uri, None),
            Self::ListResources { .. } | Self::Complete { .. } => return None,
        };
        Some(Bearer::new(method, principal, name, arguments))
    }

    /// Does it and renders the answer. What is no tool is boxed: it is rare, and larger than the rest of a call.
    pub(super) async fn perform(
        &self,
        core: &Core<impl Contract>,
        context: &Context,
        revision: Revision,
        id: &str,
    ) -> Result<Reply, Refusal> {
        let contract = &core.contract;
        let render = Render { core, revision, id };
        match self {
            Self::CallTool { name, arguments } => {
                let called = contract.call_tool(context, name, arguments.as_deref()).await;
                render.answer(called.map_err(|error| call_refusal(contract, name, error))?)
            }
            Self::ListResources { cursor } => {
                let (keys, principal) = (&core.keys, context.principal());
                let open =
                    |sealed: &String| open_cursor(keys, RESOURCES, principal, sealed).ok_or_else(bad_cursor);
                let cursor = cursor.as_ref().map(open).transpose()?;
                let listed = Box::pin(contract.list_resources(context, cursor.as_deref())).await;
                let mut listed = listed.map_err(|error| resource_refusal(&error, None, revision))?;
                let seal = |cursor| {
                    let sealed = seal_cursor(keys, RESOURCES, principal, cursor, &core.common.limits);
                    sealed.ok_or_else(internal_error)
                };
                listed.next_cursor = listed.next_cursor.map(seal).transpose()?;
                render.answer(revision::resources(listed))
            }
            Self::ReadResource { uri } => {
                let refused = |error: ResourceError| resource_refusal(&error, Some(uri), revision);
                let found = contract.catalog().find_resource(uri).map_err(refused)?;
                if found.descriptor.opt_in {
                    return Err(refused(ResourceError::not_found(format!("`{}`", shorten(uri, 200)))));
                }
                render.answer(Box::pin(contract.read_resource(context, uri)).await.map_err(refused)?)
            }
            Self::GetPrompt { name, arguments } => {
                let got = Box::pin(contract.get_prompt(context, name, arguments.as_deref())).await;
                render.answer(got.map_err(|error| prompt_refusal(&error))?)
            }
            Self::Complete { of, argument, completing } => {
                let of = of.reference();
                if !on(contract, of) {
                    return Err(completion_refusal(&nothing_to_complete(of, argument)));
                }
                let completed = Box::pin(contract.complete(context, of, argument, completing.clone())).await;
                render.answer(completed.map_err(|error| completion_refusal(&error))?.into_result())
            }
        }
    }

    /// A tool that fails because its client cannot be asked; `None` for what is no tool.
    pub(super) fn cannot_ask(
        &self,
        core: &Core<impl Contract>,
        message: &str,
        revision: Revision,
        id: &str,
    ) -> Option<Result<Reply, Refusal>> {
        let Self::CallTool { .. } = self else { return None };
        let result = failed(&CannotAsk(ErrorDetail::new(message)));
        Some(Render { core, revision, id }.answer(result))
    }

    /// What is answered when the time is up.
    pub(super) fn timed_out(
        &self,
        core: &Core<impl Contract>,
        time: Duration,
        revision: Revision,
        id: &str,
    ) -> Result<Reply, Refusal> {
        let message = format!("the call took longer than {time:?}");
        match self {
            Self::CallTool { name, .. } => {
                let result = failed_by(tool(&core.contract, name)?, &SharedError::timeout(message));
                Render { core, revision, id }.answer(result)
            }
            _ => Err(Refusal::new(200, INTERNAL_ERROR, format!("{message}; try again later"))),
        }
    }
}

/// Most results are not longer.
const USUAL_BYTES: usize = 900;

const RESOURCES: &str = "resources/list";

/// What is said to whoever sends a cursor that this server did not give out, or gave to another, or long ago.
pub(super) fn bad_cursor() -> Refusal {
    let message =
        "`cursor` is not one that this server gave out for this list lately; leave it out to begin anew";
    Refusal::new(200, INVALID_PARAMS, message)
}

/// What to do about a client that cannot be asked.
pub(super) const CANNOT_ASK: &str = "use a client that can, in the protocol's newest revision that it knows";

/// Another tool error than the shared one of this name in that trying again is of no use.
struct CannotAsk(ErrorDetail);

impl ModelledError for CannotAsk {
    fn code(&self) -> &'static str {
        "unavailable"
    }

    fn retryable(&self) -> bool {
        false
    }

    fn hint(&self) -> &'static str {
        "Ask the person to use a client that can answer questions of a server, or do it without this tool."
    }

    fn detail(&self) -> &ErrorDetail {
        &self.0
    }
}

/// How the results of one request are rendered.
struct Render<'a, C> {
    core: &'a Core<C>,
    revision: Revision,
    id: &'a str,
}

impl<C> Render<'_, C> {
    fn answer(&self, result: impl Answer) -> Result<Reply, Refusal> {
        let write = |json: &mut Vec<u8>| self.revision.write(json, result, &self.core.answers.server);
        Reply::written(self.id, USUAL_BYTES, write).map_err(|error| {
            tracing::error!(%error, "the result cannot be rendered");
            internal_error()
        })
    }
}

/// The tool of this name, if it is on.
fn tool(contract: &impl Contract, name: &str) -> Result<&'static ToolDescriptor, Refusal> {
    let tool = contract.tool(name).filter(|tool| !tool.opt_in);
    tool.ok_or_else(|| call_refusal(contract, name, CallError::UnknownTool))
}

/// Whether what is to be completed is on; what does not exist is left to the contract.
fn on(contract: &impl Contract, of: Reference<'_>) -> bool {
    let catalog = contract.catalog();
    match of {
        Reference::Prompt(name) => catalog.prompt(name).is_none_or(|prompt| !prompt.opt_in),
        Reference::Resource(uri) => {
            catalog.find_resource(uri).ok().is_none_or(|found| !found.descriptor.opt_in)
        }
    }
}

fn call_refusal(contract: &impl Contract, name: &str, error: CallError) -> Refusal {
    let message = match error {
        CallError::UnknownTool => {
            let tools = contract.catalog().tools.iter().filter(|tool| !tool.opt_in);
            let names = nearest(name, tools.map(|tool| tool.name));
            format!("no tool is called `{}`; {names}", excerpt(name))
        }
        CallError::ArgumentsNotAnObject => {
            "`arguments` is not an object; send the tool's arguments as members of one object".to_owned()
        }
    };
    Refusal::new(200, INVALID_PARAMS, message)
}

fn resource_refusal(error: &ResourceError, uri: Option<&str>, revision: Revision) -> Refusal {
    let code = match error {
        ResourceError::NotFound(_) => revision.resource_not_found(),
        ResourceError::InvalidParameter(_) | ResourceError::Denied(_) => INVALID_PARAMS,
        _ => INTERNAL_ERROR,
    };
    let data = uri.map(|uri| Box::new(json!({ "uri": shorten(uri, 2048) })));
    Refusal { data, ..refusal(code, &error.to_string(), error.detail()) }
}

fn prompt_refusal(error: &PromptError) -> Refusal {
    let code = match error {
        PromptError::NotFound(_) | PromptError::InvalidArgument(_) | PromptError::Denied(_) => INVALID_PARAMS,
        _ => INTERNAL_ERROR,
    };
    refusal(code, &error.to_string(), error.detail())
}

fn completion_refusal(error: &CompletionError) -> Refusal {
    let code = match error {
        CompletionError::Unknown(_) | CompletionError::Denied(_) => INVALID_PARAMS,
        _ => INTERNAL_ERROR,
    };
    refusal(code, &error.to_string(), error.detail())
}

fn refusal(code: i32, message: &str, detail: &ErrorDetail) -> Refusal {
    let hint = detail.hint.as_deref().map(|hint| format!("; {hint}")).unwrap_or_default();
    Refusal::new(200, code, format!("{message}{hint}"))
}
