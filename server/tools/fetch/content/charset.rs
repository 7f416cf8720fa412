//! Bytes become text: by their byte order mark, by the header, by what the page says of itself, or by what they are.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Longest name of an encoding.
const MAX_LABEL: usize = 40;
/// How much of a page is looked at for what it says of itself.
const PRESCAN: usize = 1024;

/// The text, and the name of the encoding that it came in.
pub(super) fn decode(bytes: &[u8], content_type: &str, is_html: bool) -> (String, &'static str) {
    let stated = parameter(content_type, "charset").and_then(|label| label_to_encoding(&label));
    let encoding = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or(stated)
        .or_else(|| is_html.then(|| in_page(bytes)).flatten())
        .unwrap_or_else(|| if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 });
    let (text, encoding, _) = encoding.decode(bytes);
    (text.into_owned(), encoding.name())
}

/// A parameter of a media type, without its quotes.
fn parameter(content_type: &str, name: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    })
}

fn label_to_encoding(label: &str) -> Option<&'static Encoding> {
    (label.len() <= MAX_LABEL).then(|| Encoding::for_label(label.as_bytes())).flatten()
}

/// `<meta charset>` and its older form. A page whose bytes can be read so far is not UTF-16, whatever it says.
fn in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).to_ascii_lowercase();
    let after = &start[start.find("charset")? + "charset".len()..];
    let value = after.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find(|each: char| !each.is_ascii_alphanumeric() && !"-_:.+".contains(each));
    let encoding = label_to_encoding(&value[..end.unwrap_or(value.len())])?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[track_caller]
    fn check(bytes: &[u8], content_type: &str, text: &str, encoding: &str) {
        assert_eq!(decode(bytes, content_type, true), (text.to_owned(), encoding), "{content_type}");
    }

    #[test]
    fn the_byte_order_mark_wins_then_the_header_then_the_page() {
        check(b"\xef\xbb\xbf\xc3\xbc", "text/html; charset=latin1", "ü", "UTF-8");
        check(b"\xff\xfe\xfc\x00", "text/html", "ü", "UTF-16LE");
        check(b"\xfc", "text/html; Charset=\"ISO-8859-1\"", "ü", "windows-1252");
        check(b"<meta charset='koi8-r'>\xc1", "text/html", "<meta charset='koi8-r'>а", "KOI8-R");
        check(b"<meta charset=utf-16le>x", "text/html", "<meta charset=utf-16le>x", "UTF-8");
    }

    #[test]
    fn what_nobody_states_is_seen_from_the_bytes() {
        check(b"\xc3\xbc", "text/html", "ü", "UTF-8");
        check(b"\xfc", "text/html", "ü", "windows-1252");
        check(b"\xc3\xbc", "text/html; charset=no-such-thing", "ü", "UTF-8");
        check(b"+ADw-", "text/html; charset=utf-7", "+ADw-", "UTF-8");
    }
}
