//! The era of sessions: a handshake first, and a server that asks back with requests of its own.

use lockstep_wire::v2025_11_25::{Error as RpcError, UrlElicitationRequiredErrorErrorData};
use lockstep_wire::{Object, v2024_11_05, v2025_06_18, v2025_11_25};
use serde_json::{Value, json};

use super::message::{notification, written};
use super::revision::Revision;
use super::session::{Session, not_here};
use super::show::note;
use super::trouble::Trouble;
use super::{NAME, ROUND_LIMIT};

/// The code that asks for a visit to an address first; 2025-11-25 alone has it.
const URL_FIRST: i64 = -32042;

/// `initialize`, and what follows from its answer.
pub(super) async fn initialize(session: &mut Session, revision: Revision) -> Result<(), Trouble> {
    session.revision = revision;
    // The header names what was agreed on, and nothing is yet.
    session.link.settle(Revision::V2024_11_05);
    let params = opening(revision, session.person.root().is_some());
    let limit = session.limit();
    let mut result = session.exchange("initialize", Some(params.clone()), &[], limit).await;
    if let Err(Trouble::Status { .. } | Trouble::Refused { .. }) = &result
        && session.link.older().await?
    {
        result = session.exchange("initialize", Some(params), &[], limit).await;
    }
    let result = result?;
    let agreed = result["protocolVersion"].as_str().unwrap_or_default();
    let agreed = Revision::of(agreed).filter(|agreed| !agreed.is_modern());
    let Some(agreed) = agreed else {
        return Err(Trouble::NoRevision(vec![result["protocolVersion"].to_string()]));
    };
    if agreed != revision {
        note(&format!("asked for {revision}, the server speaks {agreed}"));
    }
    session.revision = agreed;
    session.logs = result["capabilities"].get("logging").is_some();
    session.link.settle(agreed);
    session.tell(&notification("notifications/initialized", None)).await
}

/// The parameters of `initialize`, by the types of the revision that is asked for.
fn opening(revision: Revision, roots: bool) -> Value {
    let roots = roots.then(v2024_11_05::ClientCapabilitiesRoots::default);
    let version = env!("CARGO_PKG_VERSION");
    if revision >= Revision::V2025_11_25 {
        let elicitation = v2025_11_25::ClientCapabilitiesElicitation {
            form: Some(Object::new()),
            url: Some(Object::new()),
        };
        let able = v2025_11_25::ClientCapabilities {
            elicitation: Some(elicitation),
            roots,
            ..v2025_11_25::ClientCapabilities::default()
        };
        let me = v2025_11_25::Implementation::new(NAME, version);
        return written(&v2025_11_25::InitializeRequestParams::new(able, me, revision.as_str()));
    }
    if revision == Revision::V2025_06_18 {
        let able = v2025_06_18::ClientCapabilities {
            elicitation: Some(Object::new()),
            roots,
            ..v2025_06_18::ClientCapabilities::default()
        };
        let me = v2025_06_18::Implementation::new(NAME, version);
        return written(&v2025_06_18::InitializeRequestParams::new(able, me, revision.as_str()));
    }
    let able = v2024_11_05::ClientCapabilities { roots, ..v2024_11_05::ClientCapabilities::default() };
    let me = v2024_11_05::Implementation::new(NAME, version);
    written(&v2024_11_05::InitializeRequestParams::new(able, me, revision.as_str()))
}

/// A request, again where the server wants an address visited first.
pub(super) async fn ask(session: &mut Session, method: &str, params: Value) -> Result<Value, Trouble> {
    let params = session.revision.params(method, params);
    let mut params =
        params.map_err(|error| Trouble::Garbled(error.to_string()))?.unwrap_or_else(|| json!({}));
    if method == "tools/call" {
        ask_for_logs(session).await?;
        params["_meta"] = json!({ "progressToken": method });
    }
    let limit = session.limit();
    for _ in 0..ROUND_LIMIT {
        match session.exchange(method, Some(params.clone()), &[], limit).await {
            Err(Trouble::Refused { method, error }) if error.code == URL_FIRST => {
                if !visited(session, &error) {
                    return Err(Trouble::Refused { method, error });
                }
            }
            done => return done,
        }
    }
    Err(Trouble::Garbled(format!("the server asks for more than {ROUND_LIMIT} visits")))
}

/// Asks for the messages that a modern call asks for; a server may still keep them.
async fn ask_for_logs(session: &mut Session) -> Result<(), Trouble> {
    if !std::mem::take(&mut session.logs) {
        return Ok(());
    }
    let limit = session.limit();
    match session.exchange("logging/setLevel", Some(json!({ "level": "info" })), &[], limit).await {
        Ok(_) | Err(Trouble::Refused { .. }) => Ok(()),
        Err(trouble) => Err(trouble),
    }
}

fn visited(session: &mut Session, error: &RpcError) -> bool {
    let data = error.data.clone().unwrap_or_default();
    match serde_json::from_value::<UrlElicitationRequiredErrorErrorData>(data) {
        Ok(data) => {
            data.elicitations.iter().all(|wanted| session.person.visits(&wanted.message, &wanted.url))
        }
        Err(_) => false,
    }
}

/// The answer to a request of the server.
pub(super) fn answer(session: &mut Session, method: &str, params: Value) -> Result<Value, RpcError> {
    match method {
        "ping" => Ok(json!({})),
        "elicitation/create" if session.revision >= Revision::V2025_06_18 => {
            session.person.elicit(&params).map_err(|error| RpcError::new(-32602, error))
        }
        "roots/list" => session.person.roots().ok_or_else(|| not_here(method)),
        _ => Err(not_here(method)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_those_of_the_revision() {
        for (revision, expected) in [
            (Revision::V2024_11_05, json!({ "roots": {} })),
            (Revision::V2025_03_26, json!({ "roots": {} })),
            (Revision::V2025_06_18, json!({ "elicitation": {}, "roots": {} })),
            (Revision::V2025_11_25, json!({ "elicitation": { "form": {}, "url": {} }, "roots": {} })),
        ] {
            let params = opening(revision, true);
            assert_eq!(
                (&params["capabilities"], &params["protocolVersion"]),
                (&expected, &json!(revision.as_str()))
            );
            assert_eq!(opening(revision, false)["capabilities"].get("roots"), None);
        }
    }
}
