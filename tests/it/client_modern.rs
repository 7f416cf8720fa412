//! The client by hand against made-up servers of the era without sessions.

use serde_json::{Value, json};

use crate::client::{check, run, text};
use crate::client_legacy::elicitation;
use crate::fake::{Fake, Request};
use crate::peer::MODERN;

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
fn pages() {
    // As many pages as wanted, or one that names itself as the next.
    let fake = |last: u32| {
        Fake::start(move |request, wire| {
            let cursor = request.body["params"]["cursor"].as_str().unwrap_or("1");
            let page: u32 = cursor.parse().expect("a cursor of this server");
            let next = if last == 0 { 2 } else { page + 1 };
            let tool = json!({ "name": format!("tool-{page}"), "inputSchema": { "type": "object" } });
            let mut result = json!({ "tools": [tool] });
            if page != last {
                result["nextCursor"] = json!(next.to_string());
            }
            wire.result(request, listed(result));
        })
    };
    let how = ["tools", "--era", "modern", "--url"];
    check(&[&how[..], &[&fake(3).url]].concat(), 0, "tool-1\n\ntool-2\n\ntool-3\n", &[]);
    let ended = run(&[&how[..], &[&fake(1000).url, "--json"]].concat());
    let list: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    assert_eq!((list["tools"].as_array().map(Vec::len), list.get("nextCursor")), (Some(1000), None));
    check(&[&how[..], &[&fake(1001).url]].concat(), 1, "", &["more than 1000 pages"]);
    check(&[&how[..], &[&fake(0).url]].concat(), 1, "", &["names one page as the next again and again"]);
}
