//! Documents around a schema, some right, some wrong; which is which is for a validator to say.

use lockstep_vectors::Random;
use serde_json::{Map, Value, json};

/// An endless row of documents, always the same for the same name.
pub(crate) struct Documents<'a> {
    schema: &'a Value,
    /// A document with values that cannot be made up, such as those of a pattern.
    example: &'a Value,
    random: Random,
}

impl<'a> Documents<'a> {
    pub(crate) fn new(name: &str, schema: &'a Value, example: &'a Value) -> Self {
        Self { schema, example, random: Random::named(name, 0) }
    }

    fn value(&mut self, schema: &Value, example: Option<&Value>, depth: usize) -> Value {
        let schema = resolve(self.schema, schema);
        if let Some(known) = example.filter(|known| known.is_string() && self.random.once_in(3)) {
            return known.clone();
        }
        if let Some(known) = schema["examples"].as_array().filter(|_| self.random.once_in(2)) {
            return known[self.random.below(known.len())].clone();
        }
        if let Some(values) = schema["enum"].as_array() {
            return values[self.random.below(values.len())].clone();
        }
        if let Some(variants) = schema["anyOf"].as_array() {
            let variant = variants[self.random.below(variants.len())].clone();
            return self.value(&variant, None, depth);
        }
        match schema["type"].as_str() {
            Some("string") => self.string(schema, example),
            Some("integer") => json!(self.integer(schema)),
            Some("number") => self.number(schema),
            Some("boolean") => json!(self.random.once_in(2)),
            Some("array") => self.array(schema, example, depth),
            Some("object") => self.object(schema, example, depth),
            _ => self.any(),
        }
    }

    fn string(&mut self, schema: &Value, example: Option<&Value>) -> Value {
        if schema.get("pattern").is_some() {
            let default = schema.get("default");
            return example.or(schema["examples"].get(0)).or(default).cloned().unwrap_or(json!("?"));
        }
        if let Some(format) = schema["format"].as_str() {
            let values = formats(format);
            return json!(values[self.random.below(values.len())]);
        }
        let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(0)).unwrap_or(0);
        let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(40)).unwrap_or(40).min(least + 40);
        let length = match self.random.below(4) {
            0 => least,
            1 => most,
            _ => least + self.random.below(most - least + 1),
        };
        let letters = ['a', 'Z', '9', ' ', '"', '\\', '\u{e9}', '\u{1f980}', '\n', '{'];
        json!((0..length).map(|_| letters[self.random.below(letters.len())]).collect::<String>())
    }

    fn integer(&mut self, schema: &Value) -> i64 {
        let least = schema["minimum"].as_i64().unwrap_or(-1000);
        let most = schema["maximum"].as_i64().unwrap_or(least.saturating_add(100_000));
        match self.random.below(4) {
            0 => least,
            1 => most,
            _ => least.saturating_add(
                self.random.below(usize::try_from(most.saturating_sub(least)).unwrap_or(1000)) as i64,
            ),
        }
    }

    fn number(&mut self, schema: &Value) -> Value {
        let least = schema["minimum"].as_f64().unwrap_or(-10.0);
        let most = schema["maximum"].as_f64().unwrap_or(least + 1e6);
        match self.random.below(4) {
            0 => json!(least),
            1 => json!(most),
            2 => json!(least.ceil() as i64),
            _ => json!(least + (most - least) * (self.random.below(1000) as f64) / 1000.0),
        }
    }

    fn array(&mut self, schema: &Value, example: Option<&Value>, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = schema["maxItems"].as_u64().unwrap_or(least + 3).min(least + 3);
        let count =
            if depth == 0 { least } else { least + self.random.below((most - least + 1) as usize) as u64 };
        let known = example.and_then(|example| example.get(0)).cloned();
        (0..count).map(|_| self.value(&schema["items"], known.as_ref(), depth.saturating_sub(1))).collect()
    }

    fn object(&mut self, schema: &Value, example: Option<&Value>, depth: usize) -> Value {
        let mut members = Map::new();
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            let required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
            if required || (depth > 0 && self.random.once_in(2)) {
                let known = example.and_then(|example| example.get(name));
                members.insert(name.clone(), self.value(inner, known, depth.saturating_sub(1)));
            }
        }
        let open = matches!(schema.get("additionalProperties"), Some(Value::Object(_) | Value::Bool(true)));
        if open && depth > 0 {
            for name in ["a", "b.c/d~", ""].into_iter().take(self.random.below(4)) {
                let value = self.value(&schema["additionalProperties"], None, depth.saturating_sub(1));
                members.insert(name.to_owned(), value);
            }
        }
        Value::Object(members)
    }

    /// Any value, often one that a schema would nearly take.
    fn any(&mut self) -> Value {
        let values = [
            json!(null),
            json!(true),
            json!(0),
            json!(-1),
            json!(1),
            json!(1.0),
            json!(2.5),
            json!(1e3),
            json!(1_000_000),
            json!(i64::MIN),
            json!(""),
            json!("text"),
            json!("5"),
            json!("true"),
            json!("[]"),
            json!("2026-02-30"),
            json!([]),
            json!([1, 1.0]),
            json!({}),
            json!({"a": null}),
            json!("x".repeat(70_000)),
        ];
        values[self.random.below(values.len())].clone()
    }

    /// Changes something somewhere below `value`.
    fn break_one(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) if !members.is_empty() && !self.random.once_in(6) => {
                let names: Vec<String> = members.keys().cloned().collect();
                let name = &names[self.random.below(names.len())];
                match self.random.below(6) {
                    0 => {
                        members.remove(name);
                    }
                    1 => {
                        let near = format!("{name}s");
                        let odd = ["x-unknown", "", "a/b~c", near.as_str()][self.random.below(4)];
                        members.insert(odd.to_owned(), json!(1));
                    }
                    _ => self.break_one(&mut members[name.as_str()]),
                }
            }
            Value::Array(items) if !items.is_empty() && !self.random.once_in(4) => {
                let index = self.random.below(items.len());
                match self.random.below(3) {
                    0 => items.push(items[index].clone()),
                    1 => {
                        for _ in 0..60 {
                            items.push(items[index].clone());
                        }
                    }
                    _ => self.break_one(&mut items[index]),
                }
            }
            Value::String(text) if !self.random.once_in(3) => match self.random.below(4) {
                0 => text.clear(),
                1 => text.push_str(&"\u{1f980}".repeat(300)),
                2 => *text = text.to_uppercase(),
                _ => text.push(' '),
            },
            Value::Number(number) if !self.random.once_in(3) => {
                let real = number.as_f64().unwrap_or(0.0);
                *value = match self.random.below(4) {
                    0 => json!(real + 1.0),
                    1 => json!(real - 1.0),
                    2 => json!(real + 0.5),
                    _ => json!(real * 1e6),
                };
            }
            other => *other = self.any(),
        }
    }
}

