//! What the servers of the bench share.
#![forbid(unsafe_code)]

/// The answer of the tool `payload`: 100 KiB of text in lines, whose ends JSON escapes.
pub fn payload() -> String {
    const LINE: &str = "The quick brown fox jumps over the lazy dog, which has seen foxes.\n";
    let mut text = LINE.repeat(PAYLOAD_BYTES / LINE.len() + 1);
    text.truncate(PAYLOAD_BYTES);
    text
}

/// How long it is.
pub const PAYLOAD_BYTES: usize = 100 << 10;
