//! What the method tables of all revisions share: the rows, and the enums of typed parameters.

use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Value};

/// One method of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// As on the wire, such as `tools/call`.
    pub name: &'static str,
    /// Whether it is answered.
    pub kind: Kind,
    /// Who sends it.
    pub direction: Direction,
    /// The type of the whole message in the revision's module.
    pub definition: &'static str,
    /// The type of its `params` in the revision's module, or `Object`.
    pub params: Option<&'static str>,
    /// Whether `params` must be there.
    pub params_required: bool,
    /// The types that may answer it in the revision's module, its own result first; none for a notification.
    pub results: &'static [&'static str],
}

impl Method {
    /// The type of its own result in the revision's module.
    pub const fn result(&self) -> Option<&'static str> {
        self.results.first().copied()
    }
}

/// Whether a method is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is answered with a result or an error.
    Request,
    /// It is not answered.
    Notification,
}

/// Who sends a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The client.
    ClientToServer,
    /// The server.
    ServerToClient,
    /// Either side.
    Both,
    /// The server, inside a result and not as a JSON-RPC message.
    Input,
}

/// `params` that must be there.
pub(crate) fn required<T: DeserializeOwned>(method: &str, params: Option<Value>) -> Result<T, Error> {
    let params = params.ok_or_else(|| Error::custom(format_args!("`{method}` needs `params`")))?;
    read(method, params)
}

/// `params` that may be left out; `null` counts as left out.
pub(crate) fn optional<T: DeserializeOwned>(method: &str, params: Option<Value>) -> Result<Option<T>, Error> {
    params.filter(|params| !params.is_null()).map(|params| read(method, params)).transpose()
}

fn read<T: DeserializeOwned>(method: &str, params: Value) -> Result<T, Error> {
    T::deserialize(params).map_err(|error| Error::custom(format_args!("`params` of `{method}`: {error}")))
}

/// `params` as they go out.
pub(crate) fn write<T: Serialize>(params: &T) -> Result<Option<Value>, Error> {
    serde_json::to_value(params).map(Some)
}

/// The constant `METHODS` of a revision.
macro_rules! table {
    ($($name:literal $kind:ident $direction:ident $definition:literal
        ($($presence:ident $params:literal)?) ($($result:literal)*),)*) => {
        /// Every method of the revision, by name.
        pub const METHODS: &[crate::Method] = &[$(crate::Method {
            name: $name,
            kind: crate::Kind::$kind,
            direction: crate::Direction::$direction,
            definition: $definition,
            params: crate::support::methods::table!(@params $($params)?),
            params_required: crate::support::methods::table!(@required $($presence)?),
            results: &[$($result),*],
        }),*];
    };
    (@params) => { None };
    (@params $params:literal) => { Some($params) };
    (@required required) => { true };
    (@required $($optional:ident)?) => { false };
}
pub(crate) use table;

/// An enum of messages by their typed parameters, decided by the method.
macro_rules! messages {
    ($about:literal $name:ident { $($variant:ident $method:literal $presence:ident $(($params:ty))?,)* }) => {
        #[doc = $about]
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $(
                #[doc = concat!("`", $method, "`")]
                $variant $((crate::support::methods::messages!(@type $presence $params)))?,
            )*
            /// A method that the revision does not have, as it came.
            Unknown {
                /// The method.
                method: String,
                /// Its parameters.
                params: Option<serde_json::Value>,
            },
        }

        impl $name {
            /// Every method that has a variant.
            pub const METHODS: &'static [&'static str] = &[$($method),*];

            /// Reads the parameters of `method`.
            ///
            /// # Errors
            ///
            /// They are not what the method takes; the message names it.
            pub fn decode(
                method: &str,
                params: Option<serde_json::Value>,
            ) -> Result<Self, serde_json::Error> {
                Ok(match method {
                    $($method => crate::support::methods::messages!(@decode $variant $presence params $method),)*
                    _ => Self::Unknown { method: method.to_owned(), params },
                })
            }

            /// The method, as on the wire.
            pub fn method(&self) -> &str {
                match self {
                    $(Self::$variant { .. } => $method,)*
                    Self::Unknown { method, .. } => method,
                }
            }

            /// The parameters as JSON, if there are any.
            ///
            /// # Errors
            ///
            /// As serialisation has them; a value that was decoded has none.
            pub fn params(&self) -> Result<Option<serde_json::Value>, serde_json::Error> {
                match self {
                    $(crate::support::methods::messages!(@pattern $variant $presence params) => {
                        crate::support::methods::messages!(@write $presence params)
                    })*
                    Self::Unknown { params, .. } => Ok(params.clone()),
                }
            }
        }
    };
    (@type required $params:ty) => { $params };
    (@type optional $params:ty) => { Option<$params> };
    (@decode $variant:ident none $value:ident $method:literal) => { Self::$variant };
    (@decode $variant:ident $presence:ident $value:ident $method:literal) => {
        Self::$variant(crate::support::methods::$presence($method, $value)?)
    };
    (@pattern $variant:ident none $value:ident) => { Self::$variant };
    (@pattern $variant:ident $presence:ident $value:ident) => { Self::$variant($value) };
    (@write none $value:ident) => { Ok(None) };
    (@write required $value:ident) => { crate::support::methods::write($value) };
    (@write optional $value:ident) => {
        $value.as_ref().map_or(Ok(None), crate::support::methods::write)
    };
}
pub(crate) use messages;
