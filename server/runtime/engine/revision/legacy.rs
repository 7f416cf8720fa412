//! The revisions with a handshake: the latest shapes, across the bridge of each.

use lockstep_wire::bridge::{Bridge, Crossing, Refused, SessionFacts};
use lockstep_wire::{latest, v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::Catalog;

use super::{Answer, Rendered, Revision, identity};

/// A revision with a handshake whose types [`of_revision!`] gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Legacy {
    V2024_11_05,
    V2025_03_26,
    V2025_06_18,
    V2025_11_25,
}

impl Legacy {
    pub(super) const fn of(revision: Revision) -> Option<Self> {
        match revision {
            Revision::V2026_07_28 => None,
            Revision::V2025_11_25 => Some(Self::V2025_11_25),
            Revision::V2025_06_18 => Some(Self::V2025_06_18),
            Revision::V2025_03_26 => Some(Self::V2025_03_26),
            Revision::V2024_11_05 => Some(Self::V2024_11_05),
        }
    }

    /// The result of `initialize`.
    pub(super) fn opening(
        self,
        revision: Revision,
        catalog: &Catalog,
        capabilities: latest::ServerCapabilities,
        instructions: Option<&str>,
    ) -> Rendered {
        macro_rules! opening {
            ($module:ident) => {{
                let capabilities: $module::ServerCapabilities = across(capabilities)?;
                let server: $module::Implementation = across(identity(catalog)?)?;
                let mut result = $module::InitializeResult::new(capabilities, revision.as_str(), server);
                result.instructions = instructions.map(ToOwned::to_owned);
                lockstep_wire::to_vec(&result)
            }};
        }
        match self {
            Self::V2024_11_05 => opening!(v2024_11_05),
            Self::V2025_03_26 => opening!(v2025_03_26),
            Self::V2025_06_18 => opening!(v2025_06_18),
            Self::V2025_11_25 => opening!(v2025_11_25),
        }
    }

    /// Any other result.
    pub(super) fn write<T: Answer>(self, json: &mut Vec<u8>, result: T) -> Result<(), serde_json::Error> {
        match self {
            Self::V2024_11_05 => write::<T, T::V2024_11_05>(json, result),
            Self::V2025_03_26 => write::<T, T::V2025_03_26>(json, result),
            Self::V2025_06_18 => write::<T, T::V2025_06_18>(json, result),
            Self::V2025_11_25 => write::<T, T::V2025_11_25>(json, result),
        }
    }

    pub(super) fn progress(self, params: latest::ProgressNotificationParams) -> Rendered {
        match self {
            Self::V2024_11_05 => render::<_, v2024_11_05::ProgressNotificationParams>(params),
            Self::V2025_03_26 | Self::V2025_06_18 => {
                render::<_, v2025_03_26::ProgressNotificationParams>(params)
            }
            Self::V2025_11_25 => render::<_, v2025_11_25::ProgressNotificationParams>(params),
        }
    }

    pub(super) fn log(self, params: latest::LoggingMessageNotificationParams) -> Rendered {
        match self {
            Self::V2024_11_05 | Self::V2025_03_26 | Self::V2025_06_18 => {
                render::<_, v2024_11_05::LoggingMessageNotificationParams>(params)
            }
            Self::V2025_11_25 => render::<_, v2025_11_25::LoggingMessageNotificationParams>(params),
        }
    }

    pub(super) fn resource_updated(self, params: latest::ResourceUpdatedNotificationParams) -> Rendered {
        match self {
            Self::V2024_11_05 | Self::V2025_03_26 | Self::V2025_06_18 => {
                render::<_, v2024_11_05::ResourceUpdatedNotificationParams>(params)
            }
            Self::V2025_11_25 => render::<_, v2025_11_25::ResourceUpdatedNotificationParams>(params),
        }
    }

