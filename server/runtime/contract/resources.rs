//! Resources: what reading and listing them returns.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lockstep_wire::latest;

use super::result::COMPLETE;

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
