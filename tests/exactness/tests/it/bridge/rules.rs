//! What a schema diff cannot decide, one by one: what comes out on the other side, and what is reported as lost.

use std::collections::BTreeSet;

use lockstep_exactness::{Failed, ROUTES, Route, Way};
use lockstep_wire::bridge::SessionFacts;
use lockstep_wire::latest::LoggingLevel;
use serde_json::{Value, json};

use super::facts;

const A: &str = "2024-11-05";
const B: &str = "2025-03-26";
const C: &str = "2025-06-18";
const D: &str = "2025-11-25";

#[track_caller]
fn route(revision: &str, way: Way, message: &str) -> &'static Route {
    let found =
        ROUTES.iter().find(|route| (route.revision, route.way, route.message) == (revision, way, message));
    found.unwrap_or_else(|| panic!("{message} does not cross"))
}

#[track_caller]
fn check(revision: &str, way: Way, message: &str, document: Value, expected: Value, losses: &[&str]) {
    let crossed = route(revision, way, message).cross(&document, facts()).unwrap();
    assert_eq!(crossed.document, expected, "{message}, {way:?}, {revision}");
    let found: BTreeSet<_> = crossed.losses.iter().map(|loss| loss.pointer.as_str()).collect();
    assert_eq!(found, losses.iter().copied().collect(), "{message}, {way:?}, {revision}");
}

#[track_caller]
fn check_refused(revision: &str, message: &str, params: Value, pointer: &str, reason: &str) {
    match route(revision, Way::Down, message).cross(&params, facts()) {
        Err(Failed::Refused(why)) => assert_eq!((why.pointer.as_str(), why.reason), (pointer, reason)),
        other => panic!("not refused: {other:?}"),
    }
}

/// One content block in a tool's result.
#[track_caller]
fn check_block(revision: &str, block: &Value, expected: Value, losses: &[&str]) {
    let document = json!({"content": [block], "resultType": "complete"});
    let losses: Vec<_> = ["/resultType"].iter().chain(losses).copied().collect();
    check(revision, Way::Down, "CallToolResult", document, json!({"content": [expected]}), &losses);
}

/// One tool in a list.
#[track_caller]
fn check_tool(revision: &str, tool: Value, expected: Value, losses: &[&str]) {
    let document = json!({"tools": [tool], "resultType": "complete", "ttlMs": 5, "cacheScope": "private"});
    let losses: Vec<_> = ["/cacheScope", "/resultType", "/ttlMs"].iter().chain(losses).copied().collect();
    check(revision, Way::Down, "ListToolsResult", document, json!({"tools": [expected]}), &losses);
}

/// One field of a form.
fn form(field: Value) -> Value {
    let schema = json!({"type": "object", "properties": {"a": field}});
    json!({"message": "Which?", "requestedSchema": schema})
}

#[test]
fn audio_becomes_an_embedded_resource() {
    let audio =
        json!({"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav", "annotations": {"priority": 1}});
    let resource = json!({"uri": "embedded:audio", "mimeType": "audio/wav", "blob": "UklGRg=="});
    let expected = json!({"type": "resource", "resource": resource, "annotations": {"priority": 1}});
    check_block(A, &audio, expected, &["/content/0/data", "/content/0/mimeType", "/content/0/type"]);
    check_block(B, &audio, audio.clone(), &[]);
}

#[test]
fn a_resource_link_becomes_text() {
    let link = json!({"type": "resource_link", "name": "notes", "uri": "notes:///a.md"});
    for revision in [A, B] {
        let expected = json!({"type": "text", "text": "notes: notes:///a.md"});
        check_block(revision, &link, expected, &["/content/0/name", "/content/0/type", "/content/0/uri"]);
    }
    check_block(C, &link, link.clone(), &[]);
}

#[test]
fn structured_content_is_an_object_or_nothing() {
    let objects = [(A, false), (B, false), (C, true), (D, true)]
        .map(|(revision, kept)| (revision, json!({"a": 1}), kept));
    let others = [json!([1]), json!("text"), json!(false), Value::Null];
    let others =
        others.into_iter().flat_map(|value| [A, B, C, D].map(|revision| (revision, value.clone(), false)));
    for (revision, value, kept) in objects.into_iter().chain(others) {
        let document = json!({"content": [], "structuredContent": value, "resultType": "complete"});
        let expected =
            if kept { json!({"content": [], "structuredContent": value}) } else { json!({"content": []}) };
        let lost = if kept { &["/resultType"][..] } else { &["/resultType", "/structuredContent"] };
        check(revision, Way::Down, "CallToolResult", document, expected, lost);
    }
}

