//! What the client does and leaves undone where nothing is wrong.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use tokio::time::Instant;

use super::web::{Step, Web, ok, redirect, respond};
use super::{client, get};
use crate::egress::{Egress, EgressRequest, GuardOptions, Redirects};

fn token() -> (HeaderName, HeaderValue) {
    (HeaderName::from_static("authorization"), HeaderValue::from_static("Bearer token"))
}

#[tokio::test(start_paused = true)]
async fn a_request_carries_nothing_but_what_it_needs() {
    let web = Web::new([("site.example.org/page", ok("text/plain", b"hello"))]);
    let text = get(&client(&web, false), "http://site.example.org/page?q=1#part").await.expect("a page");
    assert_eq!(text, "hello");
    let log = web.log();
    let [robots, page] = log.requests.as_slice() else { panic!("two requests: {log:?}") };
    assert!(robots.starts_with("GET /robots.txt HTTP/1.1\r\n"), "{robots}");
    assert!(page.starts_with("GET /page?q=1 HTTP/1.1\r\n"), "{page}");
    let mut names: Vec<&str> =
        page.lines().skip(1).filter_map(|line| Some(line.split_once(": ")?.0)).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "connection", "host", "user-agent"]);
}

#[tokio::test(start_paused = true)]
async fn robots_are_read_once_and_for_every_host_on_the_way() {
    let robots = ok("text/plain", b"User-agent: *\nDisallow: /secret\n");
    let web = Web::new([
        ("site.example.org/a", redirect("http://other.example.org/b")),
        ("other.example.org/b", ok("text/plain", b"hello")),
        ("site.example.org/c", redirect("http://other.example.org/secret")),
        ("other.example.org/robots.txt", robots),
    ]);
    let egress = client(&web, false);
    assert_eq!(get(&egress, "http://site.example.org/a").await.expect("a page"), "hello");
    let error = get(&egress, "http://site.example.org/c").await.expect_err("robots.txt");
    assert_eq!(error.code(), "robots_disallowed");
    let asked = web.log().requests.iter().filter(|head| head.contains("/robots.txt")).count();
    assert_eq!(asked, 2);
}

#[tokio::test(start_paused = true)]
async fn an_address_is_looked_up_once_and_connected_to_as_it_was_judged() {
    let names = [("site.example.org", vec![vec!["2606:4700::1111", "93.184.215.14"]])];
    let web = Web::with_names([("site.example.org/", ok("text/plain", b"hello"))], names);
    let request = EgressRequest { robots: false, ..EgressRequest::new("http://site.example.org/") };
    let answer = client(&web, false).open(request).await.expect("an answer");
    assert_eq!(answer.status.as_u16(), 200);
    let log = web.log();
    assert_eq!(log.lookups, ["site.example.org"]);
    assert_eq!(log.connections, ["[2606:4700::1111]:80".parse().expect("an address")]);
}

#[tokio::test(start_paused = true)]
async fn credentials_go_to_the_first_origin_alone() {
    let web = Web::new([
        ("site.example.org/a", redirect("/b")),
        ("site.example.org/b", redirect("https://other.example.org/c")),
        ("other.example.org/c", ok("text/plain", b"hello")),
    ]);
    let request = EgressRequest {
        robots: false,
        credentials: vec![token()],
        ..EgressRequest::new("https://site.example.org/a")
    };
    client(&web, false).open(request).await.expect("an answer");
    let sent: Vec<bool> = web.log().requests.iter().map(|head| head.contains("Bearer token")).collect();
    assert_eq!(sent, [true, true, false]);
}

