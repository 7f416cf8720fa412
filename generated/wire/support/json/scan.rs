//! Looking for the bytes that a JSON string cannot hold as they are: quotes, backslashes and control characters.

/// A one in every byte of a word.
const ONES: u64 = u64::MAX / 0xFF;

/// The highest bit of each such byte. Only the lowest mark counts: it may borrow from the byte above and mark it, too.
fn marks(word: u64) -> u64 {
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    // With its second bit turned, a quote (0x22) is the byte above the control characters, which stay below 0x20.
    let quote_or_control = below(word ^ (ONES * 0x02), 0x21);
    let backslash = below(word ^ (ONES * 0x5C), 0x01);
    (quote_or_control | backslash) & (ONES << 7)
}

/// Where in a word the first of them is.
pub(super) fn first_special(word: [u8; 8]) -> Option<usize> {
    let marks = marks(u64::from_le_bytes(word));
    (marks != 0).then(|| marks.trailing_zeros() as usize / 8)
}

/// Whether there is none of them: the compiler looks at several words at once.
pub(super) fn is_plain(words: &[u8; 32]) -> bool {
    words.as_chunks().0.iter().fold(0, |all, word| all | marks(u64::from_le_bytes(*word))) == 0
}

/// At most seven bytes as a word, with blanks behind them.
pub(super) fn padded(bytes: &[u8]) -> [u8; 8] {
    let behind = |at: usize| 8 * at;
    // Two halves or three bytes that may overlap, instead of a loop: most names are as short as that.
    let word = match (bytes.first_chunk(), bytes.last_chunk(), bytes) {
        (Some(first), Some(last), _) => {
            let [first, last] = [first, last].map(|half| u64::from(u32::from_le_bytes(*half)));
            first | last << behind(bytes.len() - 4)
        }
        (_, _, [first, .., last]) => {
            let middle = bytes.len() / 2;
            u64::from(*first)
                | u64::from(bytes[middle]) << behind(middle)
                | u64::from(*last) << behind(bytes.len() - 1)
        }
        (_, _, [only]) => u64::from(*only),
        (_, _, []) => 0,
    };
    (word | (ONES * 0x20) << behind(bytes.len())).to_le_bytes()
}

/// How many bytes come before the first of them.
pub(super) fn plain(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(word) = bytes[at..].first_chunk() {
        if let Some(index) = first_special(*word) {
            return at + index;
        }
        at += 8;
        // Behind a plain word there is often a long plain text.
        while let Some(words) = bytes[at..].first_chunk()
            && is_plain(words)
        {
            at += 32;
        }
    }
    first_special(padded(&bytes[at..])).map_or(bytes.len(), |index| at + index)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn finds_the_first_special_byte_of_any_text() {
        for length in 0..100 {
            let text = vec![b'a'; length];
            assert_eq!(plain(&text), length);
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = text.clone();
                    text[at] = byte;
                    let special = byte < 0x20 || byte == b'"' || byte == b'\\';
                    assert_eq!(plain(&text), if special { at } else { length }, "{byte} at {at} of {length}");
                    // What comes later does not matter.
                    text[at + 1..].fill(b'"');
                    let next = if at + 1 < length { at + 1 } else { length };
                    assert_eq!(plain(&text), if special { at } else { next }, "{byte} at {at} of {length}");
                }
            }
        }
    }
}
