//! Text with a format: dates, times, addresses. Each type keeps the text that it was read from.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::calendar::{Day, Moment, date, date_time};
use super::constrained::{ConstraintError, check_text};
use super::hostname;
use super::rule::{Rule, Typed};

/// A format of JSON Schema that the catalog language has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// RFC 3339 full-date.
    Date,
    /// RFC 3339 date-time.
    DateTime,
    /// RFC 5321 mailbox.
    Email,
    /// Dotted decimal.
    Ipv4,
    /// RFC 4291, without a zone.
    Ipv6,
    /// RFC 3986, with a scheme.
    Uri,
    /// RFC 4122, with hyphens.
    Uuid,
}

impl Format {
    /// Whether `text` has this format.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Date => date(text).is_some(),
            Self::DateTime => date_time(text).is_some(),
            Self::Email => email(text).is_some(),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Uri => uri(text).is_some(),
            Self::Uuid => uuid(text).is_some(),
        }
    }

    pub(super) fn describe(self) -> &'static str {
        match self {
            Self::Date => "a date (YYYY-MM-DD)",
            Self::DateTime => "a date and time with offset (RFC 3339)",
            Self::Email => "an e-mail address",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Uri => "a URI with a scheme",
            Self::Uuid => "a UUID",
        }
    }

    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Date => "2026-07-28",
            Self::DateTime => "2026-07-28T12:00:00Z",
            Self::Email => "somebody@example.com",
            Self::Ipv4 => "192.0.2.1",
            Self::Ipv6 => "2001:db8::1",
            Self::Uri => "https://example.com/",
            Self::Uuid => "123e4567-e89b-12d3-a456-426614174000",
        }
    }
}

macro_rules! format_types {
    ($($(#[$meta:meta])* $name:ident($parsed:ty) $read:ident;)+) => {
        $(
            $(#[$meta])*
            #[derive(Clone)]
            pub struct $name {
                text: String,
                parsed: $parsed,
            }

            impl $name {
                /// The text it was read from.
                pub fn as_str(&self) -> &str {
                    &self.text
                }

                /// The text it was read from.
                pub fn into_inner(self) -> String {
                    self.text
                }
            }

            impl Typed for $name {
                const RULE: &'static Rule =
                    &Rule::Text { min: None, max: None, pattern: None, format: Some(Format::$name) };
            }

            impl TryFrom<String> for $name {
                type Error = ConstraintError;

                fn try_from(text: String) -> Result<Self, Self::Error> {
                    match $read(&text) {
                        Some(parsed) => Ok(Self { text, parsed }),
                        None => Err(ConstraintError::new(Self::RULE, &text)),
                    }
                }
            }

            impl TryFrom<&str> for $name {
                type Error = ConstraintError;

                fn try_from(text: &str) -> Result<Self, Self::Error> {
                    check_text(Self::RULE, text)?;
                    Self::try_from(text.to_owned())
                }
            }

            impl std::str::FromStr for $name {
                type Err = ConstraintError;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    Self::try_from(text)
                }
            }

            impl From<$name> for String {
                fn from(value: $name) -> Self {
                    value.text
                }
            }

            impl AsRef<str> for $name {
                fn as_ref(&self) -> &str {
                    &self.text
                }
            }

            impl std::ops::Deref for $name {
                type Target = str;

                fn deref(&self) -> &str {
                    &self.text
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter.debug_tuple(stringify!($name)).field(&self.text).finish()
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    formatter.pad(&self.text)
                }
            }

            impl PartialEq for $name {
                fn eq(&self, other: &Self) -> bool {
                    self.text == other.text
                }
            }

            impl Eq for $name {}

            impl PartialOrd for $name {
                fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                    Some(self.cmp(other))
                }
            }

            impl Ord for $name {
                fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                    self.text.cmp(&other.text)
                }
            }

            impl std::hash::Hash for $name {
                fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                    self.text.hash(state);
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(&self.text)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = String::deserialize(deserializer)?;
                    Self::try_from(text).map_err(serde::de::Error::custom)
                }
            }
        )+
    };
}

