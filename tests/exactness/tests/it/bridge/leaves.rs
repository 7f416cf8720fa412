//! The leaves of a document: scalars and empty containers, by JSON pointer.

use std::collections::BTreeSet;

use serde_json::Value;

pub(super) fn leaves(value: &Value, pointer: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                leaves(value, &member(pointer, key), found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, &format!("{pointer}/{index}"), found);
            }
        }
        _ => _ = found.insert(pointer.to_owned()),
    }
}

pub(super) fn member(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Whether a leaf of `before` is in `after` as well. An empty object has nothing to lose but itself.
pub(super) fn is_kept(before: &Value, after: &Value, pointer: &str) -> bool {
    match (before.pointer(pointer), after.pointer(pointer)) {
        (Some(Value::Object(_)), Some(Value::Object(_))) => true,
        (before, after) => before == after,
    }
}

/// Whether `pointer` is `top` or stands below it.
pub(super) fn is_below(pointer: &str, top: &str) -> bool {
    pointer.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
