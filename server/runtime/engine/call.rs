//! One tool call from start to answer: deadline, cancellation, panics.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use serde_json::value::RawValue;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use crate::contract::{CallError, Context, Contract, SharedError, failed_by};

use super::Core;
use super::nearest::nearest;
use super::reply::{INTERNAL_ERROR, INVALID_PARAMS, Refusal, Reply, excerpt};
use super::revision::Revision;

/// A tool call that was accepted and not started yet.
pub struct Call<C> {
    pub(super) core: Arc<Core<C>>,
    pub(super) id: String,
    pub(super) revision: Revision,
    pub(super) name: String,
    pub(super) arguments: Option<Box<RawValue>>,
    /// The call outlives whoever waits for it.
    pub(super) detached: bool,
    /// The call's place among those in progress, given back when it ends.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

impl<C> fmt::Debug for Call<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("name", &self.name).field("id", &self.id).finish_non_exhaustive()
    }
}

impl<C: Contract> Call<C> {
    /// Runs the tool and renders its answer. Dropping the future cancels the tool, except for a legacy call over
    /// HTTP, which goes on without its connection.
    ///
    /// Must be awaited inside a tokio runtime with time enabled.
    pub async fn run(self) -> Reply {
        if !self.detached {
            return self.answer().await;
        }
        let id = self.id.clone();
        let task = tokio::spawn(self.answer());
        task.await.unwrap_or_else(|_| internal_error().reply(Some(&id)))
    }

    async fn answer(self) -> Reply {
        let result = self.result().await;
        let reply = match result {
            Ok(result) => Reply::result(&self.id, &result),
            Err(refusal) => refusal.reply(Some(&self.id)),
        };
        drop(self.permit);
        reply
    }

    async fn result(&self) -> Result<Vec<u8>, Refusal> {
        let Core { contract, limits, .. } = &*self.core;
        let catalog = contract.catalog();
        let Some(tool) = contract.tool(&self.name).filter(|tool| !tool.opt_in) else {
            return Err(self.refusal(&CallError::UnknownTool));
        };
        let stated = tool.policy.timeout;
        let time = stated.unwrap_or(limits.call_time).min(limits.longest_call_time);
        let cancellation = CancellationToken::new();
        let _cancel_on_drop = cancellation.clone().drop_guard();
        let context =
            Context::new(cancellation, Instant::now().checked_add(time)).with_parsing(limits.parsing);
        let call = async { contract.call_tool(&context, &self.name, self.arguments.as_deref()).await };
        let outcome = tokio::time::timeout(time, catch_panic(call)).await;
        let result = match outcome {
            Ok(Some(outcome)) => outcome.map_err(|error| self.refusal(&error))?,
            Ok(None) => {
                tracing::error!(tool = excerpt(&self.name), "the tool panicked");
                return Err(internal_error());
            }
            Err(_) => {
                tracing::warn!(tool = excerpt(&self.name), ?time, "the tool ran out of time");
                let error = SharedError::timeout(format!("the call took longer than {time:?}"));
                failed_by(tool, &error)
            }
        };
        self.revision.call_result(result, catalog).map_err(|error| {
            tracing::error!(tool = excerpt(&self.name), %error, "the result cannot be rendered");
            internal_error()
        })
    }

    fn refusal(&self, error: &CallError) -> Refusal {
        let message = match error {
            CallError::UnknownTool => {
                let tools = self.core.contract.catalog().tools.iter().filter(|tool| !tool.opt_in);
                let names = nearest(&self.name, tools.map(|tool| tool.name));
                format!("no tool is called `{}`; {names}", excerpt(&self.name))
            }
            CallError::ArgumentsNotAnObject => {
                "`arguments` is not an object; send the tool's arguments as members of one object".to_owned()
            }
        };
        Refusal::new(200, INVALID_PARAMS, message)
    }
}

fn internal_error() -> Refusal {
    Refusal::new(200, INTERNAL_ERROR, "the tool failed unexpectedly; the server's log says more")
}

/// Runs `future` to its end; `None` if it panicked.
async fn catch_panic<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        poll.map_or(Poll::Ready(None), |poll| poll.map(Some))
    })
    .await
}
