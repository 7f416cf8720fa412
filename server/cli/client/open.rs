//! Which era a server is spoken to in: what was asked for, or what it turns out to know.

use std::time::Duration;

use lockstep_wire::latest::{DiscoverResult, UnsupportedProtocolVersionErrorErrorData};
use serde_json::json;

use super::ask::Person;
use super::link::Link;
use super::revision::Revision;
use super::session::Session;
use super::trouble::Trouble;
use super::{legacy, modern};

/// How long a server may think about a method that it may not know.
const PROBE: Duration = Duration::from_secs(10);

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Auto,
    Modern,
    Legacy(Revision),
}

/// What a probe found.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Modern,
    Legacy(Revision),
}

/// Opens a conversation.
pub(super) async fn open(
    link: Link,
    choice: Choice,
    person: Person,
    limit: Duration,
) -> Result<Session, Trouble> {
    let revision = match choice {
        Choice::Auto | Choice::Modern => Revision::V2026_07_28,
        Choice::Legacy(revision) => revision,
    };
    let mut session = Session::new(link, revision, person, limit);
    match choice {
        Choice::Modern => session.link.settle(revision),
        Choice::Legacy(revision) => legacy::initialize(&mut session, revision).await?,
        Choice::Auto => {
            if let Found::Legacy(revision) = probe(&mut session).await? {
                legacy::initialize(&mut session, revision).await?;
            }
        }
    }
    Ok(session)
}

/// Asks `server/discover`. A modern server answers it, or refuses it with the revisions it knows; whatever else is
/// heard, or not heard, is taken for a server of the era before.
async fn probe(session: &mut Session) -> Result<Found, Trouble> {
    session.link.settle(session.revision);
    let limit = PROBE.min(session.limit());
    let params = modern::params(session, "server/discover", json!({}))?;
    let answer = modern::exchange(session, "server/discover", params, &[], limit).await;
    match answer {
        Ok(result) => match serde_json::from_value::<DiscoverResult>(result) {
            Ok(discovered) => choose(discovered.supported_versions),
            Err(_) => Ok(Found::Legacy(Revision::NEWEST_LEGACY)),
        },
        Err(Trouble::Refused { error, .. }) => {
            let data = error.data.filter(|_| error.code == -32022).unwrap_or_default();
            match serde_json::from_value::<UnsupportedProtocolVersionErrorErrorData>(data) {
                Ok(data) => choose(data.supported),
                Err(_) => Ok(Found::Legacy(Revision::NEWEST_LEGACY)),
            }
        }
        Err(trouble @ (Trouble::Unreachable { .. } | Trouble::NoRevision(_))) => Err(trouble),
        // Neither says anything about the era.
        Err(trouble @ Trouble::Status { status: 300..=399 | 401 | 403 | 500..=599, .. }) => Err(trouble),
        Err(trouble) => {
            session.link.again(&trouble).await?;
            Ok(Found::Legacy(Revision::NEWEST_LEGACY))
        }
    }
}

/// The newest revision that both sides know.
fn choose(theirs: Vec<String>) -> Result<Found, Trouble> {
    match theirs.iter().filter_map(|name| Revision::of(name)).max() {
        Some(revision) if revision.is_modern() => Ok(Found::Modern),
        Some(revision) => Ok(Found::Legacy(revision)),
        None => Err(Trouble::NoRevision(theirs)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_in_common() {
        let choose = |theirs: &[&str]| choose(theirs.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(choose(&["2025-11-25", "2026-07-28", "2099-01-01"]).expect("one"), Found::Modern);
        assert_eq!(choose(&["2025-03-26", "2025-06-18"]).expect("one"), Found::Legacy(Revision::V2025_06_18));
        assert!(matches!(choose(&["2099-01-01"]), Err(Trouble::NoRevision(_))));
        assert!(matches!(choose(&[]), Err(Trouble::NoRevision(_))));
    }
}
