//! The catalog's examples: what each is answered, as `docs/tools.md` shows it, through clients that nobody here wrote.

use std::env;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use lockstep_runtime::contract::{Context, Contract as _};
use lockstep_runtime::serde_json::value::RawValue;
use lockstep_server::egress::{Egress, GuardOptions};
use lockstep_server::store::sources::Sources;
use lockstep_server::tools::db::Databases;
use lockstep_server::tools::{Fetch, FetchOptions, Server};
use lockstep_tools::Service;
use serde_json::{Value, json};

use crate::clients::{Target, installed, output, script};
use crate::fetch::site;
use crate::peer::{Era, LEGACY, MODERN, Peer, Transport, parse};
use crate::postgres;
use crate::process::lockstep;
use crate::web::{Web, ok};

const CATALOG: &str = "generated/exports/tools.md";
const REFERENCE: &str = "docs/tools.md";
const FIRST_LINE: &str = "<!-- The catalog's page with recorded answers: `UPDATE_GOLDEN=1 cargo xtask postgres cargo test --test it reference`. -->";

/// Everything that works without a network, on data that everybody has.
const DEMO: [&str; 7] =
    ["--demo", "--enable", "db_insights", "--enable", "db_advise_indexes", "--never-ask", "github.com"];

/// What differs from one call to the next.
const VOLATILE: [&str; 9] = [
    "fetched_at",
    "elapsed_ms",
    "datetime",
    "weekday",
    "utc_offset",
    "is_dst",
    "size_bytes",
    "cost_before",
    "cost_after",
];

/// The sample's orders where an index can be tried: SQLite cannot.
const ORDERS: &str =
    "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer NOT NULL, ordered_on date NOT NULL);
    INSERT INTO orders SELECT i, i % 600, date '2026-03-01' + i % 200 FROM generate_series(1, 30000) i";

/// Examples of the catalog's page, each with the line that it ends on.
fn examples(page: &str) -> Vec<(usize, Value)> {
    let (mut tool, mut found) = ("", Vec::new());
    let lines: Vec<&str> = page.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        if let Some(heading) = line.strip_prefix("## ") {
            tool = heading.strip_prefix('`').and_then(|name| name.strip_suffix('`')).unwrap_or_default();
        }
        if *line == "```json" && !tool.is_empty() {
            assert_eq!(lines[number + 2], "```", "an example is one line");
            found.push((number + 2, json!({ "tool": tool, "arguments": parse(lines[number + 1]) })));
        }
    }
    assert!(found.len() > 10, "{CATALOG} has examples: {found:?}");
    found
}

/// What a call answered: its structured content, or its error.
#[track_caller]
fn answer_of(result: &Value) -> Value {
    if result["isError"] == true {
        return parse(result["content"][0]["text"].as_str().expect("a failed tool says why"));
    }
    result["structuredContent"].clone()
}

fn masked(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (name, member) in members {
                *member = if VOLATILE.contains(&name.as_str()) { Value::Null } else { masked(member.take()) };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = masked(item.take())),
        _ => {}
    }
    value
}

/// JSON for people: what fits stands on one line.
fn pretty(value: &Value, indent: usize) -> String {
    let line = value.to_string();
    if line.len() + indent <= 110 {
        return line;
    }
    let (open, close, items): (_, _, Vec<String>) = match value {
        Value::Array(items) => ('[', ']', items.iter().map(|item| pretty(item, indent + 2)).collect()),
        Value::Object(members) => {
            let member =
                |(name, value): (&String, &Value)| format!("{}: {}", json!(name), pretty(value, indent + 2));
            ('{', '}', members.iter().map(member).collect())
        }
        _ => return line,
    };
    let space = " ".repeat(indent);
    format!("{open}\n{space}  {}\n{space}{close}", items.join(&format!(",\n{space}  ")))
}

