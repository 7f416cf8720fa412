//! The one door between the engine and the wire types of each revision.
//!
//! Nothing outside this folder names a revision's module. Handlers answer in the latest revision's shapes; here
//! they become the caller's, by building that revision's own types.

mod modern;
mod v2025_11_25;

pub(super) use modern::resources;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use lockstep_wire::bridge::Bridge;
use lockstep_wire::latest;

use crate::contract::Catalog;

use super::json::is_object;
use super::reply::{INVALID_PARAMS, RESOURCE_NOT_FOUND, shorten};
use super::{Answers, CatalogError};

/// A revision that is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revision {
    /// 2026-07-28: every request stands for itself.
    V2026_07_28,
    /// 2025-11-25: requests belong to a session that `initialize` opens.
    V2025_11_25,
}

impl Revision {
    /// All of them, newest first.
    pub const ALL: &[Self] = &[Self::V2026_07_28, Self::V2025_11_25];

    /// The revision as the protocol spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2026_07_28 => "2026-07-28",
            Self::V2025_11_25 => "2025-11-25",
        }
    }

    /// Whether requests name the revision themselves, without a handshake.
    pub const fn is_modern(self) -> bool {
        match self {
            Self::V2026_07_28 => true,
            Self::V2025_11_25 => false,
        }
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

    /// Renders the answers that never change.
    pub(super) fn answers(
        self,
        catalog: &Catalog,
        lists: &Lists,
        instructions: Option<&str>,
    ) -> Result<Answers, CatalogError> {
        let capabilities = capabilities(catalog);
        let failed = |source| CatalogError { of: None, source };
        let opening = match self {
            Self::V2026_07_28 => modern::opening(catalog, capabilities, instructions),
            Self::V2025_11_25 => v2025_11_25::opening(catalog, capabilities, instructions),
        };
        Ok(Answers {
            revision: self,
            opening: opening.map_err(failed)?,
            tools: self.result(modern::tools(lists.tools.clone()), catalog).map_err(failed)?,
            templates: self.result(modern::templates(lists.templates.clone()), catalog).map_err(failed)?,
            prompts: self.result(modern::prompts(lists.prompts.clone()), catalog).map_err(failed)?,
        })
    }

    /// Renders a result of the latest revision for this one.
    pub(super) fn result<T: Answer>(self, result: T, catalog: &Catalog) -> Rendered {
        match self {
            Self::V2026_07_28 => modern::result(result, catalog),
            Self::V2025_11_25 => v2025_11_25::result::<T, T::V2025_11_25>(result),
        }
    }

    /// The code for a resource that is not there.
    pub(super) const fn resource_not_found(self) -> i32 {
        match self {
            Self::V2026_07_28 => INVALID_PARAMS,
            Self::V2025_11_25 => RESOURCE_NOT_FOUND,
        }
    }
}

/// A result of the latest revision that every revision has a word for.
pub(super) trait Answer: Bridge<Self::V2025_11_25> + Serialize + Sized {
    /// What revision 2025-11-25 calls it.
    type V2025_11_25: Serialize;

    /// Where the latest revision says who answered.
    fn meta(&mut self) -> &mut Option<latest::ResultMetaObject>;
}

macro_rules! answers {
    ($($name:ident)+) => {
        $(
            impl Answer for latest::$name {
                type V2025_11_25 = lockstep_wire::v2025_11_25::$name;

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
pub(super) struct Lists {
    tools: Vec<latest::Tool>,
    templates: Vec<latest::ResourceTemplate>,
    prompts: Vec<latest::Prompt>,
}

impl Lists {
    /// Reads the descriptions of the catalog.
    pub(super) fn read(catalog: &Catalog) -> Result<Self, CatalogError> {
        fn read<T: DeserializeOwned>(name: &'static str, json: &str) -> Result<T, CatalogError> {
            serde_json::from_str(json).map_err(|source| CatalogError { of: Some(name), source })
        }
        let tools = catalog.tools.iter().filter(|tool| !tool.opt_in);
        let prompts = catalog.prompts.iter().filter(|prompt| !prompt.opt_in);
        let mut templates = Vec::new();
        for resource in catalog.resources.iter().filter(|resource| !resource.opt_in) {
            match resource.template {
                true => templates.push(read(resource.name, resource.json)?),
                // Listed from the catalog with each request; here it is only tried.
                false => drop(read::<latest::Resource>(resource.name, resource.json)?),
            }
        }
        Ok(Self {
            tools: tools.map(|tool| read(tool.name, tool.json)).collect::<Result<_, _>>()?,
            templates,
            prompts: prompts.map(|prompt| read(prompt.name, prompt.json)).collect::<Result<_, _>>()?,
        })
    }
}

/// What this server offers, in every revision that has a word for it.
fn capabilities(catalog: &Catalog) -> latest::ServerCapabilities {
    latest::ServerCapabilities {
        tools: Some(latest::ServerCapabilitiesTools::default()),
        resources: offers_resources(catalog).then(latest::ServerCapabilitiesResources::default),
        prompts: offers_prompts(catalog).then(latest::ServerCapabilitiesPrompts::default),
        completions: offers_completion(catalog).then(latest::JsonObject::default),
        ..latest::ServerCapabilities::default()
    }
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

/// Checks the `_meta` of a modern request; the error says what is wrong with it.
pub(super) fn check_request_meta(meta: &RawValue) -> Result<(), String> {
    let hint =
        "send `io.modelcontextprotocol/protocolVersion` and `io.modelcontextprotocol/clientCapabilities`";
    decode::<latest::RequestMetaObject>("_meta", meta, hint).map(drop)
}

/// Checks the `_meta` of a legacy request, which is free but for being an object.
pub(super) fn check_legacy_meta(meta: &RawValue) -> Result<(), String> {
    match is_object(meta) {
        true => Ok(()),
        false => Err("`_meta` is not an object; send an object or leave `_meta` out".into()),
    }
}

/// Checks the parameters of `initialize`; answers the revision they ask for.
pub(super) fn check_initialize(params: Option<&RawValue>) -> Result<String, String> {
    let hint = "send `protocolVersion`, `capabilities` and `clientInfo`";
    let Some(params) = params else {
        return Err(format!("`params` is missing; {hint}"));
    };
    decode::<lockstep_wire::v2025_11_25::InitializeRequestParams>("params", params, hint)
        .map(|params| params.protocol_version)
}

/// Reads `raw`, which callers know as `what`; the error says what is wrong with it, and `hint` what to send.
pub(super) fn decode<T: DeserializeOwned>(what: &str, raw: &RawValue, hint: &str) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| {
        let text = error.to_string();
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
        // A reason may quote what the caller sent after some 22 bytes of its own.
        format!("`{what}` is not as it should be, {}; {hint}", shorten(reason, 86))
    })
}
