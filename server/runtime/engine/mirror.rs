//! `Mcp-Param-…` headers: what a tool's arguments say again in the head of a modern HTTP request.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};

use crate::contract::Catalog;

use super::headers::{Header, unwrap_base64};
use super::reply::{HEADER_MISMATCH, Refusal, excerpt};

/// One argument that a header mirrors.
#[derive(Debug, PartialEq, Eq)]
struct Mirror {
    /// What follows `Mcp-Param-`.
    header: String,
    /// The members on the way to the argument.
    path: Vec<String>,
}

/// All mirrored arguments, by tool.
#[derive(Debug, Default)]
pub(super) struct Mirrors(HashMap<&'static str, Vec<Mirror>>);

impl Mirrors {
    /// Finds the `x-mcp-header` keywords of the catalog's tools.
    pub(super) fn read(catalog: &Catalog) -> Self {
        let found = |json: &str| {
            let tool: Value = serde_json::from_str(json).unwrap_or_default();
            let mut mirrors = Vec::new();
            find(&tool["inputSchema"], &mut Vec::new(), &mut mirrors);
            mirrors
        };
        let tools = catalog.tools.iter().map(|tool| (tool.name, found(tool.json)));
        Self(tools.filter(|(_, mirrors)| !mirrors.is_empty()).collect())
    }

    /// Checks the headers of a call of `tool`. A tool called by a former name has other arguments, which no client can
    /// know how to mirror.
    ///
    /// # Errors
    ///
    /// A header is missing, malformed, or says something else than the argument.
    pub(super) fn check(
        &self,
        tool: &str,
        arguments: Option<super::json::Raw<'_>>,
        headers: &[(&str, Header<'_>)],
    ) -> Result<(), Refusal> {
        let Some(mirrors) = self.0.get(tool) else { return Ok(()) };
        let arguments: Map<String, Value> =
            arguments.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        mirrors.iter().try_for_each(|mirror| mirror.check(&arguments, headers))
    }
}

/// Only `properties` lead to an argument that a header may mirror.
fn find(schema: &Value, path: &mut Vec<String>, mirrors: &mut Vec<Mirror>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        path.push(name.clone());
        if let Some(header) = property["x-mcp-header"].as_str() {
            mirrors.push(Mirror { header: header.to_owned(), path: path.clone() });
        }
        find(property, path, mirrors);
        path.pop();
    }
}

impl Mirror {
    fn check(&self, arguments: &Map<String, Value>, headers: &[(&str, Header<'_>)]) -> Result<(), Refusal> {
        let mismatch = |what: String| {
            let message = format!("the `Mcp-Param-{}` header {what}", self.header);
            Err(Refusal::new(400, HEADER_MISMATCH, message))
        };
        let (first, rest) = self.path.split_first().map_or(("", &[][..]), |(first, rest)| (first, rest));
        let value = arguments.get(first);
        let value = rest.iter().fold(value, |value, name| value?.get(name));
        let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.header));
        let said = match (header.map(|(_, header)| *header).unwrap_or_default(), value) {
            (Header::Absent, None | Some(Value::Null)) => return Ok(()),
            (Header::Absent, Some(Value::String(_) | Value::Number(_) | Value::Bool(_))) => {
                return mismatch("is missing; send the argument's value in it".into());
            }
            // What is neither is refused when the arguments are read.
            (Header::Absent, Some(_)) => return Ok(()),
            (Header::Malformed, _) => return mismatch("is malformed; send it once, in visible ASCII".into()),
            (Header::Value(_), None | Some(Value::Null)) => {
                return mismatch("is there and the argument is not; leave it out".into());
            }
            (Header::Value(said), Some(_)) => said,
        };
        let Some(said) = unwrap_base64(said) else {
            return mismatch("is not valid base64 of UTF-8; pad it canonically".into());
        };
        let same = match value {
            Some(Value::String(text)) => text.as_str() == said,
            Some(Value::Bool(bool)) => said == if *bool { "true" } else { "false" },
            Some(Value::Number(number)) => same_number(number, &said),
            _ => true,
        };
        match same {
            true => Ok(()),
            false => mismatch(format!("says `{}`, the body something else", excerpt(&said))),
        }
    }
}

/// Integers compare as numbers, as far as every client can hold them exactly.
fn same_number(number: &Number, said: &str) -> bool {
    const SAFE: f64 = 9_007_199_254_740_991.0;
    let plain = said.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E' | b'+'));
    let said = said.parse::<f64>().ok().filter(|said| plain && said.fract() == 0.0 && said.abs() <= SAFE);
    said.is_some_and(|said| number.as_f64() == Some(said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(arguments: Value, header: Header<'_>, fits: bool) {
        let mirror = Mirror { header: "x".into(), path: vec!["a".into(), "b".into()] };
        let Value::Object(arguments) = json!({ "a": arguments }) else { unreachable!() };
        let headers = [("other", Header::value("1")), ("X", header)];
        let headers = if header == Header::Absent { &headers[..1] } else { &headers[..] };
        assert_eq!(mirror.check(&arguments, headers).is_ok(), fits, "{arguments:?} {header:?}");
    }

    #[test]
    fn arguments_and_headers() {
        for (value, said, fits) in [
            (json!("Hello"), "Hello", true),
            (json!("Hello"), "  Hello ", true),
            (json!("Hello"), "hello", false),
            (json!("Hello"), "=?base64?SGVsbG8=?=", true),
            (json!("Hello"), "=?base64?SGVsbG8?=", false),
            (json!("Hello"), "=?base64?SGVs!!!bG8=?=", false),
            (json!("SGVsbG8="), "SGVsbG8=", true),
            (json!("=?base64?SGVsbG8="), "=?base64?SGVsbG8=", true),
            (json!("=?BASE64?SGVsbG8=?="), "=?BASE64?SGVsbG8=?=", true),
            (json!(""), "", true),
            (json!(""), "=?base64??=", true),
            (json!(42), "42", true),
            (json!(42), "42.0", true),
            (json!(42.0), "42", true),
            (json!(42), "43", false),
            (json!(42), "0x2a", false),
            (json!(1e300), "1e300", false),
            (json!(true), "true", true),
            (json!(true), "True", false),
            (json!(null), "x", false),
        ] {
            check(json!({ "b": value }), Header::value(said), fits);
        }
        check(json!({ "b": "x" }), Header::Absent, false);
        check(json!({ "b": "x" }), Header::Malformed, false);
        check(json!({ "b": null }), Header::Absent, true);
        check(json!({}), Header::Absent, true);
        check(json!({ "b": [1] }), Header::Absent, true);
        check(json!({}), Header::value("x"), false);
    }

    #[test]
    fn only_properties_lead_to_a_mirror() {
        let schema = json!({ "properties": {
            "a": { "type": "string", "x-mcp-header": "A" },
            "b": { "type": "object", "properties": { "c": { "x-mcp-header": "C" } } },
            "d": { "type": "array", "items": { "properties": { "e": { "x-mcp-header": "E" } } } },
        } });
        let mut mirrors = Vec::new();
        find(&schema, &mut Vec::new(), &mut mirrors);
        let mut found: Vec<_> =
            mirrors.iter().map(|mirror| (mirror.header.as_str(), mirror.path.join("/"))).collect();
        found.sort();
        assert_eq!(found, [("A", "a".to_owned()), ("C", "b/c".to_owned())]);
    }
}
