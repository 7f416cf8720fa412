//! Valid documents: one thing varied at a time.

use serde_json::{Map, Value, json};

use crate::candidate::{Candidate, Intent};
use crate::generator::Generator;
use crate::shape::{Bounds, Object, Rest, Shape};

impl Generator<'_> {
    pub(crate) fn good(&mut self, shape: &Shape, depth: usize) -> Vec<Candidate> {
        match shape {
            Shape::Array { items, most } => self.good_array(items, *most, depth),
            Shape::Object(object) => self.good_object(object, depth),
            Shape::Union(alternatives) => {
                alternatives.iter().flat_map(|shape| self.good(shape, depth)).collect()
            }
            Shape::Ref(name) if depth > 0 => {
                let mut candidates = self.good_ref(name, depth - 1);
                for candidate in &mut candidates {
                    if candidate.place.is_empty() && !candidate.what.contains(' ') {
                        candidate.what = format!("{} {name}", candidate.what);
                    }
                }
                candidates
            }
            Shape::Ref(_) => vec![Candidate::new(Intent::Valid, "minimal", self.minimal(shape))],
            scalar => scalars(scalar),
        }
    }

    fn good_array(&mut self, items: &Shape, most: Option<usize>, depth: usize) -> Vec<Candidate> {
        let item = self.minimal(items);
        let mut candidates = vec![
            Candidate::new(Intent::Valid, "empty list", json!([])),
            Candidate::new(Intent::Valid, "two items", json!([item, self.maximal(items, depth.min(2))])),
        ];
        if let Some(most) = most {
            candidates.push(Candidate::new(Intent::Valid, "most items", vec![item; most].into()));
        }
        candidates.extend(self.good(items, depth).into_iter().map(|candidate| candidate.after(&[])));
        candidates
    }

    fn good_object(&mut self, object: &Object, depth: usize) -> Vec<Candidate> {
        let shape = Shape::Object(object.clone());
        let minimal = self.minimal(&shape);
        let mut candidates = vec![
            Candidate::new(Intent::Valid, "minimal", minimal.clone()),
            Candidate::new(Intent::Valid, "maximal", self.maximal(&shape, depth)),
        ];
        let Value::Object(minimal) = minimal else { return candidates };
        for (name, member) in &object.members {
            let inner = self.good(&member.shape, depth);
            candidates.extend(inner.into_iter().map(|candidate| candidate.inside(&minimal, name)));
        }
        match &object.rest {
            Rest::Silent => {
                let extra = Candidate::new(Intent::Extra, "extra member", json!({"kept": "or not"}));
                candidates.push(extra.inside(&minimal, "x-extra"));
            }
            Rest::Any => candidates.extend(self.unknown(&minimal)),
            Rest::Of(shape) => {
                let inner = self.good(shape, depth);
                candidates.extend(inner.into_iter().map(|candidate| candidate.inside(&minimal, "key")));
                let odd = self.minimal(shape);
                for key in ["", "example.com/a.b", "\u{e9} \"quoted\""] {
                    let candidate = Candidate::new(Intent::Valid, "odd key", odd.clone());
                    candidates.push(candidate.inside(&minimal, key));
                }
            }
        }
        candidates
    }

    fn unknown(&self, minimal: &Map<String, Value>) -> Vec<Candidate> {
        let open = |candidate: Candidate, key: &str| {
            Candidate {
                what: format!("unknown member: {}", candidate.what),
                intent: Intent::Open,
                ..candidate
            }
            .inside(minimal, key)
        };
        let mut candidates: Vec<_> =
            scalars(&Shape::Any).into_iter().map(|candidate| open(candidate, "x-unknown")).collect();
        for key in ["", "example.com/a.b", "\u{e9} \"quoted\""] {
            candidates.push(open(Candidate::new(Intent::Open, "odd key", json!(1)), key));
        }
        candidates
    }
}

/// The values of a shape that has nothing below it, the plainest first.
pub(crate) fn scalars(shape: &Shape) -> Vec<Candidate> {
    let list = |values: Vec<(&str, Value)>| {
        values.into_iter().map(|(what, value)| Candidate::new(Intent::Valid, what, value)).collect()
    };
    match shape {
        Shape::Any => list(vec![
            ("string", json!("anything")),
            ("null", Value::Null),
            ("false", json!(false)),
            ("zero", json!(0)),
            ("2^53+1", json!(9_007_199_254_740_993_u64)),
            ("64 bits", json!(u64::MAX)),
            ("fraction", json!(0.8)),
            ("whole fraction", json!(1.0)),
            ("empty string", json!("")),
            ("empty list", json!([])),
            ("empty object", json!({})),
            ("nested", json!({"a": [null, {"b": [1, 0.5, "c"]}], "": {}})),
        ]),
        Shape::Null => list(vec![("null", Value::Null)]),
        Shape::Boolean => list(vec![("true", json!(true)), ("false", json!(false))]),
        Shape::String => list(vec![
            ("string", json!("text")),
            ("empty string", json!("")),
            ("odd string", json!("\u{e9}\u{1f980} \"\\\n\u{0}/")),
            ("blank string", json!(" ")),
            ("string like a number", json!("1")),
            ("long string", json!("0123456789".repeat(50))),
        ]),
        Shape::Fixed(values) => {
            values.iter().map(|value| Candidate::new(Intent::Valid, "fixed", value.clone())).collect()
        }
        Shape::Number(bounds) => numbers(bounds),
        _ => Vec::new(),
    }
}

fn numbers(bounds: &Bounds) -> Vec<Candidate> {
    let fits = |value: f64| {
        bounds.minimum.is_none_or(|minimum| value >= minimum as f64)
            && bounds.maximum.is_none_or(|maximum| value <= maximum as f64)
    };
    let integers = [1, 0, -1, 9_007_199_254_740_993, i64::MAX, i64::MIN];
    let mut candidates: Vec<Candidate> = integers
        .into_iter()
        .chain(bounds.minimum)
        .chain(bounds.maximum)
        .filter(|value| fits(*value as f64))
        .map(|value| Candidate::new(Intent::Valid, format!("integer {value}"), json!(value)))
        .collect();
    let fractions = [1.0, 0.8, 0.5, -0.25, 1e300, 0.0];
    for value in fractions.into_iter().filter(|value| fits(*value)) {
        match bounds.integer {
            false => {
                candidates.push(Candidate::new(Intent::Valid, format!("number {value:?}"), json!(value)))
            }
            true if value == 1.0 => {
                candidates.push(Candidate::new(Intent::Wide, "integer written as 1.0", json!(value)));
            }
            true => {}
        }
    }
    if fits(u64::MAX as f64) {
        let intent = if bounds.integer && bounds.minimum.is_none() { Intent::Wide } else { Intent::Valid };
        candidates.push(Candidate::new(intent, "64 bits", json!(u64::MAX)));
    }
    candidates
}
