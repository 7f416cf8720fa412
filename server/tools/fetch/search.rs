//! `web_search`: one question to the provider that the operator configured.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use tokio::time::sleep;
use url::Url;

use super::content::plain;
use super::page::retry_after;
use crate::egress::{Answer, Egress, EgressError, EgressRequest, Guard, GuardOptions, Redirects};

const BRAVE: &str = "https://api.search.brave.com/res/v1/web/search";
const BRAVE_KEY: HeaderName = HeaderName::from_static("x-subscription-token");
/// Of an answer.
const MAX_ANSWER_BYTES: usize = 2 << 20;
/// Longest title or snippet, in characters.
const MAX_TEXT_CHARS: usize = 1_000;
/// Longest address of a result, in bytes.
const MAX_URL_BYTES: usize = crate::egress::MAX_URL_BYTES;
/// Most words of a question, as Brave has it.
pub(crate) const MAX_WORDS: usize = 50;
/// How long a question waits for its turn.
const MAX_WAIT: Duration = Duration::from_secs(3);

/// Whom to ask.
#[derive(Clone, Debug)]
pub enum SearchProvider {
    /// Brave's web search, with the key of a plan.
    Brave {
        /// The key; it goes to Brave alone.
        key: HeaderValue,
        /// Least time between two questions of the plan: 1 s of the free one.
        interval: Duration,
    },
    /// A SearXNG instance whose JSON format is switched on.
    SearXng {
        /// The instance's address.
        url: Url,
    },
}

/// A question.
#[derive(Clone, Debug)]
pub(crate) struct SearchRequest {
    pub(crate) query: String,
    /// Results per page, 1 to 20.
    pub(crate) count: usize,
    /// Pages to skip.
    pub(crate) offset: usize,
    pub(crate) freshness: Option<Freshness>,
    pub(crate) country: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) safe: Safe,
    pub(crate) deadline: Instant,
}

/// The oldest result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Freshness {
    Day,
    Week,
    Month,
    Year,
}

/// What is left out as not for everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safe {
    Off,
    Moderate,
    Strict,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchResults {
    pub(crate) hits: Vec<Hit>,
    pub(crate) provider: &'static str,
    pub(crate) more: bool,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) snippet: String,
    /// As the provider says.
    pub(crate) age: Option<String>,
}

/// Why nothing was asked or found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SearchError {
    NotConfigured,
    /// More words than a provider takes, or none.
    InvalidQuery {
        why: String,
    },
    RateLimited {
        seconds: u64,
    },
    Timeout,
    Provider {
        why: String,
    },
}

/// The configured provider, and when it may be asked next.
#[derive(Debug)]
pub(crate) struct Search {
    egress: Arc<Egress>,
    provider: Option<SearchProvider>,
    guard: Option<Guard>,
    next: Mutex<Option<tokio::time::Instant>>,
}

#[derive(Deserialize)]
struct BraveAnswer {
    web: Option<BraveWeb>,
    query: Option<BraveQuery>,
}

#[derive(Deserialize)]
struct BraveWeb {
    #[serde(default)]
    results: Vec<BraveHit>,
}

#[derive(Deserialize)]
struct BraveQuery {
    more_results_available: Option<bool>,
}

#[derive(Deserialize)]
struct BraveHit {
    title: String,
    url: String,
    description: Option<String>,
    age: Option<String>,
}

#[derive(Deserialize)]
struct SearXngAnswer {
    #[serde(default)]
    results: Vec<SearXngHit>,
}

#[derive(Deserialize)]
struct SearXngHit {
    #[serde(default)]
    title: String,
    url: String,
    content: Option<String>,
    #[serde(rename = "publishedDate")]
    published: Option<String>,
}

