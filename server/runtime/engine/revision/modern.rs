//! Answers in the latest revision: the handlers' shapes, made complete.

use std::sync::OnceLock;

use lockstep_wire::latest::{
    CacheScope, DiscoverResult, InputRequests, InputRequiredResult, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, NotificationMetaObject, Prompt,
    RequestId, ResourceTemplate, ResultMetaObject, ServerCapabilities, SubscriptionFilter,
    SubscriptionsAcknowledgedNotificationParams, SubscriptionsListenResult,
    SubscriptionsListenResultMetaObject, Tool,
};

use crate::contract::{Catalog, ResourceList};

use super::{Answer, Rendered, Revision, identity, implementation, notification};

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

/// What is answered when the client has to be asked first.
pub(in super::super) fn input_required(
    requests: InputRequests,
    state: String,
    catalog: &Catalog,
) -> Rendered {
    lockstep_wire::to_vec(&InputRequiredResult {
        meta: Some(meta(catalog)),
        input_requests: Some(requests),
        request_state: Some(state),
    })
}

/// The first message of a subscription: what of the filter is honoured.
pub(in super::super) fn acknowledged(filter: SubscriptionFilter, id: RequestId) -> Rendered {
    let mut params = SubscriptionsAcknowledgedNotificationParams::new(filter);
    params.meta =
        Some(NotificationMetaObject { subscription_id: Some(id), ..NotificationMetaObject::default() });
    let params = lockstep_wire::to_vec(&params)?;
    Ok(notification("notifications/subscriptions/acknowledged", Some(&params)))
}

/// The result of `subscriptions/listen`, when the server ends it.
pub(in super::super) fn listen_result(id: RequestId, catalog: &Catalog) -> Rendered {
    let mut meta = SubscriptionsListenResultMetaObject::new(id);
    meta.server_info = Some(implementation(catalog));
    lockstep_wire::to_vec(&SubscriptionsListenResult::new(meta, COMPLETE))
}

/// What every result says in `_meta`: who answered.
#[derive(Debug)]
pub(in super::super) struct ServerMeta {
    catalog: &'static Catalog,
    /// The beginning of a result that says nothing else there.
    rendered: OnceLock<Vec<u8>>,
}

impl ServerMeta {
    pub(in super::super) fn new(catalog: &'static Catalog) -> Self {
        Self { catalog, rendered: OnceLock::new() }
    }

    fn rendered(&self) -> Result<&[u8], serde_json::Error> {
        if let Some(rendered) = self.rendered.get() {
            return Ok(rendered);
        }
        let mut rendered = br#"{"_meta":"#.to_vec();
        lockstep_wire::write_into(&mut rendered, &meta(self.catalog))?;
        Ok(self.rendered.get_or_init(|| rendered))
    }
}

/// Appends any other result.
pub(super) fn write<T: Answer>(
    json: &mut Vec<u8>,
    mut result: T,
    server: &ServerMeta,
) -> Result<(), serde_json::Error> {
    let slot = result.meta();
    let extra = slot.take().unwrap_or_default().extra;
    if !extra.is_empty() {
        *slot = Some(ResultMetaObject { extra, ..meta(server.catalog) });
        return lockstep_wire::write_into(json, &result);
    }
    json.extend_from_slice(server.rendered()?);
    let brace = json.len();
    lockstep_wire::write_into(json, &result)?;
    // The members of the result follow `_meta`: each has some that it cannot be without.
    json[brace] = b',';
    Ok(())
}

/// Every result says who answered.
fn meta(catalog: &Catalog) -> ResultMetaObject {
    ResultMetaObject { server_info: Some(implementation(catalog)), ..ResultMetaObject::default() }
}
