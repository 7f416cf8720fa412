//! Who holds how many of something.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::sync::{Mutex, MutexGuard, PoisonError};

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// An authenticated caller.
    Caller(Arc<str>),
    /// Whoever calls from there without authentication.
    Address(IpAddr),
}

impl Holder {
    /// Of version 6 addresses the network counts: one host has as many addresses in it as it likes.
    pub(crate) fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            address => address,
        })
    }
}

/// Counts what each holder holds. Clones share everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(Arc<Mutex<HashMap<Holder, usize>>>);

impl Tally {
    /// One more for this holder, until what is returned goes; `None` if it has `most` already.
    pub(crate) fn take(&self, holder: Holder, most: usize) -> Option<Place> {
        let mut held = self.lock();
        let count = held.get(&holder).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        held.insert(holder.clone(), count + 1);
        Some(Place { tally: self.clone(), holder })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts for as long as it lives.
#[derive(Debug)]
pub(crate) struct Place {
    tally: Tally,
    holder: Holder,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.tally.lock();
        match held.get_mut(&self.holder) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(held.remove(&self.holder)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Holder {
        Holder::address(address.parse().expect("an address"))
    }

    #[test]
    fn each_holder_has_places_of_its_own() {
        let tally = Tally::default();
        let first = tally.take(at("192.0.2.1"), 2);
        let second = tally.take(at("::ffff:192.0.2.1"), 2);
        assert!(first.is_some() && second.is_some());
        assert!(tally.take(at("192.0.2.1"), 2).is_none());
        assert!(tally.take(at("192.0.2.2"), 2).is_some());
        drop(first);
        assert!(tally.take(at("192.0.2.1"), 2).is_some());
        drop(second);
        assert!(tally.lock().is_empty());
    }

    #[test]
    fn a_network_of_version_6_is_one_holder() {
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
    }
}