format_types! {
    /// A day (RFC 3339 full-date), years 0000 to 9999.
    Date(Day) date;
    /// A moment (RFC 3339 date-time); a leap second may only end a day in UTC.
    DateTime(Moment) date_time;
    /// An e-mail address (RFC 5321). A display name before it, `Ada <ada@example.com>`, is part of the format.
    Email(Mailbox) email;
    /// An absolute URI (RFC 3986).
    Uri(fluent_uri::Uri<String>) uri;
    /// A UUID (RFC 4122), written with hyphens in either case.
    Uuid(u128) uuid;
}

impl Date {
    /// The year.
    pub fn year(&self) -> u16 {
        self.parsed.year
    }

    /// The month, from 1.
    pub fn month(&self) -> u8 {
        self.parsed.month
    }

    /// The day of the month, from 1.
    pub fn day(&self) -> u8 {
        self.parsed.day
    }
}

impl DateTime {
    /// Seconds since 1970-01-01T00:00:00Z; a leap second counts as the next second.
    pub fn unix_seconds(&self) -> i64 {
        self.parsed.unix_seconds()
    }

    /// Nanoseconds within the second; finer digits are dropped.
    pub fn nanosecond(&self) -> u32 {
        self.parsed.nanosecond
    }

    /// The offset from UTC in minutes, as it was written.
    pub fn offset_minutes(&self) -> i16 {
        self.parsed.offset_minutes
    }
}

impl Email {
    /// What stands before the last `@`, without a display name; a quoted one keeps its quotes.
    pub fn local_part(&self) -> &str {
        let Mailbox { at, local, .. } = self.parsed;
        &self.text[at - local..at]
    }

    /// What follows the last `@`: a host name, or an address in brackets.
    pub fn domain(&self) -> &str {
        let Mailbox { at, domain, .. } = self.parsed;
        &self.text[at + 1..=at + domain]
    }
}

impl Uri {
    /// The scheme, as written.
    pub fn scheme(&self) -> &str {
        self.parsed.scheme().as_str()
    }

    /// Host and port with user information, as written; `None` without `//`.
    pub fn authority(&self) -> Option<&str> {
        self.parsed.authority().map(|authority| authority.as_str())
    }

    /// The host, as written; an IPv6 address keeps its brackets.
    pub fn host(&self) -> Option<&str> {
        self.parsed.authority().map(|authority| authority.host())
    }

    /// The path, as written.
    pub fn path(&self) -> &str {
        self.parsed.path().as_str()
    }

    /// The query without `?`, as written.
    pub fn query(&self) -> Option<&str> {
        self.parsed.query().map(|query| query.as_str())
    }

    /// The fragment without `#`, as written.
    pub fn fragment(&self) -> Option<&str> {
        self.parsed.fragment().map(|fragment| fragment.as_str())
    }
}

impl Uuid {
    /// The 128 bits.
    pub fn as_u128(&self) -> u128 {
        self.parsed
    }
}

/// The place of the `@`, and the lengths of what stands around it.
#[derive(Clone, Copy)]
struct Mailbox {
    at: usize,
    local: usize,
    domain: usize,
}

fn email(text: &str) -> Option<Mailbox> {
    // The crate refuses an empty quoted local part, which RFC 5321 allows.
    if let Some(domain) = text.strip_prefix("\"\"@") {
        let Mailbox { domain, .. } = email(&format!("\"a\"@{domain}"))?;
        return Some(Mailbox { at: 2, local: 2, domain });
    }
    let address = text.parse::<email_address::EmailAddress>().ok()?;
    let (local, domain) = (address.local_part(), address.domain());
    let host = match domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']')) {
        None => hostname::is_valid(domain),
        Some(literal) => match literal.get(..5) {
            Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => literal[5..].parse::<Ipv6Addr>().is_ok(),
            _ => literal.parse::<Ipv4Addr>().is_ok(),
        },
    };
    let at = text.rfind('@').filter(|_| host && local.is_ascii())?;
    Some(Mailbox { at, local: local.len(), domain: domain.len() })
}

fn uri(text: &str) -> Option<fluent_uri::Uri<String>> {
    fluent_uri::Uri::parse(text).ok().map(|uri| uri.to_owned())
}

fn uuid(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 36
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    shaped.then(|| u128::from_str_radix(&text.replace('-', ""), 16).ok()).flatten()
}
