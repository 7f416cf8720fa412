//! A typed client: one tool call over anything that can call tools.

use std::fmt;
use std::future::Future;

use lockstep_wire::latest::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::arguments::{CallError, Parsing, typed};
use super::blocks::ContentBlocks;
use super::error::{ErrorDetail, ToolError};
use super::problem::{clean, short};
use super::rule::Typed;
use super::untrusted::unframed;
use super::{Context, Contract};

/// Whatever can call a tool: a connection to a server, or a contract in the same process ([`Local`]).
pub trait Caller {
    /// Why a call got no answer.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Calls the tool `name`.
    ///
    /// # Errors
    ///
    /// Whatever kept the answer from coming. An error of the tool is an answer.
    fn call_tool(
        &self,
        name: &str,
        arguments: Value,
    ) -> impl Future<Output = Result<CallToolResult, Self::Error>> + Send;
}

/// Why a typed call failed: `E` is the tool's error, `T` the caller's.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ClientError<E, T> {
    /// No answer came.
    Transport(T),
    /// The tool failed as its catalog says.
    Tool(E),
    /// The tool failed in a way that this client's catalog does not know.
    Unknown {
        /// Name of the error; empty where the answer had none.
        code: String,
        /// What happened.
        detail: ErrorDetail,
    },
    /// The arguments cannot be written as JSON: why.
    Arguments(String),
    /// The answer breaks the output schema: why.
    Output(String),
}

impl<E: fmt::Display, T: fmt::Display> fmt::Display for ClientError<E, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) => write!(formatter, "no answer came: {error}"),
            Self::Tool(error) => write!(formatter, "the tool failed: {error}"),
            Self::Unknown { code, detail } => {
                write!(formatter, "the tool failed in an unknown way: `{code}`: {detail}")
            }
            Self::Arguments(why) => write!(formatter, "the arguments cannot be sent: {why}"),
            Self::Output(why) => write!(formatter, "the answer breaks the output schema: {why}"),
        }
    }
}

impl<E, T> std::error::Error for ClientError<E, T>
where
    E: std::error::Error + 'static,
    T: std::error::Error + 'static,
{
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport(error) => Some(error),
            Self::Tool(error) => Some(error),
            Self::Unknown { .. } | Self::Arguments(_) | Self::Output(_) => None,
        }
    }
}

/// Calls the tool `name` and reads its answer: `structuredContent`, or the JSON of the text block where the
/// revision has none.
///
/// # Errors
///
/// See [`ClientError`].
pub async fn call<A, O, E, C>(
    caller: &C,
    name: &'static str,
    arguments: &A,
) -> Result<O, ClientError<E, C::Error>>
where
    A: Serialize,
    O: Typed + DeserializeOwned,
    E: ToolError,
    C: Caller,
{
    let result = succeeded::<A, E, C>(caller, name, arguments).await?;
    let value = match result.structured_content {
        Some(value) => value,
        None => {
            let text = first_text(&result.content).map(unframed);
            text.and_then(|text| serde_json::from_str(text).ok()).ok_or_else(|| {
                ClientError::Output("it has neither structured content nor a text block of JSON".to_owned())
            })?
        }
    };
    let value = O::RULE.check(value, Parsing::Strict).and_then(typed);
    value.map_err(|problems| ClientError::Output(problems.to_string()))
}

/// Calls the tool `name`, which answers with content blocks.
///
/// # Errors
///
/// See [`ClientError`].
pub async fn call_blocks<A, E, C>(
    caller: &C,
    name: &'static str,
    arguments: &A,
) -> Result<ContentBlocks, ClientError<E, C::Error>>
where
    A: Serialize,
    E: ToolError,
    C: Caller,
{
    let result = succeeded::<A, E, C>(caller, name, arguments).await?;
    Ok(ContentBlocks { blocks: result.content })
}

/// The answer, if it is no error of the tool.
async fn succeeded<A: Serialize, E: ToolError, C: Caller>(
    caller: &C,
    name: &'static str,
    arguments: &A,
) -> Result<CallToolResult, ClientError<E, C::Error>> {
    let arguments =
        serde_json::to_value(arguments).map_err(|error| ClientError::Arguments(error.to_string()))?;
    let result = caller.call_tool(name, arguments).await.map_err(ClientError::Transport)?;
    match result.is_error {
        Some(true) => Err(tool_error(first_text(&result.content).unwrap_or_default())),
        _ => Ok(result),
    }
}

fn first_text(blocks: &[ContentBlock]) -> Option<&str> {
    blocks.iter().find_map(|block| match block {
        ContentBlock::TextContent(text) => Some(text.text.as_str()),
        _ => None,
    })
}

/// Reads `{"error":{…}}` back.
fn tool_error<E: ToolError, T>(text: &str) -> ClientError<E, T> {
    let body: Map<String, Value> = match serde_json::from_str(text) {
        Ok(Value::Object(mut answer)) => match answer.remove("error") {
            Some(Value::Object(body)) => body,
            _ => Map::new(),
        },
        _ => Map::new(),
    };
    let Some(code) = body.get("code").and_then(Value::as_str) else {
        let detail = ErrorDetail::new(clean(text, 400));
        return ClientError::Unknown { code: String::new(), detail };
    };
    let said = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let detail = ErrorDetail {
        message: said("message").unwrap_or_default(),
        hint: said("hint"),
        retry_after_seconds: body.get("retry_after_seconds").and_then(Value::as_u64),
        details: body.get("details").and_then(Value::as_object).cloned().map(Box::new),
    };
    match E::from_code(code, detail.clone()) {
        Some(error) => ClientError::Tool(error),
        None => ClientError::Unknown { code: code.to_owned(), detail },
    }
}

/// Calls the tools of a contract in the same process, without limits of time or scope.
#[derive(Clone, Copy, Debug, Default)]
pub struct Local<C>(pub C);

impl<C: Contract> Caller for Local<C> {
    type Error = LocalError;

    async fn call_tool(&self, name: &str, arguments: Value) -> Result<CallToolResult, LocalError> {
        let raw = serde_json::value::to_raw_value(&arguments)
            .map_err(|_| LocalError { name: name.to_owned(), cause: CallError::ArgumentsNotAnObject })?;
        let context = Context::default();
        let answer = self.0.call_tool(&context, name, Some(&raw)).await;
        answer.map_err(|cause| LocalError { name: clean(name, 64), cause })
    }
}

/// Why a contract in the same process refused a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalError {
    name: String,
    cause: CallError,
}

impl LocalError {
    /// What the protocol refuses.
    pub fn cause(&self) -> CallError {
        self.cause
    }
}

impl fmt::Display for LocalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot call {}", short(&self.name))
    }
}

impl std::error::Error for LocalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
