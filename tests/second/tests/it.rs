//! The second catalog on lockstep-runtime alone: both eras over both transports, without the server crate.

#[path = "../../it/http.rs"]
mod http;

use std::env;
use std::io::{PipeWriter, Read, Write, pipe};
use std::net::SocketAddr;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use lockstep_runtime::engine::Engine;
use lockstep_runtime::serde_json::{self, Value, json};
use lockstep_runtime::transport::http::HttpConfig;
use lockstep_runtime::transport::{http as http_transport, stdio};
use second_catalog::Second;
use second_catalog::contract::Service;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

const LEGACY: &str = "2025-11-25";
const MODERN: &str = "2026-07-28";

/// The second server on one transport, with one client of one era.
struct Peer {
    /// Ends with the peer, and with it whatever it serves.
    _runtime: Runtime,
    wire: Wire,
    modern: bool,
}

enum Wire {
    Stdio { input: PipeWriter, output: Receiver<String> },
    Http { address: SocketAddr, session: Option<String> },
}

impl Wire {
    fn stdio(runtime: &Runtime, engine: Engine<Service<Second>>) -> Self {
        let ((reader, input), (mut answers, writer)) = (pipe().expect("a pipe"), pipe().expect("a pipe"));
        runtime.spawn(stdio::serve(engine, reader, writer, CancellationToken::new()));
        let (sender, output) = channel();
        thread::spawn(move || {
            let (mut line, mut byte) = (Vec::new(), [0]);
            while answers.read_exact(&mut byte).is_ok() {
                if byte == *b"\n" {
                    let text = String::from_utf8(std::mem::take(&mut line)).expect("answers are UTF-8");
                    // The test may have ended.
                    let _ = sender.send(text);
                } else {
                    line.extend(byte);
                }
            }
        });
        Self::Stdio { input, output }
    }

    fn http(runtime: &Runtime, engine: Engine<Service<Second>>) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("the port is known");
        runtime.spawn(http_transport::serve(
            engine,
            listener,
            HttpConfig::default(),
            CancellationToken::new(),
        ));
        Self::Http { address, session: None }
    }
}

impl Peer {
    fn start(over_http: bool, modern: bool) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let engine = Engine::builder(Service(Second)).build().expect("the catalog is valid");
        let wire = if over_http { Wire::http(&runtime, engine) } else { Wire::stdio(&runtime, engine) };
        let mut peer = Self { _runtime: runtime, wire, modern };
        if !modern {
            let client = json!({ "name": "it", "version": "0" });
            let params = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client });
            let opening = peer.result("initialize", params);
            assert_eq!(opening["protocolVersion"], LEGACY);
            assert_eq!(opening["serverInfo"]["name"], "second");
        }
        peer
    }

    #[track_caller]
    fn result(&mut self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].take()
    }

    /// The code of the error that the request is answered with, and its message.
    #[track_caller]
    fn error(&mut self, method: &str, params: Value) -> (i64, String) {
        let answer = self.answer(method, params);
        let error = &answer["error"];
        (
            error["code"].as_i64().expect("an error"),
            error["message"].as_str().expect("it says why").to_owned(),
        )
    }

    #[track_caller]
    fn answer(&mut self, method: &str, mut params: Value) -> Value {
        let name = params["name"].as_str().or(params["uri"].as_str()).unwrap_or_default().to_owned();
        if self.modern {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientCapabilities": {},
            });
        }
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let answer = match &mut self.wire {
            Wire::Stdio { input, output } => {
                input.write_all(format!("{request}\n").as_bytes()).expect("the server reads");
                output.recv_timeout(http::HANG).expect("the server answers")
            }
            Wire::Http { address, session } => {
                let mut headers = Vec::new();
                if self.modern {
                    headers.extend([("MCP-Protocol-Version", MODERN), ("Mcp-Method", method)]);
                    headers.extend((!name.is_empty()).then_some(("Mcp-Name", name.as_str())));
                }
                headers.extend(session.as_deref().map(|session| ("Mcp-Session-Id", session)));
                let response = http::post(*address, &headers, request.as_bytes());
                assert_eq!(response.status, 200, "{}", response.body);
                if let Some(opened) = response.header("mcp-session-id").map(ToOwned::to_owned) {
                    *session = Some(opened);
                }
                response.body
            }
        };
        serde_json::from_str(&answer).expect("answers are JSON")
    }

    #[track_caller]
    fn shout(&mut self, arguments: Value) -> Value {
        self.result("tools/call", json!({ "name": "shout", "arguments": arguments }))
    }
}

