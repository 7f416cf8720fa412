//! How often one host is asked: a little at once, then one request a second, two at the same time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use moka::future::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::error::EgressError;

/// Requests to one host at the same time.
const PARALLEL: usize = 2;
/// Between two requests to one host, once its [`BURST`] is used up.
const INTERVAL: Duration = Duration::from_secs(1);
/// Requests that may go out without a pause: robots.txt, a redirect or two, the page.
const BURST: u32 = 5;
/// Hosts that are remembered.
const HOSTS: u64 = 10_000;
/// A host that is not asked for this long has its whole burst again.
const FORGET: Duration = Duration::from_secs(60);

/// Keeps requests to each host apart.
#[derive(Debug)]
pub(super) struct Pace {
    hosts: Cache<String, Arc<Host>>,
}

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    /// When the next request would go out if there were no burst.
    next: Mutex<Option<Instant>>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { hosts: Cache::builder().max_capacity(HOSTS).time_to_idle(FORGET).build() }
    }
}

impl Pace {
    /// Waits for this request's turn, which lasts until the place is dropped.
    pub(super) async fn wait(
        &self,
        host: &str,
        deadline: Instant,
    ) -> Result<OwnedSemaphorePermit, EgressError> {
        let known = self.hosts.get_with_by_ref(host, async { Arc::new(Host::new()) }).await;
        let busy = |wait: Duration| EgressError::HostBusy {
            host: host.to_owned(),
            retry_after_seconds: wait.as_secs().saturating_add(1),
        };
        let turn = known.turn(deadline).map_err(busy)?;
        // A timer takes a millisecond even where it has nothing to wait for.
        if turn > Instant::now() {
            sleep_until(turn).await;
        }
        let place = timeout_at(deadline, Arc::clone(&known.places).acquire_owned()).await;
        place.ok().and_then(Result::ok).ok_or_else(|| busy(INTERVAL))
    }
}

impl Host {
    fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(PARALLEL)), next: Mutex::new(None) }
    }

    /// When the next request may go out; how long that is away where it is after the deadline, and then no turn is
    /// taken.
    fn turn(&self, deadline: Instant) -> Result<Instant, Duration> {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let planned = next.unwrap_or(now).max(now);
        let turn = planned.checked_sub(INTERVAL * (BURST - 1)).unwrap_or(now).max(now);
        if turn >= deadline {
            return Err(turn - now);
        }
        *next = Some(planned + INTERVAL);
        Ok(turn)
    }
}
