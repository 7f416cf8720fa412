//! The one door between the engine and the wire types of each revision.
//!
//! Nothing outside this folder names a revision's module. Handlers answer in the latest revision's shapes; here
//! they become the caller's, by building that revision's own types.

mod ask;
mod legacy;
mod modern;

pub(super) use ask::{Question, missing_capabilities};
pub(super) use modern::{ServerMeta, acknowledged, input_required, listen_result, resources};

use serde::Serialize;
use serde::de::DeserializeOwned;

use lockstep_wire::bridge::Bridge;
use lockstep_wire::latest;

use crate::contract::Catalog;
use crate::contract::changes::Change;

use super::CatalogError;
use super::envelope::Params;
use super::json::{Raw, is_object};
use super::reply::{INVALID_PARAMS, RESOURCE_NOT_FOUND, shorten};

use legacy::Legacy;

/// A revision that is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revision {
    /// 2026-07-28: every request stands for itself.
    V2026_07_28,
    /// 2025-11-25: requests belong to a session that `initialize` opens, as in all before it.
    V2025_11_25,
    /// 2025-06-18.
    V2025_06_18,
    /// 2025-03-26, the one with batches.
    V2025_03_26,
    /// 2024-11-05.
    V2024_11_05,
}

impl Revision {
    /// All of them, newest first.
    pub const ALL: &[Self] =
        &[Self::V2026_07_28, Self::V2025_11_25, Self::V2025_06_18, Self::V2025_03_26, Self::V2024_11_05];

    /// The newest one.
    pub(super) const LATEST: Self = Self::V2026_07_28;

    /// The revision as the protocol spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2026_07_28 => "2026-07-28",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2024_11_05 => "2024-11-05",
        }
    }

    /// Whether requests name the revision themselves, without a handshake.
    pub const fn is_modern(self) -> bool {
        matches!(self, Self::V2026_07_28)
    }

    /// Whether several messages may come as one array.
    pub(super) const fn has_batches(self) -> bool {
        matches!(self, Self::V2025_03_26)
    }

    /// Whether an HTTP client is told where to resume before anything else is sent, and may be asked to come back.
    pub(super) const fn primes_streams(self) -> bool {
        matches!(self, Self::V2025_11_25)
    }

    /// The served revision of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|revision| revision.as_str() == name)
    }

    /// What `initialize` answers to a request for `requested`: the same if it can be, else the newest of its kind.
    pub(super) fn negotiate(requested: &str) -> Self {
        match Self::named(requested) {
            Some(revision) if !revision.is_modern() => revision,
            _ => Self::V2025_11_25,
        }
    }

    /// The result of `initialize` or `server/discover`.
    pub(super) fn opening(
        self,
        catalog: &Catalog,
        instructions: Option<&str>,
        tells_changes: bool,
    ) -> Rendered {
        let capabilities = capabilities(catalog, tells_changes);
        match Legacy::of(self) {
            None => modern::opening(catalog, capabilities, instructions),
            Some(legacy) => legacy.opening(self, catalog, capabilities, instructions),
        }
    }

    /// Appends a result of the latest revision as this one has it.
    pub(super) fn write<T: Answer>(
        self,
        json: &mut Vec<u8>,
        result: T,
        server: &ServerMeta,
    ) -> Result<(), serde_json::Error> {
        match Legacy::of(self) {
            None => modern::write(json, result, server),
            Some(legacy) => legacy.write(json, result),
        }
    }

    /// `notifications/progress`.
    pub(super) fn progress(self, params: latest::ProgressNotificationParams) -> Rendered {
        let params = match Legacy::of(self) {
            None => lockstep_wire::to_vec(&params),
            Some(legacy) => legacy.progress(params),
        };
        Ok(notification("notifications/progress", Some(&params?)))
    }

    /// `notifications/message`.
    pub(super) fn log(self, params: latest::LoggingMessageNotificationParams) -> Rendered {
        let params = match Legacy::of(self) {
            None => lockstep_wire::to_vec(&params),
            Some(legacy) => legacy.log(params),
        };
        Ok(notification("notifications/message", Some(&params?)))
    }

    /// News for one who listens; in the latest revision under the id of the subscription.
    pub(super) fn change(self, change: &Change, subscription: Option<&latest::RequestId>) -> Rendered {
        let meta = subscription.map(|id| latest::NotificationMetaObject {
            subscription_id: Some(id.clone()),
            ..latest::NotificationMetaObject::default()
        });
        let method = match change {
            Change::Tools => "notifications/tools/list_changed",
            Change::Prompts => "notifications/prompts/list_changed",
            Change::Resources => "notifications/resources/list_changed",
            Change::Resource(uri) => {
                let mut params = latest::ResourceUpdatedNotificationParams::new(uri);
                params.meta = meta;
                let params = match Legacy::of(self) {
                    None => lockstep_wire::to_vec(&params),
                    Some(legacy) => legacy.resource_updated(params),
                };
                return Ok(notification("notifications/resources/updated", Some(&params?)));
            }
        };
        let params = meta.map(|meta| lockstep_wire::to_vec(&latest::NotificationParams { meta: Some(meta) }));
        Ok(notification(method, params.transpose()?.as_deref()))
    }

    /// Whether clients of this revision can declare these capabilities, a `ClientCapabilities` object.
    pub(super) fn can_say(self, capabilities: &serde_json::Value) -> bool {
        let asks = |path: &str| capabilities.pointer(path).is_some();
        let elicits = !matches!(self, Self::V2024_11_05 | Self::V2025_03_26);
        let newest = matches!(self, Self::V2026_07_28 | Self::V2025_11_25);
        capabilities.as_object().is_some_and(|all| !all.is_empty())
            && (elicits || !asks("/elicitation"))
            && (newest || !(asks("/elicitation/url") || asks("/sampling/tools") || asks("/sampling/context")))
    }

    /// The code for a resource that is not there.
    pub(super) const fn resource_not_found(self) -> i32 {
        if self.is_modern() { INVALID_PARAMS } else { RESOURCE_NOT_FOUND }
    }
}

