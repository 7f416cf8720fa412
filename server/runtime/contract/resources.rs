//! Resources: what reading, listing and completing them returns, and how it can fail.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lockstep_wire::latest;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::arguments::{Parsing, correction, typed};
use super::check::Check;
use super::error::ErrorDetail;
use super::problem::Path;
use super::result::COMPLETE;
use super::rule::{Presence, Rule, Typed};

/// What reading one resource returns: usually one content, several for a folder.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ResourceContents {
    /// The contents.
    pub contents: Vec<Content>,
    /// How long a client may keep them; nothing means: not at all.
    pub ttl: Option<Duration>,
    /// Whether what one caller got may be given to others.
    pub public: bool,
}

impl ResourceContents {
    /// One text.
    pub fn text(text: impl Into<String>) -> Self {
        Content::text(text).into()
    }

    /// Some bytes.
    pub fn blob(bytes: impl Into<Vec<u8>>) -> Self {
        Content::blob(bytes).into()
    }

    /// Adds a content.
    #[must_use]
    pub fn with(mut self, content: Content) -> Self {
        self.contents.push(content);
        self
    }

    /// Says how long a client may keep the contents; whole milliseconds count.
    #[must_use]
    pub fn with_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = Some(ttl);
        self
    }

    /// Lets caches give the contents to every caller.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    /// The result of the latest revision. `uri` and `mime_type` stand where a content has none of its own.
    pub fn into_result(self, uri: &str, mime_type: Option<&str>) -> latest::ReadResourceResult {
        let scope = if self.public { latest::CacheScope::Public } else { latest::CacheScope::Private };
        let ttl = self.ttl.map_or(0, |ttl| u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX));
        let contents: Vec<_> =
            self.contents.into_iter().map(|content| content.into_item(uri, mime_type)).collect();
        latest::ReadResourceResult::new(scope, contents, COMPLETE, ttl)
    }
}

impl From<Content> for ResourceContents {
    fn from(content: Content) -> Self {
        Self { contents: vec![content], ..Self::default() }
    }
}

/// One content of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Content {
    /// The content itself.
    pub body: Body,
    /// Its type, where it is not the catalog's.
    pub mime_type: Option<String>,
    /// Its address, where it is not the one that was read.
    pub uri: Option<String>,
}

/// Text or bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Text.
    Text(String),
    /// Bytes; Base64 on the wire.
    Blob(Vec<u8>),
}

impl Content {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { body: Body::Text(text.into()), mime_type: None, uri: None }
    }

    /// Some bytes.
    pub fn blob(bytes: impl Into<Vec<u8>>) -> Self {
        Self { body: Body::Blob(bytes.into()), mime_type: None, uri: None }
    }

    /// Names the type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Names the address.
    #[must_use]
    pub fn with_uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = Some(uri.into());
        self
    }

    fn into_item(self, uri: &str, mime_type: Option<&str>) -> latest::ReadResourceResultContentsItem {
        let uri = self.uri.unwrap_or_else(|| uri.to_owned());
        let mime_type = self.mime_type.or_else(|| mime_type.map(str::to_owned));
        match self.body {
            Body::Text(text) => {
                let mut contents = latest::TextResourceContents::new(text, uri);
                contents.mime_type = mime_type;
                contents.into()
            }
            Body::Blob(bytes) => {
                let mut contents = latest::BlobResourceContents::new(STANDARD.encode(bytes), uri);
                contents.mime_type = mime_type;
                contents.into()
            }
        }
    }
}

/// One page of the resources that there are.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ResourceList {
    /// The resources.
    pub resources: Vec<latest::Resource>,
    /// Where the next page begins; absent on the last one.
    pub next_cursor: Option<String>,
}

impl ResourceList {
    /// The last page.
    pub fn new(resources: Vec<latest::Resource>) -> Self {
        Self { resources, next_cursor: None }
    }

    /// Says where the next page begins.
    #[must_use]
    pub fn with_next_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.next_cursor = Some(cursor.into());
        self
    }
}

