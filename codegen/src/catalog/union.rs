//! `oneOf`: objects told apart by a property with `const`.

use super::check::{Check, Map};
use super::model::{Kind, Variant};
use super::schema::{PROPERTY, members_but};
use super::{keys, refused};
use crate::names::variant_name;
use crate::yaml::{Content, Node};

/// Several objects, told apart by the property with `const` that all of them have.
pub(super) fn union<'n>(check: &mut Check<'n>, map: &Map<'n>) -> Kind {
    const HINT: &str =
        "give every object the same required property with `const`, such as `kind: { const: circle }`";
    let nodes = check.list(map, "oneOf");
    if let (true, Some(node)) = (nodes.is_empty(), map.node("oneOf"))
        && matches!(node.content, Content::List(_))
    {
        check.push(node.at, "`oneOf` lists nothing", "list at least one object");
    }
    let mut tag: Option<String> = None;
    let mut variants: Vec<Variant> = Vec::new();
    for node in nodes {
        if node.get("$ref").is_some() {
            check.push(
                node.at,
                "`oneOf` cannot refer to a type",
                "write the object out here: it needs a `const`",
            );
            continue;
        }
        let mut map = check.open(node, "an object of `oneOf`");
        check.only(&mut map, keys::VARIANT, |key, _| {
            let (reason, hint) = refused::keyword(key)?;
            Some((format!("`{key}` is not for a catalog's schemas: {reason}"), hint.to_owned()))
        });
        if let Some(node) = map.node("type").filter(|node| node.text() != Some("object")) {
            check.push(node.at, "`oneOf` tells objects apart", "write `type: object`, or leave `type` out");
            continue;
        }
        if !matches!(node.content, Content::Map(_)) {
            continue;
        }
        let tags: Vec<(&str, &'n Node)> = match map.node("properties").map(|node| &node.content) {
            Some(Content::Map(properties)) => properties
                .iter()
                .filter_map(|(key, node)| node.get("const").map(|_| (key.text.as_str(), node)))
                .collect(),
            _ => vec![],
        };
        let [(name, tag_node)] = tags.as_slice() else {
            let message = match tags.len() {
                0 => "this object has no property with `const`".to_owned(),
                _ => format!("this object has {} properties with `const`", tags.len()),
            };
            check.push(node.at, message, HINT);
            continue;
        };
        if let Some(tag) = tag.as_deref().filter(|tag| tag != name) {
            check.push(
                tag_node.at,
                format!("this object is told apart by `{name}`, the first one by `{tag}`"),
                HINT,
            );
            continue;
        }
        tag = Some((*name).to_owned());
        let required = node.get("required").map(Node::json).unwrap_or_default();
        if !required.as_array().is_some_and(|names| names.iter().any(|known| known == name)) {
            let hint = format!("add `{name}` to the object's `required`");
            check.push(tag_node.at, format!("`{name}` tells the objects apart, but is not required"), hint);
        }
        let value = tag_value(check, tag_node);
        let twin = variants.iter().find(|known| value.as_deref() == Some(&known.value));
        if twin.is_some() {
            let value = value.clone().unwrap_or_default();
            check.push(tag_node.at, format!("two objects say `{name}: {value}`"), "give each another value");
        } else if let Some(value) = &value {
            let rust = variant_name(value);
            if let Some(first) = variants.iter().find(|known| variant_name(&known.value) == rust) {
                let message = format!("`{}` and `{value}` become the same Rust name, `{rust}`", first.value);
                check.push(tag_node.at, message, "use words that differ in letters or digits");
            }
        }
        let description = check.text(&map, "description");
        let members = members_but(check, &map, PROPERTY, Some(name));
        variants.push(Variant { value: value.unwrap_or_default(), description, members });
    }
    match tag {
        Some(tag) if !variants.is_empty() => Kind::Union { tag, variants },
        _ => Kind::Any,
    }
}

fn tag_value<'n>(check: &mut Check<'n>, node: &'n Node) -> Option<String> {
    let map = check.map(node, "a property with `const`", keys::TAG);
    if let Some(node) = map.node("type").filter(|node| node.text() != Some("string")) {
        check.push(node.at, "`const` is a string here", "write `type: string`, or leave `type` out");
    }
    check.text(&map, "const")
}
