//! The HTTP transport over real sockets.

use std::time::Duration;

use lockstep_runtime::engine::{Engine, Limits};
use lockstep_runtime::transport::http::{HttpConfig, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::contract::{Probe, Slow, Tools};
use crate::json::assert_has;

const DISCOVER: &str = r#"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
const SLOW: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#;
const MODERN: &str = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: server/discover\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const HOST: &str = "Host: localhost\r\n";

struct Server {
    address: std::net::SocketAddr,
    probe: Probe,
    shutdown: CancellationToken,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn start(limits: Limits) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("the port is known");
    let (probe, shutdown) = (Probe::new(), CancellationToken::new());
    let engine = Engine::builder(Tools(probe.clone())).limits(limits).build().expect("the catalog is valid");
    let config = HttpConfig::default()
        .allow_host("mcp.example")
        .allow_host("fd00::1")
        .allow_host("one.example:8443")
        .allow_origin("https://app.example");
    let serving = tokio::spawn(serve(engine, listener, config, shutdown.clone()));
    Server { address, probe, shutdown, serving }
}

impl Server {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("the server accepts")
    }

    /// Sends a head and a body on a connection of their own and reads until the server closes it.
    async fn exchange(&self, request: &str, headers: &str, body: &str) -> Answer {
        let mut stream = self.connect().await;
        let head = format!(
            "{request} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let (mut read, mut write) = stream.split();
        let send = async {
            write.write_all(head.as_bytes()).await.expect("the head is sent");
            // A server that refuses early may stop reading.
            let _ = write.write_all(body.as_bytes()).await;
        };
        let mut bytes = Vec::new();
        let receive = async { read.read_to_end(&mut bytes).await.expect("the answer arrives") };
        tokio::join!(send, receive);
        Answer::new(&bytes)
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn new(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).expect("answers are UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status in {text:?}"));
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }
}

