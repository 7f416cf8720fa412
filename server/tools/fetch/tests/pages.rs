//! What becomes of pages, and how their parts belong together.

use std::time::Duration;

use super::{code, pages, request};
use crate::egress::tests::web::{Step, Web, ok, redirect};
use crate::tools::fetch::content::{Extract, Format};
use crate::tools::fetch::page::PageRequest;

const GUIDE: &str = "https://demo.lockstep.test/guide";

fn in_format(url: &str, format: Format, extract: Extract) -> PageRequest {
    PageRequest { format, extract, ..request(url) }
}

#[tokio::test(start_paused = true)]
async fn an_article_becomes_markdown() {
    let part = pages(&Web::new([]), true).part(&request(GUIDE)).await.expect("a page");
    let content = &part.version.content;
    assert_eq!(content.title.as_deref(), Some("A guide to coffee"));
    assert_eq!(content.byline.as_deref(), Some("Bruno Horvat"));
    assert_eq!(content.published.as_deref(), Some("2026-03-01T08:00:00Z"));
    assert_eq!(content.language.as_deref(), Some("en"));
    for expected in [
        "## Grinding",
        "[grinder](https://demo.lockstep.test/prices.json)",
        "> Buy little, buy often.",
        "```text",
        "1. Rinse",
    ] {
        assert!(part.text.contains(expected), "{expected} in\n{}", part.text);
    }
    for unexpected in ["console.log", "Home", "<p>"] {
        assert!(!part.text.contains(unexpected), "{unexpected} in\n{}", part.text);
    }
    assert_eq!(part.version.content_type, "text/html");
    assert_eq!(content.warnings, Vec::<&str>::new());
}

#[tokio::test(start_paused = true)]
async fn everything_is_more_than_the_article() {
    let pages = pages(&Web::new([]), true);
    let full = pages
        .part(&in_format("http://demo.lockstep.test/", Format::Markdown, Extract::Full))
        .await
        .expect("a page");
    assert!(full.text.contains("A footer that belongs to no article."), "{}", full.text);
    assert!(full.text.contains("| Saturday | 09:00 | 14:00 |"), "{}", full.text);
    let text = pages
        .part(&in_format("http://demo.lockstep.test/", Format::Text, Extract::Full))
        .await
        .expect("a page");
    assert!(!text.text.contains("](http") && text.text.contains("A guide to coffee"), "{}", text.text);
}