#[test]
fn a_tool_title_goes_where_the_revision_has_it() {
    let tool = || json!({"name": "a", "title": "A", "inputSchema": {"type": "object"}});
    check_tool(A, tool(), json!({"name": "a", "inputSchema": {"type": "object"}}), &["/tools/0/title"]);
    let annotated = json!({"name": "a", "annotations": {"title": "A"}, "inputSchema": {"type": "object"}});
    check_tool(B, tool(), annotated.clone(), &["/tools/0/title"]);
    for revision in [C, D] {
        check_tool(revision, tool(), tool(), &[]);
    }
    let mut both = tool();
    both["annotations"] = json!({"title": "another", "readOnlyHint": true});
    let mut kept = annotated;
    kept["annotations"] = both["annotations"].clone();
    check_tool(B, both, kept, &["/tools/0/title"]);
}

#[test]
fn input_schemas_lose_what_older_clients_do_not_know() {
    let properties = json!({
        "any": true,
        "never": false,
        "region": {"type": "string", "x-mcp-header": "Region"},
        "x-mcp-header": {"type": "string"}
    });
    let rewritten = json!({
        "any": {},
        "never": {"not": {}},
        "region": {"type": "string"},
        "x-mcp-header": {"type": "string"}
    });
    let lost =
        ["any", "never", "region/x-mcp-header"].map(|key| format!("/tools/0/inputSchema/properties/{key}"));
    let lost: Vec<_> = lost.iter().map(String::as_str).collect();
    for revision in [A, B, C, D] {
        let [tool, expected] = [&properties, &rewritten].map(|properties| {
            json!({"name": "a", "inputSchema": {"type": "object", "properties": properties, "minProperties": 1}})
        });
        check_tool(revision, tool, expected, &lost);
    }
}

