//! Reads chosen members of a JSON object without building a tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of one object that the caller asked for, as the bytes they came in.
pub(crate) struct Members<'a, const N: usize> {
    /// In the order of the keys asked for; a JSON `null` is present.
    pub(crate) values: [Option<&'a RawValue>; N],
    /// The first of the asked-for keys that occurs twice, or beside one that others may take for it.
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
        let mut alike = [false; N];
        while let Some(found) = map.next_key_seed(Key(&self.0))? {
            let index = match found {
                Found::Key(index) => index,
                found => {
                    map.next_value::<IgnoredAny>()?;
                    if let Found::Alike(index) = found {
                        alike[index] = true;
                    }
                    continue;
                }
            };
            let value = map.next_value::<&'de RawValue>()?;
            if members.values[index].replace(value).is_some() {
                members.repeated.get_or_insert(self.0[index]);
            }
        }
        let ambiguous = (0..N).find(|index| alike[*index] && members.values[*index].is_some());
        members.repeated = members.repeated.or(ambiguous.map(|index| self.0[index]));
        Ok(members)
    }
}

/// Finds the place of a key among the keys asked for.
struct Key<'k>(&'k [&'static str]);

/// What a key is.
enum Found {
    /// The one asked for at this place.
    Key(usize),
    /// Not that one, but parsers that do not mind case take it for it.
    Alike(usize),
    Unknown,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Found;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        let place = |same: &dyn Fn(&str) -> bool| self.0.iter().position(|wanted| same(wanted));
        Ok(match place(&|wanted| wanted == key) {
            Some(index) => Found::Key(index),
            None => place(&|wanted| fold(wanted).eq(fold(key))).map_or(Found::Unknown, Found::Alike),
        })
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
