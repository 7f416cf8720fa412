//! Rules of a tool's input schema, as it goes out: they judge JSON, whatever wrote it.

use serde_json::Value;

use super::limits::Size;
use super::{Profile, Rule};
use crate::catalog::INLINE_BYTES;

/// What a rule found at a place of the schema.
pub(super) struct At {
    /// The keys from the root to the place.
    pub(super) path: Vec<String>,
    pub(super) profile: Profile,
    pub(super) rule: Rule,
    pub(super) message: String,
    pub(super) hint: String,
}

/// OpenAI's list of formats in strict mode.
const OPENAI_FORMATS: [&str; 9] =
    ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"];

/// What JSON Schema 2020-12 defines, which is what Ajv's package of formats knows.
const KNOWN_FORMATS: [&str; 19] = [
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uuid",
    "uri-template",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

pub(super) fn input(schema: &Value) -> Vec<At> {
    let mut walk = Walk { path: Vec::new(), found: Vec::new() };
    for combinator in ["anyOf", "oneOf", "allOf", "not", "enum"] {
        if schema.get(combinator).is_some() {
            let message = format!("`{combinator}` stands at the top of the input");
            walk.report(Profile::Claude, Rule::RootCombinator, message, "make it a member of the input");
        }
    }
    let size = Size::of(schema);
    if !size.enums_within_openai() {
        let message = format!("the enums of the input have {} values", size.values);
        walk.report(
            Profile::OpenaiStrict,
            Rule::EnumTooLarge,
            message,
            "take a string and name the values in an error",
        );
    }
    if !size.shape_within_openai() {
        let message = format!("the input has {} levels and {} properties", size.levels, size.properties);
        walk.report(
            Profile::OpenaiStrict,
            Rule::SchemaLimits,
            message,
            "make the input flatter, or two tools of one",
        );
    }
    let bytes = schema.to_string().len();
    if bytes > INLINE_BYTES {
        let message = format!("the input's schema has {bytes} bytes, more than {INLINE_BYTES}");
        walk.report(
            Profile::All,
            Rule::SchemaTooLarge,
            message,
            "make two tools of one, or shorten descriptions",
        );
    }
    walk.schema(schema, false);
    walk.found
}

struct Walk {
    path: Vec<String>,
    found: Vec<At>,
}

impl Walk {
    fn report(&mut self, profile: Profile, rule: Rule, message: impl Into<String>, hint: &str) {
        let (path, message) = (self.path.clone(), message.into());
        self.found.push(At { path, profile, rule, message, hint: hint.to_owned() });
    }

    fn below<'p>(&mut self, keys: impl IntoIterator<Item = &'p str>, schema: &Value, in_union: bool) {
        let depth = self.path.len();
        self.path.extend(keys.into_iter().map(ToOwned::to_owned));
        self.schema(schema, in_union);
        self.path.truncate(depth);
    }

    fn schema(&mut self, schema: &Value, in_union: bool) {
        self.types(schema);
        if let Some(format) = schema.get("format").and_then(Value::as_str) {
            self.format(format);
        }
        if let Some(reason) = schema.get("pattern").and_then(Value::as_str).and_then(unsupported) {
            let message = format!("`pattern` {reason}");
            let hint = "write character classes out, such as [0-9], and escape only what needs it";
            self.report(Profile::Cursor, Rule::PatternUnsupported, message, hint);
        }
        if in_union && schema.get("default").is_some() {
            let hint = "leave `default` out and say it in the description";
            self.report(Profile::Cursor, Rule::DefaultUnsupported, "`default` stands inside a union", hint);
        }
        self.inner(schema, in_union);
    }

    fn types(&mut self, schema: &Value) {
        if schema.get("$ref").is_some() {
            let message =
                "a `$ref` stays in the input, for a type that contains itself or is used in many places";
            for profile in [Profile::Gemini, Profile::Cursor] {
                self.report(
                    profile,
                    Rule::RefUnresolvable,
                    message,
                    "write out as many levels as are needed",
                );
            }
        }
        let union = ["anyOf", "oneOf"].into_iter().find_map(|key| schema.get(key).and_then(Value::as_array));
        let lists_null = |types: &Vec<Value>| types.iter().any(|ty| ty == "null");
        let null = schema.get("type").and_then(Value::as_array).is_some_and(lists_null)
            || union.is_some_and(|of| of.iter().any(|one| one.get("type").is_some_and(|ty| ty == "null")));
        if null {
            for profile in [Profile::Cursor, Profile::Gemini] {
                self.report(
                    profile,
                    Rule::NullUnion,
                    "`null` is among the types",
                    "leave the member out instead",
                );
            }
        }
        if union.is_some() && schema.get("description").is_some() {
            let hint = "describe the union's alternatives instead of the union";
            self.report(Profile::Gemini, Rule::UnionInInput, "a description stands beside a union", hint);
        }
        let typed = ["type", "enum", "$ref", "anyOf", "oneOf"].iter().any(|key| schema.get(key).is_some());
        if !typed {
            let hint = "say what type it has, or accept this where any value is meant";
            for profile in [Profile::OpenaiStrict, Profile::Gemini] {
                self.report(profile, Rule::OpenObject, "a value of any type", hint);
            }
        } else if schema.get("additionalProperties").is_some_and(|open| *open != Value::Bool(false)) {
            let hint = "take a list of objects with a name and a value, or accept this";
            for profile in [Profile::OpenaiStrict, Profile::Gemini] {
                self.report(profile, Rule::OpenObject, "an object with free names", hint);
            }
        }
    }

    fn format(&mut self, format: &str) {
        if !KNOWN_FORMATS.contains(&format) {
            let message = format!("clients do not know the format `{format}`");
            self.report(
                Profile::Cursor,
                Rule::UnknownFormat,
                message,
                "use `minimum` and `maximum`, or a `pattern`",
            );
        }
        if !OPENAI_FORMATS.contains(&format) {
            let message = format!("strict mode refuses the format `{format}`");
            self.report(
                Profile::OpenaiStrict,
                Rule::UnknownFormat,
                message,
                "use a `pattern` in place of `format`",
            );
        }
    }

    fn inner(&mut self, schema: &Value, in_union: bool) {
        for key in ["properties", "$defs"] {
            for (name, property) in schema.get(key).and_then(Value::as_object).into_iter().flatten() {
                self.below([key, name], property, in_union && key == "properties");
            }
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(key).filter(|inner| inner.is_object()) {
                self.below([key], inner, in_union);
            }
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            for (index, inner) in schema.get(key).and_then(Value::as_array).into_iter().flatten().enumerate()
            {
                self.below([key, &index.to_string()], inner, true);
            }
        }
    }
}

