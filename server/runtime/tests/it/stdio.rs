//! The stdio transport over pipes.

use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Write, pipe};
use std::thread;

use lockstep_runtime::engine::{Engine, Limits};
use lockstep_runtime::transport::stdio::serve;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::contract::{Probe, Slow, Tools};
use crate::json::assert_has;

const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

/// A server on a thread of its own, and both ends of its pipes.
struct Peer {
    probe: Probe,
    input: PipeWriter,
    output: BufReader<PipeReader>,
    server: thread::JoinHandle<std::io::Result<()>>,
    shutdown: CancellationToken,
}

fn start(limits: Limits) -> Peer {
    let (reader, input) = pipe().expect("a pipe opens");
    let (output, writer) = pipe().expect("a pipe opens");
    let (probe, shutdown) = (Probe::new(), CancellationToken::new());
    let engine = Engine::builder(Tools(probe.clone())).limits(limits).build().expect("the catalog is valid");
    let serving = serve(engine, reader, writer, shutdown.clone());
    let server = thread::spawn(move || {
        tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(serving)
    });
    Peer { probe, input, output: BufReader::new(output), server, shutdown }
}

impl Peer {
    fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.input.write_all(bytes.as_ref()).expect("the server reads");
    }

    #[track_caller]
    fn check(&mut self, expected: Value) {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the server writes");
        assert_has(&serde_json::from_str(&line).expect("a line is JSON"), &expected);
    }

    /// Ends the input; the server must end too, with nothing more to say.
    fn finish(self) {
        drop(self.input);
        assert_eq!(self.output.lines().count(), 0);
        self.server.join().expect("the server does not panic").expect("the server ends well");
    }
}

fn call(id: u32, tool: &str) -> String {
    format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"tools/call\",\"params\":{{\"name\":\"{tool}\",{META}}}}}\n"
    )
}

fn ping(id: u32) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n")
}

#[test]
fn lines() {
    let mut peer = start(Limits::default());
    peer.send("\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n");
    peer.check(json!({ "id": 1, "result": {} }));
    peer.send(b"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"p\xff\"}\n");
    peer.check(json!({ "id": null, "error": { "code": -32700 } }));
    peer.send(format!("{{\"jsonrpc\":\"2.0\",\"id\":3,\"x\":\"{}\"}}\n{}", "x".repeat(3 << 20), ping(4)));
    peer.check(json!({ "id": null, "error": { "code": -32600 } }));
    peer.check(json!({ "id": 4 }));
    peer.send("not json\n[1]\n");
    peer.check(json!({ "error": { "code": -32700 } }));
    peer.check(json!({ "error": { "code": -32600 } }));
    peer.send(ping(5).trim_end());
    let Peer { input, mut output, .. } = peer;
    drop(input);
    let mut line = String::new();
    output.read_line(&mut line).expect("the server writes");
    assert_has(&serde_json::from_str(&line).expect("a line is JSON"), &json!({ "id": 5 }));
}

#[test]
fn the_handshake_is_over_before_the_next_line() {
    let mut peer = start(Limits::default());
    let initialize = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#;
    peer.send(format!("{initialize}\n{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}}\n"));
    peer.check(json!({ "id": 0, "error": null }));
    peer.check(json!({ "id": 1, "error": null }));
    peer.finish();
}

#[test]
fn ping_gets_through_while_a_call_runs() {
    let mut peer = start(Limits::default());
    peer.send(call(1, "slow") + &ping(2));
    peer.check(json!({ "id": 2 }));
    peer.probe.release();
    peer.check(json!({ "id": 1, "result": { "resultType": "complete" } }));
    peer.send(call(3, "boom"));
    peer.check(json!({ "id": 3, "error": { "code": -32603 } }));
    peer.finish();
}

#[test]
fn calls_beyond_the_limit_wait() {
    let mut limits = Limits::default();
    limits.calls = 1;
    let mut peer = start(limits);
    peer.send(ping(1) + &call(2, "slow") + &ping(3) + &call(4, "echo") + &ping(5));
    // What is no call does not wait for one.
    for id in [1, 3, 5] {
        peer.check(json!({ "id": id, "result": {} }));
    }
    // Those that wait are few; one more is told so.
    let more: String = (6..20).map(|id| call(id, "echo")).collect();
    peer.send(more);
    peer.check(json!({ "error": { "code": 1003 } }));
    peer.probe.release();
    let mut answered = Vec::new();
    while !answered.contains(&2) || !answered.contains(&4) {
        let mut line = String::new();
        peer.output.read_line(&mut line).expect("the server writes");
        let answer: Value = serde_json::from_str(&line).expect("a line is JSON");
        answered.extend(answer["id"].as_u64());
    }
}

#[test]
fn the_end_of_input_lets_calls_finish() {
    let mut peer = start(Limits::default());
    peer.send(call(1, "slow"));
    let Peer { probe, input, mut output, server, .. } = peer;
    drop(input);
    probe.release();
    let mut line = String::new();
    output.read_line(&mut line).expect("the server writes");
    assert!(line.contains("\"id\":1"), "{line}");
    server.join().expect("the server does not panic").expect("the server ends well");
}

#[test]
fn a_shutdown_loses_no_answer_that_waits_for_its_reader() {
    let Peer { probe, mut input, output, server, shutdown } = start(Limits::default());
    let text = "x".repeat(100_000);
    let call = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"echo\",\"arguments\":{{\"text\":\"{text}\"}},{META}}}}}\n"
    );
    let writer = thread::spawn(move || {
        for id in 0..20 {
            let call = call.replacen("\"id\":1", &format!("\"id\":{id}"), 1);
            // A server that stops reads no more.
            if input.write_all(call.as_bytes()).is_err() {
                break;
            }
        }
    });
    // Each answer says the text twice: there is no room for a sixth while nobody reads.
    let begun = std::time::Instant::now();
    while probe.echoed() < 6 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{} calls", probe.echoed());
        thread::yield_now();
    }
    // Until it does wait.
    thread::sleep(std::time::Duration::from_millis(100));
    shutdown.cancel();
    let answered = output.lines().map_while(Result::ok).filter(|line| line.contains("result")).count();
    assert_eq!(answered, probe.echoed());
    server.join().expect("the server does not panic").expect("the server ends well");
    writer.join().expect("it writes");
}

#[test]
fn a_shutdown_gives_calls_a_limited_time() {
    let mut limits = Limits::default();
    limits.drain_time = std::time::Duration::from_millis(20);
    let mut peer = start(limits);
    peer.send(call(1, "slow") + &ping(2));
    peer.check(json!({ "id": 2 }));
    peer.shutdown.cancel();
    let ended = peer.server.join().expect("the server does not panic");
    assert_eq!(ended.map_err(|error| error.kind()), Err(std::io::ErrorKind::TimedOut));
    assert_eq!(peer.probe.state(), Slow::Cancelled);
}
