//! A malformed call is answered so that the next one is right: what the answer says is a matter of record in
//! `tests/transcripts/corrections.md`, and following it leads to a call that works.

use std::path::Path;
use std::{env, fs};

use serde_json::{Value, json};

use crate::peer::{ALL, Peer, parse};

const RECORD: &str = "tests/transcripts/corrections.md";

/// Calls as models get them wrong.
fn calls() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("A required argument is left out", "db_query", json!({})),
        ("An argument is called something else", "db_query", json!({ "sql": "select 1", "max_row": 5 })),
        ("A name that is nothing like any other", "db_query", json!({ "sql": "select 1", "colour": "red" })),
        ("A number is out of bounds", "db_query", json!({ "sql": "select 1", "max_rows": 5000 })),
        ("A number has a fraction", "db_query", json!({ "sql": "select 1", "max_rows": 2.5 })),
        ("A text where a number belongs", "db_query", json!({ "sql": "select 1", "max_rows": "many" })),
        ("A text is empty", "db_query", json!({ "sql": "" })),
        ("A list is none", "db_query", json!({ "sql": "select ?1", "params": 5 })),
        ("Everything at once", "db_query", json!({ "query": "select 1", "max_rows": 0, "page": 2 })),
        ("An object where a text belongs", "current_time", json!({ "timezone": { "name": "UTC" } })),
    ]
}

/// Calls that are not quite right and meant without doubt.
fn repaired() -> Vec<(&'static str, Value)> {
    vec![
        ("db_query", json!({ "sql": "select 1", "max_rows": "5" })),
        ("db_query", json!({ "sql": "select ?1", "params": "[1]" })),
        ("db_query", json!({ "sql": "select 1", "max_rows": null })),
        ("db_query", json!({ "sql": "select 1", "max_rows": 5.0 })),
    ]
}

#[test]
fn a_malformed_call_is_corrected_by_what_its_answer_says() {
    let mut record =
        "# What a malformed call is told\n\nThe same over every transport, in every era.\n".to_owned();
    let mut peers = ALL.map(|(transport, era)| Peer::demo(transport, era));
    for (what, tool, arguments) in calls() {
        let results: Vec<Value> = peers.iter_mut().map(|peer| peer.call(tool, arguments.clone())).collect();
        for result in &results {
            assert_eq!(result["isError"], true, "{result}");
            assert_eq!(result["content"], results[0]["content"], "not the same everywhere");
        }
        let text = results[0]["content"][0]["text"].as_str().expect("a failed tool says why");
        let error = &parse(text)["error"];
        assert_eq!((&error["code"], &error["retryable"]), (&json!("invalid_argument"), &json!(false)));
        let said = |member: &str| error[member].as_str().unwrap_or_default().to_owned();
        record += &format!(
            "\n## {what}\n\n`{tool}` with `{arguments}`\n\n> {}\n>\n> {}\n",
            said("message"),
            said("hint")
        );

        let mended = mend(arguments, &error["details"]["problems"]);
        for peer in &mut peers {
            let result = peer.call(tool, mended.clone());
            assert_eq!(result.get("isError"), None, "{what}: {mended} was refused as well: {result}");
        }
    }
    for (tool, arguments) in repaired() {
        for peer in &mut peers {
            let result = peer.call(tool, arguments.clone());
            assert_eq!(result.get("isError"), None, "{arguments}: {result}");
        }
    }
    // Whoever wants none of that says so.
    for (transport, era) in ALL {
        let mut peer = Peer::start(transport, era, &["--demo", "--strict-arguments"]);
        for (tool, arguments) in repaired() {
            // JSON Schema calls 5.0 an integer: that needs no repair.
            let whole = arguments["max_rows"] == 5.0;
            let result = peer.call(tool, arguments.clone());
            assert_eq!(result.get("isError").is_none(), whole, "{arguments}: {result}");
        }
    }

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(RECORD);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().expect("the record is in a folder"))
            .expect("the folder can be made");
        fs::write(&path, &record).expect("the record can be written");
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), record, "UPDATE_GOLDEN=1 writes {RECORD} anew");
}

/// Does what each problem says, as somebody who knows nothing else.
fn mend(mut arguments: Value, problems: &Value) -> Value {
    for problem in problems.as_array().expect("the problems are listed") {
        let name = problem["pointer"].as_str().expect("a problem has a place").trim_start_matches('/');
        match problem.get("example") {
            Some(example) => arguments[name] = example.clone(),
            // A name that is not known: what is nearest, where there is something near.
            None => {
                let value = arguments.as_object_mut().and_then(|members| members.remove(name));
                let rule = problem["rule"].as_str().expect("a problem names the rule");
                let near = rule.split_once("did you mean `").and_then(|(_, rest)| rest.split('`').next());
                if let (Some(near), Some(value)) = (near, value) {
                    arguments[near] = value;
                }
            }
        }
    }
    arguments
}
