//! One pass over the text of a message: is it JSON, and where are the members that matter.
//!
//! What this does not take is read again by serde_json, which says what is wrong with it.

use super::json::{Key, Members, Raw};

/// The text of an object, checked byte by byte.
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Levels and values that may still come.
    depth: usize,
    nodes: usize,
}

/// Whether a string can hold a byte as it is.
const fn is_plain(byte: u8) -> bool {
    !matches!(byte, ..0x20 | b'"' | b'\\')
}

/// How many of the next eight bytes a string can hold as they are, before the first that it cannot.
fn plain(word: [u8; 8]) -> usize {
    const ONES: u64 = u64::MAX / 0xFF;
    // The highest bit of each byte that is below: of the lowest such byte for certain, which is the one that counts.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & (ONES << 7);
    let word = u64::from_le_bytes(word);
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    (below(word, 0x20) | quote | backslash).trailing_zeros() as usize / 8
}

/// Whether the text between the quotes of a string is what it says.
pub(super) fn is_literal(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((word, behind)) = rest.split_first_chunk() {
        if plain(*word) < 8 {
            return false;
        }
        rest = behind;
    }
    rest.iter().all(|byte| is_plain(*byte))
}

impl<'a> Scan<'a> {
    /// A pass over `text`, which may nest `depth` levels deep and have `nodes` values.
    pub(super) fn new(text: &'a str, depth: usize, nodes: usize) -> Self {
        // One value is there in any case; brackets and commas bring the others. The stack has room for this depth.
        Self { text, at: 0, depth: depth.min(512), nodes: nodes.saturating_sub(1) }
    }