/// A whole notification; `params` is JSON text.
pub(super) fn notification(method: &str, params: Option<&[u8]>) -> Vec<u8> {
    let mut message = format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\"").into_bytes();
    if let Some(params) = params {
        message.extend_from_slice(b",\"params\":");
        message.extend_from_slice(params);
    }
    message.push(b'}');
    message
}

/// A result of the latest revision that every revision has a word for.
pub(super) trait Answer:
    Bridge<Self::V2025_11_25>
    + Bridge<Self::V2025_06_18>
    + Bridge<Self::V2025_03_26>
    + Bridge<Self::V2024_11_05>
    + Serialize
    + Sized
{
    /// What revision 2025-11-25 calls it.
    type V2025_11_25: Serialize;
    /// What revision 2025-06-18 calls it.
    type V2025_06_18: Serialize;
    /// What revision 2025-03-26 calls it.
    type V2025_03_26: Serialize;
    /// What revision 2024-11-05 calls it.
    type V2024_11_05: Serialize;

    /// Where the latest revision says who answered.
    fn meta(&mut self) -> &mut Option<latest::ResultMetaObject>;
}

macro_rules! answers {
    ($($name:ident)+) => {
        $(
            impl Answer for latest::$name {
                type V2025_11_25 = lockstep_wire::v2025_11_25::$name;
                type V2025_06_18 = lockstep_wire::v2025_06_18::$name;
                type V2025_03_26 = lockstep_wire::v2025_03_26::$name;
                type V2024_11_05 = lockstep_wire::v2024_11_05::$name;

                fn meta(&mut self) -> &mut Option<latest::ResultMetaObject> {
                    &mut self.meta
                }
            }
        )+
    };
}

answers! {
    CallToolResult CompleteResult GetPromptResult ListPromptsResult ListResourceTemplatesResult ListResourcesResult
    ListToolsResult ReadResourceResult
}

