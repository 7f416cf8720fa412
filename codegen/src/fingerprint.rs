//! `generated/spec.lock`: what the generated tree was made from, so that a build sees when it is stale.

use crate::Sources;

/// One line per source file: FNV-1a of its text, and its path. The root package's `build.rs` computes the same.
pub(crate) fn lock(sources: &Sources) -> String {
    let mut lock = String::from("# Written by `cargo xtask regen`; compared with spec/ by build.rs.\n");
    for (path, text) in sources {
        lock.push_str(&format!("{:016x} {path}\n", fnv1a(text.as_bytes())));
    }
    lock
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
