//! The parts of the engine that threads share, and as much of what is around them as they need.

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

/// As the engine has them.
mod limits {
    pub(super) use lockstep_runtime::engine::Limits;
}

/// Answers, without the ways to make them.
mod reply {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Reply {
        pub(crate) status: u16,
        pub(crate) body: Option<bytes::Bytes>,
        pub(crate) session: Option<String>,
    }
}

/// One revision that says everything in the simplest words.
mod revision {
    use lockstep_wire::latest::{ClientCapabilities, LoggingLevel, RequestId};

    use crate::contract::changes::Change;

    #[derive(Clone, Copy, Debug)]
    pub(super) struct Revision;

    impl Revision {
        pub(super) fn primes_streams(self) -> bool {
            true
        }

        pub(super) fn change(self, change: &Change, _: Option<&RequestId>) -> Result<Vec<u8>, String> {
            Ok(format!("{change:?}").into_bytes())
        }
    }

    pub(super) struct Introduction {
        pub(super) revision: Revision,
        pub(super) capabilities: ClientCapabilities,
    }

    pub(super) fn severity(level: LoggingLevel) -> u8 {
        level as u8
    }
}
