//! The headers that repeat what a modern request says, for whoever routes it without reading its body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lockstep_wire::Object;
use serde_json::Value;

/// A header of one request.
pub(super) type Header = (String, String);

/// A text as a header value: as it is, or wrapped where a header could not carry it unchanged.
pub(super) fn value(text: &str) -> String {
    let visible = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let trimmed = text.trim_matches(' ') == text;
    let wrapped = text.starts_with("=?base64?") && text.ends_with("?=");
    if visible && trimmed && !wrapped {
        return text.to_owned();
    }
    format!("=?base64?{}?=", STANDARD.encode(text))
}

/// `Mcp-Method` and, where the method has one, `Mcp-Name`.
pub(super) fn of_method(method: &str, params: &Value) -> Vec<Header> {
    let name = match method {
        "tools/call" | "prompts/get" => params["name"].as_str(),
        "resources/read" => params["uri"].as_str(),
        _ => None,
    };
    let name = name.map(|name| ("Mcp-Name".to_owned(), value(name)));
    [("Mcp-Method".to_owned(), method.to_owned())].into_iter().chain(name).collect()
}

/// `Mcp-Param-*`: the arguments that a tool's schema marks with `x-mcp-header`.
///
/// # Errors
///
/// A mark that the protocol forbids; a client must not call such a tool over HTTP.
pub(super) fn of_arguments(schema: &Value, arguments: &Object) -> Result<Vec<Header>, String> {
    let (mut headers, mut names) = (Vec::new(), Vec::new());
    collect(schema, Some(arguments), &mut headers, &mut names)?;
    Ok(headers)
}

/// Marks count at properties only, however deep; an argument that is left out or `null` has no header.
fn collect(
    schema: &Value,
    arguments: Option<&Object>,
    headers: &mut Vec<Header>,
    names: &mut Vec<String>,
) -> Result<(), String> {
    let Some(properties) = schema["properties"].as_object() else { return Ok(()) };
    for (key, property) in properties {
        let argument = arguments.and_then(|arguments| arguments.get(key));
        if let Some(mark) = property.get("x-mcp-header") {
            let name = checked(key, mark, property, names)?;
            if let Some(text) = argument.and_then(text) {
                headers.push((format!("Mcp-Param-{name}"), value(&text)));
            }
        }
        collect(property, argument.and_then(Value::as_object), headers, names)?;
    }
    Ok(())
}

fn checked<'a>(
    key: &str,
    mark: &'a Value,
    property: &Value,
    names: &mut Vec<String>,
) -> Result<&'a str, String> {
    let name = mark.as_str().filter(|name| !name.is_empty() && name.bytes().all(is_token));
    let name =
        name.ok_or_else(|| format!("`{key}` has the mark `x-mcp-header: {mark}`, which is no name"))?;
    if !matches!(property["type"].as_str(), Some("string" | "integer" | "boolean")) {
        return Err(format!("`{key}` has a mark `x-mcp-header`, but is no string, integer or boolean"));
    }
    if names.contains(&name.to_ascii_lowercase()) {
        return Err(format!("the mark `x-mcp-header: {name}` is there twice"));
    }
    names.push(name.to_ascii_lowercase());
    Ok(name)
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn text(argument: &Value) -> Option<String> {
    match argument {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(argument.to_string()),
        // A wrong argument is the server's to refuse.
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values() {
        for plain in ["db_query", "a b", "x=?base64?", "file:///a%20b", ""] {
            assert_eq!(value(plain), plain);
        }
        assert_eq!(value("grün"), "=?base64?Z3LDvG4=?=");
        assert_eq!(value(" x"), "=?base64?IHg=?=");
        assert_eq!(value("a\nb"), "=?base64?YQpi?=");
        assert_eq!(value("=?base64?eA==?="), "=?base64?PT9iYXNlNjQ/ZUE9PT89?=");
    }

    #[test]
    fn names() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(of_method("tools/list", &json!({})), [header("Mcp-Method", "tools/list")]);
        assert_eq!(
            of_method("tools/call", &json!({ "name": "x", "uri": "y" })),
            [header("Mcp-Method", "tools/call"), header("Mcp-Name", "x")]
        );
        assert_eq!(of_method("resources/read", &json!({ "uri": "a:b" }))[1], header("Mcp-Name", "a:b"));
    }

    #[test]
    fn arguments() {
        let schema = json!({ "properties": {
            "tenant": { "type": "string", "x-mcp-header": "Tenant" },
            "page": { "type": "integer", "x-mcp-header": "Page" },
            "dry": { "type": "boolean", "x-mcp-header": "Dry" },
            "gone": { "type": "string", "x-mcp-header": "Gone" },
            "deep": { "type": "object", "properties": {
                "er": { "type": "string", "x-mcp-header": "Deeper" },
            } },
            "list": { "type": "array", "items": { "type": "string", "x-mcp-header": "Never" } },
        } });
        let arguments = json!({
            "tenant": "Zürich", "page": 2, "dry": true, "gone": null, "deep": { "er": "x" }, "list": ["y"],
        });
        let arguments = arguments.as_object().expect("an object");
        let headers = of_arguments(&schema, arguments).expect("the marks are in order");
        let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(
            headers,
            [
                "Mcp-Param-Tenant: =?base64?WsO8cmljaA==?=",
                "Mcp-Param-Page: 2",
                "Mcp-Param-Dry: true",
                "Mcp-Param-Deeper: x"
            ]
        );
    }

    #[test]
    fn forbidden_marks() {
        for (property, part) in [
            (json!({ "type": "number", "x-mcp-header": "N" }), "is no string"),
            (json!({ "type": "string", "x-mcp-header": "a b" }), "is no name"),
            (json!({ "type": "string", "x-mcp-header": "" }), "is no name"),
            (json!({ "type": "string", "x-mcp-header": "FIRST" }), "is there twice"),
        ] {
            let first = json!({ "type": "string", "x-mcp-header": "First" });
            let schema = json!({ "properties": { "first": first, "second": property } });
            let error = of_arguments(&schema, &Object::new()).expect_err("the mark is wrong");
            assert!(error.contains(part), "{error}");
        }
    }
}
