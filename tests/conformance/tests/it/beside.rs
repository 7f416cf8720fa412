//! What no transcript can say: hanging up, signals, two processes, two streams that share what comes.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::data::Revision;
use crate::wire::{Exchange, HANG, Piece, Server, Source};

const BOTH: &str = "application/json, text/event-stream";

/// Two servers with this key take each other's request state.
const KEY: (&str, &str) =
    ("LOCKSTEP_CONFORMANCE_KEY", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

fn each(letters: &str, test: fn(Revision)) {
    letters.chars().for_each(|letter| test(Revision(letter)));
}

fn initialize(revision: Revision) -> Value {
    let client = json!({ "name": "transcripts", "version": "0" });
    let params = json!({ "protocolVersion": revision.name(), "capabilities": {}, "clientInfo": client });
    json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params })
}

fn request(revision: Revision, id: u32, method: &str, mut params: Value) -> Value {
    if revision.is_modern() {
        params["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(revision.name());
        params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({ "elicitation": {} });
    }
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// A client of `/mcp`.
struct Client<'a> {
    server: &'a Server,
    revision: Revision,
    session: Option<String>,
}

impl<'a> Client<'a> {
    fn open(server: &'a Server, revision: Revision) -> Self {
        let mut client = Self { server, revision, session: None };
        if !revision.is_modern() {
            let opened = client.post(&initialize(revision));
            client.session = opened.header("mcp-session-id").map(str::to_owned);
            assert!(client.session.is_some());
        }
        client
    }

    fn headers(&self, message: &Value) -> Vec<(String, String)> {
        let mut headers = vec![("Content-Type", "application/json"), ("Accept", BOTH)];
        if self.revision.is_modern() {
            headers.push(("MCP-Protocol-Version", self.revision.name()));
            headers.push(("Mcp-Method", message["method"].as_str().unwrap_or_default()));
            headers.extend(message["params"]["name"].as_str().map(|name| ("Mcp-Name", name)));
        }
        headers.extend(self.session.as_deref().map(|session| ("Mcp-Session-Id", session)));
        headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn post(&self, message: &Value) -> Exchange {
        let address = self.server.address.expect("it listens");
        let body = message.to_string();
        Exchange::begin(address, "POST", "/mcp", &self.headers(message), Some(body.as_bytes()))
    }

    /// The result of a request.
    fn result(&self, message: &Value) -> Value {
        let exchange = self.post(message);
        let answer = message_of(&exchange.body);
        assert_eq!(answer["error"], Value::Null, "{answer}");
        answer["result"].clone()
    }

    fn news(&self) -> Exchange {
        let address = self.server.address.expect("it listens");
        Exchange::begin(address, "GET", "/mcp", &self.headers(&Value::Null)[1..], None)
    }
}

/// The next message that comes.
#[track_caller]
fn message_of(source: &Source) -> Value {
    loop {
        match source.next(HANG).expect("something comes") {
            Some(Piece::Message { text, .. }) => return serde_json::from_str(&text).expect("it is JSON"),
            Some(Piece::Event { .. }) => {}
            None => panic!("it ended"),
        }
    }
}

/// Everything up to the end.
#[track_caller]
fn rest_of(source: &Source) -> Vec<Value> {
    let mut rest = Vec::new();
    while let Some(piece) = source.next(HANG).expect("it ends") {
        if let Piece::Message { text, .. } = piece {
            rest.push(serde_json::from_str(&text).expect("it is JSON"));
        }
    }
    rest
}

pub(crate) fn the_end_of_standard_input(letters: &str) {
    each(letters, |revision| {
        let mut server = Server::stdio();
        let output = server.output();
        let mut lines = Vec::new();
        if !revision.is_modern() {
            lines.push(initialize(revision));
        }
        lines.push(request(revision, 1, "tools/list", json!({})));
        let arguments = json!({ "name": "slow", "arguments": { "ms": 50 } });
        lines.push(request(revision, 2, "tools/call", arguments));
        // The last line ends with the input.
        let text: Vec<String> = lines.iter().map(Value::to_string).collect();
        server.write(text.join("\n").as_bytes()).expect("the server reads");
        server.close_input();
        let (code, took) = server.ended();
        assert_eq!(code, Some(0), "{}", revision.name());
        assert!(took < Duration::from_secs(5), "{} took {took:?}", revision.name());
        let mut ids: Vec<Value> = rest_of(&output).iter().map(|message| message["id"].clone()).collect();
        ids.sort_by_key(Value::as_u64);
        assert_eq!(ids.len(), lines.len(), "every request is answered, and nothing else is said: {ids:?}");
    });
}

/// A modern client cancels by hanging up, a session's work goes on: by the marker that it leaves at its end.
pub(crate) fn hanging_up(letters: &str) {
    const MS: u64 = 600;
    let server = Server::http();
    let letters: Vec<Revision> = letters.chars().map(Revision).collect();
    for revision in &letters {
        let client = Client::open(&server, *revision);
        for streamed in [true, false] {
            let marker = format!("{}_{streamed}", revision.0);
            let mut params = json!({ "name": "slow", "arguments": { "ms": MS, "marker": marker } });
            if streamed {
                params["_meta"] = json!({ "progressToken": 1 });
            }
            let message = request(*revision, if streamed { 1 } else { 2 }, "tools/call", params);
            if streamed {
                let exchange = client.post(&message);
                assert_eq!(message_of(&exchange.body)["method"], "notifications/progress");
                exchange.body.hang_up();
            } else {
                let body = message.to_string();
                let address = server.address.expect("it listens");
                let stream =
                    Exchange::send(address, "POST", "/mcp", &client.headers(&message), Some(body.as_bytes()));
                // It is in progress before the client goes.
                thread::sleep(Duration::from_millis(150));
                drop(stream);
            }
        }
    }
    let start = Instant::now();
    let left = |name: &str| server.markers().join(name).exists();
    let wanted = |revision: &&Revision| !revision.is_modern();
    for name in letters
        .iter()
        .filter(wanted)
        .flat_map(|revision| ["true", "false"].map(|way| format!("{}_{way}", revision.0)))
    {
        while !left(&name) {
            assert!(start.elapsed() < HANG, "{name}: the work of a session did not go on");
            thread::sleep(Duration::from_millis(5));
        }
    }
    // By now the work of others would be done as well.
    thread::sleep(Duration::from_millis(MS + 200).saturating_sub(start.elapsed()));
    for revision in letters.iter().filter(|revision| revision.is_modern()) {
        for way in ["true", "false"] {
            assert!(!left(&format!("{}_{way}", revision.0)), "{way}: a cancelled call went on");
        }
    }
}

pub(crate) fn the_end_of_a_subscription(letters: &str) {
    each(letters, |revision| {
        let listen = request(
            revision,
            7,
            "subscriptions/listen",
            json!({ "notifications": { "toolsListChanged": true } }),
        );
        let check = |last: &[Value]| {
            let last = last.last().expect("there is a last message");
            let subscription = &last["result"]["_meta"]["io.modelcontextprotocol/subscriptionId"];
            assert_eq!(
                (&last["id"], &last["result"]["resultType"], subscription),
                (&json!(7), &json!("complete"), &json!(7))
            );
        };
        let mut server = Server::http();
        let exchange = Client::open(&server, revision).post(&listen);
        assert_eq!(message_of(&exchange.body)["method"], "notifications/subscriptions/acknowledged");
        server.terminate();
        check(&rest_of(&exchange.body));
        assert_eq!(server.ended().0, Some(0));

        let mut server = Server::stdio();
        let output = server.output();
        server.write(format!("{listen}\n").as_bytes()).expect("the server reads");
        assert_eq!(message_of(&output)["method"], "notifications/subscriptions/acknowledged");
        server.terminate();
        let rest = rest_of(&output);
        check(&rest);
        // One page of the specification wants this before the result, on channels.
        let cancelled: Vec<_> = rest[..rest.len() - 1].iter().map(|message| &message["method"]).collect();
        assert_eq!(cancelled, ["notifications/cancelled"]);
        assert_eq!(rest[0]["params"]["requestId"], 7);
        assert_eq!(server.ended().0, Some(0));
    });
}

/// Two streams of one session: each update goes to exactly one.
pub(crate) fn never_two_streams_at_once(letters: &str) {
    each(letters, |revision| {
        let server = Server::http();
        let client = Client::open(&server, revision);
        let streams = [client.news(), client.news()];
        client.result(&request(
            revision,
            1,
            "resources/subscribe",
            json!({ "uri": "test://watched-resource" }),
        ));
        for number in 0..10 {
            let update = json!({ "name": "test_update_watched_resource" });
            client.result(&request(revision, 10 + number, "tools/call", update));
            let mut told = 0;
            let start = Instant::now();
            // Whichever brings it; then for a while nothing more.
            while told == 0 || start.elapsed() < Duration::from_millis(60) {
                assert!(start.elapsed() < HANG, "update {number} came to nobody");
                for stream in &streams {
                    if let Ok(Some(Piece::Message { text, .. })) = stream.body.next(Duration::from_millis(5))
                    {
                        assert!(text.contains("notifications/resources/updated"), "{text}");
                        told += 1;
                    }
                }
            }
            assert_eq!(told, 1, "{}: update {number}", revision.name());
        }
    });
}

/// Another process with the same key goes on where one stopped; one with another key does not.
pub(crate) fn another_process(letters: &str) {
    each(letters, |revision| {
        let (first, second, stranger) =
            (Server::http_with(&[KEY]), Server::http_with(&[KEY]), Server::http());
        let tool = "test_input_required_result_request_state";
        let call = |params: Value| request(revision, 1, "tools/call", params);
        let asked = Client::open(&first, revision).result(&call(json!({ "name": tool })));
        assert_eq!(asked["resultType"], "input_required");
        drop(first);
        let answers = json!({ "confirm": { "action": "accept", "content": { "ok": true } } });
        let again =
            call(json!({ "name": tool, "requestState": asked["requestState"], "inputResponses": answers }));
        let refused = message_of(&Client::open(&stranger, revision).post(&again).body);
        assert_eq!((&refused["error"]["code"], refused.get("result")), (&json!(-32602), None));
        let done = Client::open(&second, revision).result(&again);
        assert_eq!(done["resultType"], "complete");
        assert!(done["content"][0]["text"].as_str().is_some_and(|text| text.contains("state-ok")), "{done}");
        // Cursors travel in the same way.
        let (first, list) =
            (Server::http_with(&[KEY]), |params| request(revision, 2, "resources/list", params));
        let page = Client::open(&first, revision).result(&list(json!({})));
        let next = list(json!({ "cursor": page["nextCursor"] }));
        assert_eq!(
            Client::open(&second, revision).result(&next)["resources"].as_array().map(Vec::len),
            Some(50)
        );
    });
}

/// The stream of the HTTP+SSE transport is the session: with it goes everything.
pub(crate) fn closing_the_stream(letters: &str) {
    let server = Server::http();
    let address = server.address.expect("it listens");
    let post = |path: &str, message: &Value| {
        let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
        Exchange::begin(address, "POST", path, &headers, Some(message.to_string().as_bytes())).status
    };
    let letters: Vec<Revision> = letters.chars().map(Revision).collect();
    for revision in &letters {
        let accept = [("Accept".to_owned(), "text/event-stream".to_owned())];
        let stream = Exchange::begin(address, "GET", "/sse", &accept, None).body;
        let Ok(Some(Piece::Event { data: Some(path), .. })) = stream.next(HANG) else {
            panic!("no endpoint")
        };
        assert_eq!(post(&path, &initialize(*revision)), 202);
        assert_eq!(message_of(&stream)["result"]["protocolVersion"], revision.name());
        let arguments = json!({ "ms": 500, "marker": revision.0.to_string() });
        let call = json!({ "name": "slow", "arguments": arguments, "_meta": { "progressToken": 1 } });
        assert_eq!(post(&path, &request(*revision, 1, "tools/call", call)), 202);
        assert_eq!(message_of(&stream)["method"], "notifications/progress");
        stream.hang_up();
        let start = Instant::now();
        while post(&path, &request(*revision, 2, "ping", json!({}))) != 404 {
            assert!(start.elapsed() < HANG, "the session outlives its stream");
            thread::sleep(Duration::from_millis(5));
        }
    }
    thread::sleep(Duration::from_millis(700));
    for revision in letters {
        assert!(!server.markers().join(revision.0.to_string()).exists(), "its work went on");
    }
}
