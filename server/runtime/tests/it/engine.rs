//! The engine without a transport: envelope, era, sessions, answers.

use lockstep_runtime::engine::{Accepted, Answer, Channel, Engine, Header, Headers, Limits, Reply, outgoing};
use std::time::Duration;

use serde_json::{Value, json};

use crate::contract::{Probe, Tools};
use crate::json::assert_has;

const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;
/// Newest first.
const ALL: [&str; 5] = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
const MODERN: (&str, &str) = ("version", "2026-07-28");

fn engine() -> Engine<Tools> {
    Engine::builder(Tools(Probe::new())).instructions("be kind").build().expect("the catalog is valid")
}

fn initialize(version: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{version}","capabilities":{{}},"clientInfo":{{"name":"t","version":"0"}}}}}}"#
    )
}

/// A modern request with id 1; `params` is the text of its members before `_meta`.
fn modern(method: &str, params: &str) -> String {
    let comma = if params.is_empty() { "" } else { "," };
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}{comma}{META}}}}}"#)
}

fn body(reply: &Reply) -> Value {
    reply.body.as_ref().map_or(Value::Null, |body| serde_json::from_slice(body).expect("answers are JSON"))
}

/// Sends one message over HTTP.
#[track_caller]
fn post(engine: &Engine<Tools>, message: &[u8], headers: &[(&str, &'static str)]) -> Reply {
    let mut view = Headers::default();
    let text =
        headers.iter().find(|(name, _)| *name == "text").map(|(name, value)| (*name, Header::value(value)));
    view.params = text.as_slice();
    for (name, value) in headers.iter().filter(|(name, _)| *name != "text") {
        let header = match *name {
            "version" => &mut view.protocol_version,
            "method" => &mut view.method,
            "name" => &mut view.name,
            "session" => &mut view.session_id,
            _ => panic!("no header `{name}`"),
        };
        *header = if *header == Header::Absent { Header::value(value) } else { Header::Malformed };
    }
    match block_on(engine.post(message, &view)) {
        Answer::Reply(reply) => reply,
        Answer::Stream(_) => panic!("nothing here streams"),
    }
}

/// A channel whose messages nobody reads, and what it answers to one.
fn channel(engine: &Engine<Tools>) -> Channel<Tools> {
    engine.channel(outgoing(Duration::from_secs(1)).0)
}

fn send(channel: &Channel<Tools>, message: &str) -> Value {
    let answer = match channel.accept(message.as_bytes()) {
        Accepted::Reply(reply) => reply.body,
        Accepted::Work(work) => block_on(work.run()),
        Accepted::Subscription(_) => panic!("nothing here subscribes"),
    };
    answer.map_or(Value::Null, |body| serde_json::from_slice(&body).expect("answers are JSON"))
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    runtime.block_on(future)
}

/// One message over HTTP, the status of its answer and what the answer must have.
#[track_caller]
fn check_http(
    message: impl AsRef<[u8]>,
    headers: &[(&str, &'static str)],
    status: u16,
    expected: Value,
) -> Value {
    let reply = post(&engine(), message.as_ref(), headers);
    let found = body(&reply);
    assert_eq!(reply.status, status, "{found}");
    assert_has(&found, &expected);
    found
}

/// Messages over one stdio stream, and what each answer must have; `null` where there is none.
#[track_caller]
fn check_stdio(conversation: &[(&str, Value)]) {
    let (engine, output) = (engine(), outgoing(Duration::from_secs(1)));
    let channel = engine.channel(output.0);
    for (message, expected) in conversation {
        assert_has(&send(&channel, message), expected);
    }
}

fn error(code: i32) -> Value {
    json!({ "error": { "code": code } })
}

/// An error that answers no request in particular.
fn error_without_id(code: i32) -> Value {
    json!({ "id": null, "error": { "code": code } })
}

/// Opens a legacy session; the id is leaked so that tables can hold it.
fn session(engine: &Engine<Tools>) -> &'static str {
    let reply = post(engine, initialize("2025-11-25").as_bytes(), &[]);
    assert_eq!(reply.status, 200);
    reply.session.expect("a session id comes with the answer").leak()
}

#[test]
fn handshake() {
    for (asked, answered) in
        [("2025-11-25", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("2026-07-28", "2025-11-25")]
    {
        check_stdio(&[(
            &initialize(asked),
            json!({ "id": 0, "result": {
                "protocolVersion": answered, "capabilities": { "tools": {} }, "instructions": "be kind",
                "serverInfo": {
                    "name": "fixture", "title": "Fixture", "version": "1.2.3",
                    "description": "Answers what tests ask.", "websiteUrl": "https://example.com/fixture",
                    "icons": [{ "src": "https://example.com/fixture.png", "mimeType": "image/png", "sizes": ["48x48"] }],
                },
                "resultType": null, "ttlMs": null, "cacheScope": null, "supportedVersions": null, "_meta": null,
            } }),
        )]);
    }
    let unfit = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#;
    let engine = engine();
    assert_has(&send(&channel(&engine), unfit), &error(-32602));
    let reply = post(&engine, unfit.as_bytes(), &[]);
    assert_eq!(reply.session, None);
}

#[test]
fn before_the_handshake() {
    check_stdio(&[
        (r#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#, json!({ "id": "p", "result": {} })),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, error(-32602)),
        (r#"{"jsonrpc":"2.0","method":"initialize"}"#, Value::Null),
        (r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}"#, Value::Null),
        (r#"{"jsonrpc":"2.0","id":9,"result":{}}"#, Value::Null),
        (&initialize("2025-11-25"), json!({ "id": 0 })),
        (r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}"#, Value::Null),
        (&initialize("2025-11-25"), json!({ "id": 0, "error": { "code": -32600 } })),
        (r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#, json!({ "id": 2, "error": null })),
        (r#"{"jsonrpc":"2.0","id":3,"method":"nope"}"#, error(-32601)),
    ]);
}

#[test]
fn ids_come_back_as_they_were() {
    for id in [r#""7""#, "7", "9007199254740993", "18446744073709551616", "-1", r#""\u00e9\n""#, r#""""#] {
        let reply = post(
            &engine(),
            format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"server/discover"}}"#).as_bytes(),
            &[],
        );
        let text = String::from_utf8(reply.body.unwrap_or_default().to_vec()).expect("answers are UTF-8");
        assert!(text.contains(&format!(r#""id":{id},"#)), "{text}");
    }
    let ping = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
    check_stdio(&[
        (&ping("1.0"), json!({ "id": 1, "result": {} })),
        (&ping("1.5"), error_without_id(-32600)),
        (&ping("1e3"), error_without_id(-32600)),
        (&ping("null"), error_without_id(-32600)),
        (&ping("[]"), error_without_id(-32600)),
        (&ping(r#""\ud800""#), error_without_id(-32600)),
        (&ping(&format!("\"{}\"", "x".repeat(1022))), json!({ "error": null })),
        (&ping(&format!("\"{}\"", "x".repeat(1023))), error_without_id(-32600)),
    ]);
}

#[test]
fn unreadable_messages() {
    let rows: &[(&[u8], i32)] = &[
        (br#"{"jsonrpc""#, -32700),
        (b"", -32700),
        (b"{} x", -32700),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"p\xff\"}", -32700),
        (b"\xef\xbb\xbf{}", -32700),
        (br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        (b"[]", -32600),
        (b"[", -32700),
        (b"7", -32600),
        (b"null", -32600),
        (b"{}", -32600),
        (br#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, -32600),
        (br#"{"jsonrpc":"2.0","id":1,"\u0069d":2,"method":"ping"}"#, -32600),
    ];
    for (message, code) in rows {
        check_http(message, &[], 400, error_without_id(*code));
    }
    let rows = [
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        r#"{"id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}"#,
    ];
    for message in rows {
        check_http(message, &[], 400, json!({ "id": 1, "error": { "code": -32600 } }));
    }
}

#[test]
fn legacy_over_http() {
    let engine = engine();
    let id = session(&engine);
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let at = |headers: &[(&str, &'static str)], message: &str, status: u16, expected: Value| {
        let reply = post(&engine, message.as_bytes(), headers);
        assert_eq!(reply.status, status, "{message} {headers:?}");
        assert_eq!(reply.session, None);
        assert_has(&body(&reply), &expected);
    };
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    let ours = ("session", id);
    // A tool that nobody turned on is neither listed nor called.
    let listed = body(&post(&engine, list.as_bytes(), &[ours]));
    assert!(listed.to_string().contains("\"boom\"") && !listed.to_string().contains("\"rare\""), "{listed}");
    let rare = r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"rare"}}"#;
    at(&[ours], rare, 200, error(-32602));
    at(&[ours], r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, 202, Value::Null);
    at(&[ours], r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, 202, Value::Null);
    at(
        &[ours],
        r#"{"jsonrpc":"2.0","id":2,"method":"nope"}"#,
        200,
        json!({ "id": 2, "error": { "code": -32601 } }),
    );
    at(&[ours], list, 200, json!({ "error": null }));
    at(&[ours, ("version", "2025-11-25")], list, 200, json!({ "error": null }));
    at(&[ours, ("version", "1900-01-01")], list, 400, error(-32600));
    at(&[ours, ("version", "2027-01-01")], list, 400, error(-32022));
    at(&[ours, ("version", "2025-11-25"), ("version", "2025-11-25")], list, 400, error(-32600));
    at(&[ours], &initialize("2025-11-25"), 400, error(-32600));
    at(
        &[ours],
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"garbage"}}"#,
        200,
        error(-32602),
    );
    at(&[], list, 400, error(-32600));
    at(&[("session", "bogus")], list, 404, error(-32600));
    let end = |session_id| engine.delete(&Headers { session_id, ..Headers::default() }).status;
    assert_eq!(end(Header::Value(id)), 204);
    assert_eq!(end(Header::Value(id)), 404);
    assert_eq!(end(Header::Absent), 400);
    at(&[ours], list, 404, error(-32600));
}

#[test]
fn discover() {
    let headers = [MODERN, ("method", "server/discover")];
    let found = check_http(
        modern("server/discover", ""),
        &headers,
        200,
        json!({ "id": 1, "result": {
            "supportedVersions": ALL, "capabilities": { "tools": {} }, "serverInfo": null,
            "resultType": "complete", "ttlMs": 300_000, "cacheScope": "public", "instructions": "be kind",
            "_meta": { "io.modelcontextprotocol/serverInfo": {
                "name": "fixture", "version": "1.2.3", "websiteUrl": "https://example.com/fixture",
                "description": "Answers what tests ask.",
            } },
        } }),
    );
    check_stdio(&[(&modern("server/discover", ""), found)]);
}

#[test]
fn modern_envelope() {
    let discover = |meta: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":101,"method":"server/discover","params":{{"_meta":{{{meta}}}}}}}"#)
    };
    let claim = |version: &str| {
        discover(&format!(
            r#""io.modelcontextprotocol/protocolVersion":{version},"io.modelcontextprotocol/clientCapabilities":{{}}"#
        ))
    };
    let named = |code: i32| json!({ "id": 101, "error": { "code": code } });
    let method = ("method", "server/discover");
    let all = [MODERN, method];
    let bare = r#"{"jsonrpc":"2.0","id":101,"method":"server/discover","params":{}}"#;
    check_http(bare, &all, 400, named(-32602));
    check_http(discover(r#""io.modelcontextprotocol/clientCapabilities":{}"#), &all, 400, named(-32602));
    check_http(
        discover(r#""io.modelcontextprotocol/protocolVersion":"2026-07-28""#),
        &all,
        400,
        named(-32602),
    );
    check_http(claim("5"), &[MODERN, method, ("session", "x")], 400, named(-32602));
    check_http(claim("null"), &all, 400, named(-32602));
    check_http(claim(r#""2026-07-28""#), &[method], 400, named(-32020));
    check_http(claim(r#""v999.0.0""#), &all, 400, named(-32020));
    check_http(claim(r#""2026-07-28""#), &[MODERN, MODERN, method], 400, named(-32020));
    check_http(
        claim(r#""v999.0.0""#),
        &[("version", "v999.0.0"), method],
        400,
        json!({ "id": 101, "error": { "code": -32022, "data": {
            "requested": "v999.0.0", "supported": ALL } } }),
    );
    for legacy in ["2025-11-25", "2024-11-05"] {
        let supported = json!({ "error": { "code": -32022, "data": { "supported": ["2026-07-28"] } } });
        check_http(claim(&format!("\"{legacy}\"")), &[("version", legacy), method], 400, supported);
    }
    check_http(initialize("2026-07-28"), &[MODERN], 400, json!({ "id": 0, "error": { "code": -32020 } }));
    check_http(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, &[MODERN], 400, error_without_id(-32600));
    check_http(r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#, &[MODERN], 202, Value::Null);
    let leftovers = [MODERN, method, ("session", "bogus")];
    check_http(modern("server/discover", ""), &leftovers, 200, json!({ "error": null }));
}

#[test]
fn mirrored_headers() {
    let list = modern("tools/list", "");
    for wrong in [&[MODERN][..], &[MODERN, ("method", "TOOLS/LIST")], &[MODERN, ("method", "tools/call")]] {
        check_http(&list, wrong, 400, error(-32020));
    }
    let call = modern("tools/call", r#""name":"echo","arguments":{"text":"hi"}"#);
    let rows = [
        (Some("echo"), true),
        (Some("  echo  "), true),
        (Some("=?base64?ZWNobw==?="), true),
        (Some("Echo"), false),
        (Some("=?base64?ZWNobw?="), false),
        (Some("=?base64?ZW!!bw==?="), false),
        (Some("=?BASE64?ZWNobw==?="), false),
        (Some("ZWNobw=="), false),
        (None, false),
    ];
    for (name, fits) in rows {
        let mut headers = vec![MODERN, ("method", "tools/call"), ("text", "hi")];
        headers.extend(name.map(|name| ("name", name)));
        let (status, expected) = if fits { (200, json!({ "error": null })) } else { (400, error(-32020)) };
        check_http(&call, &headers, status, expected);
    }
    let call_echo = [MODERN, ("method", "tools/call"), ("name", "echo")];
    check_http(&call, &call_echo, 400, error(-32020));
    check_http(&call, &[&call_echo[..], &[("text", "hello")]].concat(), 400, error(-32020));
    let read = modern("resources/read", r#""uri":"a:b""#);
    check_http(&read, &[MODERN, ("method", "resources/read")], 400, error(-32020));
    check_http(&read, &[MODERN, ("method", "resources/read"), ("name", "a:b")], 404, error(-32601));
}

#[test]
fn unknown_and_removed_methods() {
    let methods: [(&str, &[(&str, &'static str)]); 7] = [
        ("unknown/method", &[MODERN, ("method", "unknown/method")]),
        // A family that the catalog has nothing of is no method at all.
        ("resources/list", &[MODERN, ("method", "resources/list")]),
        ("prompts/list", &[MODERN, ("method", "prompts/list")]),
        ("completion/complete", &[MODERN, ("method", "completion/complete")]),
        ("initialize", &[MODERN, ("method", "initialize")]),
        ("ping", &[MODERN, ("method", "ping")]),
        ("logging/setLevel", &[MODERN, ("method", "logging/setLevel")]),
    ];
    for (method, headers) in methods {
        check_http(modern(method, ""), headers, 404, json!({ "id": 1, "error": { "code": -32601 } }));
    }
}

#[test]
fn eras_share_a_stream() {
    let list = modern("tools/list", "");
    let complete =
        json!({ "result": { "resultType": "complete", "ttlMs": 300_000, "cacheScope": "public" } });
    let legacy =
        json!({ "result": { "resultType": null, "ttlMs": null, "cacheScope": null, "_meta": null } });
    check_stdio(&[
        (&list, complete.clone()),
        (&modern("server/discover", ""), complete.clone()),
        (&initialize("2025-11-25"), json!({ "error": null })),
        (&list, complete),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, legacy),
    ]);
}

#[test]
fn tools_are_listed_in_each_revision() {
    let list = |message: &str| {
        let channel = channel(&engine());
        send(&channel, &initialize("2025-11-25"));
        send(&channel, message)["result"]["tools"].take()
    };
    let modern = list(&modern("tools/list", ""));
    let legacy = list(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    assert_eq!(modern[0]["inputSchema"]["properties"]["text"]["x-mcp-header"], "Text");
    assert_eq!(modern[0]["inputSchema"]["properties"]["any"], true);
    assert_eq!(modern[4]["outputSchema"], json!({ "type": "array" }));
    assert_has(&legacy[0], &json!({ "name": "echo", "title": "Echo", "description": "Say it again." }));
    let schema = json!({ "type": "object", "required": ["text"], "additionalProperties": false,
        "properties": { "text": { "type": "string" }, "any": {} } });
    assert_eq!(legacy[0]["inputSchema"], schema);
    assert_eq!(legacy[4]["outputSchema"], Value::Null);
}

#[test]
fn tool_calls() {
    let call = |params: &str| {
        let channel = channel(&engine());
        send(&channel, &initialize("2025-11-25"));
        let legacy = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{{params}}}}}"#);
        [modern("tools/call", params), legacy].map(|message| send(&channel, &message))
    };
    let [modern, legacy] = call(r#""name":"echo","arguments":{"text":"hi"}"#);
    let content = json!([{ "type": "text", "text": "hi" }]);
    assert_has(
        &legacy,
        &json!({ "result": { "content": content, "structuredContent": { "text": "hi" },
        "resultType": null, "_meta": null } }),
    );
    assert_has(
        &modern,
        &json!({ "result": { "content": content, "structuredContent": { "text": "hi" },
        "resultType": "complete",
        "_meta": { "io.modelcontextprotocol/serverInfo":
            { "name": "fixture", "title": "Fixture", "description": null, "icons": null } } } }),
    );
    let [modern, legacy] = call(r#""name":"list""#);
    assert_eq!(modern["result"]["structuredContent"], json!([1]));
    assert_has(&legacy, &json!({ "result": { "structuredContent": null } }));

    let rows = [
        (r#""name":"ehco""#, error(-32602)),
        (r#""name":7"#, error(-32602)),
        (r#""arguments":{}"#, error(-32602)),
        (r#""name":"echo","arguments":[]"#, error(-32602)),
        (r#""name":"echo","arguments":{"text":7}"#, json!({ "error": null, "result": { "isError": true } })),
        (r#""name":"hung""#, json!({ "error": null, "result": { "isError": true } })),
        (r#""name":"boom""#, error(-32603)),
    ];
    for (params, expected) in rows {
        for answer in call(params) {
            assert_has(&answer, &expected);
        }
    }
    let [modern, _] = call(r#""name":"ehco""#);
    assert!(modern["error"]["message"].as_str().is_some_and(|text| text.contains("`echo`")), "{modern}");
}

#[test]
fn long_input_is_not_echoed() {
    let long = "x".repeat(10_000);
    let headers = [("version", "2026-07-28"), ("method", "nope")];
    for message in [
        modern(&long, ""),
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"{long}","io.modelcontextprotocol/clientCapabilities":{{}}}}}}}}"#
        ),
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":"{long}"}}}}}}"#
        ),
    ] {
        for headers in [&headers[..], &[]] {
            let reply = post(&engine(), message.as_bytes(), headers);
            assert!(reply.body.is_some_and(|body| body.len() < 512));
        }
    }
}

#[test]
fn sessions_have_a_cap() {
    let mut limits = Limits::default();
    limits.sessions = 1;
    let engine = Engine::builder(Tools(Probe::new())).limits(limits).build().expect("the catalog is valid");
    session(&engine);
    let reply = post(&engine, initialize("2025-11-25").as_bytes(), &[]);
    assert_eq!(reply.status, 503);
    assert_has(&body(&reply), &error(1002));
}

/// A server of tools alone has no methods for anything else: number 31 of the transcripts.
#[test]
fn t31_families_that_are_not_advertised() {
    let capabilities = json!({ "result": { "capabilities": { "prompts": null } } });
    for (method, params) in [
        ("prompts/list", ""),
        ("prompts/get", r#""name":"x""#),
        ("resources/list", ""),
        ("resources/templates/list", ""),
        (
            "completion/complete",
            r#""ref":{"type":"ref/prompt","name":"x"},"argument":{"name":"a","value":""}"#,
        ),
    ] {
        let headers: &[(&str, &'static str)] = match method {
            "prompts/get" => &[MODERN, ("method", "prompts/get"), ("name", "x")],
            _ => &[MODERN, ("method", method)],
        };
        let missing = error(-32601);
        check_http(modern(method, params), headers, 404, missing.clone());
        let legacy = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}}}}}"#);
        check_stdio(&[
            (&initialize("2025-11-25"), capabilities.clone()),
            (r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, Value::Null),
            (&legacy, missing),
        ]);
    }
}
