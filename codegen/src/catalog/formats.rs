//! Whether a text has one of the formats, as JSON Schema means them.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::model::Format;

pub(super) fn has(format: Format, text: &str) -> bool {
    match format {
        Format::Date => date(text),
        Format::DateTime => date_time(text),
        Format::Email => email(text),
        Format::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
        Format::Uri => uri(text),
        Format::Uuid => uuid(text),
    }
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

fn date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// RFC 3339.
fn date_time(text: &str) -> bool {
    let Some((day, time)) = text.split_once(['T', 't']) else { return false };
    let (time, offset) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, None),
        None => match time.rfind(['+', '-']) {
            Some(at) => (&time[..at], Some(&time[at + 1..])),
            None => return false,
        },
    };
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let clock = |text: &str, limits: &[u32]| {
        let parts: Vec<&str> = text.split(':').collect();
        parts.len() == limits.len()
            && parts
                .iter()
                .zip(limits)
                .all(|(part, limit)| digits(part, 2).is_some_and(|number| number <= *limit))
    };
    date(day)
        && clock(whole, &[23, 59, 60])
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && offset.is_none_or(|offset| clock(offset, &[23, 59]))
}

fn email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c))
    };
    let label = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    local.split('.').all(atom) && domain.split('.').all(label)
}

/// An absolute address of RFC 3986.
fn uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && uri_text(rest)
}

/// Whether the characters of `text` may stand in an address.
pub(super) fn uri_text(text: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    let escapes = |text: &str| {
        text.split('%')
            .skip(1)
            .all(|after| after.as_bytes().get(..2).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)))
    };
    text.chars().all(legal) && escapes(text)
}

fn uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == lengths.len()
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told() {
        for (format, good, bad) in [
            (Format::Date, "2024-02-29", "2023-02-29"),
            (Format::DateTime, "2024-02-29T12:00:00.5+02:00", "2024-02-29 12:00:00"),
            (Format::DateTime, "2024-02-29T12:00:00Z", "2024-02-29T12:00:00"),
            (Format::Email, "a.b+c@example.com", "a b@example.com"),
            (Format::Ipv4, "127.0.0.1", "127.0.0.256"),
            (Format::Ipv6, "::1", "::g"),
            (Format::Uri, "https://example.com/a?b=%20#c", "/relative"),
            (Format::Uri, "urn:isbn:0", "https://example.com/a b"),
            (Format::Uuid, "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ] {
            assert!(has(format, good), "{good}");
            assert!(!has(format, bad), "{bad}");
        }
    }
}
