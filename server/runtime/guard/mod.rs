//! What stands between a request and a tool: the one place for an operator's rules.
//!
//! [`Guarded`] is a contract around a contract. The engine calls it, and before anything is read of a call's arguments it
//! asks a [`Guard`]: authentication has named the principal by then, and who may do what, how often, and what is written
//! down of it are the guard's. What a guard gives out is held until the work has ended, however it ends.
//!
//! ```
//! # use lockstep_runtime::guard::{Access, Guard, Guarded};
//! # use lockstep_runtime::contract::{Context, Contract, SharedError};
//! struct Nights;
//!
//! impl Guard for Nights {
//!     type Pass = ();
//!
//!     async fn admit(&self, _: &Context, access: Access<'_>) -> Result<(), SharedError> {
//!         match access.policy.is_some_and(|policy| policy.scopes.contains(&"db:read")) {
//!             true => Err(SharedError::unavailable("the database is closed at night")),
//!             false => Ok(()),
//!         }
//!     }
//! }
//! # fn with(contract: impl Contract) -> impl Contract {
//! Guarded::new(contract, Nights)
//! # }
//! ```

use std::fmt;
use std::future::Future;

use lockstep_wire::latest::{CallToolResult, GetPromptResult, ReadResourceResult};
use serde_json::value::RawValue;

use crate::contract::{
    CallError, Catalog, Completing, Completion, CompletionError, Context, Contract, Policy, PromptError,
    Reference, ResourceError, ResourceList, SharedError, ToolDescriptor, failed_by,
};

/// An operator's rules for the use of a contract.
pub trait Guard: Send + Sync + 'static {
    /// What an admitted call holds: a place, a clock, a line of the audit log. It is dropped when the work has ended,
    /// whether it was answered, failed or was given up.
    type Pass: Send;

    /// Lets a caller in, or says why not. The principal is [`Context::principal`].
    ///
    /// # Errors
    ///
    /// What the caller is told: `insufficient_scope`, `rate_limited`, `busy`, `unavailable`. It should not tell whether
    /// something exists that the caller may not use.
    fn admit(
        &self,
        context: &Context,
        access: Access<'_>,
    ) -> impl Future<Output = Result<Self::Pass, SharedError>> + Send;

    /// Hears of an answer before it goes out. Work that is given up has none.
    fn answered(&self, pass: &mut Self::Pass, answer: Answered<'_>) {
        let _ = (pass, answer);
    }
}

/// What somebody wants to use.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Access<'a> {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Its name in the catalog, never an alias; the address of a resource; empty for the list of resources.
    pub name: &'a str,
    /// What the catalog demands; absent for what the catalog does not describe.
    pub policy: Option<&'a Policy>,
    /// The arguments as they came, for an audit line.
    pub arguments: Option<&'a RawValue>,
}

/// A kind of thing that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A tool that is called.
    Tool,
    /// A resource that is read.
    Resource,
    /// The list of resources.
    ResourceList,
    /// A prompt.
    Prompt,
    /// Values that complete an argument.
    Completion,
}

/// How work ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Answered<'a> {
    /// With a tool's result, which may be an error of the tool.
    Tool(&'a CallToolResult),
    /// With anything else: whether it succeeded.
    Other(bool),
}

/// Lets everybody in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open;

impl Guard for Open {
    type Pass = ();

    async fn admit(&self, _context: &Context, _access: Access<'_>) -> Result<(), SharedError> {
        Ok(())
    }
}

/// A contract behind a guard, with what the operator turns on of it.
#[derive(Debug)]
pub struct Guarded<C, G = Open> {
    contract: C,
    guard: G,
    catalog: &'static Catalog,
}

/// Nothing of this name waits to be turned on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOptIn {
    name: String,
    known: Vec<&'static str>,
}

impl fmt::Display for NotOptIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<String> = self.known.iter().map(|name| format!("`{name}`")).collect();
        write!(formatter, "`{}` is not one of {}", self.name, known.join(", "))
    }
}

impl std::error::Error for NotOptIn {}

impl<C: Contract, G: Guard> Guarded<C, G> {
    /// Puts `guard` in front of `contract`.
    pub fn new(contract: C, guard: G) -> Self {
        let catalog = contract.catalog();
        Self { contract, guard, catalog }
    }