/// One request, the status of its answer, and what the answer's head must have.
#[track_caller]
fn check(server: &Server, request: &str, headers: &str, status: u16, head: &str) -> Answer {
    let body = if request.starts_with("POST") { DISCOVER } else { "" };
    let exchange = server.exchange(request, headers, body);
    let answer = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(exchange));
    assert_eq!(answer.status, status, "{request} {headers:?}: {}", answer.body);
    assert!(answer.head.contains(head), "{}", answer.head);
    assert!(answer.head.contains("x-content-type-options: nosniff"), "{}", answer.head);
    assert!(answer.head.contains("cache-control: no-store"), "{}", answer.head);
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn host_and_origin() {
    let server = start(Limits::default()).await;
    let rows = [
        ("POST /mcp", "Host: localhost:8080\r\n", 200),
        ("POST /mcp", "Host: 127.0.0.1\r\n", 200),
        ("POST /mcp", "Host: [::1]:1\r\n", 200),
        ("POST /mcp", "Host: LOCALHOST\r\n", 200),
        ("POST /mcp", "Host: mcp.example:443\r\n", 200),
        ("POST /mcp", "Host: [fd00::1]:80\r\n", 200),
        ("POST /mcp", "Host: one.example:8443\r\n", 200),
        ("POST /mcp", "Host: one.example\r\n", 403),
        ("POST http://localhost/mcp", "Host: localhost\r\n", 200),
        ("POST /mcp", "", 403),
        ("POST /mcp", "Host: evil.example\r\n", 403),
        ("POST /mcp", "Host: localhost.evil.example\r\n", 403),
        ("POST /mcp", "Host: localhost@evil.example\r\n", 403),
        ("POST /mcp", "Host: evil@localhost\r\n", 403),
        ("POST /mcp", "Host: localhost\r\nHost: localhost\r\n", 403),
        ("POST http://evil.example/mcp", "Host: localhost\r\n", 403),
        ("POST /mcp", "Host: localhost\r\nOrigin: http://localhost:3000\r\n", 200),
        ("POST /mcp", "Host: localhost\r\nOrigin: https://app.example\r\n", 200),
        ("POST /mcp", "Host: localhost\r\nOrigin: http://evil.example\r\n", 403),
        ("POST /mcp", "Host: localhost\r\nOrigin: null\r\n", 403),
        ("POST /mcp", "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: http://localhost\r\n", 403),
        ("GET /mcp", "Host: evil.example\r\n", 403),
    ];
    for (request, headers, status) in rows {
        let answer = check(&server, request, &format!("{headers}{JSON}{MODERN}"), status, "application/json");
        if status == 403 {
            assert_has(&answer.json(), &json!({ "id": null, "error": { "code": -32600 } }));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn methods_paths_and_media_types() {
    let server = start(Limits::default()).await;
    let rows = [
        ("GET /mcp", "Accept: text/event-stream\r\n", 405, "allow: post, get, delete"),
        ("OPTIONS /mcp", "", 405, "allow: post, get, delete"),
        ("PUT /mcp", "", 405, "allow: post, get, delete"),
        ("POST /", "", 404, "text/plain"),
        ("POST /mcp", "", 415, "application/json"),
        ("POST /mcp", "Content-Type: text/plain\r\n", 415, "application/json"),
        ("POST /mcp", "Content-Type: application/jsonp\r\n", 415, "application/json"),
        ("POST /mcp", "Content-Type: Application/JSON; charset=utf-8\r\n", 200, "application/json"),
        ("POST /mcp", "Content-Type: application/json\r\nAccept: text/html\r\n", 406, "application/json"),
        (
            "POST /mcp",
            "Content-Type: application/json\r\nAccept: application/json;q=0\r\n",
            406,
            "application/json",
        ),
        ("POST /mcp", "Content-Type: application/json\r\nAccept: */*\r\n", 200, "application/json"),
        (
            "POST /mcp",
            "Content-Type: application/json\r\nAccept: text/event-stream, application/json\r\n",
            200,
            "application/json",
        ),
        (
            "POST /mcp",
            "Content-Type: application/json\r\nAccept: text/event-stream\r\n",
            200,
            "text/event-stream",
        ),
    ];
    for (request, headers, status, head) in rows {
        let answer = check(&server, request, &format!("{HOST}{headers}{MODERN}"), status, head);
        match (status, head) {
            (200, "text/event-stream") => {
                assert!(answer.body.starts_with("event: message\ndata: {") && answer.body.ends_with("}\n\n"));
            }
            (404, _) => assert!(answer.body.contains("/mcp")),
            (200, _) => assert_has(&answer.json(), &json!({ "id": 1, "error": null })),
            _ => assert_has(&answer.json(), &json!({ "id": null, "error": { "code": -32600 } })),
        }
    }
}

#[tokio::test]
async fn large_bodies() {
    let server = start(Limits::default()).await;
    let headers = format!("{HOST}{JSON}");
    let answer = server.exchange("POST /mcp", &headers, &"x".repeat(2 << 20)).await;
    assert_eq!(answer.status, 413);
    assert_has(&answer.json(), &json!({ "id": null, "error": { "code": 1004 } }));
    let fits = server.exchange("POST /mcp", &headers, &" ".repeat(1 << 20)).await;
    assert_eq!(fits.status, 400);
    let over = server.exchange("POST /mcp", &headers, &" ".repeat((1 << 20) + 1)).await;
    assert_eq!(over.status, 413);

    let mut stream = server.connect().await;
    let head = format!("POST /mcp HTTP/1.1\r\n{HOST}{JSON}Transfer-Encoding: chunked\r\n\r\n");
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20));
    stream.write_all(format!("{head}{chunk}{chunk}0\r\n\r\n").as_bytes()).await.expect("the request is sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("the answer arrives");
    assert_eq!(Answer::new(&bytes).status, 413);
}

/// A connection that sends `start` and then nothing is ended by the server; answers what came until then.
async fn stalled(start_of_request: &str) -> String {
    let mut limits = Limits::default();
    limits.head_time = Duration::from_millis(50);
    limits.body_time = Duration::from_millis(50);
    limits.idle_time = Duration::from_millis(50);
    let server = start(limits).await;
    let mut stream = server.connect().await;
    stream.write_all(start_of_request.as_bytes()).await.expect("the start is sent");
    let mut text = String::new();
    let closed = tokio::time::timeout(Duration::from_secs(10), stream.read_to_string(&mut text)).await;
    closed.expect("the server closes the connection").expect("it closes it in order");
    text
}

#[tokio::test]
async fn stalled_connections_end() {
    assert_eq!(stalled("").await, "");
    let half = stalled("POST /mcp HTTP/1.1\r\nHost: loc").await;
    assert!(half.is_empty() || half.starts_with("HTTP/1.1 408"), "{half}");
    let body = stalled(&format!("POST /mcp HTTP/1.1\r\n{HOST}{JSON}Content-Length: 9\r\n\r\n{{")).await;
    assert_eq!(Answer::new(body.as_bytes()).status, 408);
    assert_has(&Answer::new(body.as_bytes()).json(), &json!({ "id": null, "error": { "code": 1005 } }));
    let idle = stalled(&format!("DELETE /mcp HTTP/1.1\r\n{HOST}\r\n")).await;
    assert!(idle.starts_with("HTTP/1.1 400"), "{idle}");
}

#[tokio::test]
async fn large_heads_are_refused() {
    let server = start(Limits::default()).await;
    let fields: String = (0..80).map(|number| format!("x-{number}: y\r\n")).collect();
    for headers in [format!("{HOST}{fields}"), format!("{HOST}x: {}\r\n", "y".repeat(40 << 10))] {
        assert_eq!(server.exchange("GET /mcp", &headers, "").await.status, 431);
    }
}

#[tokio::test]
async fn sessions() {
    let server = start(Limits::default()).await;
    let opened = server.exchange("POST /mcp", &format!("{HOST}{JSON}"), INITIALIZE).await;
    assert_eq!(opened.status, 200);
    let session =
        opened.head.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).expect("a session opens");
    let headers = format!("{HOST}{JSON}Mcp-Session-Id: {session}\r\n");
    let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let answer = server.exchange("POST /mcp", &headers, initialized).await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    let echo =
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"é"}}}"#;
    let answer = server.exchange("POST /mcp", &headers, echo).await;
    assert_has(&answer.json(), &json!({ "id": 2, "result": { "structuredContent": { "text": "é" } } }));
    for status in [204, 404] {
        assert_eq!(server.exchange("DELETE /mcp", &headers, "").await.status, status);
    }
    assert_eq!(server.exchange("POST /mcp", &headers, echo).await.status, 404);
}