impl Iterator for Documents<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        let (schema, example) = (self.schema, self.example);
        let mut document = self.value(schema, Some(example), 4);
        for _ in 0..[0, 0, 1, 1, 1, 2, 3][self.random.below(7)] {
            self.break_one(&mut document);
        }
        Some(document)
    }
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
        Some(pointer) => root.pointer(pointer).unwrap_or(schema),
        None => schema,
    }
}

/// Strings around a format, right and wrong.
fn formats(format: &str) -> &'static [&'static str] {
    match format {
        "date" => &["2026-01-31", "2024-02-29", "2026-02-29", "2026-1-1", "20260131", "0000-01-01"],
        "date-time" => &[
            "2026-01-31T12:00:00Z",
            "2026-01-31t12:00:00z",
            "2026-01-31T12:00:00.123456789+02:00",
            "2026-01-31T12:00:00",
            "2026-01-31 12:00:00Z",
            "2016-12-31T23:59:60Z",
            "2026-01-31T24:00:00Z",
        ],
        "email" => {
            &["someone@example.com", "a.b+c@example.org", "someone", "@example.com", "a b@example.com"]
        }
        "ipv4" => &["192.0.2.1", "255.255.255.255", "256.0.0.1", "1.2.3", "01.2.3.4"],
        "ipv6" => &["2001:db8::1", "::", "::ffff:192.0.2.1", "1::2::3", "fe80::1%eth0"],
        "uri" => &["https://example.com/a?b#c", "urn:x:y", "relative/path", "http://a b", "mailto:a@b.c"],
        "uuid" => &[
            "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
            "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
            "6ba7b8109dad11d180b400c04fd430c8",
            "{6ba7b810-9dad-11d1-80b4-00c04fd430c8}",
        ],
        _ => &["text"],
    }
}