/// The catalog's page with an answer below each example.
fn reference(page: &str, answers: &[Value]) -> String {
    let examples = examples(page);
    let mut written = format!("{FIRST_LINE}\n");
    for (number, line) in page.lines().enumerate().skip(1) {
        written.push_str(line);
        written.push('\n');
        if let Some(found) = examples.iter().position(|(end, _)| *end == number) {
            written.push_str(&format!("\nanswers\n\n```json\n{}\n```\n", pretty(&answers[found], 0)));
        }
    }
    written
}

/// What the server is started with: a search engine on loopback as well.
fn stage() -> Vec<String> {
    let found = json!({ "results": [
        { "title": "Model Context Protocol", "url": "https://modelcontextprotocol.io/", "content": "An open protocol." },
        { "title": "Changelog", "url": "https://modelcontextprotocol.io/changelog", "content": "What has changed.",
          "publishedDate": "2026-07-28" },
    ] });
    let engine = format!("http://{}/", site("application/json", &found.to_string()));
    DEMO.map(str::to_owned).into_iter().chain(["--searxng".to_owned(), engine]).collect()
}

/// A server on this stage.
fn demo() -> Peer {
    let stage = stage();
    Peer::start(Transport::Stdio, Era::Modern, &stage.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What `github_file` answers where GitHub answers like this.
fn from_github(arguments: &Value) -> Value {
    let readme = json!({
        "type": "file", "encoding": "base64", "size": 13, "path": "README", "content": "SGVsbG8gV29ybGQhCg==",
        "sha": "980a0d5f19a64b4b30a87d4206aade58726b60e3",
        "url": "https://api.github.com/repos/octocat/Hello-World/contents/README?ref=master",
        "html_url": "https://github.com/octocat/Hello-World/blob/master/README",
    });
    let entry = |kind: &str, path: &str, size: u64| {
        let url = format!("https://api.github.com/repos/octocat/Spoon-Knife/contents/{path}?ref=main");
        json!({ "type": kind, "path": path, "sha": "0", "size": size, "url": url })
    };
    let top = json!([
        entry("file", "README.md", 804),
        entry("file", "index.html", 355),
        entry("file", "styles.css", 179)
    ]);
    let answer = |body: &Value| ok("application/json", body.to_string().as_bytes());
    let web = Web::new([
        ("api.github.com/repos/octocat/Hello-World/contents/README", answer(&readme)),
        ("api.github.com/repos/octocat/Spoon-Knife/contents", answer(&top)),
    ]);
    let egress = Egress::with_network(GuardOptions::default(), web.network(), web.trust());
    let fetch = Fetch::new(Arc::new(egress), FetchOptions::default());
    let service = Service(Server::new(Databases::new(Sources::new(None), Vec::new()), fetch));
    let arguments = RawValue::from_string(arguments.to_string()).expect("arguments are JSON");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let called = runtime
        .block_on(service.call_tool(&Context::default(), "github_file", Some(&arguments)))
        .expect("a result");
    answer_of(&serde_json::to_value(called).expect("JSON"))
}

#[test]
fn the_reference_shows_real_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join(CATALOG)).expect("the catalog's page is there");
    let mut peer = demo();
    let mut answers = Vec::new();
    for (_, request) in examples(&page) {
        let tool = request["tool"].as_str().expect("a name");
        let arguments = request["arguments"].clone();
        let answer = match tool {
            "github_file" => from_github(&arguments),
            "db_advise_indexes" => {
                let Some(result) = postgres::answer(ORDERS, tool, arguments) else { return };
                answer_of(&result)
            }
            _ => answer_of(&peer.call(tool, arguments)),
        };
        assert_eq!(answer["error"], Value::Null, "{request}: {answer}");
        answers.push(answer);
    }
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(root.join(REFERENCE), reference(&page, &answers)).expect("the reference can be written");
    }
    let recorded = fs::read_to_string(root.join(REFERENCE)).unwrap_or_default();
    let steady = |text: &str| {
        let volatile = |line: &&str| VOLATILE.iter().any(|name| line.contains(&format!("\"{name}\"")));
        text.lines().filter(|line| !volatile(line)).collect::<Vec<_>>().join("\n")
    };
    let now = reference(&page, &answers);
    assert_eq!(steady(&recorded), steady(&now), "UPDATE_GOLDEN=1 writes {REFERENCE} anew; read what changed");
}

