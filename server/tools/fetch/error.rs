//! Why a page gave no content, beyond what the egress client says.

use std::fmt;

use crate::egress::EgressError;

/// Why a page could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PageError {
    /// It was refused, or could not be reached.
    Egress(EgressError),
    /// The site answered with an error that will stay.
    HttpStatus { status: u16 },
    /// The site answered with an error that may pass.
    SiteBusy { status: u16, retry_after_seconds: Option<u64> },
    /// There is no text in what came.
    UnsupportedType { media_type: String },
    /// The version that a part was asked of is gone, and the page has become another one.
    ContentChanged { hash: String },
}

impl From<EgressError> for PageError {
    fn from(error: EgressError) -> Self {
        Self::Egress(error)
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Egress(error) => error.fmt(formatter),
            Self::HttpStatus { status } | Self::SiteBusy { status, .. } => {
                write!(formatter, "the site answered with the status {status}")
            }
            Self::UnsupportedType { media_type } => {
                let media_type: String = media_type.chars().take(100).collect();
                write!(formatter, "`{media_type}` has no text")
            }
            Self::ContentChanged { hash } => {
                write!(formatter, "the page has changed; its content is now that of `{hash}`")
            }
        }
    }
}

impl std::error::Error for PageError {}
