//! Cuts a stream of bytes into lines, never holding more than one line of the allowed length.

/// One line of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// A line that is not blank, without its line break.
    Line(Vec<u8>),
    /// A line longer than allowed; its bytes are skipped.
    TooLong,
}

/// Takes chunks as they come, gives lines. CRLF ends a line as LF does; blank lines are left out.
#[derive(Debug)]
pub(super) struct Framer {
    /// The start of a line whose end has not come yet.
    start: Vec<u8>,
    /// Inside a line that was too long.
    skipping: bool,
    longest: usize,
}

impl Framer {
    /// A framer for lines of at most `longest` bytes, the line break not counted.
    pub(super) fn new(longest: usize) -> Self {
        Self { start: Vec::new(), skipping: false, longest }
    }

    /// Takes a chunk; appends the lines it completes to `frames`.
    pub(super) fn push(&mut self, mut chunk: &[u8], frames: &mut Vec<Frame>) {
        while let Some(end) = chunk.iter().position(|byte| *byte == b'\n') {
            self.extend(&chunk[..end], frames);
            self.end_line(frames);
            chunk = &chunk[end + 1..];
        }
        self.extend(chunk, frames);
    }

    /// Ends the stream; a last line without a line break counts.
    pub(super) fn finish(&mut self, frames: &mut Vec<Frame>) {
        self.end_line(frames);
    }

    fn extend(&mut self, bytes: &[u8], frames: &mut Vec<Frame>) {
        if self.skipping {
            return;
        }
        // One byte more than the limit may be the carriage return of a line that just fits.
        if self.start.len() + bytes.len() > self.longest + 1 {
            self.skip(frames);
            return;
        }
        self.start.extend_from_slice(bytes);
    }

    fn end_line(&mut self, frames: &mut Vec<Frame>) {
        if std::mem::take(&mut self.skipping) {
            return;
        }
        if self.start.last() == Some(&b'\r') {
            self.start.pop();
        }
        if self.start.len() > self.longest {
            self.skip(frames);
            self.skipping = false;
        } else if self.start.iter().all(u8::is_ascii_whitespace) {
            self.start.clear();
        } else {
            frames.push(Frame::Line(std::mem::take(&mut self.start)));
        }
    }

    fn skip(&mut self, frames: &mut Vec<Frame>) {
        self.skipping = true;
        self.start = Vec::new();
        frames.push(Frame::TooLong);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(longest: usize, chunks: &[&str], expected: &[Option<&str>]) {
        let mut framer = Framer::new(longest);
        let mut frames = Vec::new();
        for chunk in chunks {
            framer.push(chunk.as_bytes(), &mut frames);
        }
        framer.finish(&mut frames);
        let frame = |line: &Option<&str>| line.map_or(Frame::TooLong, |line| Frame::Line(line.into()));
        assert_eq!(frames, expected.iter().map(frame).collect::<Vec<_>>());
    }

    #[test]
    fn lines() {
        check(9, &["a\nb\n"], &[Some("a"), Some("b")]);
        check(9, &["a", "b", "\nc"], &[Some("ab"), Some("c")]);
        check(9, &["\r\n \n\na\r\n", "b\r", "\n"], &[Some("a"), Some("b")]);
    }

    #[test]
    fn the_limit() {
        check(3, &["abc\n", "abc\r\n", "abc"], &[Some("abc"); 3]);
        check(3, &["abcd\nx\n"], &[None, Some("x")]);
        check(3, &["abcd\r\nx\n"], &[None, Some("x")]);
        check(3, &["ab", "cd", "ef", "gh\nx\n"], &[None, Some("x")]);
        check(3, &["abcd"], &[None]);
    }
}
