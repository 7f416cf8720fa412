//! Patterns: JSON that says which members a message has, and which not.
//!
//! An object names some members of what it stands for; `null` says that there is no such member, and `"$closed": true`
//! that there are no others. A list stands for as many items, in this order; `["$some", …]` for a list that has each of
//! these items somewhere, `["$every", …]` for one whose items are all like this. A text that begins with `$` is special:
//! `$any`, `$null`, `$string`, `$integer`, `$number`, `$boolean`, `$object`, `$array`; `$has:…` is a text with this in it;
//! `$in:a|b` one of these texts; `$length:3` a list of three; `$tool` a name for tools, `$visible` a long text of visible ASCII;
//! `$save:…` keeps the value as a variable. `{"$json": …}` is a text that holds JSON like this.

use std::collections::BTreeMap;

use serde_json::Value;

/// JSON texts by name.
pub(crate) type Variables = BTreeMap<String, String>;

/// What does not fit; values asked for are saved.
pub(crate) fn mismatch(pattern: &Value, value: &Value, variables: &mut Variables) -> Option<String> {
    at("", pattern, Some(value), variables)
}

fn at(place: &str, pattern: &Value, value: Option<&Value>, variables: &mut Variables) -> Option<String> {
    let wrong = || Some(format!("`{place}` is not {pattern} but {}", value.unwrap_or(&"absent".into())));
    let Some(value) = value else {
        return if pattern.is_null() { None } else { wrong() };
    };
    match pattern {
        Value::Object(members) if members.contains_key("$json") => {
            let inner = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            inner.map_or_else(wrong, |inner: Value| at(place, &members["$json"], Some(&inner), variables))
        }
        Value::Object(members) => {
            let Value::Object(found) = value else { return wrong() };
            if members.contains_key("$closed")
                && let Some(other) = found.keys().find(|name| !members.contains_key(*name))
            {
                return Some(format!("`{place}` has `{other}`, which should not be there"));
            }
            let mut members = members.iter().filter(|(name, _)| *name != "$closed");
            members.find_map(|(name, pattern)| {
                at(&format!("{place}/{name}"), pattern, found.get(name), variables)
            })
        }
        Value::Array(items) => {
            let Value::Array(found) = value else { return wrong() };
            match items.first().and_then(Value::as_str) {
                Some("$some") => items[1..].iter().find_map(|item| {
                    let fits = |value| at(place, item, Some(value), &mut variables.clone()).is_none();
                    match found.iter().find(|value| fits(value)) {
                        Some(value) => at(place, item, Some(value), variables),
                        None => Some(format!("`{place}` has no item like {item}: {value}")),
                    }
                }),
                Some("$every") => found.iter().enumerate().find_map(|(index, value)| {
                    at(&format!("{place}/{index}"), &items[1], Some(value), variables)
                }),
                _ if items.len() == found.len() => items.iter().enumerate().find_map(|(index, item)| {
                    at(&format!("{place}/{index}"), item, found.get(index), variables)
                }),
                _ => wrong(),
            }
        }
        Value::String(text) if text.starts_with('$') => {
            let string = value.as_str();
            let fits = match text.split_once(':').unwrap_or((text, "")) {
                ("$any", _) => true,
                ("$null", _) => value.is_null(),
                ("$string", _) => string.is_some_and(|text| !text.is_empty()),
                ("$integer", _) => value.as_u64().is_some(),
                ("$length", count) => value.as_array().is_some_and(|items| items.len().to_string() == count),
                ("$tool", _) => string.is_some_and(|name| {
                    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
                    (1..=64).contains(&name.len()) && name.bytes().all(plain)
                }),
                ("$visible", _) => string
                    .is_some_and(|text| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic())),
                ("$number", _) => value.is_number(),
                ("$boolean", _) => value.is_boolean(),
                ("$object", _) => value.is_object(),
                ("$array", _) => value.is_array(),
                ("$has", part) => string.is_some_and(|text| text.contains(part)),
                ("$in", choices) => string.is_some_and(|text| choices.split('|').any(|one| one == text)),
                ("$save", name) => {
                    variables.insert(name.to_owned(), value.to_string());
                    true
                }
                _ => panic!("`{text}` is no pattern"),
            };
            if fits { None } else { wrong() }
        }
        Value::Null => wrong(),
        pattern if pattern == value => None,
        _ => wrong(),
    }
}

/// Puts variables and made-up text in the place of `${…}`: `${name}` is the JSON of a variable, `${name.text}` what its
/// string says, `${name.changed}` the same with another character in the middle, `${times:3:…}` the rest three times
/// with commas between and `#` counting, `${fill:3:x}` three times without.
pub(crate) fn fill(text: &str, variables: &Variables) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled += before;
        let mut depth = 1_usize;
        let end = after.bytes().position(|byte| {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let (inside, after) = after.split_at(end.unwrap_or_else(|| panic!("`${{` without end in {text}")));
        filled += &put(inside, variables);
        rest = &after[1..];
    }
    filled + rest
}

fn put(inside: &str, variables: &Variables) -> String {
    let variable = |name: &str| {
        variables.get(name).unwrap_or_else(|| panic!("no variable `{name}`: {variables:?}")).clone()
    };
    let string = |name: &str| {
        let json = variable(name);
        serde_json::from_str::<String>(&json).unwrap_or_else(|_| panic!("`{name}` is no string: {json}"))
    };
    let counted = |rest: &str, between: &str| {
        let (count, text) = rest.split_once(':').unwrap_or_else(|| panic!("`{inside}` has no count"));
        let count: usize = count.parse().unwrap_or_else(|_| panic!("`{count}` is no count"));
        let texts: Vec<String> =
            (1..=count).map(|number| fill(text, variables).replace('#', &number.to_string())).collect();
        texts.join(between)
    };
    if let Some(rest) = inside.strip_prefix("times:") {
        return counted(rest, ",");
    }
    if let Some(rest) = inside.strip_prefix("fill:") {
        return counted(rest, "");
    }
    match inside.split_once('.') {
        None => variable(inside),
        Some((name, "text")) => string(name),
        Some((name, "changed")) => {
            let text = string(name);
            let middle = text.len() / 2;
            let other = if text.as_bytes()[middle] == b'A' { "B" } else { "A" };
            format!("{}{other}{}", &text[..middle], &text[middle + 1..])
        }
        Some((_, what)) => panic!("`{what}` of a variable is not known"),
    }
}
