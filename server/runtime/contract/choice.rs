//! Enums of the strings that a catalog allows.

/// Declares a choice of strings: an enum without other values.
///
/// ```
/// lockstep_runtime::choice! {
///     /// How to write.
///     pub enum Mode {
///         /// A new file.
///         Create = "create",
///         /// At the end.
///         Append = "append",
///     }
/// }
/// assert_eq!("append".parse(), Ok(Mode::Append));
/// ```
#[macro_export]
macro_rules! choice {
    (impl $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        const _: () = {
            static RULE: $crate::contract::Rule = $crate::contract::Rule::Choice(&[$($text),+]);

            impl $crate::contract::Typed for $name {
                const RULE: &'static $crate::contract::Rule = &RULE;
            }

            impl $name {
                /// Every choice, in the catalog's order.
                pub const ALL: &'static [Self] = &[$(Self::$variant),+];

                /// The string in JSON.
                pub const fn as_str(self) -> &'static str {
                    match self { $(Self::$variant => $text,)+ }
                }
            }

            impl ::std::convert::TryFrom<&str> for $name {
                type Error = $crate::contract::ConstraintError;

                fn try_from(text: &str) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    match text {
                        $($text => Ok(Self::$variant),)+
                        _ => Err($crate::contract::ConstraintError::new(&RULE, &text)),
                    }
                }
            }

            impl ::std::convert::TryFrom<::std::string::String> for $name {
                type Error = $crate::contract::ConstraintError;

                fn try_from(
                    text: ::std::string::String,
                ) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    Self::try_from(text.as_str())
                }
            }

            impl ::std::str::FromStr for $name {
                type Err = $crate::contract::ConstraintError;

                fn from_str(text: &str) -> ::std::result::Result<Self, $crate::contract::ConstraintError> {
                    Self::try_from(text)
                }
            }

            impl ::std::convert::AsRef<str> for $name {
                fn as_ref(&self) -> &str {
                    self.as_str()
                }
            }

            impl ::std::fmt::Display for $name {
                fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    formatter.pad(self.as_str())
                }
            }

            impl $crate::serde::Serialize for $name {
                fn serialize<S: $crate::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl<'de> $crate::serde::Deserialize<'de> for $name {
                fn deserialize<D: $crate::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    let text = <::std::borrow::Cow<'de, str> as $crate::serde::Deserialize>::deserialize(
                        deserializer,
                    )?;
                    Self::try_from(text.as_ref()).map_err(<D::Error as $crate::serde::de::Error>::custom)
                }
            }
        };
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$about:meta])* $variant:ident = $text:literal ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $( $(#[$about])* $variant, )+
        }

        $crate::choice!(impl $name { $($variant = $text),+ });
    };
}
