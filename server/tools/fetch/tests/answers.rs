//! The tools as the contract answers them: what fits, and what becomes of several pages.

use std::sync::Arc;

use lockstep_runtime::contract::{Context, Contract as _};
use lockstep_runtime::serde_json::value::RawValue;
use lockstep_tools::Service;
use serde_json::{Value, json};

use crate::egress::tests::client;
use crate::egress::tests::web::{Script, Step, Web, ok, respond};
use crate::ground::MAX_STRUCTURED_BYTES;
use crate::store::sources::Sources;
use crate::tools::db::Databases;
use crate::tools::{Fetch, FetchOptions, Server};

const SITES: [&str; 5] = [
    "a.example.org/page",
    "b.example.org/page",
    "c.example.org/page",
    "d.example.org/page",
    "e.example.org/page",
];

async fn call<'a>(pages: impl IntoIterator<Item = (&'a str, Script)>, tool: &str, arguments: Value) -> Value {
    let fetch = Fetch::new(Arc::new(client(&Web::new(pages), false)), FetchOptions::default());
    let service = Service(Server::new(Databases::new(Sources::new(None), Vec::new()), fetch));
    let arguments = RawValue::from_string(arguments.to_string()).expect("arguments are JSON");
    let called = service.call_tool(&Context::default(), tool, Some(&arguments)).await.expect("a result");
    let result = serde_json::to_value(called).expect("JSON");
    match &result["structuredContent"] {
        Value::Null => {
            let text = result["content"][0]["text"].as_str().expect("a failed tool says why");
            serde_json::from_str(text).expect("an error")
        }
        found => found.clone(),
    }
}

fn urls() -> Vec<String> {
    SITES.iter().map(|page| format!("http://{page}")).collect()
}

#[tokio::test(start_paused = true)]
async fn the_largest_pages_fit_and_say_where_they_go_on() {
    for text in ["語".repeat(120_000), "\"".repeat(120_000)] {
        let pages = SITES.map(|page| (page, ok("text/plain; charset=utf-8", text.as_bytes())));
        let found = call(pages, "fetch_url", json!({ "urls": urls(), "max_length": 100_000 })).await;
        assert!(found.to_string().len() <= MAX_STRUCTURED_BYTES, "{}", found.to_string().len());
        for page in found["pages"].as_array().expect("pages") {
            let shown = page["content"].as_str().expect("a part").chars().count();
            assert!(shown > 10_000 && page["next_index"] == shown, "{shown}");
        }
    }
    let links: String =
        (0..1_000).map(|at| format!("<a href='/{at}?{}'>link</a>", "x".repeat(2_000))).collect();
    let page = ok("text/html", links.as_bytes());
    let found = call([(SITES[0], page)], "fetch_url", json!({ "url": urls()[0], "format": "links" })).await;
    assert!(found.to_string().len() <= MAX_STRUCTURED_BYTES, "{}", found.to_string().len());
    assert_eq!(found["pages"][0]["warnings"], json!(["links_cut"]));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_never_comes_holds_up_no_other() {
    let pages = [(SITES[0], vec![Step::Hang]), (SITES[1], ok("text/plain", b"hello"))];
    let found = call(pages, "fetch_url", json!({ "urls": urls()[..2], "timeout": 3 })).await;
    let error = &found["pages"][0]["error"];
    assert_eq!((&error["code"], &error["retryable"]), (&json!("timeout"), &json!(true)), "{found}");
    assert!(error["hint"].is_string(), "{found}");
    assert_eq!(found["pages"][1]["content"], "hello");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_fits_no_answer_is_read_in_another_way() {
    // 900,000 letters `A`, then a short line.
    let content = format!("{}{}", "QUFB".repeat(300_000), "CmJiCg==");
    let file = json!({
        "type": "file", "encoding": "base64", "size": 900_004, "path": "x", "sha": "0", "content": content,
    });
    let file = respond("200 OK", &[("Content-Type", "application/json")], file.to_string().as_bytes());
    let page = "api.github.com/repos/octo/demo/contents/x";
    let ask = async |line: u32| {
        let arguments = json!({ "owner": "octo", "repo": "demo", "path": "x", "start_line": line });
        call([(page, file.clone())], "github_file", arguments).await
    };
    let long = ask(1).await;
    assert_eq!(long["error"]["code"], "too_large", "{long}");
    assert!(long["error"]["hint"].as_str().is_some_and(|hint| hint.contains("fetch_url")), "{long}");
    let short = ask(2).await;
    assert_eq!((&short["content"], &short["truncated"]), (&json!("bb\n"), &json!(false)));
}
