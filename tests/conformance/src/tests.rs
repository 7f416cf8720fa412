//! The fixtures, called by a client that is played: what they ask, tell and refuse.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use lockstep_runtime::contract::{
    Asked, Changes, Completing, Context, Contract, Peer, Reference, ResourceError,
};
use lockstep_runtime::wire::latest::{CallToolResult, ClientCapabilities, InputRequest, InputResponse};
use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::Conformance;
use crate::contract::{CATALOG, Service};

/// A client that answers some questions; at another one the handler waits, as it does in the newest revision.
#[derive(Default)]
struct Client {
    capabilities: ClientCapabilities,
    answers: BTreeMap<&'static str, Value>,
    asked: Mutex<BTreeMap<String, Value>>,
    progress: Mutex<Vec<f64>>,
    changes: Changes,
}

impl Peer for Client {
    fn capabilities(&self) -> &ClientCapabilities {
        &self.capabilities
    }

    fn progress(&self, progress: f64, _: Option<f64>, _: Option<&str>) {
        self.progress.lock().unwrap().push(progress);
    }

    fn ask<'a>(&'a self, key: &'a str, request: InputRequest) -> Asked<'a> {
        self.asked.lock().unwrap().insert(key.to_owned(), serde_json::to_value(request).unwrap());
        match self.answers.get(key) {
            Some(answer) => {
                Box::pin(async { Ok(serde_json::from_value::<InputResponse>(answer.clone()).unwrap()) })
            }
            None => Box::pin(std::future::pending()),
        }
    }

    fn changes(&self) -> &Changes {
        &self.changes
    }
}

