//! One field of a form that a server wants filled: what it takes, and an answer read as that.

use lockstep_wire::latest::{ElicitResultContentValue as Answer, PrimitiveSchemaDefinition as Schema};
use lockstep_wire::v2025_11_25::{NumberSchema, NumberSchemaType, StringSchema, StringSchemaFormat};
use serde_json::Number;

/// What a person has to know of a field.
pub(super) struct Field {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) default: Option<Answer>,
    kind: Kind,
}

/// A value to choose, and what it is called.
type Choice = (String, Option<String>);

enum Kind {
    Text { least: i64, most: i64, format: Option<StringSchemaFormat> },
    Number { whole: bool, least: Option<Number>, most: Option<Number> },
    Boolean,
    One(Vec<Choice>),
    Many { choices: Vec<Choice>, least: i64, most: i64 },
}

impl Field {
    pub(super) fn of(schema: Schema) -> Self {
        let text = |default: Option<String>| default.map(Answer::String);
        let untitled =
            |values: Vec<String>| values.into_iter().map(|value| (value, None)).collect::<Vec<_>>();
        let (title, description, default, kind) = match schema {
            Schema::StringSchema(schema) => {
                let kind = text_kind(&schema);
                (schema.title, schema.description, text(schema.default), kind)
            }
            Schema::NumberSchema(schema) => {
                let kind = number_kind(&schema);
                (schema.title, schema.description, schema.default.map(Answer::Number), kind)
            }
            Schema::BooleanSchema(schema) => {
                (schema.title, schema.description, schema.default.map(Answer::Boolean), Kind::Boolean)
            }
            Schema::UntitledSingleSelectEnumSchema(schema) => {
                (schema.title, schema.description, text(schema.default), Kind::One(untitled(schema.r#enum)))
            }
            Schema::TitledSingleSelectEnumSchema(schema) => {
                let choices = schema.one_of.into_iter().map(|choice| (choice.r#const, Some(choice.title)));
                (schema.title, schema.description, text(schema.default), Kind::One(choices.collect()))
            }
            Schema::LegacyTitledEnumSchema(schema) => {
                let mut names = schema.enum_names.unwrap_or_default().into_iter();
                let choices = schema.r#enum.into_iter().map(|value| (value, names.next())).collect();
                (schema.title, schema.description, text(schema.default), Kind::One(choices))
            }
            Schema::UntitledMultiSelectEnumSchema(schema) => {
                let kind = many(untitled(schema.items.r#enum), schema.min_items, schema.max_items);
                (schema.title, schema.description, schema.default.map(Answer::List), kind)
            }
            Schema::TitledMultiSelectEnumSchema(schema) => {
                let choices =
                    schema.items.any_of.into_iter().map(|choice| (choice.r#const, Some(choice.title)));
                let kind = many(choices.collect(), schema.min_items, schema.max_items);
                (schema.title, schema.description, schema.default.map(Answer::List), kind)
            }
        };
        Self { title, description, default, kind }
    }

    /// What the field takes, in words.
    pub(super) fn takes(&self) -> String {
        match &self.kind {
            Kind::Text { format: None, .. } => "text".to_owned(),
            Kind::Text { format: Some(format), .. } => match format {
                StringSchemaFormat::Date => "date, such as 2026-07-28",
                StringSchemaFormat::DateTime => "date and time, such as 2026-07-28T12:00:00Z",
                StringSchemaFormat::Email => "email address",
                StringSchemaFormat::Uri => "URI",
            }
            .to_owned(),
            Kind::Number { whole, least, most } => {
                let kind = if *whole { "whole number" } else { "number" };
                let least = least.as_ref().map(|least| format!(" from {least}")).unwrap_or_default();
                let most = most.as_ref().map(|most| format!(" up to {most}")).unwrap_or_default();
                format!("{kind}{least}{most}")
            }
            Kind::Boolean => "yes or no".to_owned(),
            Kind::One(choices) => format!("one of {}", listed(choices)),
            Kind::Many { choices, .. } => format!("some of {}, with commas between", listed(choices)),
        }
    }

    /// Reads what was typed.
    ///
    /// # Errors
    ///
    /// What would be right instead.
    pub(super) fn read(&self, typed: &str) -> Result<Answer, String> {
        match &self.kind {
            Kind::Text { least, most, .. } => {
                let length = i64::try_from(typed.chars().count()).unwrap_or(i64::MAX);
                match length {
                    _ if length < *least => Err(format!("at least {least} characters are wanted")),
                    _ if length > *most => Err(format!("at most {most} characters are wanted")),
                    _ => Ok(Answer::String(typed.to_owned())),
                }
            }
            Kind::Number { whole, least, most } => {
                let number = number(typed, *whole).ok_or_else(|| format!("a {} is wanted", self.takes()))?;
                let fits = least.as_ref().is_none_or(|least| value(least) <= value(&number))
                    && most.as_ref().is_none_or(|most| value(&number) <= value(most));
                if fits { Ok(Answer::Number(number)) } else { Err(format!("a {} is wanted", self.takes())) }
            }
            Kind::Boolean => match typed.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" | "true" => Ok(Answer::Boolean(true)),
                "n" | "no" | "false" => Ok(Answer::Boolean(false)),
                _ => Err("yes or no is wanted".to_owned()),
            },
            Kind::One(choices) => chosen(choices, typed).map(Answer::String),
            Kind::Many { choices, least, most } => {
                let parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
                let picked: Vec<String> =
                    parts.map(|part| chosen(choices, part)).collect::<Result<_, _>>()?;
                let count = i64::try_from(picked.len()).unwrap_or(i64::MAX);
                if count < *least || count > *most {
                    return Err(format!("between {least} and {most} of them are wanted"));
                }
                Ok(Answer::List(picked))
            }
        }
    }
}

fn text_kind(schema: &StringSchema) -> Kind {
    Kind::Text {
        least: schema.min_length.unwrap_or(0),
        most: schema.max_length.unwrap_or(i64::MAX),
        format: schema.format,
    }
}

fn number_kind(schema: &NumberSchema) -> Kind {
    let whole = matches!(schema.r#type, NumberSchemaType::Integer);
    Kind::Number { whole, least: schema.minimum.clone(), most: schema.maximum.clone() }
}

fn many(choices: Vec<Choice>, least: Option<i64>, most: Option<i64>) -> Kind {
    let all = i64::try_from(choices.len()).unwrap_or(i64::MAX);
    Kind::Many { choices, least: least.unwrap_or(0), most: most.unwrap_or(all) }
}

fn number(typed: &str, whole: bool) -> Option<Number> {
    let typed = typed.trim();
    let integer = typed.parse::<i64>().ok().map(Number::from);
    integer.or_else(|| typed.parse::<f64>().ok().filter(|_| !whole).and_then(Number::from_f64))
}

fn value(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// A choice by its value, or by what it is called.
fn chosen(choices: &[Choice], typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    let by_value = choices.iter().find(|(value, _)| value == typed);
    let by_name = || {
        choices.iter().find(|(_, name)| name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(typed)))
    };
    let found = by_value.or_else(by_name);
    found.map(|(value, _)| value.clone()).ok_or_else(|| format!("one of {} is wanted", listed(choices)))
}

fn listed(choices: &[Choice]) -> String {
    let names = choices.iter().map(|(value, name)| match name {
        Some(name) if name != value => format!("{value} ({name})"),
        _ => value.clone(),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// An answer as a person would type it.
pub(super) fn typed(answer: &Answer) -> String {
    match answer {
        Answer::List(values) => values.join(","),
        Answer::String(text) => text.clone(),
        Answer::Number(number) => number.to_string(),
        Answer::Boolean(true) => "yes".to_owned(),
        Answer::Boolean(false) => "no".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(schema: Value, takes: &str, right: &[(&str, Value)], wrong: &[&str]) {
        let field = Field::of(serde_json::from_value(schema).expect("it is a field"));
        assert_eq!(field.takes(), takes);
        for (typed, expected) in right {
            let answer = field.read(typed).expect("the answer fits");
            assert_eq!(serde_json::to_value(answer).expect("it is JSON"), *expected, "{typed}");
        }
        for typed in wrong {
            assert!(field.read(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn texts() {
        check(
            json!({ "type": "string", "minLength": 2, "maxLength": 3 }),
            "text",
            &[("ab", json!("ab")), (" é ", json!(" é "))],
            &["a", "abcd", ""],
        );
        check(
            json!({ "type": "string", "format": "email" }),
            "email address",
            &[("a@b.c", json!("a@b.c"))],
            &[],
        );
    }

    #[test]
    fn numbers_and_booleans() {
        check(
            json!({ "type": "integer", "minimum": 1, "maximum": 10 }),
            "whole number from 1 up to 10",
            &[("3", json!(3)), (" 10 ", json!(10))],
            &["0", "11", "2.5", "three", ""],
        );
        check(
            json!({ "type": "number" }),
            "number",
            &[("2.5", json!(2.5)), ("-1", json!(-1))],
            &["NaN", "inf"],
        );
        check(
            json!({ "type": "boolean" }),
            "yes or no",
            &[("yes", json!(true)), ("N", json!(false)), ("true", json!(true))],
            &["perhaps", ""],
        );
    }

    #[test]
    fn choices() {
        check(
            json!({ "type": "string", "enum": ["r", "g"] }),
            "one of r, g",
            &[("r", json!("r"))],
            &["b", ""],
        );
        let titled = json!([{ "const": "r", "title": "Red" }, { "const": "g", "title": "Green" }]);
        check(
            json!({ "type": "string", "oneOf": titled }),
            "one of r (Red), g (Green)",
            &[("g", json!("g")), ("red", json!("r"))],
            &["blue"],
        );
        check(
            json!({ "type": "string", "enum": ["r", "g"], "enumNames": ["Red", "Green"] }),
            "one of r (Red), g (Green)",
            &[("Green", json!("g"))],
            &["blue"],
        );
        check(
            json!({ "type": "array", "items": { "anyOf": titled }, "minItems": 1 }),
            "some of r (Red), g (Green), with commas between",
            &[("r, Green", json!(["r", "g"]))],
            &["", "r,b"],
        );
    }
}
