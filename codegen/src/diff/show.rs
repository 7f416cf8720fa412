//! Schemas in a few words, for people.

use crate::normalize::{Kind, Object, Schema};

/// How deep an object in place is shown.
const DEPTH: usize = 3;

/// A schema where it is used: references by name.
pub(super) fn schema(schema: &Schema) -> String {
    format!("`{}`", text(schema, 0))
}

/// A definition's own body.
pub(super) fn body(schema: &Schema) -> String {
    match &schema.kind {
        Kind::Ref(name) => format!("another name of `{name}`"),
        Kind::Object(object) if !object.properties.is_empty() => format!("`{}`", members(object, 1)),
        _ => self::schema(schema),
    }
}

pub(super) fn text(schema: &Schema, depth: usize) -> String {
    match &schema.kind {
        Kind::Any => "any".to_owned(),
        Kind::Ref(name) => name.clone(),
        Kind::Const(value) => value.to_string(),
        Kind::Strings(names) => names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(" | "),
        Kind::String => "string".to_owned(),
        Kind::Integer { minimum } => bounded("integer", minimum.map(|bound| bound as f64), None),
        Kind::Number { minimum, maximum } => bounded("number", *minimum, *maximum),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Array { items, max } => {
            let bound = max.map(|max| format!(" of at most {max}")).unwrap_or_default();
            format!("array<{}>{bound}", text(items, depth + 1))
        }
        Kind::Object(object) if object.properties.is_empty() => match &object.additional {
            Some(values) if values.kind != Kind::Any => format!("map<{}>", text(values, depth + 1)),
            _ => "object".to_owned(),
        },
        Kind::Object(_) if depth >= DEPTH => "object".to_owned(),
        Kind::Object(object) => members(object, depth + 1),
        Kind::Union(alternatives) => {
            alternatives.iter().map(|schema| text(schema, depth + 1)).collect::<Vec<_>>().join(" | ")
        }
    }
}

fn bounded(name: &str, minimum: Option<f64>, maximum: Option<f64>) -> String {
    let from = minimum.map(|bound| format!(" >= {bound}")).unwrap_or_default();
    let to = maximum.map(|bound| format!(" <= {bound}")).unwrap_or_default();
    format!("{name}{from}{to}")
}

fn members(object: &Object, depth: usize) -> String {
    let shown = object.properties.iter().map(|(name, schema)| {
        let mark = if object.required.contains(name) { "" } else { "?" };
        match &schema.kind {
            Kind::Object(inner) if !inner.properties.is_empty() && depth < DEPTH => {
                format!("{name}{mark}{}", members(inner, depth + 1))
            }
            Kind::Const(_) => format!("{name}{mark}: {}", text(schema, depth)),
            _ => format!("{name}{mark}"),
        }
    });
    format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
}
