//! The revisions this client speaks, and the wire types behind each of them.

use std::fmt;

use clap::ValueEnum;
use lockstep_wire::{v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28};
use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

/// One revision, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Revision {
    #[value(name = "2024-11-05")]
    V2024_11_05,
    #[value(name = "2025-03-26")]
    V2025_03_26,
    #[value(name = "2025-06-18")]
    V2025_06_18,
    #[value(name = "2025-11-25")]
    V2025_11_25,
    #[value(name = "2026-07-28")]
    V2026_07_28,
}

/// Calls a macro with the wire module of a revision.
macro_rules! with_module {
    ($revision:expr, $macro:ident!($($argument:expr),*)) => {
        match $revision {
            Revision::V2024_11_05 => $macro!(v2024_11_05 $(, $argument)*),
            Revision::V2025_03_26 => $macro!(v2025_03_26 $(, $argument)*),
            Revision::V2025_06_18 => $macro!(v2025_06_18 $(, $argument)*),
            Revision::V2025_11_25 => $macro!(v2025_11_25 $(, $argument)*),
            Revision::V2026_07_28 => $macro!(v2026_07_28 $(, $argument)*),
        }
    };
}

macro_rules! request {
    ($module:ident, $method:expr, $params:expr) => {
        $module::methods::ClientRequests::decode($method, $params)?.params()
    };
}

macro_rules! result {
    ($module:ident, $method:expr, $value:expr) => {
        match $method {
            "tools/list" => read::<$module::ListToolsResult>($value),
            "tools/call" => read::<$module::CallToolResult>($value),
            "resources/list" => read::<$module::ListResourcesResult>($value),
            "resources/templates/list" => read::<$module::ListResourceTemplatesResult>($value),
            "resources/read" => read::<$module::ReadResourceResult>($value),
            "prompts/list" => read::<$module::ListPromptsResult>($value),
            "prompts/get" => read::<$module::GetPromptResult>($value),
            _ => Ok(()),
        }
    };
}

impl Revision {
    pub(super) const NEWEST_LEGACY: Self = Self::V2025_11_25;

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::V2024_11_05 => "2024-11-05",
            Self::V2025_03_26 => "2025-03-26",
            Self::V2025_06_18 => "2025-06-18",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2026_07_28 => "2026-07-28",
        }
    }

    pub(super) fn of(name: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|revision| revision.as_str() == name)
    }

    /// Whether requests stand alone, without handshake and session.
    pub(super) fn is_modern(self) -> bool {
        self == Self::V2026_07_28
    }

    /// Whether requests name the revision in a header.
    pub(super) fn has_version_header(self) -> bool {
        self >= Self::V2025_06_18
    }

    /// Parameters as this revision's type writes them.
    pub(super) fn params(self, method: &str, params: Value) -> Result<Option<Value>, Error> {
        with_module!(self, request!(method, Some(params)))
    }

    /// Whether a result is what this revision answers to a method.
    pub(super) fn check_result(self, method: &str, result: &Value) -> Result<(), Error> {
        with_module!(self, result!(method, result))
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> Result<(), Error> {
    T::deserialize(value).map(drop)
}

impl fmt::Display for Revision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
