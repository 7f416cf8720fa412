//! Drives the conformance server with the official Rust SDK and prints what came back as one JSON object.
//!
//! usage: `rmcp-client REVISION stdio COMMAND [ARG ...]`, or `rmcp-client REVISION http URL`
#![forbid(unsafe_code)]
#![expect(
    deprecated,
    reason = "the newest revision deprecates roots, sampling and logging, and serves them still"
)]

use std::env;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientConfig, ClientRequest, CreateMessageRequestParams,
    CreateMessageResult, ElicitRequestParams, ElicitResult, ErrorData, ListRootsResult, LoggingLevel,
    LoggingMessageNotificationParam, ProgressNotificationParam, ProtocolVersion, ReadResourceRequestParams,
    RequestMetaObject, ResourceUpdatedNotificationParam, ServerNotification, SetLevelRequestParams,
    SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams,
};
use rmcp::service::{
    ClientLifecycleMode, ClientServiceExt, NotificationContext, PeerRequestOptions, RequestContext,
    RunningService,
};
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientHandler, RoleClient};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Notify;

type Fallible<T> = Result<T, Box<dyn Error>>;

const WATCHED: &str = "test://watched-resource";
const MODERN: &str = "2026-07-28";
/// The first revision in which servers can elicit.
const ELICITS: &str = "2025-06-18";

/// What the server asked and told.
#[derive(Default)]
struct Seen {
    elicited: Vec<Value>,
    sampled: Vec<Value>,
    progress: Vec<Value>,
    logs: Vec<Value>,
    updated: Option<String>,
}

/// Answers the server and writes down what it said.
#[derive(Clone)]
struct Handler {
    config: ClientConfig,
    seen: Arc<Mutex<Seen>>,
    update: Arc<Notify>,
}

impl Handler {
    fn new(revision: &str) -> Fallible<Self> {
        let config = read(json!({
            "protocolVersion": revision,
            "capabilities": { "elicitation": {}, "sampling": {}, "roots": {} },
            "clientInfo": { "name": "rmcp-client", "version": "0" },
        }))?;
        Ok(Self { config, seen: Arc::default(), update: Arc::default() })
    }

    fn see<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        self.config.clone()
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let request = json!(request);
        let mut fields: Vec<Value> =
            request["requestedSchema"]["required"].as_array().cloned().unwrap_or_default();
        fields.sort_by_key(Value::to_string);
        self.see(|seen| seen.elicited.push(json!([request["message"], fields])));
        answer(json!({ "action": "accept", "content": { "username": "ada", "email": "ada@example.com" } }))
    }

    async fn create_message(
        &self,
        request: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        let request = json!(request);
        let content = &request["messages"][0]["content"];
        let text = content.get(0).unwrap_or(content)["text"].clone();
        self.see(|seen| seen.sampled.push(text));
        let content = json!({ "type": "text", "text": "Paris" });
        answer(json!({ "role": "assistant", "content": content, "model": "none", "stopReason": "endTurn" }))
    }

    async fn list_roots(&self, _: RequestContext<RoleClient>) -> Result<ListRootsResult, ErrorData> {
        answer(json!({ "roots": [{ "uri": "file:///workspace", "name": "workspace" }] }))
    }

    async fn on_progress(&self, progress: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        self.see(|seen| seen.progress.push(json!([progress.progress, progress.total])));
    }

    async fn on_logging_message(
        &self,
        message: LoggingMessageNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.see(|seen| seen.logs.push(json!(message.level)));
    }

    async fn on_resource_updated(
        &self,
        resource: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.see(|seen| seen.updated = Some(resource.uri));
        self.update.notify_one();
    }
}

/// The SDK's structs are made by reading, as they can get members with any release.
fn read<T: DeserializeOwned>(value: Value) -> serde_json::Result<T> {
    serde_json::from_value(value)
}

