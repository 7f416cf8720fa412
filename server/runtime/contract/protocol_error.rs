//! How reading a resource, getting a prompt and completing an argument can fail.

use super::error::{ModelledError, SharedError};
use super::peer::InputError;

/// Declares an error of the protocol's other features: variants with a detail, and constructors for them.
macro_rules! protocol_errors {
    (
        $(#[$meta:meta])*
        $name:ident { $($(#[$about:meta])* $variant:ident $constructor:ident $text:literal,)+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$about])* $variant($crate::contract::ErrorDetail),)+
        }

        impl $name {
            $(
                $(#[$about])*
                ///
                /// Say what happened.
                pub fn $constructor(detail: impl Into<$crate::contract::ErrorDetail>) -> Self {
                    Self::$variant(detail.into())
                }
            )+

            /// What happened.
            pub fn detail(&self) -> &$crate::contract::ErrorDetail {
                match self { $(Self::$variant(detail) => detail,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { $(Self::$variant(detail) => write!(formatter, "{}: {detail}", $text),)+ }
            }
        }

        impl std::error::Error for $name {}

        impl From<$crate::contract::ConstraintError> for $name {
            fn from(error: $crate::contract::ConstraintError) -> Self {
                Self::internal(format!("a value of the server's own {error}"))
            }
        }
    };
}
protocol_errors! {
    /// Why a resource cannot be read or listed.
    ResourceError {
        /// There is no such resource.
        NotFound not_found "no such resource",
        /// The caller may not read it.
        Denied denied "not allowed",
        /// A parameter of the address breaks the catalog.
        InvalidParameter invalid_parameter "invalid parameter",
        /// It took too long.
        Timeout timeout "timeout",
        /// Something the server needs is not there.
        Unavailable unavailable "unavailable",
        /// A mistake of the server.
        Internal internal "internal error",
    }
}

protocol_errors! {
    /// Why a prompt cannot be had.
    PromptError {
        /// There is no such prompt.
        NotFound not_found "no such prompt",
        /// The arguments break the catalog.
        InvalidArgument invalid_argument "invalid argument",
        /// The caller may not use it.
        Denied denied "not allowed",
        /// It took too long.
        Timeout timeout "timeout",
        /// Something the server needs is not there.
        Unavailable unavailable "unavailable",
        /// A mistake of the server.
        Internal internal "internal error",
    }
}

/// What tools and the protocol's other features have in common.
macro_rules! from_shared {
    ($($name:ident)+) => {
        $(
            impl From<SharedError> for $name {
                fn from(error: SharedError) -> Self {
                    let detail = error.detail().clone();
                    match error {
                        SharedError::InsufficientScope(_) => Self::Denied(detail),
                        SharedError::Timeout(_) => Self::Timeout(detail),
                        SharedError::RateLimited(_)
                        | SharedError::Busy(_)
                        | SharedError::Unavailable(_)
                        | SharedError::Cancelled(_) => Self::Unavailable(detail),
                        SharedError::InvalidArgument(_) | SharedError::Internal(_) => Self::Internal(detail),
                    }
                }
            }

            impl From<InputError> for $name {
                fn from(error: InputError) -> Self {
                    SharedError::from(error).into()
                }
            }
        )+
    };
}

from_shared! { PromptError ResourceError }

protocol_errors! {
    /// Why an argument cannot be completed.
    CompletionError {
        /// There is no such prompt, resource or argument.
        Unknown unknown "unknown",
        /// The caller may not ask.
        Denied denied "not allowed",
        /// Something the server needs is not there.
        Unavailable unavailable "unavailable",
        /// A mistake of the server.
        Internal internal "internal error",
    }
}

impl From<SharedError> for CompletionError {
    fn from(error: SharedError) -> Self {
        let detail = error.detail().clone();
        match error {
            SharedError::InsufficientScope(_) => Self::Denied(detail),
            SharedError::InvalidArgument(_) | SharedError::Internal(_) => Self::Internal(detail),
            SharedError::RateLimited(_)
            | SharedError::Busy(_)
            | SharedError::Timeout(_)
            | SharedError::Unavailable(_)
            | SharedError::Cancelled(_) => Self::Unavailable(detail),
        }
    }
}
