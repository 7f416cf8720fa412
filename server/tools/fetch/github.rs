//! `github_file`: a file or a folder, through GitHub's REST interface.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use url::Url;

use super::page::retry_after;
use crate::egress::{Egress, EgressError, EgressRequest, Redirects};
use crate::ground::{MAX_STRUCTURED_BYTES, clean_untrusted};

const API: &str = "https://api.github.com/";
/// Where GitHub may redirect to.
const HOSTS: &[&str] = &["api.github.com", "raw.githubusercontent.com", "codeload.github.com"];
/// Largest file, in bytes: GitHub leaves the content of larger ones out.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// Of a file's lines in one answer; in JSON they can take twice as much.
const MAX_CONTENT_BYTES: usize = MAX_STRUCTURED_BYTES / 2 - (8 << 10);
/// Of an answer: the file in Base64, or a thousand entries.
const MAX_ANSWER_BYTES: usize = 4 << 20;
/// Entries of a folder that are shown.
const MAX_ENTRIES: usize = 1_000;
/// Longest pause that is passed on.
const MAX_RESET_SECONDS: u64 = 2 * 60 * 60;

/// What to read.
#[derive(Clone, Debug)]
pub(crate) struct GithubRequest {
    pub(crate) owner: String,
    pub(crate) repo: String,
    /// Empty for the top of the repository.
    pub(crate) path: String,
    pub(crate) reference: Option<String>,
    /// From 1 on.
    pub(crate) start_line: usize,
    pub(crate) max_lines: usize,
    pub(crate) deadline: Instant,
}

/// A file's lines, or a folder's entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GithubFile {
    pub(crate) path: String,
    pub(crate) reference: String,
    pub(crate) html_url: String,
    pub(crate) truncated: bool,
    pub(crate) found: Found,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    File { sha: String, size: u64, content: String, start_line: usize, total_lines: usize },
    Folder { entries: Vec<Entry> },
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) kind: EntryKind,
    pub(crate) size: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Folder,
    Link,
    Submodule,
}

/// Why there is neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GithubError {
    /// An argument that the catalog's schema lets through all the same.
    InvalidPath {
        why: &'static str,
    },
    NotFound,
    TooLarge {
        bytes: u64,
    },
    LineTooLong {
        line: usize,
    },
    NotText {
        html_url: String,
    },
    RateLimited {
        seconds: u64,
    },
    Timeout,
    Provider {
        why: String,
    },
}

/// GitHub's REST interface, with a token of the operator's if there is one.
#[derive(Debug)]
pub(crate) struct Github {
    egress: Arc<Egress>,
    token: Option<HeaderValue>,
}

/// What the interface says of one file or entry.
#[derive(Deserialize)]
struct Item {
    #[serde(rename = "type")]
    kind: String,
    path: String,
    sha: String,
    size: Option<u64>,
    url: Option<String>,
    html_url: Option<String>,
    encoding: Option<String>,
    content: Option<String>,
}

impl Github {
    pub(crate) fn new(egress: Arc<Egress>, token: Option<HeaderValue>) -> Self {
        Self { egress, token }
    }

    /// Reads a file or lists a folder.
    ///
    /// # Errors
    ///
    /// See [`GithubError`].
    pub(crate) async fn read(&self, request: &GithubRequest) -> Result<GithubFile, GithubError> {
        let url = address(request)?;
        let asked = EgressRequest {
            accept: "application/vnd.github+json",
            credentials: self.token.iter().map(|token| (AUTHORIZATION, token.clone())).collect(),
            robots: false,
            redirects: Redirects::Hosts(HOSTS),
            deadline: Some(request.deadline),
            ..EgressRequest::new(url.as_str())
        };
        let answer = self.egress.open(asked).await?;
        check_status(answer.status, &answer.headers)?;
        let bytes = answer.bytes_up_to(MAX_ANSWER_BYTES).await?;
        let unexpected =
            |_| GithubError::Provider { why: "GitHub's answer is not of the expected form".to_owned() };
        // A folder is a list of what is in it, a file is one such item with its content.
        if bytes.trim_ascii_start().starts_with(b"[") {
            let items = serde_json::from_slice(&bytes).map_err(unexpected)?;
            return Ok(folder(items, request));
        }
        let item: Item = serde_json::from_slice(&bytes).map_err(unexpected)?;
        if item.kind == "file" { file(item, request) } else { Ok(folder(vec![item], request)) }
    }
}

/// Every name is encoded by itself, so that none can become a path, a query or another host.
fn address(request: &GithubRequest) -> Result<Url, GithubError> {
    let invalid = |why| GithubError::InvalidPath { why };
    let path = request.path.trim_matches('/');
    if path.split('/').any(|name| name == ".." || name == ".") {
        return Err(invalid("`path` has a `.` or `..` in it"));
    }
    if matches!(request.repo.as_str(), "." | "..") {
        return Err(invalid("`repo` is not a name"));
    }
    if path.chars().any(char::is_control) {
        return Err(invalid("`path` has a control character in it"));
    }
    let mut url = Url::parse(API).map_err(|_| invalid("the address cannot be written"))?;
    let names = ["repos", &request.owner, &request.repo, "contents"].into_iter();
    url.path_segments_mut()
        .map_err(|()| invalid("the address cannot be written"))?
        .clear()
        .extend(names.chain(path.split('/').filter(|name| !name.is_empty())));
    if let Some(reference) = &request.reference {
        url.query_pairs_mut().append_pair("ref", reference);
    }
    Ok(url)
}

