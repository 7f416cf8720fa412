//! Types that no finite value has: each of them would contain itself again and again.

use std::collections::BTreeSet;

use super::check::Check;
use super::model::{Catalog, Kind, Member, Schema};

pub(super) fn check(check: &mut Check<'_>, catalog: &Catalog) {
    // Types that end are found from the inside out, until no more are found.
    let mut ending: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = ending.len();
        for (name, schema) in &catalog.types {
            if ends(schema, &ending) {
                ending.insert(name);
            }
        }
        if ending.len() == before {
            break;
        }
    }
    for name in catalog.types.keys().filter(|name| !ending.contains(name.as_str())) {
        let (message, hint) = match catalog.types.get(name).map(|schema| &schema.kind) {
            Some(Kind::Ref(_)) => (
                format!("the type `{name}` leads to no type"),
                "say what it is: a reference must end at a type with keywords of its own",
            ),
            _ => (
                format!("a value of the type `{name}` could never end: it must contain itself"),
                "let it contain itself through a list, a map, or a property that is not required",
            ),
        };
        check.push_at(check.type_spots.get(name).copied().unwrap_or_default(), message, hint);
    }
}

fn ends(schema: &Schema, ending: &BTreeSet<&str>) -> bool {
    let all = |members: &[Member]| {
        members.iter().filter(|member| member.required).all(|member| ends(&member.schema, ending))
    };
    match &schema.kind {
        Kind::Ref(name) => ending.contains(name.as_str()),
        Kind::Array { items, min, .. } => min.is_none_or(|min| min == 0) || ends(items, ending),
        Kind::Object(members) => all(members),
        Kind::Union { variants, .. } => variants.iter().any(|variant| all(&variant.members)),
        _ => true,
    }
}
