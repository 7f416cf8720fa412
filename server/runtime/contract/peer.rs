//! The seam between a [`Context`](super::Context) and whatever carries its calls.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use lockstep_wire::latest::{ClientCapabilities, InputRequest, InputResponse, LoggingLevel};
use serde_json::Value;

use super::changes::Changes;
use super::error::SharedError;

/// A future without a name.
pub type Asked<'a> = Pin<Box<dyn Future<Output = Result<InputResponse, InputError>> + Send + 'a>>;

/// Whoever called, as the engine knows them. A tool uses [`Context`](super::Context); tests of tools may implement this
/// to play the client.
pub trait Peer: Send + Sync {
    /// What the client can do.
    fn capabilities(&self) -> &ClientCapabilities;

    /// Who calls, where that is known.
    fn principal(&self) -> Option<&str> {
        None
    }

    /// A member of the request's `_meta`.
    fn meta(&self, _key: &str) -> Option<Value> {
        None
    }

    /// Time spent waiting for the client's answers.
    fn waited(&self) -> Duration {
        Duration::ZERO
    }

    /// See [`Context::progress`](super::Context::progress).
    fn progress(&self, _progress: f64, _total: Option<f64>, _message: Option<&str>) {}

    /// See [`Context::log`](super::Context::log).
    fn log(&self, _level: LoggingLevel, _logger: Option<&str>, _data: Value) {}

    /// Asks the client. The future may never be ready: the handler is stopped there and run again later.
    fn ask<'a>(&'a self, key: &'a str, request: InputRequest) -> Asked<'a>;

    /// What [`Peer::remember`] was told in an earlier run of the handler.
    fn recall(&self, _key: &str) -> Option<Value> {
        None
    }

    /// Keeps a value for later runs of the handler.
    fn remember(&self, _key: &str, _value: Value) {}

    /// See [`Context::release_connection`](super::Context::release_connection).
    fn release_connection(&self, _come_back_after: Duration) {}

    /// Where changes are told.
    fn changes(&self) -> &Changes;
}

/// Why the client gave no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InputError {
    /// There is nobody to ask.
    Unsupported,
    /// The client refused: what it said.
    Refused(String),
    /// No answer came in time.
    TimedOut,
    /// The answer does not fit the question: how.
    Invalid(String),
    /// The client is gone, or asks too much at once to be asked.
    Unavailable(String),
}

impl fmt::Display for InputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => formatter.write_str("the client cannot be asked"),
            Self::Refused(why) => write!(formatter, "the client refused to answer: {why}"),
            Self::TimedOut => formatter.write_str("the client did not answer in time"),
            Self::Invalid(why) => write!(formatter, "the client's answer cannot be used: {why}"),
            Self::Unavailable(why) => write!(formatter, "the client cannot be asked now: {why}"),
        }
    }
}

impl std::error::Error for InputError {}

impl From<InputError> for SharedError {
    fn from(error: InputError) -> Self {
        let detail = error.to_string();
        match error {
            InputError::Refused(_) => Self::cancelled(detail),
            InputError::TimedOut => Self::timeout(detail),
            _ => Self::unavailable(detail),
        }
    }
}

/// A position in a distributed trace (W3C Trace Context), as a request's `_meta` carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceContext {
    /// `traceparent`: version, trace id, parent id and flags, checked.
    pub traceparent: String,
    /// `tracestate`, as it came.
    pub tracestate: Option<String>,
    /// `baggage`, as it came: never trust it.
    pub baggage: Option<String>,
}

impl TraceContext {
    /// Longest `tracestate` or `baggage` in bytes; longer ones are left out.
    const LONGEST: usize = 8192;

    /// Reads the members of `_meta`; `None` where `traceparent` is absent or malformed.
    pub(crate) fn read(member: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let traceparent = member("traceparent").filter(|text| is_traceparent(text))?;
        let other =
            |key| member(key).filter(|text| text.len() <= Self::LONGEST && !text.contains(char::is_control));
        Some(Self { traceparent, tracestate: other("tracestate"), baggage: other("baggage") })
    }
}

/// `version-trace-parent-flags` in lower-case hexadecimal, ids not all zero, version not `ff`. Later versions may have
/// more after the flags.
fn is_traceparent(text: &str) -> bool {
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let id = |part: &str, length| hex(part, length) && part.bytes().any(|byte| byte != b'0');
    let mut parts = text.splitn(5, '-');
    let (version, trace, parent, flags) = (parts.next(), parts.next(), parts.next(), parts.next());
    let more = parts.next().is_some();
    version.is_some_and(|part| hex(part, 2) && part != "ff" && (part != "00" || !more))
        && trace.is_some_and(|part| id(part, 32))
        && parent.is_some_and(|part| id(part, 16))
        && flags.is_some_and(|part| hex(part, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traceparents() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert!(is_traceparent(good));
        assert!(
            is_traceparent(&good.replacen("00", "01", 1))
                && is_traceparent(&format!("01{}-more", &good[2..]))
        );
        for bad in [
            "",
            "00",
            &good.to_uppercase(),
            &format!("{good}-more"),
            &good.replacen("00", "ff", 1),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        ] {
            assert!(!is_traceparent(bad), "{bad}");
        }
    }
}