fn check_status(status: StatusCode, headers: &HeaderMap) -> Result<(), GithubError> {
    let spent = headers.get("x-ratelimit-remaining").is_some_and(|left| left == "0")
        || headers.contains_key(RETRY_AFTER);
    match status.as_u16() {
        200..=299 => Ok(()),
        404 | 451 => Err(GithubError::NotFound),
        403 | 429 if spent || status == StatusCode::TOO_MANY_REQUESTS => {
            Err(GithubError::RateLimited { seconds: reset(headers) })
        }
        _ => {
            Err(GithubError::Provider { why: format!("GitHub answered with the status {}", status.as_u16()) })
        }
    }
}

/// Seconds until GitHub answers again.
fn reset(headers: &HeaderMap) -> u64 {
    let at = headers.get("x-ratelimit-reset").and_then(|at| at.to_str().ok()?.parse::<u64>().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let left = at.map(|at| at.saturating_sub(now).max(1));
    retry_after(headers).or(left).unwrap_or(60).min(MAX_RESET_SECONDS)
}

fn file(item: Item, request: &GithubRequest) -> Result<GithubFile, GithubError> {
    let size = item.size.unwrap_or_default();
    if size > MAX_FILE_BYTES || item.encoding.as_deref() != Some("base64") {
        return Err(GithubError::TooLarge { bytes: size });
    }
    let packed: String = item.content.unwrap_or_default().split_ascii_whitespace().collect();
    let bytes = STANDARD
        .decode(packed)
        .map_err(|_| GithubError::Provider { why: "the file's Base64 is damaged".to_owned() })?;
    let html_url = item.html_url.unwrap_or_default();
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    let Some(text) = text else { return Err(GithubError::NotText { html_url }) };
    // Before lines are counted: a carriage return is one to some and none to others.
    let text = clean_untrusted(&text).text;
    let total_lines = text.lines().count();
    let from = request.start_line.saturating_sub(1);
    let mut room = MAX_CONTENT_BYTES;
    let fits = |line: &&str| {
        let left = room.checked_sub(line.len());
        room = left.unwrap_or_default();
        left.is_some()
    };
    let lines: Vec<&str> =
        text.split_inclusive('\n').skip(from).take(request.max_lines).take_while(fits).collect();
    if lines.is_empty() && from < total_lines {
        return Err(GithubError::LineTooLong { line: from + 1 });
    }
    Ok(GithubFile {
        truncated: from + lines.len() < total_lines,
        reference: reference(item.url.as_deref(), request),
        path: item.path,
        html_url,
        found: Found::File {
            sha: item.sha,
            size,
            content: lines.concat(),
            start_line: request.start_line,
            total_lines,
        },
    })
}

fn folder(items: Vec<Item>, request: &GithubRequest) -> GithubFile {
    let reference = reference(items.first().and_then(|item| item.url.as_deref()), request);
    let path = request.path.trim_matches('/').to_owned();
    let mut html_url = format!("https://github.com/{}/{}", request.owner, request.repo);
    if let Ok(mut url) = Url::parse(&html_url) {
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .push("tree")
                .extend(reference.split('/'))
                .extend(path.split('/').filter(|name| !name.is_empty()));
        }
        html_url = url.into();
    }
    let truncated = items.len() > MAX_ENTRIES;
    let entries = items.into_iter().take(MAX_ENTRIES).map(entry).collect();
    GithubFile { path, reference, html_url, truncated, found: Found::Folder { entries } }
}

fn entry(item: Item) -> Entry {
    let kind = match item.kind.as_str() {
        "dir" => EntryKind::Folder,
        "symlink" => EntryKind::Link,
        "submodule" => EntryKind::Submodule,
        _ => EntryKind::File,
    };
    Entry { path: item.path, kind, size: item.size.filter(|_| kind == EntryKind::File) }
}

/// What was read: GitHub names the branch that it took in the item's own address.
fn reference(url: Option<&str>, request: &GithubRequest) -> String {
    let named = || {
        let url = Url::parse(url?).ok()?;
        url.query_pairs().find(|(name, _)| name == "ref").map(|(_, value)| value.into_owned())
    };
    request.reference.clone().or_else(named).unwrap_or_else(|| "HEAD".to_owned())
}

impl From<EgressError> for GithubError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Timeout { .. } => Self::Timeout,
            EgressError::HostBusy { retry_after_seconds, .. } => {
                Self::RateLimited { seconds: retry_after_seconds }
            }
            EgressError::BodyTooLarge { .. } => Self::TooLarge { bytes: MAX_ANSWER_BYTES as u64 },
            other => Self::Provider { why: other.to_string() },
        }
    }
}

impl std::fmt::Display for GithubError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::InvalidPath { why } => formatter.write_str(why),
            Self::NotFound => {
                formatter.write_str("there is no such public file, folder, branch or repository")
            }
            Self::TooLarge { bytes } => {
                write!(formatter, "the file has {bytes} bytes; at most {MAX_FILE_BYTES} are read")
            }
            Self::LineTooLong { line } => {
                write!(
                    formatter,
                    "line {line} has more than {MAX_CONTENT_BYTES} bytes, the most of one answer"
                )
            }
            Self::NotText { html_url } => {
                write!(formatter, "the file is not text; people can see it at {html_url}")
            }
            Self::RateLimited { seconds } => {
                write!(formatter, "GitHub takes no more requests for {seconds} s")
            }
            Self::Timeout => formatter.write_str("GitHub did not answer in time"),
            Self::Provider { why } => formatter.write_str(why),
        }
    }
}

impl std::error::Error for GithubError {}
