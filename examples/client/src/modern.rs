//! The era without sessions: every request says who asks and in which revision.

use lockstep_wire::v2026_07_28::{
    CallToolRequest, CallToolRequestParams, CallToolResult, ClientCapabilities, DiscoverRequest,
    DiscoverResult, Implementation, JsonrpcResponse, ListToolsRequest, ListToolsResult,
    PaginatedRequestParams, RequestMetaObject, RequestParams,
};
use reqwest::blocking::{Client, Response};
use serde::de::DeserializeOwned;

use crate::http::{Headers, post};
use crate::{Answer, Outcome, arguments};

pub(crate) const VERSION: &str = "2026-07-28";

pub(crate) fn ask(url: &str) -> Outcome<Answer> {
    let client = Client::new();
    let version = ("MCP-Protocol-Version", VERSION);

    let headers: Headers<'_> = &[version, ("Mcp-Method", "server/discover")];
    let request = DiscoverRequest::new(1, RequestParams::new(meta()));
    let found: DiscoverResult = result(post(&client, url, headers, &request)?)?;
    if !found.supported_versions.iter().any(|supported| supported == VERSION) {
        return Err(format!("the server speaks {}", found.supported_versions.join(", ")).into());
    }

    let headers: Headers<'_> = &[version, ("Mcp-Method", "tools/list")];
    let request = ListToolsRequest::new(2, PaginatedRequestParams::new(meta()));
    let list: ListToolsResult = result(post(&client, url, headers, &request)?)?;

    let headers: Headers<'_> = &[version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "db_query")];
    let mut params = CallToolRequestParams::new(meta(), "db_query");
    params.arguments = Some(arguments());
    let called: CallToolResult = result(post(&client, url, headers, &CallToolRequest::new(3, params))?)?;
    Ok(Answer {
        server: found.meta.and_then(|meta| meta.server_info).map_or_else(String::new, |info| info.name),
        tools: list.tools.into_iter().map(|tool| tool.name).collect(),
        structured: called.structured_content,
    })
}

fn meta() -> RequestMetaObject {
    let mut meta = RequestMetaObject::new(ClientCapabilities::default(), VERSION);
    meta.client_info = Some(Implementation::new("example-client", env!("CARGO_PKG_VERSION")));
    meta
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
