//! Every limit on both of its sides: what just fits is served, one more gets the answer named for it.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::process::{Peer, Server};
use crate::text::META;
use crate::wire::{self, Answer, PATIENCE};

/// Status and code: 0 where there is no error, and where the answer has no status of its own.
type Outcome = (u16, i64);

const SERVED: Outcome = (200, 0);
const TOO_MANY: Outcome = (429, 1003);
const OVERLOADED: Outcome = (503, 1002);

fn outcome(answer: &Answer) -> Outcome {
    let message: Value = answer.message().map_or(Value::Null, |text| {
        serde_json::from_slice(text).unwrap_or_else(|error| panic!("{error}: {}", wire::lossy(text)))
    });
    (answer.status, message["error"]["code"].as_i64().unwrap_or(0))
}

/// Posts a message of a size below, at and above a limit.
#[track_caller]
fn around(
    server: &Server,
    what: &str,
    limit: usize,
    over: Outcome,
    head: &str,
    body: impl Fn(usize) -> String,
) {
    for (size, wanted) in [(limit - 1, SERVED), (limit, SERVED), (limit + 1, over)] {
        let answer = server.post(head, &body(size));
        assert_eq!(outcome(&answer), wanted, "{what} {size}: {}", wire::lossy(&answer.body));
    }
    server.answers();
}

fn ping(id: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping","params":{params}}}"#)
}

fn quoted(size: usize) -> String {
    format!("\"{}\"", "x".repeat(size - 2))
}

fn session(server: &Server, revision: &str) -> String {
    format!("Mcp-Session-Id: {}\r\n", server.session(revision))
}

fn modern(method: &str, name: &str) -> String {
    let name = if name.is_empty() { String::new() } else { format!("Mcp-Name: {name}\r\n") };
    format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: {method}\r\n{name}")
}

/// A call of a tool without `_meta`, or with what the newest revision wants.
fn call(id: usize, tool: &str, arguments: &str, meta: &str) -> String {
    let meta = if meta.is_empty() { String::new() } else { format!(",{meta}") };
    format!(
        r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{arguments}{meta}}}}}"#
    )
}

fn listen(filter: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{{"notifications":{filter},{META}}}}}"#
    )
}

/// Sends a request on a connection of its own and leaves it open.
fn begin(server: &Server, request: &str) -> TcpStream {
    let mut stream = wire::connect(server.address);
    stream.write_all(request.as_bytes()).expect("the server reads");
    stream
}

