//! Good input: both eras over both transports, with the rows of the sample database.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::json::assert_has;
use crate::peer::{ALL, Era, LEGACY, MODERN, Peer, Transport, initialize, inside_tags, parse, request};
use crate::process::{Process, lockstep};

/// Runs `test` with a fresh server for every transport and era.
#[track_caller]
fn everywhere(test: impl Fn(&mut Peer)) {
    for (transport, era) in ALL {
        test(&mut Peer::demo(transport, era));
    }
}

/// `arguments` to `db_query` must give exactly `rows`, in the structure and in the text.
#[track_caller]
fn check_rows(peer: &mut Peer, arguments: Value, rows: Value) {
    let result = peer.call("db_query", arguments);
    assert_has(&result, &json!({ "isError": null, "structuredContent": { "rows": rows } }));
    let text = result["content"][0]["text"].as_str().expect("the rows also come as text");
    assert_eq!(parse(inside_tags(text)), result["structuredContent"]);
}

#[test]
fn openings() {
    everywhere(|peer| {
        let tools = json!({ "tools": {}, "logging": {} });
        let expected = match peer.era {
            Era::Legacy => json!({
                "protocolVersion": LEGACY,
                "capabilities": tools,
                "serverInfo": { "name": "lockstep", "version": env!("CARGO_PKG_VERSION") },
            }),
            Era::Modern => json!({
                "resultType": "complete",
                "supportedVersions": [MODERN, LEGACY, "2025-06-18", "2025-03-26", "2024-11-05"],
                "capabilities": tools,
                "serverInfo": null,
                "_meta": { "io.modelcontextprotocol/serverInfo": { "name": "lockstep" } },
            }),
        };
        assert_has(&peer.opening, &expected);
        let instructions = peer.opening["instructions"].as_str().expect("the sample is introduced");
        assert!(instructions.contains("db_query"), "{instructions}");
    });
}

#[test]
fn tools() {
    everywhere(|peer| {
        let list = peer.result("tools/list", json!({}));
        let tools = list["tools"].as_array().expect("a list of tools");
        let names: Vec<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
        assert_eq!(names[..3], ["current_time", "db_query", "db_search_objects"]);
        for tool in tools {
            let shape = json!({ "inputSchema": { "type": "object" }, "outputSchema": { "type": "object" } });
            assert_has(tool, &shape);
        }
        assert_has(
            &tools[1],
            &json!({
                "inputSchema": { "required": ["sql"], "properties": { "max_rows": { "default": 100 } } },
                "annotations": { "readOnlyHint": true },
            }),
        );
    });
}

#[test]
fn rows() {
    everywhere(|peer| {
        check_rows(
            peer,
            json!({ "sql": "select id, name from customers order by id limit 3" }),
            json!([[1, "Bruno Horvat"], [2, "Clara Peeters"], [3, "Daniel Garcia"]]),
        );
        check_rows(
            peer,
            json!({ "sql": "select name from categories where id in (?1, ?2) order by id", "params": [2, 4] }),
            json!([["Office"], ["Books"]]),
        );
        check_rows(
            peer,
            json!({ "sql": "select ?1, ?2", "params": ["'; drop table x --", null] }),
            json!([["'; drop table x --", null]]),
        );
        check_rows(peer, json!({ "sql": "select count(*) from orders" }), json!([[300]]));
        let cut = peer.call("db_query", json!({ "sql": "select id from orders order by id", "max_rows": 2 }));
        let cut = &cut["structuredContent"];
        assert_has(cut, &json!({ "rows": [[1], [2]], "row_count": 2, "truncated": true, "untrusted": true }));
    });
}

#[test]
fn time() {
    everywhere(|peer| {
        let now = peer.call("current_time", json!({ "timezone": "Asia/Tokyo" }));
        let expected = json!({ "timezone": "Asia/Tokyo", "utc_offset": "+09:00", "is_dst": false });
        assert_has(&now["structuredContent"], &expected);
        let unknown = peer.call("current_time", json!({ "timezone": "Tokio" }));
        let text = unknown["content"][0]["text"].as_str().expect("a failed tool says why");
        assert_has(&parse(text)["error"], &json!({ "code": "unknown_timezone" }));
        assert!(text.contains("Asia/Tokyo"), "{text}");
    });
}

