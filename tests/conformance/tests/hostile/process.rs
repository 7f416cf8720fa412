//! The server as a process.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::text::META;
use crate::wire::{self, Answer, PATIENCE};

const PROGRAM: &str = env!("CARGO_BIN_EXE_conformance-server");

/// A server on a port of its own; it ends with this.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::limited(&[])
    }

    /// A server with these limits, each as `name=value`.
    pub(crate) fn limited(limits: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(limits.iter().flat_map(|limit| ["--limit", limit]));
        command.args(["--bind", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the server starts");
        let stderr = child.stderr.take().expect("it was piped");
        let (sender, receiver) = channel();
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let url = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
                // Nobody waits for a second address.
                let _ = url.and_then(|url| url.parse().ok()).map(|address| sender.send(address));
            }
        });
        let address = receiver.recv_timeout(PATIENCE).expect("the server says where it is");
        Self { child, address }
    }

    /// Posts a message with the usual headers and these.
    pub(crate) fn post(&self, headers: &str, body: &str) -> Answer {
        let request = format!(
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        wire::exchange(self.address, request.as_bytes(), false)
    }

    /// Asserts that it answers a plain request.
    #[track_caller]
    pub(crate) fn answers(&self) {
        let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: server/discover\r\n";
        let discover =
            format!(r#"{{"jsonrpc":"2.0","id":"alive","method":"server/discover","params":{{{META}}}}}"#);
        let answer = self.post(headers, &discover);
        let body = wire::lossy(&answer.body);
        assert!(
            answer.status == 200 && body.starts_with(r#"{"jsonrpc":"2.0","id":"alive","result":"#),
            "{body}"
        );
    }

    /// Opens a session of this revision.
    pub(crate) fn session(&self, revision: &str) -> String {
        let answer = self.post("", &initialize(revision));
        assert_eq!(answer.status, 200, "{}", wire::lossy(&answer.body));
        answer.field("mcp-session-id").expect("a session has an id").to_owned()
    }

    /// Memory in use in KiB, where the system tells.
    pub(crate) fn memory(&self) -> Option<u64> {
        memory(&self.child)
    }
}

fn memory(process: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn initialize(revision: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{revision}","capabilities":{{}},"clientInfo":{{"name":"t","version":"0"}}}}}}"#
    )
}

/// A server that is talked to over standard input and output.
pub(crate) struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
}

impl Peer {
    pub(crate) fn start() -> Self {
        Self::limited(&[])
    }

    /// A server with these limits, each as `name=value`.
    pub(crate) fn limited(limits: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(limits.iter().flat_map(|limit| ["--limit", limit]));
        command.arg("--stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("it was piped");
        let (sender, output) = channel();
        thread::spawn(move || {
            BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let input = child.stdin.take();
        Self { child, input, output }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("it was not closed");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    /// The next line.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        self.output.recv_timeout(PATIENCE).expect("the server answers")
    }

    /// All lines up to the answer to a `ping`, and as many more as `at_least` are wanted.
    #[track_caller]
    pub(crate) fn lines(&mut self, at_least: usize) -> Vec<String> {
        self.send(b"{\"jsonrpc\":\"2.0\",\"id\":\"alive\",\"method\":\"ping\"}\n");
        let (mut lines, mut alive) = (Vec::new(), false);
        while !alive || lines.len() < at_least {
            let line = self.line();
            if line == r#"{"jsonrpc":"2.0","id":"alive","result":{}}"# {
                alive = true;
            } else {
                lines.push(line);
            }
        }
        lines
    }

    /// Ends the input: the server must end well and have nothing more to say.
    #[track_caller]
    pub(crate) fn finish(mut self) {
        drop(self.input.take());
        let rest: Vec<String> = self.output.iter().collect();
        let ended = self.child.wait().expect("it can be waited for");
        assert!(ended.success() && rest.is_empty(), "{ended} {rest:?}");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server over standard input and output whose answers nobody reads yet.
pub(crate) struct Unread(Child);

impl Unread {
    pub(crate) fn start() -> Self {
        Self::limited(&[])
    }

    /// A server with these limits, each as `name=value`.
    pub(crate) fn limited(limits: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(limits.iter().flat_map(|limit| ["--limit", limit]));
        command.arg("--stdio").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        Self(command.spawn().expect("the server starts"))
    }

    pub(crate) fn input(&mut self) -> ChildStdin {
        self.0.stdin.take().expect("it was piped")
    }

    /// Memory in use in KiB, where the system tells.
    pub(crate) fn memory(&self) -> Option<u64> {
        memory(&self.0)
    }

    /// Reads until the server ends, which it does well; how many lines there were.
    pub(crate) fn count_lines(mut self) -> usize {
        let output = self.0.stdout.take().expect("it was piped");
        let count = BufReader::new(output).lines().map_while(Result::ok).count();
        assert!(self.0.wait().expect("it can be waited for").success());
        count
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
