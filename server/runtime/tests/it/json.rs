//! Comparing answers with the part of them that a test is about.

use serde_json::Value;

/// Asserts that `actual` has everything in `expected`; an expected `null` means that the member is absent. Lists have as
/// many items as is expected.
#[track_caller]
pub(crate) fn assert_has(actual: &Value, expected: &Value) {
    if let Err(path) = has(actual, expected) {
        panic!("at `{path}`\nexpected {expected}\nfound    {actual}");
    }
}

fn has(actual: &Value, expected: &Value) -> Result<(), String> {
    if let (Value::Array(actual), Value::Array(expected)) = (actual, expected)
        && actual.len() == expected.len()
    {
        for (place, (actual, expected)) in actual.iter().zip(expected).enumerate() {
            has(actual, expected).map_err(|path| format!("/{place}{path}"))?;
        }
        return Ok(());
    }
    let Value::Object(expected) = expected else {
        return if actual == expected { Ok(()) } else { Err(String::new()) };
    };
    for (key, expected) in expected {
        match (actual.get(key), expected) {
            (None, Value::Null) => {}
            (Some(actual), _) => has(actual, expected).map_err(|path| format!("/{key}{path}"))?,
            (None, _) => return Err(format!("/{key}")),
        }
    }
    Ok(())
}
