//! The one result path: a tool's typed output or modelled error becomes a result the model can read.

use lockstep_wire::latest::{CallToolResult, ContentBlock, TextContent};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::arguments::Problem;

/// Wire value of `resultType` for a finished call.
const COMPLETE: &str = "complete";

/// An error that a catalog models: the tool failed, and the model is told what to do about it.
pub trait ModelledError {
    /// Name of the error in the catalog.
    fn code(&self) -> &'static str;

    /// Whether the same call may succeed later.
    fn retryable(&self) -> bool;

    /// What to do next, from the catalog.
    fn hint(&self) -> &'static str;

    /// What happened this time.
    fn detail(&self) -> &ErrorDetail;
}

/// What happened, as one call saw it. It reaches the caller: no secret, host path or stack trace belongs here.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// What happened: a lower-case fragment without a final full stop.
    pub message: String,
    /// A hint for this very case, in place of the catalog's.
    pub hint: Option<String>,
    /// When to try again.
    pub retry_after_seconds: Option<u64>,
    /// Facts for programs.
    pub details: Option<Box<Map<String, Value>>>,
}

impl ErrorDetail {
    /// A detail with only a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Replaces the catalog's hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with_fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }
}

impl From<&str> for ErrorDetail {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for ErrorDetail {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

/// Errors that any tool may meet; every generated error enum has a variant for them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SharedError {
    /// The arguments break the tool's schema.
    InvalidArgument(ErrorDetail),
    /// The call took longer than it may.
    Timeout(ErrorDetail),
    /// Nobody waits for the answer any more.
    Cancelled(ErrorDetail),
    /// Too many calls at the moment.
    Busy(ErrorDetail),
    /// Something the tool needs is not there.
    Unavailable(ErrorDetail),
    /// A mistake of the server.
    Internal(ErrorDetail),
}

impl ModelledError for SharedError {
    fn code(&self) -> &'static str {
        match self {
            Self::InvalidArgument(_) => "invalid_argument",
            Self::Timeout(_) => "timeout",
            Self::Cancelled(_) => "cancelled",
            Self::Busy(_) => "busy",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Busy(_) | Self::Unavailable(_))
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::InvalidArgument(_) => "Correct the named arguments and call again.",
            Self::Timeout(_) => "Ask for less in one call, or try again later.",
            Self::Cancelled(_) => "Call again if the answer is still wanted.",
            Self::Busy(_) => "Try again in a few seconds.",
            Self::Unavailable(_) => "Try again later, or ask the operator of the server.",
            Self::Internal(_) => "Tell the operator of the server; the same call will likely fail again.",
        }
    }

    fn detail(&self) -> &ErrorDetail {
        match self {
            Self::InvalidArgument(detail)
            | Self::Timeout(detail)
            | Self::Cancelled(detail)
            | Self::Busy(detail)
            | Self::Unavailable(detail)
            | Self::Internal(detail) => detail,
        }
    }
}

/// What a tool returned, as a result of the latest revision.
pub fn answer<O: Serialize, E: ModelledError>(outcome: Result<O, E>) -> CallToolResult {
    match outcome {
        Ok(output) => complete(&output),
        Err(error) => failed(&error),
    }
}

/// A typed output: as `structuredContent`, and as text for clients that show only that.
pub fn complete<O: Serialize>(output: &O) -> CallToolResult {
    match serde_json::to_value(output) {
        Ok(value) => {
            let mut result = CallToolResult::new(vec![text(value.to_string())], COMPLETE);
            result.structured_content = Some(value);
            result
        }
        Err(_) => failed(&SharedError::Internal("the result could not be written as JSON".into())),
    }
}

/// A modelled error: `isError` and one JSON object as text. Never `structuredContent`: that would break the
/// declared output schema.
pub fn failed(error: &impl ModelledError) -> CallToolResult {
    let detail = error.detail();
    let mut body = json!({
        "code": error.code(),
        "message": detail.message,
        "retryable": error.retryable(),
        "hint": detail.hint.as_deref().unwrap_or_else(|| error.hint()),
    });
    if let Some(seconds) = detail.retry_after_seconds {
        body["retry_after_seconds"] = seconds.into();
    }
    if let Some(details) = &detail.details {
        body["details"] = Value::Object((**details).clone());
    }
    let mut result = CallToolResult::new(vec![text(json!({ "error": body }).to_string())], COMPLETE);
    result.is_error = Some(true);
    result
}

/// All that is wrong with the arguments of a call, in one answer.
pub fn invalid_arguments(problems: &[Problem]) -> CallToolResult {
    let listed: Vec<String> = problems.iter().map(Problem::to_string).collect();
    let facts: Vec<Value> = problems.iter().map(Problem::fact).collect();
    let detail = ErrorDetail::new(listed.join("; ")).with_fact("problems", facts);
    failed(&SharedError::InvalidArgument(detail))
}

fn text(text: String) -> ContentBlock {
    TextContent::new(text).into()
}
