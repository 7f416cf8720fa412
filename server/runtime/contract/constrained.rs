//! Types that carry the catalog's constraints: a value that breaks its schema cannot be made.

use std::fmt;

use serde::Serialize;

use super::problem::short;
use super::rule::Rule;

/// A value that breaks its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintError {
    rule: String,
    sent: String,
}

impl ConstraintError {
    /// Says that `sent` breaks `rule`. The message keeps at most 40 characters of it.
    pub fn new(rule: &Rule, sent: &impl Serialize) -> Self {
        Self { rule: rule.to_string(), sent: short(sent) }
    }
}

impl fmt::Display for ConstraintError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, sent } = self;
        write!(formatter, "{rule}, not `{sent}`")
    }
}

impl std::error::Error for ConstraintError {}

/// Holds `text` against a rule for text; used by [`text!`](crate::text).
///
/// # Errors
///
/// The rule that it breaks.
pub fn check_text(rule: &Rule, text: &str) -> Result<(), ConstraintError> {
    if rule.fits_text(text) { Ok(()) } else { Err(ConstraintError::new(rule, &text)) }
}

/// An integer as the bound of a rule; `None` beyond 64 signed bits.
pub const fn bound(value: i128) -> Option<i64> {
    if value >= i64::MIN as i128 && value <= i64::MAX as i128 { Some(value as i64) } else { None }
}

/// What all constrained newtypes have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __newtype {
    ($name:ident($inner:ty)) => {
        impl $name {
            /// The value without its type.
            pub fn into_inner(self) -> $inner {
                self.0
            }
        }

        impl ::std::convert::From<$name> for $inner {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <$inner as $crate::serde::Deserialize>::deserialize(deserializer)?;
                Self::try_from(value).map_err(<D::Error as $crate::serde::de::Error>::custom)
            }
        }
    };
}

/// A pattern whose regular expression is compiled when it is first used.
#[doc(hidden)]
#[macro_export]
macro_rules! __pattern {
    () => {
        None
    };
    ($text:literal) => {{
        fn matches(text: &str) -> bool {
            static REGEX: ::std::sync::LazyLock<::std::option::Option<$crate::contract::expansion::Regex>> =
                ::std::sync::LazyLock::new(|| $crate::contract::expansion::Regex::new($text).ok());
            REGEX.as_ref().is_some_and(|regex| regex.is_match(text))
        }
        Some($crate::contract::Pattern { text: $text, matches })
    }};
}

/// A format by its name.
#[doc(hidden)]
#[macro_export]
macro_rules! __format {
    () => {
        None
    };
    ($format:ident) => {
        Some($crate::contract::Format::$format)
    };
}

/// Declares text that obeys a rule: a newtype over `String` that is checked when it is made or read.
///
/// ```
/// lockstep_runtime::text! {
///     /// Letters of the first half.
///     pub struct Early { min: Some(1), max: Some(8), pattern: Some("^[a-m]+$"), format: None }
/// }
/// assert!(Early::try_from("abc").is_ok());
/// assert!(Early::try_from("xyz").is_err());
/// ```
#[macro_export]
macro_rules! text {
    (
        impl $name:ident {
            min: $min:expr, max: $max:expr,
            pattern: $pattern:ident $(($text:literal))?, format: $format:ident $(($kind:ident))? $(,)?
        }
    ) => {
        const _: () = {
            static RULE: $crate::contract::Rule = $crate::contract::Rule::Text {
                min: $min,
                max: $max,
                pattern: $crate::__pattern!($($text)?),
                format: $crate::__format!($($kind)?),
            };

            impl $crate::contract::Typed for $name {
                const RULE: &'static $crate::contract::Rule = &RULE;
            }

            impl $name {
                /// The text.
                pub fn as_str(&self) -> &str {
                    &self.0
                }

                /// The text.
                pub fn get(&self) -> &str {
                    &self.0
                }
            }

            impl ::std::convert::TryFrom<::std::string::String> for $name {
                type Error = $crate::contract::ConstraintError;

                fn try_from(
                    text: ::std::string::String,
                ) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    $crate::contract::expansion::check_text(&RULE, &text).map(|()| Self(text))
                }
            }

            impl ::std::convert::TryFrom<&str> for $name {
                type Error = $crate::contract::ConstraintError;

                fn try_from(text: &str) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    $crate::contract::expansion::check_text(&RULE, text).map(|()| Self(text.to_owned()))
                }
            }

            impl ::std::str::FromStr for $name {
                type Err = $crate::contract::ConstraintError;

                fn from_str(text: &str) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    Self::try_from(text)
                }
            }

            impl ::std::ops::Deref for $name {
                type Target = str;

                fn deref(&self) -> &str {
                    &self.0
                }
            }

            impl ::std::convert::AsRef<str> for $name {
                fn as_ref(&self) -> &str {
                    &self.0
                }
            }

            impl ::std::cmp::PartialEq<str> for $name {
                fn eq(&self, other: &str) -> bool {
                    self.0 == other
                }
            }

            impl ::std::cmp::PartialEq<&str> for $name {
                fn eq(&self, other: &&str) -> bool {
                    self.0 == *other
                }
            }

            impl ::std::fmt::Display for $name {
                fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    ::std::fmt::Display::fmt(&self.0, formatter)
                }
            }

            $crate::__newtype!($name(::std::string::String));
        };
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident { $($rule:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(::std::string::String);

        $crate::text!(impl $name { $($rule)* });
    };
}

