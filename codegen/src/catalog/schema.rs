//! The JSON Schema that a catalog may use, and what each of its keywords must hold.

use indexmap::IndexMap;
use serde_json::Value;

use super::check::{Check, listed};
use super::model::{Kind, Member, Schema, Spot};
use crate::yaml::{Content, Key, Node};

/// What each type may be narrowed by; `description` and `default` are always allowed.
const KEYWORDS: [(&str, &[&str]); 6] = [
    ("string", &["minLength", "maxLength", "enum"]),
    ("integer", &["minimum", "maximum"]),
    ("number", &["minimum", "maximum"]),
    ("boolean", &[]),
    ("array", &["items", "minItems", "maxItems"]),
    ("object", &["properties", "required"]),
];

/// The declared types; a reference to an undeclared one, or a cycle, is a mistake.
pub(super) fn types(check: &mut Check<'_>, node: Option<&Node>) -> IndexMap<String, Schema> {
    let entries = check.entries(node, "`types`");
    let names: Vec<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
    let mut types: IndexMap<String, Schema> = IndexMap::new();
    for (key, node) in &entries {
        if !key.text.starts_with(|c: char| c.is_ascii_uppercase())
            || !key.text.chars().all(|c| c.is_ascii_alphanumeric())
        {
            let error = check
                .error(key.at, format!("`{}` cannot be a type's name", key.text))
                .hint("write it in UpperCamelCase");
            check.push(error);
        }
        let schema = schema(check, node, &names);
        types.insert(key.text.clone(), schema);
    }
    for (key, _) in entries {
        if reaches(&types, &types[&key.text], &key.text, 0) {
            let error = check
                .error(key.at, format!("the type `{}` contains itself", key.text))
                .hint("a descriptor writes types out in place, so none may be recursive");
            check.push(error);
        }
    }
    types
}

fn reaches(types: &IndexMap<String, Schema>, schema: &Schema, name: &str, depth: usize) -> bool {
    depth > types.len()
        || match &schema.kind {
            Kind::Ref(target) => {
                target == name
                    || types.get(target).is_some_and(|schema| reaches(types, schema, name, depth + 1))
            }
            Kind::Array { items, .. } => reaches(types, items, name, depth),
            Kind::Object(members) => members.iter().any(|member| reaches(types, &member.schema, name, depth)),
            _ => false,
        }
}

/// The members of `input` or `output`.
pub(super) fn members(
    check: &mut Check<'_>,
    node: &Node,
    of: &str,
    types: &IndexMap<String, Schema>,
) -> Vec<Member> {
    let names: Vec<&str> = types.keys().map(String::as_str).collect();
    let known = check.map(node, &format!("`{of}`"), &["properties", "required"]);
    object(
        check,
        known.get("properties").map(|(_, node)| *node),
        known.get("required").map(|(_, node)| *node),
        &names,
    )
}

fn object(
    check: &mut Check<'_>,
    properties: Option<&Node>,
    required: Option<&Node>,
    types: &[&str],
) -> Vec<Member> {
    let entries = check.entries(properties, "`properties`");
    let mut needed: Vec<(String, &Node)> = Vec::new();
    if let Some(node) = required {
        match &node.content {
            Content::List(items) => {
                needed.extend(items.iter().filter_map(|item| Some((item.json().as_str()?.to_owned(), item))))
            }
            _ => {
                let error =
                    check.error(node.at, format!("`required` must be a list of names, not {}", node.kind()));
                check.push(error);
            }
        }
    }
    for (name, node) in &needed {
        if !entries.iter().any(|(key, _)| key.text == *name) {
            let names: Vec<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
            let error = check
                .error(node.at, format!("`required` names `{name}`, which is no property"))
                .hint(format!("the properties are {}", listed(&names)));
            check.push(error);
        }
    }
    entries.into_iter().map(|(key, node)| member(check, key, node, &needed, types)).collect()
}

fn member(
    check: &mut Check<'_>,
    key: &Key,
    node: &Node,
    needed: &[(String, &Node)],
    types: &[&str],
) -> Member {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !key.text.starts_with(|c: char| c.is_ascii_lowercase()) || !key.text.chars().all(legal) {
        let error = check
            .error(key.at, format!("`{}` cannot be a property's name", key.text))
            .hint("start with a small letter and use letters, digits and `_`");
        check.push(error);
    }
    let schema = schema(check, node, types);
    let required = needed.iter().any(|(name, _)| *name == key.text);
    let default = match &node.content {
        Content::Map(members) => members.iter().find(|(key, _)| key.text == "default").map(|(_, node)| node),
        _ => None,
    };
    if let Some(node) = default {
        if required {
            let error = check
                .error(node.at, format!("`{}` is required and has a default", key.text))
                .hint("take it out of `required`, or remove the default");
            check.push(error);
        }
        if !fits(&schema.kind, &node.json()) {
            let error = check.error(node.at, format!("the default of `{}` breaks its own schema", key.text));
            check.push(error);
        }
    }
    Member {
        at: spot(key.at),
        name: key.text.clone(),
        schema,
        required,
        default: default.map(Node::json),
        header: None,
    }
}

/// Whether a scalar default is one its schema accepts.
fn fits(kind: &Kind, value: &Value) -> bool {
    match kind {
        Kind::Any => true,
        Kind::String { min, max, .. } => value.as_str().is_some_and(|text| {
            let length = text.chars().count() as u64;
            min.is_none_or(|min| length >= min) && max.is_none_or(|max| length <= max)
        }),
        Kind::Choice(values) => values.iter().any(|allowed| value == allowed.as_str()),
        Kind::Integer { min, max } => value
            .as_i64()
            .is_some_and(|number| min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)),
        Kind::Number { min, max } => value
            .as_f64()
            .is_some_and(|number| min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max)),
        Kind::Boolean => value.is_boolean(),
        Kind::Array { .. } => value.as_array().is_some_and(Vec::is_empty),
        Kind::Object(_) | Kind::Ref(_) | Kind::Map { .. } | Kind::Union { .. } => false,
    }
}

