//! Modelled errors: what a tool says when it fails, and what the model should do about it.

use std::fmt;

use serde_json::{Map, Value};

use super::constrained::ConstraintError;

/// An error that a catalog models: the tool failed, and the model is told what to do about it.
pub trait ModelledError {
    /// Name of the error in the catalog.
    fn code(&self) -> &'static str;

    /// Whether the same call may succeed later.
    fn retryable(&self) -> bool;

    /// What to do next, from the catalog.
    fn hint(&self) -> &'static str;

    /// When to try again, in seconds, from the catalog.
    fn retry_after(&self) -> Option<u64> {
        None
    }

    /// What happened this time.
    fn detail(&self) -> &ErrorDetail;
}

/// All errors of one tool, so that a client can read them back. Implemented by [`errors!`](crate::errors).
pub trait ToolError: ModelledError + Sized {
    /// The error called `code`; `None` where the tool's catalog has no such error.
    fn from_code(code: &str, detail: ErrorDetail) -> Option<Self>;
}

/// What happened, as one call saw it. It reaches the caller: no secret, host path or stack trace belongs here.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorDetail {
    /// What happened: a lower-case fragment without a final full stop.
    pub message: String,
    /// A hint for this very case, in place of the catalog's.
    pub hint: Option<String>,
    /// When to try again, in place of the catalog's.
    pub retry_after_seconds: Option<u64>,
    /// Facts for programs.
    pub details: Option<Box<Map<String, Value>>>,
}

impl ErrorDetail {
    /// A detail with only a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// Replaces the catalog's hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn with_fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.get_or_insert_default().insert(name.to_owned(), value.into());
        self
    }
}

impl fmt::Display for ErrorDetail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl From<&str> for ErrorDetail {
    fn from(message: &str) -> Self {
        Self::new(message)
    }
}

impl From<String> for ErrorDetail {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

crate::errors! {
    @shared
    /// Errors that any tool may meet; every generated error enum has a variant for them.
    #[non_exhaustive]
    pub enum SharedError {
        /// The arguments break the tool's schema.
        InvalidArgument invalid_argument "invalid_argument" {
            retryable: false, hint: "Correct the named arguments and call again.", retry_after: None
        },
        /// The caller may not do this.
        InsufficientScope insufficient_scope "insufficient_scope" {
            retryable: false, hint: "Ask the operator of the server for the missing scope.", retry_after: None
        },
        /// The caller made too many calls.
        RateLimited rate_limited "rate_limited" {
            retryable: true, hint: "Wait before calling again.", retry_after: None
        },
        /// Too many calls at the moment.
        Busy busy "busy" {
            retryable: true, hint: "Try again in a few seconds.", retry_after: None
        },
        /// The call took longer than it may.
        Timeout timeout "timeout" {
            retryable: true, hint: "Ask for less in one call, or try again later.", retry_after: None
        },
        /// Nobody waits for the answer any more.
        Cancelled cancelled "cancelled" {
            retryable: false, hint: "Call again if the answer is still wanted.", retry_after: None
        },
        /// Something the tool needs is not there.
        Unavailable unavailable "unavailable" {
            retryable: true, hint: "Try again later, or ask the operator of the server.", retry_after: None
        },
        /// A mistake of the server.
        Internal internal "internal" {
            retryable: false,
            hint: "Tell the operator of the server; the same call will likely fail again.",
            retry_after: None
        },
    }
}

impl From<ConstraintError> for SharedError {
    fn from(error: ConstraintError) -> Self {
        Self::Internal(ErrorDetail::new(format!("a value of the server's own {error}")))
    }
}

/// Declares all errors of one tool: an enum with one variant for each, and `Shared` for those of all tools.
///
/// ```
/// lockstep_runtime::errors! {
///     /// How `greet` can fail.
///     pub enum GreetError {
///         /// There is nobody to greet.
///         Nobody nobody "nobody" { retryable: false, hint: "Name somebody.", retry_after: None },
///     }
/// }
/// let error = GreetError::nobody("the room is empty");
/// assert_eq!(error.to_string(), "nobody: the room is empty");
/// ```
#[macro_export]
macro_rules! errors {
    (
        @shared
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$about:meta])*
                $variant:ident $constructor:ident $code:literal
                { retryable: $retryable:expr, hint: $hint:expr, retry_after: $retry_after:expr $(,)? }
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis enum $name {
            $(
                $(#[$about])*
                $variant($crate::contract::ErrorDetail),
            )*
        }

        impl $name {
            $(
                $(#[$about])*
                ///
                /// Say what happened.
                pub fn $constructor(detail: impl ::std::convert::Into<$crate::contract::ErrorDetail>) -> Self {
                    Self::$variant(detail.into())
                }
            )*
        }

        impl $crate::contract::ModelledError for $name {
            fn code(&self) -> &'static str {
                match self { $(Self::$variant(_) => $code,)* }
            }

            fn retryable(&self) -> bool {
                match self { $(Self::$variant(_) => $retryable,)* }
            }

            fn hint(&self) -> &'static str {
                match self { $(Self::$variant(_) => $hint,)* }
            }

            fn retry_after(&self) -> ::std::option::Option<u64> {
                match self { $(Self::$variant(_) => $retry_after,)* }
            }

            fn detail(&self) -> &$crate::contract::ErrorDetail {
                match self { $(Self::$variant(detail) => detail,)* }
            }
        }

