//! The client by hand against made-up servers of the era of sessions.

use std::sync::Mutex;
use std::sync::mpsc::channel;

use serde_json::{Value, json};

use crate::client::{check, run, text};
use crate::fake::{Fake, Request, Wire};
use crate::http::HANG;
use crate::peer::{LEGACY, MODERN};

/// The answer to `initialize` in a revision.
fn initialized(revision: &str) -> Value {
    json!({
        "protocolVersion": revision, "capabilities": { "tools": {} },
        "serverInfo": { "name": "fake", "version": "0" },
    })
}

/// A server of one legacy revision with a session, whose calls a test answers.
fn legacy(revision: &'static str, call: impl Fn(&Request, &mut Wire) + Send + Sync + 'static) -> Fake {
    Fake::start(move |request, wire| match (request.verb.as_str(), request.method()) {
        ("POST", "initialize") => {
            let answer =
                json!({ "jsonrpc": "2.0", "id": request.body["id"], "result": initialized(revision) });
            let headers = [("Content-Type", "application/json"), ("Mcp-Session-Id", "s-1")];
            wire.reply(200, &headers, &answer.to_string());
        }
        ("POST", "server/discover") => wire.reply(400, &[("Content-Type", "text/plain")], "what?"),
        ("DELETE", _) => wire.reply(200, &[], ""),
        _ => call(request, wire),
    })
}

#[test]
fn a_legacy_conversation() {
    for (revision, has_header) in
        [("2024-11-05", false), ("2025-03-26", false), ("2025-06-18", true), (LEGACY, true)]
    {
        let fake = legacy(revision, |request, wire| wire.result(request, text("done")));
        check(&["call", "x", "--url", &fake.url, "--revision", revision], 0, "done\n", &[]);
        assert_eq!(
            fake.asked(),
            ["POST initialize", "POST notifications/initialized", "POST tools/call", "DELETE"]
        );
        let seen = fake.seen();
        assert_eq!(seen[0].body["params"]["protocolVersion"], revision);
        assert_eq!((seen[0].header("mcp-session-id"), seen[0].header("mcp-protocol-version")), (None, None));
        for request in &seen[1..] {
            assert_eq!(request.header("mcp-session-id"), Some("s-1"));
            assert_eq!(request.header("mcp-protocol-version"), has_header.then_some(revision));
            assert_eq!((request.header("mcp-method"), request.header("mcp-name")), (None, None));
        }
    }
}

#[test]
fn a_server_may_answer_with_another_revision() {
    let fake = legacy("2025-03-26", |request, wire| wire.result(request, text("done")));
    let note = "note: asked for 2025-11-25, the server speaks 2025-03-26";
    check(&["call", "x", "--url", &fake.url, "--era", "legacy"], 0, "done\n", &[note]);
    let fake = legacy("1999-01-01", |_, _| ());
    let parts = ["no revision in common", "1999-01-01"];
    check(&["call", "x", "--url", &fake.url, "--era", "legacy"], 1, "", &parts);
}

#[test]
fn the_era_is_found() {
    let fake = legacy(LEGACY, |request, wire| wire.result(request, text("done")));
    check(&["call", "x", "--url", &fake.url], 0, "done\n", &[]);
    assert_eq!(fake.asked()[..2], ["POST server/discover", "POST initialize"]);

    // A server that names its revisions is asked for the newest of them.
    let fake = Fake::start(|request, wire| match request.method() {
        "server/discover" => {
            let data =
                json!({ "requested": MODERN, "supported": ["2025-03-26", "2025-06-18", "2099-01-01"] });
            let error = json!({ "code": -32022, "message": "no", "data": data });
            wire.json(400, &json!({ "jsonrpc": "2.0", "id": request.body["id"], "error": error }));
        }
        "initialize" => wire.result(request, initialized("2025-06-18")),
        _ => wire.result(request, text("done")),
    });
    let ended = check(&["call", "x", "--url", &fake.url], 0, "done\n", &[]);
    assert_eq!(
        (fake.seen()[1].body["params"]["protocolVersion"].as_str(), ended.stderr.as_str()),
        (Some("2025-06-18"), "")
    );
}

pub(crate) fn elicitation(id: &str, properties: Value) -> Value {
    let schema = json!({ "type": "object", "properties": properties, "required": ["size"] });
    let params = json!({ "message": "Which one?", "requestedSchema": schema });
    json!({ "jsonrpc": "2.0", "id": id, "method": "elicitation/create", "params": params })
}

