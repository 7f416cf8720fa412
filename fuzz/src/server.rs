//! A small contract and its engine.

use std::sync::Arc;
use std::time::Duration;

use lockstep_runtime::contract::{
    CallError, Catalog, Changes, Context, Contract, Policy, ResourceDescriptor, ResourceError, ResourceList,
    ToolDescriptor, UriPart, UriTemplate,
};
use lockstep_runtime::engine::{Answer, Engine, Header, Headers, Key, Keys, Limits};
use lockstep_runtime::wire::latest::{CallToolResult, TextContent};
use serde_json::value::RawValue;
use serde_json::{Value, json};

static CATALOG: Catalog = Catalog::new(
    "f",
    "F",
    "0",
    &[
        ToolDescriptor::new("echo", r#"{"name":"echo","inputSchema":{"type":"object"}}"#, Policy::new()),
        ToolDescriptor::new("greet", r#"{"name":"greet","inputSchema":{"type":"object"}}"#, Policy::new()),
    ],
)
.with_resources(&[
    ResourceDescriptor::new(
        "w",
        r#"{"name":"w","uri":"t:w"}"#,
        UriTemplate(&[UriPart::Literal("t:w")]),
        Policy::new(),
    )
    .subscribe(),
    ResourceDescriptor::new(
        "l",
        r#"{"name":"l","uriTemplate":"t:{+l}"}"#,
        UriTemplate(&[UriPart::Literal("t:"), UriPart::Rest("l")]),
        Policy::new(),
    )
    .template()
    .list(),
]);

/// `echo` says its argument `text` again, `greet` asks for a name first. Lists have a second page.
pub struct Tools;

impl Contract for Tools {
    fn catalog(&self) -> &'static Catalog {
        &CATALOG
    }

    fn tool(&self, name: &str) -> Option<&'static ToolDescriptor> {
        CATALOG.tool(name)
    }

    async fn call_tool(
        &self,
        context: &Context,
        name: &str,
        arguments: Option<&RawValue>,
    ) -> Result<CallToolResult, CallError> {
        let text = match name {
            "echo" => {
                let arguments: Value =
                    arguments.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
                context.changes().resource("t:w");
                arguments["text"].as_str().unwrap_or("?").to_owned()
            }
            "greet" => {
                let schema = json!({ "type": "object", "properties": { "n": { "type": "string" } } });
                let answer: Result<Option<Value>, _> = context.elicit_form("n", "?", schema).await;
                answer.map_or_else(|_| "nobody".to_owned(), |answer| json!(answer).to_string())
            }
            _ => return Err(CallError::UnknownTool),
        };
        Ok(CallToolResult::new(vec![TextContent::new(text).into()], "complete"))
    }

    async fn list_resources(&self, _: &Context, cursor: Option<&str>) -> Result<ResourceList, ResourceError> {
        match cursor {
            None => Ok(ResourceList::default().with_next_cursor("second")),
            Some("second") => Ok(ResourceList::default()),
            Some(_) => Err(ResourceError::invalid_parameter("no such page")),
        }
    }
}

/// Sessions that may be open at once.
pub const SESSIONS: usize = 4;

/// An engine with small limits and a known key.
pub fn engine() -> Engine<Tools> {
    let mut limits = Limits::default();
    limits.sessions = SESSIONS;
    limits.question_time = Duration::from_millis(20);
    limits.calls = 8;
    limits.questions = 2;
    limits.rounds = 3;
    // Longer than anybody searches.
    limits.sealed_time = Duration::from_secs(24 * 3600);
    let builder = Engine::builder(Tools).limits(limits).changes(Changes::new());
    builder.keys(Keys::new(Key::new(&[7; 32]))).build().expect("the catalog is valid")
}

/// Runs `work` on a runtime of its own; what it leaves behind ends with it.
pub fn block_on<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime starts").block_on(work)
}

pub const META: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}"#;

pub fn initialize(revision: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{revision}","capabilities":{{"elicitation":{{}}}},"clientInfo":{{"name":"t","version":"0"}}}}}}"#
    )
}

/// Opens a session; `None` where there is no room.
pub async fn open(engine: &Engine<Tools>, revision: &str) -> Option<Arc<str>> {
    let headers = Headers { takes_events: true, ..Headers::default() };
    match engine.post(initialize(revision).as_bytes(), &headers).await {
        Answer::Reply(reply) if reply.status == 503 => None,
        Answer::Reply(reply) => Some(reply.session.expect("a session has an id").into()),
        Answer::Stream(_) => panic!("the handshake is no stream"),
    }
}

/// Headers of a request in the session `id`.
pub fn in_session(id: &str) -> Headers<'_> {
    Headers { session_id: Header::Value(id), takes_events: true, ..Headers::default() }
}