/// Everything a legacy client sees is searched for words of a later revision.
#[test]
fn legacy_answers_have_no_modern_words() {
    for transport in [Transport::Stdio, Transport::Http] {
        let mut peer = Peer::demo(transport, Era::Legacy);
        let answers = [
            peer.opening.clone(),
            peer.result("ping", json!({})),
            peer.result("tools/list", json!({})),
            peer.call("db_query", json!({ "sql": "select 1" })),
            peer.call("db_query", json!({ "sql": "delete from customers" })),
            peer.request("no/such", json!({})).message,
        ];
        let words = answers.map(|answer| answer.to_string()).join("\n");
        for word in [
            "resultType",
            "ttlMs",
            "cacheScope",
            "supportedVersions",
            "io.modelcontextprotocol",
            "x-mcp-header",
        ] {
            assert!(!words.contains(word), "{word} in {words}");
        }
    }
}

#[test]
fn modern_answers_are_complete() {
    for transport in [Transport::Stdio, Transport::Http] {
        let mut peer = Peer::demo(transport, Era::Modern);
        let list = peer.result("tools/list", json!({}));
        assert!(list["ttlMs"].is_u64() && list["cacheScope"].is_string(), "{list}");
        let answers = [
            list,
            peer.call("db_query", json!({ "sql": "select 1" })),
            peer.call("db_query", json!({ "sql": "delete from customers" })),
        ];
        for answer in answers {
            let server = json!({ "io.modelcontextprotocol/serverInfo": { "name": "lockstep" } });
            assert_has(&answer, &json!({ "resultType": "complete", "_meta": server }));
        }
    }
}

/// Calls may be answered in any order; every id must be answered once, each in the shape of its own era.
#[test]
fn both_eras_on_one_pipe() {
    let mut process = Process::start(lockstep(&["stdio", "--demo"]));
    let call = |sql: &str| json!({ "name": "db_query", "arguments": { "sql": sql } });
    let messages = [
        request(Era::Modern, 1, "server/discover", json!({})),
        initialize(),
        request(Era::Modern, 2, "tools/call", call("select 2")),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        request(Era::Legacy, 3, "tools/call", call("select 3")),
        request(Era::Modern, 4, "tools/list", json!({})),
        request(Era::Legacy, 5, "tools/list", json!({})),
        request(Era::Modern, 6, "tools/call", call("select 6")),
        request(Era::Legacy, 8, "ping", json!({})),
    ];
    process.write(messages.map(|message| message.to_string() + "\n").concat().as_bytes());
    process.close_stdin();
    let ended = process.wait();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let answers: Vec<Value> = ended.stdout.lines().map(parse).collect();
    let ids: BTreeSet<u64> = answers.iter().filter_map(|answer| answer["id"].as_u64()).collect();
    assert_eq!((answers.len(), ids), (8, BTreeSet::from([0, 1, 2, 3, 4, 5, 6, 8])));
    for answer in answers {
        let modern = matches!(answer["id"].as_u64(), Some(1 | 2 | 4 | 6));
        assert_eq!(answer["result"].get("resultType").is_some(), modern, "{answer}");
        if let Some(rows) = answer["result"].pointer("/structuredContent/rows") {
            assert_eq!(rows, &json!([[answer["id"]]]));
        }
    }
}

#[test]
fn ids_come_back_as_they_were_sent() {
    let mut process = Process::start(lockstep(&["stdio"]));
    for id in ["7", "\"7\"", "9007199254740993", "-1", "\"\\u00e9\""] {
        process.write(format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n").as_bytes());
        let line = process.stdout.next().expect("the server answers");
        assert_eq!(line, format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{}}}}"));
    }
}

#[test]
fn stdout_has_nothing_but_messages() {
    let mut command = lockstep(&["stdio", "--demo"]);
    command.env("LOCKSTEP_LOG", "trace");
    let mut process = Process::start(command);
    let sql = json!({ "name": "db_query", "arguments": { "sql": "select * from order_totals" } });
    let messages = [
        initialize().to_string(),
        "not json".to_owned(),
        request(Era::Legacy, 1, "tools/call", sql).to_string(),
        request(Era::Modern, 2, "tools/list", json!({})).to_string(),
    ];
    process.write((messages.join("\n") + "\n").as_bytes());
    process.close_stdin();
    let ended = process.wait();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("DEBUG") || ended.stderr.contains("TRACE"),
        "nothing was logged: {}",
        ended.stderr
    );
    assert_eq!(ended.stdout.lines().count(), 4, "{}", ended.stdout);
    for line in ended.stdout.lines() {
        assert_has(&parse(line), &json!({ "jsonrpc": "2.0" }));
    }
}
