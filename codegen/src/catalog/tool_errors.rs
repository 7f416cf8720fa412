//! How tools can fail: the errors of one tool, and those that several share.

use super::check::{Check, Map};
use super::load::Entry;
use super::model::ModelledError;
use super::policy::{measure, seconds};
use super::{keys, names};
use crate::names::type_name;
use crate::yaml::{Key, Node};

/// What every tool may meet, and whether the same call may then succeed later.
const OF_ALL_TOOLS: [(&str, bool); 8] = [
    ("invalid_argument", false),
    ("insufficient_scope", false),
    ("rate_limited", true),
    ("busy", true),
    ("timeout", true),
    ("cancelled", false),
    ("unavailable", true),
    ("internal", false),
];

/// The catalog's `errors`.
pub(super) fn shared<'n>(check: &mut Check<'n>, entries: &[Entry<'n>]) {
    for Entry { file, key, node } in entries {
        check.file = *file;
        let error = error(check, key, node, None);
        check.shared_errors.push(error);
    }
}

/// The `errors` of a tool.
pub(super) fn errors<'n>(check: &mut Check<'n>, tool: &Map<'n>) -> Vec<ModelledError> {
    let mut errors: Vec<ModelledError> = Vec::new();
    for (key, node) in check.entries(tool, "errors") {
        let shared = check.shared_errors.iter().find(|error| error.name == key.text).cloned();
        let error = error(check, key, node, shared.as_ref());
        let rust = type_name(&error.name);
        if let Some(first) = errors.iter().find(|other| type_name(&other.name) == rust) {
            let message = format!("`{}` and `{}` become the same Rust name", first.name, error.name);
            check.push(key.at, message, "rename one of them");
        }
        errors.push(error);
    }
    errors
}

fn error<'n>(
    check: &mut Check<'n>,
    key: &Key,
    node: &'n Node,
    shared: Option<&ModelledError>,
) -> ModelledError {
    names::error(check, key);
    if node.text().is_some() {
        let hint = format!("write `{}: {{ hint: … }}`", key.text);
        check.push(node.at, format!("the error `{}` must be a map, not text", key.text), hint);
        return ModelledError {
            at: check.spot(key.at),
            name: key.text.clone(),
            retryable: false,
            hint: String::new(),
            retry_after_seconds: None,
        };
    }
    let mut map = check.map(node, format!("the error `{}`", key.text), keys::ERROR);
    map.at = key.at;
    let hint = check.text(&map, "hint").or_else(|| shared.map(|error| error.hint.clone()));
    if hint.is_none() && !check.partial {
        check.missing(&map, "hint", "add `hint:` with one sentence that says what to do next");
    }
    let of_all = OF_ALL_TOOLS.iter().find(|(name, _)| *name == key.text).map(|(_, retryable)| *retryable);
    let said = check.flag(&map, "retryable");
    let retryable = said.or(shared.map(|error| error.retryable)).or(of_all).unwrap_or_default();
    let own = measure(check, &map, "retry_after", "a time such as `30s`, `2min` or `1h`", seconds);
    let inherited = shared.and_then(|error| error.retry_after_seconds).filter(|_| retryable);
    if let (Some((key, _)), false, true) =
        (map.members.get("retry_after"), retryable, map.has("retryable") == said.is_some())
    {
        check.push(
            key.at,
            "`retry_after` needs `retryable: true`",
            "add `retryable: true`, or remove `retry_after`",
        );
    }
    ModelledError {
        at: check.spot(key.at),
        name: key.text.clone(),
        retryable,
        hint: hint.unwrap_or_default(),
        retry_after_seconds: own.or(inherited),
    }
}
