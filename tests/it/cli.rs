//! The command line: what is refused and how, what is said on stderr, what is left behind.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use serde_json::json;

use crate::http::post;
use crate::peer::{Era, MODERN, Peer, Transport, initialize, request};
use crate::process::{Ended, Process, lockstep};

/// Runs to the end, which must come by itself: stdin is closed, and nothing is served.
#[track_caller]
fn check_refused(arguments: &[&str], code: i32, parts: &[&str]) {
    let mut process = Process::start(lockstep(arguments));
    process.close_stdin();
    let Ended { code: found, stdout, stderr } = process.wait();
    assert_eq!((found, stdout.as_str()), (Some(code), ""), "{arguments:?}: {stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{arguments:?}: no {part:?} in {stderr}");
    }
}

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("the folder can be read").file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

#[test]
fn other_machines_need_a_flag() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8080"] {
        let parts = [address, "can be reached from other machines", "hint:", "--allow-unauthenticated"];
        check_refused(&["http", "--demo", "--bind", address], 2, &parts);
    }
}

#[test]
fn with_the_flag_it_serves() {
    let command = lockstep(&["http", "--demo", "--bind", "0.0.0.0:0", "--allow-unauthenticated"]);
    let (process, _, address) = Process::http(command);
    let discover = request(Era::Modern, 1, "server/discover", json!({})).to_string();
    let headers = [("MCP-Protocol-Version", MODERN), ("Mcp-Method", "server/discover")];
    assert_eq!(post(address, &headers, discover.as_bytes()).status, 200);
    process.terminate();
    let ended = process.wait();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("warning: no token is needed"), "{}", ended.stderr);
}

#[test]
fn taken_port() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("the port is known").to_string();
    check_refused(
        &["http", "--demo", "--bind", &address],
        1,
        &["cannot listen", &address, "hint:", "--bind"],
    );
}

#[test]
fn one_database_at_a_time() {
    check_refused(
        &["stdio", "--demo", "--database", "x.db"],
        2,
        &["--demo", "--database", "cannot be used with"],
    );
}

#[test]
fn databases_that_cannot_be_opened() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (missing, text) = (folder.path().join("missing.db"), folder.path().join("text.db"));
    fs::write(&text, "not a database, only some text that is long enough to be looked at ".repeat(20))
        .expect("the file is written");
    let hint = "hint: name an existing SQLite file";
    for command in ["stdio", "http"] {
        let missing = missing.to_string_lossy();
        check_refused(&[command, "--database", &missing], 2, &["there is no database file", hint]);
        check_refused(
            &[command, "--database", &text.to_string_lossy()],
            2,
            &["is not a SQLite database", hint],
        );
        check_refused(
            &[command, "--database", &folder.path().to_string_lossy()],
            2,
            &["is not a regular file", hint],
        );
    }
    assert_eq!(entries(folder.path()), ["text.db"]);
}

#[test]
fn a_database_is_served_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("birds.db");
    let database = rusqlite::Connection::open(&path).expect("the database is made");
    database
        .execute_batch("create table birds (name text); insert into birds values ('wren'), ('heron');")
        .expect("the database is filled");
    database.close().expect("the database is closed");
    let before = fs::read(&path).expect("the database is a file");

    for transport in [Transport::Stdio, Transport::Http] {
        let mut peer = Peer::start(transport, Era::Modern, &["--database", &path.to_string_lossy()]);
        let rows = peer.call("db_query", json!({ "sql": "select name from birds order by name" }));
        assert_eq!(rows["structuredContent"]["rows"], json!([["heron"], ["wren"]]));
        for sql in [
            "insert into birds values ('owl')",
            "vacuum",
            "attach 'other.db' as other",
            "pragma journal_mode = wal",
        ] {
            let refused = peer.call("db_query", json!({ "sql": sql }));
            assert_eq!(refused["isError"], true, "{sql}: {refused}");
        }
    }
    assert!(fs::read(&path).expect("the database is still there") == before, "the database was changed");
    assert_eq!(entries(folder.path()), ["birds.db"]);
}

#[test]
fn without_a_database_the_tool_says_so() {
    let mut peer = Peer::start(Transport::Stdio, Era::Modern, &[]);
    let answer = peer.call("db_query", json!({ "sql": "select 1" })).to_string();
    assert!(answer.contains("no_database") && answer.contains("--demo"), "{answer}");
}

#[test]
fn policies_that_are_not_enforced_are_named() {
    let said = "policies of the catalog that are not enforced yet: scopes, rate, concurrency, output";
    let mut stdio = Process::start(lockstep(&["stdio", "--demo"]));
    stdio.close_stdin();
    let (http, _, _) = Process::http(lockstep(&["http", "--demo", "--bind", "127.0.0.1:0"]));
    http.terminate();
    for process in [stdio, http] {
        let ended = process.wait();
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert!(ended.stderr.contains(said), "{}", ended.stderr);
    }
}

#[test]
fn it_says_where_it_listens_and_how_to_connect() {
    let (process, said, address) = Process::http(lockstep(&["http", "--demo", "--bind", "127.0.0.1:0"]));
    process.terminate();
    let ended = process.wait();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let stderr = said + &ended.stderr;
    let url = format!("http://{address}/mcp");
    assert!(stderr.contains(&format!("claude mcp add --transport http lockstep {url}")), "{stderr}");
    assert!(stderr.contains(&format!("\"url\":\"{url}\"")), "{stderr}");
    assert!(stderr.contains("only this machine can connect"), "{stderr}");
}

#[test]
fn the_sample_leaves_no_file() {
    let sql = "select a.* from orders a, orders b order by a.note, b.id limit 5";
    let call =
        request(Era::Modern, 1, "tools/call", json!({ "name": "db_query", "arguments": { "sql": sql } }));
    let call = call.to_string();
    for arguments in [["stdio", "--demo"].as_slice(), &["http", "--demo", "--bind", "127.0.0.1:0"]] {
        let [work, temporary] = [(), ()].map(|()| tempfile::tempdir().expect("a folder can be made"));
        let mut command = lockstep(arguments);
        command.current_dir(work.path()).env("TMPDIR", temporary.path()).env("HOME", work.path());
        let (process, answer) = if arguments[0] == "stdio" {
            let mut process = Process::start(command);
            process.write(format!("{call}\n").as_bytes());
            let answer = process.stdout.next().expect("the server answers");
            (process, answer)
        } else {
            let (process, _, address) = Process::http(command);
            let headers =
                [("MCP-Protocol-Version", MODERN), ("Mcp-Method", "tools/call"), ("Mcp-Name", "db_query")];
            (process, post(address, &headers, call.as_bytes()).body)
        };
        assert!(answer.contains("\"row_count\":5"), "{answer}");
        process.terminate();
        assert_eq!(process.wait().code, Some(0));
        assert_eq!((entries(work.path()), entries(temporary.path())), (vec![], vec![]), "{arguments:?}");
    }
}

#[test]
fn end_of_input_and_signals_end_it_well() {
    let mut process = Process::start(lockstep(&["stdio", "--demo"]));
    process.write(format!("{}\n", initialize()).as_bytes());
    process.close_stdin();
    let ended = process.wait();
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 1), "{}", ended.stderr);

    for transport in [Transport::Stdio, Transport::Http] {
        let peer = Peer::demo(transport, Era::Legacy);
        peer.process.terminate();
        let ended = peer.process.wait();
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{transport:?}: {}", ended.stderr);
    }
}
