//! Addresses of resources: RFC 6570 templates of three operators, read in both directions.

use std::fmt::Write as _;

/// A parsed address or template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UriTemplate(pub &'static [UriPart]);

/// One part of a template. Two expressions have text between them, and a query is the last part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriPart {
    /// Text as it is.
    Literal(&'static str),
    /// `{name}`: one or more characters without `/`, `?` and `#`.
    Segment(&'static str),
    /// `{+name}`: one or more characters of any kind; before a query, without `?` and `#`.
    Rest(&'static str),
    /// `{?a,b}`: any of these, in any order, each once.
    Query(&'static [&'static str]),
}

impl UriTemplate {
    /// The values of the parameters where `uri` has this form, decoded, in the order of the template; those of a
    /// query may be missing. `None` for another form, an unknown or repeated query name, a broken percent-encoding
    /// or one that is not UTF-8.
    ///
    /// Takes time and memory in proportion to the length of `uri`, whatever it holds.
    pub fn matches(&self, uri: &str) -> Option<Vec<(&'static str, String)>> {
        let bytes = uri.as_bytes();
        let reachable = self.reachable(bytes);
        let reaches = |part: usize, at: usize| reachable[part].get(at).copied().unwrap_or(false);
        if !reaches(0, 0) {
            return None;
        }
        let mut values = Vec::new();
        let mut at = 0;
        for (index, part) in self.0.iter().enumerate() {
            match part {
                UriPart::Literal(text) => at += text.len(),
                UriPart::Segment(name) | UriPart::Rest(name) => {
                    let end = (at + 1..=bytes.len()).find(|end| reaches(index + 1, *end))?;
                    values.push((*name, decode(uri.get(at..end)?)?));
                    at = end;
                }
                UriPart::Query(names) => {
                    if let Some(query) = uri.get(at..)?.strip_prefix('?') {
                        read_query(query, names, &mut values)?;
                    }
                    at = bytes.len();
                }
            }
        }
        Some(values)
    }

    /// For each part and byte, whether the parts from there on match the bytes from there on.
    fn reachable(&self, bytes: &[u8]) -> Vec<Vec<bool>> {
        let queried = self.0.iter().any(|part| matches!(part, UriPart::Query(_)));
        let mut rows = vec![(0..=bytes.len()).map(|at| at == bytes.len()).collect::<Vec<bool>>()];
        for part in self.0.iter().rev() {
            let next = &rows[rows.len() - 1];
            let mut row = vec![false; bytes.len() + 1];
            for at in (0..=bytes.len()).rev() {
                row[at] = match part {
                    UriPart::Literal(text) => {
                        bytes[at..].starts_with(text.as_bytes()) && next[at + text.len()]
                    }
                    UriPart::Query(_) => at == bytes.len() || bytes[at] == b'?',
                    UriPart::Segment(_) | UriPart::Rest(_) => {
                        let segment = matches!(part, UriPart::Segment(_));
                        let allowed = bytes.get(at).is_some_and(|byte| match byte {
                            b'/' => !segment,
                            b'?' | b'#' => !segment && !queried,
                            _ => true,
                        });
                        allowed && (next[at + 1] || row[at + 1])
                    }
                };
            }
            rows.push(row);
        }
        rows.reverse();
        rows
    }

    /// The address with these values (RFC 6570); values that are not given are left out. A `%` of a value is always
    /// encoded, so that [`UriTemplate::matches`] gives the value back.
    pub fn expand(&self, values: &[(&str, &str)]) -> String {
        let value = |wanted: &str| values.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
        let mut uri = String::new();
        for part in self.0 {
            match part {
                UriPart::Literal(text) => uri.push_str(text),
                UriPart::Segment(name) => encode(&mut uri, value(name).unwrap_or_default(), false),
                UriPart::Rest(name) => encode(&mut uri, value(name).unwrap_or_default(), true),
                UriPart::Query(names) => {
                    let mut separator = '?';
                    for (name, value) in names.iter().filter_map(|name| Some((name, value(name)?))) {
                        uri.push(separator);
                        uri.push_str(name);
                        uri.push('=');
                        encode(&mut uri, value, false);
                        separator = '&';
                    }
                }
            }
        }
        uri
    }
}

fn read_query(
    query: &str,
    names: &'static [&'static str],
    values: &mut Vec<(&'static str, String)>,
) -> Option<()> {
    let before = values.len();
    if query.contains('#') {
        return None;
    }
    for item in query.split('&') {
        let (name, value) = item.split_once('=').unwrap_or((item, ""));
        let known = names.iter().find(|known| **known == name)?;
        if values[before..].iter().any(|(name, _)| name == known) {
            return None;
        }
        values.push((known, decode(value)?));
    }
    Some(())
}

/// The text that the percent-encodings stand for.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? * 16 + hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn encode(uri: &mut String, value: &str, reserved: bool) {
    for byte in value.bytes() {
        let plain = byte.is_ascii_alphanumeric()
            || b"-._~".contains(&byte)
            || reserved && b":/?#[]@!$&'()*+,;=".contains(&byte);
        if plain {
            uri.push(char::from(byte));
        } else {
            // Writing into a `String` cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
}
