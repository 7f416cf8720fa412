//! Bad input: each kind gets its answer, the answer says what to do, and the process lives.

use serde_json::{Value, json};

use crate::peer::{ALL, Answer, Era, Peer, Transport, parse, request};

/// What the answer must be.
#[derive(Clone, Copy)]
enum Expected {
    /// A JSON-RPC error: its code, its HTTP status, and whether the request's id is repeated.
    Error { code: i64, status: u16, id: bool },
    /// A tool's result with `isError`, and the code in its text.
    Tool(&'static str),
}

const PARSE_ERROR: Expected = Expected::Error { code: -32700, status: 400, id: false };
const INVALID_REQUEST: Expected = Expected::Error { code: -32600, status: 400, id: false };
const INVALID_PARAMS: Expected = Expected::Error { code: -32602, status: 200, id: true };

/// Sends `message` over every transport in every era; `expected` may differ between them. The answer's text must have
/// all of `parts`, and afterwards the same process must still serve.
#[track_caller]
fn check(message: impl Fn(Era) -> Vec<u8>, expected: impl Fn(Transport, Era) -> Expected, parts: &[&str]) {
    for (transport, era) in ALL {
        let mut peer = Peer::demo(transport, era);
        let answer = peer.send(&message(era));
        let text = match expected(transport, era) {
            Expected::Error { code, status, id } => error_text(&answer, code, status, id),
            Expected::Tool(code) => tool_text(&answer, code),
        };
        for part in parts {
            assert!(text.contains(part), "{transport:?} {era:?}: no {part:?} in {text:?}");
        }
        still_serves(&mut peer);
    }
}

#[track_caller]
fn error_text(answer: &Answer, code: i64, status: u16, id: bool) -> String {
    assert_eq!(answer.message["error"]["code"], code, "{answer:?}");
    assert_eq!(answer.message.get("id"), id.then_some(&json!(7)), "{answer:?}");
    assert!(answer.status.is_none_or(|found| found == status), "not {status}: {answer:?}");
    answer.message["error"]["message"].as_str().expect("an error has a message").to_owned()
}

#[track_caller]
fn tool_text(answer: &Answer, code: &str) -> String {
    assert!(matches!(answer.status, None | Some(200)), "{answer:?}");
    let result = &answer.message["result"];
    assert_eq!(result["isError"], true, "{answer:?}");
    assert_eq!(result.get("structuredContent"), None, "{answer:?}");
    let text = result["content"][0]["text"].as_str().expect("a failed tool says why");
    let error = &parse(text)["error"];
    assert_eq!(error["code"], code, "{text}");
    format!(
        "{}\n{}",
        error["message"].as_str().unwrap_or_default(),
        error["hint"].as_str().unwrap_or_default()
    )
}

/// The same process answers, and nobody has changed its data.
#[track_caller]
fn still_serves(peer: &mut Peer) {
    if peer.era == Era::Legacy {
        assert_eq!(peer.result("ping", json!({})), json!({}));
    }
    let tools = peer.result("tools/list", json!({}));
    assert!(tools["tools"].to_string().contains(r#""name":"db_query""#), "{tools}");
    let rows = peer.call("db_query", json!({ "sql": "select count(*) from customers" }));
    assert_eq!(rows["structuredContent"]["rows"], json!([[60]]));
}

fn call(era: Era, tool: &str, arguments: Value) -> Vec<u8> {
    request(era, 7, "tools/call", json!({ "name": tool, "arguments": arguments })).to_string().into_bytes()
}

#[track_caller]
fn check_query(arguments: Value, code: &'static str, parts: &[&str]) {
    check(|era| call(era, "db_query", arguments.clone()), |_, _| Expected::Tool(code), parts);
}

#[test]
fn not_json() {
    let send = "send one complete JSON-RPC message";
    check(|_| br#"{"jsonrpc""#.to_vec(), |_, _| PARSE_ERROR, &[send]);
    check(|_| b"hello".to_vec(), |_, _| PARSE_ERROR, &[send]);
    check(|_| b"{\"jsonrpc\":\"\xff\"}".to_vec(), |_, _| PARSE_ERROR, &["send JSON as UTF-8"]);
}

#[test]
fn array() {
    let ping = json!({ "jsonrpc": "2.0", "id": 7, "method": "ping" });
    let batch = json!([ping]).to_string();
    check(|_| batch.clone().into_bytes(), |_, _| INVALID_REQUEST, &["send one message at a time"]);
    check(|_| b"[]".to_vec(), |_, _| INVALID_REQUEST, &["send one message at a time"]);
}

#[test]
fn null_id() {
    let message = |era| {
        let mut message = request(era, 7, "tools/list", json!({}));
        message["id"] = Value::Null;
        message.to_string().into_bytes()
    };
    check(message, |_, _| INVALID_REQUEST, &["`id` is null", "send a string or an integer"]);
}

#[test]
fn unknown_method() {
    let message = |era| request(era, 7, "tools/cal", json!({})).to_string().into_bytes();
    // A legacy client takes 404 for the end of its session; a modern one must get it.
    let expected = |_, era| Expected::Error {
        code: -32601,
        status: if era == Era::Legacy { 200 } else { 404 },
        id: true,
    };
    check(message, expected, &["`tools/cal`", "check the name"]);
}

#[test]
fn unknown_tool() {
    let message = |era| call(era, "db_qery", json!({ "sql": "select 1" }));
    check(message, |_, _| INVALID_PARAMS, &["no tool is called `db_qery`", "`db_query`"]);
}

#[test]
fn wrong_argument_types() {
    check_query(json!({ "sql": 5 }), "invalid_argument", &["`/sql` must be a string", "not `5`"]);
    check_query(
        json!({ "sql": "select 1", "max_rows": "ten" }),
        "invalid_argument",
        &["`/max_rows` must be a whole number from 1 to 1000"],
    );
    check_query(json!({}), "invalid_argument", &["`/sql` is required", "call again"]);
    check(
        |era| call(era, "db_query", json!("select 1")),
        |_, _| INVALID_PARAMS,
        &["`arguments` is not an object"],
    );
}

#[test]
fn unknown_argument() {
    let arguments = json!({ "sql": "select 1", "max_row": 3 });
    check_query(arguments, "invalid_argument", &["`/max_row` is not known", "did you mean `max_rows`?"]);
}

#[test]
fn write_statement() {
    for sql in [
        "delete from customers",
        "update customers set name = 'x'",
        "insert into categories values (9, 'x')",
        "drop table customers",
        "create table t (a)",
        "with x as (select 1) delete from customers",
    ] {
        check_query(json!({ "sql": sql }), "write_attempt", &["The database can only be read", "SELECT"]);
    }
}

#[test]
fn two_statements() {
    let sql = "select 1; delete from customers";
    check_query(json!({ "sql": sql }), "multiple_statements", &["Send one statement per call"]);
}

#[test]
fn two_mebibytes() {
    let message = |era| call(era, "db_query", json!({ "sql": "x".repeat(2 << 20) }));
    let expected = |transport, _| match transport {
        Transport::Stdio => INVALID_REQUEST,
        // A code of this server's own, outside what the protocol reserves; clients go by the status.
        Transport::Http => Expected::Error { code: 1004, status: 413, id: false },
    };
    check(message, expected, &["1048576 bytes", "send less at once"]);
}