/// What a server offers and never changes, as the latest revision describes it. Without what an operator has to turn
/// on: nothing does so yet.
pub(super) fn tools(catalog: &Catalog) -> Result<latest::ListToolsResult, serde_json::Error> {
    let tools = catalog.tools.iter().filter(|tool| !tool.opt_in);
    tools.map(|tool| serde_json::from_str(tool.json)).collect::<Result<_, _>>().map(modern::tools)
}

/// As [`tools`].
pub(super) fn templates(catalog: &Catalog) -> Result<latest::ListResourceTemplatesResult, serde_json::Error> {
    let templates = catalog.resources.iter().filter(|resource| !resource.opt_in && resource.template);
    templates.map(|found| serde_json::from_str(found.json)).collect::<Result<_, _>>().map(modern::templates)
}

/// As [`tools`].
pub(super) fn prompts(catalog: &Catalog) -> Result<latest::ListPromptsResult, serde_json::Error> {
    let prompts = catalog.prompts.iter().filter(|prompt| !prompt.opt_in);
    prompts.map(|prompt| serde_json::from_str(prompt.json)).collect::<Result<_, _>>().map(modern::prompts)
}

/// Tries the descriptions of the catalog.
pub(super) fn check(catalog: &Catalog) -> Result<(), CatalogError> {
    fn check<T: DeserializeOwned>(name: &'static str, json: &str) -> Result<(), CatalogError> {
        let read = serde_json::from_str::<T>(json).map(drop);
        read.map_err(|source| CatalogError { of: Some(name), source })
    }
    catalog.tools.iter().try_for_each(|tool| check::<latest::Tool>(tool.name, tool.json))?;
    catalog.prompts.iter().try_for_each(|prompt| check::<latest::Prompt>(prompt.name, prompt.json))?;
    catalog.resources.iter().try_for_each(|resource| match resource.template {
        true => check::<latest::ResourceTemplate>(resource.name, resource.json),
        false => check::<latest::Resource>(resource.name, resource.json),
    })
}

/// What this server offers, in every revision that has a word for it.
fn capabilities(catalog: &Catalog, tells_changes: bool) -> latest::ServerCapabilities {
    let list_changed = tells_changes.then_some(true);
    let subscribe = offers_subscriptions(catalog, tells_changes).then_some(true);
    latest::ServerCapabilities {
        tools: Some(latest::ServerCapabilitiesTools { list_changed }),
        resources: offers_resources(catalog)
            .then_some(latest::ServerCapabilitiesResources { list_changed, subscribe }),
        prompts: offers_prompts(catalog).then_some(latest::ServerCapabilitiesPrompts { list_changed }),
        completions: offers_completion(catalog).then(latest::JsonObject::default),
        logging: Some(latest::JsonObject::default()),
        ..latest::ServerCapabilities::default()
    }
}

/// Whether clients may ask to be told of changes of a resource.
pub(super) fn offers_subscriptions(catalog: &Catalog, tells_changes: bool) -> bool {
    tells_changes && catalog.resources.iter().any(|resource| resource.subscribe && !resource.opt_in)
}

/// Whether there is any resource to list or read.
pub(super) fn offers_resources(catalog: &Catalog) -> bool {
    catalog.resources.iter().any(|resource| !resource.opt_in)
}

/// Whether there is any prompt.
pub(super) fn offers_prompts(catalog: &Catalog) -> bool {
    catalog.prompts.iter().any(|prompt| !prompt.opt_in)
}

/// Whether there is anything whose arguments could be completed.
pub(super) fn offers_completion(catalog: &Catalog) -> bool {
    offers_prompts(catalog) || catalog.resources.iter().any(|resource| resource.template && !resource.opt_in)
}

/// All that the catalog says of the server, for those who meet it.
fn identity(catalog: &Catalog) -> Result<latest::Implementation, serde_json::Error> {
    let mut server = implementation(catalog);
    server.description = catalog.description.map(ToOwned::to_owned);
    server.website_url = catalog.website.map(ToOwned::to_owned);
    server.icons = catalog.icons.map(serde_json::from_str).transpose()?;
    Ok(server)
}

/// Who answers, in short.
fn implementation(catalog: &Catalog) -> latest::Implementation {
    let mut server = latest::Implementation::new(catalog.name, catalog.version);
    server.title = Some(catalog.title.into());
    server
}

