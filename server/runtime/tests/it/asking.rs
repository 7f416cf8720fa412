//! Handlers that ask the client, sessions that have owners: what a transport without authentication cannot show.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use lockstep_runtime::contract::{CallError, Catalog, Changes, Context, Contract, Policy, ToolDescriptor};
use lockstep_runtime::engine::{Answer, Engine, Header, Headers, Key, Keys, Limits};
use lockstep_runtime::wire::latest::{CallToolResult, TextContent};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::json::assert_has;

static CATALOG: Catalog = Catalog::new(
    "asking",
    "Asking",
    "0.0.0",
    &[ToolDescriptor::new("greet", r#"{"name":"greet","inputSchema":{"type":"object"}}"#, Policy::new())],
);

/// Asks for two names, one after the other, and counts how often it works out a greeting.
#[derive(Clone, Default)]
struct Greet {
    worked_out: Arc<AtomicUsize>,
}

impl Contract for Greet {
    fn catalog(&self) -> &'static Catalog {
        &CATALOG
    }

    fn tool(&self, name: &str) -> Option<&'static ToolDescriptor> {
        CATALOG.tool(name)
    }

    async fn call_tool(
        &self,
        context: &Context,
        _: &str,
        _: Option<&RawValue>,
    ) -> Result<CallToolResult, CallError> {
        let greeting = context
            .once("greeting", || async {
                self.worked_out.fetch_add(1, Ordering::Relaxed);
                "hello".to_owned()
            })
            .await;
        let mut said = greeting;
        for key in ["first", "last"] {
            let schema = json!({
                "type": "object", "properties": { "name": { "type": "string", "minLength": 2 } }, "required": ["name"],
            });
            let answer: Option<Value> =
                context.elicit_form(key, &format!("{key} name?"), schema).await.unwrap();
            said += " ";
            said += answer.unwrap()["name"].as_str().unwrap();
        }
        said += &format!(" from {}", context.principal().unwrap_or("nobody"));
        Ok(CallToolResult::new(vec![TextContent::new(said).into()], "complete"))
    }
}

fn keys(byte: u8) -> Keys {
    Keys::new(Key::new(&[byte; 32]))
}

fn engine(greet: &Greet, keys: Keys, limits: Limits) -> Engine<Greet> {
    Engine::builder(greet.clone()).keys(keys).limits(limits).changes(Changes::new()).build().unwrap()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// Calls `greet` as `principal`; `params` are members beside the name.
fn call(engine: &Engine<Greet>, principal: Option<&str>, params: Value) -> Value {
    let mut message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "greet", "arguments": { "b": 1, "a": 2 },
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} },
        },
    } });
    for (name, value) in params.as_object().unwrap() {
        message["params"][name] = value.clone();
    }
    let headers = Headers {
        protocol_version: Header::Value("2026-07-28"),
        method: Header::Value("tools/call"),
        name: Header::Value("greet"),
        principal,
        ..Headers::default()
    };
    let Answer::Reply(reply) = block_on(engine.post(message.to_string().as_bytes(), &headers)) else {
        panic!("nothing here streams")
    };
    serde_json::from_slice(&reply.body.unwrap()).unwrap()
}

fn accept(name: &str) -> Value {
    json!({ "action": "accept", "content": { "name": name } })
}

fn state(answer: &Value) -> Value {
    assert_eq!(answer["result"]["resultType"], "input_required", "{answer}");
    answer["result"]["requestState"].clone()
}

#[test]
fn a_call_goes_on_where_it_was_even_elsewhere() {
    let greet = Greet::default();
    let (here, there) =
        (engine(&greet, keys(1), Limits::default()), engine(&greet, keys(1), Limits::default()));
    let asked = call(&here, None, json!({}));
    let question =
        json!({ "method": "elicitation/create", "params": { "message": "first name?" }, "id": null });
    assert_has(&asked["result"]["inputRequests"]["first"], &question);
    let first = state(&asked);
    let params = json!({ "requestState": first, "inputResponses": { "first": accept("Ada"), "unasked": 1 } });
    let asked = call(&there, None, params);
    assert_eq!(asked["result"]["inputRequests"].as_object().unwrap().keys().collect::<Vec<_>>(), ["last"]);
    let second = state(&asked);
    assert_ne!(first, second);
    // The arguments may be written in another order.
    let params = json!({
        "requestState": second, "inputResponses": { "last": accept("Lovelace") }, "arguments": { "a": 2, "b": 1 },
    });
    let done = call(&here, None, params);
    assert_eq!(done["result"]["content"][0]["text"], "hello Ada Lovelace from nobody");
    assert_eq!(greet.worked_out.load(Ordering::Relaxed), 1, "what is kept is not worked out again");
}

