//! Whether every value of one schema is valid under another, as far as schemas of the protocol differ.

use crate::normalize::{Kind, Object, Revision, Schema};

use super::renames::Renames;

/// How deep the question is asked; schemas that contain themselves agree below that.
const DEPTH: usize = 12;

/// A schema and the revision that its references lead into.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) revision: &'a Revision,
    pub(super) schema: &'a Schema,
}

impl<'a> Side<'a> {
    pub(super) fn at(self, schema: &'a Schema) -> Self {
        Self { schema, ..self }
    }

    /// The schema behind references.
    pub(super) fn resolved(self) -> Self {
        match &self.schema.kind {
            Kind::Ref(name) => self.at(&self.revision.definitions[name]).resolved(),
            _ => self,
        }
    }

    /// The alternatives of a union, and of unions in it; anything else is the only one.
    pub(super) fn alternatives(self) -> Vec<Self> {
        match &self.resolved().schema.kind {
            Kind::Union(alternatives) => {
                alternatives.iter().flat_map(|schema| self.at(schema).alternatives()).collect()
            }
            Kind::Array { .. } | Kind::Object(_) => vec![self],
            _ => vec![self.resolved()],
        }
    }
}

/// Whether `outer` accepts every value of `inner`. A member that one side does not name is no hindrance.
pub(super) fn within(inner: Side<'_>, outer: Side<'_>, names: &Names<'_>) -> bool {
    deep(inner, outer, names, 0)
}

/// Which names mean the same on both sides; `inner` is the newer one where `reversed`.
pub(super) struct Names<'a> {
    pub(super) renames: &'a Renames,
    pub(super) reversed: bool,
}

impl Names<'_> {
    fn same(&self, inner: &str, outer: &str) -> bool {
        let (older, newer) = if self.reversed { (outer, inner) } else { (inner, outer) };
        self.renames.get(older).map_or(older, String::as_str) == newer
    }
}

fn deep(inner: Side<'_>, outer: Side<'_>, names: &Names<'_>, depth: usize) -> bool {
    if let (Kind::Ref(a), Kind::Ref(b)) = (&inner.schema.kind, &outer.schema.kind)
        && names.same(a, b)
    {
        return true;
    }
    let (inners, outers) = (inner.alternatives(), outer.alternatives());
    if depth > DEPTH || is_any(&outers) {
        return true;
    }
    inners.iter().all(|a| {
        let named = outers.iter().any(|b| match (&a.schema.kind, &b.schema.kind) {
            (Kind::Ref(a), Kind::Ref(b)) => names.same(a, b),
            _ => false,
        });
        named || outers.iter().any(|b| one(a.resolved(), b.resolved(), names, depth))
    })
}

/// Any value at all, or a union that amounts to it.
fn is_any(alternatives: &[Side<'_>]) -> bool {
    let has = |test: fn(&Kind) -> bool| alternatives.iter().any(|side| test(&side.resolved().schema.kind));
    has(|kind| *kind == Kind::Any)
        || (has(|kind| *kind == Kind::String)
            && has(|kind| *kind == Kind::Null)
            && has(|kind| *kind == Kind::Boolean)
            && has(|kind| matches!(kind, Kind::Number { minimum: None, maximum: None }))
            && has(|kind| matches!(kind, Kind::Array { max: None, .. }))
            && has(|kind| matches!(kind, Kind::Object(object) if object.properties.is_empty())))
}

fn one(inner: Side<'_>, outer: Side<'_>, names: &Names<'_>, depth: usize) -> bool {
    let above =
        |low: Option<f64>, bound: Option<f64>| bound.is_none_or(|bound| low.is_some_and(|low| low >= bound));
    let below = |high: Option<f64>, bound: Option<f64>| {
        bound.is_none_or(|bound| high.is_some_and(|high| high <= bound))
    };
    match (&inner.schema.kind, &outer.schema.kind) {
        (Kind::Const(a), Kind::Const(b)) => a == b,
        (Kind::Const(value), Kind::Strings(texts)) => {
            value.as_str().is_some_and(|text| texts.iter().any(|known| known == text))
        }
        (Kind::Const(value), Kind::String) => value.is_string(),
        (Kind::Const(value), Kind::Integer { .. } | Kind::Number { .. }) => value.is_number(),
        (Kind::Strings(a), Kind::Strings(b)) => a.iter().all(|text| b.contains(text)),
        (Kind::Strings(texts), Kind::Const(value)) => texts.iter().all(|text| value == text),
        (Kind::Strings(_) | Kind::String, Kind::String)
        | (Kind::Boolean, Kind::Boolean)
        | (Kind::Null, Kind::Null) => true,
        (Kind::Integer { minimum: a }, Kind::Integer { minimum: b }) => {
            b.is_none_or(|bound| a.is_some_and(|low| low >= bound))
        }
        (Kind::Integer { minimum: low }, Kind::Number { minimum, maximum }) => {
            above(low.map(|low| low as f64), *minimum) && maximum.is_none()
        }
        (Kind::Number { minimum: a, maximum: c }, Kind::Number { minimum: b, maximum: d }) => {
            above(*a, *b) && below(*c, *d)
        }
        (Kind::Array { items: a, max: most }, Kind::Array { items: b, max: bound }) => {
            bound.is_none_or(|bound| most.is_some_and(|most| most <= bound))
                && deep(inner.at(a), outer.at(b), names, depth + 1)
        }
        (Kind::Object(a), Kind::Object(b)) => objects((inner, a), (outer, b), names, depth),
        _ => false,
    }
}

fn objects<'a>(
    (inner, a): (Side<'a>, &'a Object),
    (outer, b): (Side<'a>, &'a Object),
    names: &Names<'_>,
    depth: usize,
) -> bool {
    let values = |object: &'a Object| object.additional.as_deref().filter(|schema| schema.kind != Kind::Any);
    b.required.is_subset(&a.required)
        && b.properties.iter().all(|(name, b)| match a.properties.get(name).or(values(a)) {
            Some(a) => deep(inner.at(a), outer.at(b), names, depth + 1),
            None => true,
        })
        && values(b).is_none_or(|b_values| {
            let own = a.properties.iter().filter(|(name, _)| !b.properties.contains_key(*name));
            own.map(|(_, schema)| schema)
                .chain(a.additional.as_deref())
                .all(|schema| deep(inner.at(schema), outer.at(b_values), names, depth + 1))
                && (!a.properties.is_empty() || a.additional.is_some() || any_value(outer.at(b_values)))
        })
}

fn any_value(side: Side<'_>) -> bool {
    is_any(&side.alternatives())
}
