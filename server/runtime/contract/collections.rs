//! Lists and maps that carry the catalog's bounds.

use serde::Serialize;
use serde_json::Value;

use super::check::{repeated, within};
use super::constrained::ConstraintError;
use super::rule::Rule;

/// Holds a list against a rule for lists, its items aside; used by [`list!`](crate::list).
///
/// # Errors
///
/// The rule that it breaks.
pub fn check_list<T: Serialize>(rule: &Rule, items: &[T]) -> Result<(), ConstraintError> {
    let Rule::List { min, max, unique, .. } = rule else { return Ok(()) };
    let different = || {
        let values: Result<Vec<Value>, _> = items.iter().map(serde_json::to_value).collect();
        values.is_ok_and(|values| repeated(&values).is_none())
    };
    if within(items.len(), *min, *max) && (!unique || different()) {
        Ok(())
    } else {
        Err(ConstraintError::new(rule, &items))
    }
}

/// Declares a list with bounds: a newtype over `Vec` that is checked when it is made or read.
///
/// ```
/// lockstep_runtime::list! {
///     /// Up to three tags, all different.
///     pub struct Tags(String) { min: None, max: Some(3), unique: true }
/// }
/// assert!(Tags::try_from(vec!["a".to_owned(), "a".to_owned()]).is_err());
/// ```
#[macro_export]
macro_rules! list {
    (impl $name:ident($item:ty) { min: $min:expr, max: $max:expr, unique: $unique:expr $(,)? }) => {
        const _: () = {
            static RULE: $crate::contract::Rule = $crate::contract::Rule::List {
                items: &$crate::contract::Rule::Later(|| <$item as $crate::contract::Typed>::RULE),
                min: $min,
                max: $max,
                unique: $unique,
            };

            impl $crate::contract::Typed for $name {
                const RULE: &'static $crate::contract::Rule = &RULE;
            }

            impl $name {
                /// The items.
                pub fn get(&self) -> &[$item] {
                    &self.0
                }
            }

            impl ::std::convert::TryFrom<::std::vec::Vec<$item>> for $name {
                type Error = $crate::contract::ConstraintError;

                fn try_from(
                    items: ::std::vec::Vec<$item>,
                ) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    $crate::contract::expansion::check_list(&RULE, &items).map(|()| Self(items))
                }
            }

            impl ::std::ops::Deref for $name {
                type Target = [$item];

                fn deref(&self) -> &[$item] {
                    &self.0
                }
            }

            impl ::std::convert::AsRef<[$item]> for $name {
                fn as_ref(&self) -> &[$item] {
                    &self.0
                }
            }

            impl ::std::iter::IntoIterator for $name {
                type Item = $item;
                type IntoIter = ::std::vec::IntoIter<$item>;

                fn into_iter(self) -> Self::IntoIter {
                    self.0.into_iter()
                }
            }

            impl<'a> ::std::iter::IntoIterator for &'a $name {
                type Item = &'a $item;
                type IntoIter = ::std::slice::Iter<'a, $item>;

                fn into_iter(self) -> Self::IntoIter {
                    self.0.iter()
                }
            }

            $crate::__newtype!($name(::std::vec::Vec<$item>));
        };
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($item:ty) { $($rule:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis struct $name(::std::vec::Vec<$item>);

        $crate::list!(impl $name($item) { $($rule)* });
    };
}

/// Declares a map with a largest size: a newtype over `BTreeMap<String, _>` that is checked when it is made or read.
///
/// ```
/// lockstep_runtime::map! {
///     /// Up to two labels.
///     pub struct Labels(String) { max: Some(2) }
/// }
/// assert!(Labels::try_from(std::collections::BTreeMap::new()).is_ok());
/// ```
#[macro_export]
macro_rules! map {
    (impl $name:ident($value:ty) { max: $max:expr $(,)? }) => {
        const _: () = {
            const MOST: ::std::option::Option<u64> = $max;

            static RULE: $crate::contract::Rule = $crate::contract::Rule::Map {
                values: &$crate::contract::Rule::Later(|| <$value as $crate::contract::Typed>::RULE),
                max: MOST,
            };

            impl $crate::contract::Typed for $name {
                const RULE: &'static $crate::contract::Rule = &RULE;
            }

            impl $name {
                /// The members.
                pub fn get(&self) -> &::std::collections::BTreeMap<::std::string::String, $value> {
                    &self.0
                }
            }

            impl ::std::convert::TryFrom<::std::collections::BTreeMap<::std::string::String, $value>> for $name {
                type Error = $crate::contract::ConstraintError;

                fn try_from(
                    members: ::std::collections::BTreeMap<::std::string::String, $value>,
                ) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    if MOST.is_none_or(|most| members.len() as u64 <= most) {
                        Ok(Self(members))
                    } else {
                        Err($crate::contract::ConstraintError::new(&RULE, &members))
                    }
                }
            }

            impl ::std::ops::Deref for $name {
                type Target = ::std::collections::BTreeMap<::std::string::String, $value>;

                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }

            impl ::std::convert::AsRef<::std::collections::BTreeMap<::std::string::String, $value>> for $name {
                fn as_ref(&self) -> &::std::collections::BTreeMap<::std::string::String, $value> {
                    &self.0
                }
            }

            impl ::std::iter::IntoIterator for $name {
                type Item = (::std::string::String, $value);
                type IntoIter = ::std::collections::btree_map::IntoIter<::std::string::String, $value>;

                fn into_iter(self) -> Self::IntoIter {
                    self.0.into_iter()
                }
            }

            $crate::__newtype!($name(::std::collections::BTreeMap<::std::string::String, $value>));
        };
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($value:ty) { $($rule:tt)* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis struct $name(::std::collections::BTreeMap<::std::string::String, $value>);

        $crate::map!(impl $name($value) { $($rule)* });
    };
}
