//! Clients that nobody here wrote, against the conformance server: all that a server can do with a client.
//!
//! `cargo xtask test` builds the server, installs the clients and says where they are.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::clients::{Inspector, Target, installed, limited, output, script};
use crate::json::assert_has;
use crate::peer::{Era, LEGACY, MODERN};

/// Less than the call lasts that the clients cancel: nobody has waited for it.
const SECONDS: u32 = 25;

/// A client library with the program that drives it.
#[derive(Clone, Copy)]
enum Client {
    Python,
    Python1,
    FastMcp,
    TypeScript,
    TypeScript1,
    Rmcp,
}

impl Client {
    /// The client as a command that wants a transport and a target; `None` where it is not installed.
    fn command(self, revision: &str) -> Option<Command> {
        let era = if revision == MODERN { "modern" } else { "legacy" };
        let mut command = match self {
            Self::Python => script(SECONDS, &installed("LOCKSTEP_PYTHON_SDK")?, "python/everything.py"),
            Self::Python1 => script(SECONDS, &installed("LOCKSTEP_PYTHON_SDK_1")?, "python1/everything.py"),
            Self::FastMcp => script(SECONDS, &installed("LOCKSTEP_FASTMCP")?, "fastmcp/everything.py"),
            Self::TypeScript | Self::TypeScript1 => {
                let mut node = limited(SECONDS, Inspector::new(&installed("LOCKSTEP_INSPECTOR")?).node);
                node.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/sdk-typescript/everything.mjs"));
                node.arg(installed("LOCKSTEP_TYPESCRIPT_SDK")?);
                node
            }
            Self::Rmcp => limited(SECONDS, installed("LOCKSTEP_RMCP_CLIENT")?),
        };
        match self {
            Self::Python | Self::FastMcp => command.args(["--era", era]),
            Self::Python1 => &mut command,
            Self::TypeScript => command.arg(era),
            Self::TypeScript1 => command.arg("v1"),
            Self::Rmcp => command.arg(revision).env("NO_PROXY", "127.0.0.1"),
        };
        Some(command)
    }
}

/// The conformance server; `None` where it is not built.
fn server(transport: &str) -> Option<Target> {
    let program: PathBuf = installed("LOCKSTEP_CONFORMANCE_SERVER")?;
    let text = program.to_str().expect("the path is Unicode");
    let mut http = Command::new(&program);
    http.args(["--bind", "127.0.0.1:0"]);
    Some(match transport {
        "stdio" => Target::stdio(&[text, "--stdio"]),
        "http" => Target::http(http, "/mcp"),
        _ => Target::http(http, "/sse"),
    })
}

#[track_caller]
fn check(client: Client, transport: &str, revision: &str) {
    let (Some(target), Some(mut command)) = (server(transport), client.command(revision)) else { return };
    let report = output(command.arg(transport).args(&target.arguments), 0);
    assert_has(
        &report,
        &json!({
            "protocol_version": revision,
            "echo": "first",
            "resource": { "uri": "test://static-text" },
            "updated": "test://watched-resource",
            "sampling": { "asked": ["What is the capital of France?"] },
            "logs": ["info", "info", "info"],
            "cancelled": true,
            "after": "after",
        }),
    );
    let tools = report["tools"].as_array().expect("a list of names");
    for tool in ["echo", "slow", "test_simple_text", "test_elicitation"] {
        assert!(tools.contains(&json!(tool)), "no {tool} in {report}");
    }
    // A whole number may come with a fraction of zero.
    let progress: Vec<Vec<f64>> =
        serde_json::from_value(report["progress"].clone()).expect("pairs of numbers");
    assert_eq!(progress, [[0.0, 100.0], [50.0, 100.0], [100.0, 100.0]]);
    // What each was told goes back into the answer.
    assert_contains(&report["resource"]["text"], "");
    assert_contains(&report["sampling"]["text"], "Paris");
    assert_contains(&report["roots"], "file:///workspace");
    if revision >= "2025-06-18" {
        let asked = json!([["Who are you?", ["email", "username"]]]);
        assert_eq!(report["elicitation"]["asked"], asked, "{report}");
        assert_contains(&report["elicitation"]["text"], "ada@example.com");
    }
}