impl SearchProvider {
    /// A guard that lets a provider of the operator's own network through: for searches alone, because no caller names
    /// this address.
    fn guard(&self) -> Option<Guard> {
        let Self::SearXng { url } = self else { return None };
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let internal = vec![(host, url.port_or_known_default()?)];
        Some(Guard::new(GuardOptions { internal, ..GuardOptions::default() }))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Brave { .. } => "brave",
            Self::SearXng { .. } => "searxng",
        }
    }

    fn address(&self, request: &SearchRequest) -> Result<Url, SearchError> {
        let unwritten =
            |_| SearchError::Provider { why: "the provider's address cannot be written".to_owned() };
        match self {
            Self::Brave { .. } => {
                let mut url = Url::parse(BRAVE).map_err(unwritten)?;
                brave_query(&mut url, request);
                Ok(url)
            }
            Self::SearXng { url } => {
                let mut url = url.clone();
                if let Ok(mut segments) = url.path_segments_mut() {
                    segments.pop_if_empty().push("search");
                }
                searxng_query(&mut url, request);
                Ok(url)
            }
        }
    }
}

fn brave_query(url: &mut Url, request: &SearchRequest) {
    let mut pairs = url.query_pairs_mut();
    pairs.append_pair("q", &request.query).append_pair("count", &request.count.to_string());
    pairs.append_pair("offset", &request.offset.to_string()).append_pair("text_decorations", "false");
    pairs.append_pair("result_filter", "web");
    let freshness = request.freshness.map(|freshness| match freshness {
        Freshness::Day => "pd",
        Freshness::Week => "pw",
        Freshness::Month => "pm",
        Freshness::Year => "py",
    });
    let safe = match request.safe {
        Safe::Off => "off",
        Safe::Moderate => "moderate",
        Safe::Strict => "strict",
    };
    pairs.append_pair("safesearch", safe);
    for (name, value) in [
        ("freshness", freshness),
        ("country", request.country.as_deref()),
        ("search_lang", request.language.as_deref()),
    ] {
        pairs.extend_pairs(value.map(|value| (name, value)));
    }
}

fn searxng_query(url: &mut Url, request: &SearchRequest) {
    let mut pairs = url.query_pairs_mut();
    pairs.clear().append_pair("q", &request.query).append_pair("format", "json");
    pairs.append_pair("pageno", &(request.offset + 1).to_string());
    let safe = match request.safe {
        Safe::Off => "0",
        Safe::Moderate => "1",
        Safe::Strict => "2",
    };
    pairs.append_pair("safesearch", safe);
    let freshness = request.freshness.map(|freshness| match freshness {
        Freshness::Day => "day",
        Freshness::Week => "week",
        Freshness::Month => "month",
        Freshness::Year => "year",
    });
    let language = request.language.as_ref().map(|language| match &request.country {
        Some(country) => format!("{language}-{country}"),
        None => language.clone(),
    });
    pairs.extend_pairs(freshness.map(|value| ("time_range", value)));
    pairs.extend_pairs(language.as_deref().map(|value| ("language", value)));
}

impl Search {
    pub(crate) fn new(egress: Arc<Egress>, provider: Option<SearchProvider>) -> Self {
        let guard = provider.as_ref().and_then(SearchProvider::guard);
        Self { egress, provider, guard, next: Mutex::new(None) }
    }

    /// Asks the provider.
    ///
    /// # Errors
    ///
    /// See [`SearchError`].
    pub(crate) async fn ask(&self, request: &SearchRequest) -> Result<SearchResults, SearchError> {
        let provider = self.provider.as_ref().ok_or(SearchError::NotConfigured)?;
        let words = request.query.split_whitespace().count();
        if words == 0 || words > MAX_WORDS {
            return Err(SearchError::InvalidQuery {
                why: format!("`query` has {words} words; 1 to {MAX_WORDS} are taken"),
            });
        }
        let url = provider.address(request)?;
        let credentials = match provider {
            SearchProvider::Brave { key, interval } => {
                self.wait(*interval).await?;
                vec![(BRAVE_KEY, key.clone())]
            }
            SearchProvider::SearXng { .. } => Vec::new(),
        };
        let asked = EgressRequest {
            accept: "application/json",
            credentials,
            robots: false,
            // A provider that redirects is not the one that was configured.
            redirects: Redirects::Hosts(&[]),
            guard: self.guard.as_ref(),
            deadline: Some(request.deadline),
            ..EgressRequest::new(url.as_str())
        };
        let answer = self.egress.open(asked).await?;
        check_status(&answer)?;
        let bytes = answer.bytes_up_to(MAX_ANSWER_BYTES).await?;
        let (hits, more) = match provider {
            SearchProvider::Brave { .. } => brave(&bytes)?,
            SearchProvider::SearXng { .. } => searxng(&bytes, request.count)?,
        };
        let hits =
            hits.into_iter().take(request.count).filter(|hit| hit.url.len() <= MAX_URL_BYTES).collect();
        Ok(SearchResults { hits, provider: provider.name(), more })
    }

