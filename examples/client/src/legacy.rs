//! The era of sessions: `initialize` first, then a session id with every request.

use lockstep_wire::v2025_11_25::{
    CallToolRequest, CallToolRequestParams, CallToolResult, ClientCapabilities, Implementation,
    InitializeRequest, InitializeRequestParams, InitializeResult, InitializedNotification, JsonrpcResponse,
    ListToolsRequest, ListToolsResult,
};
use reqwest::blocking::{Client, Response};
use serde::de::DeserializeOwned;

use crate::http::post;
use crate::{Answer, Outcome, arguments};

pub(crate) const VERSION: &str = "2025-11-25";

pub(crate) fn ask(url: &str) -> Outcome<Answer> {
    let client = Client::new();
    let me = Implementation::new("example-client", env!("CARGO_PKG_VERSION"));
    let params = InitializeRequestParams::new(ClientCapabilities::default(), me, VERSION);
    let response = post(&client, url, &[], &InitializeRequest::new(1, params))?;
    let session =
        response.headers().get("mcp-session-id").map(|id| id.to_str().map(str::to_owned)).transpose()?;
    let opened: InitializeResult = result(response)?;

    let mut headers = vec![("MCP-Protocol-Version", opened.protocol_version.as_str())];
    headers.extend(session.as_deref().map(|id| ("Mcp-Session-Id", id)));
    post(&client, url, &headers, &InitializedNotification::default())?.error_for_status()?;

    let list: ListToolsResult = result(post(&client, url, &headers, &ListToolsRequest::new(2))?)?;
    let mut params = CallToolRequestParams::new("db_query");
    params.arguments = Some(arguments());
    let called: CallToolResult = result(post(&client, url, &headers, &CallToolRequest::new(3, params))?)?;
    Ok(Answer {
        server: opened.server_info.name,
        tools: list.tools.into_iter().map(|tool| tool.name).collect(),
        structured: called.structured_content.map(Into::into),
    })
}

/// The result in an answer; an error of the server is an error.
fn result<T: DeserializeOwned>(response: Response) -> Outcome<T> {
    match serde_json::from_slice(&response.bytes()?)? {
        JsonrpcResponse::JsonrpcResultResponse(answer) => {
            Ok(serde_json::from_value(serde_json::to_value(answer.result)?)?)
        }
        JsonrpcResponse::JsonrpcErrorResponse(answer) => Err(answer.error.message.into()),
    }
}
