//! What generated contracts, tools and the engine share.
//!
//! Generated code implements [`Contract`] for a server's tools; the engine calls it. Neither side sees the
//! other's internals: a tool sees a [`Context`] and its typed arguments, never a session or a revision.

mod arguments;
mod catalog;
mod context;
mod result;

use std::future::Future;

use lockstep_wire::latest::CallToolResult;
use serde_json::value::RawValue;

pub use arguments::{Arguments, Fields, Problem, Refusal, Rule};
pub use catalog::{Catalog, Policy, ToolDescriptor};
pub use context::Context;
pub use result::{ErrorDetail, ModelledError, SharedError, answer, complete, failed, invalid_arguments};

/// A generated set of tools that the engine can serve.
pub trait Contract: Send + Sync + 'static {
    /// What the catalog says about the server and its tools.
    fn catalog(&self) -> &'static Catalog;

    /// Calls the tool `name`. `arguments` is the raw `arguments` member of the request, if it had one.
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
}

/// Why a `tools/call` request never reached a tool. Answered with a JSON-RPC error, code `-32602`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// No tool has this name.
    UnknownTool,
    /// `arguments` is present and not a JSON object.
    ArgumentsNotAnObject,
}
