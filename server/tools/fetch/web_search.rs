//! `web_search`: what a search engine found, in the contract's words.

use std::time::Duration;

use lockstep_runtime::contract::Context;
use lockstep_tools::SearchHit;
use lockstep_tools::web_search::{
    Freshness as FreshnessArgument, Safesearch, WebSearchArguments, WebSearchError, WebSearchOutput,
};

use super::search::{Freshness, Hit, Safe, SearchRequest};
use super::{Fetch, until};
use crate::ground::Turn;

/// How long a call may take.
pub(super) const TIME: Duration = Duration::from_secs(10);

pub(in super::super) async fn web_search(
    fetch: &Fetch,
    context: &Context,
    WebSearchArguments { query, count, offset, freshness, country, language, safesearch }: WebSearchArguments,
) -> Result<WebSearchOutput, WebSearchError> {
    let work = async |turn: Turn| {
        let request = SearchRequest {
            query: query.into_inner(),
            count: count.get() as usize,
            offset: offset.get() as usize,
            freshness: freshness.map(|freshness| match freshness {
                FreshnessArgument::Day => Freshness::Day,
                FreshnessArgument::Week => Freshness::Week,
                FreshnessArgument::Month => Freshness::Month,
                FreshnessArgument::Year => Freshness::Year,
            }),
            country: country.map(|country| country.into_inner()),
            language: language.map(|language| language.into_inner()),
            safe: match safesearch {
                Safesearch::Off => Safe::Off,
                Safesearch::Moderate => Safe::Moderate,
                Safesearch::Strict => Safe::Strict,
            },
            deadline: until(&turn, TIME),
        };
        Ok::<_, WebSearchError>(fetch.search.ask(&request).await?)
    };
    let found = fetch.searches.run(context, work).await?;
    let hit = |Hit { title, url, snippet, age }: Hit| SearchHit { title, url, snippet, age };
    Ok(WebSearchOutput {
        results: found.hits.into_iter().map(hit).collect(),
        provider: found.provider.to_owned(),
        more: found.more,
        untrusted: true,
    })
}
