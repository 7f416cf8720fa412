//! How much fits into one answer.

use std::io;

use lockstep_runtime::serde::Serialize;

/// The most bytes of JSON that the structured part of one answer may have.
pub const MAX_STRUCTURED_BYTES: usize = 1024 * 1024;

/// Room for the parts of an answer, in bytes of JSON.
///
/// An answer that ends because of it says so (`truncated`, and where to go on): nothing is left out in silence.
#[derive(Clone, Debug)]
pub struct Budget {
    left: usize,
}

impl Budget {
    /// Room for `bytes` of JSON.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self { left: bytes }
    }

    /// Takes the room that `part` and the comma behind it need. `false`, and nothing taken, where there is too little.
    pub fn take(&mut self, part: &(impl Serialize + ?Sized)) -> bool {
        let mut count = Count { bytes: 1, most: self.left };
        let fits = serde_json::to_writer(&mut count, part).is_ok() && count.bytes <= self.left;
        if fits {
            self.left -= count.bytes;
        }
        fits
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(MAX_STRUCTURED_BYTES)
    }
}

/// Counts what is written without keeping it, and refuses more than `most`.
struct Count {
    bytes: usize,
    most: usize,
}

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len();
        if self.bytes > self.most { Err(io::ErrorKind::StorageFull.into()) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_takes_nothing() {
        let mut budget = Budget::new(12);
        assert!(budget.take("four"));
        assert!(!budget.take("four"));
        assert!(!budget.take(&["x"]));
        assert!(budget.take(&1234));
        assert!(!budget.take(&0));
    }
}