/// A result as JSON text.
type Rendered = Result<Vec<u8>, serde_json::Error>;

/// Whether `name` is a revision with a handshake, served or not.
pub(super) fn names_legacy(name: &str) -> bool {
    lockstep_wire::REVISIONS.contains(&name) && name < Revision::V2026_07_28.as_str()
}

/// Whether `name` is spelled like a revision and later than every one that is served.
pub(super) fn is_newer_than_served(name: &str) -> bool {
    let dated = name.len() == 10
        && name.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    dated && Revision::ALL.iter().all(|revision| name > revision.as_str())
}

/// Reads the `_meta` of a modern request; the error says what is wrong with it.
pub(super) fn request_meta(meta: Raw<'_>) -> Result<latest::RequestMetaObject, String> {
    let hint =
        "send `io.modelcontextprotocol/protocolVersion` and `io.modelcontextprotocol/clientCapabilities`";
    decode("_meta", meta, hint)
}

/// Reads the progress token of a legacy request, whose `_meta` is free but for being an object.
pub(super) fn progress_token(params: &Params<'_>) -> Result<Option<latest::ProgressToken>, String> {
    if params.meta.is_some_and(|meta| !is_object(meta)) {
        return Err("`_meta` is not an object; send an object or leave `_meta` out".into());
    }
    let token = params.progress_token;
    token.map(|token| decode("progressToken", token, "send a string or an integer")).transpose()
}

/// What a client says in `initialize`.
pub(super) struct Introduction {
    /// The revision it asks for.
    pub(super) version: String,
    /// The revision it gets.
    pub(super) revision: Revision,
    pub(super) capabilities: latest::ClientCapabilities,
}

/// Reads the parameters of `initialize`.
pub(super) fn introduction(params: Option<Raw<'_>>) -> Result<Introduction, String> {
    let hint = "send `protocolVersion`, `capabilities` and `clientInfo`";
    let Some(params) = params else {
        return Err(format!("`params` is missing; {hint}"));
    };
    let said: lockstep_wire::v2025_11_25::InitializeRequestParams = decode("params", params, hint)?;
    let revision = Revision::negotiate(&said.protocol_version);
    let capabilities = match Legacy::of(revision) {
        Some(legacy) => legacy.lift_capabilities(said.capabilities),
        None => latest::ClientCapabilities::default(),
    };
    Ok(Introduction { version: said.protocol_version, revision, capabilities })
}

/// Reads the level of `logging/setLevel`.
pub(super) fn logging_level(level: Option<Raw<'_>>) -> Result<latest::LoggingLevel, String> {
    const HINT: &str = "send one of debug, info, notice, warning, error, critical, alert, emergency";
    let Some(level) = level else { return Err(format!("`level` is missing; {HINT}")) };
    decode("level", level, HINT)
}

/// Reads the parameters of `subscriptions/listen`.
pub(super) fn subscription(params: Option<Raw<'_>>) -> Result<latest::SubscriptionFilter, String> {
    let hint = "send `notifications` with the kinds to hear of";
    let Some(params) = params else { return Err(format!("`params` is missing; {hint}")) };
    let params: latest::SubscriptionsListenRequestParams = decode("params", params, hint)?;
    Ok(params.notifications)
}

/// How grave a message of this level is.
pub(super) const fn severity(level: latest::LoggingLevel) -> u8 {
    use latest::LoggingLevel as Level;
    match level {
        Level::Debug => 0,
        Level::Info => 1,
        Level::Notice => 2,
        Level::Warning => 3,
        Level::Error => 4,
        Level::Critical => 5,
        Level::Alert => 6,
        Level::Emergency => 7,
    }
}

/// Reads `raw`, which callers know as `what`; the error says what is wrong with it, and `hint` what to send.
pub(super) fn decode<T: DeserializeOwned>(what: &str, raw: Raw<'_>, hint: &str) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| {
        let text = error.to_string();
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
        // A reason may quote what the caller sent after some 22 bytes of its own.
        format!("`{what}` is not as it should be, {}; {hint}", shorten(reason, 86))
    })
}
