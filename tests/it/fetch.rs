//! The fetch family through the real program: well-known calls, the sample pages, and what the environment cannot change.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use serde_json::{Value, json};

use crate::peer::{ALL, Era, Peer, Transport, parse};

/// Keeps a test that names a host of the internet from asking it.
const OFFLINE: [&str; 3] = ["--demo", "--never-ask", "github.com"];

/// The body of a failed call's error.
#[track_caller]
fn error(result: &Value) -> Value {
    assert_eq!(result["isError"], true, "{result}");
    let text = result["content"][0]["text"].as_str().expect("a failed tool says why");
    let error = parse(text)["error"].clone();
    assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{error}");
    assert!(error["retryable"].is_boolean(), "{error}");
    error
}

/// A server on loopback that gives every request this answer.
fn site(content_type: &str, body: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let (mut head, mut step) = (Vec::new(), [0; 1024]);
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut step) {
                    Ok(length) if length > 0 => head.extend_from_slice(&step[..length]),
                    _ => break,
                }
            }
            // Whoever hung up wants no answer.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn the_calls_that_clients_know_by_heart() {
    for (transport, era) in ALL {
        let mut peer = Peer::start(transport, era, &OFFLINE);
        for (tool, arguments) in [
            ("fetch_url", json!({ "url": "https://demo.lockstep.test/guide", "timeout": 10 })),
            (
                "fetch",
                json!({ "url": "https://demo.lockstep.test/guide", "max_length": 5000, "start_index": 0 }),
            ),
        ] {
            let result = peer.call(tool, arguments);
            let page = &result["structuredContent"]["pages"][0];
            assert_eq!(page["title"], "A guide to coffee", "{result}");
            assert!(page["content"].as_str().is_some_and(|text| text.contains("## Grinding")), "{result}");
            assert_eq!(result["structuredContent"]["untrusted"], true);
        }
        let file = json!({ "owner": "octo", "repo": "demo", "path": "README.md", "ref": "main" });
        assert_eq!(error(&peer.call("fetch_github_file", file))["code"], "provider_error");
        let search = json!({ "query": "model context protocol", "max_results": 3 });
        assert_eq!(error(&peer.call("search_web", search))["code"], "not_configured");
        let listed = peer.result("tools/list", json!({})).to_string();
        assert!(!listed.contains("fetch_github_file") && !listed.contains("search_web"), "{listed}");
    }
}

#[test]
fn several_pages_have_an_outcome_each() {
    for (transport, era) in ALL {
        let mut peer = Peer::demo(transport, era);
        let urls = ["https://demo.lockstep.test/", "http://127.0.0.1/", "https://demo.lockstep.test/none"];
        let result = peer.call("fetch_url", json!({ "urls": urls, "max_length": 200 }));
        let pages = result["structuredContent"]["pages"].as_array().expect("pages");
        assert_eq!(pages[0]["next_index"], 200, "{result}");
        assert_eq!(pages[1]["error"]["code"], "blocked_address");
        assert_eq!(pages[2]["error"]["code"], "http_status");
        for arguments in [json!({}), json!({ "url": urls[0], "urls": urls }), json!({ "urls": [] })] {
            assert_eq!(error(&peer.call("fetch_url", arguments))["code"], "invalid_argument");
        }
        let wrong = peer.call("fetch_url", json!({ "url": urls[0], "max_lenght": 5 }));
        assert!(wrong.to_string().contains("max_length"), "{wrong}");
    }
}

#[test]
fn a_person_puts_a_page_into_the_conversation() {
    for (transport, era) in ALL {
        let mut peer = Peer::demo(transport, era);
        let listed = peer.result("prompts/list", json!({}));
        assert_eq!(listed["prompts"][0]["name"], "fetch");
        let arguments = json!({ "url": "https://demo.lockstep.test/private/ledger" });
        let prompt = peer.result("prompts/get", json!({ "name": "fetch", "arguments": arguments }));
        let page = &prompt["messages"][1]["content"];
        assert_eq!(page["type"], "resource", "{prompt}");
        assert!(
            page["resource"]["text"].as_str().is_some_and(|text| text.contains("robots.txt keeps")),
            "{prompt}"
        );
        let inside = json!({ "name": "fetch", "arguments": { "url": "http://[::1]/" } });
        let refused = peer.request("prompts/get", inside).message;
        assert_eq!(refused["error"]["code"], -32602, "{refused}");
    }
}

#[test]
fn proxies_of_the_environment_are_not_asked() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", proxy.local_addr().expect("an address"));
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let environment: Vec<(&str, &str)> = names.iter().map(|name| (*name, address.as_str())).collect();
    let site = site("text/plain", "straight from the site");
    let port = site.port();
    let internal = format!("127.0.0.1:{port}");
    let arguments = ["--allow-internal", internal.as_str()];
    for (transport, era) in [(Transport::Stdio, Era::Modern), (Transport::Http, Era::Legacy)] {
        let mut peer = Peer::start_in(transport, era, &arguments, &environment);
        let refused = peer.call("fetch_url", json!({ "url": "http://localhost:8080/" }));
        assert_eq!(error(&refused)["code"], "blocked_host");
        let result = peer.call("fetch_url", json!({ "url": format!("http://127.0.0.1:{port}/") }));
        assert_eq!(result["structuredContent"]["pages"][0]["content"], "straight from the site", "{result}");
    }
    proxy.set_nonblocking(true).expect("a listener");
    assert_eq!(proxy.accept().map_err(|error| error.kind()).err(), Some(ErrorKind::WouldBlock));
}

#[test]
fn a_search_goes_to_the_configured_provider() {
    let body = r#"{"results":[{"title":"One","url":"https://example.org/","content":"text"}]}"#;
    let url = format!("http://{}/", site("application/json", body));
    for (transport, era) in ALL {
        let mut peer = Peer::start(transport, era, &["--searxng", &url]);
        let result = peer.call("web_search", json!({ "query": "one" }));
        let found = &result["structuredContent"];
        assert_eq!(
            (&found["provider"], &found["results"][0]["title"]),
            (&json!("searxng"), &json!("One")),
            "{result}"
        );
        // Its host and port are the operator's: a search may ask them, a caller may not.
        let outside = error(&peer.call("fetch_url", json!({ "url": url })));
        assert_eq!(outside["code"], "blocked_port", "{outside}");
    }
}
