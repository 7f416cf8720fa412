//! How many calls of a tool family run at the same time, how long the next one waits, and how long each may take.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lockstep_runtime::contract::{Context, ErrorDetail, SharedError};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How long a call waits for its turn before it is refused as `busy`.
pub const QUEUE_WAIT: Duration = Duration::from_secs(2);

/// The places of one family of tools.
#[derive(Clone, Debug)]
pub struct Family {
    name: &'static str,
    places: Arc<Semaphore>,
    wait: Duration,
    time: Duration,
}

/// What a call knows while it has a place.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Turn {
    /// When the call is given up. Work that cannot be dropped (a thread, a database) stops itself by then.
    pub deadline: Instant,
    /// Fires when nobody waits for the answer any more.
    pub cancellation: CancellationToken,
}

impl Family {
    /// A family with so many `places` whose calls take at most `time`. Its `name` is for messages: `database`.
    #[must_use]
    pub fn new(name: &'static str, places: usize, time: Duration) -> Self {
        Self { name, places: Arc::new(Semaphore::new(places)), wait: QUEUE_WAIT, time }
    }

    /// Waits this long for a place instead of [two seconds](QUEUE_WAIT).
    #[must_use]
    pub fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// Runs `work` in a place of its own, until the family's time or the call's own is over, whichever is first. The
    /// time begins when the place is taken.
    ///
    /// # Errors
    ///
    /// `busy` where no place became free in time, `timeout`, `cancelled`, or what `work` says.
    pub async fn run<T, E, W>(&self, context: &Context, work: impl FnOnce(Turn) -> W) -> Result<T, E>
    where
        W: Future<Output = Result<T, E>>,
        E: From<SharedError>,
    {
        self.run_for(self.time, context, work).await
    }

    /// As [`run`](Self::run), with a time of the call's own, no longer than the family's.
    ///
    /// # Errors
    ///
    /// As for [`run`](Self::run).
    pub async fn run_for<T, E, W>(
        &self,
        time: Duration,
        context: &Context,
        work: impl FnOnce(Turn) -> W,
    ) -> Result<T, E>
    where
        W: Future<Output = Result<T, E>>,
        E: From<SharedError>,
    {
        let cancellation = &context.cancellation;
        let cancelled = || E::from(SharedError::cancelled("nobody waits for the answer any more"));
        let place = tokio::time::timeout(self.wait, self.places.acquire());
        let _place = match cancellation.run_until_cancelled(place).await {
            None => return Err(cancelled()),
            Some(Ok(Ok(place))) => place,
            Some(Ok(Err(_)) | Err(_)) => return Err(self.busy().into()),
        };
        let time = time.min(self.time);
        let end = (tokio::time::Instant::now() + time).into_std();
        let deadline = context.deadline().map_or(end, |deadline| deadline.min(end));
        let turn = Turn { deadline, cancellation: cancellation.clone() };
        let work = tokio::time::timeout_at(deadline.into(), work(turn));
        match cancellation.run_until_cancelled(work).await {
            None => Err(cancelled()),
            Some(Ok(done)) => done,
            Some(Err(_)) => Err(SharedError::timeout(format!("the call took longer than {time:?}")).into()),
        }
    }

    fn busy(&self) -> SharedError {
        let detail = ErrorDetail::new(format!("every place for {} calls is taken", self.name));
        SharedError::busy(detail.with_retry_after(self.wait.as_secs().max(1)))
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn family() -> Family {
        Family::new("test", 1, Duration::from_secs(5))
    }

    async fn endless(family: &Family, context: &Context) -> Result<(), SharedError> {
        family.run(context, |_| pending()).await
    }

    fn code<T>(done: Result<T, SharedError>) -> &'static str {
        use lockstep_runtime::contract::ModelledError as _;
        done.err().map_or("none", |error| error.code())
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_one_waits_and_is_refused_when_nobody_leaves() {
        let family = family();
        let context = Context::default();
        let first = endless(&family, &context);
        let second = async {
            tokio::task::yield_now().await;
            family.run(&context, |_| async { Ok::<_, SharedError>(()) }).await
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!((code(first), code(second)), ("timeout", "busy"));
        // Both gave back what they had.
        assert_eq!(code(family.run(&context, |_| async { Ok::<_, SharedError>(()) }).await), "none");
    }

    #[tokio::test(start_paused = true)]
    async fn the_shorter_time_counts() {
        let start = tokio::time::Instant::now();
        let short = Context::new(CancellationToken::new(), Some(Instant::now() + Duration::from_secs(1)));
        assert_eq!(code(endless(&family(), &short).await), "timeout");
        assert!(start.elapsed() < Duration::from_secs(2));
        let done: Result<(), SharedError> =
            family().run_for(Duration::from_secs(60), &Context::default(), |_| pending()).await;
        assert_eq!(code(done), "timeout");
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_cancelled_leaves() {
        let family = family();
        let context = Context::default();
        let (ended, ()) = tokio::join!(endless(&family, &context), async { context.cancellation.cancel() });
        assert_eq!(code(ended), "cancelled");
        assert_eq!(family.places.available_permits(), 1);
    }
}
