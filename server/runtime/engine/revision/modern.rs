//! Answers in the latest revision: the handlers' shapes, made complete.

use lockstep_wire::latest::{
    CacheScope, DiscoverResult, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult,
    ListToolsResult, Prompt, ResourceTemplate, ResultMetaObject, ServerCapabilities, Tool,
};

use crate::contract::{Catalog, ResourceList};

use super::{Answer, Rendered, Revision, identity, implementation};

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
pub(super) fn tools(tools: Vec<Tool>) -> ListToolsResult {
    ListToolsResult::new(CacheScope::Public, COMPLETE, tools, TTL_MS)
}

/// The result of `resources/templates/list`.
pub(super) fn templates(templates: Vec<ResourceTemplate>) -> ListResourceTemplatesResult {
    ListResourceTemplatesResult::new(CacheScope::Public, templates, COMPLETE, TTL_MS)
}

/// The result of `prompts/list`.
pub(super) fn prompts(prompts: Vec<Prompt>) -> ListPromptsResult {
    ListPromptsResult::new(CacheScope::Public, prompts, COMPLETE, TTL_MS)
}

/// The result of `resources/list`: what there is may be another caller's, and change at any time.
pub(in super::super) fn resources(list: ResourceList) -> ListResourcesResult {
    let mut result = ListResourcesResult::new(CacheScope::Private, list.resources, COMPLETE, 0_u64);
    result.next_cursor = list.next_cursor;
    result
}

/// Any other result.
pub(super) fn result<T: Answer>(mut result: T, catalog: &Catalog) -> Rendered {
    let slot = result.meta();
    let extra = slot.take().unwrap_or_default().extra;
    *slot = Some(ResultMetaObject { extra, ..meta(catalog) });
    lockstep_wire::to_vec(&result)
}

/// Every result says who answered.
fn meta(catalog: &Catalog) -> ResultMetaObject {
    ResultMetaObject { server_info: Some(implementation(catalog)), ..ResultMetaObject::default() }
}
