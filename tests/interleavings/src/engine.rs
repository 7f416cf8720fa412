//! The parts of the engine that threads share, and as much of what is around them as they need.

#[path = "../../../server/runtime/engine/limits.rs"]
#[expect(dead_code, unreachable_pub, reason = "the programs use a part of it, and nobody else does")]
mod limits;
#[path = "../../../server/runtime/engine/outbox.rs"]
#[expect(dead_code, reason = "the programs use a part of it")]
mod outbox;
pub mod programs;
#[path = "../../../server/runtime/engine/session.rs"]
#[expect(dead_code, reason = "the programs use a part of it")]
mod session;
#[path = "../../../server/runtime/engine/stream.rs"]
#[expect(dead_code, unreachable_pub, reason = "the programs use a part of it, and nobody else does")]
mod stream;

#[path = "../../../server/runtime/engine/tally.rs"]
#[cfg_attr(not(test), expect(dead_code, reason = "the programs use a part of it"))]
mod tally;

/// Answers, without the ways to make them.
mod reply {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Reply {
        pub(crate) status: u16,
        pub(crate) body: Option<bytes::Bytes>,
        pub(crate) session: Option<String>,
    }

    #[cfg(test)]
    impl Reply {
        pub(crate) fn result(_: &str, result: &[u8]) -> Self {
            Self { status: 200, body: Some(result.to_vec().into()), session: None }
        }
    }
}

/// One revision that says everything in the simplest words.
mod revision {
    use lockstep_wire::latest::{ClientCapabilities, LoggingLevel, RequestId};

    use crate::contract::changes::Change;

    #[derive(Clone, Copy, Debug)]
    pub(super) enum Revision {
        V2025_11_25,
    }

    impl Revision {
        pub(super) fn primes_streams(self) -> bool {
            true
        }

        pub(super) fn change(self, change: &Change, _: Option<&RequestId>) -> Result<Vec<u8>, String> {
            Ok(format!("{change:?}").into_bytes())
        }
    }

    pub(super) struct Introduction {
        #[expect(dead_code, reason = "as the engine's")]
        pub(super) version: String,
        pub(super) revision: Revision,
        pub(super) capabilities: ClientCapabilities,
    }

    pub(super) fn severity(level: LoggingLevel) -> u8 {
        level as u8
    }
}
