//! The journal of `slow`: when each handler that has a marker begins and how it ends, for tests that take its client away.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The journal's file, among the markers; no marker can have this name.
const FILE: &str = ".journal";

/// One line for each beginning and each end: what happened, the marker, and when, in milliseconds of Unix time.
#[derive(Clone, Debug)]
pub(crate) struct Journal(Arc<File>);

impl Journal {
    /// Opens the journal in the folder `markers`.
    pub(crate) fn open(markers: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(markers.join(FILE))?;
        Ok(Self(Arc::new(file)))
    }

    /// A handler begins. It ends when what is answered goes: dropped, unless it was [`Entry::done`].
    pub(crate) fn begin(&self, name: &str) -> Entry {
        self.note("began", name);
        Entry { journal: self.clone(), name: name.to_owned(), end: "dropped" }
    }

    fn note(&self, what: &str, name: &str) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        // In one write: other handlers write too.
        if let Err(error) = (&*self.0).write_all(format!("{what} {name} {now}\n").as_bytes()) {
            tracing::error!(%error, "the journal cannot be written");
        }
    }
}

/// A handler at work.
#[derive(Debug)]
pub(crate) struct Entry {
    journal: Journal,
    name: String,
    end: &'static str,
}

impl Entry {
    /// The handler came to its end by itself.
    pub(crate) fn done(mut self) {
        self.end = "done";
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.journal.note(self.end, &self.name);
    }
}