#[test]
fn an_answer_that_does_not_fit_is_asked_for_again() {
    let engine = engine(&Greet::default(), keys(1), Limits::default());
    for unfit in [
        json!(12345),
        json!({ "action": "accept", "content": { "name": 5 } }),
        json!({ "action": "accept", "content": {} }),
        accept("A"),
        json!({ "action": "unheard of" }),
    ] {
        let asked = call(&engine, None, json!({ "inputResponses": { "first": unfit } }));
        assert_has(&asked["result"]["inputRequests"], &json!({ "first": {}, "last": null }));
    }
    for unfit in [json!(5), json!([])] {
        assert_eq!(call(&engine, None, json!({ "inputResponses": unfit }))["error"]["code"], -32602);
    }
}

#[test]
fn state_serves_nobody_and_nothing_else() {
    let greet = Greet::default();
    let engine = engine(&greet, keys(1), Limits::default());
    let mine = state(&call(&engine, Some("ann"), json!({})));
    let go_on = json!({ "requestState": mine, "inputResponses": { "first": accept("Ada") } });
    state(&call(&engine, Some("ann"), go_on.clone()));
    for stranger in [None, Some("bob")] {
        assert_eq!(call(&engine, stranger, go_on.clone())["error"]["code"], -32602);
    }
    let tampered = format!("{}A", mine.as_str().unwrap());
    for unfit in [json!(tampered), json!(""), json!(7), json!({})] {
        let params = json!({ "requestState": unfit, "inputResponses": { "first": accept("Ada") } });
        assert_eq!(call(&engine, Some("ann"), params)["error"]["code"], -32602);
    }
    let mut other = go_on.clone();
    other["arguments"] = json!({ "a": 3, "b": 1 });
    assert_eq!(call(&engine, Some("ann"), other)["error"]["code"], -32602);
}

#[test]
fn state_ends_and_keys_rotate() {
    let greet = Greet::default();
    let mut short = Limits::default();
    short.sealed_time = Duration::ZERO;
    let expired = state(&call(&engine(&greet, keys(1), short), None, json!({})));
    let go_on =
        |state: &Value| json!({ "requestState": state, "inputResponses": { "first": accept("Ada") } });
    let old = engine(&greet, keys(1), Limits::default());
    assert_eq!(call(&old, None, go_on(&expired))["error"]["code"], -32602);

    let sealed = state(&call(&old, None, json!({})));
    let rotated = Keys::new(Key::new(&[2; 32])).with_former(Key::new(&[1; 32]));
    state(&call(&engine(&greet, rotated, Limits::default()), None, go_on(&sealed)));
    let dropped = call(&engine(&greet, keys(2), Limits::default()), None, go_on(&sealed));
    assert_eq!(dropped["error"]["code"], -32602);
}

#[test]
fn nobody_is_asked_for_ever() {
    let mut limits = Limits::default();
    limits.rounds = 3;
    let engine = engine(&Greet::default(), keys(1), limits);
    let mut answer = call(&engine, None, json!({}));
    for _ in 0..2 {
        answer = call(&engine, None, json!({ "requestState": state(&answer) }));
    }
    assert_eq!(call(&engine, None, json!({ "requestState": state(&answer) }))["error"]["code"], -32600);
}

#[test]
fn a_session_is_its_owners() {
    let engine = engine(&Greet::default(), keys(1), Limits::default());
    let initialize = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"0"}}}"#;
    let headers = Headers { principal: Some("ann"), ..Headers::default() };
    let Answer::Reply(reply) = block_on(engine.post(initialize.as_bytes(), &headers)) else { panic!() };
    let id = reply.session.unwrap();
    let ping = |principal| {
        let headers = Headers { principal, session_id: Header::value(&id), ..Headers::default() };
        let Answer::Reply(reply) =
            block_on(engine.post(br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, &headers))
        else {
            panic!()
        };
        reply.status
    };
    let end = |principal| {
        engine.delete(&Headers { principal, session_id: Header::value(&id), ..Headers::default() }).status
    };
    assert_eq!((ping(Some("ann")), ping(None), ping(Some("bob"))), (200, 404, 404));
    assert_eq!((end(None), end(Some("bob")), ping(Some("ann"))), (404, 404, 200));
    assert_eq!((end(Some("ann")), ping(Some("ann"))), (204, 404));
}
