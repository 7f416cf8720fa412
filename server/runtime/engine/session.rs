//! Legacy HTTP sessions: a capped map of small values, not tasks.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::era::Session;
use super::limits::Limits;
use super::revision::Revision;

/// The one legacy session a stdio stream can have. Make one per stream.
#[derive(Debug, Default)]
pub struct StdioState {
    revision: OnceLock<Revision>,
}

impl StdioState {
    pub(super) fn find(&self) -> Session {
        self.revision.get().map_or(Session::None, |revision| Session::Live(*revision))
    }

    /// Opens the session; the first revision stays.
    pub(super) fn open(&self, revision: Revision) {
        self.revision.get_or_init(|| revision);
    }
}

/// All live legacy HTTP sessions.
#[derive(Debug)]
pub(super) struct Sessions {
    live: Mutex<HashMap<u128, Entry>>,
    most: usize,
    idle: Duration,
}

#[derive(Debug)]
struct Entry {
    revision: Revision,
    last_used: Instant,
}

/// Why no session could be opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum OpenError {
    /// As many as allowed are alive.
    Full,
    /// The operating system gave no random bytes.
    NoRandomness,
}

impl Sessions {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { live: Mutex::default(), most: limits.sessions, idle: limits.session_idle }
    }

    /// Opens a session and answers its id: 32 lower-case hexadecimal digits, unguessable.
    pub(super) fn open(&self, revision: Revision, now: Instant) -> Result<String, OpenError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| OpenError::NoRandomness)?;
        let id = u128::from_be_bytes(bytes);
        let mut live = self.lock();
        if live.len() >= self.most {
            live.retain(|_, entry| now.saturating_duration_since(entry.last_used) < self.idle);
        }
        if live.len() >= self.most {
            return Err(OpenError::Full);
        }
        live.insert(id, Entry { revision, last_used: now });
        Ok(format!("{id:032x}"))
    }

    /// Finds a session and keeps it alive.
    pub(super) fn find(&self, id: &str, now: Instant) -> Session {
        let Some(id) = parse(id) else {
            return Session::Unknown;
        };
        let mut live = self.lock();
        match live.get_mut(&id) {
            Some(entry) if now.saturating_duration_since(entry.last_used) < self.idle => {
                entry.last_used = now;
                Session::Live(entry.revision)
            }
            Some(_) => {
                live.remove(&id);
                Session::Unknown
            }
            None => Session::Unknown,
        }
    }

    /// Ends a session; `false` if there was none.
    pub(super) fn end(&self, id: &str, now: Instant) -> bool {
        let live = matches!(self.find(id, now), Session::Live(_));
        live && parse(id).is_some_and(|id| self.lock().remove(&id).is_some())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u128, Entry>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Only the spelling that [`Sessions::open`] answers is an id.
fn parse(id: &str) -> Option<u128> {
    let digits = id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    digits.then(|| u128::from_str_radix(id, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sessions(most: usize) -> Sessions {
        let limits = Limits { sessions: most, ..Limits::default() };
        Sessions::new(&limits)
    }

    fn open(sessions: &Sessions, now: Instant) -> String {
        sessions.open(Revision::V2025_11_25, now).expect("a session opens")
    }

    #[test]
    fn idle_sessions_end() {
        let (sessions, start) = (sessions(2), Instant::now());
        let id = open(&sessions, start);
        let nearly = start + Limits::default().session_idle - Duration::from_millis(1);
        assert_eq!(sessions.find(&id, nearly), Session::Live(Revision::V2025_11_25));
        assert_eq!(sessions.find(&id, nearly + Limits::default().session_idle), Session::Unknown);
    }

    #[test]
    fn the_cap_holds_and_idle_sessions_make_room() {
        let (sessions, start) = (sessions(2), Instant::now());
        let first = open(&sessions, start);
        open(&sessions, start);
        assert_eq!(sessions.open(Revision::V2025_11_25, start), Err(OpenError::Full));
        let later = start + Limits::default().session_idle;
        open(&sessions, later);
        assert_eq!(sessions.find(&first, later), Session::Unknown);
    }

    #[test]
    fn an_ended_session_is_gone() {
        let (sessions, now) = (sessions(2), Instant::now());
        let id = open(&sessions, now);
        assert!(!sessions.end(&id.to_uppercase().replace(char::is_numeric, "A"), now));
        assert!(sessions.end(&id, now));
        assert!(!sessions.end(&id, now));
    }
}