    /// The byte here.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space, which stays.
    fn skip_blanks(&mut self) -> Option<u8> {
        loop {
            match self.peek()? {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.skip_blanks()? == byte).then(|| self.at += 1)
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Option<()> {
        self.skip_blanks().is_none().then_some(())
    }

    /// Reads the object here. `inner` reads the values it wants to read itself, and answers `None` for the others.
    pub(super) fn members<const N: usize>(
        &mut self,
        keys: &[&'static str; N],
        mut inner: impl FnMut(&mut Self, usize) -> Option<Option<()>>,
    ) -> Option<Members<'a, N>> {
        let mut members = Members::new();
        let mut alike = [false; N];
        self.open(b'{')?;
        if self.skip_blanks()? == b'}' {
            self.at += 1;
        } else {
            loop {
                if self.skip_blanks()? != b'"' {
                    return None;
                }
                // A key with escapes is rare, and serde_json's.
                let (key, true) = self.string()? else { return None };
                let found = Key::find(keys, key);
                self.take(b':')?;
                self.skip_blanks()?;
                let start = self.at;
                match found {
                    Key::Asked(index) => {
                        if inner(self, index)?.is_none() {
                            self.value()?;
                        }
                        members.add(index, Raw::new(&self.text[start..self.at]));
                    }
                    Key::Alike(index) => {
                        alike[index] = true;
                        self.value()?;
                    }
                    Key::Unknown => self.value()?,
                }
                match self.skip_blanks()? {
                    b',' => self.comma()?,
                    b'}' => break self.at += 1,
                    _ => return None,
                }
            }
        }
        self.depth += 1;
        members.note_alike(&alike);
        Some(members)
    }

    /// Begins an object or array.
    fn open(&mut self, bracket: u8) -> Option<()> {
        self.take(bracket)?;
        self.count()?;
        self.depth = self.depth.checked_sub(1)?;
        Some(())
    }

    fn count(&mut self) -> Option<()> {
        self.nodes = self.nodes.checked_sub(1)?;
        Some(())
    }

    fn comma(&mut self) -> Option<()> {
        self.at += 1;
        self.count()
    }

    /// Skips the value here.
    fn value(&mut self) -> Option<()> {
        match self.skip_blanks()? {
            b'"' => self.string().map(drop),
            b'{' => {
                self.open(b'{')?;
                self.rest(b'}', |scan| {
                    if scan.skip_blanks()? != b'"' {
                        return None;
                    }
                    scan.string()?;
                    scan.take(b':')
                })
            }
            b'[' => {
                self.open(b'[')?;
                self.rest(b']', |_| Some(()))
            }
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    /// The values up to a closing bracket, each behind what `before` takes.
    fn rest(&mut self, close: u8, before: fn(&mut Self) -> Option<()>) -> Option<()> {
        if self.skip_blanks()? != close {
            loop {
                before(self)?;
                self.value()?;
                match self.skip_blanks()? {
                    b',' => self.comma()?,
                    byte if byte == close => break,
                    _ => return None,
                }
            }
        }
        self.at += 1;
        self.depth += 1;
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.as_bytes()[self.at..].starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    fn number(&mut self) -> Option<()> {
        if self.peek()? == b'-' {
            self.at += 1;
        }
        let zero = self.peek()? == b'0';
        // No zeros in front.
        if self.digits()? > 1 && zero {
            return None;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(())
    }

    /// Skips at least one digit; answers how many there were.
    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then(|| self.at - start)
    }

    /// Skips the string here; answers what is between its quotes, as it is written, and whether that is what it says.
    fn string(&mut self) -> Option<(&'a str, bool)> {
        let start = self.at + 1;
        let bytes = self.text.as_bytes();
        let (mut at, mut literal) = (start, true);
        loop {
            if let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
                let plain = plain(*word);
                at += plain;
                if plain == 8 {
                    continue;
                }
            }
            match bytes.get(at)? {
                byte if is_plain(*byte) => at += 1,
                b'"' => break,
                b'\\' => {
                    literal = false;
                    at += match bytes.get(at + 1)? {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                        b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                        _ => return None,
                    }
                }
                _ => return None,
            }
        }
        self.at = at + 1;
        Some((&self.text[start..at], literal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Members `a` and `b`, as far as they are read.
    fn scan(text: &str) -> Option<[Option<&str>; 2]> {
        let mut scan = Scan::new(text, 128, 100_000);
        let members = scan.members(&["a", "b"], |_, _| Some(None))?;
        scan.end()?;
        Some(members.values.map(|value| value.map(Raw::get)))
    }

    #[test]
    fn members_are_found() {
        assert_eq!(scan("{}"), Some([None, None]));
        assert_eq!(
            scan(" {\n\"b\" : [1, {\"a\":2} ] ,\"c\":\"}\" } "),
            Some([None, Some("[1, {\"a\":2} ]")])
        );
        assert_eq!(scan(r#"{"a":-0.5e+3,"b":"\u00e9\n"}"#), Some([Some("-0.5e+3"), Some(r#""\u00e9\n""#)]));
    }

    #[test]
    fn any_byte_anywhere() {
        for length in 0..20 {
            for (at, byte) in (0..length).flat_map(|at| (0..0x80).map(move |byte| (at, byte))) {
                let mut text = vec![b'x'; length];
                text[at] = byte;
                let text = String::from_utf8(text).expect("it is ASCII");
                let written = serde_json::to_string(&text).expect("it is text");
                assert_eq!(is_literal(&text), written.len() == length + 2, "{text:?}");
                let text = format!("{{\"a\":\"{text}\"}}");
                let found = super::super::json::members(&text, &["a", "b"]);
                let found = found.ok().map(|members| members.values.map(|value| value.map(Raw::get)));
                assert_eq!(scan(&text), found, "{text}");
            }
        }
    }

    #[test]
    fn it_takes_what_serde_json_takes() {
        for value in [
            "0",
            "-0",
            "1",
            "-12",
            "0.0",
            "1e5",
            "1E-5",
            "1e+05",
            "123456789012345678901234567890",
            "true",
            "false",
            "null",
            "\"\"",
            "\"\u{e9}\u{7f}\"",
            "[]",
            "[ ]",
            "[1]",
            "{}",
            "{ }",
            "{\"a\":{\"a\":[[]]}}",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "--1",
            "0x1",
            "1.e1",
            "tru",
            "truee",
            "nul",
            "NaN",
            "\"",
            "\"\\\"",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\ud800\"",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":1",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "{1:1}",
            "]",
            "}",
            "",
            "'a'",
            "[}",
            "{]",
            "\u{feff}1",
            "1\u{a0}",
            "/**/1",
        ] {
            for text in
                [format!("{{\"a\":{value}}}"), format!("{{\"x\":[{value}],\"b\":{value}}}"), value.to_owned()]
            {
                let found = super::super::json::members(&text, &["a", "b"]);
                let found = found.ok().map(|members| members.values.map(|value| value.map(Raw::get)));
                assert_eq!(scan(&text), found, "{text}");
            }
        }
    }

    #[test]
    fn depth_and_values_are_counted() {
        let fits = |text: &str, depth: usize, nodes: usize| {
            Scan::new(text, depth, nodes).members(&["a"], |_, _| Some(None)).is_some()
        };
        assert!(fits(r#"{"a":[[1],2]}"#, 3, 5) && !fits(r#"{"a":[[1],2]}"#, 2, 5));
        assert!(!fits(r#"{"a":[[1],2]}"#, 3, 4));
        assert!(fits(r#"{"a":[[],[],[]]}"#, 3, 100));
    }
}
