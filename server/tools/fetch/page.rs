//! `fetch_url`: one page, in parts that belong together.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use moka::future::Cache;
use sha2::{Digest as _, Sha256};
use unicode_segmentation::GraphemeCursor;

use super::content::{Body, Content, Extract, Format, Link, NoText, Reader, media_type};
use super::error::PageError;
use crate::egress::{Answer, Egress, EgressRequest};

/// Of all pages that are kept, in bytes.
const CACHE_BYTES: u64 = 64 << 20;
/// The longest that a page is kept: as long as somebody may ask for a copy that old.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// Pages whose newest version is remembered.
const NEWEST: u64 = 10_000;
/// Longest pause that is passed on from a site.
const MAX_RETRY_AFTER: u64 = 24 * 60 * 60;
const ACCEPT: &str = "text/html, application/xhtml+xml, text/markdown, text/plain;q=0.9, application/json;q=0.9, \
                      application/xml;q=0.8, */*;q=0.5";

/// What to fetch, and which part of it.
#[derive(Clone, Debug)]
pub(crate) struct PageRequest {
    pub(crate) url: String,
    pub(crate) format: Format,
    pub(crate) extract: Extract,
    /// First character of the part.
    pub(crate) start: usize,
    /// Most characters of the part.
    pub(crate) length: usize,
    /// Most bytes of the part; one character that people see is never too long.
    pub(crate) bytes: usize,
    /// The version that an earlier part came from.
    pub(crate) content_hash: Option<String>,
    /// The oldest copy that will do.
    pub(crate) max_age: Duration,
    /// Who asks: nobody is shown what was fetched for somebody else.
    pub(crate) principal: Option<String>,
    /// When the work is given up.
    pub(crate) deadline: Instant,
}

/// A part of a page, and what is known of the page.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) version: Arc<Version>,
    pub(crate) text: String,
    pub(crate) start: usize,
    /// Where the next part begins.
    pub(crate) next: Option<usize>,
    pub(crate) total: usize,
    pub(crate) from_cache: bool,
}

/// A page as it was at one time, in one format.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) final_url: String,
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) redirects: Vec<String>,
    pub(crate) content: Content,
    /// 64 bits of the content's SHA-256, in hexadecimal digits.
    pub(crate) hash: String,
    /// To the second.
    pub(crate) fetched_at: Timestamp,
    fetched: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    principal: Option<String>,
    url: String,
    format: Format,
    extract: Extract,
}

/// Fetches pages and keeps them for a while.
#[derive(Debug)]
pub(crate) struct Pages {
    egress: Arc<Egress>,
    reader: Reader,
    newest: Cache<Key, String>,
    versions: Cache<(Key, String), Arc<Version>>,
}

impl Pages {
    pub(crate) fn new(egress: Arc<Egress>) -> Self {
        let weight = |_: &(Key, String), version: &Arc<Version>| {
            let links: usize = version.content.links.iter().map(Link::size).sum();
            u32::try_from(version.content.text.len() + links + 1_024).unwrap_or(u32::MAX)
        };
        Self {
            egress,
            reader: Reader::default(),
            newest: Cache::builder().max_capacity(NEWEST).time_to_live(KEPT).build(),
            versions: Cache::builder().max_capacity(CACHE_BYTES).weigher(weight).time_to_live(KEPT).build(),
        }
    }

    /// A part of a page, from a copy if there is one that will do.
    ///
    /// # Errors
    ///
    /// See [`PageError`].
    pub(crate) async fn part(&self, request: &PageRequest) -> Result<Part, PageError> {
        let target = self.egress.guard().check(&request.url)?;
        let key = Key {
            principal: request.principal.clone(),
            url: target.url().to_string(),
            format: request.format,
            extract: request.extract,
        };
        if let Some(version) = self.kept(&key, request).await {
            return Ok(Part::of(version, request, true));
        }
        let version = Arc::new(self.fetch(request, true).await?);
        self.newest.insert(key.clone(), version.hash.clone()).await;
        self.versions.insert((key, version.hash.clone()), Arc::clone(&version)).await;
        match &request.content_hash {
            Some(wanted) if *wanted != version.hash => {
                Err(PageError::ContentChanged { hash: version.hash.clone() })
            }
            _ => Ok(Part::of(version, request, false)),
        }
    }

