//! Everything a caller can make grow, and how far.

use std::fmt;
use std::time::Duration;

use crate::contract::Parsing;

/// One table for the fields, their defaults, and setting them by name.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr,)+) => {
        /// The limits of one engine and the transports in front of it.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $name: $type,)+
            /// How far arguments may be from their schema: repaired where there is no doubt, the default, or not at all.
            pub parsing: Parsing,
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)+ parsing: Parsing::default() }
            }
        }

        impl Limits {
            /// The names of all numbers and times, each with what it limits and its default.
            pub const NAMES: &[(&str, &str)] = &[$((stringify!($name), concat!($($doc),+)),)+];

            /// Sets the limit of this name: a whole number, or a time such as `500ms`, `10s`, `5min` or `24h`.
            ///
            /// # Errors
            ///
            /// There is no such limit, or it takes something else.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), WrongLimit> {
                match name {
                    $(stringify!($name) => self.$name = <$type as Setting>::read(value).ok_or(WrongLimit::Value(<$type as Setting>::WANTED))?,)+
                    _ => return Err(WrongLimit::Name),
                }
                Ok(())
            }
        }
    };
}

const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

limits! {
    /// Longest message in bytes: a line on stdio, a body on HTTP. Default 1 MiB.
    message_bytes: usize = 1 << 20,
    /// Longest JSON-RPC id in bytes, quotes included. Default 1024.
    id_bytes: usize = 1024,
    /// Longest progress token in bytes, quotes included: it is repeated in each message about progress. Default 256.
    progress_token_bytes: usize = 256,
    /// Longest address of a resource to watch in bytes. Default 2048.
    watched_uri_bytes: usize = 2048,
    /// Deepest nesting of lists and objects in a message. Default 128.
    depth: usize = 128,
    /// Most values in a message, of any kind. Default 100 000.
    nodes: usize = 100_000,
    /// Tool calls in progress at the same time: per stdio stream or socket, and over all HTTP connections. Default 512.
    calls: usize = 512,
    /// Time for a tool call where the catalog states none. Default 30 s.
    call_time: Duration = seconds(30),
    /// Longest time for a tool call whatever the catalog states. Default 120 s.
    longest_call_time: Duration = seconds(120),
    /// Legacy HTTP sessions alive at the same time. Default 10 000.
    sessions: usize = 10_000,
    /// Legacy HTTP sessions of one authenticated caller at the same time. Default 100.
    caller_sessions: usize = 100,
    /// Legacy HTTP sessions that one address holds without authentication. Default 10.
    address_sessions: usize = 10,
    /// Tool calls in progress at the same time in one legacy session over HTTP. Default 32.
    session_calls: usize = 32,
    /// How long a legacy HTTP session lives without a message. Default 10 min.
    session_idle: Duration = seconds(600),
    /// How long a legacy HTTP session lives in any case. Default 24 h.
    session_life: Duration = seconds(24 * 3600),
    /// Streams that one legacy session holds open for news of the server. Default 4.
    session_streams: usize = 4,
    /// Streams for news that one authenticated caller, or one address without authentication, holds open over HTTP.
    /// Default 16.
    caller_streams: usize = 16,
    /// Streams for news at the same time over all HTTP connections; subscriptions on one channel. Default 4000.
    streams: usize = 4000,
    /// Bytes kept in all sessions together for clients that come back for the rest of a stream; what does not fit can
    /// not be resumed. Default 64 MiB.
    replay_bytes: usize = 64 << 20,
    /// Resources that one subscription, or one legacy session, watches. Default 100.
    watched: usize = 100,
    /// Messages of one batch. Default 50.
    batch: usize = 50,
    /// Questions that wait for the answers of one legacy client. Default 8.
    questions: usize = 8,
    /// How long a legacy client has for the answer to a question; a person may be asked. Default 5 min.
    question_time: Duration = seconds(300),
    /// How often a modern client is sent away with questions before one request is answered. Default 16.
    rounds: u32 = 16,
    /// How long a modern client may carry what the server gave it: request state, cursors. Default 1 h.
    sealed_time: Duration = seconds(3600),
    /// Largest state in bytes that a modern client is given to carry. Default 64 KiB.
    state_bytes: usize = 64 << 10,
    /// How long a peer may take nothing of what is written to it before it is given up. Default 60 s.
    write_stall: Duration = seconds(60),
    /// Pause after which a stream without news says that it is still there. Default 15 s.
    keep_alive: Duration = seconds(15),
    /// HTTP connections open at the same time. For one more, the oldest that has sent no request yet is closed, or the
    /// new one where there is none. Default 8192.
    connections: usize = 8192,
    /// HTTP connections of one address at the same time; one more is closed at once. Default 256.
    address_connections: usize = 256,
    /// HTTP connections that have sent no request yet; for one more the oldest of them is closed. Default 1024.
    silent_connections: usize = 1024,
    /// Time for the head of an HTTP request, from the accepted connection or its first byte. Default 10 s.
    head_time: Duration = seconds(10),
    /// Time for the body of an HTTP request. Default 15 s.
    body_time: Duration = seconds(15),
    /// How long an HTTP connection is kept between an answer and the next request. Default 75 s.
    idle_time: Duration = seconds(75),
    /// How long a stopping transport waits for the calls in progress. Default 10 s.
    drain_time: Duration = seconds(10),
}

/// Why [`Limits::set`] does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongLimit {
    /// There is no limit of this name; [`Limits::NAMES`] has all.
    Name,
    /// The limit takes another value: this kind.
    Value(&'static str),
}

impl fmt::Display for WrongLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => formatter.write_str("there is no limit of this name"),
            Self::Value(wanted) => write!(formatter, "this limit takes {wanted}"),
        }
    }
}

impl std::error::Error for WrongLimit {}

/// What a limit can be set to.
trait Setting: Sized {
    const WANTED: &str;

    fn read(text: &str) -> Option<Self>;
}

impl Setting for usize {
    const WANTED: &str = "a whole number";

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Setting for u32 {
    const WANTED: &str = usize::WANTED;

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Setting for Duration {
    const WANTED: &str = "a time such as `500ms`, `10s`, `5min` or `24h`";

    fn read(text: &str) -> Option<Self> {
        let unit = text.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = text[..unit].parse().ok()?;
        let milliseconds = match &text[unit..] {
            "ms" => 1,
            "s" => 1000,
            "min" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        // More than a century is as good as for ever, and no clock overflows.
        number
            .checked_mul(milliseconds)
            .filter(|time| *time < 100 * 365 * 24 * 3_600_000)
            .map(Self::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_set_by_name() {
        let mut limits = Limits::default();
        for (name, value) in
            [("sessions", "7"), ("rounds", "3"), ("call_time", "500ms"), ("idle_time", "5min")]
        {
            assert_eq!(limits.set(name, value), Ok(()), "{name}");
        }
        assert_eq!((limits.sessions, limits.rounds), (7, 3));
        assert_eq!(
            (limits.call_time, limits.idle_time),
            (Duration::from_millis(500), Duration::from_secs(300))
        );
        for (name, value) in [
            ("sessions", "-1"),
            ("sessions", "7s"),
            ("rounds", "4294967296"),
            ("call_time", "10"),
            ("call_time", "s"),
            ("call_time", "18446744073709551615h"),
            ("call_time", "1 s"),
        ] {
            assert!(matches!(limits.set(name, value), Err(WrongLimit::Value(_))), "{name} {value}");
        }
        assert_eq!(limits.set("session", "7"), Err(WrongLimit::Name));
    }
}