    /// The parameters of a request of the server; `None` where this revision cannot ask so.
    pub(super) fn input_request(
        self,
        request: latest::InputRequest,
        facts: SessionFacts,
    ) -> Option<(&'static str, Option<Vec<u8>>)> {
        let crossing = &mut Crossing::with_facts(facts);
        let (method, params) = match request {
            latest::InputRequest::ElicitRequest(request) => {
                let params = match self {
                    Self::V2024_11_05 | Self::V2025_03_26 => return None,
                    Self::V2025_06_18 => {
                        project::<_, v2025_06_18::ElicitRequestParams>(request.params, crossing)?
                    }
                    Self::V2025_11_25 => {
                        project::<_, v2025_11_25::ElicitRequestParams>(request.params, crossing)?
                    }
                };
                ("elicitation/create", Some(params))
            }
            latest::InputRequest::CreateMessageRequest(request) => {
                let params = match self {
                    Self::V2024_11_05 => {
                        project::<_, v2024_11_05::CreateMessageRequestParams>(request.params, crossing)?
                    }
                    Self::V2025_03_26 => {
                        project::<_, v2025_03_26::CreateMessageRequestParams>(request.params, crossing)?
                    }
                    Self::V2025_06_18 => {
                        project::<_, v2025_06_18::CreateMessageRequestParams>(request.params, crossing)?
                    }
                    Self::V2025_11_25 => {
                        project::<_, v2025_11_25::CreateMessageRequestParams>(request.params, crossing)?
                    }
                };
                ("sampling/createMessage", Some(params))
            }
            latest::InputRequest::ListRootsRequest(_) => ("roots/list", None),
        };
        Some((method, params))
    }

    /// The client's answer to an elicitation.
    pub(super) fn elicited(self, answer: &str) -> Result<latest::ElicitResult, serde_json::Error> {
        match self {
            Self::V2025_11_25 => lift::<v2025_11_25::ElicitResult, _>(answer),
            _ => lift::<v2025_06_18::ElicitResult, _>(answer),
        }
    }

    /// The client's answer to a request for a message.
    pub(super) fn sampled(self, answer: &str) -> Result<latest::CreateMessageResult, serde_json::Error> {
        match self {
            Self::V2024_11_05 => lift::<v2024_11_05::CreateMessageResult, _>(answer),
            Self::V2025_03_26 => lift::<v2025_03_26::CreateMessageResult, _>(answer),
            Self::V2025_06_18 => lift::<v2025_06_18::CreateMessageResult, _>(answer),
            Self::V2025_11_25 => lift::<v2025_11_25::CreateMessageResult, _>(answer),
        }
    }

    /// The client's roots.
    pub(super) fn rooted(self, answer: &str) -> Result<latest::ListRootsResult, serde_json::Error> {
        match self {
            Self::V2024_11_05 | Self::V2025_03_26 => lift::<v2024_11_05::ListRootsResult, _>(answer),
            Self::V2025_06_18 | Self::V2025_11_25 => lift::<v2025_06_18::ListRootsResult, _>(answer),
        }
    }

    /// What a client said of itself in `initialize`.
    pub(super) fn lift_capabilities(
        self,
        said: v2025_11_25::ClientCapabilities,
    ) -> latest::ClientCapabilities {
        let mut capabilities: latest::ClientCapabilities = across(said).unwrap_or_default();
        if matches!(self, Self::V2024_11_05 | Self::V2025_03_26) {
            capabilities.elicitation = None;
        }
        capabilities
    }
}

/// What is lost on the way is a matter of the revision: nobody notes it.
fn across<S: Bridge<T>, T>(value: S) -> Result<T, serde_json::Error> {
    value.bridge(&mut Crossing::silent()).map_err(serde::ser::Error::custom)
}

fn render<S: Bridge<T>, T: Serialize>(value: S) -> Rendered {
    lockstep_wire::to_vec(&across::<S, T>(value)?)
}

fn write<S: Bridge<T>, T: Serialize>(json: &mut Vec<u8>, value: S) -> Result<(), serde_json::Error> {
    lockstep_wire::write_into(json, &across::<S, T>(value)?)
}

fn project<S: Bridge<T>, T: Serialize>(value: S, crossing: &mut Crossing) -> Option<Vec<u8>> {
    let refused =
        |refused: Refused| tracing::debug!(%refused, "this cannot be asked in the client's revision");
    let value: T = value.bridge(crossing).map_err(refused).ok()?;
    lockstep_wire::to_vec(&value).ok()
}

fn lift<T: DeserializeOwned + Bridge<L>, L>(text: &str) -> Result<L, serde_json::Error> {
    across(serde_json::from_str::<T>(text)?)
}
