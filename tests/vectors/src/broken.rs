//! Invalid documents: one thing broken at a time.

use serde_json::{Map, Value, json};

use crate::candidate::{Candidate, Intent};
use crate::generator::{DEPTH, Generator};
use crate::shape::{Bounds, Member, Object, Rest, Shape, type_of};

const WRONG_TYPE: &str = "wrong type";

/// Constants that are almost right.
pub(crate) const NEAR: [&str; 4] =
    ["empty constant", "constant with a blank", "constant in capitals", "constant cut short"];

fn invalid(what: impl Into<String>, document: Value) -> Candidate {
    Candidate::new(Intent::Invalid, what, document)
}

impl Generator<'_> {
    /// What is wrong for a definition itself, where null is wrong as well.
    pub(crate) fn broken_root(&mut self, shape: &Shape) -> Vec<Candidate> {
        let mut candidates = self.broken(shape, DEPTH);
        candidates.extend(self.null(shape));
        candidates
    }

    pub(crate) fn broken(&mut self, shape: &Shape, depth: usize) -> Vec<Candidate> {
        if let Shape::Ref(name) = shape {
            return if depth > 0 { self.broken_ref(name, depth - 1) } else { self.wrong_types(shape) };
        }
        let mut candidates = self.wrong_types(shape);
        candidates.extend(match shape {
            Shape::Number(bounds) => numbers(bounds),
            Shape::Fixed(values) => fixed(values),
            Shape::Array { items, most } => self.broken_array(items, *most, depth),
            Shape::Object(object) => self.broken_object(object, depth),
            Shape::Union(alternatives) => self.broken_union(alternatives, depth),
            _ => Vec::new(),
        });
        candidates
    }

    /// A value of each JSON type that the shape does not take; null is left to whoever knows what it means there.
    fn wrong_types(&self, shape: &Shape) -> Vec<Candidate> {
        let types = self.shapes.types(shape);
        let values = [json!("wrong"), json!(7), json!(0.5), json!(true), json!([]), json!({})];
        let fuller = [json!(["wrong"]), json!({"wrong": 1})];
        values
            .into_iter()
            .chain(fuller)
            .filter(|value| !types.contains(type_of(value)))
            .map(|value| invalid(format!("{WRONG_TYPE}: {}", type_of(&value)), value))
            .collect()
    }

    fn null(&self, shape: &Shape) -> Option<Candidate> {
        (!self.shapes.types(shape).contains("null")).then(|| invalid("null", Value::Null))
    }

    fn broken_array(&mut self, items: &Shape, most: Option<usize>, depth: usize) -> Vec<Candidate> {
        let item = self.minimal(items);
        let mut candidates: Vec<Candidate> =
            self.broken(items, depth).into_iter().map(|candidate| candidate.after(&[])).collect();
        candidates.extend(self.null(items).map(|candidate| candidate.after(&[])));
        if let Some(candidate) = self.wrong_types(items).pop() {
            candidates.push(candidate.after(std::slice::from_ref(&item)));
        }
        if let Some(most) = most {
            candidates.push(invalid("too many items", vec![item; most + 1].into()));
        }
        candidates
    }

    fn broken_object(&mut self, object: &Object, depth: usize) -> Vec<Candidate> {
        let shape = Shape::Object(object.clone());
        let Value::Object(minimal) = self.minimal(&shape) else { return Vec::new() };
        let mut candidates = Vec::new();
        if !minimal.is_empty() {
            let values: Vec<Value> = minimal.values().cloned().collect();
            candidates.push(invalid("values in a list", values.into()));
        }
        let maximal = self.maximal(&shape, depth.min(2));
        for (name, member) in &object.members {
            if member.required {
                candidates.extend(missing(&minimal, name, "missing"));
                candidates.extend(missing(
                    maximal.as_object().unwrap_or(&minimal),
                    name,
                    "missing beside others",
                ));
            }
            candidates.extend(self.broken_member(&minimal, name, member, depth));
        }
        if let Rest::Of(shape) = &object.rest {
            let broken = self.broken(shape, depth).into_iter().chain(self.null(shape));
            candidates.extend(broken.map(|candidate| candidate.inside(&minimal, "key")));
        }
        candidates
    }

    fn broken_member(
        &mut self,
        minimal: &Map<String, Value>,
        name: &str,
        member: &Member,
        depth: usize,
    ) -> Vec<Candidate> {
        let null = self.null(&member.shape);
        let broken = self.broken(&member.shape, depth).into_iter().chain(null);
        broken.map(|candidate| candidate.inside(minimal, name)).collect()
    }

    fn broken_union(&mut self, alternatives: &[Shape], depth: usize) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for alternative in alternatives {
            let mut broken = self.broken(alternative, depth);
            broken
                .retain(|candidate| !(candidate.place.is_empty() && candidate.what.starts_with(WRONG_TYPE)));
            candidates.extend(broken);
        }
        candidates.extend(self.swapped(alternatives));
        candidates
    }

    /// Each alternative under the discriminator of another one.
    fn swapped(&self, alternatives: &[Shape]) -> Vec<Candidate> {
        let objects: Vec<&Object> =
            alternatives.iter().flat_map(|shape| self.shapes.objects(shape)).collect();
        let mut candidates = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            let other = objects[(index + 1) % objects.len()];
            for (name, member) in &object.members {
                let theirs = other.members.get(name).map(|member| &member.shape);
                if let (Shape::Fixed(ours), Some(Shape::Fixed(theirs))) = (&member.shape, theirs)
                    && let Some(tag) = theirs.iter().find(|value| !ours.contains(value))
                    && let Value::Object(minimal) = self.minimal(&Shape::Object((*object).clone()))
                {
                    candidates.push(invalid("another discriminator", tag.clone()).inside(&minimal, name));
                }
            }
        }
        candidates
    }
}

fn missing(base: &Map<String, Value>, name: &str, what: &str) -> Option<Candidate> {
    let mut document = base.clone();
    document.remove(name)?;
    let place = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    Some(Candidate { place, ..invalid(what, document.into()) })
}

fn numbers(bounds: &Bounds) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    if let Some(minimum) = bounds.minimum {
        candidates.push(invalid("below the minimum", json!(minimum - 1)));
        candidates.push(invalid("just below the minimum", json!(minimum as f64 - 0.001)));
    }
    if let Some(maximum) = bounds.maximum {
        candidates.push(invalid("above the maximum", json!(maximum + 1)));
        candidates.push(invalid("just above the maximum", json!(maximum as f64 + 0.001)));
    }
    if bounds.integer {
        candidates.push(invalid("fraction", json!(1.5)));
    }
    candidates
}

fn fixed(values: &[Value]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    if let Some(text) = values.iter().find_map(Value::as_str) {
        candidates.push(invalid("another constant", json!("another")));
        let near = [String::new(), format!("{text} "), text.to_uppercase(), text.chars().skip(1).collect()];
        candidates.extend(NEAR.into_iter().zip(near).map(|(what, text)| invalid(what, json!(text))));
    }
    if let Some(number) = values.iter().find_map(Value::as_i64) {
        candidates.push(invalid("another constant", json!(number + 1)));
    }
    candidates.retain(|candidate| !values.contains(&candidate.document));
    candidates
}
