//! A connection, whatever the transport: messages go out, messages come in.

use serde_json::Value;

use super::headers::Header;
use super::http::Http;
use super::revision::Revision;
use super::stdio::Stdio;
use super::trouble::Trouble;

pub(super) enum Link {
    Http(Box<Http>),
    Stdio(Box<Stdio>),
}

impl Link {
    /// Sends a request; what the server has to say to it comes by [`Link::next`].
    pub(super) async fn request(&mut self, message: &Value, headers: &[Header]) -> Result<(), Trouble> {
        match self {
            Self::Http(http) => http.request(message, headers).await,
            Self::Stdio(stdio) => stdio.write(message).await,
        }
    }

    /// Sends what has no answer: a notification, or the answer to a request of the server.
    pub(super) async fn tell(&mut self, message: &Value) -> Result<(), Trouble> {
        match self {
            Self::Http(http) => http.tell(message).await,
            Self::Stdio(stdio) => stdio.write(message).await,
        }
    }

    /// The next message of the server.
    pub(super) async fn next(&mut self) -> Result<Value, Trouble> {
        match self {
            Self::Http(http) => http.next().await,
            Self::Stdio(stdio) => stdio.next().await,
        }
    }

    /// Whether requests repeat in headers what their body says.
    pub(super) fn has_headers(&self) -> bool {
        matches!(self, Self::Http(_))
    }

    /// The revision that all following messages are of.
    pub(super) fn settle(&mut self, revision: Revision) {
        if let Self::Http(http) = self {
            http.settle(revision);
        }
    }

    /// A fresh start after a probe that the server may not have survived.
    pub(super) async fn again(&mut self, probe: &Trouble) -> Result<(), Trouble> {
        match self {
            Self::Stdio(stdio) if matches!(probe, Trouble::Ended(_)) => stdio.restart().await,
            _ => Ok(()),
        }
    }

    /// Whether the server speaks the transport of 2024-11-05, which is used from then on.
    pub(super) async fn older(&mut self) -> Result<bool, Trouble> {
        match self {
            Self::Http(http) => http.older().await,
            Self::Stdio(_) => Ok(false),
        }
    }

    /// Ends the session, and a server that was started.
    pub(super) async fn close(self) {
        match self {
            Self::Http(http) => http.close().await,
            Self::Stdio(stdio) => stdio.close().await,
        }
    }
}
