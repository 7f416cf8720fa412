//! What is made of a body: Markdown, text, links, metadata. Its size, its depth and the time it takes are bounded before a
//! library sees it.

mod charset;
mod hidden;
mod html;
mod kind;
mod strip;
mod tree;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use url::Url;

use crate::ground::clean_untrusted;
use kind::Kind;

/// Longest content, in bytes. What is longer is cut, and says so.
pub(crate) const MAX_CONTENT_BYTES: usize = 2 << 20;
/// Longest HTML that is made a tree of, in bytes.
const MAX_HTML_BYTES: usize = 2 << 20;
/// How long a page may keep a processor busy.
const READING: Duration = Duration::from_secs(3);
/// Of the thread that reads a page: enough for the depth that [`tree`] lets through.
const STACK: usize = 16 << 20;
/// Longest title, name or date of a page's own, in characters.
const MAX_FACT_CHARS: usize = 500;

/// What is wanted of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// Markdown of HTML; other text as it is.
    Markdown,
    /// Text without marks.
    Text,
    /// As it came, in Unicode.
    Raw,
    /// Where the page leads.
    Links,
    /// What the page says of itself, without content.
    Metadata,
}

/// How much of an HTML page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Extract {
    /// The main text.
    Article,
    /// Everything that a person sees.
    Full,
}

/// A page that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Content {
    /// In the format asked for; empty for links and metadata.
    pub(crate) text: String,
    pub(crate) links: Vec<Link>,
    pub(crate) charset: String,
    pub(crate) title: Option<String>,
    pub(crate) byline: Option<String>,
    /// As the page says.
    pub(crate) published: Option<String>,
    pub(crate) language: Option<String>,
    /// Elements that people do not see, and that were left out.
    pub(crate) hidden_removed: u32,
    pub(crate) warnings: Vec<&'static str>,
}

/// One link of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) url: String,
    pub(crate) text: String,
}

/// A body and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// The header, or nothing.
    pub(crate) content_type: String,
    /// Where it came from; links are relative to it.
    pub(crate) url: Url,
}

/// A body that has no text; its media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoText(pub(crate) String);

/// Reads pages, a few at a time.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    places: Arc<Semaphore>,
}

/// The media type without parameters, and whether it promises text.
pub(crate) fn media_type(content_type: &str) -> (String, bool) {
    let essence = kind::essence(content_type);
    let text = essence.is_empty() || essence == "application/octet-stream" || kind::is_text(&essence);
    (essence, text)
}

impl Default for Reader {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self { places: Arc::new(Semaphore::new(processors)) }
    }
}

impl Reader {
    /// Makes the content of a body. Takes no longer than [`READING`] on top of the wait for a processor: what takes
    /// longer is stripped of its tags instead.
    ///
    /// # Errors
    ///
    /// The body is not text.
    pub(crate) async fn read(&self, body: Body, format: Format, extract: Extract) -> Result<Content, NoText> {
        let kind = kind::of(&body.content_type, &body.bytes).map_err(NoText)?;
        let (text, charset) = charset::decode(&body.bytes, &body.content_type, kind == Kind::Html);
        let mut content = match kind {
            Kind::Html => self.read_html(text, body.url, format, extract).await,
            Kind::Text if matches!(format, Format::Links | Format::Metadata) => Content::default(),
            Kind::Text => Content { text, ..Content::default() },
        };
        content.charset = charset.to_owned();
        content.finish();
        Ok(content)
    }

    async fn read_html(&self, html: String, url: Url, format: Format, extract: Extract) -> Content {
        let html: Arc<str> = html.into();
        let (within, cut) = within(&html, MAX_HTML_BYTES);
        let task = Arc::clone(&html);
        let length = within.len();
        let reading =
            self.on_thread(move |deadline| html::read(&task[..length], &url, format, extract, deadline));
        let read = reading.await;
        let mut content = read.unwrap_or_else(|warning| {
            let text = match format {
                Format::Raw => within.to_owned(),
                Format::Markdown | Format::Text => strip::text(within),
                Format::Links | Format::Metadata => String::new(),
            };
            Content { text, warnings: vec![warning], ..Content::default() }
        });
        if cut {
            content.warnings.push("html_cut");
        }
        content
    }

    /// Runs `work` on a thread with room for deep pages. Its place stays taken until it is done, also when nobody waits for it
    /// any more.
    async fn on_thread(
        &self,
        work: impl FnOnce(Instant) -> Result<Content, tree::NoTree> + Send + 'static,
    ) -> Result<Content, &'static str> {
        let permit = Arc::clone(&self.places).acquire_owned().await.map_err(|_closed| "html_unreadable")?;
        let deadline = Instant::now() + READING;
        let waiting = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let thread = std::thread::Builder::new().name("page".to_owned()).stack_size(STACK);
            // A panic of a library ends the thread, and this page alone.
            thread.spawn(move || work(deadline)).ok()?.join().ok()
        });
        match tokio::time::timeout(READING, waiting).await {
            Ok(Ok(Some(Ok(content)))) => Ok(content),
            Ok(Ok(Some(Err(tree::NoTree::TooDeep)))) => Err("html_too_deep"),
            Ok(Ok(Some(Err(tree::NoTree::TooSlow)))) | Err(_) => Err("html_too_slow"),
            Ok(Ok(None) | Err(_)) => Err("html_unreadable"),
        }
    }
}

impl Content {
    /// Cleans the text, which the contract would do as well: here it is done before the text is taken apart, so that the
    /// characters of all parts are counted alike. Cuts what is too long.
    fn finish(&mut self) {
        let cleaned = clean_untrusted(&self.text);
        if cleaned.count > 0 {
            self.warnings.push("unseen_characters_removed");
        }
        if let Cow::Owned(text) = cleaned.text {
            self.text = text;
        }
        let (within, cut) = within(&self.text, MAX_CONTENT_BYTES);
        if cut {
            let length = within.len();
            self.text.truncate(length);
            self.warnings.push("content_cut");
        }
        for fact in [&mut self.title, &mut self.byline, &mut self.published, &mut self.language] {
            *fact = fact.take().map(|text| short(&text)).filter(|text| !text.is_empty());
        }
    }
}

/// The text of a piece of HTML that is no page.
pub(crate) fn plain(html: &str) -> String {
    strip::text(html)
}

/// A fact of one line.
fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(MAX_FACT_CHARS).collect()
}

/// The beginning of `text` that has at most `bytes`, and whether something was cut.
fn within(text: &str, bytes: usize) -> (&str, bool) {
    let end = text.floor_char_boundary(bytes);
    (&text[..end], end < text.len())
}
