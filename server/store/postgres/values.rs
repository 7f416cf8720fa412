//! Cells: which SQL makes text of a column, and which JSON that text becomes.

use serde_json::{Number, Value, json};
use sqlx::postgres::{PgTypeInfo, PgTypeKind};
use sqlx::{TypeInfo as _, postgres::types::Oid};

use super::super::{BLOB_PREVIEW_BYTES, MAX_CELL_CHARS, MAX_EXACT_INTEGER};

/// How the values of one column are sent and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Boolean,
    /// A number as long as every reader keeps it exact, else text.
    Integer,
    /// A number, or the names of what JSON has no number for.
    Real,
    /// Length and first bytes.
    Bytes,
    /// A date and time in the form of RFC 3339.
    Moment,
    /// A JSON array of the elements' values; nested for further dimensions.
    Array(Box<Shape>),
    /// As the database writes it: decimals, dates, enums, JSON, and everything that is not named here.
    Text,
}

impl Shape {
    pub(super) fn of(column: &PgTypeInfo) -> Self {
        if is_known(column)
            && let PgTypeKind::Array(element) = column.kind()
        {
            return Self::Array(Box::new(Self::of(element)));
        }
        match column.oid() {
            Some(Oid(16)) => Self::Boolean,
            Some(Oid(20 | 21 | 23 | 26)) => Self::Integer,
            Some(Oid(700 | 701)) => Self::Real,
            Some(Oid(17)) => Self::Bytes,
            Some(Oid(1114 | 1184)) => Self::Moment,
            _ => Self::Text,
        }
    }

    /// The column as text, cut one character behind what is shown. Names and operators are the system's own, whatever
    /// stands in the search path.
    pub(super) fn expression(&self, column: &str) -> String {
        let text = match self {
            Self::Bytes => {
                return format!(
                    "pg_catalog.octet_length({column})::pg_catalog.text OPERATOR(pg_catalog.||) ' ' \
                     OPERATOR(pg_catalog.||) \
                     pg_catalog.encode(pg_catalog.substring({column}, 1, {BLOB_PREVIEW_BYTES}), 'hex')"
                );
            }
            Self::Moment => format!("pg_catalog.to_json({column})::pg_catalog.text"),
            Self::Array(element) if **element == Self::Moment => {
                format!("pg_catalog.array_to_json({column})::pg_catalog.text")
            }
            Self::Array(_) => {
                format!("pg_catalog.array_to_json({column}::pg_catalog.text[])::pg_catalog.text")
            }
            // These are short, and the server sends them as text in any case.
            Self::Boolean | Self::Integer | Self::Real => return column.to_owned(),
            Self::Text => format!("{column}::pg_catalog.text"),
        };
        format!("pg_catalog.left({text}, {})", MAX_CELL_CHARS + 1)
    }

    /// What the text stands for, and whether it was cut.
    pub(super) fn value(&self, text: &str) -> (Value, bool) {
        if let Some((end, _)) = text.char_indices().nth(MAX_CELL_CHARS) {
            return (Value::String(text[..end].to_owned()), true);
        }
        (self.whole(text), false)
    }

    fn whole(&self, text: &str) -> Value {
        let known = match self {
            Self::Boolean => Some(Value::Bool(matches!(text, "t" | "true"))),
            Self::Integer => integer(text),
            Self::Real => text.parse().ok().and_then(Number::from_f64).map(Value::Number),
            Self::Bytes => bytes(text),
            Self::Moment => serde_json::from_str(text).ok(),
            Self::Array(element) => serde_json::from_str(text).ok().map(|value| element.elements(value)),
            Self::Text => None,
        };
        known.unwrap_or_else(|| Value::String(text.to_owned()))
    }

    fn elements(&self, value: Value) -> Value {
        match value {
            Value::Array(values) => values.into_iter().map(|value| self.elements(value)).collect(),
            // An element comes as its text; binary ones stay as the database writes them.
            Value::String(text) if !matches!(self, Self::Bytes | Self::Moment | Self::Array(_)) => {
                self.whole(&text)
            }
            other => other,
        }
    }
}

/// The type's name.
pub(super) fn type_name(column: &PgTypeInfo) -> Option<String> {
    let name = column.name();
    // The driver writes the names of built-in types in capitals.
    let built_in = !name.chars().any(|c| c.is_ascii_lowercase());
    is_known(column).then(|| if built_in { name.to_ascii_lowercase() } else { name.to_owned() })
}

/// The driver panics when it is asked about a type of which it knows the number alone.
fn is_known(column: &PgTypeInfo) -> bool {
    column.name() != "?"
}

fn integer(text: &str) -> Option<Value> {
    let integer: i64 = text.parse().ok()?;
    (integer.unsigned_abs() <= MAX_EXACT_INTEGER).then(|| Value::from(integer))
}

fn bytes(text: &str) -> Option<Value> {
    let (length, hex) = text.split_once(' ')?;
    Some(json!({ "bytes": length.parse::<u64>().ok()?, "hex": hex }))
}