fn schema(check: &mut Check<'_>, node: &Node, types: &[&str]) -> Schema {
    let entries = check.entries(Some(node), "a schema");
    let value = |name: &str| entries.iter().find(|(key, _)| key.text == name).map(|(_, node)| *node);
    let description =
        value("description").and_then(|node| node.json().as_str().map(|text| text.trim().to_owned()));
    if let Some(target) = value("$ref") {
        only(check, &entries, "a reference", &["$ref", "description"]);
        return Schema {
            at: spot(node.at),
            description,
            examples: vec![],
            kind: reference(check, target, types),
        };
    }
    let Some(type_node) = value("type") else {
        only(check, &entries, "a schema without `type`", &["description"]);
        return Schema { at: spot(node.at), description, examples: vec![], kind: Kind::Any };
    };
    let name = type_node.json().as_str().unwrap_or_default().to_owned();
    let Some((_, keywords)) = KEYWORDS.iter().find(|(known, _)| *known == name) else {
        let names: Vec<&str> = KEYWORDS.iter().map(|(name, _)| *name).collect();
        let error = check
            .error(type_node.at, "`type` must be one type's name")
            .hint(format!("one of {}; leave `type` out for any JSON value", listed(&names)));
        check.push(error);
        return Schema { at: spot(node.at), description, examples: vec![], kind: Kind::Any };
    };
    let allowed: Vec<&str> =
        ["type", "description", "default"].iter().chain(keywords.iter()).copied().collect();
    only(check, &entries, &format!("a schema of type `{name}`"), &allowed);
    let natural = |check: &mut Check<'_>, key: &str| {
        number(check, value(key), key, Value::as_u64, "a whole number, 0 or more")
    };
    let kind = match name.as_str() {
        "string" => match strings(check, value("enum")) {
            values if !values.is_empty() => Kind::Choice(values),
            _ => Kind::String {
                min: natural(check, "minLength"),
                max: natural(check, "maxLength"),
                pattern: None,
                format: None,
            },
        },
        "integer" => Kind::Integer {
            min: number(check, value("minimum"), "minimum", Value::as_i64, "a whole number"),
            max: number(check, value("maximum"), "maximum", Value::as_i64, "a whole number"),
        },
        "number" => Kind::Number {
            min: number(check, value("minimum"), "minimum", Value::as_f64, "a number"),
            max: number(check, value("maximum"), "maximum", Value::as_f64, "a number"),
        },
        "boolean" => Kind::Boolean,
        "array" => {
            let items = value("items").map(|node| schema(check, node, types));
            if items.is_none() {
                let error = check
                    .error(node.at, "an array needs `items`")
                    .hint("write `items: {}` for any JSON value");
                check.push(error);
            }
            let items = items.unwrap_or(Schema {
                at: spot(node.at),
                description: None,
                examples: vec![],
                kind: Kind::Any,
            });
            Kind::Array {
                items: Box::new(items),
                min: natural(check, "minItems"),
                max: natural(check, "maxItems"),
                unique: false,
            }
        }
        _ => Kind::Object(object(check, value("properties"), value("required"), types)),
    };
    Schema { at: spot(node.at), description, examples: vec![], kind }
}

fn spot(at: crate::yaml::Position) -> Spot {
    Spot { file: 0, at }
}

fn only(check: &mut Check<'_>, entries: &[(&Key, &Node)], of: &str, allowed: &[&str]) {
    for (key, _) in entries {
        if !allowed.contains(&key.text.as_str()) {
            let hint = match super::check::nearest(&key.text, allowed) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it may have {}", listed(allowed)),
            };
            let error = check.error(key.at, format!("{of} cannot have `{}`", key.text)).hint(hint);
            check.push(error);
        }
    }
}

fn reference(check: &mut Check<'_>, node: &Node, types: &[&str]) -> Kind {
    let text = node.json().as_str().unwrap_or_default().to_owned();
    match text.strip_prefix("#/types/") {
        Some(name) if types.contains(&name) => Kind::Ref(name.to_owned()),
        _ => {
            let hint = match types {
                [] => "declare it below `types:` and write `#/types/Name`".to_owned(),
                _ => format!("write `#/types/` and one of {}", listed(types)),
            };
            let error = check.error(node.at, format!("`{text}` leads to no declared type")).hint(hint);
            check.push(error);
            Kind::Any
        }
    }
}

fn number<T>(
    check: &mut Check<'_>,
    node: Option<&Node>,
    key: &str,
    read: impl Fn(&Value) -> Option<T>,
    wanted: &str,
) -> Option<T> {
    let node = node?;
    let found = read(&node.json());
    if found.is_none() {
        let error = check.error(node.at, format!("`{key}` must be {wanted}, not {}", node.kind()));
        check.push(error);
    }
    found
}

fn strings(check: &mut Check<'_>, node: Option<&Node>) -> Vec<String> {
    let Some(node) = node else { return vec![] };
    let values = node.json();
    let values: Option<Vec<String>> = values
        .as_array()
        .map(|items| items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect());
    values.filter(|values| !values.is_empty()).unwrap_or_else(|| {
        let error = check.error(node.at, "`enum` must be a list of strings");
        check.push(error);
        vec![]
    })
}