#[test]
fn a_legacy_server_asks_back() {
    let fake = || {
        legacy(LEGACY, |request, wire| {
            wire.events();
            wire.write(": hello\n\n");
            let token = &request.body["params"]["_meta"]["progressToken"];
            let progress = json!({ "progressToken": token, "progress": 1, "total": 3, "message": "asking" });
            wire.event(&json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": progress }));
            let log = json!({ "level": "warning", "logger": "shop", "data": "careful" });
            wire.event(&json!({ "jsonrpc": "2.0", "method": "notifications/message", "params": log }));
            let mut answers = Vec::new();
            let fields = json!({
                "size": { "type": "integer", "minimum": 1 }, "wrap": { "type": "boolean", "default": true },
            });
            for ask in [
                json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }),
                elicitation("e-1", fields),
                json!({ "jsonrpc": "2.0", "id": 2, "method": "roots/list" }),
                json!({ "jsonrpc": "2.0", "id": 3, "method": "sampling/createMessage", "params": {} }),
            ] {
                wire.event(&ask);
                answers.push(wire.posted());
            }
            let result = text(&json!(answers).to_string());
            wire.event(&json!({ "jsonrpc": "2.0", "id": request.body["id"], "result": result }));
        })
    };
    let server = fake();
    let base = ["call", "x", "--era", "legacy", "--url", &server.url];
    let ended = run(&[&base[..], &["--answer", "size=3", "--root", "/"]].concat());
    let parts = ["progress: 1 of 3: asking", "warning shop: careful", "the server asks: Which one?"];
    assert!(parts.iter().all(|part| ended.stderr.contains(part)), "{}", ended.stderr);
    let answers: Value = serde_json::from_str(&ended.stdout).expect("the answers come back");
    let elicited = json!({ "action": "accept", "content": { "size": 3, "wrap": true } });
    assert_eq!(
        answers.as_array().expect("a list")[..3],
        [
            json!({ "jsonrpc": "2.0", "id": 1, "result": {} }),
            json!({ "jsonrpc": "2.0", "id": "e-1", "result": elicited }),
            json!({ "jsonrpc": "2.0", "id": 2, "result": { "roots": [{ "uri": "file:///" }] } }),
        ]
    );
    assert_eq!(answers[3]["error"]["code"], -32601);
    let able = json!({ "elicitation": { "form": {}, "url": {} }, "roots": {} });
    assert_eq!(server.seen()[0].body["params"]["capabilities"], able);

    let server = fake();
    let ended = run(&["call", "x", "--era", "legacy", "--url", &server.url]);
    let answers: Value = serde_json::from_str(&ended.stdout).expect("the answers come back");
    assert_eq!(answers[1]["result"], json!({ "action": "decline" }));
    assert_eq!(answers[2]["error"]["code"], -32601);
    assert!(ended.stderr.contains("note: declined: nobody is at a terminal"), "{}", ended.stderr);
}

#[test]
fn a_stream_that_ends_early_is_taken_up_again() {
    let fake = legacy(LEGACY, |request, wire| {
        wire.events();
        match request.header("last-event-id") {
            None => wire.write("id: a-1\nretry: 20\ndata:\n\n"),
            Some("a-1") => {
                wire.write("id: a-2\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n\n")
            }
            // The request was the second one of the client.
            Some("a-2") => wire.event(&json!({ "jsonrpc": "2.0", "id": 2, "result": text("late") })),
            Some(other) => panic!("no event {other}"),
        }
    });
    check(&["call", "x", "--era", "legacy", "--url", &fake.url], 0, "late\n", &[]);
    assert_eq!(fake.asked()[2..], ["POST tools/call", "GET", "GET", "DELETE"]);
    let resumed = &fake.seen()[3];
    assert_eq!(resumed.header("accept"), Some("text/event-stream"));
    assert_eq!(resumed.header("mcp-session-id"), Some("s-1"));

    // Without an id there is nothing to go on from.
    let fake = legacy(LEGACY, |_, wire| wire.events());
    check(
        &["call", "x", "--era", "legacy", "--url", &fake.url],
        1,
        "",
        &["the stream ended before the answer came"],
    );
}

