//! What a tool says of itself to a model: its description and one line with its limits.

use super::model::{Policy, Rate, Tool};

/// The description that is advertised.
pub(crate) fn advertised_description(tool: &Tool) -> String {
    let description = tool.description.trim_end();
    match policy_line(&tool.policy) {
        Some(line) if description.is_empty() => line,
        Some(line) => format!("{description}\n{line}"),
        None => description.to_owned(),
    }
}

/// `Limits: 5 s, 60 calls a minute, 1 MiB. A person confirms each call.`
pub(crate) fn policy_line(policy: &Policy) -> Option<String> {
    let limits: Vec<String> =
        [policy.timeout_ms.map(duration), policy.rate.map(rate), policy.output_bytes.map(bytes)]
            .into_iter()
            .flatten()
            .collect();
    let limits = (!limits.is_empty()).then(|| format!("Limits: {}.", limits.join(", ")));
    let confirm = policy.confirm.then(|| "A person confirms each call.".to_owned());
    let line: Vec<String> = [limits, confirm].into_iter().flatten().collect();
    (!line.is_empty()).then(|| line.join(" "))
}

/// `500 ms`, `30 s`, `2 min`.
pub(crate) fn duration(milliseconds: u64) -> String {
    match milliseconds {
        whole if whole > 0 && whole % 60_000 == 0 => format!("{} min", whole / 60_000),
        whole if whole > 0 && whole % 1000 == 0 => format!("{} s", whole / 1000),
        other => format!("{other} ms"),
    }
}

/// `60 calls a minute`.
pub(crate) fn rate(rate: Rate) -> String {
    let calls = if rate.calls == 1 { "1 call".to_owned() } else { format!("{} calls", rate.calls) };
    match rate.seconds {
        1 => format!("{calls} a second"),
        60 => format!("{calls} a minute"),
        3600 => format!("{calls} an hour"),
        other => format!("{calls} in {other} s"),
    }
}

/// `256 KiB`, `1 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    const KIB: u64 = 1024;
    match bytes {
        whole if whole > 0 && whole % (KIB * KIB) == 0 => format!("{} MiB", whole / (KIB * KIB)),
        whole if whole > 0 && whole % KIB == 0 => format!("{} KiB", whole / KIB),
        other => format!("{other} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_short_line_says_all_limits() {
        let mut policy = Policy {
            timeout_ms: Some(5000),
            rate: Some(Rate { calls: 60, seconds: 60 }),
            output_bytes: Some(1024 * 1024),
            ..Policy::default()
        };
        assert_eq!(policy_line(&policy).as_deref(), Some("Limits: 5 s, 60 calls a minute, 1 MiB."));
        policy = Policy { confirm: true, ..Policy::default() };
        assert_eq!(policy_line(&policy).as_deref(), Some("A person confirms each call."));
        assert_eq!(policy_line(&Policy::default()), None);
    }

    #[test]
    fn units_are_the_largest_that_fit() {
        assert_eq!(duration(500), "500 ms");
        assert_eq!(duration(90_000), "90 s");
        assert_eq!(duration(120_000), "2 min");
        assert_eq!(rate(Rate { calls: 1, seconds: 1 }), "1 call a second");
        assert_eq!(rate(Rate { calls: 100, seconds: 3600 }), "100 calls an hour");
        assert_eq!(bytes(256 * 1024), "256 KiB");
        assert_eq!(bytes(1500), "1500 bytes");
    }
}
