//! What lies outside: pages, files on GitHub, web search. All of it goes through the one guarded client.
//!
//! `page`, `github` and `search` know nothing of the contract; the files that are named for tools, and `error`, say their
//! results and errors in its words.

mod content;
mod error;
mod fetch_url;
mod github;
mod github_file;
mod page;
mod prompt;
mod search;
mod web_search;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderValue;

pub(super) use fetch_url::fetch_url;
pub(super) use github_file::github_file;
pub(super) use prompt::prompt;
pub use search::SearchProvider;
pub(super) use web_search::web_search;

use crate::egress::Egress;
use crate::ground::{Family, Turn};
use github::Github;
use page::Pages;
use search::Search;

/// How many calls for pages and files run at the same time.
const PLACES: usize = 16;
/// How many searches run at the same time.
const SEARCHES: usize = 4;
/// The longest time of any call: for the network, and for reading what came.
const TIME: Duration = Duration::from_secs(25);

/// What an operator gives the family.
#[derive(Clone, Debug, Default)]
pub struct FetchOptions {
    /// The value of `Authorization` for GitHub's interface, which raises its limits.
    pub github: Option<HeaderValue>,
    /// Whom to ask for `web_search`.
    pub search: Option<SearchProvider>,
}

/// The tools of the family, over one client.
#[derive(Debug)]
pub struct Fetch {
    pages: Pages,
    github: Github,
    search: Search,
    family: Family,
    searches: Family,
}

impl Fetch {
    /// The family over this client.
    #[must_use]
    pub fn new(egress: Arc<Egress>, options: FetchOptions) -> Self {
        Self {
            pages: Pages::new(Arc::clone(&egress)),
            github: Github::new(Arc::clone(&egress), options.github),
            search: Search::new(egress, options.search),
            family: Family::new("web", PLACES, TIME),
            searches: Family::new("search", SEARCHES, web_search::TIME),
        }
    }
}

/// When a request is given up that may take `time` within this turn.
fn until(turn: &Turn, time: Duration) -> Instant {
    let end = (tokio::time::Instant::now() + time).into_std();
    turn.deadline.min(end)
}