    /// Waits for the next turn that the plan allows.
    async fn wait(&self, interval: Duration) -> Result<(), SearchError> {
        let now = tokio::time::Instant::now();
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = next.unwrap_or(now).max(now);
            if turn - now > MAX_WAIT {
                return Err(SearchError::RateLimited { seconds: (turn - now).as_secs() + 1 });
            }
            *next = Some(turn + interval);
            turn
        };
        sleep(turn - now).await;
        Ok(())
    }
}

fn check_status(answer: &Answer) -> Result<(), SearchError> {
    let status = answer.status;
    if status.is_success() {
        return Ok(());
    }
    if status.as_u16() == 429 {
        return Err(SearchError::RateLimited { seconds: retry_after(&answer.headers).unwrap_or(1) });
    }
    let why = match status.as_u16() {
        401 | 403 | 422 => format!("the provider refused the request with the status {}", status.as_u16()),
        other => format!("the provider answered with the status {other}"),
    };
    Err(SearchError::Provider { why })
}

fn brave(bytes: &[u8]) -> Result<(Vec<Hit>, bool), SearchError> {
    let answer: BraveAnswer = serde_json::from_slice(bytes).map_err(unexpected)?;
    let more = answer.query.and_then(|query| query.more_results_available).unwrap_or_default();
    let found = answer.web.map(|web| web.results).unwrap_or_default();
    let hit = |hit: BraveHit| Hit {
        title: text(&hit.title),
        url: hit.url,
        snippet: text(&hit.description.unwrap_or_default()),
        age: hit.age.map(|age| text(&age)),
    };
    Ok((found.into_iter().map(hit).collect(), more))
}

fn searxng(bytes: &[u8], count: usize) -> Result<(Vec<Hit>, bool), SearchError> {
    let answer: SearXngAnswer = serde_json::from_slice(bytes).map_err(unexpected)?;
    // It does not say whether there is another page; a page that is not full is the last one.
    let more = answer.results.len() >= count;
    let hit = |hit: SearXngHit| Hit {
        title: text(&hit.title),
        url: hit.url,
        snippet: text(&hit.content.unwrap_or_default()),
        age: hit.published.map(|age| text(&age)),
    };
    Ok((answer.results.into_iter().map(hit).collect(), more))
}

fn unexpected(_: serde_json::Error) -> SearchError {
    SearchError::Provider { why: "the provider's answer is not of the expected form".to_owned() }
}

/// Providers mark the words that were asked for in HTML.
fn text(html: &str) -> String {
    plain(html).chars().take(MAX_TEXT_CHARS).collect()
}

impl From<EgressError> for SearchError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Timeout { .. } => Self::Timeout,
            EgressError::HostBusy { retry_after_seconds, .. } => {
                Self::RateLimited { seconds: retry_after_seconds }
            }
            // Addresses of the operator's own network stay there.
            EgressError::Dns { .. } | EgressError::Connect { .. } | EgressError::Tls { .. } => {
                Self::Provider { why: "the provider cannot be reached".to_owned() }
            }
            EgressError::BlockedHost { .. }
            | EgressError::BlockedAddress { .. }
            | EgressError::BlockedPort { .. } => {
                Self::Provider { why: "the provider may not be asked from here".to_owned() }
            }
            other => Self::Provider { why: other.to_string() },
        }
    }
}

impl std::fmt::Display for SearchError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotConfigured => formatter.write_str("no search provider is configured"),
            Self::InvalidQuery { why } | Self::Provider { why } => formatter.write_str(why),
            Self::RateLimited { seconds } => {
                write!(formatter, "the provider takes no more questions for {seconds} s")
            }
            Self::Timeout => formatter.write_str("the provider did not answer in time"),
        }
    }
}

impl std::error::Error for SearchError {}
