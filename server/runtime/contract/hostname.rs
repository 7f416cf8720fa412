//! Host names (RFC 1123) with internationalised labels in their ASCII form (RFC 5891).

/// Whether `name` is a host name.
pub(super) fn is_valid(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    let plain = (1..=63).contains(&bytes.len())
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-');
    // Hyphens in the third and fourth place are kept for encoded labels.
    plain
        && (bytes.get(2..4) != Some(b"--") || label.strip_prefix("xn--").is_some_and(super::idna::is_encoded))
}
