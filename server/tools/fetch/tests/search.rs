//! Searches, as the providers answer them.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use url::Url;

use super::deadline;
use crate::egress::tests::client;
use crate::egress::tests::web::{Script, Web, redirect, respond};
use crate::tools::fetch::search::{Freshness, Safe, Search, SearchError, SearchProvider, SearchRequest};

const BRAVE: &str = "api.search.brave.com/res/v1/web/search";
const SEARXNG: &str = "search.internal:8888/find/search";

fn request(query: &str) -> SearchRequest {
    SearchRequest {
        query: query.to_owned(),
        count: 2,
        offset: 1,
        freshness: Some(Freshness::Week),
        country: Some("DE".to_owned()),
        language: Some("de".to_owned()),
        safe: Safe::Strict,
        deadline: deadline(),
    }
}

fn json(text: &str) -> Script {
    respond("200 OK", &[("Content-Type", "application/json")], text.as_bytes())
}

fn search(web: &Arc<Web>, provider: Option<SearchProvider>) -> Search {
    Search::new(Arc::new(client(web, false)), provider)
}

fn brave(web: &Arc<Web>) -> Search {
    let key = HeaderValue::from_static("brave-key");
    search(web, Some(SearchProvider::Brave { key, interval: Duration::from_secs(1) }))
}

fn searxng(web: &Arc<Web>) -> Search {
    let url = Url::parse("http://search.internal:8888/find").expect("an address");
    search(web, Some(SearchProvider::SearXng { url }))
}

#[tokio::test(start_paused = true)]
async fn brave_is_asked_in_its_own_words() {
    let web = Web::new([(
        BRAVE,
        json(
            r#"{"query":{"more_results_available":true},"web":{"results":[
            {"title":"A <strong>title</strong> &amp; more","url":"https://example.org/","description":"<b>snip</b>pet","age":"2 days ago"},
            {"title":"Second","url":"https://example.org/2"},{"title":"Third","url":"https://example.org/3"}]}}"#,
        ),
    )]);
    let found = brave(&web).ask(&request("blue & green")).await.expect("results");
    assert_eq!((found.hits.len(), found.provider, found.more), (2, "brave", true));
    assert_eq!(found.hits[0].title, "A title & more");
    assert_eq!(
        (found.hits[0].snippet.as_str(), found.hits[0].age.as_deref()),
        ("snippet", Some("2 days ago"))
    );
    let head = &web.log().requests[0];
    for expected in [
        "q=blue+%26+green&",
        "count=2&",
        "offset=1&",
        "freshness=pw",
        "country=DE",
        "search_lang=de",
        "safesearch=strict",
        "x-subscription-token: brave-key",
    ] {
        assert!(head.contains(expected), "{expected} in {head}");
    }
}

#[tokio::test(start_paused = true)]
async fn searxng_is_asked_inside_the_operators_network() {
    let web = Web::with_names(
        [(
            SEARXNG,
            json(
                r#"{"results":[{"title":"One","url":"https://example.org/","content":"text","publishedDate":"2026-01-02"},{"title":"Two","url":"https://example.org/2"}]}"#,
            ),
        )],
        [("search.internal", vec![vec!["93.184.215.14"]])],
    );
    let found = searxng(&web).ask(&request("x")).await.expect("results");
    assert_eq!((found.hits.len(), found.provider, found.more), (2, "searxng", true));
    let head = &web.log().requests[0];
    for expected in
        ["GET /find/search?q=x&format=json&", "pageno=2", "time_range=week", "language=de-DE", "safesearch=2"]
    {
        assert!(head.contains(expected), "{expected} in {head}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_asked_where_nothing_is_configured_or_meant() {
    let web = Web::new([]);
    assert_eq!(search(&web, None).ask(&request("x")).await, Err(SearchError::NotConfigured));
    for query in ["", " ", &"word ".repeat(51)] {
        let error = brave(&web).ask(&request(query)).await.expect_err(query);
        assert!(matches!(error, SearchError::InvalidQuery { .. }), "{error:?}");
    }
    assert!(web.log().requests.is_empty());
}

#[tokio::test(start_paused = true)]
async fn questions_keep_to_the_plan() {
    let web = Web::new([(BRAVE, json("{}"))]);
    let search = brave(&web);
    let started = tokio::time::Instant::now();
    for _ in 0..3 {
        assert!(search.ask(&request("x")).await.expect("no results").hits.is_empty());
    }
    assert_eq!(started.elapsed().as_secs(), 2);
    let asked = request("x");
    let many = futures_util::future::join_all((0..9).map(|_| search.ask(&asked))).await;
    let refused = many.iter().filter(|answer| matches!(answer, Err(SearchError::RateLimited { .. }))).count();
    assert!((1..9).contains(&refused), "{many:?}");
}

#[tokio::test(start_paused = true)]
async fn each_failure_says_what_it_is_and_nothing_of_the_key() {
    for (script, expected) in [
        (
            respond("429 Too Many Requests", &[("Retry-After", "12")], b""),
            SearchError::RateLimited { seconds: 12 },
        ),
        (
            respond("401 Unauthorized", &[], b"brave-key"),
            SearchError::Provider { why: "the provider refused the request with the status 401".to_owned() },
        ),
        (
            respond("500 Internal Server Error", &[], b""),
            SearchError::Provider { why: "the provider answered with the status 500".to_owned() },
        ),
        (
            redirect("https://site.example.org/"),
            SearchError::Provider { why: "the provider may not be asked from here".to_owned() },
        ),
        (
            json("<html>"),
            SearchError::Provider { why: "the provider's answer is not of the expected form".to_owned() },
        ),
        (
            json(r#"{"web":{"results":[{"title":1}]}}"#),
            SearchError::Provider { why: "the provider's answer is not of the expected form".to_owned() },
        ),
    ] {
        let web = Web::new([(BRAVE, script)]);
        assert_eq!(brave(&web).ask(&request("x")).await, Err(expected));
    }
}
