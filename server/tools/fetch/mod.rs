//! What lies outside: pages, files on GitHub, web search. All of it goes through the one guarded client.
//!
//! `page`, `github` and `search` know nothing of the contract; `answer` says their results and errors in its words.

mod answer;
mod content;
mod error;
mod github;
mod page;
mod search;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use http::HeaderValue;

pub use search::SearchProvider;

use crate::egress::Egress;
use github::Github;
use page::Pages;
use search::Search;

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
}

impl Fetch {
    /// The family over this client.
    #[must_use]
    pub fn new(egress: Arc<Egress>, options: FetchOptions) -> Self {
        Self {
            pages: Pages::new(Arc::clone(&egress)),
            github: Github::new(Arc::clone(&egress), options.github),
            search: Search::new(egress, options.search),
        }
    }
}

/// Takes out of a text what a person would not see and a model would obey.
//
// The one place where this family cleans; the shared ground's `clean_untrusted` belongs here.
fn cleaned(text: &str) -> String {
    text.to_owned()
}
