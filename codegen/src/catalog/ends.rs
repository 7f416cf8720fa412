//! Types that no finite value has, and defaults that no finite value holds: they would contain themselves for ever.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::check::Check;
use super::later::each_schema;
use super::model::{Catalog, Kind, Member, Schema, Spot};

pub(super) fn check(check: &mut Check<'_>, catalog: &Catalog) {
    types(check, catalog);
    let mut filling = Filling { catalog, open: Vec::new(), done: Vec::new(), endless: Vec::new() };
    each_schema(catalog, &mut |schema| filling.inside(schema));
    for member in filling.endless {
        let message = format!("the default of `{}` holds itself, filled in again and again", member.name);
        let hint = "remove the default, or give the member a value inside it";
        check.push_at(member.at, message, hint);
    }
}

fn types(check: &mut Check<'_>, catalog: &Catalog) {
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

/// Fills in defaults, each once.
struct Filling<'a> {
    catalog: &'a Catalog,
    /// The members whose default is being filled in.
    open: Vec<Spot>,
    done: Vec<Spot>,
    endless: Vec<&'a Member>,
}

impl<'a> Filling<'a> {
    /// The members of this very schema.
    fn inside(&mut self, schema: &'a Schema) {
        match &schema.kind {
            Kind::Object(members) => members.iter().for_each(|member| self.default(member)),
            Kind::Union { variants, .. } => {
                variants.iter().flat_map(|variant| &variant.members).for_each(|member| self.default(member));
            }
            _ => {}
        }
    }

    fn default(&mut self, member: &'a Member) {
        let Some(default) = &member.default else { return };
        if self.open.contains(&member.at) {
            self.endless.push(member);
        } else if !self.done.contains(&member.at) {
            self.done.push(member.at);
            self.open.push(member.at);
            self.value(&member.schema, default);
            self.open.pop();
        }
    }

    fn value(&mut self, schema: &'a Schema, value: &'a Value) {
        match (&schema.kind, value) {
            (Kind::Ref(name), _) => {
                let mut target = self.catalog.types.get(name);
                // References that lead to nothing but each other are reported above.
                for _ in 0..self.catalog.types.len() {
                    let Some(Kind::Ref(next)) = target.map(|target| &target.kind) else { break };
                    target = self.catalog.types.get(next);
                }
                if let Some(target) = target.filter(|target| !matches!(target.kind, Kind::Ref(_))) {
                    self.value(target, value);
                }
            }
            (Kind::Array { items, .. }, Value::Array(values)) => {
                values.iter().for_each(|value| self.value(items, value));
            }
            (Kind::Map { values, .. }, Value::Object(given)) => {
                given.values().for_each(|value| self.value(values, value));
            }
            (Kind::Object(members), Value::Object(given)) => self.members(members, given),
            (Kind::Union { tag, variants }, Value::Object(given)) => {
                let said = given.get(tag);
                for variant in
                    variants.iter().filter(|variant| said.is_some_and(|said| *said == variant.value))
                {
                    self.members(&variant.members, given);
                }
            }
            _ => {}
        }
    }

    fn members(&mut self, members: &'a [Member], given: &'a Map<String, Value>) {
        for member in members {
            match given.get(&member.name) {
                Some(value) => self.value(&member.schema, value),
                None => self.default(member),
            }
        }
    }
}
