//! From a place in a schema that goes out to the place in the catalog that it comes from.

use crate::catalog::{Catalog, Kind, Member, Schema, Spot};

/// Where the catalog says what stands at `path` of the schema of `members`; `whole` where it leads nowhere.
pub(super) fn spot(catalog: &Catalog, members: &[Member], path: &[String], whole: Spot) -> Spot {
    follow(catalog, Place::Members(members), path, whole)
}

#[derive(Clone, Copy)]
enum Place<'a> {
    Members(&'a [Member]),
    Schema(&'a Schema),
}

fn follow(catalog: &Catalog, place: Place<'_>, path: &[String], at: Spot) -> Spot {
    let [key, rest @ ..] = path else { return at };
    if let (true, [name, rest @ ..]) = (key == "$defs", rest) {
        return match catalog.types.get(name) {
            Some(schema) => follow(catalog, Place::Schema(schema), rest, schema.at),
            None => at,
        };
    }
    let members = match place {
        Place::Members(members) => members,
        Place::Schema(schema) => match &schema.kind {
            Kind::Object(members) => members,
            Kind::Ref(name) => {
                // A mistake inside a type is the type's, at its own line.
                return catalog
                    .types
                    .get(name)
                    .map_or(at, |target| follow(catalog, Place::Schema(target), path, target.at));
            }
            Kind::Array { items: inner, .. } | Kind::Map { values: inner, .. } => {
                return follow(catalog, Place::Schema(inner), rest, inner.at);
            }
            Kind::Union { variants, .. } => {
                let [index, rest @ ..] = rest else { return at };
                let variant = index.parse().ok().and_then(|index: usize| variants.get(index));
                return variant
                    .map_or(at, |variant| follow(catalog, Place::Members(&variant.members), rest, at));
            }
            _ => return at,
        },
    };
    let [name, rest @ ..] = rest else { return at };
    match members.iter().find(|member| member.name == *name) {
        Some(member) => follow(catalog, Place::Schema(&member.schema), rest, member.at),
        None => at,
    }
}
