//! The `_meta` of requests in the newest revision. A client says the same with each, so what was read lately is not read
//! again.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use lockstep_wire::latest::RequestMetaObject;

use super::json::Raw;
use super::revision;

/// How many are remembered on each thread, and how long they may be in bytes.
const REMEMBERED: usize = 16;
const LONGEST: usize = 1024;

thread_local! {
    static RECENT: RefCell<VecDeque<Arc<RequestMeta>>> = const { RefCell::new(VecDeque::new()) };
}

/// One of them.
#[derive(Debug)]
pub(super) struct RequestMeta {
    /// As it came.
    pub(super) text: Box<str>,
    pub(super) object: RequestMetaObject,
}

impl RequestMeta {
    /// Reads it; the error says what is wrong with it.
    pub(super) fn read(raw: Raw<'_>) -> Result<Arc<Self>, String> {
        let text = raw.get();
        let known = |recent: &RefCell<VecDeque<Arc<Self>>>| {
            recent.borrow().iter().find(|known| *known.text == *text).cloned()
        };
        if let Some(known) = RECENT.with(known) {
            return Ok(known);
        }
        let meta = Arc::new(Self { text: text.into(), object: revision::request_meta(raw)? });
        // A token for progress comes only once.
        if text.len() <= LONGEST && meta.object.progress_token.is_none() {
            RECENT.with_borrow_mut(|recent| {
                recent.truncate(REMEMBERED - 1);
                recent.push_front(Arc::clone(&meta));
            });
        }
        Ok(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(name: &str, more: &str) -> String {
        format!(
            r#"{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{{}},"name":"{name}"{more}}}"#
        )
    }

    #[test]
    fn what_was_read_lately_is_remembered() {
        let read = |text: &str| RequestMeta::read(Raw::new(text)).expect("it is one");
        let first = read(&meta("0", ""));
        assert!(Arc::ptr_eq(&first, &read(&meta("0", ""))));
        for number in 1..REMEMBERED {
            let text = meta(&number.to_string(), "");
            assert_eq!(*read(&text).text, *text);
        }
        assert!(Arc::ptr_eq(&first, &read(&meta("0", ""))));
        read(&meta("one more", ""));
        assert!(!Arc::ptr_eq(&first, &read(&meta("0", ""))));
    }

    #[test]
    fn what_is_long_or_comes_once_is_not() {
        for text in [meta(&"x".repeat(LONGEST), ""), meta("", r#","progressToken":1"#)] {
            let read = || RequestMeta::read(Raw::new(&text)).expect("it is one");
            assert!(!Arc::ptr_eq(&read(), &read()));
        }
        assert!(RequestMeta::read(Raw::new("{}")).is_err());
    }
}
