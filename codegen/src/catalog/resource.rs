//! The resources of a catalog.

use serde_json::Value;

use super::check::{Check, Map, listed, nearest};
use super::load::Entry;
use super::model::{Kind, Member, Resource, Schema, UriPart};
use super::schema::{self, PARAMETER, resolved};
use super::{head, keys, names, policy, uri};
use crate::yaml::{Key, Node};

pub(super) fn resources<'n>(check: &mut Check<'n>, entries: &[Entry<'n>]) -> Vec<Resource> {
    let resource = |Entry { file, key, node }: &Entry<'n>| {
        check.file = *file;
        resource(check, key, node)
    };
    entries.iter().map(resource).collect()
}

fn resource<'n>(check: &mut Check<'n>, key: &Key, node: &'n Node) -> Resource {
    names::entry(check, key, "resource");
    let mut map = check.map(node, format!("resource `{}`", key.text), keys::RESOURCE);
    map.at = key.at;
    let address = check.required_text(&map, "uri");
    let parts = match map.node("uri") {
        Some(node) if !address.is_empty() => uri::parts(check, node, &address),
        _ => vec![],
    };
    let title = check.required_text(&map, "title");
    let description = check.required_text(&map, "description");
    let parameters = parameters(check, &map, &parts);
    let list = check.flag(&map, "list").unwrap_or_default();
    if !parts.is_empty() && parameters.is_empty() {
        for word in ["list", "complete", "parameters"] {
            let Some((key, _)) = map.members.get(word) else { continue };
            let message = format!("`{word}` is for templates, and this address has no variables");
            let hint = match word {
                "list" => "remove it: a plain address is always listed",
                _ => "remove it, or write a variable into the `uri`, such as `{name}`",
            };
            check.push(key.at, message, hint);
        }
    }
    let complete = if parameters.is_empty() { vec![] } else { complete(check, &map, &parameters) };
    let (audience, priority) = annotations(check, &map);
    Resource {
        at: check.spot(key.at),
        name: key.text.clone(),
        title,
        description,
        uri: address,
        parts,
        mime_type: head::mime_type(check, &map),
        parameters,
        list,
        subscribe: check.flag(&map, "subscribe").unwrap_or_default(),
        complete,
        audience,
        priority,
        policy: policy::policy(check, &map, keys::RESOURCE_POLICY),
        icons: head::icons(check, &map),
        opt_in: check.flag(&map, "optIn").unwrap_or_default(),
    }
}

/// One member for each variable of the address, in its order.
fn parameters<'n>(check: &mut Check<'n>, map: &Map<'n>, parts: &[UriPart]) -> Vec<Member> {
    let variables = uri::variables(parts);
    let entries = if variables.is_empty() { vec![] } else { check.entries(map, "parameters") };
    let known: Vec<&str> = variables.iter().map(|(name, _)| *name).collect();
    for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.text.as_str())) {
        let hint = match nearest(&key.text, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the address has {}", listed(&known)),
        };
        check.push(key.at, format!("`{}` is no variable of the address", key.text), hint);
    }
    let mut members = Vec::new();
    for (name, needed) in variables {
        let given = entries.iter().find(|(key, _)| key.text == name);
        let member = match given {
            Some((key, node)) => parameter(check, key, node, needed),
            None => {
                let at = check.spot(map.node("uri").map_or(map.at, |node| node.at));
                let kind = Kind::String { min: None, max: None, pattern: None, format: None };
                let schema = Schema { at, description: None, examples: vec![], kind };
                Member { at, name: name.to_owned(), schema, required: needed, default: None, header: None }
            }
        };
        members.push(member);
    }
    for (index, member) in members.iter().enumerate() {
        let rust = crate::names::field_name(&member.name);
        let same = |other: &&Member| crate::names::field_name(&other.name) == rust;
        if let Some(first) = members.iter().take(index).find(same) {
            let message = format!("`{}` and `{}` become the same Rust name", first.name, member.name);
            check.push_at(member.at, message, "rename one of them");
        }
    }
    members
}

fn parameter<'n>(check: &mut Check<'n>, key: &Key, node: &'n Node, needed: bool) -> Member {
    let member = schema::member(check, key, node, needed, PARAMETER);
    let plain = matches!(
        resolved(check, &member.schema).kind,
        Kind::String { .. } | Kind::Choice(_) | Kind::Integer { .. } | Kind::Boolean
    );
    if !plain && !matches!(member.schema.kind, Kind::Any) {
        let hint = "an address holds strings, integers and booleans";
        check.push(node.at, format!("`{}` cannot stand in an address", key.text), hint);
    }
    if let (true, Some(default)) = (needed, node.get("default")) {
        let hint = "remove it, or move the variable into `{?…}`, where it may be absent";
        check.push(default.at, format!("`{}` is always there and needs no default", key.text), hint);
    }
    member
}

fn complete<'n>(check: &mut Check<'n>, map: &Map<'n>, parameters: &[Member]) -> Vec<String> {
    let known: Vec<&str> = parameters.iter().map(|member| member.name.as_str()).collect();
    let mut names = Vec::new();
    for (name, node) in check.texts(map, "complete") {
        match parameters.iter().find(|member| member.name == name) {
            None => {
                let hint = match nearest(&name, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the address has {}", listed(&known)),
                };
                check.push(node.at, format!("`{name}` is no variable of the address"), hint);
            }
            Some(member) if matches!(resolved(check, &member.schema).kind, Kind::Choice(_)) => {
                check.push(node.at, format!("`{name}` is an enum, which completes itself"), "remove it here");
            }
            Some(_) => names.push(name),
        }
    }
    names
}

fn annotations<'n>(check: &mut Check<'n>, resource: &Map<'n>) -> (Vec<String>, Option<f64>) {
    const ROLES: &[&str] = &["user", "assistant"];
    let Some(node) = resource.node("annotations") else { return (vec![], None) };
    let map = check.map(node, "`annotations`", keys::RESOURCE_ANNOTATIONS);
    let mut audience = Vec::new();
    for (role, node) in check.texts(&map, "audience") {
        if ROLES.contains(&role.as_str()) {
            audience.push(role);
        } else {
            let hint = format!("write {}, or both", listed(ROLES).replace(", ", " or "));
            check.push(node.at, format!("`{role}` is no audience"), hint);
        }
    }
    let share = |value: &Value| value.as_f64().filter(|number| (0.0..=1.0).contains(number));
    (audience, check.number(&map, "priority", "a number from 0 to 1", share))
}
