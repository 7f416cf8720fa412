//! What a page is: by its header, and by its first bytes where they say otherwise.

/// How much of a body is looked at.
const PRESCAN: usize = 8 << 10;

/// What is done with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It becomes Markdown or text.
    Html,
    /// It is text already.
    Text,
}

/// The kind of a body whose header says `content_type`, or the media type of what has no text.
pub(super) fn of(content_type: &str, bytes: &[u8]) -> Result<Kind, String> {
    let stated = essence(content_type);
    let text = is_text(&stated);
    if !stated.is_empty() && !text && stated != "application/octet-stream" {
        return Err(stated);
    }
    let wide = content_type.to_ascii_lowercase().contains("utf-16")
        || matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let start = &bytes[..bytes.len().min(PRESCAN)];
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    if !wide && start.iter().any(control) {
        // A name for what it really is; what has none is bytes.
        return Err(infer::get(bytes)
            .map_or("application/octet-stream", |found| found.mime_type())
            .to_owned());
    }
    if start.starts_with(b"%PDF-") {
        return Err("application/pdf".to_owned());
    }
    let html =
        matches!(stated.as_str(), "text/html" | "application/xhtml+xml") || (!text && looks_like_html(start));
    Ok(if html { Kind::Html } else { Kind::Text })
}

/// The media type without parameters, in lower case.
pub(super) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a header promises text, so that its body is worth reading.
pub(super) fn is_text(essence: &str) -> bool {
    essence.starts_with("text/")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
        || matches!(
            essence,
            "application/json"
                | "application/xml"
                | "application/javascript"
                | "application/ecmascript"
                | "application/x-javascript"
                | "application/yaml"
                | "application/x-yaml"
                | "application/toml"
                | "application/x-ndjson"
                | "application/sql"
        )
}

fn looks_like_html(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&start[..start.len().min(512)]).trim_start().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| start.starts_with(tag))
}

#[cfg(test)]
mod tests {
    use super::{Kind, of};

    #[test]
    fn headers_are_believed_unless_the_bytes_say_otherwise() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let program = [&b"\x7fELF\x02\x01\x01"[..], &[0; 57]].concat();
        let other = |name: &str| Err(name.to_owned());
        for (content_type, bytes, expected) in [
            ("text/html; charset=utf-8", &b"<p>x"[..], Ok(Kind::Html)),
            ("application/xhtml+xml", b"<html/>", Ok(Kind::Html)),
            ("text/plain", b"<html>", Ok(Kind::Text)),
            ("text/plain", b"BMW builds cars", Ok(Kind::Text)),
            ("application/ld+json", b"{}", Ok(Kind::Text)),
            ("", b"<!DOCTYPE html><p>", Ok(Kind::Html)),
            ("", b"plain", Ok(Kind::Text)),
            ("application/octet-stream", b"plain", Ok(Kind::Text)),
            ("text/html", png, other("image/png")),
            ("text/plain", b"\x1f\x8b\x08\0\0\0", other("application/gzip")),
            ("text/plain", &program, other("application/x-executable")),
            ("text/html", b"%PDF-1.7\n", other("application/pdf")),
            ("text/plain", b"a\0b", other("application/octet-stream")),
            ("image/png", png, other("image/png")),
            ("application/pdf", b"%PDF-1.7", other("application/pdf")),
        ] {
            assert_eq!(of(content_type, bytes), expected, "{content_type}");
        }
    }
}
