//! A contract of five tools: `echo` answers, `slow` waits to be released, `hung` never ends, `boom` panics, `list`
//! answers something that is no object. A sixth, `rare`, is off.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep_runtime::contract::{CallError, Catalog, Context, Contract, Policy, ToolDescriptor};
use lockstep_runtime::wire::latest::{CallToolResult, TextContent};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};

const ECHO: &str = r#"{"name":"echo","title":"Echo","description":"Say it again.","inputSchema":{"type":"object",
    "properties":{"text":{"type":"string","x-mcp-header":"Text"},"any":true},"required":["text"],
    "additionalProperties":false}}"#;
const LIST: &str = r#"{"name":"list","inputSchema":{"type":"object"},"outputSchema":{"type":"array"}}"#;

static CATALOG: Catalog = Catalog::new(
    "fixture",
    "Fixture",
    "1.2.3",
    &[
        ToolDescriptor::new("echo", ECHO, Policy::new()),
        ToolDescriptor::new("slow", r#"{"name":"slow","inputSchema":{"type":"object"}}"#, Policy::new()),
        ToolDescriptor::new(
            "hung",
            r#"{"name":"hung","inputSchema":{"type":"object"}}"#,
            Policy::new().with_timeout_ms(10),
        ),
        ToolDescriptor::new("boom", r#"{"name":"boom","inputSchema":{"type":"object"}}"#, Policy::new()),
        ToolDescriptor::new("list", LIST, Policy::new()),
        ToolDescriptor::new("rare", r#"{"name":"rare","inputSchema":{"type":"object"}}"#, Policy::new())
            .opt_in(),
    ],
)
.with_description("Answers what tests ask.")
.with_website("https://example.com/fixture")
.with_icons(r#"[{"src":"https://example.com/fixture.png","mimeType":"image/png","sizes":["48x48"]}]"#);

/// What has become of the last call of `slow`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slow {
    Idle,
    Running,
    Cancelled,
    Finished,
}

/// Lets a test watch and release `slow`.
#[derive(Clone)]
pub(crate) struct Probe {
    state: watch::Sender<Slow>,
    release: Arc<Notify>,
    echoed: Arc<AtomicUsize>,
}

impl Probe {
    pub(crate) fn new() -> Self {
        Self { state: watch::Sender::new(Slow::Idle), release: Arc::default(), echoed: Arc::default() }
    }

    /// Waits until `slow` is in this state.
    pub(crate) async fn reaches(&self, state: Slow) {
        let mut states = self.state.subscribe();
        let reached = states.wait_for(|now| *now == state);
        let reached = tokio::time::timeout(std::time::Duration::from_secs(10), reached).await;
        assert!(reached.is_ok(), "`slow` is {:?} and never {state:?}", *self.state.borrow());
    }

    pub(crate) fn state(&self) -> Slow {
        *self.state.borrow()
    }

    /// How many calls of `echo` were done.
    pub(crate) fn echoed(&self) -> usize {
        self.echoed.load(Ordering::Relaxed)
    }

    pub(crate) fn release(&self) {
        self.release.notify_one();
    }
}

pub(crate) struct Tools(pub(crate) Probe);

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
        let arguments: Value =
            serde_json::from_str(arguments.map_or("{}", RawValue::get)).unwrap_or_default();
        if !arguments.is_object() {
            return Err(CallError::ArgumentsNotAnObject);
        }
        match name {
            "echo" => {
                self.0.echoed.fetch_add(1, Ordering::Relaxed);
                Ok(echo(&arguments))
            }
            "slow" => Ok(self.slow(context).await),
            "hung" => std::future::pending().await,
            "boom" => panic!("boom"),
            "list" => {
                let mut result = text("[1]");
                result.structured_content = Some(json!([1]));
                Ok(result)
            }
            _ => Err(CallError::UnknownTool),
        }
    }
}

impl Tools {
    async fn slow(&self, context: &Context) -> CallToolResult {
        let cancelled = Cancelled(self.0.state.clone());
        self.0.state.send_replace(Slow::Running);
        self.0.release.notified().await;
        assert!(!context.cancellation.is_cancelled());
        std::mem::forget(cancelled);
        self.0.state.send_replace(Slow::Finished);
        text("done")
    }
}

/// Reports a call that was dropped before its end.
struct Cancelled(watch::Sender<Slow>);

impl Drop for Cancelled {
    fn drop(&mut self) {
        self.0.send_replace(Slow::Cancelled);
    }
}

fn echo(arguments: &Value) -> CallToolResult {
    let Some(said) = arguments["text"].as_str() else {
        let mut result = text("`text` is not a string");
        result.is_error = Some(true);
        return result;
    };
    let mut result = text(said);
    result.structured_content = Some(json!({ "text": said }));
    result
}

fn text(text: &str) -> CallToolResult {
    CallToolResult::new(vec![TextContent::new(text).into()], "complete")
}
