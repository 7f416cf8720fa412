//! JSON text as a tree that knows no duplicate names, with the place of whatever cannot be read.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::problem::{Problem, clean, push_step};
use super::rule::Rule;

/// Reads `text`. Duplicate names are refused, except inside values that may be any JSON ([`Rule::Any`]).
///
/// # Errors
///
/// The first thing that cannot be read: nesting deeper than 128, a number beyond 64-bit floats, a duplicate name.
pub(super) fn read(text: &str, rule: &'static Rule) -> Result<Value, Problem> {
    let place = Place::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Node { place: &place, rule: Some(rule.resolve()) };
    let read = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| {
        let said = error.to_string();
        let rule = if let Some(name) = place.duplicate.take() {
            format!("must not have two members `{}`", clean(&name, 64))
        } else if said.starts_with("recursion limit") {
            "must not be nested deeper than 128 levels".to_owned()
        } else if said.starts_with("number out of range") {
            "must not hold a number beyond the range of 64-bit floating point".to_owned()
        } else {
            format!("must be JSON: {}", clean(&said, 120))
        };
        Problem { pointer: place.pointer(), rule, sent: None, example: None }
    })
}

/// Where reading stands; left as it is when reading fails.
#[derive(Default)]
struct Place {
    steps: RefCell<Vec<Step>>,
    duplicate: RefCell<Option<String>>,
}

enum Step {
    Name(String),
    Index(usize),
}

impl Place {
    /// Runs `inner` one step further down.
    fn within<T, E>(&self, step: Step, inner: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.steps.borrow_mut().push(step);
        let value = inner()?;
        self.steps.borrow_mut().pop();
        Ok(value)
    }

    /// The JSON pointer; very deep places are cut.
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.steps.borrow().iter().take(8) {
            match step {
                Step::Name(name) => push_step(&mut pointer, name),
                Step::Index(index) => push_step(&mut pointer, &index.to_string()),
            }
        }
        pointer
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    place: &'a Place,
    /// `None` where the tree is not known to the schema.
    rule: Option<&'static Rule>,
}

impl Node<'_> {
    fn below(self, rule: Option<&'static Rule>) -> Self {
        Self { rule: rule.map(Rule::resolve), ..self }
    }

    fn member(self, name: &str) -> Self {
        let rule = match self.rule {
            Some(Rule::Any) => self.rule,
            Some(Rule::Map { values, .. }) => Some(*values),
            Some(Rule::Object(members)) => {
                members.iter().find(|member| member.name == name).map(|member| member.rule)
            }
            _ => None,
        };
        self.below(rule)
    }

    fn item(self) -> Self {
        match self.rule {
            Some(Rule::Any) => self,
            Some(Rule::List { items, .. }) => self.below(Some(items)),
            _ => self.below(None),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let item = self.item();
        loop {
            let next = self.place.within(Step::Index(list.len()), || items.next_element_seed(item))?;
            match next {
                Some(value) => list.push(value),
                None => return Ok(list.into()),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) && !matches!(self.rule, Some(Rule::Any)) {
                let error = A::Error::custom("duplicate name");
                *self.place.duplicate.borrow_mut() = Some(name);
                return Err(error);
            }
            let seed = self.member(&name);
            let value = self.place.within(Step::Name(name.clone()), || members.next_value_seed(seed))?;
            map.insert(name, value);
        }
        Ok(map.into())
    }
}
