//! The tools: one file per family, each implementing its part of the generated contract.

mod db;
pub(crate) mod fetch;
mod time;

use lockstep_runtime::contract::{Context, PromptError, PromptMessages};
use lockstep_tools::current_time::{CurrentTimeArguments, CurrentTimeError, CurrentTimeOutput};
use lockstep_tools::db_query::{DbQueryArguments, DbQueryError, DbQueryOutput};
use lockstep_tools::fetch_url::{FetchUrlArguments, FetchUrlError, FetchUrlOutput};
use lockstep_tools::github_file::{GithubFileArguments, GithubFileError, GithubFileOutput};
use lockstep_tools::prompts::FetchArguments;
use lockstep_tools::web_search::{WebSearchArguments, WebSearchError, WebSearchOutput};
use lockstep_tools::{Prompts, Tools};

pub use fetch::{Fetch, FetchOptions, SearchProvider};

use crate::store::Store;

/// Everything the tools stand on.
#[derive(Debug)]
pub struct Server {
    store: Option<Store>,
    fetch: Fetch,
}

impl Server {
    pub(crate) fn new(store: Option<Store>, fetch: Fetch) -> Self {
        Self { store, fetch }
    }
}

impl Tools for Server {
    async fn db_query(
        &self,
        context: &Context,
        DbQueryArguments { sql, params, max_rows }: DbQueryArguments,
    ) -> Result<DbQueryOutput, DbQueryError> {
        db::query(self.store.as_ref(), context, sql.into_inner(), params.into_inner(), max_rows.get()).await
    }

    async fn current_time(
        &self,
        _context: &Context,
        CurrentTimeArguments { timezone }: CurrentTimeArguments,
    ) -> Result<CurrentTimeOutput, CurrentTimeError> {
        time::current(&timezone)
    }
    async fn fetch_url(
        &self,
        context: &Context,
        arguments: FetchUrlArguments,
    ) -> Result<FetchUrlOutput, FetchUrlError> {
        self.fetch.fetch_url(context, arguments).await
    }

    async fn github_file(
        &self,
        context: &Context,
        arguments: GithubFileArguments,
    ) -> Result<GithubFileOutput, GithubFileError> {
        self.fetch.github_file(context, arguments).await
    }

    async fn web_search(
        &self,
        context: &Context,
        arguments: WebSearchArguments,
    ) -> Result<WebSearchOutput, WebSearchError> {
        self.fetch.web_search(context, arguments).await
    }
}

impl Prompts for Server {
    async fn fetch(
        &self,
        context: &Context,
        arguments: FetchArguments,
    ) -> Result<PromptMessages, PromptError> {
        self.fetch.prompt(context, arguments).await
    }
}
