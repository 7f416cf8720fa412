//! How the variant of a union is found: by JSON type, by a discriminator, by the members that are there. Never by
//! trial.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Decision, JsonType};
use crate::normalize::{Kind, Object, Revision, Schema};

/// One thing an alternative of a union may be.
pub(super) enum Leaf {
    Scalar(JsonType),
    Object(Object),
}

/// Everything an alternative may be, through references and nested unions.
pub(super) fn leaves(revision: &Revision, schema: &Schema) -> Vec<Leaf> {
    match &schema.kind {
        Kind::Ref(name) => leaves(revision, &revision.definitions[name]),
        Kind::Union(alternatives) => {
            alternatives.iter().flat_map(|schema| leaves(revision, schema)).collect()
        }
        Kind::Object(object) => vec![Leaf::Object(object.clone())],
        Kind::Any => vec![],
        kind => scalar_type(kind).map(Leaf::Scalar).into_iter().collect(),
    }
}

/// What the items of an alternative that is a list may be, objects only.
pub(super) fn item_objects(revision: &Revision, schema: &Schema) -> Vec<Object> {
    match &schema.kind {
        Kind::Ref(name) => item_objects(revision, &revision.definitions[name]),
        Kind::Array { items, .. } => leaves(revision, items)
            .into_iter()
            .filter_map(|leaf| match leaf {
                Leaf::Object(object) => Some(object),
                Leaf::Scalar(_) => None,
            })
            .collect(),
        _ => vec![],
    }
}

pub(super) fn scalar_type(kind: &Kind) -> Option<JsonType> {
    match kind {
        Kind::String | Kind::Strings(_) | Kind::Const(_) => Some(JsonType::String),
        Kind::Integer { .. } | Kind::Number { .. } => Some(JsonType::Number),
        Kind::Boolean => Some(JsonType::Boolean),
        Kind::Null => Some(JsonType::Null),
        Kind::Array { .. } => Some(JsonType::Array),
        Kind::Any | Kind::Ref(_) | Kind::Object(_) | Kind::Union(_) => None,
    }
}

type Candidates<'a> = Vec<(&'a str, &'a Object)>;

pub(super) fn decide(objects: &[(String, Object)]) -> Decision {
    let candidates = objects.iter().map(|(variant, object)| (variant.as_str(), object)).collect();
    decide_among(candidates, &BTreeSet::new())
}

/// `asked` are the keys that were looked at on the way here: asking again would tell nothing new.
fn decide_among(candidates: Candidates<'_>, asked: &BTreeSet<&str>) -> Decision {
    let variants: BTreeSet<&str> = candidates.iter().map(|(variant, _)| *variant).collect();
    if variants.len() == 1 {
        return Decision::Take(candidates[0].0.to_owned());
    }
    switch(&candidates, asked)
        .or_else(|| has(&candidates, asked))
        .unwrap_or_else(|| Decision::Take(candidates[0].0.to_owned()))
}

/// The strings that the schema allows at `key`, where it fixes them.
fn values<'a>(object: &'a Object, key: &str) -> Option<Vec<&'a str>> {
    match &object.properties.get(key)?.kind {
        Kind::Const(value) => value.as_str().map(|value| vec![value]),
        Kind::Strings(names) => Some(names.iter().map(String::as_str).collect()),
        _ => None,
    }
}

/// By the string at a key that at least one candidate fixes, and that tells candidates apart.
fn switch<'a>(candidates: &Candidates<'a>, asked: &BTreeSet<&'a str>) -> Option<Decision> {
    let keys: BTreeSet<&'a str> =
        candidates.iter().flat_map(|(_, object)| object.properties.keys()).map(String::as_str).collect();
    let (key, groups) = keys.difference(asked).copied().find_map(|key| {
        let mut groups: BTreeMap<&'a str, Candidates<'a>> = BTreeMap::new();
        for (variant, object) in candidates {
            for value in values(object, key).into_iter().flatten() {
                groups.entry(value).or_default().push((variant, object));
            }
        }
        let tells = !groups.is_empty() && groups.values().all(|group| group.len() < candidates.len());
        tells.then_some((key, groups))
    })?;
    let free: Candidates<'a> =
        candidates.iter().filter(|(_, object)| values(object, key).is_none()).copied().collect();
    let absent: Candidates<'a> =
        candidates.iter().filter(|(_, object)| !object.required.contains(key)).copied().collect();
    let asked: BTreeSet<&str> = asked.iter().copied().chain([key]).collect();
    let rest = |group: Candidates<'a>| (!group.is_empty()).then(|| Box::new(decide_among(group, &asked)));
    Some(Decision::Switch {
        key: key.to_owned(),
        cases: groups
            .into_iter()
            .map(|(value, group)| (value.to_owned(), decide_among(group, &asked)))
            .collect(),
        absent: rest(absent),
        other: rest(free),
    })
}

/// By whether a key is there that only some candidates know: a required one before an optional one, and one of the
/// object itself before one of an object inside it.
fn has<'a>(candidates: &Candidates<'a>, asked: &BTreeSet<&'a str>) -> Option<Decision> {
    let keys = |of: &dyn Fn(&Object) -> Vec<Key>| -> BTreeSet<Vec<String>> {
        candidates.iter().flat_map(|(_, object)| of(object)).map(|key| key.path).collect()
    };
    let at = |required: bool, depth: usize| {
        keys(&|object| known(object, depth).into_iter().filter(|key| key.required == required).collect())
    };
    let ordered = [at(true, 1), at(false, 1), at(true, 2), at(false, 2)].into_iter().flatten();
    ordered.filter(|path| !asked.contains(path[0].as_str()) || path.len() > 1).find_map(|path| {
        let knows = |object: &Object| known(object, path.len()).into_iter().any(|key| key.path == path);
        let (yes, no): (Candidates<'a>, Candidates<'a>) =
            candidates.iter().copied().partition(|(_, object)| knows(object));
        let requires =
            |object: &Object| known(object, path.len()).iter().any(|key| key.path == path && key.required);
        (!no.is_empty()).then(|| Decision::Has {
            path: path.clone(),
            optional: !yes.iter().any(|(_, object)| requires(object)),
            yes: Box::new(decide_among(yes, asked)),
            no: Box::new(decide_among(no, asked)),
        })
    })
}

struct Key {
    path: Vec<String>,
    required: bool,
}

/// The members that an object knows, `depth` levels down.
fn known(object: &Object, depth: usize) -> Vec<Key> {
    let mut keys = Vec::new();
    for (name, schema) in &object.properties {
        let required = object.required.contains(name);
        match &schema.kind {
            _ if depth == 1 => keys.push(Key { path: vec![name.clone()], required }),
            Kind::Object(inner) => keys.extend(known(inner, depth - 1).into_iter().map(|key| Key {
                path: [name.clone()].into_iter().chain(key.path).collect(),
                required: required && key.required,
            })),
            _ => {}
        }
    }
    keys
}
