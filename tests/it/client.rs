//! The client by hand: `lockstep call` and its like, against this server and against made-up ones.

use serde_json::{Value, json};

use crate::fake::{Fake, Request, Wire};
use crate::peer::{LEGACY, MODERN};
use crate::process::{Ended, Process, lockstep};

const SQL: &str = r#"{"sql":"select id, name from customers order by id limit 2"}"#;
const ROWS: &str = concat!(
    r#"{"columns":[{"name":"id","type":"INTEGER"},{"name":"name","type":"TEXT"}],"#,
    r#""rows":[[1,"Bruno Horvat"],[2,"Clara Peeters"]],"#,
    r#""row_count":2,"truncated":false,"truncated_cells":0,"untrusted":true}"#,
    "\n"
);

/// Runs a command to its end; nobody is at a terminal.
fn run(arguments: &[&str]) -> Ended {
    let mut process = Process::start(lockstep(arguments));
    process.close_stdin();
    process.wait()
}

#[track_caller]
fn check(arguments: &[&str], code: i32, stdout: &str, stderr: &[&str]) -> Ended {
    let ended = run(arguments);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(code), stdout), "{arguments:?}: {}", ended.stderr);
    for part in stderr {
        assert!(ended.stderr.contains(part), "{arguments:?}: no {part:?} in {}", ended.stderr);
    }
    ended
}

/// Every way to the real server.
fn everywhere(test: impl Fn(&[&str])) {
    let (_server, _, address) = Process::http(lockstep(&["http", "--bind", "127.0.0.1:0", "--demo"]));
    let url = format!("http://{address}/mcp");
    let command = format!("'{}' stdio --demo", env!("CARGO_BIN_EXE_lockstep"));
    for connection in [["--url", &url], ["--stdio", &command]] {
        for era in ["auto", "modern", "legacy"] {
            test(&[&connection[..], &["--era", era]].concat());
        }
    }
}

#[test]
fn tools_of_this_server() {
    everywhere(|how| {
        let ended = run(&[&["tools"], how].concat());
        assert_eq!(ended.code, Some(0), "{how:?}: {}", ended.stderr);
        for line in [
            "db_query — Query a database",
            "    sql: string, required — A single SELECT, VALUES or WITH … SELECT statement.",
            "    max_rows: integer 1..1000, else 100 — Most rows to return.",
            "current_time — Current time",
        ] {
            assert!(
                ended.stdout.lines().any(|found| found == line),
                "{how:?}: no {line:?} in {}",
                ended.stdout
            );
        }
        let ended = run(&[&["tools", "--json"], how].concat());
        let list: Value = serde_json::from_str(&ended.stdout).expect("one line of JSON");
        assert_eq!((ended.stdout.lines().count(), &list["tools"][0]["name"]), (1, &json!("db_query")));
    });
}

#[test]
fn calls_of_this_server() {
    everywhere(|how| {
        let ended = check(&[&["call", "db_query", SQL], how].concat(), 0, ROWS, &[]);
        assert!(!ended.stderr.contains("note:"), "{how:?}: {}", ended.stderr);
        let ended = run(&[&["call", "db_query", SQL, "--json"], how].concat());
        let result: Value = serde_json::from_str(&ended.stdout).expect("one line of JSON");
        let rows = json!([[1, "Bruno Horvat"], [2, "Clara Peeters"]]);
        assert_eq!(result["structuredContent"]["rows"], rows, "{how:?}");
        // Only the modern era tells the kind of a result.
        assert_eq!(result.get("resultType").is_some(), how[3] != "legacy");
    });
}

