//! Server-sent events, as the HTML standard reads them: what matters here of it.

use super::MESSAGE_LIMIT;

/// One event that carries data.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// `message` where the stream names none.
    pub(super) name: String,
    pub(super) data: String,
}

/// An event is larger than a message may be, or is not UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused(pub(super) &'static str);

/// Reads a stream in pieces of any size.
#[derive(Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    /// The last byte was a carriage return: a line feed right after it ends no second line.
    after_return: bool,
    started: bool,
    name: String,
    data: String,
    has_data: bool,
    /// The id of the event that is being read.
    id: Option<String>,
    /// The id of the last event that was read to its end.
    pub(super) last_id: Option<String>,
    /// How long to wait before the stream is taken up again, in milliseconds.
    pub(super) retry: Option<u64>,
}

impl Parser {
    /// For a stream that is taken up again after this event.
    pub(super) fn after(id: String, retry: Option<u64>) -> Self {
        Self { id: Some(id.clone()), last_id: Some(id), retry, ..Self::default() }
    }

    /// Reads a piece; the events that end in it.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, Refused> {
        let mut events = Vec::new();
        let mut rest = bytes;
        if self.after_return && rest.first() == Some(&b'\n') {
            rest = &rest[1..];
        }
        self.after_return = self.after_return && bytes.is_empty();
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            self.grow(&rest[..end])?;
            let line = std::mem::take(&mut self.line);
            events.extend(self.line(&line)?);
            let crlf = rest[end..].starts_with(b"\r\n");
            self.after_return = rest[end] == b'\r' && rest.len() == end + 1;
            rest = &rest[end + 1 + usize::from(crlf)..];
        }
        self.grow(rest)?;
        Ok(events)
    }

    fn grow(&mut self, bytes: &[u8]) -> Result<(), Refused> {
        if self.line.len() + self.data.len() + bytes.len() > MESSAGE_LIMIT {
            return Err(Refused("an event is larger than 16 MiB"));
        }
        self.line.extend_from_slice(bytes);
        Ok(())
    }

    fn line(&mut self, line: &[u8]) -> Result<Option<Event>, Refused> {
        let line = std::str::from_utf8(line).map_err(|_| Refused("the event stream is not UTF-8"))?;
        // A byte order mark may open the stream.
        let line = if self.started { line } else { line.trim_start_matches('\u{feff}') };
        self.started = true;
        if line.is_empty() {
            return Ok(self.end());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.data.push('\n');
                }
                self.data.push_str(value);
                self.has_data = true;
            }
            "event" => value.clone_into(&mut self.name),
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()).filter(|id| !id.is_empty()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().or(self.retry);
            }
            // A comment, whose field is empty, or a field nobody knows.
            _ => {}
        }
        Ok(None)
    }

    /// The end of an event; one without data only told an id.
    fn end(&mut self) -> Option<Event> {
        let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        self.has_data = false;
        // It holds for the events after this one too, until another comes.
        self.last_id.clone_from(&self.id);
        let name = if name.is_empty() { "message".to_owned() } else { name };
        (!data.is_empty()).then_some(Event { name, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the pieces, the events are the same.
    #[track_caller]
    fn check(stream: &str, expected: &[(&str, &str)]) -> Parser {
        let expected: Vec<Event> = expected
            .iter()
            .map(|(name, data)| Event { name: (*name).into(), data: (*data).into() })
            .collect();
        let mut last = Parser::default();
        for size in [1, 2, 3, 7, stream.len().max(1)] {
            let mut parser = Parser::default();
            let pieces = stream.as_bytes().chunks(size);
            let events: Vec<Event> =
                pieces.flat_map(|piece| parser.push(piece).expect("the stream is in order")).collect();
            assert_eq!(events, expected, "in pieces of {size}");
            last = parser;
        }
        last
    }

    #[test]
    fn events() {
        check("data: one\n\ndata:two\n\n", &[("message", "one"), ("message", "two")]);
        check("event: endpoint\ndata: /x\n\n", &[("endpoint", "/x")]);
        check("data: {\ndata:  \"a\": 1\ndata: }\n\n", &[("message", "{\n \"a\": 1\n}")]);
        check("data: cut off", &[]);
    }

    #[test]
    fn every_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let stream = "data: a\u{20ac}\ndata\ndata: b\n\n: beat\n\ndata: c\n\n".replace('\n', end);
            check(&stream, &[("message", "a\u{20ac}\n\nb"), ("message", "c")]);
        }
    }

    #[test]
    fn comments_and_unknown_fields_are_skipped() {
        check("\u{feff}: hello\nfoo: bar\ndata: x\n:\n\n", &[("message", "x")]);
    }

    #[test]
    fn an_event_without_data_only_tells_its_id() {
        let parser = check("id: 7\nretry: 250\ndata:\n\n", &[]);
        assert_eq!((parser.last_id.as_deref(), parser.retry), (Some("7"), Some(250)));
        let parser = check("id: 7\nretry: soon\ndata: x\n\nid: a\0b\n\nretry:\n\n", &[("message", "x")]);
        assert_eq!((parser.last_id.as_deref(), parser.retry), (Some("7"), None));
    }

    #[test]
    fn an_event_that_was_cut_off_does_not_count() {
        let parser =
            check("id: 7\ndata: x\n\ndata: y\n\nid: 8\ndata: z\n", &[("message", "x"), ("message", "y")]);
        assert_eq!(parser.last_id.as_deref(), Some("7"));
    }

    #[test]
    fn limits() {
        let mut parser = Parser::default();
        let piece = vec![b'x'; 1 << 20];
        parser.push(b"data: ").expect("short");
        let refused = (0..17).find_map(|_| parser.push(&piece).err());
        assert_eq!(refused, Some(Refused("an event is larger than 16 MiB")));
        assert!(Parser::default().push(b"data: \xff\n\n").is_err());
    }
}
