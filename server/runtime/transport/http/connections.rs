//! Who is connected: how many in all, from one address, and without having asked for anything yet.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

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
    open: usize,
    next: u64,
    /// Those that have sent no request yet, in the order in which they came.
    silent: BTreeMap<u64, CancellationToken>,
}

impl State {
    /// Closes the oldest connection that has sent no request yet; `false` if there is none.
    fn close_oldest(&mut self) -> bool {
        let oldest = self.silent.pop_first();
        if let Some((_, closed)) = &oldest {
            closed.cancel();
            self.open -= 1;
        }
        oldest.is_some()
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
        let closed = CancellationToken::new();
        let mut state = self.lock();
        while state.silent.len() >= self.most_silent {
            state.close_oldest();
        }
        if state.open >= self.most && !state.close_oldest() {
            return None;
        }
        state.open += 1;
        state.next += 1;
        let number = state.next;
        state.silent.insert(number, closed.clone());
        drop(state);
        Some(Guest {
            all: Arc::clone(self),
            number,
            phase: AtomicU8::new(Phase::New as u8),
            closed,
            _place: place,
        })
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
    number: u64,
    phase: AtomicU8,
    /// Fires when the connection has to make room.
    pub(super) closed: CancellationToken,
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
        let before = self.phase.swap(phase as u8, Ordering::Relaxed);
        if before == Phase::New as u8 {
            self.all.lock().silent.remove(&self.number);
        }
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let spoke = self.phase() != Phase::New;
        let mut state = self.all.lock();
        // One that had to make room is not counted any more.
        if state.silent.remove(&self.number).is_some() || (spoke && !self.closed.is_cancelled()) {
            state.open -= 1;
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
        connections.lock().open
    }

    #[test]
    fn whoever_said_nothing_makes_room() {
        let all = connections(2, 9, 9);
        let (first, second) = (all.admit(None).expect("room"), all.admit(None).expect("room"));
        first.enter(Phase::Busy);
        let third = all.admit(None).expect("the silent one makes room");
        assert!(second.closed.is_cancelled() && !first.closed.is_cancelled());
        third.enter(Phase::Busy);
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
        let closed: Vec<_> = guests.iter().map(|guest| guest.closed.is_cancelled()).collect();
        assert_eq!(closed, [true, true, true, false, false]);
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
