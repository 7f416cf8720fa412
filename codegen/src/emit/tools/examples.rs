//! Values that a schema accepts, as JSON: what somebody wrote down, else something made up.

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, Format, Kind, Member, Schema, Tool};

/// A whole call that the tool accepts, as JSON text; empty where none can be made up.
pub(super) fn call(catalog: &Catalog, tool: &Tool) -> String {
    let made = || match tool.input_schema {
        Some(_) => None,
        None => Maker::new(catalog).object(&tool.input),
    };
    tool.examples.first().cloned().or_else(made).map_or_else(String::new, |call| call.to_string())
}

/// A value that the member accepts, as JSON text: one that somebody wrote down as an example, else its default, else a
/// made-up one, if there is any.
pub(super) fn member(catalog: &Catalog, member: &Member) -> String {
    let of_tool = || {
        let tool = catalog.tools.iter().find(|tool| tool.input.iter().any(|other| other.at == member.at))?;
        tool.examples.iter().find_map(|example| example.get(&member.name))
    };
    let written = member.schema.examples.first().or_else(of_tool).or(member.default.as_ref());
    let made = || Maker::new(catalog).value(&member.schema);
    written.cloned().or_else(made).map_or_else(String::new, |value| value.to_string())
}

/// The most parts of a made-up value, and the most characters of a made-up text: an example is for reading.
const PARTS: usize = 200;

struct Maker<'a> {
    catalog: &'a Catalog,
    /// The declared types around the value: one that stands inside itself has no end.
    open: Vec<&'a str>,
    parts: usize,
}

impl<'a> Maker<'a> {
    fn new(catalog: &'a Catalog) -> Self {
        Self { catalog, open: Vec::new(), parts: 0 }
    }

    /// A value, if one can be made up.
    fn value(&mut self, schema: &'a Schema) -> Option<Value> {
        self.parts += 1;
        if self.parts > PARTS {
            return None;
        }
        if let Some(example) = schema.examples.first() {
            return Some(example.clone());
        }
        match &schema.kind {
            Kind::Ref(name) => {
                if self.open.contains(&name.as_str()) {
                    return None;
                }
                self.open.push(name);
                let value = self.catalog.types.get(name).and_then(|target| self.value(target));
                self.open.pop();
                value
            }
            Kind::Any => Some(json!("text")),
            // Whoever writes a pattern writes an example of it.
            Kind::String { pattern: Some(_), .. } => None,
            Kind::String { min, max, format, .. } => text(*min, *max, *format),
            Kind::Choice(values) => values.first().map(|value| json!(value)),
            Kind::Integer { min, max } => Some(json!(min.or(max.map(|max| max.min(1))).unwrap_or(1))),
            Kind::Number { min, max } => Some(json!(min.or(max.map(|max| max.min(1.0))).unwrap_or(1.0))),
            Kind::Boolean => Some(json!(true)),
            Kind::Array { items, min, unique, .. } => {
                let least = usize::try_from(min.unwrap_or(0)).ok().filter(|least| *least <= PARTS)?;
                match self.value(items) {
                    // Different items cannot be made up.
                    Some(_) if *unique && least > 1 => None,
                    Some(item) => Some(vec![item; least.max(1)].into()),
                    None => (least == 0).then(|| json!([])),
                }
            }
            Kind::Map { values, max } => match self.value(values) {
                Some(value) if *max != Some(0) => Some(json!({ "key": value })),
                _ => Some(json!({})),
            },
            Kind::Object(members) => self.object(members),
            Kind::Union { tag, variants } => variants.iter().find_map(|variant| {
                let Value::Object(rest) = self.object(&variant.members)? else { return None };
                let mut members = Map::from_iter([(tag.clone(), json!(variant.value))]);
                members.extend(rest);
                Some(members.into())
            }),
        }
    }

    /// The smallest object with these members.
    fn object(&mut self, members: &'a [Member]) -> Option<Value> {
        let needed = members.iter().filter(|member| member.required);
        let members: Option<Map<_, _>> =
            needed.map(|member| Some((member.name.clone(), self.value(&member.schema)?))).collect();
        members.map(Value::Object)
    }
}

fn text(min: Option<u64>, max: Option<u64>, format: Option<Format>) -> Option<Value> {
    let text = match format {
        Some(Format::Date) => "2026-01-31",
        Some(Format::DateTime) => "2026-01-31T12:00:00Z",
        Some(Format::Email) => "someone@example.com",
        Some(Format::Ipv4) => "192.0.2.1",
        Some(Format::Ipv6) => "2001:db8::1",
        Some(Format::Uri) => "https://example.com/",
        Some(Format::Uuid) => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        None => "text",
    };
    let least = usize::try_from(min.unwrap_or(0)).ok().filter(|least| *least <= PARTS)?;
    let most = usize::try_from(max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let length = text.chars().count();
    match format {
        Some(_) => (least <= length && length <= most).then(|| json!(text)),
        None => Some(json!(text.chars().cycle().take(least.max(4).min(most)).collect::<String>())),
    }
}

#[cfg(test)]
mod tests {
    use crate::Sources;

    use super::*;

    fn calls(tools: &str) -> Vec<String> {
        let text = format!("catalog: {{ name: t, version: 1.0.0 }}\n{tools}");
        let catalog = Catalog::parse("t.yaml", &Sources::from([("t.yaml".to_owned(), text)]));
        let catalog = catalog.unwrap_or_else(|errors| panic!("{errors}"));
        catalog.tools.iter().map(|tool| call(&catalog, tool)).collect()
    }

    #[test]
    fn a_call_is_made_up_where_one_can_be() {
        let tools = r##"
types:
  A: { type: object, properties: { b: { $ref: "#/types/B" } }, required: [b] }
  B: { type: object, properties: { c: { $ref: "#/types/C" } }, required: [c] }
  C: { type: object, properties: { list: { type: array, items: { $ref: "#/types/C" } } }, required: [list] }
tools:
  deep:
    title: Deep
    description: Types behind types, the last in itself.
    input: { properties: { a: { $ref: "#/types/A" } }, required: [a] }
    output: { properties: { done: { type: boolean } }, required: [done] }
  long:
    title: Long
    description: A text too long for an example.
    input: { properties: { text: { type: string, minLength: 100000 } }, required: [text] }
    output: { properties: { done: { type: boolean } }, required: [done] }
"##;
        assert_eq!(calls(tools), [r#"{"a":{"b":{"c":{"list":[]}}}}"#, ""]);
    }
}
