//! The locks: shuttle's, in place of the standard library's.

pub(crate) use std::sync::PoisonError;

pub(crate) use shuttle::sync::{Mutex, MutexGuard};
use shuttle::thread::yield_now;

/// Tokio's, which gives way to others before each step.
#[derive(Debug, Default)]
pub(crate) struct Notify(tokio::sync::Notify);

impl Notify {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn notify_one(&self) {
        yield_now();
        self.0.notify_one();
    }

    pub(crate) fn notify_waiters(&self) {
        yield_now();
        self.0.notify_waiters();
    }

    /// As with tokio's, what counts for [`Self::notify_waiters`] is when this is called.
    pub(crate) fn notified(&self) -> impl Future<Output = ()> {
        let notified = self.0.notified();
        async move {
            yield_now();
            notified.await;
        }
    }
}

/// Atomic values.
pub(crate) mod atomic {
    pub(crate) use shuttle::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
}