/// All examples, resources and prompts through the official Python SDK of this revision, whose answers are the same.
#[track_caller]
fn check(variable: &str, program: &str, revision: &str, transport: Transport) {
    let Some(sdk) = installed(variable) else { return };
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(CATALOG));
    let page = page.expect("the catalog's page is there");
    let mut requests: Vec<Value> = examples(&page).into_iter().map(|(_, request)| request).collect();
    let calls = requests.len();
    requests.extend([
        json!({ "resource": "db://main" }),
        json!({ "resource": "db://main/main/customers" }),
        json!({ "resource": "db://main/saved" }),
        json!({ "prompt": "explore_database", "arguments": { "question": "Who buys most?" } }),
        json!({ "prompt": "explain_slow_query", "arguments": { "sql": "select * from orders where status = 'new'" } }),
        json!({ "prompt": "fetch", "arguments": { "url": "https://demo.lockstep.test/guide" } }),
    ]);
    let asked = requests.len();
    let mut peer = demo();
    let expected: Vec<Value> = requests[..calls]
        .iter()
        .map(|request| {
            let tool = request["tool"].as_str().expect("a name");
            masked(answer_of(&peer.call(tool, request["arguments"].clone())))
        })
        .collect();

    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("requests.json");
    fs::write(&file, Value::from(requests).to_string()).expect("the requests can be written");
    let stage = stage();
    let stage: Vec<&str> = stage.iter().map(String::as_str).collect();
    let target = match transport {
        Transport::Stdio => Target::stdio(&[&[env!("CARGO_BIN_EXE_lockstep"), "stdio"], &stage[..]].concat()),
        Transport::Http => {
            Target::http(lockstep(&[&["http", "--bind", "127.0.0.1:0"], &stage[..]].concat()), "/mcp")
        }
    };
    let mut command = script(60, &sdk, program);
    if revision >= LEGACY {
        command.args(["--era", if revision == MODERN { "modern" } else { "legacy" }]);
    }
    command.arg("--requests").arg(&file);
    command.arg(if transport == Transport::Stdio { "stdio" } else { "http" }).args(&target.arguments);
    let report = output(&mut command, 0);
    assert_eq!(report["protocol_version"], revision);
    let answers = report["answers"].as_array().expect("a list of answers");
    for (number, result) in answers.iter().enumerate() {
        match expected.get(number) {
            Some(expected) => assert_eq!(masked(answer_of(result)), *expected, "{result}"),
            None => {
                let said = result.to_string();
                assert!(["customers", "orders", "coffee"].iter().any(|word| said.contains(word)), "{said}");
            }
        }
    }
    assert_eq!(answers.len(), asked);
}

macro_rules! clients {
    ($($test:ident: $variable:literal, $program:literal, $revision:expr, $transport:ident;)*) => {
        $(#[test] fn $test() { check($variable, $program, $revision, Transport::$transport); })*
    };
}

clients! {
    in_2025_06_18_over_stdio: "LOCKSTEP_PYTHON_SDK_1", "python1/ask.py", "2025-06-18", Stdio;
    in_2025_06_18_over_http: "LOCKSTEP_PYTHON_SDK_1", "python1/ask.py", "2025-06-18", Http;
    in_2025_11_25_over_stdio: "LOCKSTEP_PYTHON_SDK", "python/ask.py", LEGACY, Stdio;
    in_2025_11_25_over_http: "LOCKSTEP_PYTHON_SDK", "python/ask.py", LEGACY, Http;
    in_2026_07_28_over_stdio: "LOCKSTEP_PYTHON_SDK", "python/ask.py", MODERN, Stdio;
    in_2026_07_28_over_http: "LOCKSTEP_PYTHON_SDK", "python/ask.py", MODERN, Http;
}
