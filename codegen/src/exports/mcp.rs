//! `mcp-tools.json`: what each revision lists.
//!
//! Which members a revision knows is read from its schema, so that no later word reaches an older client.

use serde_json::{Map, Value, json};

use crate::catalog::{Catalog, descriptor};
use crate::model::{Body, Module, Ty};

/// The first revision in which a schema may carry `x-mcp-header`. No schema says so: it is a keyword inside one.
const HEADERS_SINCE: &str = "2026-07-28";

pub(super) fn lists(catalog: &Catalog, modules: &[Module]) -> Value {
    modules
        .iter()
        .map(|module| (module.revision.clone(), revision(catalog, module)))
        .collect::<Map<_, _>>()
        .into()
}

fn revision(catalog: &Catalog, module: &Module) -> Value {
    let tools = catalog.offered().map(|tool| down(module, "Tool", descriptor::tool(catalog, tool)));
    let resources = |templates: bool| -> Value {
        let kind = if templates { "ResourceTemplate" } else { "Resource" };
        let offered = catalog.resources.iter().filter(|resource| !resource.opt_in);
        offered
            .filter(|resource| resource.is_template() == templates)
            .map(|resource| down(module, kind, descriptor::resource(resource)))
            .collect()
    };
    let prompts = catalog.prompts.iter().filter(|prompt| !prompt.opt_in);
    json!({
        "tools": tools.collect::<Value>(),
        "resources": resources(false),
        "resourceTemplates": resources(true),
        "prompts": prompts.map(|prompt| down(module, "Prompt", descriptor::prompt(prompt))).collect::<Value>(),
    })
}

/// The latest object as `module` knows it.
fn down(module: &Module, name: &str, mut value: Value) -> Value {
    let ty = Ty::Named(name.to_owned());
    if name == "Tool" {
        if !has(module, name, "title") && has(module, "ToolAnnotations", "title") {
            title_into_annotations(&mut value);
        }
        if module.revision.as_str() < HEADERS_SINCE {
            without_headers(&mut value);
        }
    }
    project(module, &ty, value)
}

/// Before a tool had a title of its own, it stood among the annotations.
fn title_into_annotations(tool: &mut Value) {
    let Some(members) = tool.as_object_mut() else { return };
    let Some(title) = members.shift_remove("title") else { return };
    let annotations = members.entry("annotations").or_insert_with(|| json!({}));
    if let Some(annotations) = annotations.as_object_mut() {
        annotations.entry("title").or_insert(title);
    }
}

fn without_headers(tool: &mut Value) {
    let properties = tool.pointer_mut("/inputSchema/properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
        if let Some(property) = property.as_object_mut() {
            property.shift_remove("x-mcp-header");
        }
    }
}

/// Keeps the members that the type has, at every depth; a JSON Schema stays whole.
fn project(module: &Module, ty: &Ty, value: Value) -> Value {
    match (module.resolved(ty), value) {
        (Ty::Named(name), Value::Object(members)) => {
            let Some(Body::Struct(known)) = module.types.get(&name).map(|ty| &ty.body) else {
                return Value::Object(members);
            };
            if known.open {
                return Value::Object(members);
            }
            let kept = members.into_iter().filter_map(|(key, value)| {
                let field = known.fields.iter().find(|field| field.json == key)?;
                Some((key, project(module, &field.ty, value)))
            });
            Value::Object(kept.collect())
        }
        (Ty::List(item), Value::Array(items)) => {
            items.into_iter().map(|value| project(module, &item, value)).collect()
        }
        (_, value) => value,
    }
}

fn has(module: &Module, name: &str, member: &str) -> bool {
    match module.types.get(name).map(|ty| &ty.body) {
        Some(Body::Struct(known)) => known.fields.iter().any(|field| field.json == member),
        _ => false,
    }
}
