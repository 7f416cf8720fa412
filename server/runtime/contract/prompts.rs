//! Prompts: their typed arguments and their messages.

use lockstep_wire::latest;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::arguments::{correction, only};
use super::blocks::image;
use super::error::ErrorDetail;
use super::problem::Problem;
use super::protocol_error::PromptError;
use super::resources::Content;
use super::result::COMPLETE;
use super::rule::{Rule, TEXT, Typed};
use super::strings::from_strings;
use super::tree;

/// The messages of a prompt.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PromptMessages {
    /// What the prompt does, where it is not the catalog's description.
    pub description: Option<String>,
    /// The messages in order.
    pub messages: Vec<latest::PromptMessage>,
}

impl PromptMessages {
    /// No messages yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text of the user.
    #[must_use]
    pub fn user(self, text: impl Into<String>) -> Self {
        self.with(latest::Role::User, latest::TextContent::new(text))
    }

    /// Adds a text of the assistant.
    #[must_use]
    pub fn assistant(self, text: impl Into<String>) -> Self {
        self.with(latest::Role::Assistant, latest::TextContent::new(text))
    }

    /// Adds a message of any content.
    #[must_use]
    pub fn with(mut self, role: latest::Role, content: impl Into<latest::ContentBlock>) -> Self {
        self.messages.push(latest::PromptMessage::new(content, role));
        self
    }

    /// Adds an image of the user, of this MIME type.
    #[must_use]
    pub fn image(self, bytes: &[u8], mime_type: impl Into<String>) -> Self {
        self.with(latest::Role::User, image(bytes, mime_type))
    }

    /// Adds the contents of the resource at `uri`, as a message of the user.
    #[must_use]
    pub fn resource(self, uri: &str, content: Content) -> Self {
        self.with(latest::Role::User, content.into_embedded(uri))
    }

    /// Says what the prompt does.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The result of the latest revision. `description` stands where there is none of its own.
    pub fn into_result(self, description: Option<&str>) -> latest::GetPromptResult {
        let mut result = latest::GetPromptResult::new(self.messages, COMPLETE);
        result.description = self.description.or_else(|| description.map(str::to_owned));
        result
    }
}

/// What the protocol allows as arguments of a prompt.
static STRINGS: Rule = Rule::Map { values: &TEXT, max: None };

/// The typed arguments of a prompt: the protocol sends strings, numbers and booleans are read from them. An empty
/// string for an argument that may be left out and cannot be empty counts as left out.
///
/// # Errors
///
/// [`PromptError::InvalidArgument`] with all that is wrong.
pub fn prompt_arguments<T: Typed + DeserializeOwned>(raw: Option<&RawValue>) -> Result<T, PromptError> {
    let invalid = |detail: ErrorDetail| PromptError::InvalidArgument(detail);
    let wrong = |problem: Problem| invalid(correction(&only(problem), None, "argument"));
    let map = match raw.map(|raw| raw.get().trim_start()) {
        None | Some("null") => Map::new(),
        Some(text) => match tree::read(text, &STRINGS).map_err(wrong)? {
            Value::Object(map) => map,
            _ => return Err(invalid("`arguments` is not an object".into())),
        },
    };
    from_strings(map).map_err(|detail| invalid(*detail))
}