/// What is being completed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completing {
    /// What was typed so far.
    pub value: String,
    /// Arguments that are known already.
    pub context: BTreeMap<String, String>,
}

impl Completing {
    /// Completes `value`, knowing `context`.
    pub fn new(value: impl Into<String>, context: BTreeMap<String, String>) -> Self {
        Self { value: value.into(), context }
    }
}

/// Whose argument is completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reference<'a> {
    /// The prompt with this name.
    Prompt(&'a str),
    /// The resource with this template, or one with a matching address.
    Resource(&'a str),
}

/// Values that complete an argument, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    values: Vec<String>,
    total: Option<u64>,
    has_more: bool,
}

impl Completion {
    /// Most values of one answer.
    pub const MOST: usize = 100;

    /// These values; those beyond [`Completion::MOST`] are only counted.
    pub fn new(mut values: Vec<String>) -> Self {
        let total = values.len();
        values.truncate(Self::MOST);
        Self { has_more: total > values.len(), total: u64::try_from(total).ok(), values }
    }

    /// Those of `choices` that begin with `typed`, whatever the case; all of them for nothing typed.
    pub fn among(choices: &[&str], typed: &str) -> Self {
        let typed = typed.to_lowercase();
        let begins = |choice: &&&str| choice.to_lowercase().starts_with(&typed);
        Self::new(choices.iter().filter(begins).map(|choice| (*choice).to_owned()).collect())
    }

    /// Says how many values there are in all.
    #[must_use]
    pub fn with_total(mut self, total: u64) -> Self {
        self.total = Some(total);
        self.has_more = total > self.values.len() as u64;
        self
    }

    /// The values, at most [`Completion::MOST`].
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// How many there are in all, if that is known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Whether there are more than these.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// The result of the latest revision.
    pub fn into_result(self) -> latest::CompleteResult {
        let mut completion = latest::CompleteResultCompletion::new(self.values);
        completion.total = self.total.and_then(|total| i64::try_from(total).ok());
        completion.has_more = Some(self.has_more);
        latest::CompleteResult::new(completion, COMPLETE)
    }
}

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
pub(super) use protocol_errors;

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

/// The typed parameters of an address: strings become what the catalog says they are.
///
/// # Errors
///
/// [`ResourceError::InvalidParameter`] with all that is wrong.
pub fn parameters<T: Typed + DeserializeOwned>(
    matched: &[(&'static str, String)],
) -> Result<T, ResourceError> {
    let map = matched.iter().map(|(name, text)| ((*name).to_owned(), Value::from(text.as_str()))).collect();
    from_strings(map).map_err(|detail| ResourceError::InvalidParameter(*detail))
}

/// Types an object of strings. An empty string for what may be left out and cannot be empty counts as left out.
pub(super) fn from_strings<T: Typed + DeserializeOwned>(
    mut map: Map<String, Value>,
) -> Result<T, Box<ErrorDetail>> {
    let members = match T::RULE.resolve() {
        Rule::Object(members) => *members,
        _ => &[],
    };
    for member in members {
        let Some(Value::String(text)) = map.get(member.name) else { continue };
        let read = match member.rule.resolve() {
            Rule::Integer { .. } | Rule::Number { .. } | Rule::Boolean => serde_json::from_str(text).ok(),
            _ => None,
        };
        let droppable = text.is_empty() && member.presence != Presence::Required;
        if let Some(value @ (Value::Bool(_) | Value::Number(_))) = read {
            map.insert(member.name.to_owned(), value);
        } else if droppable && !member.rule.resolve().fits_text("") {
            map.remove(member.name);
        }
    }
    let mut check = Check::new(Parsing::Repair);
    check.members(&mut map, members, None, &Path::Root, None);
    let typed = check.finish().and_then(|()| typed(Value::Object(map)));
    typed.map_err(|problems| Box::new(correction(&problems, None, "argument")))
}
