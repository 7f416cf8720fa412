//! What a catalog demands around each use of a tool, resource or prompt.

use std::time::Duration;

/// What the catalog demands around each use. `None` and the empty list mean: nothing demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Scopes the caller needs, all of them.
    pub scopes: &'static [&'static str],
    /// Longest time one call may take.
    pub timeout: Option<Duration>,
    /// Most calls of one caller.
    pub rate: Option<Rate>,
    /// Most calls at the same time.
    pub concurrency: Option<u32>,
    /// Largest answer in bytes.
    pub output_bytes: Option<u64>,
    /// A person agrees to each call.
    pub confirm: bool,
    /// What the audit line says of the arguments.
    pub audit: Audit,
}

/// Most calls of one caller in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rate {
    /// How many calls.
    pub calls: u32,
    /// In how many seconds.
    pub per_seconds: u32,
}

/// What an audit line says of a call's arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audit {
    /// Their hash.
    #[default]
    Hash,
    /// All of them.
    Arguments,
    /// Nothing.
    None,
}

impl Policy {
    /// A policy that demands nothing; generated code fills in the rest with the `with_…` functions.
    pub const fn new() -> Self {
        Self {
            scopes: &[],
            timeout: None,
            rate: None,
            concurrency: None,
            output_bytes: None,
            confirm: false,
            audit: Audit::Hash,
        }
    }

    /// Demands all of `scopes`.
    #[must_use]
    pub const fn with_scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }

    /// Ends a call after this many milliseconds.
    #[must_use]
    pub const fn with_timeout_ms(mut self, milliseconds: u64) -> Self {
        self.timeout = Some(Duration::from_millis(milliseconds));
        self
    }

    /// Allows a caller this many calls in this many seconds.
    #[must_use]
    pub const fn with_rate(mut self, calls: u32, per_seconds: u32) -> Self {
        self.rate = Some(Rate { calls, per_seconds });
        self
    }

    /// Allows this many calls at the same time.
    #[must_use]
    pub const fn with_concurrency(mut self, calls: u32) -> Self {
        self.concurrency = Some(calls);
        self
    }

    /// Allows answers of this many bytes.
    #[must_use]
    pub const fn with_output_bytes(mut self, bytes: u64) -> Self {
        self.output_bytes = Some(bytes);
        self
    }

    /// Demands that a person agrees to each call.
    #[must_use]
    pub const fn with_confirm(mut self) -> Self {
        self.confirm = true;
        self
    }

    /// Chooses what the audit line says of the arguments.
    #[must_use]
    pub const fn with_audit(mut self, audit: Audit) -> Self {
        self.audit = audit;
        self
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