#[track_caller]
fn assert_contains(text: &Value, part: &str) {
    assert!(text.as_str().is_some_and(|text| text.contains(part)), "no {part:?} in {text}");
}

#[track_caller]
fn inspect(transport: &str, era: Era) {
    let (Some(target), Some(folder)) = (server(transport), installed("LOCKSTEP_INSPECTOR")) else { return };
    let inspector = Inspector::new(&folder);
    let ask = |request: &[&str]| inspector.run(&target, era, request, 0);

    let list = ask(&["--method", "tools/list"]);
    let tools = list["tools"].as_array().unwrap_or_else(|| panic!("no tools in {list}"));
    assert!(tools.iter().any(|tool| tool["name"] == "echo"), "{list}");
    let arguments = json!({ "text": "first" }).to_string();
    let echo = ask(&["--method", "tools/call", "--tool-name", "echo", "--tool-args-json", &arguments]);
    assert_eq!(echo["content"], json!([{ "type": "text", "text": "first" }]));
    let resource = ask(&["--method", "resources/read", "--uri", "test://static-text"]);
    assert_has(&resource["contents"][0], &json!({ "uri": "test://static-text", "mimeType": "text/plain" }));
    let prompt = ["--method", "prompts/get", "--prompt-name", "test_prompt_with_arguments"];
    let prompt = ask(&[&prompt[..], &["--prompt-args", "arg1=hello", "arg2=world"]].concat());
    let text = prompt["messages"].to_string();
    assert!(text.contains("hello") && text.contains("world"), "{prompt}");
}

macro_rules! tests {
    ($($test:ident: $check:ident($($argument:expr),*);)*) => {
        $(#[test] fn $test() { $check($($argument),*); })*
    };
}

tests! {
    python_stdio_legacy: check(Client::Python, "stdio", LEGACY);
    python_stdio_modern: check(Client::Python, "stdio", MODERN);
    python_http_legacy: check(Client::Python, "http", LEGACY);
    python_http_modern: check(Client::Python, "http", MODERN);

    python1_stdio: check(Client::Python1, "stdio", "2025-06-18");
    python1_http: check(Client::Python1, "http", "2025-06-18");
    python1_sse: check(Client::Python1, "sse", "2025-06-18");

    fastmcp_stdio_legacy: check(Client::FastMcp, "stdio", LEGACY);
    fastmcp_stdio_modern: check(Client::FastMcp, "stdio", MODERN);
    fastmcp_http_legacy: check(Client::FastMcp, "http", LEGACY);
    fastmcp_http_modern: check(Client::FastMcp, "http", MODERN);

    typescript_stdio_legacy: check(Client::TypeScript, "stdio", LEGACY);
    typescript_stdio_modern: check(Client::TypeScript, "stdio", MODERN);
    typescript_http_legacy: check(Client::TypeScript, "http", LEGACY);
    typescript_http_modern: check(Client::TypeScript, "http", MODERN);
    typescript1_stdio: check(Client::TypeScript1, "stdio", LEGACY);
    typescript1_http: check(Client::TypeScript1, "http", LEGACY);

    rmcp_stdio_2024_11_05: check(Client::Rmcp, "stdio", "2024-11-05");
    rmcp_stdio_2025_03_26: check(Client::Rmcp, "stdio", "2025-03-26");
    rmcp_stdio_2025_06_18: check(Client::Rmcp, "stdio", "2025-06-18");
    rmcp_stdio_legacy: check(Client::Rmcp, "stdio", LEGACY);
    rmcp_stdio_modern: check(Client::Rmcp, "stdio", MODERN);
    rmcp_http_2024_11_05: check(Client::Rmcp, "http", "2024-11-05");
    rmcp_http_2025_03_26: check(Client::Rmcp, "http", "2025-03-26");
    rmcp_http_2025_06_18: check(Client::Rmcp, "http", "2025-06-18");
    rmcp_http_legacy: check(Client::Rmcp, "http", LEGACY);
    rmcp_http_modern: check(Client::Rmcp, "http", MODERN);

    inspector_stdio_legacy: inspect("stdio", Era::Legacy);
    inspector_stdio_modern: inspect("stdio", Era::Modern);
    inspector_http_legacy: inspect("http", Era::Legacy);
    inspector_http_modern: inspect("http", Era::Modern);
}
