//! Lines out of chunks. The first byte says how long a line may be, the second how the rest is cut.

use lockstep_runtime::fuzzing::lines;

/// Cuts the bytes in two ways, and by hand.
pub fn run(bytes: &[u8]) {
    let [longest, cut, stream @ ..] = bytes else { return };
    let (longest, cut) = (usize::from(*longest), usize::from(*cut));
    let whole = lines(longest, [stream]);
    assert_eq!(whole, lines(longest, stream.chunks(1 + cut % 7)), "pieces of {}", 1 + cut % 7);
    assert_eq!(whole, lines(longest, stream.chunks(1)), "byte by byte");
    // Pieces as uneven as the input itself.
    let mut rest = stream;
    let uneven = std::iter::from_fn(|| {
        let length = rest.first().map(|byte| 1 + usize::from(*byte) % 16)?.min(rest.len());
        let (piece, after) = rest.split_at(length);
        rest = after;
        Some(piece)
    });
    assert_eq!(whole, lines(longest, uneven), "uneven pieces");
    assert_eq!(whole, by_hand(longest, stream));
}

fn by_hand(longest: usize, stream: &[u8]) -> Vec<Option<Vec<u8>>> {
    let lines = stream.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines
        .filter_map(|line| match line.len() > longest {
            true => Some(None),
            false if line.iter().all(u8::is_ascii_whitespace) => None,
            false => Some(Some(line.to_vec())),
        })
        .collect()
}
