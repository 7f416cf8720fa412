//! Everything a caller can make grow, and how far.

use std::time::Duration;

use crate::contract::Parsing;

/// The limits of one engine and the transports in front of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Longest message in bytes: a line on stdio, a body on HTTP. Default 1 MiB.
    pub message_bytes: usize,
    /// Longest JSON-RPC id in bytes, quotes included. Default 1024.
    pub id_bytes: usize,
    /// Tool calls in progress at the same time: per stdio stream, and over all HTTP connections. Default 512.
    pub calls: usize,
    /// Time for a tool call where the catalog states none. Default 30 s.
    pub call_time: Duration,
    /// Longest time for a tool call whatever the catalog states. Default 120 s.
    pub longest_call_time: Duration,
    /// Legacy HTTP sessions alive at the same time. Default 10 000.
    pub sessions: usize,
    /// How long a legacy HTTP session lives without a message. Default 10 min.
    pub session_idle: Duration,
    /// HTTP connections open at the same time; one more is closed at once. Default 8192.
    pub connections: usize,
    /// Time for the head of an HTTP request, counted from the accepted connection or the previous answer: idle
    /// connections end after it too. Default 10 s.
    pub head_time: Duration,
    /// Time for the body of an HTTP request. Default 15 s.
    pub body_time: Duration,
    /// How long a stopping transport waits for the calls in progress. Default 10 s.
    pub drain_time: Duration,
    /// How far arguments may be from their schema: repaired where there is no doubt, the default, or not at all.
    pub parsing: Parsing,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 1 << 20,
            id_bytes: 1024,
            calls: 512,
            call_time: Duration::from_secs(30),
            longest_call_time: Duration::from_secs(120),
            sessions: 10_000,
            session_idle: Duration::from_secs(600),
            connections: 8192,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(15),
            drain_time: Duration::from_secs(10),
            parsing: Parsing::default(),
        }
    }
}
