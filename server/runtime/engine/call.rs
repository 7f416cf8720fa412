//! One piece of work from start to answer: deadline, cancellation, questions, panics.

use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::poll;
use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::contract::{Context, Contract, Peer};

use super::Core;
use super::carried;
use super::conversation::{Conversation, Stopped};
use super::reply::{INTERNAL_ERROR, INVALID_PARAMS, INVALID_REQUEST, MISSING_CAPABILITY, Refusal, Reply};
use super::revision::{self, Revision};
use super::session::Entered;
use super::work::{CANNOT_ASK, Work};

/// A tool call, or another thing to do for a caller, that was accepted and not started yet.
pub(super) struct Call<C> {
    pub(super) core: Arc<Core<C>>,
    pub(super) id: Arc<str>,
    pub(super) revision: Revision,
    pub(super) work: Work,
    pub(super) conversation: Arc<Conversation>,
    /// Fires when nobody wants the answer any more.
    pub(super) cancel: CancellationToken,
    /// The call's place among those of its client, given back when it ends.
    pub(super) entered: Option<Entered>,
}

impl<C> fmt::Debug for Call<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("work", &self.work).field("id", &self.id).finish_non_exhaustive()
    }
}

/// How the handler came to an end.
enum Ended {
    Answered(Result<Reply, Refusal>),
    Panicked,
    Cancelled,
    TimedOut,
    Stopped(Stopped),
}

impl<C: Contract> Call<C> {
    /// Does the work and renders its answer; a cancelled call has none. Dropping the future cancels it.
    ///
    /// Must be awaited inside a tokio runtime with time enabled.
    pub(super) async fn run(self: Box<Self>) -> Reply {
        // Whatever the handler left running learns that nobody waits any more.
        let _cancel_on_drop = self.cancel.clone().drop_guard();
        let result = self.result().await;
        // Nothing of this request follows its answer, and its id is free again.
        self.conversation.end();
        let Self { id, entered, cancel, .. } = *self;
        drop(entered);
        let result = result.filter(|_| !cancel.is_cancelled());
        match result {
            None => Reply::accepted(),
            Some(Ok(reply)) => reply,
            Some(Err(refusal)) => refusal.reply(Some(&id)),
        }
    }

    async fn result(&self) -> Option<Result<Reply, Refusal>> {
        let Core { contract, common, .. } = &*self.core;
        let limits = &common.limits;
        let time = match self.work.timeout(contract) {
            Ok(stated) => stated.unwrap_or(limits.call_time).min(limits.longest_call_time),
            Err(refusal) => return Some(Err(refusal)),
        };
        Some(match self.handle(time).await {
            Ended::Answered(answer) => answer,
            Ended::Cancelled => return None,
            Ended::Panicked => {
                tracing::error!(work = ?self.work, "it panicked");
                Err(internal_error())
            }
            Ended::TimedOut => {
                tracing::warn!(work = ?self.work, ?time, "it ran out of time");
                self.work.timed_out(&self.core, time, self.revision, &self.id)
            }
            Ended::Stopped(Stopped::MissingCapabilities(missing)) => self.missing(&missing),
            Ended::Stopped(Stopped::InputRequired(requests, memory)) => self.send_away(requests, memory),
        })
    }

    async fn handle(&self, time: Duration) -> Ended {
        let limits = &self.core.common.limits;
        let start = Instant::now();
        let peer: Arc<dyn Peer> = Arc::clone(&self.conversation) as _;
        let context = Context::new(self.cancel.clone(), start.checked_add(time).map(Instant::into_std))
            .with_parsing(limits.parsing)
            .with_peer(peer);
        let work = pin!(self.work.perform(&self.core, &context, self.revision, &self.id));
        let mut work = catch_panic(work);
        // Most handlers are done at once: what waits for the rest is set up only for others.
        if let Poll::Ready(done) = poll!(&mut work) {
            return done.map_or(Ended::Panicked, Ended::Answered);
        }
        Box::pin(self.wait(work, start, time)).await
    }

    /// Waits for the handler, or for whatever else ends the call.
    async fn wait(
        &self,
        mut work: impl Future<Output = Option<Result<Reply, Refusal>>> + Unpin,
        start: Instant,
        time: Duration,
    ) -> Ended {
        let mut stopped = pin!(self.conversation.stopped());
        loop {
            // Waiting for the client's answers is not the handler's time.
            let left = (time + self.conversation.waited()).saturating_sub(start.elapsed());
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Ended::Cancelled,
                done = &mut work => return done.map_or(Ended::Panicked, Ended::Answered),
                stopped = &mut stopped => return Ended::Stopped(stopped),
                () = tokio::time::sleep(left) => {
                    if start.elapsed() >= time + self.conversation.waited() {
                        return Ended::TimedOut;
                    }
                }
            }
        }
    }

    /// The client cannot be asked what the handler has to know.
    fn missing(&self, missing: &serde_json::Value) -> Result<Reply, Refusal> {
        let message = "this has to ask the client, which has not declared that it can answer";
        if self.revision.is_modern() {
            let data = Some(Box::new(json!({ "requiredCapabilities": missing })));
            let message = format!("{message}; declare `data.requiredCapabilities` in `_meta` if it can");
            return Err(Refusal { data, ..Refusal::new(400, MISSING_CAPABILITY, message) });
        }
        let message = match self.revision.can_say(missing) {
            true => format!("{message}: {missing}"),
            false => {
                format!("revision {} has no word for a question that this needs", self.revision.as_str())
            }
        };
        let failed = self.work.cannot_ask(&self.core, &message, self.revision, &self.id);
        failed.unwrap_or_else(|| Err(Refusal::new(200, INVALID_REQUEST, format!("{message}; {CANNOT_ASK}"))))
    }

    /// The client comes back with what the handler asked for.
    fn send_away(
        &self,
        requests: lockstep_wire::latest::InputRequests,
        memory: super::conversation::Memory,
    ) -> Result<Reply, Refusal> {
        let Core { contract, common, keys, .. } = &*self.core;
        let limits = &common.limits;
        let principal = self.conversation.principal();
        let Some(bearer) = self.work.bearer(principal).filter(|_| self.revision.is_modern()) else {
            tracing::error!(work = ?self.work, "it asks the client, which only tools, prompts and resources may");
            return Err(internal_error());
        };
        if memory.rounds > limits.rounds {
            let message =
                "the client was asked too often for this request; begin anew, without `requestState`";
            return Err(Refusal::new(200, INVALID_REQUEST, message));
        }
        let state = carried::seal_memory(keys, &bearer, &memory, limits).ok_or_else(|| {
            tracing::debug!(work = ?self.work, "its state cannot be sealed, or is too large to be carried");
            let most = limits.state_bytes;
            let message =
                format!("the answers so far are more than {most} bytes; begin anew with shorter ones");
            Refusal::new(200, INVALID_PARAMS, message)
        })?;
        let result = revision::input_required(requests, state, contract.catalog()).map_err(|error| {
            tracing::error!(%error, "the questions cannot be rendered");
            internal_error()
        })?;
        Ok(Reply::result(&self.id, &result))
    }
}

pub(super) fn internal_error() -> Refusal {
    Refusal::new(200, INTERNAL_ERROR, "the server failed unexpectedly; the server's log says more")
}

/// Runs `future` to its end; `None` if it panicked.
fn catch_panic<F: Future>(mut future: Pin<&mut F>) -> impl Future<Output = Option<F::Output>> + Unpin {
    poll_fn(move |context| {
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        poll.map_or(Poll::Ready(None), |poll| poll.map(Some))
    })
}