    /// A part that a person asked for themselves: robots.txt is for programs that go on their own.
    ///
    /// # Errors
    ///
    /// See [`PageError`].
    pub(crate) async fn part_for_person(&self, request: &PageRequest) -> Result<Part, PageError> {
        let version = Arc::new(self.fetch(request, false).await?);
        Ok(Part::of(version, request, false))
    }

    async fn kept(&self, key: &Key, request: &PageRequest) -> Option<Arc<Version>> {
        let hash = match &request.content_hash {
            Some(hash) => hash.clone(),
            None => self.newest.get(key).await?,
        };
        let version = self.versions.get(&(key.clone(), hash)).await?;
        // A part belongs to its version, however old that is.
        let fresh = request.content_hash.is_some() || version.fetched.elapsed() < request.max_age;
        fresh.then_some(version)
    }

    async fn fetch(&self, request: &PageRequest, robots: bool) -> Result<Version, PageError> {
        let asked = EgressRequest {
            accept: ACCEPT,
            robots,
            deadline: Some(request.deadline),
            ..EgressRequest::new(&request.url)
        };
        let answer = self.egress.open(asked).await?;
        check_status(answer.status, &answer.headers)?;
        let header = answer.headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let header = header.unwrap_or_default().into_owned();
        let url = answer.target.url().clone();
        let mut version = Version::new(&answer);
        let (essence, has_text) = media_type(&header);
        version.content_type = essence;
        let read = if has_text {
            let bytes = answer.bytes().await?;
            let body = Body { bytes, content_type: header, url };
            self.reader.read(body, request.format, request.extract).await
        } else {
            Err(NoText(version.content_type.clone()))
        };
        match read {
            Ok(content) => version.content = content,
            Err(NoText(media_type)) if request.format == Format::Metadata => {
                version.content_type = media_type
            }
            Err(NoText(media_type)) => return Err(PageError::UnsupportedType { media_type }),
        }
        version.hash = version.content.hash();
        Ok(version)
    }
}

fn check_status(status: StatusCode, headers: &HeaderMap) -> Result<(), PageError> {
    if status.is_success() {
        return Ok(());
    }
    if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
        return Err(PageError::SiteBusy {
            status: status.as_u16(),
            retry_after_seconds: retry_after(headers),
        });
    }
    Err(PageError::HttpStatus { status: status.as_u16() })
}

/// When a site wants to be asked again, if it says so in seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u64>().ok()?;
    Some(seconds.min(MAX_RETRY_AFTER))
}

impl Version {
    fn new(answer: &Answer) -> Self {
        let now = Timestamp::now();
        Self {
            final_url: answer.target.url().to_string(),
            status: answer.status.as_u16(),
            content_type: String::new(),
            redirects: answer.redirects.clone(),
            content: Content::default(),
            hash: String::new(),
            fetched_at: Timestamp::from_second(now.as_second()).unwrap_or(now),
            fetched: Instant::now(),
        }
    }
}

impl Part {
    fn of(version: Arc<Version>, request: &PageRequest, from_cache: bool) -> Self {
        let text = &version.content.text;
        let total = text.chars().count();
        let start = request.start.min(total);
        let from = byte_of(text, start);
        let longest = text.floor_char_boundary(from.saturating_add(request.bytes));
        let mut to = (from + byte_of(&text[from..], request.length)).min(longest);
        // A character that people see as one stays whole, unless it alone is longer than the part.
        if let Ok(Some(before)) = boundary_before(text, to)
            && before > from
        {
            to = before;
        }
        let shown = text[from..to].to_owned();
        let next = (to < text.len()).then(|| start + shown.chars().count());
        Self { text: shown, start, next, total, from_cache, version }
    }
}

/// Where the character with this number begins, or the end.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// The boundary of a grapheme cluster before `at`; nothing where `at` is one.
fn boundary_before(text: &str, at: usize) -> Result<Option<usize>, unicode_segmentation::GraphemeIncomplete> {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    if cursor.is_boundary(text, 0)? { Ok(None) } else { cursor.prev_boundary(text, 0) }
}

impl Link {
    fn size(&self) -> usize {
        self.url.len() + self.text.len()
    }
}

impl Content {
    /// 64 bits are enough to tell the versions of one page apart.
    fn hash(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.text.as_bytes());
        for link in &self.links {
            hash.update([0]);
            hash.update(link.url.as_bytes());
            hash.update([0]);
            hash.update(link.text.as_bytes());
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}