/// Why a client's engine refuses the pattern.
fn unsupported(pattern: &str) -> Option<String> {
    if ["(?=", "(?!", "(?<"].iter().any(|group| pattern.contains(group)) {
        return Some("has look-around or a named group, which OpenAI and Gemini refuse".to_owned());
    }
    let mut letters = pattern.chars();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '[' => in_class = true,
            ']' => in_class = false,
            '\\' => {
                let next = letters.next()?;
                if next.is_ascii_digit() && next != '0' {
                    return Some(format!(
                        "has the back reference `\\{next}`, which OpenAI and Gemini refuse"
                    ));
                }
                let syntax = "^$\\.*+?()[]{}|/".contains(next) || (in_class && next == '-');
                if !syntax && !next.is_ascii_alphanumeric() {
                    return Some(format!("has the needless escape `\\{next}`, which Ajv refuses"));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The catalog's language can say little of this; whatever writes schemas one day is judged all the same.
    #[track_caller]
    fn found(schema: &Value, expected: &[(&str, Rule)]) {
        let found: Vec<(String, Rule)> =
            input(schema).into_iter().map(|at| (at.path.join("/"), at.rule)).collect();
        let expected: Vec<(String, Rule)> =
            expected.iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect();
        assert_eq!(found, expected, "{schema}");
    }

    #[test]
    fn what_clients_refuse_is_found_wherever_it_comes_from() {
        found(&json!({ "type": "object", "anyOf": [{ "type": "object" }] }), &[("", Rule::RootCombinator)]);
        let of = |schema: Value| json!({ "type": "object", "properties": { "a": schema } });
        let at = "properties/a";
        found(&of(json!({ "type": ["string", "null"] })), &[(at, Rule::NullUnion), (at, Rule::NullUnion)]);
        found(
            &of(json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] })),
            &[(at, Rule::NullUnion), (at, Rule::NullUnion)],
        );
        found(
            &of(json!({ "type": "integer", "format": "uint32" })),
            &[(at, Rule::UnknownFormat), (at, Rule::UnknownFormat)],
        );
        found(&of(json!({ "type": "string", "format": "uuid" })), &[]);
        for pattern in ["^(?=a)", "(a)\\1", "a\\-b", "\\@"] {
            found(&of(json!({ "type": "string", "pattern": pattern })), &[(at, Rule::PatternUnsupported)]);
        }
        for pattern in ["^[a-z\\-]+\\.$", "^\\[\\]$", "^(?:a|b)\\/$"] {
            found(&of(json!({ "type": "string", "pattern": pattern })), &[]);
        }
    }

    #[test]
    fn limits_are_those_of_the_guide() {
        let deep = (0..10).fold(
            json!({ "type": "string" }),
            |inner, _| json!({ "type": "object", "properties": { "a": inner } }),
        );
        found(&deep, &[]);
        found(&json!({ "type": "object", "properties": { "a": deep } }), &[("", Rule::SchemaLimits)]);
        let long = "x".repeat(INLINE_BYTES);
        let large = json!({ "type": "object", "properties": {}, "description": long });
        found(&large, &[("", Rule::SchemaTooLarge)]);
    }
}
