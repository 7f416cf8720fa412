//! Reading a union without a tree in between: its members go to the variant as soon as one of them tells which it is.

use std::borrow::Cow;
use std::iter::Chain;
use std::marker::PhantomData;
use std::{fmt, option, vec};

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_json::Value;

use super::Key;

/// A member that was read before it was known whose it is.
type Member<'de> = (Key<'de>, Value);

/// Such members, in their order. Mostly there is one, such as a `text` before its `type`: that takes no allocation.
pub(crate) struct Read<'de> {
    first: Option<Member<'de>>,
    more: Vec<Member<'de>>,
}

impl<'de> Read<'de> {
    pub(crate) fn new() -> Self {
        Self { first: None, more: Vec::new() }
    }

    pub(crate) fn push(&mut self, member: Member<'de>) {
        match &self.first {
            None => self.first = Some(member),
            Some(_) => self.more.push(member),
        }
    }
}

/// A discriminator and its text.
type Tag = (&'static str, &'static str);

/// A string, borrowed from the input where it can be.
pub(crate) struct Text<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// Reads members up to the key `stop`, whose value is left; whether it was there.
pub(crate) fn until<'de, A: MapAccess<'de>>(
    map: &mut A,
    stop: &str,
    read: &mut Read<'de>,
) -> Result<bool, A::Error> {
    while let Some(key) = map.next_key::<Key<'de>>()? {
        if key.0 == stop {
            return Ok(true);
        }
        read.push((key, map.next_value()?));
    }
    Ok(false)
}

/// Decodes a variant from the members that were read, the discriminator and the members that are left.
pub(crate) fn resume<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    read: Read<'de>,
    tag: Option<Tag>,
    rest: Option<A>,
) -> Result<T, A::Error> {
    let members = Resumed { read: read.first.into_iter().chain(read.more), next: None, tag, rest };
    T::deserialize(MapAccessDeserializer::new(members))
}

/// What comes next out of members that were read before.
enum Next {
    Value(Value),
    Text(&'static str),
}

struct Resumed<'de, A> {
    read: Chain<option::IntoIter<Member<'de>>, vec::IntoIter<Member<'de>>>,
    next: Option<Next>,
    tag: Option<Tag>,
    /// None once it has ended.
    rest: Option<A>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Resumed<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        if let Some((Key(key), value)) = self.read.next() {
            self.next = Some(Next::Value(value));
            return match key {
                Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
                Cow::Owned(key) => seed.deserialize(key.into_deserializer()),
            }
            .map(Some);
        }
        if let Some((key, text)) = self.tag.take() {
            self.next = Some(Next::Text(text));
            return seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some);
        }
        self.rest.as_mut().map_or(Ok(None), |rest| rest.next_key_seed(seed))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match (self.next.take(), &mut self.rest) {
            (Some(Next::Value(value)), _) => seed.deserialize(value).map_err(de::Error::custom),
            (Some(Next::Text(text)), _) => seed.deserialize(Told(text, PhantomData)),
            (None, Some(rest)) => rest.next_value_seed(seed),
            (None, None) => Err(de::Error::custom("a value without a key")),
        }
    }
}

/// The discriminator's text for the variant, in which the member may be optional.
struct Told<E>(&'static str, PhantomData<E>);

impl<'de, E: de::Error> Deserializer<'de> for Told<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Serialize, Deserialize and `From` of an enum that stands for one of several shapes; `decode` finds the variant from
/// a tree.
///
/// The last part says what tells an object's variant without one: `switch` a discriminator's text, `has` whether a
/// member is there, `take` that there is one variant only. What it leaves open goes through `decode`.
macro_rules! union {
    ($name:ident { $($variant:ident($ty:ty),)* } $(open $unknown:ident)? $(told $($told:tt)*)?) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(value) => value.serialize(serializer),)*
                    $(Self::$unknown(value) => value.serialize(serializer),)?
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                $crate::support::union!(@deserialize $name deserializer $($($told)*)?)
            }
        }

        $(impl From<$ty> for $name {
            fn from(value: $ty) -> Self {
                Self::$variant(value)
            }
        })*
    };
    (@deserialize $name:ident $deserializer:ident) => {
        Self::decode(<serde_json::Value as serde::Deserialize>::deserialize($deserializer)?)
    };
    (@deserialize $name:ident $deserializer:ident $($told:tt)+) => {{
        struct UnionVisitor;
        impl<'de> serde::de::Visitor<'de> for UnionVisitor {
            type Value = $name;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!("a `", stringify!($name), "`"))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> std::result::Result<$name, A::Error> {
                let mut read = $crate::support::union::Read::new();
                $crate::support::union!(@told $name map read $($told)+)
            }

            fn visit_bool<E: serde::de::Error>(self, value: bool) -> std::result::Result<$name, E> {
                $name::decode(value.into())
            }

            fn visit_i64<E: serde::de::Error>(self, value: i64) -> std::result::Result<$name, E> {
                $name::decode(value.into())
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> std::result::Result<$name, E> {
                $name::decode(value.into())
            }

            fn visit_f64<E: serde::de::Error>(self, value: f64) -> std::result::Result<$name, E> {
                $name::decode(value.into())
            }

            fn visit_str<E: serde::de::Error>(self, value: &str) -> std::result::Result<$name, E> {
                $name::decode(value.into())
            }

            fn visit_string<E: serde::de::Error>(self, value: String) -> std::result::Result<$name, E> {
                $name::decode(value.into())
            }

            fn visit_unit<E: serde::de::Error>(self) -> std::result::Result<$name, E> {
                $name::decode(serde_json::Value::Null)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, items: A) -> std::result::Result<$name, A::Error> {
                let items = serde::de::value::SeqAccessDeserializer::new(items);
                $name::decode(<serde_json::Value as serde::Deserialize>::deserialize(items)?)
            }
        }
        $deserializer.deserialize_any(UnionVisitor)
    }};
    (@told $name:ident $map:ident $read:ident take $variant:ident($ty:ty)) => {{
        let _ = &mut $map;
        $crate::support::union::resume::<$ty, A>($read, None, Some($map)).map($name::$variant)
    }};
    (@told $name:ident $map:ident $read:ident has $key:literal $yes:ident($found:ty) else $no:ident($missing:ty)) => {{
        if $crate::support::union::until(&mut $map, $key, &mut $read)? {
            let key = $crate::support::Key(std::borrow::Cow::Borrowed($key));
            $read.push((key, $map.next_value()?));
            return $crate::support::union::resume::<$found, A>($read, None, Some($map)).map($name::$yes);
        }
        $crate::support::union::resume::<$missing, A>($read, None, None).map($name::$no)
    }};
    (@told $name:ident $map:ident $read:ident switch $key:literal { $($text:literal $variant:ident($ty:ty),)* }) => {{
        if !$crate::support::union::until(&mut $map, $key, &mut $read)? {
            return $name::decode($crate::support::union::resume($read, None, None::<A>)?);
        }
        let $crate::support::union::Text(text) = $map.next_value()?;
        match &*text {
            $($text => {
                let tag = Some(($key, $text));
                $crate::support::union::resume::<$ty, A>($read, tag, Some($map)).map($name::$variant)
            })*
            _ => {
                let key = $crate::support::Key(std::borrow::Cow::Borrowed($key));
                $read.push((key, serde_json::Value::String(text.into_owned())));
                $name::decode($crate::support::union::resume($read, None, Some($map))?)
            }
        }
    }};
}
pub(crate) use union;