/// What the newtypes over numbers have in common.
#[doc(hidden)]
#[macro_export]
macro_rules! __number {
    ($name:ident($base:ty)) => {
        impl $name {
            /// The number.
            pub const fn get(self) -> $base {
                self.0
            }
        }

        impl ::std::convert::TryFrom<$base> for $name {
            type Error = $crate::contract::ConstraintError;

            fn try_from(number: $base) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                if (Self::MIN..=Self::MAX).contains(&number) {
                    Ok(Self(number))
                } else {
                    Err($crate::contract::ConstraintError::new(&RULE, &number))
                }
            }
        }

        impl ::std::ops::Deref for $name {
            type Target = $base;

            fn deref(&self) -> &$base {
                &self.0
            }
        }

        impl ::std::convert::AsRef<$base> for $name {
            fn as_ref(&self) -> &$base {
                &self.0
            }
        }

        impl ::std::cmp::PartialEq<$base> for $name {
            fn eq(&self, other: &$base) -> bool {
                self.0 == *other
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, formatter)
            }
        }

        $crate::__newtype!($name($base));
    };
}

/// Declares a whole number with bounds: a newtype over `u32`, `u64` or `i64` that is checked when it is made or read.
///
/// ```
/// lockstep_runtime::integer! {
///     /// How many rows.
///     pub struct MaxRows(u32) { min: Some(1), max: Some(1000) }
/// }
/// assert_eq!(MaxRows::MAX, 1000);
/// assert!(MaxRows::try_from(0).is_err());
/// ```
#[macro_export]
macro_rules! integer {
    (impl $name:ident($base:ident) { min: $min:expr, max: $max:expr $(,)? }) => {
        const _: () = {
            const LEAST: ::std::option::Option<$base> = $min;
            const MOST: ::std::option::Option<$base> = $max;

            static RULE: $crate::contract::Rule = $crate::contract::Rule::Integer {
                min: $crate::contract::expansion::bound($name::MIN as i128),
                max: $crate::contract::expansion::bound($name::MAX as i128),
            };

            impl $crate::contract::Typed for $name {
                const RULE: &'static $crate::contract::Rule = &RULE;
            }

            impl $name {
                /// The smallest value.
                pub const MIN: $base = match LEAST {
                    Some(least) => least,
                    None => <$base>::MIN,
                };
                /// The largest value.
                pub const MAX: $base = match MOST {
                    Some(most) => most,
                    None => <$base>::MAX,
                };
            }

            $crate::__number!($name($base));
        };
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($base:ident) { $($rule:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name($base);

        $crate::integer!(impl $name($base) { $($rule)* });
    };
}

/// Declares a number with bounds: a newtype over `f64` that is checked when it is made or read, and is never a NaN
/// or infinite.
///
/// ```
/// lockstep_runtime::number! {
///     /// A part of the whole.
///     pub struct Ratio { min: Some(0.0), max: Some(1.0) }
/// }
/// assert!(Ratio::try_from(f64::NAN).is_err());
/// ```
#[macro_export]
macro_rules! number {
    (impl $name:ident { min: $min:expr, max: $max:expr $(,)? }) => {
        const _: () = {
            const LEAST: ::std::option::Option<f64> = $min;
            const MOST: ::std::option::Option<f64> = $max;

            static RULE: $crate::contract::Rule =
                $crate::contract::Rule::Number { min: LEAST, max: MOST };

            impl $crate::contract::Typed for $name {
                const RULE: &'static $crate::contract::Rule = &RULE;
            }

            impl $name {
                /// The smallest value.
                pub const MIN: f64 = match LEAST {
                    Some(least) => least,
                    None => f64::MIN,
                };
                /// The largest value.
                pub const MAX: f64 = match MOST {
                    Some(most) => most,
                    None => f64::MAX,
                };
            }

            $crate::__number!($name(f64));
        };
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident { $($rule:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        $vis struct $name(f64);

        $crate::number!(impl $name { $($rule)* });
    };
}
