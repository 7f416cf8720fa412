//! Why a page gave no content, and what goes wrong in the words of each tool.

use std::fmt;

use lockstep_runtime::contract::{ErrorDetail, ModelledError as _, PromptError, SharedError};
use lockstep_tools::fetch_url::FetchUrlError;
use lockstep_tools::github_file::GithubFileError;
use lockstep_tools::web_search::WebSearchError;

use super::github::GithubError;
use super::search::SearchError;
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

impl From<PageError> for FetchUrlError {
    fn from(error: PageError) -> Self {
        let detail = ErrorDetail::new(error.to_string());
        match error {
            PageError::Egress(error) => from_egress(&error, detail),
            PageError::HttpStatus { status } => Self::http_status(detail.with_fact("status", status)),
            PageError::SiteBusy { status, retry_after_seconds } => {
                let detail = detail.with_fact("status", status);
                Self::site_busy(match retry_after_seconds {
                    Some(seconds) => detail.with_retry_after(seconds),
                    None => detail,
                })
            }
            PageError::UnsupportedType { .. } => Self::unsupported_type(detail),
            PageError::ContentChanged { hash } => {
                Self::content_changed(detail.with_fact("content_hash", hash))
            }
        }
    }
}

fn from_egress(error: &EgressError, detail: ErrorDetail) -> FetchUrlError {
    match error {
        EgressError::InvalidUrl { .. } => FetchUrlError::invalid_url(detail),
        EgressError::BlockedScheme { .. } => FetchUrlError::blocked_scheme(detail),
        EgressError::BlockedHost { .. } => FetchUrlError::blocked_host(detail),
        EgressError::BlockedAddress { .. } => FetchUrlError::blocked_address(detail),
        EgressError::BlockedPort { .. } => FetchUrlError::blocked_port(detail),
        EgressError::UserinfoNotAllowed => FetchUrlError::userinfo_not_allowed(detail),
        EgressError::TooManyRedirects { .. } => FetchUrlError::too_many_redirects(detail),
        EgressError::InsecureRedirect { .. } => FetchUrlError::insecure_redirect(detail),
        EgressError::RobotsDisallowed { .. } => FetchUrlError::robots_disallowed(detail),
        EgressError::RobotsUnavailable { .. } => FetchUrlError::robots_unavailable(detail),
        EgressError::Dns { .. } => FetchUrlError::dns_error(detail),
        EgressError::Connect { .. } => FetchUrlError::connect_error(detail),
        EgressError::Tls { .. } => FetchUrlError::tls_error(detail),
        EgressError::BodyTooLarge { .. } => FetchUrlError::body_too_large(detail),
        EgressError::UnsupportedEncoding { .. } => FetchUrlError::unsupported_encoding(detail),
        EgressError::BadResponse { .. } => FetchUrlError::bad_response(detail),
        EgressError::Timeout { .. } => FetchUrlError::timeout(detail),
        EgressError::HostBusy { retry_after_seconds, .. } => {
            SharedError::rate_limited(detail.with_retry_after(*retry_after_seconds)).into()
        }
    }
}

impl From<PageError> for PromptError {
    fn from(error: PageError) -> Self {
        let error = FetchUrlError::from(error);
        let hint = error.detail().hint.clone().unwrap_or_else(|| error.hint().to_owned());
        let detail = ErrorDetail::new(error.to_string()).with_hint(hint);
        match error {
            FetchUrlError::Timeout(_) => Self::Timeout(detail),
            _ if error.retryable() => Self::Unavailable(detail),
            _ => Self::InvalidArgument(detail),
        }
    }
}

impl From<GithubError> for GithubFileError {
    fn from(error: GithubError) -> Self {
        let detail = ErrorDetail::new(error.to_string());
        match error {
            GithubError::InvalidPath { .. } => SharedError::invalid_argument(detail).into(),
            GithubError::NotFound => Self::not_found(detail),
            GithubError::TooLarge { .. } | GithubError::LineTooLong { .. } => Self::too_large(detail),
            GithubError::NotText { html_url } => Self::not_text(detail.with_fact("html_url", html_url)),
            GithubError::RateLimited { seconds } => Self::rate_limited(detail.with_retry_after(seconds)),
            GithubError::Timeout => SharedError::timeout(detail).into(),
            GithubError::Provider { .. } => Self::provider_error(detail),
        }
    }
}

impl From<SearchError> for WebSearchError {
    fn from(error: SearchError) -> Self {
        let detail = ErrorDetail::new(error.to_string());
        match error {
            SearchError::NotConfigured => Self::not_configured(detail),
            SearchError::InvalidQuery { .. } => SharedError::invalid_argument(detail).into(),
            SearchError::RateLimited { seconds } => Self::rate_limited(detail.with_retry_after(seconds)),
            SearchError::Timeout => SharedError::timeout(detail).into(),
            SearchError::Provider { .. } => Self::provider_error(detail),
        }
    }
}
