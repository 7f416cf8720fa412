//! Names in messages.

use crate::ground;

/// The names that `wanted` was most likely meant to be, the nearest first; see [`ground::nearest`].
pub(crate) fn nearest(wanted: &str, names: &[String]) -> Vec<String> {
    let near = ground::nearest(wanted, names.iter().map(String::as_str));
    near.into_iter().map(str::to_owned).collect()
}

/// Names one after the other, each in back-ticks.
pub(crate) fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