/// Sends a request and hangs up as soon as `slow` runs.
async fn hang_up(server: &Server, headers: &str, body: &str) {
    let mut stream = server.connect().await;
    let request =
        format!("POST /mcp HTTP/1.1\r\n{HOST}{JSON}{headers}Content-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    server.probe.reaches(Slow::Running).await;
}

#[tokio::test]
async fn a_dropped_connection_cancels_a_modern_call() {
    let server = start(Limits::default()).await;
    let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: slow\r\n";
    hang_up(&server, headers, SLOW).await;
    server.probe.reaches(Slow::Cancelled).await;
}

#[tokio::test]
async fn a_dropped_connection_leaves_a_legacy_call_alone() {
    let server = start(Limits::default()).await;
    let opened = server.exchange("POST /mcp", &format!("{HOST}{JSON}"), INITIALIZE).await;
    let session =
        opened.head.lines().find_map(|line| line.strip_prefix("mcp-session-id: ")).expect("a session opens");
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow"}}"#;
    hang_up(&server, &format!("Mcp-Session-Id: {session}\r\n"), call).await;
    // The server has noticed the end of that connection once it has closed every one of them.
    server.shutdown.cancel();
    server.serving.await.expect("the server does not panic").expect("the server ends well");
    assert_eq!(server.probe.state(), Slow::Running);
    server.probe.release();
    server.probe.reaches(Slow::Finished).await;
}

#[tokio::test]
async fn a_shutdown_lets_requests_finish() {
    let server = start(Limits::default()).await;
    let mut stream = server.connect().await;
    let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: slow\r\n";
    let request =
        format!("POST /mcp HTTP/1.1\r\n{HOST}{JSON}{headers}Content-Length: {}\r\n\r\n{SLOW}", SLOW.len());
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    server.probe.reaches(Slow::Running).await;
    server.shutdown.cancel();
    server.probe.release();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.expect("the answer arrives");
    assert_eq!(Answer::new(&bytes).status, 200);
    server.serving.await.expect("the server does not panic").expect("the server ends well");
}

#[tokio::test]
async fn too_many_calls_are_refused() {
    let mut limits = Limits::default();
    limits.calls = 1;
    let server = start(limits).await;
    let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: slow\r\n";
    let mut stream = server.connect().await;
    let request =
        format!("POST /mcp HTTP/1.1\r\n{HOST}{JSON}{headers}Content-Length: {}\r\n\r\n{SLOW}", SLOW.len());
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    server.probe.reaches(Slow::Running).await;
    let answer = server.exchange("POST /mcp", &format!("{HOST}{JSON}{headers}"), SLOW).await;
    assert_eq!(answer.status, 503);
    assert_has(&answer.json(), &json!({ "id": 1, "error": { "code": 1002 } }));
}
