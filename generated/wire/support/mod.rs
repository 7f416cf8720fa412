//! What all generated types share: how objects, string enums and unions are read and written.
//!
//! The macros take the names from generated code and hold everything else, so that there is one reading of the rules:
//! a member that is present and empty is not absent, `null` is a value only where the schema knows it, a constant
//! cannot be anything else, a member that stands twice is refused, an array is not an object.

pub(crate) mod bridge;
pub(crate) mod integer;
pub(crate) mod json;
pub(crate) mod methods;
pub(crate) mod union;

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

pub(crate) use union::union;

/// A member name, borrowed from the input where it can be.
pub(crate) struct Key<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }

            fn visit_string<E: de::Error>(self, key: String) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(key)))
            }
        }
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

/// Reads a member that is always `expected`.
pub(crate) fn constant<'de, A: MapAccess<'de>>(
    map: &mut A,
    key: &str,
    expected: impl Constant,
) -> Result<(), A::Error> {
    if expected.read(map)? {
        return Ok(());
    }
    let expected: Value = expected.into();
    Err(de::Error::custom(format_args!("`{key}` must be {expected}")))
}

/// What a schema's `const` may be.
pub(crate) trait Constant: Copy + Into<Value> {
    /// Reads a value; whether it is this one.
    fn read<'de, A: MapAccess<'de>>(self, map: &mut A) -> Result<bool, A::Error>;
}

impl Constant for &str {
    fn read<'de, A: MapAccess<'de>>(self, map: &mut A) -> Result<bool, A::Error> {
        Ok(map.next_value::<union::Text<'_>>()?.0 == self)
    }
}

impl Constant for i32 {
    fn read<'de, A: MapAccess<'de>>(self, map: &mut A) -> Result<bool, A::Error> {
        Ok(map.next_value::<Value>()? == self)
    }
}

/// Decodes one variant of a union.
pub(crate) fn variant<T: de::DeserializeOwned, E: de::Error>(value: Value) -> Result<T, E> {
    T::deserialize(value).map_err(E::custom)
}

/// Decodes a variant that is a whole number.
pub(crate) fn whole<T: TryFrom<i128>, E: de::Error>(value: Value) -> Result<T, E> {
    Whole::deserialize(value).map(|Whole(number)| number).map_err(E::custom)
}

/// The first item of a list; null where there is none.
pub(crate) fn first(value: &Value) -> &Value {
    value.get(0).unwrap_or(&Value::Null)
}

/// Whether something stands at the path of keys.
pub(crate) fn has(value: &Value, path: &[&str]) -> bool {
    path.iter().try_fold(value, |value, key| value.get(key)).is_some()
}

/// The same for an optional member: null is forgiven there, as nothing.
pub(crate) fn has_some(value: &Value, path: &[&str]) -> bool {
    path.iter().try_fold(value, |value, key| value.get(key)).is_some_and(|value| !value.is_null())
}

/// A whole number: JSON Schema takes `1.0` for one.
pub(crate) struct Whole<T>(pub(crate) T);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WholeVisitor<T>(std::marker::PhantomData<T>);
        impl<T: TryFrom<i128>> Visitor<'_> for WholeVisitor<T> {
            type Value = Whole<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number in range")
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Whole<T>, E> {
                let refused = || E::invalid_value(de::Unexpected::Signed(number), &self);
                T::try_from(number.into()).map(Whole).map_err(|_| refused())
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Whole<T>, E> {
                let refused = || E::invalid_value(de::Unexpected::Unsigned(number), &self);
                T::try_from(number.into()).map(Whole).map_err(|_| refused())
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Whole<T>, E> {
                // Beyond 2^53 a fraction's text says less than the number would.
                if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "whole, and in the range of an i64"
                    )]
                    return self.visit_i64(number as i64);
                }
                Err(E::invalid_value(de::Unexpected::Float(number), &self))
            }
        }
        deserializer.deserialize_any(WholeVisitor(std::marker::PhantomData))
    }
}