#[test]
fn the_dialect_is_named_where_it_is_known() {
    let tool = |schema: Value| json!({"name": "a", "inputSchema": schema});
    let newer = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"});
    let older = json!({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"});
    for revision in [A, B, C] {
        let lost = ["/tools/0/inputSchema/$schema"];
        check_tool(revision, tool(newer.clone()), tool(json!({"type": "object"})), &lost);
        check_tool(revision, tool(older.clone()), tool(older.clone()), &[]);
    }
    check_tool(D, tool(newer.clone()), tool(newer), &[]);
}

#[test]
fn an_output_schema_describes_an_object_or_goes() {
    let tool =
        |output: Value| json!({"name": "a", "inputSchema": {"type": "object"}, "outputSchema": output});
    let plain = || json!({"name": "a", "inputSchema": {"type": "object"}});
    for revision in [A, B, C, D] {
        check_tool(revision, tool(json!({"type": "array"})), plain(), &["/tools/0/outputSchema"]);
    }
    for revision in [C, D] {
        check_tool(revision, tool(json!({"type": "object"})), tool(json!({"type": "object"})), &[]);
    }
    check_tool(B, tool(json!({"type": "object"})), plain(), &["/tools/0/outputSchema"]);
}

#[test]
fn fields_of_a_form_before_the_enum_family() {
    let options = json!([{"const": "r", "title": "Red"}, {"const": "g", "title": "Green"}]);
    let lost = |keys: &[&str]| {
        keys.iter().map(|key| format!("/requestedSchema/properties/a/{key}")).collect::<Vec<_>>()
    };
    let one = |field: Value, expected: Value, keys: &[&str]| {
        let losses = lost(keys);
        let losses: Vec<_> = losses.iter().map(String::as_str).collect();
        check(C, Way::Down, "ElicitRequest", form(field), form(expected), &losses);
    };
    one(
        json!({"type": "string", "title": "Colour", "oneOf": options, "default": "r"}),
        json!({"type": "string", "title": "Colour", "enum": ["r", "g"], "enumNames": ["Red", "Green"]}),
        &["default", "oneOf"],
    );
    one(
        json!({"type": "string", "enum": ["r"], "default": "r"}),
        json!({"type": "string", "enum": ["r"]}),
        &["default"],
    );
    one(
        json!({"type": "string", "enum": ["r"], "enumNames": ["Red"]}),
        json!({"type": "string", "enum": ["r"], "enumNames": ["Red"]}),
        &[],
    );
    one(json!({"type": "string", "default": "a"}), json!({"type": "string"}), &["default"]);
    one(json!({"type": "boolean", "default": true}), json!({"type": "boolean", "default": true}), &[]);
    let several = form(json!({"type": "array", "items": {"type": "string", "enum": ["r"]}}));
    let why = "a form field of several choices needs revision 2025-11-25 or later";
    check_refused(C, "ElicitRequest", several.clone(), "/requestedSchema/properties/a", why);
    check(D, Way::Down, "ElicitRequest", several.clone(), several, &[]);
}

#[test]
fn elicitation_by_address() {
    let params = json!({"mode": "url", "message": "Log in", "url": "https://example.com/"});
    let why = "elicitation by address needs revision 2025-11-25 or later";
    check_refused(C, "ElicitRequest", params.clone(), "", why);
    let mut expected = params.clone();
    expected["elicitationId"] = json!("elicitation 1");
    check(D, Way::Down, "ElicitRequest", params, expected, &[]);
}

#[test]
fn sampling_with_tools_and_several_blocks() {
    let text = json!({"type": "text", "text": "a"});
    let params = |content: Value| json!({"maxTokens": 1, "messages": [{"role": "user", "content": content}]});
    let audio = json!({"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"});
    let use_tool = json!({"type": "tool_use", "id": "1", "name": "a", "input": {}});
    for revision in [A, B, C] {
        let single = params(text.clone());
        check(
            revision,
            Way::Down,
            "CreateMessageRequest",
            params(json!([text])),
            single,
            &["/messages/0/content"],
        );
        let block = "a message holds exactly one block before revision 2025-11-25";
        check_refused(
            revision,
            "CreateMessageRequest",
            params(json!([text, text])),
            "/messages/0/content",
            block,
        );
        let tools = "sampling with tools needs revision 2025-11-25 or later";
        check_refused(
            revision,
            "CreateMessageRequest",
            params(use_tool.clone()),
            "/messages/0/content",
            tools,
        );
    }
    check(
        D,
        Way::Down,
        "CreateMessageRequest",
        params(json!([text, use_tool])),
        params(json!([text, use_tool])),
        &[],
    );
    let lost = ["data", "mimeType", "type"].map(|key| format!("/messages/0/content/{key}"));
    let placeholder = params(json!({"type": "text", "text": "[audio, audio/wav]"}));
    let lost: Vec<_> = lost.iter().map(String::as_str).collect();
    check(A, Way::Down, "CreateMessageRequest", params(audio.clone()), placeholder, &lost);
    check(B, Way::Down, "CreateMessageRequest", params(audio.clone()), params(audio), &[]);
}

#[test]
fn progress_has_no_message_in_the_first_revision() {
    let params = json!({"progressToken": 1, "progress": 0.5, "message": "half"});
    let notification = |params: &Value| json!({"method": "notifications/progress", "params": params});
    let mut document = notification(&params);
    document["jsonrpc"] = json!("2.0");
    let short = notification(&json!({"progressToken": 1, "progress": 0.5}));
    check(A, Way::Down, "ProgressNotification", document.clone(), short, &["/params/message"]);
    check(B, Way::Down, "ProgressNotification", document.clone(), notification(&params), &[]);
    check(D, Way::Down, "ProgressNotification", document.clone(), document, &[]);
}

#[test]
fn meta_goes_when_only_the_latest_revision_spoke_in_it() {
    let server = json!({"name": "a", "version": "1"});
    for revision in [A, B, C, D] {
        for (meta, expected) in [
            (json!({"io.modelcontextprotocol/serverInfo": server}), json!({"content": []})),
            (
                json!({"io.modelcontextprotocol/serverInfo": server, "example.com/a": 1}),
                json!({"content": [], "_meta": {"example.com/a": 1}}),
            ),
        ] {
            let document = json!({"content": [], "_meta": meta, "resultType": "complete"});
            let lost = ["/resultType", "/_meta/io.modelcontextprotocol~1serverInfo"];
            check(revision, Way::Down, "CallToolResult", document, expected, &lost);
        }
        let document = json!({"content": [], "_meta": {}, "resultType": "complete"});
        check(
            revision,
            Way::Down,
            "CallToolResult",
            document,
            json!({"content": [], "_meta": {}}),
            &["/resultType"],
        );
    }
}

#[test]
fn what_a_client_can_do_in_older_words() {
    for (revision, capabilities, expected, losses) in [
        (B, json!({"sampling": {}}), json!({"sampling": {}}), &[][..]),
        (C, json!({"elicitation": {}}), json!({"elicitation": {"form": {}}}), &[]),
        (D, json!({"elicitation": {}}), json!({"elicitation": {}}), &[]),
        (D, json!({"roots": {"listChanged": true}}), json!({"roots": {}}), &["/roots/listChanged"]),
    ] {
        check(revision, Way::Up, "ClientCapabilities", capabilities, expected, losses);
    }
}

#[test]
fn a_request_asks_for_log_messages_if_the_session_does() {
    let document = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "a"}});
    for level in [None, Some(LoggingLevel::Error)] {
        let facts = SessionFacts { log_level: level, ..facts() };
        let crossed = route(D, Way::Up, "CallToolRequest").cross(&document, facts).unwrap();
        let found = crossed.document["params"]["_meta"].get("io.modelcontextprotocol/logLevel");
        assert_eq!(found, level.map(|_| json!("error")).as_ref());
        assert!(crossed.losses.is_empty());
    }
}
