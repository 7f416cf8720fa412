//! Hostile addresses and sites against the whole server: each is answered with its code and what to do, the page that only
//! looks like it is read, and the process keeps neither harm nor memory of them.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use crate::peer::{Era, Peer, Transport, parse};

/// What a server may keep in memory after all of them, in bytes: pages that the allocator has not given back, and those
/// of its cache.
const MOST_KEPT: u64 = 48 * 1024 * 1024;

/// Addresses that only look like those of the internet, or not at all, and what each is answered.
const ADDRESSES: [(&str, &str); 24] = [
    ("http://127.0.0.1/", "blocked_address"),
    ("http://2130706433/", "blocked_address"),
    ("http://0x7f.1/", "blocked_address"),
    ("http://0177.0.0.1/", "blocked_address"),
    ("http://%31%32%37.0.0.1/", "blocked_address"),
    ("http://①②⑦.⓪.⓪.①/", "blocked_address"),
    ("http://[::1]/", "blocked_address"),
    ("http://[::ffff:169.254.169.254]/", "blocked_address"),
    ("http://[64:ff9b::a00:1]/", "blocked_address"),
    ("http://169.254.169.254/latest/meta-data/", "blocked_address"),
    ("http://100.64.0.1/", "blocked_address"),
    ("http://224.0.0.1/", "blocked_address"),
    ("http://localhost/", "blocked_host"),
    ("http://metadata.google.internal/", "blocked_host"),
    ("http://demo.lockstep.test.localhost/", "blocked_host"),
    ("http://x.demo.lockstep.test/", "blocked_host"),
    ("https://demo.lockstep.test:22/", "blocked_port"),
    ("https://a:b@demo.lockstep.test/", "userinfo_not_allowed"),
    ("file:///etc/passwd", "blocked_scheme"),
    ("gopher://demo.lockstep.test/", "blocked_scheme"),
    ("http:\\\\demo.lockstep.test\\", "invalid_url"),
    ("https:demo.lockstep.test", "invalid_url"),
    (" https://demo.lockstep.test/", "invalid_url"),
    ("https://demo..lockstep.test/", "invalid_url"),
];

/// What a site sends after the head of its page.
struct Row {
    /// The code of the error, or the warning of the page.
    outcome: &'static str,
    hostile: Vec<u8>,
    /// Sent again and again after it.
    endless: Vec<u8>,
    benign: Vec<u8>,
}

fn page(head: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn html(body: &str) -> Vec<u8> {
    page("Content-Type: text/html\r\n", body.as_bytes())
}

fn article(part: &str) -> Vec<u8> {
    html(&format!("<title>T</title><article><p>{}</p>{part}</article>", "some words ".repeat(60)))
}

fn rows() -> Vec<Row> {
    let row = |outcome, hostile, benign| Row { outcome, hostile, endless: Vec::new(), benign };
    let deep = |open: &str| row("html_too_deep", html(&open.repeat(20_000)), article(&open.repeat(8)));
    let chunked = |rest: &str| {
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n{rest}")
            .into_bytes()
    };
    let redirect = |to: &str| {
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .into_bytes()
    };
    vec![
        deep("<b>"),
        deep("<div>"),
        deep("<ul><li>"),
        deep("<table><tr><td>"),
        row("unsupported_type", page("Content-Type: text/html\r\n", b"\x89PNG\r\n\x1a\n\0\0"), article("")),
        row("unsupported_encoding", page("Content-Encoding: gzip, gzip\r\n", b"x"), article("")),
        row("bad_response", page("Content-Encoding: gzip\r\n", b"no gzip"), article("")),
        row("bad_response", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), article("")),
        row("bad_response", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello".to_vec(), article("")),
        row("body_too_large", b"HTTP/1.1 200 OK\r\nContent-Length: 5242881\r\n\r\n".to_vec(), article("")),
        Row {
            outcome: "body_too_large",
            hostile: chunked(""),
            endless: format!("4000\r\n{}\r\n", "x".repeat(0x4000)).into_bytes(),
            benign: chunked("5\r\nhello\r\n0\r\n\r\n"),
        },
        row("blocked_address", redirect("http://169.254.169.254/"), redirect("https://demo.lockstep.test/")),
        row("blocked_host", redirect("http://localhost/"), redirect("https://demo.lockstep.test/old-guide")),
        row("invalid_url", redirect("/\\127.0.0.1/"), redirect("https://demo.lockstep.test/guide")),
    ]
}

/// A site that has no robots.txt and sends the hostile answer at `/hostile`, the benign one elsewhere. Each has an address
/// of loopback to itself, because a host is asked at its own pace.
fn site(number: usize, row: Row) -> SocketAddr {
    let listener = TcpListener::bind(format!("127.0.7.{}:0", number + 1)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            answer(stream, &row);
        }
    });
    address
}

