//! The header fields that matter, found in one pass over the head.

use axum::http::HeaderValue;
use axum::http::request::Parts;

use crate::engine::Header;

/// One field of a request head.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Field<'a> {
    /// The head has no such field.
    #[default]
    Absent,
    /// It has one.
    One(&'a HeaderValue),
    /// It has several lines of this name.
    Several,
}

impl<'a> Field<'a> {
    fn add(&mut self, value: &'a HeaderValue) {
        *self = match self {
            Self::Absent => Self::One(value),
            Self::One(_) | Self::Several => Self::Several,
        };
    }

    /// The text of its one line.
    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::One(value) => value.to_str().ok(),
            Self::Absent | Self::Several => None,
        }
    }

    /// As one of the protocol's headers. Bytes that are not visible ASCII, and a second line of the same name, spoil it.
    pub(super) fn header(self) -> Header<'a> {
        match self {
            Self::Absent => Header::Absent,
            Self::One(value) => value.to_str().map_or(Header::Malformed, Header::value),
            Self::Several => Header::Malformed,
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) host: Field<'a>,
    pub(super) origin: Field<'a>,
    pub(super) accept: Field<'a>,
    pub(super) content_type: Field<'a>,
    pub(super) content_length: Field<'a>,
    /// Whether the body is anything but itself.
    pub(super) encoded: bool,
    pub(super) protocol_version: Field<'a>,
    pub(super) method: Field<'a>,
    pub(super) name: Field<'a>,
    pub(super) session_id: Field<'a>,
    pub(super) last_event_id: Field<'a>,
    /// Those that mirror arguments, by what follows `Mcp-Param-`.
    pub(super) params: Vec<(&'a str, Field<'a>)>,
    /// Size of names and values, with what stands between them.
    pub(super) bytes: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn read(head: &'a Parts) -> Self {
        let mut fields = Self::default();
        for (name, value) in &head.headers {
            let name = name.as_str();
            fields.bytes += name.len() + value.len() + ": \r\n".len();
            match name {
                "host" => fields.host.add(value),
                "origin" => fields.origin.add(value),
                "accept" => fields.accept.add(value),
                "content-type" => fields.content_type.add(value),
                "content-length" => fields.content_length.add(value),
                "content-encoding" => fields.encoded |= !value.as_bytes().eq_ignore_ascii_case(b"identity"),
                "mcp-protocol-version" => fields.protocol_version.add(value),
                "mcp-method" => fields.method.add(value),
                "mcp-name" => fields.name.add(value),
                "mcp-session-id" => fields.session_id.add(value),
                "last-event-id" => fields.last_event_id.add(value),
                _ => {
                    if let Some(rest) = name.strip_prefix("mcp-param-") {
                        fields.add_param(rest, value);
                    }
                }
            }
        }
        fields
    }

    fn add_param(&mut self, rest: &'a str, value: &'a HeaderValue) {
        match self.params.iter_mut().find(|(name, _)| *name == rest) {
            Some((_, field)) => field.add(value),
            None => self.params.push((rest, Field::One(value))),
        }
    }
}
