//! Who is connected: how many in all, from one address, and without having asked for anything yet.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

use crate::engine::Limits;
use crate::engine::tally::{Holder, Place, Tally};

/// All connections of one listener.
#[derive(Debug)]
pub(super) struct Connections {
    state: Mutex<State>,
    addresses: Tally,
    most: usize,
    most_of_one: usize,
    most_silent: usize,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    /// Those that have sent no request yet, in the order in which they came, each with the task that serves it.
    silent: BTreeMap<u64, Option<AbortHandle>>,
    /// How many have sent one.
    others: usize,
}

impl State {
    fn open(&self) -> usize {
        self.silent.len() + self.others
    }

    /// Closes the oldest connection that has sent no request yet; `false` if there is none.
    fn close_oldest(&mut self) -> bool {
        let Some((number, task)) = self.silent.pop_first() else { return false };
        if let Some(task) = task {
            task.abort();
        }
        tracing::warn!(number, "a connection without a request made room for another");
        true
    }
}

impl Connections {
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            addresses: Tally::default(),
            most: limits.connections,
            most_of_one: limits.address_connections,
            most_silent: limits.silent_connections.max(1),
        })
    }

    /// Takes a connection in; `None` if there is no room. The address is given where it counts.
    pub(super) fn admit(self: &Arc<Self>, address: Option<IpAddr>) -> Option<Guest> {
        let place = match address {
            Some(address) => Some(self.addresses.take(Holder::address(address), self.most_of_one)?),
            None => None,
        };
        let mut state = self.lock();
        while state.silent.len() >= self.most_silent {
            state.close_oldest();
        }
        if state.open() >= self.most && !state.close_oldest() {
            return None;
        }
        state.next += 1;
        let number = state.next;
        state.silent.insert(number, None);
        drop(state);
        let phase = AtomicU8::new(Phase::New as u8);
        Some(Guest { all: Arc::clone(self), number, phase, _place: place })
    }

    /// The task that serves the connection with this number; it is aborted when the connection has to make room.
    pub(super) fn served_by(&self, number: u64, task: AbortHandle) {
        if let Some(known) = self.lock().silent.get_mut(&number) {
            *known = Some(task);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Its first request is not here yet.
    New,
    /// A request is being answered.
    Busy,
    /// Everything is answered, and nothing more has come.
    Idle,
    /// Part of a further request has come.
    Head,
}

/// One connection; it has its place for as long as this lives.
#[derive(Debug)]
pub(super) struct Guest {
    all: Arc<Connections>,
    pub(super) number: u64,
    phase: AtomicU8,
    _place: Option<Place>,
}

impl Guest {
    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::New,
            1 => Phase::Busy,
            2 => Phase::Idle,
            _ => Phase::Head,
        }
    }

    pub(super) fn enter(&self, phase: Phase) {
        if self.phase() == Phase::New {
            let mut state = self.all.lock();
            if state.silent.remove(&self.number).is_none() {
                // It had to make room, and ends at once.
                return;
            }
            state.others += 1;
        }
        self.phase.store(phase as u8, Ordering::Relaxed);
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut state = self.all.lock();
        match self.phase() {
            Phase::New => drop(state.silent.remove(&self.number)),
            _ => state.others -= 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(most: usize, most_of_one: usize, most_silent: usize) -> Arc<Connections> {
        let mut limits = Limits::default();
        (limits.connections, limits.address_connections, limits.silent_connections) =
            (most, most_of_one, most_silent);
        Connections::new(&limits)
    }

    fn open(connections: &Connections) -> usize {
        connections.lock().open()
    }

    #[tokio::test]
    async fn making_room_ends_the_task() {
        let all = connections(1, 9, 9);
        let guest = all.admit(None).expect("room");
        let number = guest.number;
        let task = tokio::spawn(async move {
            let _guest = guest;
            std::future::pending::<()>().await;
        });
        all.served_by(number, task.abort_handle());
        assert!(all.admit(None).is_some());
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
        assert_eq!(open(&all), 0);
    }

    #[test]
    fn whoever_said_nothing_makes_room() {
        let all = connections(2, 9, 9);
        let (first, second) = (all.admit(None).expect("room"), all.admit(None).expect("room"));
        first.enter(Phase::Busy);
        let third = all.admit(None).expect("the silent one makes room");
        third.enter(Phase::Busy);
        second.enter(Phase::Busy);
        assert_eq!((first.phase(), second.phase()), (Phase::Busy, Phase::New));
        assert!(all.admit(None).is_none());
        drop(second);
        assert!(all.admit(None).is_none());
        drop(first);
        assert!(all.admit(None).is_some());
        drop(third);
        assert_eq!(open(&all), 0);
    }

    #[test]
    fn the_silent_are_few() {
        let all = connections(9, 9, 2);
        let guests: Vec<_> = (0..5).map(|_| all.admit(None).expect("room")).collect();
        let left: Vec<_> = all.lock().silent.keys().copied().collect();
        assert_eq!(left, [guests[3].number, guests[4].number]);
        assert_eq!(open(&all), 2);
        drop(guests);
        assert_eq!(open(&all), 0);
    }

    #[test]
    fn one_address_cannot_take_all() {
        let all = connections(9, 2, 9);
        let (here, there) = (Some([192, 0, 2, 1].into()), Some([192, 0, 2, 2].into()));
        let guests = [all.admit(here), all.admit(here)];
        assert!(guests.iter().all(Option::is_some) && all.admit(here).is_none());
        assert!(all.admit(there).is_some() && all.admit(None).is_some());
        drop(guests);
        assert!(all.admit(here).is_some());
        assert_eq!(open(&all), 0);
    }
}