        impl $crate::contract::ToolError for $name {
            fn from_code(code: &str, detail: $crate::contract::ErrorDetail) -> ::std::option::Option<Self> {
                match code {
                    $($code => Some(Self::$variant(detail)),)*
                    _ => None,
                }
            }
        }

        $crate::errors!(@display $name);
    };
    (@display $name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let (code, detail) = (
                    $crate::contract::ModelledError::code(self),
                    $crate::contract::ModelledError::detail(self),
                );
                write!(formatter, "{code}: {detail}")
            }
        }

        impl ::std::error::Error for $name {}
    };
    (
        impl $name:ident {
            $(
                $variant:ident $constructor:ident $code:literal
                { retryable: $retryable:expr, hint: $hint:expr, retry_after: $retry_after:expr $(,)? }
            ),* $(,)?
        }
    ) => {
        impl $name {
            $(
                #[doc = concat!("The error `", $code, "`; say what happened.")]
                pub fn $constructor(detail: impl ::std::convert::Into<$crate::contract::ErrorDetail>) -> Self {
                    Self::$variant(detail.into())
                }
            )*
        }

        impl ::std::convert::From<$crate::contract::SharedError> for $name {
            fn from(error: $crate::contract::SharedError) -> Self {
                Self::Shared(error)
            }
        }

        impl ::std::convert::From<$crate::contract::ConstraintError> for $name {
            fn from(error: $crate::contract::ConstraintError) -> Self {
                Self::Shared(error.into())
            }
        }

        impl ::std::convert::From<$crate::contract::InputError> for $name {
            fn from(error: $crate::contract::InputError) -> Self {
                Self::Shared(error.into())
            }
        }

        impl $crate::contract::ModelledError for $name {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $code,)*
                    Self::Shared(error) => $crate::contract::ModelledError::code(error),
                }
            }

            fn retryable(&self) -> bool {
                match self {
                    $(Self::$variant(_) => $retryable,)*
                    Self::Shared(error) => $crate::contract::ModelledError::retryable(error),
                }
            }

            fn hint(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $hint,)*
                    Self::Shared(error) => $crate::contract::ModelledError::hint(error),
                }
            }

            fn retry_after(&self) -> ::std::option::Option<u64> {
                match self {
                    $(Self::$variant(_) => $retry_after,)*
                    Self::Shared(error) => $crate::contract::ModelledError::retry_after(error),
                }
            }

            fn detail(&self) -> &$crate::contract::ErrorDetail {
                match self {
                    $(Self::$variant(detail) => detail,)*
                    Self::Shared(error) => $crate::contract::ModelledError::detail(error),
                }
            }
        }

        impl $crate::contract::ToolError for $name {
            fn from_code(code: &str, detail: $crate::contract::ErrorDetail) -> ::std::option::Option<Self> {
                match code {
                    $($code => Some(Self::$variant(detail)),)*
                    _ => $crate::contract::ToolError::from_code(code, detail).map(Self::Shared),
                }
            }
        }

        $crate::errors!(@display $name);
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$about:meta])*
                $variant:ident $constructor:ident $code:literal { $($fact:tt)* }
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis enum $name {
            $(
                $(#[$about])*
                $variant($crate::contract::ErrorDetail),
            )*
            /// An error that any tool may meet.
            Shared($crate::contract::SharedError),
        }

        $crate::errors!(impl $name { $($variant $constructor $code { $($fact)* }),* });
    };
}
