//! The family on a network in memory.

mod answers;
mod github;
mod hostile;
mod pages;
mod search;

use std::sync::Arc;
use std::time::{Duration, Instant};

use lockstep_runtime::contract::ModelledError as _;
use lockstep_tools::fetch_url::FetchUrlError;

use super::content::{Extract, Format};
use super::error::PageError;
use super::page::{PageRequest, Pages};
use crate::egress::tests::client;
use crate::egress::tests::web::Web;

fn pages(web: &Arc<Web>, demo: bool) -> Pages {
    Pages::new(Arc::new(client(web, demo)))
}

/// A request for the whole article of a page, as Markdown.
fn request(url: &str) -> PageRequest {
    PageRequest {
        url: url.to_owned(),
        format: Format::Markdown,
        extract: Extract::Article,
        start: 0,
        length: 100_000,
        bytes: usize::MAX,
        content_hash: None,
        max_age: Duration::from_secs(300),
        principal: None,
        deadline: deadline(),
    }
}

fn deadline() -> Instant {
    tokio::time::Instant::now().into_std() + Duration::from_secs(20)
}

/// The code of an error, as the catalog names it.
fn code(error: &PageError) -> &'static str {
    FetchUrlError::from(error.clone()).code()
}
