//! Whole numbers that are ids or tokens.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Whole;

/// A whole number that is an id or a token: 64 bits, with a sign or without one.
///
/// The schema sets ids no bounds, and whoever gets one must give back the very same.
///
/// ```
/// use lockstep_wire::Integer;
///
/// let id: Integer = serde_json::from_str("18446744073709551615")?;
/// assert_eq!((id.as_u64(), id.as_i64()), (Some(u64::MAX), None));
/// assert_eq!(id.to_string(), "18446744073709551615");
/// assert!(Integer::from(-1) < Integer::from(1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Integer(Bits);

/// Each number has one form: equal numbers are equal here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Bits {
    /// Below zero.
    Negative(i64),
    Unsigned(u64),
}

impl Integer {
    /// The number, if it is not above 2^63-1.
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Bits::Negative(number) => Some(number),
            Bits::Unsigned(number) => number.try_into().ok(),
        }
    }

    /// The number, if it is not below zero.
    pub fn as_u64(self) -> Option<u64> {
        match self.0 {
            Bits::Negative(_) => None,
            Bits::Unsigned(number) => Some(number),
        }
    }
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self(u64::try_from(number).map_or(Bits::Negative(number), Bits::Unsigned))
    }
}

impl From<u64> for Integer {
    fn from(number: u64) -> Self {
        Self(Bits::Unsigned(number))
    }
}

impl From<i32> for Integer {
    fn from(number: i32) -> Self {
        i64::from(number).into()
    }
}

impl From<u32> for Integer {
    fn from(number: u32) -> Self {
        u64::from(number).into()
    }
}

impl TryFrom<i128> for Integer {
    type Error = std::num::TryFromIntError;

    fn try_from(number: i128) -> Result<Self, Self::Error> {
        u64::try_from(number).map(Self::from).or_else(|_| i64::try_from(number).map(Self::from))
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Bits::Negative(number) => number.fmt(f),
            Bits::Unsigned(number) => number.fmt(f),
        }
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Bits::Negative(number) => serializer.serialize_i64(number),
            Bits::Unsigned(number) => serializer.serialize_u64(number),
        }
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Whole::deserialize(deserializer).map(|Whole(number)| number)
    }
}

/// A union with such a number is made from any of Rust's.
macro_rules! from_numbers {
    ($union:ident: $($number:ty)*) => {
        $(impl From<$number> for $union {
            fn from(number: $number) -> Self {
                $crate::Integer::from(number).into()
            }
        })*
    };
}
pub(crate) use from_numbers;
