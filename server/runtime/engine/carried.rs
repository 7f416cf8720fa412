//! What clients carry between requests: the state of a handler that asked them something, and cursors.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::conversation::Memory;
use super::limits::Limits;
use super::seal::{Bound, Keys, digest};

/// Who may come back with a state, and with which request.
#[derive(Clone, Debug)]
pub(super) struct Bearer {
    method: &'static str,
    principal: Option<String>,
    digest: [u8; 32],
}

impl Bearer {
    /// A request of this method for `name` (of a tool or prompt, or an address) with these arguments.
    pub(super) fn new(
        method: &'static str,
        principal: Option<&str>,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> Self {
        // No arguments are the same as empty ones.
        let arguments = arguments.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
        let arguments = arguments.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        Self { method, principal: principal.map(str::to_owned), digest: digest(name, &arguments) }
    }

    fn bound(&self) -> Bound<'_> {
        Bound { method: self.method, principal: self.principal.as_deref(), of: &self.digest }
    }
}

#[derive(Serialize, Deserialize)]
struct Until<T> {
    /// Seconds since 1970 at which it is worth nothing any more.
    #[serde(rename = "e")]
    until: u64,
    #[serde(flatten)]
    what: T,
}

/// Seals what a handler knows already; `None` where it is too large or cannot be sealed.
pub(super) fn seal_memory(keys: &Keys, bearer: &Bearer, memory: &Memory, limits: &Limits) -> Option<String> {
    let until = Until { until: now() + limits.sealed_time.as_secs(), what: memory };
    let plain = serde_json::to_vec(&until).ok().filter(|plain| plain.len() <= limits.state_bytes)?;
    keys.seal(&bearer.bound(), &plain)
}

/// Opens what [`seal_memory`] made for the same bearer, if its time is not over.
pub(super) fn open_memory(keys: &Keys, bearer: &Bearer, sealed: &str) -> Option<Memory> {
    open(keys, &bearer.bound(), sealed)
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "c")]
    cursor: String,
}

/// Seals a cursor of `method`.
pub(super) fn seal_cursor(
    keys: &Keys,
    method: &str,
    principal: Option<&str>,
    cursor: String,
    limits: &Limits,
) -> Option<String> {
    let until = Until { until: now() + limits.sealed_time.as_secs(), what: Cursor { cursor } };
    keys.seal(&Bound { method, principal, of: b"cursor" }, &serde_json::to_vec(&until).ok()?)
}

/// Opens what [`seal_cursor`] made.
pub(super) fn open_cursor(
    keys: &Keys,
    method: &str,
    principal: Option<&str>,
    sealed: &str,
) -> Option<String> {
    open(keys, &Bound { method, principal, of: b"cursor" }, sealed).map(|Cursor { cursor }| cursor)
}

fn open<T: for<'de> Deserialize<'de>>(keys: &Keys, bound: &Bound<'_>, sealed: &str) -> Option<T> {
    let Until { until, what } = serde_json::from_slice(&keys.open(bound, sealed)?).ok()?;
    (now() < until).then_some(what)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_carried_ends() {
        let keys = Keys::random().expect("random bytes");
        let bearer = Bearer::new("tools/call", None, "t", None);
        let mut memory = Memory::default();
        memory.answers.insert("k".into(), r#"{"action":"accept"}"#.into());
        memory.kept.insert("n".into(), 1.into());
        let limits = Limits::default();
        let sealed = seal_memory(&keys, &bearer, &memory, &limits).expect("it is small");
        assert_eq!(open_memory(&keys, &bearer, &sealed), Some(memory.clone()));
        let over = Limits { sealed_time: Duration::ZERO, ..Limits::default() };
        let sealed = seal_memory(&keys, &bearer, &memory, &over).expect("it is small");
        assert_eq!(open_memory(&keys, &bearer, &sealed), None);
        let small = Limits { state_bytes: 10, ..Limits::default() };
        assert_eq!(seal_memory(&keys, &bearer, &memory, &small), None);
    }

    #[test]
    fn a_cursor_is_no_state_and_belongs_to_its_list() {
        let keys = Keys::random().expect("random bytes");
        let limits = Limits::default();
        let sealed = seal_cursor(&keys, "resources/list", None, "0:7".into(), &limits).expect("random bytes");
        assert_eq!(open_cursor(&keys, "resources/list", None, &sealed).as_deref(), Some("0:7"));
        assert_eq!(open_cursor(&keys, "tools/list", None, &sealed), None);
        assert_eq!(open_cursor(&keys, "resources/list", Some("ann"), &sealed), None);
        assert_eq!(open_memory(&keys, &Bearer::new("resources/list", None, "", None), &sealed), None);
    }
}
