//! Answers in the latest revision: the handlers' shapes, made complete.

use lockstep_wire::latest::{
    CacheScope, CallToolResult, DiscoverResult, Implementation, ListToolsResult, ResultMetaObject,
    ServerCapabilities, ServerCapabilitiesTools, Tool,
};

use crate::contract::Catalog;

use super::{Rendered, Revision};

/// How long a caller may keep lists that only change with the server's version.
const TTL_MS: u64 = 300_000;

const COMPLETE: &str = "complete";

/// The result of `server/discover`.
pub(super) fn opening(catalog: &Catalog, instructions: Option<&str>) -> Rendered {
    serde_json::to_vec(&DiscoverResult {
        meta: Some(meta(catalog)),
        cache_scope: CacheScope::Public,
        capabilities: ServerCapabilities {
            tools: Some(ServerCapabilitiesTools { list_changed: None }),
            ..ServerCapabilities::default()
        },
        instructions: instructions.map(ToOwned::to_owned),
        result_type: COMPLETE.into(),
        supported_versions: Revision::ALL.iter().map(|revision| revision.as_str().to_owned()).collect(),
        ttl_ms: TTL_MS,
    })
}

/// The result of `tools/list`.
pub(super) fn tools(catalog: &Catalog, tools: &[Tool]) -> Rendered {
    serde_json::to_vec(&ListToolsResult {
        meta: Some(meta(catalog)),
        cache_scope: CacheScope::Public,
        next_cursor: None,
        result_type: COMPLETE.into(),
        tools: tools.to_vec(),
        ttl_ms: TTL_MS,
    })
}

/// The result of `tools/call`.
pub(super) fn call_result(result: CallToolResult, catalog: &Catalog) -> Rendered {
    let extra = result.meta.unwrap_or_default().extra;
    serde_json::to_vec(&CallToolResult {
        meta: Some(ResultMetaObject { extra, ..meta(catalog) }),
        result_type: COMPLETE.into(),
        ..result
    })
}

/// Every result says who answered.
fn meta(catalog: &Catalog) -> ResultMetaObject {
    let mut server = Implementation::new(catalog.name, catalog.version);
    server.title = Some(catalog.title.into());
    ResultMetaObject { server_info: Some(server), ..ResultMetaObject::default() }
}
