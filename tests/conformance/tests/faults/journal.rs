//! What the server's `slow` says about itself: when each call with a marker began and how it ended.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::wire::HANG;

/// Milliseconds of Unix time, as the journal has them.
pub(crate) fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().expect("it is after 1970").as_millis() as u64
}

/// One handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handler {
    pub(crate) began: u64,
    /// How and when it ended: `done`, or `dropped` before it was.
    pub(crate) ended: Option<(String, u64)>,
}

#[derive(Debug)]
pub(crate) struct Journal(PathBuf);

impl Journal {
    /// The journal of a server with this folder for markers.
    pub(crate) fn new(markers: &Path) -> Self {
        Self(markers.join(".journal"))
    }

    /// All handlers by marker.
    pub(crate) fn read(&self) -> BTreeMap<String, Handler> {
        let text = fs::read_to_string(&self.0).expect("there is a journal");
        let mut handlers = BTreeMap::new();
        // The last line may be on its way.
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            let [what, name, time] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line:?}") };
            let time = time.parse().expect("a time is a number");
            if what == "began" {
                let before = handlers.insert(name.to_owned(), Handler { began: time, ended: None });
                assert_eq!(before, None, "{name} began twice");
                continue;
            }
            let handler = handlers.get_mut(name).expect("what ends has begun");
            assert_eq!(handler.ended, None, "{name} ended twice");
            handler.ended = Some((what.to_owned(), time));
        }
        handlers
    }

    /// Waits until this handler has begun, or for `most`.
    pub(crate) fn wait_for(&self, name: &str, most: Duration) -> bool {
        let (start, line) = (Instant::now(), format!("began {name} "));
        while start.elapsed() < most {
            if fs::read_to_string(&self.0).expect("there is a journal").contains(&line) {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// Waits until every handler has ended; all of them.
    pub(crate) fn ended(&self) -> BTreeMap<String, Handler> {
        let start = Instant::now();
        loop {
            let handlers = self.read();
            let mut left = handlers.iter().filter(|(_, handler)| handler.ended.is_none());
            let Some(one) = left.next() else { return handlers };
            assert!(start.elapsed() < HANG, "{} handlers do not end, {one:?} is one", left.count() + 1);
            thread::sleep(Duration::from_millis(50));
        }
    }
}
