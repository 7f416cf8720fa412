//! The catalog's examples: what each is answered, as `docs/tools.md` shows it, through clients that nobody here wrote.

use std::env;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::clients::{Target, installed, output, script};
use crate::peer::{Era, LEGACY, MODERN, Peer, Transport, parse};
use crate::process::lockstep;

const CATALOG: &str = "generated/exports/tools.md";
const REFERENCE: &str = "docs/tools.md";
const FIRST_LINE: &str =
    "<!-- The catalog's page with recorded answers: `UPDATE_GOLDEN=1 cargo test --test it reference`. -->";

/// Everything that works without a network, on data that everybody has.
const DEMO: [&str; 5] = ["--demo", "--enable", "db_insights", "--enable", "db_advise_indexes"];

/// What differs from one call to the next.
const VOLATILE: [&str; 5] = ["elapsed_ms", "datetime", "weekday", "utc_offset", "is_dst"];

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
fn answer(result: &Value) -> Value {
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

#[test]
fn the_reference_shows_real_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join(CATALOG)).expect("the catalog's page is there");
    let mut peer = Peer::start(Transport::Stdio, Era::Modern, &DEMO);
    let answers: Vec<Value> = examples(&page)
        .iter()
        .map(|(_, request)| {
            let tool = request["tool"].as_str().expect("a name");
            let answer = answer(&peer.call(tool, request["arguments"].clone()));
            // SQLite cannot try an index.
            let expected = if tool == "db_advise_indexes" { json!("unsupported") } else { Value::Null };
            assert_eq!(answer["error"]["code"], expected, "{request}: {answer}");
            answer
        })
        .collect();
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
    ]);
    let mut peer = Peer::start(Transport::Stdio, Era::Modern, &DEMO);
    let expected: Vec<Value> = requests[..calls]
        .iter()
        .map(|request| {
            let tool = request["tool"].as_str().expect("a name");
            masked(answer(&peer.call(tool, request["arguments"].clone())))
        })
        .collect();

    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("requests.json");
    fs::write(&file, Value::from(requests).to_string()).expect("the requests can be written");
    let target = match transport {
        Transport::Stdio => Target::stdio(&[&[env!("CARGO_BIN_EXE_lockstep"), "stdio"], &DEMO[..]].concat()),
        Transport::Http => {
            Target::http(lockstep(&[&["http", "--bind", "127.0.0.1:0"], &DEMO[..]].concat()), "/mcp")
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
            Some(expected) => assert_eq!(masked(answer(result)), *expected, "{result}"),
            None => {
                let told = result["contents"][0]["text"]
                    .as_str()
                    .or(result["messages"][0]["content"]["text"].as_str());
                assert!(
                    told.is_some_and(|text| text.contains("customers") || text.contains("orders")),
                    "{result}"
                );
            }
        }
    }
    assert_eq!(answers.len(), calls + 5);
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