/// The string at `key`, if there is one.
pub(crate) fn tag<'a>(value: &'a Value, key: &str) -> Tag<'a> {
    match value.get(key) {
        None => Tag::Absent,
        Some(Value::String(tag)) => Tag::String(tag),
        Some(_) => Tag::Other,
    }
}

/// What stands at a discriminator.
pub(crate) enum Tag<'a> {
    Absent,
    String(&'a str),
    Other,
}

/// The refusal of a union whose discriminator has no variant.
pub(crate) fn no_variant<E: de::Error>(union: &str, value: &Value, key: Option<&str>) -> E {
    match key {
        Some(key) => E::custom(format_args!("`{key}` of `{union}` is {}", Short(value.get(key)))),
        None => E::custom(format_args!("`{union}` cannot be {}", Short(Some(value)))),
    }
}

/// A value in a message: its type, and a string's text as far as a line can hold it.
struct Short<'a>(Option<&'a Value>);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("missing"),
            Some(Value::Null) => f.write_str("null"),
            Some(Value::Bool(_)) => f.write_str("a boolean"),
            Some(Value::Number(_)) => f.write_str("a number"),
            Some(Value::Array(_)) => f.write_str("an array"),
            Some(Value::Object(_)) => f.write_str("an object of no known shape"),
            Some(Value::String(text)) => {
                let cut: String = text.chars().take(40).collect();
                write!(f, "`{cut}`, which is not known")
            }
        }
    }
}

/// A number from the first to the second.
pub(crate) struct Number(pub(crate) f64, pub(crate) f64);

/// At most so many items.
pub(crate) struct Items(pub(crate) usize);

impl Number {
    pub(crate) fn check<E: de::Error>(&self, value: Option<&serde_json::Number>, key: &str) -> Result<(), E> {
        let holds = |number: f64| number >= self.0 && number <= self.1;
        if value.and_then(serde_json::Number::as_f64).is_none_or(holds) {
            return Ok(());
        }
        Err(E::custom(format_args!("`{key}` must be from {} to {}", self.0, self.1)))
    }
}

impl Items {
    pub(crate) fn check<T, E: de::Error>(&self, value: Option<&Vec<T>>, key: &str) -> Result<(), E> {
        if value.is_none_or(|items| items.len() <= self.0) {
            return Ok(());
        }
        Err(E::custom(format_args!("`{key}` must have at most {} items", self.0)))
    }
}