fn post(head: &str, body: &str) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Tries until the answer is this one: what was let go of frees its place in a moment.
#[track_caller]
fn becomes(wanted: Outcome, attempt: impl Fn() -> Answer) {
    let begun = std::time::Instant::now();
    loop {
        let answer = attempt();
        if outcome(&answer) == wanted {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{}", wire::lossy(&answer.body));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[track_caller]
fn says_when_to_retry(answer: &Answer) {
    let after = answer.field("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
    assert!(after.is_some_and(|seconds| seconds > 0), "{}", answer.head);
}

#[test]
fn messages() {
    let server = Server::limited(&[
        "id_bytes=20",
        "progress_token_bytes=20",
        "watched_uri_bytes=30",
        "depth=8",
        "nodes=40",
        "batch=3",
        "message_bytes=1500",
    ]);
    let head = &session(&server, "2025-11-25");
    around(&server, "id", 20, (400, -32600), head, |size| ping(&quoted(size), "{}"));
    around(&server, "progress token", 20, (200, -32602), head, |size| {
        call(1, "echo", r#"{"text":"x"}"#, &format!(r#""_meta":{{"progressToken":{}}}"#, quoted(size)))
    });
    // The message and its parameters are two.
    around(&server, "depth", 8, (400, -32700), head, |size| {
        ping("1", &format!(r#"{{"x":{}{}}}"#, "[".repeat(size - 2), "]".repeat(size - 2)))
    });
    // Besides the numbers there are the message, its four members, and the list.
    around(&server, "values", 40, (400, -32600), head, |size| {
        ping("1", &format!(r#"{{"x":[{}]}}"#, vec!["0"; size - 6].join(",")))
    });
    around(&server, "bytes", 1500, (413, 1004), head, |size| {
        let bare = ping("1", r#"{"x":""}"#).len();
        ping("1", &format!(r#"{{"x":"{}"}}"#, "x".repeat(size - bare)))
    });
    let head = &session(&server, "2025-03-26");
    around(&server, "batch", 3, (400, -32600), head, |size| {
        format!("[{}]", (0..size).map(|id| ping(&id.to_string(), "{}")).collect::<Vec<_>>().join(","))
    });
    for (size, wanted) in [(29, 0), (30, 0), (31, -32602)] {
        let body = listen(&format!(r#"{{"resourceSubscriptions":["test://{}"]}}"#, "x".repeat(size - 7)));
        let mut stream = begin(&server, &post(&modern("subscriptions/listen", ""), &body));
        assert_eq!(outcome(&wire::read(&mut stream, false, true)), (200, wanted), "{size}");
    }
    server.answers();
}

#[test]
fn messages_over_standard_input() {
    let mut peer = Peer::limited(&["id_bytes=20", "depth=8", "nodes=40", "message_bytes=1500"]);
    let nested = |size: usize| format!(r#"{{"x":{}{}}}"#, "[".repeat(size - 2), "]".repeat(size - 2));
    let values = |size: usize| format!(r#"{{"x":[{}]}}"#, vec!["0"; size - 6].join(","));
    let filled = |size: usize| {
        let bare = ping("1", r#"{"x":""}"#).len();
        format!(r#"{{"x":"{}"}}"#, "x".repeat(size - bare))
    };
    for over in [0, 1] {
        let codes = if over == 0 { [0, 0, 0, 0] } else { [-32600, -32700, -32600, -32600] };
        let lines = [
            ping(&quoted(20 + over), "{}"),
            ping("1", &nested(8 + over)),
            ping("1", &values(40 + over)),
            ping("1", &filled(1500 + over)),
        ];
        for (line, code) in lines.into_iter().zip(codes) {
            peer.send(format!("{line}\n").as_bytes());
            let answer: Value = serde_json::from_str(&peer.line()).expect("JSON");
            assert_eq!(answer["error"]["code"].as_i64().unwrap_or(0), code, "{line}: {answer}");
        }
    }
}

#[test]
fn heads() {
    let server = Server::start();
    let get = |target: &str, fields: &str| {
        let request =
            format!("GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n");
        wire::exchange(server.address, request.as_bytes(), false).status
    };
    // Two are in the request already. A GET without a session is answered with 405.
    for (count, wanted) in [(63, 405), (64, 405), (65, 431)] {
        let fields: String = (2..count).map(|number| format!("x-{number}: y\r\n")).collect();
        assert_eq!(get("/mcp", &fields), wanted, "{count} fields");
    }
    for (length, wanted) in [(8191, 405), (8192, 405), (8193, 414)] {
        // The question mark does not count.
        assert_eq!(get(&format!("/mcp?{}", "x".repeat(length - 4)), ""), wanted, "target of {length} bytes");
    }
    // Path, host and connection take 41 bytes as they are counted, name and value's separators 5.
    for (length, wanted) in [((32 << 10) - 1, 405), (32 << 10, 405), ((32 << 10) + 1, 431)] {
        let others = "/mcp".len() + "host: localhost\r\n".len() + "connection: close\r\n".len();
        let field = format!("x: {}\r\n", "y".repeat(length - others - "x: \r\n".len()));
        assert_eq!(get("/mcp", &field), wanted, "head of {length} bytes");
    }
    server.answers();
}

#[test]
fn sessions() {
    let server = Server::limited(&["sessions=3"]);
    let initialize = || server.post("", &crate::process::initialize("2025-11-25"));
    let first = session(&server, "2025-11-25");
    for _ in 1..3 {
        assert_eq!(outcome(&initialize()), SERVED);
    }
    let refused = initialize();
    assert_eq!(outcome(&refused), OVERLOADED);
    says_when_to_retry(&refused);
    let end = format!("DELETE /mcp HTTP/1.1\r\nHost: localhost\r\n{first}\r\n");
    assert_eq!(wire::exchange(server.address, end.as_bytes(), false).status, 204);
    assert_eq!(outcome(&initialize()), SERVED);
    assert_eq!(outcome(&initialize()), OVERLOADED);
    server.answers();
}

#[test]
fn calls() {
    let server = Server::limited(&["session_calls=2", "calls=3"]);
    let (one, two) = (session(&server, "2025-11-25"), session(&server, "2025-11-25"));
    // A call that tells its progress is in progress: what is answered by an event is not refused any more.
    let hold = |head: &str, id: usize, meta: &str| {
        let mut stream = begin(&server, &post(head, &call(id, "slow", r#"{"ms":60000}"#, meta)));
        assert_eq!(wire::read(&mut stream, false, true).status, 200);
        stream
    };
    let progress = r#""_meta":{"progressToken":"held"}"#;
    let echo = |head: &str, id: usize| server.post(head, &call(id, "echo", r#"{"text":"x"}"#, ""));
    let mut held = vec![hold(&one, 1, progress), hold(&one, 2, progress)];
    assert_eq!(outcome(&echo(&one, 3)), TOO_MANY);
    says_when_to_retry(&echo(&one, 3));
    assert_eq!(outcome(&echo(&two, 3)), SERVED);
    let progress = META.replacen('{', r#"{"progressToken":"held","#, 1);
    held.push(hold(&modern("tools/call", "slow"), 1, &progress));
    assert_eq!(outcome(&echo(&two, 3)), OVERLOADED);
    says_when_to_retry(&echo(&two, 3));
    // The newest revision cancels by hanging up, older ones by saying so.
    held.pop();
    becomes(SERVED, || echo(&two, 3));
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#;
    assert_eq!(server.post(&one, cancel).status, 202);
    becomes(SERVED, || echo(&one, 3));
    server.answers();
}

#[test]
fn streams() {
    let server = Server::limited(&["session_streams=2", "streams=3", "watched=1"]);
    let one = session(&server, "2025-11-25");
    let get = |head: &str| {
        let accept = "Accept: text/event-stream\r\n";
        let mut stream =
            begin(&server, &format!("GET /mcp HTTP/1.1\r\nHost: localhost\r\n{accept}{head}\r\n"));
        (wire::read(&mut stream, false, true), stream)
    };
    let subscribe = |filter: &str| {
        let mut stream = begin(&server, &post(&modern("subscriptions/listen", ""), &listen(filter)));
        (wire::read(&mut stream, false, true), stream)
    };
    let held = [get(&one), get(&one)];
    assert!(held.iter().all(|(answer, _)| answer.status == 200));
    let refused = get(&one).0;
    assert_eq!(outcome(&refused), TOO_MANY);
    says_when_to_retry(&refused);
    let third = subscribe(r#"{"toolsListChanged":true}"#);
    assert_eq!(outcome(&third.0), SERVED);
    let refused = subscribe(r#"{"toolsListChanged":true}"#).0;
    assert_eq!(outcome(&refused), OVERLOADED);
    says_when_to_retry(&refused);
    drop(third);
    becomes(SERVED, || subscribe(r#"{"toolsListChanged":true}"#).0);
    drop(held);
    for (filter, code) in [
        (r#"{"resourceSubscriptions":["test://watched-resource"]}"#, 0),
        (r#"{"resourceSubscriptions":["test://watched-resource","test://watched-other"]}"#, -32602),
    ] {
        becomes((200, code), || subscribe(filter).0);
    }
    let watch = |uri: &str| {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"resources/subscribe","params":{{"uri":"{uri}"}}}}"#
        );
        outcome(&server.post(&one, &body))
    };
    assert_eq!(watch("test://watched-resource"), SERVED);
    assert_eq!(watch("test://watched-resource"), SERVED);
    assert_eq!(watch("test://watched-other"), (200, 1003));
    server.answers();
}

#[test]
fn questions() {
    let tool = "test_input_required_result_multiple_inputs";
    let capabilities = r#"{"elicitation":{},"sampling":{},"roots":{}}"#;
    for (questions, asked) in [(2, 2), (3, 3), (4, 3)] {
        let server = Server::limited(&[&format!("questions={questions}"), "question_time=1s"]);
        let initialize = crate::process::initialize("2025-11-25")
            .replace(r#""capabilities":{}"#, &format!(r#""capabilities":{capabilities}"#));
        let opened = server.post("", &initialize);
        let head = format!("Mcp-Session-Id: {}\r\n", opened.field("mcp-session-id").expect("a session"));
        // Nobody answers: the call fails, and everything it asked is in the stream.
        let answer = server.post(&head, &call(1, tool, "{}", ""));
        let text = wire::lossy(&answer.body);
        let count = text.matches("\"method\":\"").count() - text.matches("notifications/").count();
        assert_eq!(count, asked, "{questions}: {text}");
        assert!(text.contains(r#""error":"#) || text.contains(r#""isError":true"#), "{text}");
        server.answers();
    }
}

#[test]
fn rounds() {
    let server = Server::limited(&["rounds=3"]);
    let tool = "test_input_required_result_request_state";
    let capabilities = META.replace("clientCapabilities\":{}", "clientCapabilities\":{\"elicitation\":{}}");
    let (mut state, mut rounds) = (String::new(), 0);
    loop {
        let extra = if state.is_empty() { String::new() } else { format!(r#""requestState":{state},"#) };
        let answer =
            server.post(&modern("tools/call", tool), &call(1, tool, "{}", &format!("{extra}{capabilities}")));
        let message: Value = serde_json::from_slice(answer.message().expect("an answer")).expect("JSON");
        if message["result"]["resultType"] != "input_required" {
            assert!(message["error"]["code"].is_i64(), "{message}");
            break;
        }
        rounds += 1;
        assert!(rounds <= 3, "it goes on and on");
        state = message["result"]["requestState"].to_string();
    }
    assert_eq!(rounds, 3);
    server.answers();
}

#[test]
fn connections() {
    let server = Server::limited(&["connections=3", "silent_connections=2"]);
    let discover = post(
        &modern("server/discover", ""),
        &format!(r#"{{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{{{META}}}}}"#),
    );
    let served = |stream: &mut TcpStream| {
        // A server that has closed the connection may reset it.
        let _ = stream.write_all(discover.as_bytes());
        wire::read(stream, false, false).status == 200
    };
    let silent: Vec<_> = (0..3).map(|_| wire::connect(server.address)).collect();
    let mut others: Vec<_> = (0..3).map(|_| wire::connect(server.address)).collect();
    // Those who came first and said nothing make room.
    for stream in silent.iter().chain(&others[..1]) {
        let closed = match (&mut &*stream).read(&mut [0; 64]) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        };
        assert!(closed, "it is closed without a word");
    }
    assert!(served(&mut others[1]) && served(&mut others[2]));
    let mut third = wire::connect(server.address);
    assert!(served(&mut third));
    assert!(!served(&mut wire::connect(server.address)), "three are open and none of them is silent");
    assert!(served(&mut others[1]) && served(&mut third), "those that are open stay");
    drop(third);
    let begun = std::time::Instant::now();
    while !served(&mut wire::connect(server.address)) {
        assert!(begun.elapsed() < PATIENCE, "the place of one that left stays taken");
    }
}
