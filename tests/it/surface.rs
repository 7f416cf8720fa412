//! What the server advertises is what `generated/exports/mcp-tools.json` says, byte for byte in meaning: a change of the
//! surface shows up in review.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::peer::{ALL, Era, LEGACY, MODERN, Peer, parse};

#[test]
fn the_advertised_tools_are_those_of_the_export() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated/exports/mcp-tools.json");
    let export: Value = parse(&fs::read_to_string(path).expect("the export is there"));
    for (transport, era) in ALL {
        let revision = match era {
            Era::Legacy => LEGACY,
            Era::Modern => MODERN,
        };
        let listed = Peer::demo(transport, era).result("tools/list", json!({}));
        assert_eq!(listed["tools"], export[revision]["tools"], "{transport:?} {revision}");
    }
}

#[test]
fn former_names_are_called_and_not_listed() {
    for (transport, era) in ALL {
        let mut peer = Peer::demo(transport, era);
        let listed = peer.result("tools/list", json!({})).to_string();
        assert!(!listed.contains("get_current_time") && !listed.contains("execute_sql"), "{listed}");
        let time = peer.call("get_current_time", json!({ "timezone": "Europe/Berlin" }));
        assert_eq!(time["structuredContent"]["timezone"], "Europe/Berlin");
        let rows = peer.call("query", json!({ "sql": "select 1 union select 2", "limit": 1 }));
        assert_eq!(rows["structuredContent"]["row_count"], 1);
        // What is wrong is told in the caller's own words.
        let wrong = peer.call("query", json!({ "sql": "select 1", "limit": 0 }));
        let text = wrong["content"][0]["text"].as_str().expect("a failed tool says why");
        assert!(text.contains("`/limit` must be"), "{text}");
    }
}