fn answer<T: DeserializeOwned>(value: Value) -> Result<T, ErrorData> {
    read(value).map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

/// The handler is moved into the service; a copy stays here, and shares what was seen.
struct Client {
    service: RunningService<RoleClient, Handler>,
    handler: Handler,
    modern: bool,
    elicits: bool,
}

impl Client {
    async fn connect(revision: &str, transport: &str, target: &[String]) -> Fallible<Self> {
        let modern = revision == MODERN;
        let lifecycle = if modern {
            ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] }
        } else {
            ClientLifecycleMode::Initialize
        };
        let handler = Handler::new(revision)?;
        let (first, rest) = target.split_first().ok_or("no target was given")?;
        let service = if transport == "stdio" {
            let mut command = tokio::process::Command::new(first);
            command.args(rest);
            handler.clone().serve_with_lifecycle(TokioChildProcess::new(command)?, lifecycle).await?
        } else {
            let transport = StreamableHttpClientTransport::from_uri(first.as_str());
            handler.clone().serve_with_lifecycle(transport, lifecycle).await?
        };
        Ok(Self { service, handler, modern, elicits: revision >= ELICITS })
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> Fallible<Value> {
        self.call_with(request(tool, arguments)).await
    }

    async fn call_with(&self, request: CallToolRequestParams) -> Fallible<Value> {
        let result = json!(self.service.call_tool(request).await?);
        let blocks = result["content"].as_array().into_iter().flatten();
        Ok(blocks.map(|block| block["text"].clone()).find(Value::is_string).unwrap_or_default())
    }

    async fn logs(&self) -> Fallible<Value> {
        let mut request = request("test_tool_with_logging", json!({}));
        if self.modern {
            let mut meta = RequestMetaObject::default();
            meta.set_log_level(LoggingLevel::Info);
            request.meta = Some(meta);
        } else {
            self.service.set_level(SetLevelRequestParams::new(LoggingLevel::Info)).await?;
        }
        self.call_with(request).await
    }

    /// Subscribes, has the server tell of a change, and waits for it.
    async fn watch(&self) -> Fallible<Option<String>> {
        if self.modern {
            let filter = SubscriptionFilter::builder().resource_subscription(WATCHED).build();
            let mut subscription = self.service.listen(filter).await?;
            self.call("test_update_watched_resource", json!({})).await?;
            let uri = match subscription.next().await? {
                Some(ServerNotification::ResourceUpdatedNotification(update)) => Some(update.params.uri),
                _ => None,
            };
            subscription.cancel().await?;
            return Ok(uri);
        }
        self.service.subscribe(SubscribeRequestParams::new(WATCHED)).await?;
        self.call("test_update_watched_resource", json!({})).await?;
        self.handler.update.notified().await;
        self.service.unsubscribe(UnsubscribeRequestParams::new(WATCHED)).await?;
        Ok(self.handler.see(|seen| seen.updated.clone()))
    }

    /// Cancels once a later call was answered; whether the slow one had no answer until then.
    async fn cancel(&self) -> Fallible<bool> {
        let slow = CallToolRequest::new(request("slow", json!({ "ms": 30000 })));
        let slow = ClientRequest::CallToolRequest(slow);
        let mut slow = self.service.send_cancellable_request(slow, PeerRequestOptions::no_options()).await?;
        self.call("echo", json!({ "text": "meanwhile" })).await?;
        let unanswered = slow.rx.try_recv().is_err();
        slow.cancel(Some("not needed any more".to_owned())).await?;
        Ok(unanswered)
    }

    async fn everything(&self) -> Fallible<Value> {
        self.call("test_tool_with_progress", json!({})).await?;
        let progress = self.handler.see(|seen| seen.progress.clone());
        self.logs().await?;
        let tools: Vec<String> =
            self.service.list_all_tools().await?.into_iter().map(|tool| tool.name.into_owned()).collect();
        let static_text =
            self.service.read_resource(ReadResourceRequestParams::new("test://static-text")).await?;
        let content = &json!(static_text)["contents"][0];
        let elicitation = if self.elicits {
            self.call("test_elicitation", json!({ "message": "Who are you?" })).await?
        } else {
            Value::Null
        };
        let prompt = json!({ "prompt": "What is the capital of France?" });
        let sampling = self.call("test_sampling", prompt).await?;
        Ok(json!({
            "protocol_version": self.service.peer_info().map(|peer| json!(peer.protocol_version)),
            "tools": tools,
            "echo": self.call("echo", json!({ "text": "first" })).await?,
            "resource": { "uri": content["uri"], "text": content["text"] },
            "updated": self.watch().await?,
            "elicitation": { "text": elicitation, "asked": self.handler.see(|seen| seen.elicited.clone()) },
            "sampling": { "text": sampling, "asked": self.handler.see(|seen| seen.sampled.clone()) },
            "roots": self.call("test_roots", json!({})).await?,
            "progress": progress,
            "logs": self.handler.see(|seen| seen.logs.clone()),
            "cancelled": self.cancel().await?,
            "after": self.call("echo", json!({ "text": "after" })).await?,
        }))
    }
}

fn request(tool: &'static str, arguments: Value) -> CallToolRequestParams {
    CallToolRequestParams::new(tool).with_arguments(arguments.as_object().cloned().unwrap_or_default())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Fallible<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [revision, transport, target @ ..] = arguments.as_slice() else {
        return Err(
            "usage: rmcp-client REVISION stdio COMMAND [ARG ...], or rmcp-client REVISION http URL".into()
        );
    };
    let client = Client::connect(revision, transport, target).await?;
    let report = client.everything().await?;
    client.service.cancel().await?;
    println!("{report}");
    Ok(())
}
