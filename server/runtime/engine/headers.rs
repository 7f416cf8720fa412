//! The HTTP headers the protocol gives a meaning to, as a transport found them.

use std::borrow::Cow;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::tally::Holder;

/// One header as it arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Header<'a> {
    /// The request has no such header.
    #[default]
    Absent,
    /// The header occurs more than once, or holds bytes other than visible ASCII, space and tab.
    Malformed,
    /// The header's one value.
    Value(&'a str),
}

/// The headers of one HTTP request that the engine reads; header names compare without regard to case.
#[derive(Clone, Copy, Debug, Default)]
pub struct Headers<'a> {
    /// `MCP-Protocol-Version`.
    pub protocol_version: Header<'a>,
    /// `Mcp-Method`.
    pub method: Header<'a>,
    /// `Mcp-Name`.
    pub name: Header<'a>,
    /// `Mcp-Session-Id`.
    pub session_id: Header<'a>,
    /// `Last-Event-ID`.
    pub last_event_id: Header<'a>,
    /// The `Mcp-Param-…` headers: what follows that, and the value.
    pub params: &'a [(&'a str, Header<'a>)],
    /// Who sends the request, where the transport has found out.
    pub principal: Option<&'a str>,
    /// Where it comes from, if limits per address are to count it.
    pub address: Option<IpAddr>,
    /// Whether the client takes an event stream for an answer.
    pub takes_events: bool,
}

impl Headers<'_> {
    /// Who is counted for what the request opens.
    pub(super) fn holder(&self) -> Option<Holder> {
        let caller = self.principal.map(|principal| Holder::Caller(principal.into()));
        caller.or_else(|| self.address.map(Holder::address))
    }
}

impl<'a> Header<'a> {
    /// A header value without the white space around it.
    pub fn value(text: &'a str) -> Self {
        Self::Value(text.trim_matches([' ', '\t']))
    }
}

/// Undoes `=?base64?…?=`; any other text stands for itself. `None`: the wrapped part is not canonical base64 of
/// UTF-8 text.
pub(super) fn unwrap_base64(value: &str) -> Option<Cow<'_, str>> {
    let wrapped = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?="));
    match wrapped {
        Some(encoded) => String::from_utf8(STANDARD.decode(encoded).ok()?).ok().map(Cow::Owned),
        None => Some(value.into()),
    }
}
