//! The one result path: a tool's typed output or modelled error becomes a result the model can read.

use lockstep_wire::latest::{CallToolResult, ContentBlock, TextContent};
use serde::Serialize;
use serde_json::{Value, json};

use super::catalog::ToolDescriptor;
use super::error::{ErrorDetail, ModelledError, SharedError};
use super::template::Template;

/// Wire value of `resultType` for a finished call.
pub(super) const COMPLETE: &str = "complete";

/// What a tool returned, as a result of the latest revision.
pub fn answer<O: Serialize, E: ModelledError>(outcome: Result<O, E>) -> CallToolResult {
    match outcome {
        Ok(output) => complete(&output),
        Err(error) => failed(&error),
    }
}

/// What a tool returned, with the text block that the catalog's template makes of it.
pub fn answer_with<O: Serialize, E: ModelledError>(
    outcome: Result<O, E>,
    template: Template,
) -> CallToolResult {
    match outcome {
        Ok(output) => complete_with(&output, template),
        Err(error) => failed(&error),
    }
}

/// A typed output: as `structuredContent`, and as JSON text for clients that show only that.
pub fn complete<O: Serialize>(output: &O) -> CallToolResult {
    finished(output, Value::to_string)
}

/// A typed output: as `structuredContent`, and as the text that the template makes of it.
pub fn complete_with<O: Serialize>(output: &O, template: Template) -> CallToolResult {
    finished(output, |value| match value {
        Value::Object(members) => template.render(members),
        other => other.to_string(),
    })
}

fn finished<O: Serialize>(output: &O, as_text: impl FnOnce(&Value) -> String) -> CallToolResult {
    match serde_json::to_value(output) {
        Ok(value) => {
            let text = as_text(&value);
            complete_value(value, text)
        }
        Err(_) => failed(&SharedError::internal("the result could not be written as JSON")),
    }
}

/// An output that is JSON already, and its text block.
pub(super) fn complete_value(value: Value, as_text: String) -> CallToolResult {
    let mut result = CallToolResult::new(vec![text(as_text)], COMPLETE);
    result.structured_content = Some(value);
    result
}

/// A modelled error: `isError` and one JSON object as text. Never `structuredContent`: that would break the
/// declared output schema.
pub fn failed(error: &impl ModelledError) -> CallToolResult {
    body(error.code(), error.retryable(), error.hint(), error.retry_after(), error.detail())
}

/// An error that any tool may meet, with the hint that the catalog gives this tool for it.
pub fn failed_by(tool: &ToolDescriptor, error: &SharedError) -> CallToolResult {
    match tool.errors.iter().find(|known| known.code == error.code()) {
        Some(known) => body(known.code, known.retryable, known.hint, known.retry_after, error.detail()),
        None => failed(error),
    }
}

pub(super) fn body(
    code: &str,
    retryable: bool,
    hint: &str,
    retry_after: Option<u64>,
    detail: &ErrorDetail,
) -> CallToolResult {
    let mut body = json!({
        "code": code,
        "message": detail.message,
        "retryable": retryable,
        "hint": detail.hint.as_deref().unwrap_or(hint),
    });
    if let Some(seconds) = detail.retry_after_seconds.or(retry_after) {
        body["retry_after_seconds"] = seconds.into();
    }
    if let Some(details) = &detail.details {
        body["details"] = Value::Object((**details).clone());
    }
    let mut result = CallToolResult::new(vec![text(json!({ "error": body }).to_string())], COMPLETE);
    result.is_error = Some(true);
    result
}

fn text(text: String) -> ContentBlock {
    TextContent::new(text).into()
}
