//! The client by hand: `lockstep call` and its like, against this server and against what is no server.

use serde_json::{Value, json};

use crate::fake::Fake;
use crate::peer::{LEGACY, MODERN};
use crate::process::{Ended, Process, lockstep};

const SQL: &str = r#"{"sql":"select id, name from customers order by id limit 2"}"#;

/// Runs a command to its end; nobody is at a terminal.
pub(crate) fn run(arguments: &[&str]) -> Ended {
    let mut process = Process::start(lockstep(arguments));
    process.close_stdin();
    process.wait()
}

#[track_caller]
pub(crate) fn check(arguments: &[&str], code: i32, stdout: &str, stderr: &[&str]) -> Ended {
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
            "    sql: string, required — One SELECT, VALUES or WITH … SELECT.",
            "    max_rows: integer 1..1000, else 100 — Most rows.",
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
        assert_eq!((ended.stdout.lines().count(), &list["tools"][0]["name"]), (1, &json!("current_time")));
    });
}

#[test]
fn calls_of_this_server() {
    everywhere(|how| {
        let ended = run(&[&["call", "db_query", SQL], how].concat());
        assert!(ended.code == Some(0) && !ended.stderr.contains("note:"), "{how:?}: {}", ended.stderr);
        // Without the frame that is there for models: what it prints is JSON.
        let printed: Value = serde_json::from_str(&ended.stdout).expect("one line of JSON");
        assert_eq!(printed["rows"], json!([[1, "Bruno Horvat"], [2, "Clara Peeters"]]));
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

pub(crate) fn text(text: &str) -> Value {
    json!({ "content": [{ "type": "text", "text": text }] })
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
