//! Reads chosen members of a JSON object without building a tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::scan::is_literal;

/// One JSON value as it was written, without white space around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Raw<'a>(&'a str);

impl<'a> Raw<'a> {
    /// `text` is one JSON value.
    pub(super) fn new(text: &'a str) -> Self {
        Self(text)
    }

    pub(crate) fn get(self) -> &'a str {
        self.0
    }
}

/// The members of one object that the caller asked for, as the bytes they came in.
pub(crate) struct Members<'a, const N: usize> {
    /// In the order of the keys asked for; a JSON `null` is present.
    pub(crate) values: [Option<Raw<'a>>; N],
    /// Which of them occur twice, or beside one that others may take for them.
    pub(crate) repeated: [bool; N],
}

impl<'a, const N: usize> Members<'a, N> {
    pub(super) fn new() -> Self {
        Self { values: [None; N], repeated: [false; N] }
    }

    /// The member that was asked for as number `index`.
    pub(super) fn add(&mut self, index: usize, value: Raw<'a>) {
        self.repeated[index] |= self.values[index].replace(value).is_some();
    }

    /// Which of the keys have others beside them that parsers take for them that do not mind case.
    pub(super) fn note_alike(&mut self, alike: &[bool; N]) {
        for ((repeated, value), alike) in self.repeated.iter_mut().zip(&self.values).zip(alike) {
            *repeated |= *alike && value.is_some();
        }
    }

    /// The first of the keys that occurs twice.
    pub(super) fn first_repeated(&self, keys: &[&'static str; N]) -> Option<&'static str> {
        keys.iter().zip(self.repeated).find(|(_, repeated)| *repeated).map(|(key, _)| *key)
    }
}

/// Reads the members `keys` of the object `text`. Keys compare byte for byte, after JSON escapes are undone.
///
/// # Errors
///
/// `text` is not one JSON object.
pub(crate) fn members<'a, const N: usize>(
    text: &'a str,
    keys: &[&'static str; N],
) -> Result<Members<'a, N>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Object(keys))?;
    deserializer.end()?;
    Ok(members)
}

/// The string that `raw` is, if it is one.
pub(crate) fn string(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if !is_literal(inner) {
        return serde_json::from_str(raw.get()).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// Whether `raw` is a JSON object.
pub(crate) fn is_object(raw: Raw<'_>) -> bool {
    raw.get().starts_with('{')
}

/// `raw`, unless it is `null`.
pub(crate) fn not_null(raw: Option<Raw<'_>>) -> Option<Raw<'_>> {
    raw.filter(|raw| raw.get() != "null")
}

struct Object<'k, const N: usize>(&'k [&'static str; N]);

impl<'de, const N: usize> Visitor<'de> for Object<'_, N> {
    type Value = Members<'de, N>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::new();
        let mut alike = [false; N];
        while let Some(key) = map.next_key_seed(KeyOf(self.0))? {
            match key {
                Key::Asked(index) => members.add(index, Raw(map.next_value::<&'de RawValue>()?.get())),
                Key::Alike(index) => {
                    alike[index] = true;
                    map.next_value::<IgnoredAny>()?;
                }
                Key::Unknown => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        members.note_alike(&alike);
        Ok(members)
    }
}

/// What a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The one asked for at this place.
    Asked(usize),
    /// Not that one, but parsers that do not mind case take it for it.
    Alike(usize),
    /// None of them.
    Unknown,
}

impl Key {
    /// What `key` is among these.
    pub(super) fn find(keys: &[&'static str], key: &str) -> Self {
        if let Some(index) = keys.iter().position(|wanted| *wanted == key) {
            return Self::Asked(index);
        }
        let alike = match key.is_ascii() {
            true => keys.iter().position(|wanted| wanted.eq_ignore_ascii_case(key)),
            false => keys.iter().position(|wanted| fold(wanted).eq(fold(key))),
        };
        alike.map_or(Self::Unknown, Self::Alike)
    }
}

/// Finds the place of a key among the keys asked for.
struct KeyOf<'k>(&'k [&'static str]);

impl<'de> DeserializeSeed<'de> for KeyOf<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf<'_> {
    type Value = Key;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Key::find(self.0, key))
    }
}

/// The text as parsers read it that do not mind case, down to the two letters beyond ASCII that fold into it.
fn fold(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|letter| match letter {
        'ſ' => 's',
        '\u{212a}' => 'k',
        _ => letter.to_ascii_lowercase(),
    })
}
