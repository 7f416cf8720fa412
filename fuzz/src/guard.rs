//! HTTP requests. The first byte picks the method, the second the path; each line after that is a header: a byte that
//! picks the name, and the value. The first line belongs to the target.

use std::cell::RefCell;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use lockstep_runtime::engine::Engine;
use lockstep_runtime::fuzzing::answer;
use lockstep_runtime::transport::http::HttpConfig;

use crate::server::{META, Tools, block_on, engine};

/// The kept corpus picks by position: add at the end only.
const NAMES: [&str; 16] = [
    "host",
    "origin",
    "accept",
    "content-type",
    "mcp-protocol-version",
    "mcp-method",
    "mcp-name",
    "mcp-session-id",
    "last-event-id",
    "content-encoding",
    "mcp-param-text",
    "access-control-request-method",
    "access-control-request-headers",
    "content-length",
    "x",
    "authorization",
];
const METHODS: [&str; 6] = ["POST", "GET", "DELETE", "OPTIONS", "HEAD", "PUT"];
const PATHS: [&str; 3] = ["/mcp", "/sse", "/messages"];

const HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "[::1]", "mcp.example"];
const HOST_WITH_PORT: &str = "one.example:8443";
const ORIGIN: &str = "https://app.example";

thread_local! {
    static ENGINE: RefCell<Option<Engine<Tools>>> = const { RefCell::new(None) };
}

/// Answers the request and judges whether it was let in rightly.
pub fn run(bytes: &[u8]) {
    let [method, path, rest @ ..] = bytes else { return };
    let mut lines = rest.split(|byte| *byte == b'\n');
    let authority = lines.next().and_then(|line| str::from_utf8(line).ok()).unwrap_or_default();
    if authority.contains(['/', '?', '#']) {
        return;
    }
    let mut headers = HeaderMap::new();
    for line in lines.take(64) {
        let Some((name, value)) = line.split_first() else { continue };
        let name = HeaderName::from_static(NAMES[usize::from(*name) % NAMES.len()]);
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let method = METHODS[usize::from(*method) % METHODS.len()];
    let target = PATHS[usize::from(*path) % PATHS.len()];
    let target = if authority.is_empty() { target.to_owned() } else { format!("http://{authority}{target}") };
    let body = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"echo","arguments":{{"text":"x"}},{META}}}}}"#
    );
    let mut request = match Request::builder().uri(&target).body(body.into_bytes()) {
        Ok(request) => request,
        // A target that is none never comes this far.
        Err(_) => return,
    };
    *request.method_mut() = Method::from_bytes(method.as_bytes()).expect("it is a method");
    let target = request.uri().authority().map(|authority| authority.as_str().to_owned());
    let come_in = may_come_in(&headers, target.as_deref());
    *request.headers_mut() = headers;
    let config =
        HttpConfig::default().allow_host("mcp.example").allow_host(HOST_WITH_PORT).allow_origin(ORIGIN);
    let engine = ENGINE.with_borrow_mut(|kept| kept.get_or_insert_with(engine).clone());
    let shown = format!("{request:?}");
    let response = block_on(answer(&engine, config, request));
    let status = response.status().as_u16();
    match status {
        // Too much of it to be looked at.
        414 | 431 => {}
        403 => assert!(!come_in, "it may come in, and was kept out: {shown}"),
        _ => assert!(come_in, "it came in with {status}: {shown}"),
    }
    if let Some(body) = response.body().as_ref().filter(|_| method != "HEAD") {
        let body: serde_json::Value = serde_json::from_slice(body).expect("an answer is JSON");
        assert_eq!(body["jsonrpc"], "2.0");
    }
    let shared = response.headers().get("access-control-allow-origin");
    if let Some(shared) = shared {
        assert!(shared.as_bytes().eq_ignore_ascii_case(ORIGIN.as_bytes()), "{shown}");
    }
}

/// What may come in, said once more and more simply.
fn may_come_in(headers: &HeaderMap, target: Option<&str>) -> bool {
    let all = |name| headers.get_all(name).iter().map(HeaderValue::as_bytes).collect::<Vec<_>>();
    let [host] = all("host")[..] else { return false };
    let Ok(host) = str::from_utf8(host) else { return false };
    if !is_host(host) || target.is_some_and(|target| !target.eq_ignore_ascii_case(host)) {
        return false;
    }
    match all("origin")[..] {
        [] => true,
        [origin] => {
            let Ok(origin) = str::from_utf8(origin) else { return false };
            let origin = origin.to_ascii_lowercase();
            let page = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            origin == ORIGIN || page.is_some_and(is_host)
        }
        _ => false,
    }
}

fn is_host(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == HOST_WITH_PORT
        || HOSTS.iter().any(|known| {
            host.strip_prefix(known).is_some_and(|rest| match rest.strip_prefix(':') {
                // Sixteen bits, and no sign.
                Some(port) => port.is_empty() || (port.parse::<u16>().is_ok() && !port.starts_with('+')),
                None => rest.is_empty(),
            })
        })
}