impl Client {
    fn answering(answers: &[(&'static str, Value)]) -> Arc<Self> {
        Arc::new(Self { answers: answers.iter().cloned().collect(), ..Self::default() })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().keys().cloned().collect()
    }
}

/// What the tool answers, or nothing where it waits for the client.
async fn call(client: &Arc<Client>, name: &str, arguments: Value) -> Option<CallToolResult> {
    let context = Context::default().with_peer(client.clone());
    let (service, raw) = (Service(Conformance::default()), to_raw_value(&arguments).unwrap());
    tokio::select! {
        biased;
        answer = service.call_tool(&context, name, Some(&raw)) => Some(answer.unwrap()),
        () = tokio::task::yield_now() => None,
    }
}

fn accept(content: Value) -> Value {
    json!({ "action": "accept", "content": content })
}

#[test]
fn the_suite_finds_what_it_calls() {
    assert_eq!(CATALOG.tools[0].name, "test_simple_text");
    assert_eq!(CATALOG.resources[0].name, "static_text");
    let tool = CATALOG.tool("json_schema_2020_12_tool").unwrap();
    let tool: Value = serde_json::from_str(tool.json).unwrap();
    let keys: Vec<&str> = tool["inputSchema"].as_object().unwrap().keys().map(String::as_str).collect();
    let written =
        ["$schema", "type", "$defs", "properties", "allOf", "if", "then", "else", "additionalProperties"];
    assert_eq!(keys, written);
    assert!(tool["outputSchema"].is_null());
}

#[tokio::test]
async fn content_is_of_every_kind() {
    let client = Client::answering(&[]);
    for (name, kinds) in [
        ("test_simple_text", &["text"] as &[&str]),
        ("test_image_content", &["image"]),
        ("test_audio_content", &["audio"]),
        ("test_embedded_resource", &["resource"]),
        ("test_multiple_content_types", &["text", "image", "resource"]),
        ("test_resource_link", &["resource_link", "resource"]),
    ] {
        let answer = json!(call(&client, name, json!({})).await.unwrap());
        let found: Vec<&str> = answer["content"]
            .as_array()
            .unwrap()
            .iter()
            .map(|block| block["type"].as_str().unwrap())
            .collect();
        assert_eq!(found, kinds, "{answer}");
    }
    let failed = call(&client, "test_error_handling", json!({})).await.unwrap();
    assert_eq!(failed.is_error, Some(true));
    let typed = call(&client, "test_structured", json!({})).await.unwrap();
    assert_eq!(
        typed.structured_content,
        Some(json!({ "text": "structured", "number": 42, "list": [true, false] }))
    );
}

#[tokio::test]
async fn forms_are_as_the_suite_wants_them() {
    let client = Client::answering(&[]);
    for name in ["test_elicitation_sep1034_defaults", "test_elicitation_sep1330_enums"] {
        assert_eq!(call(&client, name, json!({})).await, None);
    }
    let asked = client.asked.lock().unwrap();
    let properties = |key: &str| asked[key]["params"]["requestedSchema"]["properties"].clone();
    let defaults = properties("defaults");
    let given: Vec<&Value> = ["name", "age", "score", "status", "verified"]
        .iter()
        .map(|name| &defaults[*name]["default"])
        .collect();
    assert_eq!(json!(given), json!(["John Doe", 30, 95.5, "active", true]));
    let choices = properties("choices");
    assert_eq!(choices["untitledSingle"]["enum"][0], "option1");
    assert_eq!(choices["titledSingle"]["oneOf"][0]["const"], "value1");
    assert_eq!(choices["legacyEnum"]["enumNames"].as_array().unwrap().len(), 3);
    assert_eq!(choices["untitledMulti"]["items"]["enum"][2], "option3");
    assert_eq!(choices["titledMulti"]["items"]["anyOf"][1]["title"], "Second option");
}

#[tokio::test]
async fn questions_come_together_or_one_after_the_other() {
    let client = Client::answering(&[]);
    assert_eq!(call(&client, "test_input_required_result_multiple_inputs", json!({})).await, None);
    assert_eq!(client.asked(), ["client_roots", "greeting", "user_name"]);

    let client = Client::answering(&[]);
    assert_eq!(call(&client, "test_input_required_result_multi_round", json!({})).await, None);
    assert_eq!(client.asked(), ["step1"]);
    let client = Client::answering(&[("step1", accept(json!({ "name": "Ada" })))]);
    assert_eq!(call(&client, "test_input_required_result_multi_round", json!({})).await, None);
    assert_eq!(client.asked(), ["step1", "step2"]);

    let answer = ("confirm", accept(json!({ "ok": true })));
    let client = Client::answering(&[answer]);
    let done = json!(call(&client, "test_input_required_result_request_state", json!({})).await.unwrap());
    assert!(done["content"][0]["text"].as_str().unwrap().contains("state-ok"), "{done}");

    let roots = json!({ "roots": [{ "uri": "file:///a" }, { "uri": "file:///b" }] });
    let client = Client::answering(&[("roots", roots)]);
    let done = json!(call(&client, "test_roots", json!({})).await.unwrap());
    assert_eq!(done["content"][0]["text"], "file:///a, file:///b");
}

#[tokio::test]
async fn only_what_the_client_can_is_asked() {
    let capabilities = serde_json::from_value(json!({ "sampling": {} })).unwrap();
    let client = Arc::new(Client { capabilities, ..Client::default() });
    assert_eq!(call(&client, "test_input_required_result_capabilities", json!({})).await, None);
    assert_eq!(client.asked(), ["greeting"]);
    let nobody = Client::answering(&[]);
    assert!(call(&nobody, "test_input_required_result_capabilities", json!({})).await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_sleeper_tells_how_far_it_is_and_leaves_its_marker_only_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service(Conformance::new(Some(folder.path().to_owned())).expect("the journal opens"));
    let client = Client::answering(&[]);
    let context = Context::default().with_peer(client.clone());
    let raw = to_raw_value(&json!({ "ms": 250, "marker": "done.1" })).unwrap();
    let answer = json!(service.call_tool(&context, "slow", Some(&raw)).await.unwrap());
    assert_eq!(answer["content"][0]["text"], "slept 250 ms");
    assert_eq!(*client.progress.lock().unwrap(), [100.0, 200.0, 250.0]);
    assert!(folder.path().join("done.1").exists());

    let cancelled = Context::new(CancellationToken::new(), None);
    cancelled.cancellation.cancel();
    let raw = to_raw_value(&json!({ "ms": 1, "marker": "done.2" })).unwrap();
    let answer = service.call_tool(&cancelled, "slow", Some(&raw)).await.unwrap();
    assert_eq!(answer.is_error, Some(true));
    assert!(!folder.path().join("done.2").exists());
    let raw = to_raw_value(&json!({ "ms": 1, "marker": "../done" })).unwrap();
    let answer = service.call_tool(&context, "slow", Some(&raw)).await.unwrap();
    assert_eq!(answer.is_error, Some(true), "a marker is a name, not a path");
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let (service, context) = (Service(Conformance::default()), Context::default());
    let (mut cursor, mut pages, mut uris) = (None::<String>, 0, BTreeSet::new());
    loop {
        let page = service.list_resources(&context, cursor.as_deref()).await.unwrap();
        uris.extend(page.resources.into_iter().map(|resource| resource.uri));
        pages += 1;
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((pages, uris.len()), (5, 254));
    for uri in &uris {
        service.read_resource(&context, uri).await.unwrap();
    }
    let unknown =
        service.read_resource(&context, "test://nonexistent-resource-for-conformance-testing").await;
    assert!(matches!(unknown, Err(ResourceError::NotFound(_))), "{unknown:?}");
}

#[tokio::test]
async fn files_stay_inside_their_tree() {
    let (service, context) = (Service(Conformance::default()), Context::default());
    for path in ["readme.md", "docs/deep/er/note.txt", "with%20blank.txt", "logs%2Fentry-150.txt"] {
        service.read_resource(&context, &format!("test://files/{path}")).await.unwrap();
    }
    for path in [
        "../readme.md",
        "docs/../readme.md",
        "docs/%2e%2e/readme.md",
        "%2E%2E%2Freadme.md",
        "docs/%252e%252e/readme.md",
        "/readme.md",
        "./readme.md",
        "docs%5C..%5Creadme.md",
        "readme.md%00",
        "docs/",
    ] {
        let read = service.read_resource(&context, &format!("test://files/{path}")).await;
        assert!(matches!(read, Err(ResourceError::InvalidParameter(_))), "{path}: {read:?}");
    }
    let of = Reference::Resource("test://files/{+path}");
    let completing = |value: &str| Completing::new(value, BTreeMap::new());
    let logs = service.complete(&context, of, "path", completing("logs/")).await.unwrap();
    assert_eq!((logs.values().len(), logs.total(), logs.has_more()), (100, Some(150), true));
    let known = BTreeMap::from([("arg1".to_owned(), "paris".to_owned())]);
    let of = Reference::Prompt("test_prompt_with_arguments");
    let second = service.complete(&context, of, "arg2", Completing::new("", known)).await.unwrap();
    assert_eq!(second.values(), ["paris-one", "paris-two"]);
}

#[tokio::test]
async fn prompts_have_every_kind_of_content() {
    let service = Service(Conformance::default());
    let answer = ("user_context", accept(json!({ "context": "tests" })));
    let context = Context::default().with_peer(Client::answering(&[answer]));
    for (name, arguments, expected) in [
        ("test_simple_prompt", json!({}), "/messages/0/content/text"),
        ("test_prompt_with_arguments", json!({ "arg1": "a", "arg2": "b" }), "/messages/0/content/text"),
        (
            "test_prompt_with_embedded_resource",
            json!({ "resourceUri": "test://x" }),
            "/messages/0/content/resource",
        ),
        ("test_prompt_with_image", json!({}), "/messages/0/content/data"),
        ("test_input_required_result_prompt", json!({}), "/messages/0/content/text"),
    ] {
        let raw = to_raw_value(&arguments).unwrap();
        let prompt = json!(service.get_prompt(&context, name, Some(&raw)).await.unwrap());
        assert!(prompt.pointer(expected).is_some(), "{name}: {prompt}");
    }
}
