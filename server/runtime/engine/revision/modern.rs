//! Answers in the latest revision: the handlers' shapes, made complete.

use lockstep_wire::latest::{
    CacheScope, CallToolResult, DiscoverResult, ListToolsResult, ResultMetaObject, ServerCapabilities, Tool,
};

use crate::contract::Catalog;

use super::{Rendered, Revision, identity, implementation};

/// How long a caller may keep lists that only change with the server's version.
const TTL_MS: u64 = 300_000;

const COMPLETE: &str = "complete";

/// The result of `server/discover`.
pub(super) fn opening(
    catalog: &Catalog,
    capabilities: ServerCapabilities,
    instructions: Option<&str>,
) -> Rendered {
    let server_info = Some(identity(catalog)?);
    lockstep_wire::to_vec(&DiscoverResult {
        meta: Some(ResultMetaObject { server_info, ..ResultMetaObject::default() }),
        cache_scope: CacheScope::Public,
        capabilities,
        instructions: instructions.map(ToOwned::to_owned),
        result_type: COMPLETE.into(),
        supported_versions: Revision::ALL.iter().map(|revision| revision.as_str().to_owned()).collect(),
        ttl_ms: TTL_MS,
    })
}

/// The result of `tools/list`.
pub(super) fn list(catalog: &Catalog, tools: &[Tool]) -> ListToolsResult {
    ListToolsResult {
        meta: Some(meta(catalog)),
        cache_scope: CacheScope::Public,
        next_cursor: None,
        result_type: COMPLETE.into(),
        tools: tools.to_vec(),
        ttl_ms: TTL_MS,
    }
}

/// The result of `tools/call`.
pub(super) fn call_result(result: CallToolResult, catalog: &Catalog) -> Rendered {
    let extra = result.meta.unwrap_or_default().extra;
    lockstep_wire::to_vec(&CallToolResult {
        meta: Some(ResultMetaObject { extra, ..meta(catalog) }),
        result_type: COMPLETE.into(),
        ..result
    })
}

/// Every result says who answered.
fn meta(catalog: &Catalog) -> ResultMetaObject {
    ResultMetaObject { server_info: Some(implementation(catalog)), ..ResultMetaObject::default() }
}
