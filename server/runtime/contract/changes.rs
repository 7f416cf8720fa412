//! News of a server: its tools, prompts or resources are not what they were.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Weak};

use crate::sync::{Mutex, MutexGuard, Notify, PoisonError};

/// Where a server tells that something changed, and clients who asked for it hear of it. Clones share everything.
///
/// Telling never waits. What a client has not been told yet is kept once, however often it changes in the meantime.
#[derive(Clone, Default)]
pub struct Changes {
    listeners: Arc<Mutex<Vec<Weak<Listener>>>>,
}

impl Changes {
    /// Nobody listens yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The list of tools changed.
    pub fn tools(&self) {
        self.tell(&Change::Tools);
    }

    /// The list of prompts changed.
    pub fn prompts(&self) {
        self.tell(&Change::Prompts);
    }

    /// The list of resources changed.
    pub fn resources(&self) {
        self.tell(&Change::Resources);
    }

    /// The resource at `uri` changed. Whoever watches it, or a resource that it is part of (`uri` without its last
    /// segments), hears of it.
    pub fn resource(&self, uri: impl Into<String>) {
        self.tell(&Change::Resource(uri.into()));
    }

    fn tell(&self, change: &Change) {
        lock(&self.listeners).retain(|listener| match listener.upgrade() {
            Some(listener) => {
                listener.offer(change);
                true
            }
            None => false,
        });
    }

    /// Hears of what `listener` wants from now on, until it is dropped.
    #[cfg(feature = "engine")]
    pub(crate) fn add(&self, listener: &Arc<Listener>) {
        let mut listeners = lock(&self.listeners);
        // Those that are gone leave before the list would grow for a new one.
        if listeners.len() == listeners.capacity() {
            listeners.retain(|listener| listener.strong_count() > 0);
        }
        listeners.push(Arc::downgrade(listener));
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Changes").finish_non_exhaustive()
    }
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Tools,
    Prompts,
    Resources,
    Resource(String),
}

/// What a listener wants to hear of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) tools: bool,
    pub(crate) prompts: bool,
    pub(crate) resources: bool,
    pub(crate) uris: BTreeSet<String>,
}

/// Changes of more parts of one watched resource than this become a change of the resource itself.
const PARTS: usize = 256;

impl Filter {
    /// The change as this listener hears of it.
    fn pass(&self, change: &Change, crowded: bool) -> Option<Change> {
        let wanted = match change {
            Change::Tools => self.tools,
            Change::Prompts => self.prompts,
            Change::Resources => self.resources,
            Change::Resource(uri) => {
                let watched = self.watched(uri)?;
                return Some(if crowded { Change::Resource(watched.to_owned()) } else { change.clone() });
            }
        };
        wanted.then(|| change.clone())
    }

    /// The watched resource that `uri` is, or is part of.
    fn watched(&self, uri: &str) -> Option<&str> {
        let part_of = |watched: &str| {
            uri.strip_prefix(watched).is_some_and(|rest| watched.ends_with('/') || rest.starts_with('/'))
        };
        let found = self.uris.get(uri);
        found.or_else(|| self.uris.iter().find(|watched| part_of(watched))).map(String::as_str)
    }
}

/// Somebody who hears of changes: what they want, and what they have not been told yet.
#[derive(Debug, Default)]
pub(crate) struct Listener {
    state: Mutex<State>,
    news: Notify,
}

#[derive(Debug, Default)]
struct State {
    filter: Filter,
    pending: BTreeSet<Change>,
}

#[cfg_attr(not(feature = "engine"), expect(dead_code, reason = "only the engine listens"))]
impl Listener {
    pub(crate) fn new(filter: Filter) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { filter, pending: BTreeSet::new() }), news: Notify::new() })
    }

    /// Changes what the listener wants; what it does not want any more is forgotten.
    pub(crate) fn refilter<T>(&self, change: impl FnOnce(&mut Filter) -> T) -> T {
        let mut state = lock(&self.state);
        let State { filter, pending } = &mut *state;
        let done = change(filter);
        pending.retain(|change| filter.pass(change, false).is_some());
        done
    }

    /// Takes what there is to tell.
    pub(crate) fn take(&self) -> BTreeSet<Change> {
        std::mem::take(&mut lock(&self.state).pending)
    }

    /// Waits until there is something to take. One waiter is woken per piece of news.
    pub(crate) async fn news(&self) {
        loop {
            let news = self.news.notified();
            if !lock(&self.state).pending.is_empty() {
                return;
            }
            news.await;
        }
    }

    fn offer(&self, change: &Change) {
        let mut state = lock(&self.state);
        let crowded = state.pending.len() >= PARTS;
        let Some(change) = state.filter.pass(change, crowded) else { return };
        if state.pending.insert(change) {
            self.news.notify_one();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watching(uris: &[&str]) -> Filter {
        Filter { uris: uris.iter().map(|uri| (*uri).to_owned()).collect(), ..Filter::default() }
    }

    #[test]
    fn parts_of_a_watched_resource_count() {
        let filter = watching(&["notes:///daily", "file:///a/"]);
        assert!(filter.watched("notes:///daily").is_some());
        assert!(filter.watched("notes:///daily/monday").is_some());
        assert!(filter.watched("notes:///dailyish").is_none());
        assert!(filter.watched("file:///a/b").is_some());
        assert!(filter.watched("file:///ab").is_none());
    }

    #[test]
    fn what_is_pending_stays_small() {
        let listener = Listener::new(watching(&["a:/"]));
        for number in 0..10_000 {
            listener.offer(&Change::Resource(format!("a:/{number}")));
        }
        let pending = listener.take();
        assert_eq!(pending.len(), PARTS + 1);
        assert!(pending.contains(&Change::Resource("a:/".into())));
    }

    #[test]
    fn what_is_not_wanted_is_not_kept() {
        let listener = Listener::new(Filter { tools: true, ..Filter::default() });
        listener.offer(&Change::Prompts);
        listener.offer(&Change::Resource("a:/".into()));
        assert!(listener.take().is_empty());
        listener.offer(&Change::Tools);
        listener.refilter(|filter| filter.tools = false);
        assert!(listener.take().is_empty());
    }
}