#[test]
fn an_address_has_to_be_visited_first() {
    let fake = legacy(LEGACY, |request, wire| {
        let wanted = json!({
            "mode": "url", "elicitationId": "1", "url": "https://example.com/\u{1b}[2J", "message": "Log in",
        });
        let error =
            json!({ "code": -32042, "message": "log in first", "data": { "elicitations": [wanted] } });
        wire.json(200, &json!({ "jsonrpc": "2.0", "id": request.body["id"], "error": error }));
    });
    let parts = ["the server asks: Log in", "https://example.com/\u{fffd}[2J", "log in first (code -32042"];
    check(&["call", "x", "--era", "legacy", "--url", &fake.url], 1, "", &parts);
}

#[test]
fn nothing_comes_in_time() {
    let fake = legacy(LEGACY, |_, wire| {
        wire.events();
        wire.wait_for_the_end();
    });
    let told = ["no answer within 0.2 s", "--timeout"];
    check(&["call", "x", "--era", "legacy", "--timeout", "0.2", "--url", &fake.url], 1, "", &told);
    assert_eq!(fake.asked()[3..], ["POST notifications/cancelled", "DELETE"]);
    assert_eq!(fake.seen()[3].body["params"]["requestId"], 2);
}

#[test]
fn a_process_that_does_not_survive_the_probe() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let script = folder.path().join("old server.sh");
    let initialized = json!({ "jsonrpc": "2.0", "id": 2, "result": initialized("2024-11-05") });
    let called = json!({ "jsonrpc": "2.0", "id": 3, "result": text("from a pipe") });
    let lines = format!(
        "while read line; do case $line in\n*discover*) exit 7;;\n*'\"initialize\"'*) echo 'not JSON'; echo '{initialized}';;\n\
         *tools/call*) echo '{called}';;\nesac; done\necho 'the input ended' >&2\n"
    );
    std::fs::write(&script, lines).expect("the script is written");
    let command = format!("sh '{}'", script.display());
    let parts = ["note: not a message: not JSON", "the server speaks 2024-11-05", "the input ended"];
    check(&["call", "x", "--stdio", &command], 0, "from a pipe\n", &parts);
}

#[test]
fn a_server_that_logs_is_asked_to() {
    let fake = Fake::start(|request, wire| match request.method() {
        "initialize" => {
            let mut result = initialized(LEGACY);
            result["capabilities"]["logging"] = json!({});
            wire.result(request, result);
        }
        "logging/setLevel" => {
            let error = json!({ "code": -32603, "message": "not now" });
            wire.json(200, &json!({ "jsonrpc": "2.0", "id": request.body["id"], "error": error }));
        }
        _ => wire.result(request, text("done")),
    });
    check(&["call", "x", "--era", "legacy", "--url", &fake.url], 0, "done\n", &[]);
    assert_eq!(fake.asked()[2..], ["POST logging/setLevel", "POST tools/call"]);
    assert_eq!(fake.seen()[2].body["params"], json!({ "level": "info" }));
}

#[test]
fn the_transport_before() {
    let (sender, receiver) = channel::<Value>();
    let receiver = Mutex::new(receiver);
    let fake = Fake::start(move |request, wire| match (request.verb.as_str(), request.path.as_str()) {
        ("POST", "/mcp") => wire.reply(405, &[], "nothing is posted here"),
        ("GET", "/mcp") => {
            wire.events();
            wire.write("event: endpoint\ndata: /messages?id=1\n\n");
            for result in [initialized("2024-11-05"), text("by the stream")] {
                let asked = receiver.lock().expect("nobody panicked").recv_timeout(HANG);
                let id = &asked.expect("the client asks")["id"];
                wire.event(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
            }
            wire.wait_for_the_end();
        }
        _ => {
            sender.send(request.body.clone()).expect("the stream is open");
            wire.reply(202, &[], "Accepted");
        }
    });
    check(&["call", "x", "--url", &fake.url], 0, "by the stream\n", &["the server speaks 2024-11-05"]);
    let paths: Vec<String> = fake.seen().into_iter().map(|request| request.path).skip(2).collect();
    assert_eq!(paths, ["/mcp", "/messages?id=1", "/messages?id=1", "/messages?id=1"]);

    let fake = Fake::start(|request, wire| match request.verb.as_str() {
        "GET" => {
            wire.events();
            wire.write("event: endpoint\ndata: http://example.com/\n\n");
        }
        _ => wire.reply(404, &[], ""),
    });
    let parts = ["the server wants messages posted elsewhere, to `http://example.com/`"];
    check(&["call", "x", "--url", &fake.url], 1, "", &parts);
}
