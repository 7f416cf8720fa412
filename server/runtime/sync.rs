//! The locks, and the ways to wait, of what several threads share. `tests/interleavings` builds the files that use them
//! on locks of its own, to try what order it likes.

pub(crate) use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) use tokio::sync::Notify;

/// Atomic values.
#[cfg(feature = "engine")]
pub(crate) mod atomic {
    pub(crate) use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
}
