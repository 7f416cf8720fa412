//! Answers in revision 2025-11-25: the latest shapes, across the bridge.

use lockstep_wire::bridge::{Bridge, Crossing};
use lockstep_wire::v2025_11_25::{InitializeResult, ServerCapabilities};
use lockstep_wire::{latest, v2025_11_25};
use serde::Serialize;

use crate::contract::Catalog;

use super::{Rendered, Revision, identity};

/// The result of `initialize`.
pub(super) fn opening(
    catalog: &Catalog,
    capabilities: latest::ServerCapabilities,
    instructions: Option<&str>,
) -> Rendered {
    let capabilities: ServerCapabilities = across(capabilities)?;
    let server: v2025_11_25::Implementation = across(identity(catalog)?)?;
    let mut result = InitializeResult::new(capabilities, Revision::V2025_11_25.as_str(), server);
    result.instructions = instructions.map(ToOwned::to_owned);
    render(&result)
}

/// Any other result.
pub(super) fn result<S: Bridge<T>, T: Serialize>(result: S) -> Rendered {
    render(&across::<S, T>(result)?)
}

/// What is lost on the way is a matter of the revision; it is logged for whoever wonders.
fn across<S: Bridge<T>, T>(value: S) -> Result<T, serde_json::Error> {
    let mut crossing = Crossing::default();
    let value = value.bridge(&mut crossing).map_err(serde::ser::Error::custom)?;
    tracing::trace!(losses = ?crossing.losses(), "projected");
    Ok(value)
}

fn render(value: &impl Serialize) -> Rendered {
    lockstep_wire::to_vec(value)
}
