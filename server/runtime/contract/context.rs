//! What a tool may know about the call it serves.

use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::arguments::Parsing;

/// What a tool sees of the call it serves: never a session, a transport or a revision.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Context {
    /// Fires when nobody waits for the answer any more; long work checks it.
    pub cancellation: CancellationToken,
    /// When the call is given up. Work that cannot be dropped (a thread, a database) stops itself by then.
    pub deadline: Option<Instant>,
    /// How strictly the arguments of the call are read.
    pub parsing: Parsing,
}

impl Context {
    /// A context that is cancelled through `cancellation` and given up at `deadline`.
    pub fn new(cancellation: CancellationToken, deadline: Option<Instant>) -> Self {
        Self { cancellation, deadline, parsing: Parsing::default() }
    }

    /// Reads arguments in this way.
    #[must_use]
    pub fn with_parsing(mut self, parsing: Parsing) -> Self {
        self.parsing = parsing;
        self
    }
}
