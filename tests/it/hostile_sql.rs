//! Hostile statements against the whole server: each is answered with its code and what to do, the statement that only
//! looks like it works, and the process keeps neither harm nor memory of them.

#[path = "../../server/store/sqlite/tests/statements.rs"]
mod statements;

use std::fs;

use serde_json::{Value, json};

use crate::peer::{Era, Peer, Transport, parse};

use statements::{ENDLESS, HOSTILE, generated};

/// What a server may keep in memory after all of them, in bytes: pages that the allocator has not given back.
const MOST_KEPT: u64 = 16 * 1024 * 1024;

#[track_caller]
fn refused(peer: &mut Peer, sql: &str, code: &str) {
    let result = peer.call("db_query", json!({ "sql": sql, "timeout_ms": 100 }));
    let short: String = sql.chars().take(120).collect();
    assert_eq!(result["isError"], true, "{short}: {result}");
    let text = result["content"][0]["text"].as_str().expect("a failed tool says why");
    let error = &parse(text)["error"];
    // The contract's own bounds come first.
    let code = if sql.is_empty() || sql.len() > 16_384 { "invalid_argument" } else { code };
    assert_eq!(error["code"], code, "{short}: {text}");
    assert!(error["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{short}: {text}");
    assert_eq!(error["retryable"], code == "timeout", "{short}: {text}");
}

fn all(peer: &mut Peer) {
    for (code, hostile, benign) in HOSTILE {
        refused(peer, hostile, code);
        let answer = peer.call("db_query", json!({ "sql": benign }));
        assert_eq!(answer["isError"], Value::Null, "{benign}: {answer}");
    }
    for (code, hostile) in generated() {
        refused(peer, &hostile, code);
    }
    for endless in ENDLESS {
        refused(peer, endless, "timeout");
    }
}

/// Resident memory of the server, in bytes.
fn resident(peer: &Peer) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", peer.process.id())).expect("the server runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("memory is told");
    let kilobytes = line.trim().trim_end_matches(" kB").parse::<u64>().expect("in kB");
    kilobytes * 1024
}

#[track_caller]
fn check(transport: Transport, era: Era, arguments: &[&str]) {
    let mut peer = Peer::start(transport, era, arguments);
    all(&mut peer);
    let once = resident(&peer);
    all(&mut peer);
    let twice = resident(&peer);
    assert!(twice < once + MOST_KEPT, "{once} bytes after the first round, {twice} after the second");
}

#[test]
fn on_the_sample_over_stdio() {
    check(Transport::Stdio, Era::Modern, &["--demo"]);
}

#[test]
fn on_a_file_over_http() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("shop.db");
    let database = rusqlite::Connection::open(&path).expect("the database is made");
    database
        .execute_batch(include_str!("../../server/store/sqlite/demo.sql"))
        .expect("the database is filled");
    drop(database);
    let before = fs::read(&path).expect("the database is there");
    check(Transport::Http, Era::Legacy, &["--database", &path.to_string_lossy()]);
    assert!(fs::read(&path).expect("the database is still there") == before, "the database was changed");
    let left: Vec<_> = fs::read_dir(folder.path()).expect("the folder is there").collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