#[test]
fn refusals_of_this_server() {
    everywhere(|how| {
        let parts = ["`/sqll` is not known, did you mean `sql`?"];
        check(&[&["call", "db_query", r#"{"sqll":"select 1"}"#], how].concat(), 1, "", &parts);
        let parts = ["error: `tools/call` was refused", "`nope`", "code -32602", "hint: `lockstep tools`"];
        check(&[&["call", "nope"], how].concat(), 1, "", &parts);
        // The result of a tool that failed is a result.
        let ended = run(&[&["call", "db_query", r#"{"sql":"drop table x"}"#, "--json"], how].concat());
        let result: Value = serde_json::from_str(&ended.stdout).expect("one line of JSON");
        assert_eq!((ended.code, &result["isError"]), (Some(1), &json!(true)));
    });
}

#[test]
fn usage() {
    for (arguments, part) in [
        (&["call"][..], "<TOOL>"),
        (&["call", "x", "[1]"], "not a JSON object"),
        (&["call", "x", "{"], "not JSON"),
        (&["tools", "--url", "ftp://x"], "neither http nor https"),
        (&["tools", "--url", "http://x", "--stdio", "y"], "cannot be used with"),
        (&["tools", "--stdio", "a 'b"], "a quote is not closed"),
        (&["tools", "--stdio", " "], "there is no command"),
        (&["tools", "--header", "x"], "Name: value"),
        (&["tools", "--timeout", "0"], "seconds"),
        (&["tools", "--answer", "x"], "KEY=VALUE"),
        (&["tools", "--revision", "2025-01-01"], "2025-06-18"),
        (&["tools", "--era", "legacy", "--revision", MODERN], "contradict each other"),
        (&["tools", "--era", "modern", "--revision", LEGACY], "contradict each other"),
        (&["tools", "--root", "/no/such/folder"], "is no folder"),
    ] {
        check(arguments, 2, "", &["error: ", part]);
    }
}

#[test]
fn servers_that_are_not_there() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}/mcp", taken.local_addr().expect("the port is known"));
    drop(taken);
    check(&["tools", "--url", &url], 1, "", &["cannot be reached", &url, "hint: start the server"]);
    check(
        &["tools", "--stdio", "/no/such/program"],
        1,
        "",
        &["`/no/such/program` cannot be reached", "hint:"],
    );
    check(&["tools", "--stdio", "sh -c 'exit 3'"], 1, "", &["the server ended (exit status: 3)", "hint:"]);
}

/// The answer to `initialize` in a revision.
fn initialized(revision: &str) -> Value {
    json!({
        "protocolVersion": revision, "capabilities": { "tools": {} },
        "serverInfo": { "name": "fake", "version": "0" },
    })
}

fn text(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": text }] })
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

#[test]
fn what_says_nothing_about_the_era_is_told() {
    for (status, hint) in [(401, "--header 'Authorization: Bearer"), (403, "not allowed"), (503, "its log")] {
        let fake = Fake::start(move |_, wire| wire.reply(status, &[], "closed"));
        check(&["tools", "--url", &fake.url], 1, "", &[&format!("HTTP status {status}: closed"), hint]);
        assert_eq!(fake.asked(), ["POST server/discover"]);
    }
    // A redirect is not followed: the headers are for this server.
    let fake = Fake::start(|_, wire| wire.reply(307, &[("Location", "http://127.0.0.1:1/")], ""));
    let told = ["HTTP status 307 to `http://127.0.0.1:1/`", "--url"];
    check(&["tools", "--url", &fake.url, "--header", "Authorization: Bearer x"], 1, "", &told);
    assert_eq!(fake.seen()[0].header("authorization"), Some("Bearer x"));
}

fn elicitation(id: &str, properties: Value) -> Value {
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

/// What every modern result says beside what it is about.
fn complete(mut result: Value) -> Value {
    result["resultType"] = json!("complete");
    result
}

fn listed(mut result: Value) -> Value {
    result["ttlMs"] = json!(0);
    result["cacheScope"] = json!("private");
    complete(result)
}

#[test]
fn a_modern_server_wants_input() {
    let fake = Fake::start(|request, wire| {
        let params = &request.body["params"];
        match (request.method(), params["requestState"].as_str()) {
            ("tools/list", _) => wire.result(request, listed(json!({ "tools": [] }))),
            (_, None) => {
                let mut elicitation = elicitation("", json!({ "size": { "type": "integer" } }));
                let wanted =
                    json!({ "method": "elicitation/create", "params": elicitation["params"].take() });
                let wanted = json!({ "which": wanted, "where": { "method": "roots/list" } });
                wire.result(
                    request,
                    json!({
                        "resultType": "input_required", "inputRequests": wanted, "requestState": "sealed",
                    }),
                );
            }
            // Only to be sent again.
            (_, Some("sealed")) => {
                let state = params["inputResponses"].to_string();
                wire.result(request, json!({ "resultType": "input_required", "requestState": state }));
            }
            (_, Some(state)) => wire.result(request, complete(text(state))),
        }
    });
    let options = ["--era", "modern", "--answer", "size=3", "--root", "/", "--url", &fake.url];
    let ended = run(&[&["call", "x", r#"{"a":1}"#], &options[..]].concat());
    let responses: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    let elicited = json!({ "action": "accept", "content": { "size": 3 } });
    assert_eq!(responses, json!({ "which": elicited, "where": { "roots": [{ "uri": "file:///" }] } }));
    assert!(!ended.stderr.contains("note:"), "{}", ended.stderr);

    let seen = fake.seen();
    let calls: Vec<&Request> = seen.iter().filter(|request| request.method() == "tools/call").collect();
    assert_eq!(calls.len(), 3);
    for call in &calls {
        let meta = &call.body["params"]["_meta"];
        assert_eq!(meta["io.modelcontextprotocol/protocolVersion"], MODERN);
        let able = json!({ "elicitation": { "form": {}, "url": {} }, "roots": {} });
        assert_eq!(meta["io.modelcontextprotocol/clientCapabilities"], able);
        assert_eq!(meta["io.modelcontextprotocol/clientInfo"]["name"], "lockstep-cli");
        assert_eq!(call.body["params"]["arguments"], json!({ "a": 1 }));
        assert_eq!(call.header("mcp-protocol-version"), Some(MODERN));
    }
    // The id is new each time, and what was answered is not said twice.
    assert!(calls[0].body["id"] != calls[1].body["id"]);
    assert_eq!(calls[2].body["params"].get("inputResponses"), None);
}

#[test]
fn a_server_that_is_never_content() {
    let fake = Fake::start(|request, wire| {
        let wanted = json!({ "x": { "method": "roots/list" } });
        wire.result(request, json!({ "resultType": "input_required", "inputRequests": wanted }));
    });
    let options = ["--era", "modern", "--url", &fake.url];
    check(&[&["call", "x", "--root", "/"], &options[..]].concat(), 1, "", &["more than 16 times"]);
    assert_eq!(fake.asked().len(), 17);
    check(&[&["call", "x"], &options[..]].concat(), 1, "", &["`roots/list`, which was not offered"]);
}

#[test]
fn headers_of_a_modern_call() {
    let fake = |mark: &'static str| {
        Fake::start(move |request, wire| {
            let schema = json!({ "type": "object", "properties": {
                "tenant": { "type": "string", "x-mcp-header": mark }, "page": { "type": "integer" },
            } });
            let cursor = request.body["params"]["cursor"].as_str();
            match (request.method(), cursor) {
                ("tools/list", None) => {
                    let tools = json!([{ "name": "other", "inputSchema": { "type": "object" } }]);
                    wire.result(request, listed(json!({ "tools": tools, "nextCursor": "2" })));
                }
                ("tools/list", Some("2")) => {
                    let tools = json!([{ "name": "grün", "inputSchema": schema }]);
                    wire.result(request, listed(json!({ "tools": tools })));
                }
                _ => wire.result(request, complete(text("done"))),
            }
        })
    };
    let server = fake("Tenant");
    let arguments = r#"{"tenant":"acme","page":2}"#;
    check(&["call", "grün", arguments, "--era", "modern", "--url", &server.url], 0, "done\n", &[]);
    assert_eq!(server.asked(), ["POST tools/list", "POST tools/list", "POST tools/call"]);
    let seen = server.seen();
    assert_eq!((seen[0].header("mcp-method"), seen[0].header("mcp-name")), (Some("tools/list"), None));
    let call = &seen[2];
    assert_eq!(call.header("mcp-method"), Some("tools/call"));
    assert_eq!(call.header("mcp-name"), Some("=?base64?Z3LDvG4=?="));
    assert_eq!(call.header("mcp-param-tenant"), Some("acme"));
    assert_eq!(call.header("mcp-param-page"), None);

    let server = fake("no name");
    let parts = ["`grün` must not be called over HTTP", "`tenant`"];
    check(&["call", "grün", arguments, "--era", "modern", "--url", &server.url], 1, "", &parts);
    assert!(!server.asked().contains(&"POST tools/call".to_owned()));
}

#[test]
fn resources_and_prompts() {
    let fake = Fake::start(|request, wire| {
        let result = match request.method() {
            "resources/list" => listed(json!({ "resources": [{ "uri": "a:b", "name": "b" }] })),
            "resources/templates/list" => {
                listed(json!({ "resourceTemplates": [{ "uriTemplate": "a:{x}", "name": "any" }] }))
            }
            "resources/read" => listed(json!({ "contents": [{ "uri": "a:b", "text": "read" }] })),
            "prompts/list" => listed(json!({ "prompts": [{ "name": "p", "title": "Ask" }] })),
            "prompts/get" => {
                let say = request.body["params"]["arguments"].to_string();
                let message = json!({ "role": "user", "content": { "type": "text", "text": say } });
                complete(json!({ "messages": [message] }))
            }
            other => panic!("no method {other}"),
        };
        wire.result(request, result);
    });
    let options = ["--era", "modern", "--url", &fake.url];
    let check = |command: &[&str], stdout: &str| {
        let ended = check(&[command, &options].concat(), 0, stdout, &[]);
        assert_eq!(ended.stderr, "");
    };
    check(&["resources"], "a:b — b\na:{x} — any\n");
    check(&["resources", "a:b"], "read\n");
    check(&["prompts"], "p — Ask\n");
    check(&["prompts", "p", r#"{"x":"y","n":1}"#], "user:\n{\"n\":\"1\",\"x\":\"y\"}\n");
    let ended = run(&[&["resources", "--json"], &options[..]].concat());
    let list: Value = serde_json::from_str(&ended.stdout).expect("one line of JSON");
    assert_eq!(
        (&list["resources"][0]["uri"], &list["resourceTemplates"][0]["name"]),
        (&json!("a:b"), &json!("any"))
    );
    let seen = fake.seen();
    let read = seen.iter().find(|request| request.method() == "resources/read").expect("it was read");
    assert_eq!(read.header("mcp-name"), Some("a:b"));
}

#[test]
fn pages_without_end() {
    let fake = Fake::start(|request, wire| {
        wire.result(request, listed(json!({ "tools": [], "nextCursor": "again" })));
    });
    let parts = ["names one page as the next again and again"];
    check(&["tools", "--era", "modern", "--url", &fake.url], 1, "", &parts);
    assert_eq!(fake.asked().len(), 2);
}

#[test]
fn answers_that_are_none() {
    for (kind, body, part) in [
        ("text/html", "<html>", "`text/html`, which is neither JSON nor a stream"),
        ("application/json", "<html>", "no JSON"),
        ("application/json", "{\"id\":1}", "no MCP message"),
    ] {
        let fake = Fake::start(move |_, wire| wire.reply(200, &[("Content-Type", kind)], body));
        check(&["tools", "--era", "modern", "--url", &fake.url], 1, "", &[part, "hint:"]);
    }
    // What is off in a result is said, and what can be read of it is shown.
    let fake = Fake::start(|request, wire| wire.result(request, json!({ "tools": [{ "name": "x" }] })));
    let note = "note: the answer to `tools/list` is not what 2026-07-28 says";
    check(&["tools", "--era", "modern", "--url", &fake.url], 0, "{\"name\":\"x\"}\n", &[note]);
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
