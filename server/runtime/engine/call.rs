//! One piece of work from start to answer: deadline, cancellation, panics.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use crate::contract::{Context, Contract};

use super::Core;
use super::reply::{INTERNAL_ERROR, Refusal, Reply};
use super::revision::Revision;
use super::work::Work;

/// A tool call, or another thing to do for a caller, that was accepted and not started yet.
pub struct Call<C> {
    pub(super) core: Arc<Core<C>>,
    pub(super) id: String,
    pub(super) revision: Revision,
    pub(super) work: Work,
    /// The call outlives whoever waits for it.
    pub(super) detached: bool,
    /// The call's place among those in progress, given back when it ends.
    pub(super) permit: Option<OwnedSemaphorePermit>,
}

impl<C> fmt::Debug for Call<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("work", &self.work).field("id", &self.id).finish_non_exhaustive()
    }
}

impl<C: Contract> Call<C> {
    /// Does the work and renders its answer. Dropping the future cancels it, except for a legacy call over
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
        let stated = self.work.timeout(contract)?;
        let time = stated.unwrap_or(limits.call_time).min(limits.longest_call_time);
        let cancellation = CancellationToken::new();
        let _cancel_on_drop = cancellation.clone().drop_guard();
        let context =
            Context::new(cancellation, Instant::now().checked_add(time)).with_parsing(limits.parsing);
        let work = self.work.perform(contract, &context, self.revision);
        match tokio::time::timeout(time, catch_panic(work)).await {
            Ok(Some(answer)) => answer,
            Ok(None) => {
                tracing::error!(work = ?self.work, "it panicked");
                Err(internal_error())
            }
            Err(_) => {
                tracing::warn!(work = ?self.work, ?time, "it ran out of time");
                self.work.timed_out(contract, time, self.revision)
            }
        }
    }
}

pub(super) fn internal_error() -> Refusal {
    Refusal::new(200, INTERNAL_ERROR, "the server failed unexpectedly; the server's log says more")
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
