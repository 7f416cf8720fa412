//! The answer of a tool that makes its content blocks itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lockstep_wire::latest::{
    AudioContent, CallToolResult, ContentBlock, EmbeddedResource, ImageContent, ResourceLink, TextContent,
};

use super::error::ModelledError;
use super::resources::{Body, Content};
use super::result::{COMPLETE, failed};

/// Content blocks in order: text, images, audio, resources and links to resources.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ContentBlocks {
    /// The blocks.
    pub blocks: Vec<ContentBlock>,
}

impl ContentBlocks {
    /// No block yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(TextContent::new(text))
    }

    /// Adds an image of this MIME type.
    #[must_use]
    pub fn image(self, bytes: &[u8], mime_type: impl Into<String>) -> Self {
        self.with(image(bytes, mime_type))
    }

    /// Adds audio of this MIME type.
    #[must_use]
    pub fn audio(self, bytes: &[u8], mime_type: impl Into<String>) -> Self {
        self.with(AudioContent::new(STANDARD.encode(bytes), mime_type))
    }

    /// Adds a link to the resource at `uri`.
    #[must_use]
    pub fn link(self, name: impl Into<String>, uri: impl Into<String>) -> Self {
        self.with(ResourceLink::new(name, uri))
    }

    /// Adds the contents of the resource at `uri`.
    #[must_use]
    pub fn resource(self, uri: &str, content: Content) -> Self {
        self.with(content.into_embedded(uri))
    }

    /// Adds any block.
    #[must_use]
    pub fn with(mut self, block: impl Into<ContentBlock>) -> Self {
        self.blocks.push(block.into());
        self
    }
}

impl From<&str> for ContentBlocks {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for ContentBlocks {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

pub(super) fn image(bytes: &[u8], mime_type: impl Into<String>) -> ImageContent {
    ImageContent::new(STANDARD.encode(bytes), mime_type)
}

/// What a tool without an output schema returned, as a result of the latest revision.
pub fn answer_blocks<E: ModelledError>(outcome: Result<ContentBlocks, E>) -> CallToolResult {
    match outcome {
        Ok(ContentBlocks { blocks }) => CallToolResult::new(blocks, COMPLETE),
        Err(error) => failed(&error),
    }
}

impl Content {
    pub(super) fn into_embedded(self, uri: &str) -> EmbeddedResource {
        use lockstep_wire::latest::{BlobResourceContents, TextResourceContents};
        let uri = self.uri.unwrap_or_else(|| uri.to_owned());
        match self.body {
            Body::Text(text) => {
                let mut contents = TextResourceContents::new(text, uri);
                contents.mime_type = self.mime_type;
                EmbeddedResource::new(contents)
            }
            Body::Blob(bytes) => {
                let mut contents = BlobResourceContents::new(STANDARD.encode(bytes), uri);
                contents.mime_type = self.mime_type;
                EmbeddedResource::new(contents)
            }
        }
    }
}
