//! Many connections, slow ones, and ones that send nothing: what they hold ends, and others are served meanwhile.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::process::{Server, Unread, initialize};
use crate::text::META;
use crate::wire;

/// First messages that must not open a session: head lines and body.
const REJECTED: [(&str, &str); 16] = [
    ("", "{"),
    ("", "[]"),
    ("", "null"),
    ("", r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#),
    ("", r#"{"jsonrpc":"2.0","id":0,"method":"initialize"}"#),
    ("", r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#),
    (
        "",
        r#"{"jsonrpc":"2.0","method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#,
    ),
    (
        "",
        r#"{"jsonrpc":"2.0","id":null,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#,
    ),
    (
        "MCP-Protocol-Version: 2026-07-28\r\n",
        r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#,
    ),
    (
        "Mcp-Session-Id: 0\r\n",
        r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#,
    ),
    (
        "Origin: http://evil.example\r\n",
        r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#,
    ),
    (
        "Content-Encoding: gzip\r\n",
        r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#,
    ),
    (
        "",
        r#"[{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}]"#,
    ),
    ("", r#"{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"2025-11-25"}}"#),
    ("MCP-Protocol-Version: 2026-07-28\r\n", r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#),
    (
        "",
        r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":[],"clientInfo":{"name":"t","version":"0"}}}"#,
    ),
];

/// A request on a connection that stays.
fn request(head: &str, body: &str) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// How many sessions can be opened, one after the other, until one is refused.
fn room(server: &Server) -> usize {
    let (request, mut stream) = (request("", &initialize("2025-11-25")), wire::connect(server.address));
    for opened in 0..1_000_000 {
        stream.write_all(request.as_bytes()).expect("the server reads");
        let answer = wire::read(&mut stream, false, false);
        if answer.status != 200 {
            assert!([429, 503].contains(&answer.status), "{}", answer.status);
            return opened;
        }
        if answer.field("connection") == Some("close") {
            stream = wire::connect(server.address);
        }
    }
    panic!("there is no limit")
}

#[test]
fn ten_thousand_rejected_first_posts_leave_no_session() {
    let (server, untouched) = (Server::start(), Server::start());
    let before = server.memory();
    let mut stream = wire::connect(server.address);
    for (head, body) in REJECTED.iter().cycle().take(10_000) {
        // A connection that was closed after the answer before is opened again.
        let answer = loop {
            if stream.write_all(request(head, body).as_bytes()).is_ok() {
                let answer = wire::read(&mut stream, false, false);
                if answer.status != 0 {
                    break answer;
                }
            }
            stream = wire::connect(server.address);
        };
        assert!(answer.field("mcp-session-id").is_none(), "{head}{body}: {}", answer.head);
        assert!(answer.status >= 400 || answer.status == 202 || answer.head.starts_with("http/1.1 200"));
        if answer.field("connection") == Some("close") {
            stream = wire::connect(server.address);
        }
    }
    if let (Some(before), Some(after)) = (before, server.memory()) {
        assert!(after < before + (16 << 10), "{before} KiB before, {after} KiB after");
    }
    let (left, all) = thread::scope(|scope| {
        let all = scope.spawn(|| room(&untouched));
        (room(&server), all.join().expect("it can be counted"))
    });
    assert_eq!(left, all, "sessions that can be opened after the flood, and without it");
    server.answers();
}

/// How long the server keeps a connection that sends `start` and then, every half second, one more byte of `rest`.
fn kept(server: &Server, start: &[u8], rest: &[u8]) -> Duration {
    let mut stream = wire::connect(server.address);
    stream.write_all(start).expect("the server reads");
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a timeout can be set");
    let (began, mut rest, mut chunk) = (Instant::now(), rest.iter(), [0; 4096]);
    loop {
        match stream.read(&mut chunk) {
            Ok(1..) => {}
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                assert!(began.elapsed() < wire::PATIENCE, "{} is kept open", wire::lossy(start));
                if let Some(byte) = rest.next() {
                    // Whether the server still reads is for the next read to say.
                    let _ = stream.write_all(&[*byte]);
                }
            }
            Ok(0) | Err(_) => return began.elapsed(),
        }
    }
}

#[test]
fn what_comes_slowly_or_not_at_all_ends() {
    let server = Server::start();
    let head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    let long = format!("{head}Content-Length: 500\r\n\r\n{{");
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n1f4\r\n{{");
    let messages = long.replace("/mcp", "/messages?connection=0");
    let slow = vec![b'x'; 1000];
    let cases: [(&str, &[u8]); 10] = [
        ("", b""),
        ("", &slow),
        ("POST /mc", b""),
        ("POST /mcp HTTP/1.1\r\nHost: loc", b""),
        ("POST /mcp HTTP/1.1\r\nx: ", &slow),
        ("POST /mcp HTTP/1.1\r\n\r", b""),
        (&long, b""),
        (&long, &slow),
        (&chunked, &slow),
        (&messages, &slow),
    ];
    thread::scope(|scope| {
        let kept: Vec<_> =
            cases.iter().map(|(start, rest)| scope.spawn(|| kept(&server, start.as_bytes(), rest))).collect();
        server.answers();
        for (kept, (start, _)) in kept.into_iter().zip(&cases) {
            let kept = kept.join().expect("it ends");
            assert!(kept < Duration::from_secs(45), "{kept:?} for {start:?}");
        }
    });
    server.answers();
}

#[test]
fn only_connections_without_a_request_are_idle() {
    let server = Server::limited(&["idle_time=3s"]);
    let modern = |method: &str, more: &str| {
        format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{more}")
    };
    let message = |id: &str, method: &str, params: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":"{id}","method":"{method}","params":{{{params}{META}}}}}"#)
    };
    let discover = request(&modern("server/discover", ""), &message("d", "server/discover", ""));
    let slow = message("s", "tools/call", r#""name":"slow","arguments":{"ms":5000},"#);
    let slow = request(&modern("tools/call", "Mcp-Name: slow\r\n"), &slow);
    let listen = message("l", "subscriptions/listen", r#""notifications":{"toolsListChanged":true},"#);
    let accept = "Accept: application/json, text/event-stream\r\n";
    let listen = request(&modern("subscriptions/listen", accept), &listen);
    let open = |request: &str| {
        let mut stream = wire::connect(server.address);
        stream.write_all(request.as_bytes()).expect("the server reads");
        stream
    };
    let (mut called, mut listening) = (open(&slow), open(&listen));
    assert_eq!(wire::read(&mut listening, false, true).status, 200);
    let mut busy = wire::connect(server.address);
    for _ in 0..5 {
        // Less than the time, and all together more.
        thread::sleep(Duration::from_secs(1));
        busy.write_all(discover.as_bytes()).expect("the server reads");
        assert_eq!(wire::read(&mut busy, false, false).status, 200);
    }
    assert_eq!(wire::read(&mut called, false, false).status, 200);
    let change =
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_trigger_tool_change"}}"#;
    let session = format!("Mcp-Session-Id: {}\r\n", server.session("2025-11-25"));
    assert_eq!(server.post(&session, change).status, 200);
    let length = listening.read(&mut [0; 4096]).expect("the stream is there");
    assert!(length > 0, "the stream has ended");
    // All of them have been answered, and nothing more is asked.
    for mut stream in [called, busy] {
        assert_eq!(stream.read(&mut [0; 64]).expect("it is closed"), 0);
    }
    server.answers();
}

#[test]
fn idle_connections_stop_nobody() {
    let server = Server::start();
    let idle: Vec<TcpStream> = (0..300).map(|_| wire::connect(server.address)).collect();
    server.answers();
    let half: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = wire::connect(server.address);
            stream.write_all(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Le").expect("it is sent");
            stream
        })
        .collect();
    server.answers();
    drop((idle, half));
    server.answers();
}

#[test]
fn streams_that_nobody_reads_stop_nobody() {
    let server = Server::start();
    let listen = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{{"notifications":{{"toolsListChanged":true}},{META}}}}}"#
    );
    let text = "x".repeat(500_000);
    let echo = format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"echo","arguments":{{"text":"{text}"}},{META}}}}}"#
    );
    let modern = |method: &str| format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n");
    let listen = request(&modern("subscriptions/listen"), &listen);
    let echo = request(&(modern("tools/call") + "Mcp-Name: echo\r\n"), &echo);
    let streams: Vec<TcpStream> = [&listen, &echo]
        .iter()
        .flat_map(|request| std::iter::repeat_n(request, 20))
        .map(|request| {
            let mut stream = wire::connect(server.address);
            stream.write_all(request.as_bytes()).expect("the server reads");
            stream
        })
        .collect();
    server.answers();
    let change =
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_trigger_tool_change"}}"#;
    let session = format!("Mcp-Session-Id: {}\r\n", server.session("2025-11-25"));
    for _ in 0..500 {
        assert_eq!(server.post(&session, change).status, 200);
    }
    server.answers();
    drop(streams);
    server.answers();
}

#[test]
fn whoever_does_not_read_is_not_read_from() {
    let mut peer = Unread::start();
    let count = 200_000;
    let ping = |id: usize| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n");
    let mut input = peer.input();
    let writer = thread::spawn(move || {
        for id in 0..count {
            input.write_all(ping(id).as_bytes()).expect("the server reads");
        }
    });
    // Long enough for all of it, if the server took it without an end.
    thread::sleep(Duration::from_secs(3));
    assert!(!writer.is_finished(), "everything was taken in and nothing read");
    if let Some(memory) = peer.memory() {
        assert!(memory < 128 << 10, "{memory} KiB");
    }
    assert_eq!(peer.count_lines(), count);
    writer.join().expect("the server reads");
}