/// `arguments` must be refused with this code, and the text must have all of `parts`.
#[track_caller]
fn check_refused(peer: &mut Peer, arguments: Value, code: &str, parts: &[&str]) {
    let result = peer.shout(arguments);
    assert_eq!(result["isError"], true, "{result}");
    let text = result["content"][0]["text"].as_str().expect("a failed tool says why");
    let error: Value = serde_json::from_str(text).expect("the text is JSON");
    assert_eq!(error["error"]["code"], code, "{text}");
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn it_is_served() {
    for (over_http, modern) in [(false, false), (false, true), (true, false), (true, true)] {
        let peer = &mut Peer::start(over_http, modern);
        let list = peer.result("tools/list", json!({}));
        assert_eq!(list["tools"].as_array().map(Vec::len), Some(1), "{list}");
        assert_eq!(list["tools"][0]["name"], "shout");
        assert_eq!(list["tools"][0]["inputSchema"]["required"], json!(["text"]));
        assert_eq!(list.get("resultType").is_some(), modern, "{list}");

        let answer = peer.shout(json!({ "text": "quiet" }));
        assert_eq!(answer["structuredContent"], json!({ "text": "QUIET" }), "{answer}");
        check_refused(
            peer,
            json!({ "text": " " }),
            "nothing_to_say",
            &["the text is blank", "Send some text."],
        );
        check_refused(peer, json!({ "text": "a", "tex": "b" }), "invalid_argument", &["`/tex` is not known"]);
        check_refused(peer, json!({ "text": "a".repeat(101) }), "invalid_argument", &["100 characters"]);
    }
}

#[test]
fn it_does_not_depend_on_the_server() {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["tree", "--package", "second-catalog", "--edges", "normal,build", "--prefix", "none"]);
    cargo.args(["--offline", "--locked"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let done = cargo.output().expect("cargo starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let tree = String::from_utf8(done.stdout).expect("cargo writes UTF-8");
    let has = |name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    assert!(has("lockstep-runtime") && has("lockstep-codegen"), "{tree}");
    assert!(!has("lockstep-server") && !has("lockstep-tools"), "{tree}");
}

#[test]
fn resources_are_listed_read_and_completed() {
    for (over_http, modern) in [(false, false), (false, true), (true, false), (true, true)] {
        let peer = &mut Peer::start(over_http, modern);
        // Every page leads to the next; the plain address comes first, what is off not at all.
        let (mut names, mut cursor) = (Vec::new(), None);
        for _ in 0..9 {
            let params = cursor.take().map_or(json!({}), |cursor: Value| json!({ "cursor": cursor }));
            let mut page = peer.result("resources/list", params);
            assert_eq!(page.get("cacheScope").is_some(), modern, "{page}");
            let resources = page["resources"].as_array().expect("a list");
            names.extend(
                resources.iter().map(|resource| resource["name"].as_str().expect("a name").to_owned()),
            );
            if page.get("nextCursor").is_none() {
                break;
            }
            cursor = Some(page["nextCursor"].take());
        }
        assert_eq!(names, ["manual", "hello", "hill", "valley"]);
        let templates = peer.result("resources/templates/list", json!({}));
        assert_eq!(templates["resourceTemplates"][0]["uriTemplate"], "second://echoes/{word}");
        assert_eq!(templates["resourceTemplates"].as_array().map(Vec::len), Some(1));

        let read = peer.result("resources/read", json!({ "uri": "second://manual" }));
        let manual =
            json!([{ "uri": "second://manual", "mimeType": "text/markdown", "text": "# Be loud\n" }]);
        assert_eq!(read["contents"], manual);
        let read = peer.result("resources/read", json!({ "uri": "second://echoes/hill" }));
        assert_eq!(read["contents"][0]["text"], "hill hill");

        let missing = if modern { -32602 } else { -32002 };
        for uri in ["second://echoes/none", "second://nothing", "second://secret"] {
            assert_eq!(peer.error("resources/read", json!({ "uri": uri })).0, missing, "{uri}");
        }
        let long = format!("second://echoes/{}", "x".repeat(21));
        let (code, message) = peer.error("resources/read", json!({ "uri": long }));
        assert!(code == -32602 && message.contains("at most 20 characters"), "{code} {message}");
        assert_eq!(peer.error("resources/list", json!({ "cursor": "garbage" })).0, -32602);

        let argument = json!({ "name": "word", "value": "h" });
        let of = json!({ "type": "ref/resource", "uri": "second://echoes/{word}" });
        let completed = peer.result("completion/complete", json!({ "ref": of, "argument": argument }));
        assert_eq!(completed["completion"]["values"], json!(["hello", "hill"]));
    }
}

#[test]
fn prompts_are_listed_filled_in_and_completed() {
    for (over_http, modern) in [(false, false), (false, true), (true, false), (true, true)] {
        let peer = &mut Peer::start(over_http, modern);
        let listed = peer.result("prompts/list", json!({}));
        let names: Vec<&str> = listed["prompts"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|prompt| prompt["name"].as_str())
            .collect();
        assert_eq!(names, ["whisper", "retell"]);

        let got =
            peer.result("prompts/get", json!({ "name": "whisper", "arguments": { "text": "{{tone}}" } }));
        let said = "Whisper this in a kind tone: {{tone}}";
        assert_eq!(
            got["messages"][0],
            json!({ "role": "user", "content": { "type": "text", "text": said } })
        );
        assert_eq!(got["messages"][1]["role"], "assistant");
        assert_eq!(got["description"], "Say it softly.");
        let got = peer.result("prompts/get", json!({ "name": "retell", "arguments": { "word": "hill" } }));
        assert_eq!(got["messages"][0]["content"]["text"], "Tell of hill.");

        let (code, message) =
            peer.error("prompts/get", json!({ "name": "whisper", "arguments": { "tone": "loud" } }));
        assert_eq!(code, -32602);
        assert!(message.contains("`/text` is required") && message.contains("`/tone` must be"), "{message}");
        let (code, message) = peer.error("prompts/get", json!({ "name": "retel", "arguments": {} }));
        assert!(code == -32602 && message.contains("did you mean `retell`?"), "{message}");

        let mut complete = |argument: &str, value: &str| {
            let of = json!({ "type": "ref/prompt", "name": if argument == "tone" { "whisper" } else { "retell" } });
            let argument = json!({ "name": argument, "value": value });
            peer.result("completion/complete", json!({ "ref": of, "argument": argument }))["completion"]["values"].take()
        };
        assert_eq!(complete("tone", "S"), json!(["stern"]));
        assert_eq!(complete("word", "va"), json!(["valley"]));
        let of = json!({ "type": "ref/prompt", "name": "whisper" });
        let argument = json!({ "name": "text", "value": "" });
        let (code, message) = peer.error("completion/complete", json!({ "ref": of, "argument": argument }));
        assert!(code == -32602 && message.contains("nothing completes `text`"), "{message}");
        let (code, _) = peer.error("completion/complete", json!({ "ref": 5 }));
        assert_eq!(code, -32602);
    }
}

#[test]
fn what_is_offered_is_said_at_the_start() {
    let peer = &mut Peer::start(false, true);
    let offered = peer.result("server/discover", json!({}))["capabilities"].clone();
    let expected = json!({ "tools": {}, "resources": {}, "prompts": {}, "completions": {}, "logging": {} });
    assert_eq!(offered, expected);
}
