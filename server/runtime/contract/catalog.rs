//! What a catalog says about a server and its tools, as generated constants.

use std::time::Duration;

/// One generated catalog: the server's identity and its tools.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Catalog {
    /// Programmatic name of the server (`Implementation.name`).
    pub name: &'static str,
    /// Name for people (`Implementation.title`).
    pub title: &'static str,
    /// Version of the catalog (`Implementation.version`).
    pub version: &'static str,
    /// The tools, in the order in which the catalog lists them.
    pub tools: &'static [ToolDescriptor],
}

impl Catalog {
    /// Puts a catalog together; called by generated code.
    pub const fn new(
        name: &'static str,
        title: &'static str,
        version: &'static str,
        tools: &'static [ToolDescriptor],
    ) -> Self {
        Self { name, title, version, tools }
    }

    /// The descriptor of the tool called `name`.
    pub fn tool(&self, name: &str) -> Option<&'static ToolDescriptor> {
        self.tools.iter().find(|tool| tool.name == name)
    }
}

/// One tool as the catalog describes it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ToolDescriptor {
    /// Name by which the tool is called.
    pub name: &'static str,
    /// The `Tool` object of the latest revision, as JSON text; the engine projects it for older revisions.
    pub json: &'static str,
    /// What the catalog demands around each call.
    pub policy: Policy,
}

impl ToolDescriptor {
    /// Describes one tool; called by generated code.
    pub const fn new(name: &'static str, json: &'static str, policy: Policy) -> Self {
        Self { name, json, policy }
    }
}

/// What the catalog demands around each call of a tool. `None` and the empty list mean: nothing demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Scopes the caller needs, all of them.
    pub scopes: &'static [&'static str],
    /// Longest time one call may take.
    pub timeout: Option<Duration>,
    /// Most calls per caller and minute.
    pub calls_per_minute: Option<u32>,
    /// Most calls of this tool at the same time.
    pub concurrency: Option<u32>,
    /// Largest answer in bytes.
    pub output_bytes: Option<u64>,
}

impl Policy {
    /// A policy that demands nothing; generated code fills in the rest with the `with_…` functions.
    pub const fn new() -> Self {
        Self { scopes: &[], timeout: None, calls_per_minute: None, concurrency: None, output_bytes: None }
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

    /// Allows a caller this many calls a minute.
    #[must_use]
    pub const fn with_calls_per_minute(mut self, calls: u32) -> Self {
        self.calls_per_minute = Some(calls);
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
}

impl Default for Policy {
    fn default() -> Self {
        Self::new()
    }
}
