//! Files and folders on GitHub, as its interface describes them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use super::deadline;
use crate::egress::tests::client;
use crate::egress::tests::web::{Script, Web, redirect, respond};
use crate::tools::fetch::github::{EntryKind, Found, Github, GithubError, GithubFile, GithubRequest};

const README: &str = "api.github.com/repos/octo/demo/contents/docs/READ%20ME.md";

fn request(path: &str) -> GithubRequest {
    GithubRequest {
        owner: "octo".to_owned(),
        repo: "demo".to_owned(),
        path: path.to_owned(),
        reference: None,
        start_line: 1,
        max_lines: 500,
        deadline: deadline(),
    }
}

fn json(text: &str) -> Script {
    respond("200 OK", &[("Content-Type", "application/json")], text.as_bytes())
}

fn file(content: &[u8]) -> Script {
    let content = STANDARD.encode(content);
    json(&format!(
        r#"{{"type":"file","encoding":"base64","size":{},"path":"docs/READ ME.md","sha":"abc","content":"{content}\n",
            "url":"https://api.github.com/repos/octo/demo/contents/docs/READ%20ME.md?ref=trunk",
            "html_url":"https://github.com/octo/demo/blob/trunk/docs/READ%20ME.md"}}"#,
        content.len() * 3 / 4
    ))
}

async fn read(web: &Arc<Web>, request: &GithubRequest) -> Result<GithubFile, GithubError> {
    let token = Some(HeaderValue::from_static("Bearer secret-token"));
    Github::new(Arc::new(client(web, false)), token).read(request).await
}

#[tokio::test(start_paused = true)]
async fn a_file_comes_in_lines() {
    let web = Web::new([(README, file(b"one\ntwo\nthree\nfour\n"))]);
    let part = GithubRequest { start_line: 2, max_lines: 2, ..request("/docs/READ ME.md") };
    let found = read(&web, &part).await.expect("a file");
    assert_eq!((found.reference.as_str(), found.truncated), ("trunk", true));
    let Found::File { content, total_lines, .. } = found.found else { panic!("a file") };
    assert_eq!((content.as_str(), total_lines), ("two\nthree\n", 4));
    let last = GithubRequest { start_line: 4, ..request("docs/READ ME.md") };
    assert!(!read(&web, &last).await.expect("a file").truncated);
}

#[tokio::test(start_paused = true)]
async fn a_folder_comes_as_its_entries() {
    let entries = r#"[{"type":"file","path":"src/a.rs","sha":"1","size":7},{"type":"dir","path":"src/b","sha":"2","size":0},
        {"type":"symlink","path":"src/c","sha":"3","size":1},{"type":"submodule","path":"src/d","sha":"4","size":0}]"#;
    let web = Web::new([("api.github.com/repos/octo/demo/contents/src", json(entries))]);
    let asked = GithubRequest { reference: Some("v1/x".to_owned()), ..request("src/") };
    let found = read(&web, &asked).await.expect("a folder");
    assert_eq!(found.html_url, "https://github.com/octo/demo/tree/v1/x/src");
    let Found::Folder { entries } = found.found else { panic!("a folder") };
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.kind, entry.size)).collect();
    use EntryKind::{File, Folder, Link, Submodule};
    assert_eq!(kinds, [(File, Some(7)), (Folder, None), (Link, None), (Submodule, None)]);
    assert!(web.log().requests[0].starts_with("GET /repos/octo/demo/contents/src?ref=v1%2Fx "));
}

#[tokio::test(start_paused = true)]
async fn names_cannot_lead_anywhere_else() {
    let web = Web::new([]);
    for path in ["../secrets", "a/../../b", "a/./b", "a\u{0}b"] {
        let error = read(&web, &request(path)).await.expect_err(path);
        assert!(matches!(error, GithubError::InvalidPath { .. }), "{path}: {error:?}");
    }
    let dots = GithubRequest { repo: "..".to_owned(), ..request("a") };
    assert!(matches!(read(&web, &dots).await, Err(GithubError::InvalidPath { .. })));
    assert!(web.log().requests.is_empty());
    for path in ["a?b#c", "%2e%2e/x", "a\\b", "@evil.example.org"] {
        assert_eq!(read(&web, &request(path)).await, Err(GithubError::NotFound), "{path}");
    }
    for request in web.log().requests {
        assert!(
            request.starts_with("GET /repos/octo/demo/contents/")
                && request.contains("host: api.github.com\r\n"),
            "{request}"
        );
        assert!(!request.lines().next().is_some_and(|line| line.contains('?')), "{request}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_token_goes_to_the_interface_alone() {
    let web = Web::new([
        (README, redirect("https://raw.githubusercontent.com/octo/demo/x")),
        ("api.github.com/repos/octo/demo/contents/evil", redirect("https://site.example.org/")),
    ]);
    // What is there is not of the expected form, but it was asked for.
    assert!(read(&web, &request("docs/READ ME.md")).await.is_err());
    let sent: Vec<bool> = web.log().requests.iter().map(|head| head.contains("secret-token")).collect();
    assert_eq!(sent, [true, false]);
    let error = read(&web, &request("evil")).await.expect_err("another host");
    assert!(matches!(&error, GithubError::Provider { .. }) && !error.to_string().contains("secret-token"));
}

#[tokio::test(start_paused = true)]
async fn each_failure_says_what_it_is() {
    let none: &[(&str, &str)] = &[];
    let spent: &[(&str, &str)] = &[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1")];
    for (status, headers, expected) in [
        ("404 Not Found", none, "NotFound"),
        ("403 Forbidden", spent, "RateLimited"),
        ("403 Forbidden", none, "Provider"),
        ("429 Too Many Requests", none, "RateLimited"),
        ("502 Bad Gateway", none, "Provider"),
    ] {
        let web = Web::new([(README, respond(status, headers, b"{}"))]);
        let error = read(&web, &request("docs/READ ME.md")).await.expect_err(status);
        assert!(format!("{error:?}").starts_with(expected), "{status}: {error:?}");
    }
    for (script, expected) in [
        (file(b"a\0b"), "NotText"),
        (file(b"\xff\xfe"), "NotText"),
        (
            json(r#"{"type":"file","encoding":"none","size":2000000,"path":"x","sha":"1","content":""}"#),
            "TooLarge",
        ),
        (json("{}"), "Provider"),
        (json("[1]"), "Provider"),
        (json(&"[".repeat(100_000)), "Provider"),
        (json(""), "Provider"),
    ] {
        let web = Web::new([(README, script)]);
        let error = read(&web, &request("docs/READ ME.md")).await.expect_err(expected);
        assert!(format!("{error:?}").starts_with(expected), "{expected}: {error:?}");
    }
}
