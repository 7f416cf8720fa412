//! HTTP answers: where one ends, what it says. No more than a closed loop needs.

use memchr::memmem::find;

/// One whole answer at the start of a buffer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Where the head ends and the body begins.
    pub(crate) body: usize,
    /// Where the body ends.
    pub(crate) end: usize,
    chunked: bool,
}

impl Answer {
    /// The answer at the start of `bytes`, if all of it is there.
    ///
    /// # Errors
    ///
    /// This is not HTTP, or of unknown length.
    pub(crate) fn read(bytes: &[u8]) -> Result<Option<Self>, String> {
        let Some(head) = find(bytes, b"\r\n\r\n") else { return Ok(None) };
        let body = head + 4;
        let status = bytes.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let status = status.filter(|_| bytes.starts_with(b"HTTP/1.1 "));
        let status = status.ok_or("error: the answer is not HTTP/1.1")?;
        if let Some(length) = header(&bytes[..head], "content-length") {
            let length: usize = length.parse().map_err(|_| "error: a length that is no number")?;
            let end = body + length;
            return Ok((end <= bytes.len()).then_some(Self { status, body, end, chunked: false }));
        }
        if header(&bytes[..head], "transfer-encoding").is_some() {
            let end = chunks(&bytes[body..], |_| ())?;
            return Ok(end.map(|end| Self { status, body, end: body + end, chunked: true }));
        }
        match status {
            204 => Ok(Some(Self { status, body, end: body, chunked: false })),
            _ => Err("error: an answer of unknown length".to_owned()),
        }
    }

    /// The body without its chunks' lengths.
    pub(crate) fn content(&self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let raw = &bytes[self.body..self.end];
        if !self.chunked {
            return Ok(raw.to_owned());
        }
        let mut content = Vec::with_capacity(raw.len());
        chunks(raw, |chunk| content.extend_from_slice(chunk))?;
        Ok(content)
    }
}

/// A header of a head.
pub(crate) fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let mut rest = head;
    while let Some(at) = memchr::memchr(b'\n', rest) {
        rest = &rest[at + 1..];
        let named = rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
        if named && rest.get(name.len()) == Some(&b':') {
            let value = &rest[name.len() + 1..];
            let end = memchr::memchr(b'\r', value).unwrap_or(value.len());
            return std::str::from_utf8(&value[..end]).ok().map(str::trim);
        }
    }
    None
}

/// Where the chunks end, if all of them are there.
fn chunks(bytes: &[u8], mut each: impl FnMut(&[u8])) -> Result<Option<usize>, String> {
    let mut at = 0;
    loop {
        let Some(line) = find(&bytes[at..], b"\r\n") else { return Ok(None) };
        let digits = std::str::from_utf8(&bytes[at..at + line]).ok();
        let length = digits.and_then(|digits| usize::from_str_radix(digits, 16).ok());
        let length = length.ok_or("error: a chunk without a length")?;
        let start = at + line + 2;
        let Some(chunk) = bytes.get(start..start + length + 2) else { return Ok(None) };
        each(&chunk[..length]);
        at = start + length + 2;
        if length == 0 {
            return Ok(Some(at));
        }
    }
}