#[tokio::test(start_paused = true)]
async fn redirects_can_be_kept_to_some_hosts() {
    let web = Web::new([
        ("api.github.com/a", redirect("https://raw.githubusercontent.com/a")),
        ("raw.githubusercontent.com/a", ok("text/plain", b"hello")),
        ("api.github.com/b", redirect("https://other.example.org/")),
    ]);
    let egress = client(&web, false);
    let to = |url| EgressRequest {
        robots: false,
        redirects: Redirects::Hosts(&["raw.githubusercontent.com"]),
        ..EgressRequest::new(url)
    };
    assert!(egress.open(to("https://api.github.com/a")).await.is_ok());
    let error = egress.open(to("https://api.github.com/b")).await.expect_err("another host");
    assert_eq!(error.code(), "blocked_host");
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_closes_the_connection() {
    let web = Web::new([("site.example.org/page", vec![Step::Hang])]);
    let egress = Arc::new(client(&web, false));
    let asking = tokio::spawn({
        let egress = Arc::clone(&egress);
        async move { get(&egress, "http://site.example.org/page").await }
    });
    while web.log().requests.len() < 2 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    web.all_closed().await;
}

#[tokio::test(start_paused = true)]
async fn an_earlier_deadline_holds() {
    let web = Web::new([("site.example.org/page", vec![Step::Hang])]);
    let started = Instant::now();
    let deadline = Some(started.into_std() + Duration::from_secs(2));
    let request = EgressRequest { deadline, ..EgressRequest::new("http://site.example.org/page") };
    let error = client(&web, false).open(request).await.expect_err("it hangs");
    assert_eq!(error.code(), "timeout");
    assert_eq!(started.elapsed().as_secs(), 2);
    web.all_closed().await;
}

#[tokio::test(start_paused = true)]
async fn one_host_is_asked_at_its_own_pace_and_others_are_not_held_up() {
    let page = || respond("200 OK", &[("Content-Type", "text/plain")], b"hello");
    let web = Web::new([("site.example.org/page", page()), ("other.example.org/page", page())]);
    let egress = client(&web, false);
    let started = Instant::now();
    let ask = async |url: &str, times: usize| {
        for _ in 0..times {
            let request = EgressRequest { robots: false, ..EgressRequest::new(url) };
            egress.open(request).await.expect("an answer");
        }
    };
    ask("http://site.example.org/page", 5).await;
    assert_eq!(started.elapsed().as_secs(), 0);
    ask("http://site.example.org/page", 3).await;
    assert_eq!(started.elapsed().as_secs(), 3);
    ask("http://other.example.org/page", 5).await;
    assert_eq!(started.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_asked_too_often_is_told_when_to_come_back() {
    let web = Web::new([("site.example.org/page", ok("text/plain", b"hello"))]);
    let egress = client(&web, false);
    let deadline = Some(Instant::now().into_std() + Duration::from_secs(2));
    let ask = || async {
        let request =
            EgressRequest { robots: false, deadline, ..EgressRequest::new("http://site.example.org/page") };
        egress.open(request).await.map(|answer| answer.status.as_u16())
    };
    let answers = futures_util::future::join_all((0..9).map(|_| ask())).await;
    let refused: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(!refused.is_empty() && refused.iter().all(|error| error.code() == "rate_limited"), "{answers:?}");
}

#[tokio::test(start_paused = true)]
async fn an_operator_names_what_may_be_asked_inside_and_what_may_not_outside() {
    let web = Web::with_names(
        [
            ("blocked.example.org/", ok("text/plain", b"hello")),
            ("site.example.org/", ok("text/plain", b"hello")),
        ],
        [("search.internal", vec![vec!["10.0.0.9"]])],
    );
    let options = GuardOptions {
        internal: vec![("search.internal".to_owned(), 8888)],
        never: vec!["blocked.example.org".to_owned()],
        ..GuardOptions::default()
    };
    let egress = Egress::with_network(options, web.network(), web.trust());
    let request = EgressRequest { robots: false, ..EgressRequest::new("http://search.internal:8888/") };
    assert!(egress.open(request).await.is_ok());
    for (url, code) in [
        ("http://search.internal/", "blocked_host"),
        ("http://search.internal:8080/", "blocked_host"),
        ("http://blocked.example.org/", "blocked_host"),
        ("http://below.blocked.example.org/", "blocked_host"),
        ("http://10.0.0.9:8888/", "blocked_port"),
    ] {
        assert_eq!(get(&egress, url).await.expect_err(url).code(), code, "{url}");
    }
    assert_eq!(get(&egress, "http://site.example.org/").await.expect("a page"), "hello");
    let only = GuardOptions { only: vec!["example.org".to_owned()], ..GuardOptions::default() };
    let egress = Egress::with_network(only, web.network(), web.trust());
    assert_eq!(get(&egress, "http://site.example.org/").await.expect("a page"), "hello");
    for url in ["http://example.com/", "http://notexample.org/"] {
        assert_eq!(get(&egress, url).await.expect_err(url).code(), "blocked_host", "{url}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_sample_pages_are_there_with_the_demo_alone_and_without_a_network() {
    let web = Web::new([]);
    let demo = client(&web, true);
    let guide = get(&demo, "https://demo.lockstep.test/guide").await.expect("a page");
    assert!(guide.contains("A guide to coffee"));
    assert_eq!(get(&demo, "http://demo.lockstep.test/old-guide").await.expect("a redirect"), guide);
    for (url, code) in [
        ("http://demo.lockstep.test/private/ledger", "robots_disallowed"),
        ("http://demo.lockstep.test:22/", "blocked_port"),
        ("http://x.demo.lockstep.test/", "blocked_host"),
        ("http://lockstep.test/", "blocked_host"),
        ("http://me@demo.lockstep.test/", "userinfo_not_allowed"),
    ] {
        assert_eq!(get(&demo, url).await.expect_err(url).code(), code, "{url}");
    }
    let served = client(&web, false);
    assert_eq!(get(&served, "http://demo.lockstep.test/").await.expect_err("no demo").code(), "blocked_host");
    assert!(web.log().lookups.is_empty() && web.log().connections.is_empty());
}
