//! What generated contracts, tools and the engine share.
//!
//! Generated code implements [`Contract`] for a server's tools, resources and prompts; the engine calls it. Neither
//! side sees the other's internals: a tool sees a [`Context`] and its typed arguments, never a session or a revision.

mod arguments;
mod blocks;
mod calendar;
mod catalog;
pub(crate) mod changes;
mod check;
mod choice;
mod client;
mod collections;
mod completion;
mod constrained;
mod context;
mod error;
mod format;
mod hostname;
mod idna;
mod peer;
mod policy;
mod problem;
mod prompts;
mod protocol_error;
mod resources;
mod result;
mod rule;
mod serving;
mod strings;
mod template;
mod tree;
mod untrusted;
mod uri;

use std::future::Future;

use lockstep_wire::latest::{CallToolResult, GetPromptResult, ReadResourceResult};
use serde_json::value::RawValue;

pub use arguments::{Alias, CallError, Parsing, Refusal, invalid_arguments, parse, present};
pub use blocks::{ContentBlocks, answer_blocks};
pub use catalog::{Catalog, ErrorDescriptor, PromptDescriptor, ResourceDescriptor, ToolDescriptor};
pub use changes::Changes;
pub use client::{Caller, ClientError, Local, LocalError, call, call_blocks};
pub use completion::{Completing, Completion, Reference};
pub use constrained::ConstraintError;
pub use context::Context;
pub use error::{ErrorDetail, ModelledError, SharedError, ToolError};
pub use format::{Date, DateTime, Email, Format, Uri, Uuid};
/// How grave a log message is, and who speaks in a message of a prompt.
pub use lockstep_wire::latest::{LoggingLevel, Role};
pub use peer::{Asked, InputError, Peer, TraceContext};
pub use policy::{Audit, Policy, Rate};
pub use problem::{Problem, Problems};
pub use prompts::{PromptMessages, prompt_arguments};
pub use protocol_error::{CompletionError, PromptError, ResourceError};
pub use resources::{Body, Content, ResourceContents, ResourceList};
pub use result::{answer, answer_with, complete, complete_with, failed, failed_by};
pub use rule::{Member, Pattern, Presence, Rule, Typed};
pub use serving::{
    FoundResource, ListPosition, nothing_to_complete, read_output, rendered, unknown_prompt, written,
};
pub use strings::parameters;
pub use template::{Piece, Template};
pub use untrusted::{
    CLEANED, Cleaned, MAX_TEXT_BYTES, PROVENANCE, Untrusted, clean_json, clean_untrusted, unframed,
};
pub use uri::{UriPart, UriTemplate};

/// What the macros of this crate expand to.
#[doc(hidden)]
pub mod expansion {
    pub use super::collections::check_list;
    pub use super::constrained::{bound, check_text};
    pub use regex_lite::Regex;
}

/// A generated set of tools, resources and prompts that the engine can serve.
pub trait Contract: Send + Sync + 'static {
    /// What the catalog says about the server and all that it offers.
    fn catalog(&self) -> &'static Catalog;

    /// The tool with this name or alias. Every call asks, so it takes the same time however many there are.
    fn tool(&self, name: &str) -> Option<&'static ToolDescriptor>;

    /// Calls the tool with this name or alias. `arguments` is the raw `arguments` member of the request, if it had
    /// one.
    ///
    /// # Errors
    ///
    /// Only what the protocol itself refuses, see [`CallError`]; whatever a tool refuses is a result with
    /// `isError` set, because the model is meant to read it.
    fn call_tool(
        &self,
        context: &Context,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> impl Future<Output = Result<CallToolResult, CallError>> + Send;

    /// Reads the resource at `uri`. A contract without resources has none to read.
    ///
    /// # Errors
    ///
    /// See [`ResourceError`].
    fn read_resource(
        &self,
        _context: &Context,
        uri: &str,
    ) -> impl Future<Output = Result<ReadResourceResult, ResourceError>> + Send {
        let refusal = format!("`{}`", problem::clean(uri, 200));
        async { Err(ResourceError::not_found(refusal)) }
    }

    /// Lists the resources behind templates, from `cursor` on. A contract without such lists nothing.
    ///
    /// # Errors
    ///
    /// See [`ResourceError`].
    fn list_resources(
        &self,
        _context: &Context,
        _cursor: Option<&str>,
    ) -> impl Future<Output = Result<ResourceList, ResourceError>> + Send {
        async { Ok(ResourceList::default()) }
    }

    /// Makes the messages of the prompt `name`. A contract without prompts knows no name.
    ///
    /// # Errors
    ///
    /// See [`PromptError`].
    fn get_prompt(
        &self,
        _context: &Context,
        name: &str,
        _arguments: Option<&RawValue>,
    ) -> impl Future<Output = Result<GetPromptResult, PromptError>> + Send {
        let refusal = format!("`{}`", problem::clean(name, 64));
        async { Err(PromptError::not_found(refusal)) }
    }

    /// Completes `argument` of a prompt or a resource template. A contract that completes nothing has no values.
    ///
    /// # Errors
    ///
    /// See [`CompletionError`].
    fn complete(
        &self,
        _context: &Context,
        _of: Reference<'_>,
        _argument: &str,
        _completing: Completing,
    ) -> impl Future<Output = Result<Completion, CompletionError>> + Send {
        async { Ok(Completion::default()) }
    }
}