    /// Turns on tools, resources and prompts that the catalog calls `optIn`, by name. The changed catalog lives as long as
    /// the process: this is for the start of a server.
    ///
    /// # Errors
    ///
    /// The first name that is not one of those.
    pub fn turn_on<'n>(mut self, names: impl IntoIterator<Item = &'n str>) -> Result<Self, NotOptIn> {
        let Catalog { tools, resources, prompts, .. } = *self.catalog;
        let (mut tools, mut resources, mut prompts) = (tools.to_vec(), resources.to_vec(), prompts.to_vec());
        let mut changed = false;
        for name in names {
            let flags = tools.iter_mut().map(|tool| (tool.name, &mut tool.opt_in));
            let flags = flags.chain(resources.iter_mut().map(|found| (found.name, &mut found.opt_in)));
            let flags = flags.chain(prompts.iter_mut().map(|prompt| (prompt.name, &mut prompt.opt_in)));
            let (found, known): (Vec<_>, Vec<_>) =
                flags.filter(|(_, opt_in)| **opt_in).partition(|(known, _)| *known == name);
            if found.is_empty() {
                let known = known.into_iter().map(|(name, _)| name).collect();
                return Err(NotOptIn { name: name.to_owned(), known });
            }
            for (_, opt_in) in found {
                *opt_in = false;
            }
            changed = true;
        }
        if changed {
            let mut catalog = *self.catalog;
            (catalog.tools, catalog.resources, catalog.prompts) =
                (tools.leak(), resources.leak(), prompts.leak());
            self.catalog = Box::leak(Box::new(catalog));
        }
        Ok(self)
    }
}

impl<C: Contract, G: Guard> Contract for Guarded<C, G> {
    fn catalog(&self) -> &'static Catalog {
        self.catalog
    }

    fn tool(&self, name: &str) -> Option<&'static ToolDescriptor> {
        let tool = self.contract.tool(name)?;
        // Most are always on, and found already.
        if tool.opt_in { self.catalog.tools.iter().find(|known| known.name == tool.name) } else { Some(tool) }
    }

    async fn call_tool(
        &self,
        context: &Context,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> Result<CallToolResult, CallError> {
        let tool = self.contract.tool(name).ok_or(CallError::UnknownTool)?;
        let access = Access { kind: Kind::Tool, name: tool.name, policy: Some(&tool.policy), arguments };
        let mut pass = match self.guard.admit(context, access).await {
            Ok(pass) => pass,
            Err(refused) => return Ok(failed_by(tool, &refused)),
        };
        let answer = self.contract.call_tool(context, name, arguments).await;
        let answered = answer.as_ref().map_or(Answered::Other(false), Answered::Tool);
        self.guard.answered(&mut pass, answered);
        answer
    }

    async fn read_resource(&self, context: &Context, uri: &str) -> Result<ReadResourceResult, ResourceError> {
        let found = self.catalog.find_resource(uri).ok();
        let policy = found.as_ref().map(|found| &found.descriptor.policy);
        let access = Access { kind: Kind::Resource, name: uri, policy, arguments: None };
        let mut pass = self.guard.admit(context, access).await?;
        let answer = self.contract.read_resource(context, uri).await;
        self.guard.answered(&mut pass, Answered::Other(answer.is_ok()));
        answer
    }

    async fn list_resources(
        &self,
        context: &Context,
        cursor: Option<&str>,
    ) -> Result<ResourceList, ResourceError> {
        let access = Access { kind: Kind::ResourceList, name: "", policy: None, arguments: None };
        let mut pass = self.guard.admit(context, access).await?;
        let answer = self.contract.list_resources(context, cursor).await;
        self.guard.answered(&mut pass, Answered::Other(answer.is_ok()));
        answer
    }

    async fn get_prompt(
        &self,
        context: &Context,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> Result<GetPromptResult, PromptError> {
        let policy = self.catalog.prompt(name).map(|prompt| &prompt.policy);
        let access = Access { kind: Kind::Prompt, name, policy, arguments };
        let mut pass = self.guard.admit(context, access).await?;
        let answer = self.contract.get_prompt(context, name, arguments).await;
        self.guard.answered(&mut pass, Answered::Other(answer.is_ok()));
        answer
    }

    async fn complete(
        &self,
        context: &Context,
        of: Reference<'_>,
        argument: &str,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        let (name, policy) = match of {
            Reference::Prompt(name) => (name, self.catalog.prompt(name).map(|prompt| &prompt.policy)),
            Reference::Resource(uri) => {
                let found = self.catalog.find_resource(uri).ok();
                (uri, found.map(|found| &found.descriptor.policy))
            }
        };
        let access = Access { kind: Kind::Completion, name, policy, arguments: None };
        let mut pass = self.guard.admit(context, access).await?;
        let answer = self.contract.complete(context, of, argument, completing).await;
        self.guard.answered(&mut pass, Answered::Other(answer.is_ok()));
        answer
    }
}
