//! How deep and how large a message is, before anything reads it.

use super::limits::Limits;
use super::reply::{INVALID_REQUEST, PARSE_ERROR, Refusal};

/// Refuses a message whose lists and objects are nested too deep, or that has too many values. One pass over the bytes;
/// what is no JSON is left to whoever reads it.
pub(super) fn check(message: &[u8], limits: &Limits) -> Result<(), Refusal> {
    // A message this short can be neither.
    if message.len() <= limits.depth.min(limits.nodes) {
        return Ok(());
    }
    let (mut depth, mut deepest, mut nodes) = (0_usize, 0_usize, 1_usize);
    let mut bytes = message.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                nodes += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => nodes += 1,
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    if deepest > limits.depth {
        let message = format!("the message is nested {deepest} levels deep; send at most {}", limits.depth);
        return Err(Refusal::new(400, PARSE_ERROR, message));
    }
    if nodes > limits.nodes {
        let message = format!("the message has more than {} values; send less at once", limits.nodes);
        return Err(Refusal::new(400, INVALID_REQUEST, message));
    }
    Ok(())
}

/// Goes on behind the closing quote.
fn skip_string(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn code(message: &str) -> Option<i32> {
        check(message.as_bytes(), &Limits::default()).err().map(|refusal| refusal.code)
    }

    #[test]
    fn depth() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert_eq!([127, 128, 129].map(|levels| code(&nested(levels))), [None, None, Some(PARSE_ERROR)]);
        assert_eq!(
            code(&format!("\"{}\\\"{}\"", "[".repeat(200), "[".repeat(200))),
            None,
            "text nests nothing"
        );
        assert_eq!(code(&"]".repeat(300)), None);
    }

    #[test]
    fn nodes() {
        let list = |values: usize| format!("[{}1]", "1,".repeat(values - 2));
        assert_eq!(
            [99_999, 100_000, 100_001].map(|nodes| code(&list(nodes))),
            [None, None, Some(INVALID_REQUEST)]
        );
    }
}
