//! Documents of one definition: the smallest, the fullest, and random ones in between. Variations are in `good` and
//! `broken`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::broken::NEAR;
use crate::candidate::{Candidate, Intent, pick};
use crate::good::scalars;
use crate::random::Random;
use crate::shape::{Rest, Shape, Shapes};

/// How many references a document follows.
pub(crate) const DEPTH: usize = 5;

/// How many variations of a definition stand in the documents of those that refer to it.
const INSIDE: usize = 64;

/// How many documents of each intent a definition has at most.
const VALID: usize = 160;
const INVALID: usize = 240;
const RANDOM: usize = 32;

pub(crate) struct Generator<'a> {
    pub(crate) shapes: &'a Shapes,
    good: BTreeMap<(String, usize), Vec<Candidate>>,
    broken: BTreeMap<(String, usize), Vec<Candidate>>,
    /// Whether random texts are any, not only those that are worth a vector.
    free: bool,
}

impl<'a> Generator<'a> {
    pub(crate) fn new(shapes: &'a Shapes) -> Self {
        Self { shapes, good: BTreeMap::new(), broken: BTreeMap::new(), free: false }
    }

    /// Random documents with any texts: there is no end of them.
    pub(crate) fn with_free_text(self) -> Self {
        Self { free: true, ..self }
    }

    /// Everything to be judged for one definition.
    pub(crate) fn candidates(&mut self, definition: &str) -> Vec<Candidate> {
        let shape = self.shapes.get(definition);
        let mut random = Random::named(definition, DEPTH);
        let mut candidates = self.good(shape, DEPTH);
        let (valid, open) = candidates.drain(..).partition(|candidate| candidate.intent == Intent::Valid);
        candidates.extend(pick(valid, VALID, &mut random));
        candidates.extend(pick(open, VALID / 2, &mut random));
        for number in 0..RANDOM {
            let mut intent = Intent::Valid;
            let document = self.random(shape, DEPTH, &mut random, &mut intent);
            candidates.push(Candidate::new(intent, format!("random {number}"), document));
        }
        candidates.extend(pick(self.broken_root(shape), INVALID, &mut random));
        candidates
    }

    /// A few variations of a definition, for the documents of another one.
    pub(crate) fn good_ref(&mut self, name: &str, depth: usize) -> Vec<Candidate> {
        let key = (name.to_owned(), depth);
        if let Some(known) = self.good.get(&key) {
            return known.clone();
        }
        let candidates = self.good(self.shapes.get(name), depth);
        let picked = pick(candidates, INSIDE, &mut Random::named(name, depth));
        self.good.insert(key, picked.clone());
        picked
    }

    /// A few mistakes in a definition, for the documents of another one.
    pub(crate) fn broken_ref(&mut self, name: &str, depth: usize) -> Vec<Candidate> {
        let key = (name.to_owned(), depth);
        if let Some(known) = self.broken.get(&key) {
            return known.clone();
        }
        let mut candidates = self.broken(self.shapes.get(name), depth);
        // The definition has documents of its own for those; here one wrong constant is enough.
        candidates.retain(|candidate| !NEAR.contains(&candidate.what.as_str()));
        let picked = pick(candidates, INSIDE, &mut Random::named(name, depth));
        self.broken.insert(key, picked.clone());
        picked
    }

    /// The smallest document.
    pub(crate) fn minimal(&self, shape: &Shape) -> Value {
        match shape {
            Shape::Any => json!("anything"),
            Shape::Array { .. } => json!([]),
            Shape::Object(object) => object
                .members
                .iter()
                .filter(|(_, member)| member.required)
                .map(|(name, member)| (name.clone(), self.minimal(&member.shape)))
                .collect::<Map<_, _>>()
                .into(),
            Shape::Union(alternatives) => {
                alternatives.first().map_or(Value::Null, |shape| self.minimal(shape))
            }
            Shape::Ref(name) => self.minimal(self.shapes.get(name)),
            scalar => scalars(scalar).swap_remove(0).document,
        }
    }

    /// A document with every member, and an item in every list.
    pub(crate) fn maximal(&self, shape: &Shape, depth: usize) -> Value {
        match shape {
            Shape::Array { items, .. } => json!([self.maximal(items, depth)]),
            Shape::Object(object) => {
                let mut members: Map<_, _> = object
                    .members
                    .iter()
                    .map(|(name, member)| (name.clone(), self.maximal(&member.shape, depth)))
                    .collect();
                if let Rest::Of(shape) = &object.rest {
                    members.insert("key".to_owned(), self.maximal(shape, depth));
                }
                members.into()
            }
            Shape::Union(alternatives) => {
                alternatives.last().map_or(Value::Null, |shape| self.maximal(shape, depth))
            }
            Shape::Ref(name) if depth > 0 => self.maximal(self.shapes.get(name), depth - 1),
            shape => self.minimal(shape),
        }
    }

    /// Any valid document; `intent` becomes open if it got a member that the schema does not name.
    pub(crate) fn random(
        &self,
        shape: &Shape,
        depth: usize,
        random: &mut Random,
        intent: &mut Intent,
    ) -> Value {
        match shape {
            Shape::Array { items, .. } => {
                (0..random.below(3)).map(|_| self.random(items, depth, random, intent)).collect()
            }
            Shape::Object(object) => {
                let mut members = Map::new();
                for (name, member) in &object.members {
                    if member.required || random.once_in(2) {
                        members.insert(name.clone(), self.random(&member.shape, depth, random, intent));
                    }
                }
                match &object.rest {
                    Rest::Any if random.once_in(4) => {
                        *intent = Intent::Open;
                        members.insert("x-unknown".to_owned(), self.random(&Shape::Any, 0, random, intent));
                    }
                    Rest::Of(shape) => {
                        for key in ["a", "b.c/d", ""].into_iter().take(random.below(4)) {
                            members.insert(key.to_owned(), self.random(shape, depth, random, intent));
                        }
                    }
                    _ => {}
                }
                members.into()
            }
            Shape::Union(alternatives) => {
                self.random(&alternatives[random.below(alternatives.len())], depth, random, intent)
            }
            Shape::Ref(name) if depth > 0 => self.random(self.shapes.get(name), depth - 1, random, intent),
            Shape::Ref(name) => self.minimal(self.shapes.get(name)),
            Shape::String | Shape::Any if self.free && random.once_in(2) => {
                json!(format!("text {}", random.below(1_000_000)))
            }
            scalar => {
                let mut values = scalars(scalar);
                values.retain(|candidate| candidate.intent == Intent::Valid);
                values.swap_remove(random.below(values.len())).document
            }
        }
    }
}
