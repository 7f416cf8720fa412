//! A tool that says what a test tells it to say, and a client of its legacy sessions, on a clock that stands still unless
//! somebody waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockstep_runtime::contract::{CallError, Catalog, Context, Contract, Policy, ToolDescriptor};
use lockstep_runtime::engine::{Answer, Engine, Event, EventStream, Header, Headers, Limits};
use lockstep_runtime::wire::latest::{CallToolResult, TextContent};
use serde_json::json;
use serde_json::value::RawValue;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

static CATALOG: Catalog = Catalog::new(
    "talker",
    "Talker",
    "0.0.0",
    &[
        ToolDescriptor::new("talk", r#"{"name":"talk","inputSchema":{"type":"object"}}"#, Policy::new()),
        ToolDescriptor::new("ask", r#"{"name":"ask","inputSchema":{"type":"object"}}"#, Policy::new()),
    ],
);

/// What a call of `talk` is to do.
#[derive(Debug)]
pub(crate) enum Word {
    /// Say how far it is.
    Progress(u64),
    /// Answer.
    Answer,
}

/// Tells calls what to say, by the progress token of each.
#[derive(Clone, Default)]
pub(crate) struct Talker(Arc<Mutex<HashMap<u64, UnboundedReceiver<Word>>>>);

impl Talker {
    /// The words of the call with this token. It is closed when the handler is gone.
    pub(crate) fn words(&self, token: u64) -> UnboundedSender<Word> {
        let (words, said) = unbounded_channel();
        self.0.lock().expect("nobody panics").insert(token, said);
        words
    }
}

fn text(text: &str) -> CallToolResult {
    CallToolResult::new(vec![TextContent::new(text).into()], "complete")
}

impl Contract for Talker {
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
        if name == "ask" {
            let asked =
                context.elicit_form("name", "Who is there?", json!({ "type": "object", "properties": {} }));
            return Ok(text(&format!("{:?}", asked.await.map(|_: Option<serde_json::Value>| "an answer"))));
        }
        let token = arguments.map_or("", RawValue::get).parse_token();
        let words = self.0.lock().expect("nobody panics").remove(&token);
        let mut words = words.expect("the test has words for it");
        while let Some(Word::Progress(number)) = words.recv().await {
            context.progress(number as f64, None, None);
        }
        Ok(text("that is all"))
    }
}

/// Reads `{"token":7}`.
trait ParseToken {
    fn parse_token(&self) -> u64;
}

impl ParseToken for str {
    fn parse_token(&self) -> u64 {
        let arguments: serde_json::Value = serde_json::from_str(self).expect("arguments are JSON");
        arguments["token"].as_u64().expect("there is a token")
    }
}

/// The engine around a talker.
pub(crate) fn engine(talker: &Talker, limits: Limits) -> Engine<Talker> {
    Engine::builder(talker.clone()).limits(limits).build().expect("the catalog is valid")
}

/// Runs on a clock that only moves when everybody waits.
pub(crate) fn on_a_clock_of_its_own<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime starts").block_on(future)
}

/// Lets everybody do what can be done now.
pub(crate) async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// One client over HTTP.
pub(crate) struct Client<'a>(pub(crate) &'a Engine<Talker>);

impl Client<'_> {
    /// Opens a session; the HTTP status if there is none.
    pub(crate) async fn open(&self) -> Result<String, u16> {
        let hello = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"t","version":"0"}}}"#;
        let headers = Headers { takes_events: true, ..Headers::default() };
        let Answer::Reply(reply) = self.0.post(hello.as_bytes(), &headers).await else {
            panic!("this never streams")
        };
        reply.session.ok_or(reply.status)
    }

    /// Calls a tool; the stream, or the status and text of another answer.
    pub(crate) async fn call(
        &self,
        session: &str,
        tool: &str,
        id: u64,
        token: u64,
    ) -> Result<EventStream, (u16, String)> {
        let message = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{{"token":{token}}},"_meta":{{"progressToken":{token}}}}}}}"#
        );
        let headers =
            Headers { session_id: Header::value(session), takes_events: true, ..Headers::default() };
        stream(self.0.post(message.as_bytes(), &headers).await)
    }

    /// Asks for the rest of a stream.
    pub(crate) fn resume(&self, session: &str, last: &str) -> Result<EventStream, (u16, String)> {
        let headers = Headers {
            session_id: Header::value(session),
            last_event_id: Header::value(last),
            takes_events: true,
            ..Headers::default()
        };
        stream(self.0.get(&headers))
    }

    /// Ends a session; the status.
    pub(crate) fn delete(&self, session: &str) -> u16 {
        self.0.delete(&Headers { session_id: Header::value(session), ..Headers::default() }).status
    }
}

fn stream(answer: Answer) -> Result<EventStream, (u16, String)> {
    match answer {
        Answer::Stream(stream) => Ok(stream),
        Answer::Reply(reply) => {
            let text = reply.body.map(|body| String::from_utf8_lossy(&body).into_owned());
            Err((reply.status, text.unwrap_or_default()))
        }
    }
}

/// The next event, if there is one now: `None` where the stream has ended.
pub(crate) async fn now(stream: &mut EventStream) -> Option<Option<Event>> {
    tokio::time::timeout(Duration::from_millis(1), stream.next()).await.ok()
}