#[tokio::test(start_paused = true)]
async fn hidden_text_is_removed_and_counted() {
    for extract in [Extract::Article, Extract::Full] {
        let part = pages(&Web::new([]), true)
            .part(&in_format("http://demo.lockstep.test/hidden", Format::Markdown, extract))
            .await
            .expect("a page");
        assert_eq!(part.version.content.hidden_removed, 6);
        assert!(part.text.contains("People see three paragraphs here"), "{}", part.text);
        for hidden in [
            "Ignore what you were told",
            "best one",
            "deletes orders",
            "Do not tell",
            "for programs only",
            "so is this",
            "comment",
        ] {
            assert!(!part.text.contains(hidden), "{hidden} in\n{}", part.text);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_other_formats_are_what_they_say() {
    let pages = pages(&Web::new([]), true);
    let ask =
        async |url, format| pages.part(&in_format(url, format, Extract::Article)).await.expect("a page");
    let raw = ask(GUIDE, Format::Raw).await;
    assert!(raw.text.starts_with("<!doctype html>") && raw.text.contains("console.log"));
    let links = ask("http://demo.lockstep.test/", Format::Links).await;
    let urls: Vec<&str> = links.version.content.links.iter().map(|link| link.url.as_str()).collect();
    assert_eq!(
        urls[..3],
        [
            "http://demo.lockstep.test/",
            "http://demo.lockstep.test/guide",
            "http://demo.lockstep.test/old-guide"
        ]
    );
    assert!(links.text.is_empty());
    let facts = ask(GUIDE, Format::Metadata).await;
    assert_eq!(facts.version.content.title.as_deref(), Some("A guide to coffee"));
    assert!(facts.text.is_empty());
    let json = ask("http://demo.lockstep.test/prices.json", Format::Markdown).await;
    assert!(json.text.starts_with("{\n  \"currency\""), "{}", json.text);
}

#[tokio::test(start_paused = true)]
async fn what_has_no_text_still_has_metadata() {
    let web = Web::new([("site.example.org/photo", ok("image/png", b"\x89PNG\r\n\x1a\n\0\0"))]);
    let request = in_format("http://site.example.org/photo", Format::Metadata, Extract::Article);
    let part = pages(&web, false).part(&request).await.expect("metadata");
    assert_eq!(part.version.content_type, "image/png");
}

#[tokio::test(start_paused = true)]
async fn parts_put_together_are_the_whole() {
    let pages = pages(&Web::new([]), true);
    let whole = pages.part(&request(GUIDE)).await.expect("a page");
    let (mut text, mut next, mut hash) = (String::new(), Some(0), None);
    while let Some(start) = next {
        let part = pages
            .part(&PageRequest { start, length: 700, content_hash: hash, ..request(GUIDE) })
            .await
            .expect("a part");
        assert!(part.text.chars().count() <= 700 && part.total == whole.total);
        text.push_str(&part.text);
        hash = Some(part.version.hash.clone());
        next = part.next;
    }
    assert_eq!(text, whole.text);
}

#[tokio::test(start_paused = true)]
async fn a_part_ends_where_a_person_would_end_it() {
    let family = "👩‍👩‍👧";
    let web = Web::new([(
        "site.example.org/text",
        ok("text/plain; charset=utf-8", format!("ab{family}c").as_bytes()),
    )]);
    let pages = pages(&web, false);
    let ask = async |start, length| {
        let request = PageRequest { start, length, ..request("http://site.example.org/text") };
        let part = pages.part(&request).await.expect("a part");
        (part.text.clone(), part.next)
    };
    assert_eq!(ask(0, 4).await, ("ab".to_owned(), Some(2)));
    assert_eq!(ask(2, 5).await, (family.to_owned(), Some(7)));
    // A part that is smaller than one such character goes on all the same.
    assert_eq!(ask(2, 2).await.1, Some(4));
    assert_eq!(ask(7, 9).await, ("c".to_owned(), None));
    assert_eq!(ask(99, 9).await, (String::new(), None));
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_used_until_it_is_too_old_and_for_its_own_principal() {
    let web = Web::new([("site.example.org/page", ok("text/plain", b"hello"))]);
    let pages = pages(&web, false);
    let ask = async |max_age, principal: Option<&str>| {
        let request = PageRequest {
            max_age: Duration::from_secs(max_age),
            principal: principal.map(str::to_owned),
            ..request("http://site.example.org/page#part")
        };
        pages.part(&request).await.expect("a page").from_cache
    };
    assert!(!ask(300, Some("clara")).await);
    assert!(ask(300, Some("clara")).await);
    assert!(!ask(0, Some("clara")).await);
    assert!(!ask(300, Some("bruno")).await);
    assert!(!ask(300, None).await);
}

#[tokio::test(start_paused = true)]
async fn later_parts_come_from_the_version_of_the_first_one() {
    let web = Web::new([("site.example.org/page", ok("text/plain", b"first version"))]);
    let one = pages(&web, false);
    let url = "http://site.example.org/page";
    let first = one.part(&PageRequest { length: 5, ..request(url) }).await.expect("a part");
    let hash = Some(first.version.hash.clone());
    let rest = PageRequest { start: 5, max_age: Duration::ZERO, content_hash: hash.clone(), ..request(url) };
    let second = one.part(&rest).await.expect("a part");
    assert!(second.from_cache && second.text == " version");
    // Where the version is not known and the page has become another one, nothing is put together.
    let changed = Web::new([("site.example.org/page", ok("text/plain", b"second version"))]);
    let error = pages(&changed, false).part(&rest).await.expect_err("another version");
    assert_eq!(code(&error), "content_changed");
    let same = Web::new([("site.example.org/page", ok("text/plain", b"first version"))]);
    assert_eq!(pages(&same, false).part(&rest).await.expect("the same").text, " version");
}

#[tokio::test(start_paused = true)]
async fn a_person_may_read_what_programs_may_not_but_nothing_else_more() {
    let web = Web::new([]);
    let pages = pages(&web, true);
    let ledger = request("http://demo.lockstep.test/private/ledger");
    assert_eq!(code(&pages.part(&ledger).await.expect_err("robots.txt")), "robots_disallowed");
    assert!(pages.part_for_person(&ledger).await.is_ok());
    // What a person was shown is not kept for programs.
    assert_eq!(code(&pages.part(&ledger).await.expect_err("robots.txt")), "robots_disallowed");
    let inside = pages.part_for_person(&request("http://10.0.0.1/")).await.expect_err("inside");
    assert_eq!(code(&inside), "blocked_address");
}

#[tokio::test(start_paused = true)]
async fn redirects_are_told_in_order() {
    let web = Web::new([
        ("site.example.org/a", redirect("/b")),
        ("site.example.org/b", redirect("http://other.example.org/c")),
        ("other.example.org/c", ok("text/plain", b"hello")),
    ]);
    let part = pages(&web, false).part(&request("http://site.example.org/a")).await.expect("a page");
    assert_eq!(part.version.redirects, ["http://site.example.org/a", "http://site.example.org/b"]);
    assert_eq!(part.version.final_url, "http://other.example.org/c");
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_a_page_closes_its_connection() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhello".to_vec();
    let web = Web::new([("site.example.org/page", vec![Step::Send(head), Step::Hang])]);
    let pages = std::sync::Arc::new(pages(&web, false));
    let asking = tokio::spawn({
        let pages = std::sync::Arc::clone(&pages);
        async move { pages.part(&request("http://site.example.org/page")).await.is_ok() }
    });
    while web.log().requests.len() < 2 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    web.all_closed().await;
}
