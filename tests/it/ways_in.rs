//! Ways to the server beside plain HTTP on loopback: a Unix socket, web pages of another origin, and a standard output
//! that nobody else writes to.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use tempfile::TempDir;

use crate::http::post;
use crate::peer::{initialize, parse};
use crate::process::{Process, lockstep};

const PING: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

fn socket(path: &Path) -> Process {
    let path = path.to_str().expect("the folder's name is text");
    let process = Process::start(lockstep(&["socket", "--demo", path]));
    let said = process.stderr.next().expect("it says where it listens");
    assert!(said.contains(path), "{said}");
    process
}

fn first_line(stream: &UnixStream) -> String {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).expect("the server answers");
    line
}

#[test]
fn a_unix_socket_serves_each_client_by_itself() {
    let folder = TempDir::new().expect("a folder can be made");
    let path = folder.path().join("lockstep.sock");
    let process = socket(&path);
    let mode = std::fs::metadata(&path).expect("the socket is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "other users must not connect");
    let connect = || UnixStream::connect(&path).expect("the server accepts");
    let (mut one, mut other) = (connect(), connect());
    writeln!(one, "{}", initialize()).expect("the server reads");
    assert_eq!(parse(&first_line(&one))["result"]["serverInfo"]["name"], "lockstep");
    // The session is the first client's alone.
    other.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}\n").expect("the server reads");
    assert_eq!(parse(&first_line(&other))["error"]["code"], -32602);
    process.terminate();
    assert_eq!(process.wait().code, Some(0));
    assert!(!path.exists(), "the socket's file is removed");
}

#[test]
fn a_socket_file_that_a_killed_server_left_is_replaced_and_a_live_one_is_not() {
    let folder = TempDir::new().expect("a folder can be made");
    let path = folder.path().join("lockstep.sock");
    drop(socket(&path));
    assert!(path.exists(), "a killed server leaves its file");
    let _live = socket(&path);
    let refused = Process::start(lockstep(&["socket", path.to_str().expect("text")])).wait();
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("hint:"), "{}", refused.stderr);
    assert!(UnixStream::connect(&path).is_ok());
}

#[test]
fn pages_of_an_origin_that_the_operator_names_may_read_the_answers() {
    let origin = "https://app.example.com";
    let arguments = [
        "http",
        "--demo",
        "--bind",
        "127.0.0.1:0",
        "--allow-origin",
        origin,
        "--allow-host",
        "mcp.example.com",
    ];
    let (_process, _, address) = Process::http(lockstep(&arguments));
    let allowed = |origin: &str| {
        let response = post(address, &[("Origin", origin)], PING);
        (response.status, response.header("access-control-allow-origin").map(str::to_owned))
    };
    // 400: there is no session, but the page may read that.
    assert_eq!(allowed(origin), (400, Some(origin.to_owned())));
    // The server's own pages may call and get no word for the browser.
    assert_eq!(allowed("http://localhost:3000"), (400, None));
    assert_eq!(allowed("https://evil.example"), (403, None));
    assert_eq!(post(address, &[("Origin", "https://mcp.example.com")], PING).status, 400);
}

/// A dependency that prints must not break the protocol.
#[test]
#[cfg(target_os = "linux")]
fn what_is_printed_does_not_reach_the_protocol() {
    let mut process = Process::start(lockstep(&["stdio", "--demo"]));
    process.write(format!("{}\n", initialize()).as_bytes());
    process.stdout.next().expect("the server answers");
    let target =
        |number: u32| std::fs::read_link(format!("/proc/{}/fd/{number}", process.id())).expect("it is open");
    assert_eq!(target(1), target(2), "standard output leads where standard error does");
}
