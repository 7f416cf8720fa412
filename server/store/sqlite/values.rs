//! JSON values in, JSON values out: parameters of a statement and cells of its result.

use rusqlite::Statement;
use rusqlite::types::{Null, ValueRef};
use serde_json::{Value, json};

use super::super::{
    BLOB_PREVIEW_BYTES, CellPlace, Column, MAX_CELL_CHARS, MAX_EXACT_INTEGER, MAX_RESULT_BYTES, QueryError,
    Rows, check_params,
};
use crate::ground::Budget;

/// Binds the caller's values to the placeholders, in order.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Value]) -> Result<(), QueryError> {
    check_params(params)?;
    let placeholders = statement.parameter_count();
    if placeholders != params.len() {
        let plural = if placeholders == 1 { "" } else { "s" };
        return Err(invalid(format!(
            "the statement has {placeholders} placeholder{plural}, {} parameters were given",
            params.len()
        )));
    }
    for (index, param) in params.iter().enumerate() {
        let position = index + 1;
        match param {
            Value::Null => statement.raw_bind_parameter(position, Null),
            Value::Bool(flag) => statement.raw_bind_parameter(position, i64::from(*flag)),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => statement.raw_bind_parameter(position, integer),
                (None, Some(real)) if number.is_f64() => statement.raw_bind_parameter(position, real),
                _ => return Err(invalid(format!("`params[{index}]` does not fit into 64 bits"))),
            },
            Value::String(text) => statement.raw_bind_parameter(position, text.as_str()),
            // Refused above.
            Value::Array(_) | Value::Object(_) => return Err(QueryError::Internal),
        }
        .map_err(|_error| QueryError::Internal)?;
    }
    Ok(())
}

/// Steps over `offset` rows, then through the result until it ends or a limit is met.
pub(super) fn collect(
    statement: &mut Statement<'_>,
    offset: u32,
    max_rows: u32,
    explain: impl Fn(rusqlite::Error) -> QueryError,
) -> Result<Rows, QueryError> {
    let columns: Vec<Column> = statement
        .columns()
        .iter()
        .map(|column| Column {
            name: column.name().to_owned(),
            r#type: column.decl_type().map(str::to_owned),
        })
        .collect();
    let width = columns.len();
    let mut budget = Budget::new(MAX_RESULT_BYTES);
    let mut result = Rows { columns, ..Rows::default() };

    let mut cursor = statement.raw_query();
    for _ in 0..offset {
        if cursor.next().map_err(&explain)?.is_none() {
            return Ok(result);
        }
    }
    while let Some(row) = cursor.next().map_err(&explain)? {
        if result.rows.len() >= max_rows as usize {
            result.truncated = true;
            break;
        }
        let mut cut = Vec::new();
        let mut cells = Vec::with_capacity(width);
        for index in 0..width {
            let (value, is_cut) = cell(row.get_ref(index).map_err(&explain)?);
            cells.push(value);
            if is_cut {
                cut.push(CellPlace { row: result.rows.len() as u64, column: index as u64 });
            }
        }
        if !budget.take(&cells) {
            if result.rows.is_empty() {
                return Err(QueryError::ValueTooLarge);
            }
            result.truncated = true;
            break;
        }
        result.truncated_cells.append(&mut cut);
        result.rows.push(cells);
    }
    Ok(result)
}

/// A value as JSON, and whether it was cut.
fn cell(value: ValueRef<'_>) -> (Value, bool) {
    let whole = match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) if integer.unsigned_abs() <= MAX_EXACT_INTEGER => Value::from(integer),
        ValueRef::Integer(integer) => Value::String(integer.to_string()),
        ValueRef::Real(real) => serde_json::Number::from_f64(real)
            .map_or_else(|| Value::String(not_finite(real).to_owned()), Value::Number),
        ValueRef::Text(bytes) => {
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            let end = text.char_indices().nth(MAX_CELL_CHARS).map(|(end, _)| end);
            text.truncate(end.unwrap_or(text.len()));
            return (Value::String(text), end.is_some());
        }
        ValueRef::Blob(bytes) => {
            let preview = &bytes[..bytes.len().min(BLOB_PREVIEW_BYTES)];
            let hex: String = preview.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "bytes": bytes.len(), "hex": hex })
        }
    };
    (whole, false)
}

fn not_finite(real: f64) -> &'static str {
    if real.is_nan() {
        "NaN"
    } else if real > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

fn invalid(message: String) -> QueryError {
    QueryError::InvalidParams { message }
}
