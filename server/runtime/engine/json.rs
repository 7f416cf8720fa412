//! Reads chosen members of a JSON object without building a tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of one object that the caller asked for, as the bytes they came in.
pub(crate) struct Members<'a, const N: usize> {
    /// In the order of the keys asked for; a JSON `null` is present.
    pub(crate) values: [Option<&'a RawValue>; N],
    /// The first of the asked-for keys that occurs twice.
    pub(crate) repeated: Option<&'static str>,
}

/// Reads the members `keys` of the object `text`. Keys compare byte for byte, after JSON escapes are undone.
///
/// # Errors
///
/// `text` is not one JSON object.
pub(crate) fn members<'a, const N: usize>(
    text: &'a str,
    keys: [&'static str; N],
) -> Result<Members<'a, N>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Object(keys))?;
    deserializer.end()?;
    Ok(members)
}

/// The string that `raw` is, if it is one.
pub(crate) fn string(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(raw.get()).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// Whether `raw` is a JSON object.
pub(crate) fn is_object(raw: &RawValue) -> bool {
    raw.get().starts_with('{')
}

/// `raw`, unless it is `null`.
pub(crate) fn not_null(raw: Option<&RawValue>) -> Option<&RawValue> {
    raw.filter(|raw| raw.get() != "null")
}

struct Object<const N: usize>([&'static str; N]);

impl<'de, const N: usize> Visitor<'de> for Object<N> {
    type Value = Members<'de, N>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members { values: [None; N], repeated: None };
        while let Some(found) = map.next_key_seed(Key(&self.0))? {
            let Some(index) = found else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value::<&'de RawValue>()?;
            if members.values[index].replace(value).is_some() {
                members.repeated.get_or_insert(self.0[index]);
            }
        }
        Ok(members)
    }
}

/// Finds the place of a key among the keys asked for.
struct Key<'k>(&'k [&'static str]);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|wanted| *wanted == key))
    }
}
