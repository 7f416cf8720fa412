//! What crosses a bridge, by the names the specification gives.

use lockstep_wire::bridge::{Bridge, Crossing, Loss, Refused, SessionFacts};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One message, or the params of one, between the latest revision and an older one.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// The older revision.
    pub revision: &'static str,
    /// Where it goes.
    pub way: Way,
    /// The message's definition.
    pub message: &'static str,
    /// Whether only its params cross: the envelope of a request to a client is the engine's.
    pub params: bool,
    run: fn(&Value, SessionFacts) -> Result<Crossed, Failed>,
}

/// The direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the latest revision to the older one: what a server sends.
    Down,
    /// From the older revision to the latest one: what a client sends.
    Up,
}

/// The other side's document, and what the bridge says it lost.
#[derive(Clone, Debug)]
pub struct Crossed {
    /// The document.
    pub document: Value,
    /// The losses.
    pub losses: Vec<Loss>,
}

/// Why a document did not cross.
#[derive(Clone, Debug)]
pub enum Failed {
    /// The type of its own revision cannot read it.
    Unread(String),
    /// The bridge refuses it.
    Refused(Refused),
}

/// Everything that crosses.
pub const ROUTES: &[Route] = include!(concat!(env!("OUT_DIR"), "/routes.rs"));

impl Route {
    /// Takes a document across.
    ///
    /// # Errors
    ///
    /// The document cannot be read, or the bridge refuses it.
    pub fn cross(&self, document: &Value, facts: SessionFacts) -> Result<Crossed, Failed> {
        (self.run)(document, facts)
    }
}

fn run<S: DeserializeOwned + Bridge<T>, T: Serialize>(
    document: &Value,
    facts: SessionFacts,
) -> Result<Crossed, Failed> {
    let unread = |error: serde_json::Error| Failed::Unread(error.to_string());
    let source = S::deserialize(document).map_err(unread)?;
    let mut crossing = Crossing::with_facts(facts);
    let target = source.bridge(&mut crossing).map_err(Failed::Refused)?;
    Ok(Crossed { document: serde_json::to_value(target).map_err(unread)?, losses: crossing.into_losses() })
}
