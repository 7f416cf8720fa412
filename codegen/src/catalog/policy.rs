//! `policy`: what a call needs and may cost.

use serde_json::Value;

use super::check::{Check, Map, listed, nearest};
use super::model::{Audit, Policy, Rate};
use crate::yaml::{Content, Node};

/// The policy of something that may have the keys `known`.
pub(super) fn policy<'n>(check: &mut Check<'n>, of: &Map<'n>, known: &[&str]) -> Policy {
    let Some(node) = of.node("policy") else { return Policy::default() };
    let kind = of.of.split(' ').next().unwrap_or_default();
    let mut map = check.open(node, "`policy`");
    check.only(&mut map, known, |key, _| {
        let known_elsewhere = super::keys::TOOL_POLICY.contains(&key);
        let reason = known_elsewhere.then(|| format!("the policy of a {kind} cannot have `{key}`"))?;
        Some((reason, format!("the keys here are {}", listed(known))))
    });
    let timeout_ms = measure(check, &map, "timeout", "a time such as `500ms`, `30s` or `2min`", time);
    let rate = measure(check, &map, "rate", "calls of one caller, such as `60/min`, `5/s` or `100/h`", rate);
    let output_bytes = measure(check, &map, "output", "a size such as `256KiB` or `1MiB`", size);
    let positive =
        |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok()).filter(|n| *n > 0);
    Policy {
        scopes: scopes(check, &map),
        timeout_ms,
        rate,
        concurrency: check.number(&map, "concurrency", "a number of calls, 1 or more", positive),
        output_bytes,
        confirm: check.flag(&map, "confirm").unwrap_or_default(),
        audit: audit(check, &map),
    }
}

fn scopes<'n>(check: &mut Check<'n>, map: &Map<'n>) -> Vec<String> {
    let mut scopes = Vec::new();
    for (name, node) in check.texts(map, "scopes") {
        if check.scopes.contains_key(&name) || check.partial {
            scopes.push(name);
            continue;
        }
        let known: Vec<&String> = check.scopes.keys().collect();
        let near = nearest(&name, &known).map(str::to_owned);
        let hint = match &near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: `scopes: {{ {name}: what it allows }}`"),
        };
        check.meant.extend(near);
        check.push(node.at, format!("the scope `{name}` is not declared"), hint);
    }
    scopes
}

fn audit<'n>(check: &mut Check<'n>, map: &Map<'n>) -> Audit {
    const KNOWN: [(&str, Audit); 3] =
        [("hash", Audit::Hash), ("arguments", Audit::Arguments), ("none", Audit::None)];
    let Some(text) = check.text(map, "audit") else { return Audit::default() };
    if let Some((_, audit)) = KNOWN.iter().find(|(name, _)| *name == text) {
        return *audit;
    }
    if let Some(node) = map.node("audit") {
        let hint = format!("write one of {}", listed(&KNOWN.map(|(name, _)| name)));
        check.push(node.at, format!("`audit` cannot be `{text}`"), hint);
    }
    Audit::default()
}

/// A number with a unit below `key`.
pub(super) fn measure<'n, T>(
    check: &mut Check<'n>,
    map: &Map<'n>,
    key: &str,
    wanted: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let node = map.node(key)?;
    let text = scalar(check, node, key, wanted)?;
    let found = read(&text);
    if found.is_none() {
        let message = match text.trim_start_matches('0').chars().next() {
            Some(first) if text.starts_with('0') && !first.is_ascii_digit() => {
                format!("`{key}` cannot be zero")
            }
            _ => format!("`{key}` cannot be `{text}`"),
        };
        check.push(node.at, message, format!("write {wanted}"));
    }
    found
}

fn scalar(check: &mut Check<'_>, node: &Node, key: &str, wanted: &str) -> Option<String> {
    match &node.content {
        Content::Scalar(Value::String(text)) => Some(text.trim().to_owned()),
        Content::Scalar(Value::Number(number)) => Some(number.to_string()),
        _ => {
            check.wrong(node, &format!("`{key}`"), "a number with a unit", &format!("write {wanted}"));
            None
        }
    }
}

/// The number in front of `unit`; not zero.
fn counted(text: &str, unit: &str) -> Option<u64> {
    let digits = text.strip_suffix(unit)?;
    let plain = digits.chars().all(|c| c.is_ascii_digit());
    digits.parse().ok().filter(|number| plain && *number > 0)
}

fn units(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    units.iter().find_map(|(unit, factor)| counted(text, unit)?.checked_mul(*factor))
}

fn time(text: &str) -> Option<u64> {
    units(text, &[("ms", 1), ("s", 1000), ("min", 60_000)])
}

/// Whole seconds.
pub(super) fn seconds(text: &str) -> Option<u64> {
    units(text, &[("s", 1), ("min", 60), ("h", 3600)])
}

fn size(text: &str) -> Option<u64> {
    units(text, &[("KiB", 1 << 10), ("MiB", 1 << 20)])
}

fn rate(text: &str) -> Option<Rate> {
    [("/s", 1), ("/min", 60), ("/h", 3600)].into_iter().find_map(|(unit, seconds)| {
        let calls = u32::try_from(counted(text, unit)?).ok()?;
        Some(Rate { calls, seconds })
    })
}