/// Serialize and Deserialize of a struct that stands for a JSON object.
///
/// Kinds of members: `required`, `required_nullable`, `optional`, `optional_any` (`null` is a value of the type),
/// `optional_nullable` (`Option<Option<T>>`).
macro_rules! object {
    (
        $name:ident { $($kind:ident $field:ident $key:literal $(as $form:ident)? $(within $bounds:expr)?,)* }
        constants { $($constant:ident $constant_key:literal $value:expr,)* }
        $(open $extra:ident)?
    ) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                struct ObjectVisitor;
                impl<'de> serde::de::Visitor<'de> for ObjectVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("a `", stringify!($name), "` object"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> std::result::Result<$name, A::Error> {
                        $(let mut $field = None;)*
                        $(let mut $constant = false;)*
                        $(let mut $extra = $crate::Object::new();)?
                        while let Some($crate::support::Key(key)) = map.next_key()? {
                            match &*key {
                                $($key => {
                                    if $field.is_some() {
                                        return Err(serde::de::Error::duplicate_field($key));
                                    }
                                    $field = Some($crate::support::object!(@read $kind map $($form)?));
                                    $($bounds.check($crate::support::object!(@value $kind $field), $key)?;)?
                                })*
                                $($constant_key => {
                                    if $constant {
                                        return Err(serde::de::Error::duplicate_field($constant_key));
                                    }
                                    $crate::support::constant(&mut map, $constant_key, $value)?;
                                    $constant = true;
                                })*
                                _ => $crate::support::object!(@unknown map key $($extra)?),
                            }
                        }
                        $(if !$constant {
                            return Err(serde::de::Error::missing_field($constant_key));
                        })*
                        Ok($name {
                            $($field: $crate::support::object!(@finish $kind $field $key),)*
                            $($extra,)?
                        })
                    }
                }
                deserializer.deserialize_map(ObjectVisitor)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(None)?;
                $(map.serialize_entry($constant_key, &$value)?;)*
                $($crate::support::object!(@write $kind map self $field $key);)*
                $(for (key, value) in &self.$extra {
                    map.serialize_entry(key, value)?;
                })?
                map.end()
            }
        }
    };
    (@read required $map:ident) => { $map.next_value()? };
    (@read required $map:ident whole) => { $map.next_value::<$crate::support::Whole<_>>()?.0 };
    (@read required_nullable $map:ident whole) => {
        $map.next_value::<Option<$crate::support::Whole<_>>>()?.map(|whole| whole.0)
    };
    (@read optional $map:ident whole) => {
        $map.next_value::<Option<$crate::support::Whole<_>>>()?.map(|whole| whole.0)
    };
    (@read optional_nullable $map:ident whole) => {
        $map.next_value::<Option<$crate::support::Whole<_>>>()?.map(|whole| whole.0)
    };
    (@read required_nullable $map:ident) => { $map.next_value()? };
    (@read optional $map:ident) => { $map.next_value::<Option<_>>()? };
    (@read optional_any $map:ident) => { Some($map.next_value()?) };
    (@read optional_nullable $map:ident) => { $map.next_value::<Option<_>>()? };
    (@value required $field:ident) => { $field.as_ref() };
    (@value $optional:ident $field:ident) => { $field.as_ref().and_then(Option::as_ref) };
    (@unknown $map:ident $key:ident) => {{ $map.next_value::<serde::de::IgnoredAny>()?; }};
    (@unknown $map:ident $key:ident $extra:ident) => {{
        if $extra.contains_key(&*$key) {
            return Err(serde::de::Error::custom(format_args!("duplicate member `{}`", $key)));
        }
        let value = $map.next_value()?;
        $extra.insert($key.into_owned(), value);
    }};
    (@finish required $field:ident $key:literal) => {
        $field.ok_or_else(|| serde::de::Error::missing_field($key))?
    };
    (@finish required_nullable $field:ident $key:literal) => {
        $field.ok_or_else(|| serde::de::Error::missing_field($key))?
    };
    (@finish optional $field:ident $key:literal) => { $field.flatten() };
    (@finish optional_any $field:ident $key:literal) => { $field.flatten() };
    (@finish optional_nullable $field:ident $key:literal) => { $field };
    (@write required $map:ident $self:ident $field:ident $key:literal) => {
        $map.serialize_entry($key, &$self.$field)?
    };
    (@write required_nullable $map:ident $self:ident $field:ident $key:literal) => {
        $map.serialize_entry($key, &$self.$field)?
    };
    (@write $optional:ident $map:ident $self:ident $field:ident $key:literal) => {
        if let Some(value) = &$self.$field {
            $map.serialize_entry($key, value)?;
        }
    };
}
pub(crate) use object;

/// Text forms, Serialize and Deserialize of an enum that stands for a closed set of strings.
macro_rules! strings {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            /// Every value, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The string on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                struct TextVisitor;
                impl serde::de::Visitor<'_> for TextVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("one of")$(.and_then(|()| f.write_str(concat!(" `", $text, "`"))))*
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<$name, E> {
                        match text {
                            $($text => Ok($name::$variant),)*
                            _ => Err(E::invalid_value(serde::de::Unexpected::Str(text), &self)),
                        }
                    }
                }
                deserializer.deserialize_str(TextVisitor)
            }
        }
    };
}
pub(crate) use strings;

/// The same for a set of strings that grows: an unknown one is kept.
macro_rules! open_strings {
    ($name:ident { $($variant:ident = $text:literal,)* }) => {
        impl $name {
            /// The string on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Ok(match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text),
                })
            }
        }
    };
}
pub(crate) use open_strings;
