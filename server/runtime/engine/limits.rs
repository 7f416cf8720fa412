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
    /// Deepest nesting of lists and objects in a message. Default 128.
    pub depth: usize,
    /// Most values in a message, of any kind. Default 100 000.
    pub nodes: usize,
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
    /// How long a legacy HTTP session lives in any case. Default 24 h.
    pub session_life: Duration,
    /// Streams that one legacy session holds open for news of the server. Default 4.
    pub session_streams: usize,
    /// Subscriptions of modern clients at the same time: per channel, and over all HTTP connections. Default 4000.
    pub subscriptions: usize,
    /// Resources that one subscription, or one legacy session, watches. Default 100.
    pub watched: usize,
    /// Messages of one batch. Default 50.
    pub batch: usize,
    /// Questions that wait for the answers of one legacy client. Default 8.
    pub questions: usize,
    /// How long a legacy client has for the answer to a question; a person may be asked. Default 5 min.
    pub question_time: Duration,
    /// How often a modern client is sent away with questions before one request is answered. Default 16.
    pub rounds: u32,
    /// How long a modern client may carry what the server gave it: request state, cursors. Default 1 h.
    pub sealed_time: Duration,
    /// Largest state in bytes that a modern client is given to carry. Default 64 KiB.
    pub state_bytes: usize,
    /// Pause after which a stream without news says that it is still there. Default 15 s.
    pub keep_alive: Duration,
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
            depth: 128,
            nodes: 100_000,
            calls: 512,
            call_time: Duration::from_secs(30),
            longest_call_time: Duration::from_secs(120),
            sessions: 10_000,
            session_idle: Duration::from_secs(600),
            session_life: Duration::from_secs(24 * 3600),
            session_streams: 4,
            subscriptions: 4000,
            watched: 100,
            batch: 50,
            questions: 8,
            question_time: Duration::from_secs(300),
            rounds: 16,
            sealed_time: Duration::from_secs(3600),
            state_bytes: 64 << 10,
            keep_alive: Duration::from_secs(15),
            connections: 8192,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(15),
            drain_time: Duration::from_secs(10),
            parsing: Parsing::default(),
        }
    }
}
