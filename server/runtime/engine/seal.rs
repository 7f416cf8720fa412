//! What a client carries for the server and cannot read, change or use elsewhere: request state and cursors.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde_json::Value;
use sha2::{Digest, Sha256};

const NONCE: usize = 24;
const KEY_ID: usize = 4;

/// A secret of 256 bits that seals what clients carry. Replicas that serve the same clients share it.
#[derive(Clone)]
pub struct Key {
    id: [u8; KEY_ID],
    cipher: XChaCha20Poly1305,
}

impl Key {
    /// A key of these bytes, which come from a cryptographic random source.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let digest = Sha256::new_with_prefix(b"lockstep key id").chain_update(bytes).finalize();
        let mut id = [0; KEY_ID];
        id.copy_from_slice(&digest[..KEY_ID]);
        Self { id, cipher: XChaCha20Poly1305::new(bytes.into()) }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The key that seals, and former ones that still open. To change keys without losing what clients carry: add the new
/// one to `former` of every replica, then make it current everywhere, then drop the old one an hour later.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Keys {
    current: Key,
    former: Vec<Key>,
}

impl Keys {
    /// Seals with `current`.
    pub fn new(current: Key) -> Self {
        Self { current, former: Vec::new() }
    }

    /// Opens what `key` sealed, too.
    #[must_use]
    pub fn with_former(mut self, key: Key) -> Self {
        self.former.push(key);
        self
    }

    /// A key of this process alone, gone with it.
    ///
    /// # Errors
    ///
    /// The operating system gave no random bytes.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self::new(Key::new(&bytes)))
    }

    /// Seals `plain` so that only the same `bound` opens it. `None`: no random bytes.
    pub(super) fn seal(&self, bound: &Bound<'_>, plain: &[u8]) -> Option<String> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let payload = Payload { msg: plain, aad: &bound.bytes() };
        let sealed = self.current.cipher.encrypt(XNonce::from_slice(&nonce), payload).ok()?;
        let mut whole = Vec::with_capacity(KEY_ID + NONCE + sealed.len());
        whole.extend_from_slice(&self.current.id);
        whole.extend_from_slice(&nonce);
        whole.extend_from_slice(&sealed);
        Some(URL_SAFE_NO_PAD.encode(whole))
    }

    /// Opens what [`Keys::seal`] made; `None` for anything else, without saying why.
    pub(super) fn open(&self, bound: &Bound<'_>, sealed: &str) -> Option<Vec<u8>> {
        let whole = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (id, rest) = whole.split_first_chunk::<KEY_ID>()?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE>()?;
        let key = std::iter::once(&self.current).chain(&self.former).find(|key| key.id == *id)?;
        key.cipher.decrypt(XNonce::from_slice(nonce), Payload { msg, aad: &bound.bytes() }).ok()
    }
}

/// What a sealed text is good for: nothing else opens it.
#[derive(Debug)]
pub(super) struct Bound<'a> {
    pub(super) method: &'a str,
    pub(super) principal: Option<&'a str>,
    /// What else must be the same, such as [`digest`] of the arguments.
    pub(super) of: &'a [u8],
}

impl Bound<'_> {
    /// Each part with its length in front, so that no two bounds are the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut part = |part: &[u8]| {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        };
        part(self.method.as_bytes());
        part(if self.principal.is_some() { b"p" } else { b"" });
        part(self.principal.unwrap_or_default().as_bytes());
        part(self.of);
        bytes
    }
}

/// A digest of a JSON value that the order of members does not change: a client that repeats its arguments may write
/// them anew.
pub(super) fn digest(name: &str, value: &Value) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    feed(&mut hash, value);
    hash.finalize().into()
}

fn feed(hash: &mut Sha256, value: &Value) {
    let mut text = |tag: u8, text: &str| {
        hash.update([tag]);
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    match value {
        Value::Null => text(b'n', ""),
        Value::Bool(bool) => text(b'b', if *bool { "1" } else { "0" }),
        Value::Number(number) => text(b'd', &number.to_string()),
        Value::String(string) => text(b's', string),
        Value::Array(items) => {
            text(b'a', &items.len().to_string());
            items.iter().for_each(|item| feed(hash, item));
        }
        Value::Object(members) => {
            text(b'o', &members.len().to_string());
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            for (name, value) in members {
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name);
                feed(hash, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn bound(method: &'static str, principal: Option<&'static str>) -> Bound<'static> {
        Bound { method, principal, of: b"arguments" }
    }

    #[test]
    fn only_the_same_bound_opens() {
        let keys = Keys::random().expect("random bytes");
        let sealed = keys.seal(&bound("tools/call", Some("a")), b"secret").expect("random bytes");
        assert_eq!(keys.open(&bound("tools/call", Some("a")), &sealed).as_deref(), Some(&b"secret"[..]));
        for other in
            [bound("tools/call", Some("b")), bound("tools/call", None), bound("prompts/get", Some("a"))]
        {
            assert_eq!(keys.open(&other, &sealed), None, "{other:?}");
        }
        let other = Bound { of: b"others", ..bound("tools/call", Some("a")) };
        assert_eq!(keys.open(&other, &sealed), None);
    }

    #[test]
    fn no_changed_byte_opens() {
        let keys = Keys::random().expect("random bytes");
        let sealed = keys.seal(&bound("m", None), b"x").expect("random bytes");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(keys.open(&bound("m", None), &changed), None, "byte {place}");
        }
        for unfit in ["", "A", "====", &sealed[..sealed.len() - 1], &format!("{sealed}A")] {
            assert_eq!(keys.open(&bound("m", None), unfit), None, "{unfit}");
        }
    }

    #[test]
    fn former_keys_open() {
        let (old, new) = (Key::new(&[1; 32]), Key::new(&[2; 32]));
        let sealed = Keys::new(old.clone()).seal(&bound("m", None), b"x").expect("random bytes");
        let rotated = Keys::new(new.clone()).with_former(old);
        assert!(rotated.open(&bound("m", None), &sealed).is_some());
        assert!(Keys::new(new).open(&bound("m", None), &sealed).is_none());
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let written = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        let one = digest("t", &written(r#"{"a":1,"b":[{"c":null,"d":"x"}]}"#));
        assert_eq!(one, digest("t", &written(r#"{"b":[{"d":"x","c":null}],"a":1}"#)));
        assert_ne!(one, digest("t", &json!({ "a": 1, "b": [] })));
        assert_ne!(one, digest("u", &written(r#"{"a":1,"b":[{"c":null,"d":"x"}]}"#)));
    }
}