/// Whoever hung up gets no answer, which is what some rows are about.
fn answer(mut stream: TcpStream, row: &Row) {
    let (mut head, mut step) = (Vec::new(), [0; 1024]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut step) {
            Ok(length) if length > 0 => head.extend_from_slice(&step[..length]),
            _ => return,
        }
    }
    if head.starts_with(b"GET /robots.txt ") {
        let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    } else if head.starts_with(b"GET /hostile ") {
        let mut open = stream.write_all(&row.hostile).is_ok();
        while open && !row.endless.is_empty() {
            open = stream.write_all(&row.endless).is_ok();
        }
    } else {
        let _ = stream.write_all(&row.benign);
    }
}

/// The code of a refusal, which says what to do next, or the first warning of a page.
#[track_caller]
fn outcome(result: &Value) -> String {
    if result["isError"] != true {
        return result["structuredContent"]["pages"][0]["warnings"][0].as_str().unwrap_or("none").to_owned();
    }
    let text = result["content"][0]["text"].as_str().expect("a failed tool says why");
    let error = &parse(text)["error"];
    let code = error["code"].as_str().expect("a code");
    assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{text}");
    assert_eq!(error["retryable"], code == "bad_response", "{text}");
    code.to_owned()
}

/// Resident memory of the server, in bytes.
fn resident(peer: &Peer) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", peer.process.id())).expect("the server runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("memory is told");
    let kilobytes = line.trim().trim_end_matches(" kB").parse::<u64>().expect("in kB");
    kilobytes * 1024
}

#[track_caller]
fn check(transport: Transport, era: Era) {
    let rows = rows();
    let expected: Vec<&str> = rows.iter().map(|row| row.outcome).collect();
    let sites: Vec<SocketAddr> =
        rows.into_iter().enumerate().map(|(number, row)| site(number, row)).collect();
    let mut arguments = vec!["--demo".to_owned()];
    arguments.extend(sites.iter().flat_map(|site| ["--allow-internal".to_owned(), site.to_string()]));
    let mut peer = Peer::start(transport, era, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let round = |peer: &mut Peer| {
        for (url, code) in ADDRESSES {
            assert_eq!(outcome(&peer.call("fetch_url", json!({ "url": url }))), code, "{url}");
        }
        for (site, expected) in sites.iter().zip(&expected) {
            let hostile =
                peer.call("fetch_url", json!({ "url": format!("http://{site}/hostile"), "max_age_s": 0 }));
            assert_eq!(outcome(&hostile), *expected, "{site}: {hostile}");
            let benign =
                peer.call("fetch_url", json!({ "url": format!("http://{site}/benign"), "max_age_s": 0 }));
            assert_eq!(benign["isError"], Value::Null, "the twin of {expected}: {benign}");
        }
        let benign = peer.call("fetch_url", json!({ "url": "https://demo.lockstep.test/guide" }));
        assert_eq!(benign["isError"], Value::Null, "{benign}");
        resident(peer)
    };
    let once = round(&mut peer);
    let twice = round(&mut peer);
    assert!(twice < once + MOST_KEPT, "{once} bytes after the first round, {twice} after the second");
}

#[test]
fn over_stdio() {
    check(Transport::Stdio, Era::Modern);
}

#[test]
fn over_http() {
    check(Transport::Http, Era::Legacy);
}
