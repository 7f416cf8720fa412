//! JSON values in, JSON values out: parameters of a statement and cells of its result.

use std::io;

use rusqlite::Statement;
use rusqlite::types::{Null, ValueRef};
use serde_json::{Value, json};

use super::error::QueryError;
use super::{Column, Rows};

/// At most this many parameters go with one statement.
pub const MAX_PARAMS: usize = 32;
/// The longest text parameter, in bytes.
pub const MAX_PARAM_BYTES: usize = 8 * 1024;
/// Longer text cells are cut to this many characters.
pub const MAX_CELL_CHARS: usize = 4096;
/// Rows stop before the result, written as JSON, grows beyond this.
pub const MAX_RESULT_BYTES: usize = 1024 * 1024;

/// The largest integer that every JSON reader keeps exact.
const MAX_EXACT_INTEGER: u64 = 1 << 53;
const BLOB_PREVIEW_BYTES: usize = 32;

/// Binds the caller's values to the placeholders, in order.
pub(super) fn bind(statement: &mut Statement<'_>, params: &[Value]) -> Result<(), QueryError> {
    if params.len() > MAX_PARAMS {
        return Err(invalid(format!(
            "{} parameters were given, at most {MAX_PARAMS} are allowed",
            params.len()
        )));
    }
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
            Value::String(text) if text.len() > MAX_PARAM_BYTES => {
                let bytes = text.len();
                return Err(invalid(format!(
                    "`params[{index}]` has {bytes} bytes, at most {MAX_PARAM_BYTES} are allowed"
                )));
            }
            Value::String(text) => statement.raw_bind_parameter(position, text.as_str()),
            Value::Array(_) => {
                return Err(invalid(format!("`params[{index}]` is an array, not a single value")));
            }
            Value::Object(_) => {
                return Err(invalid(format!("`params[{index}]` is an object, not a single value")));
            }
        }
        .map_err(|_error| QueryError::Internal)?;
    }
    Ok(())
}

/// Steps through the result until it ends or a limit is met.
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
    let mut bytes: usize = columns.iter().map(|column| column.name.len()).sum();
    let mut result = Rows { columns, rows: Vec::new(), truncated: false, truncated_cells: 0 };

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
        let mut cut = 0;
        let cells = (0..width)
            .map(|index| row.get_ref(index).map(|value| cell(value, &mut cut)))
            .collect::<rusqlite::Result<Vec<Value>>>()
            .map_err(&explain)?;
        bytes = bytes.saturating_add(json_bytes(&cells));
        if bytes > MAX_RESULT_BYTES {
            result.truncated = true;
            break;
        }
        result.truncated_cells += cut;
        result.rows.push(cells);
    }
    Ok(result)
}

fn cell(value: ValueRef<'_>, cut: &mut u32) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) if integer.unsigned_abs() <= MAX_EXACT_INTEGER => Value::from(integer),
        ValueRef::Integer(integer) => Value::String(integer.to_string()),
        ValueRef::Real(real) => serde_json::Number::from_f64(real)
            .map_or_else(|| Value::String(not_finite(real).to_owned()), Value::Number),
        ValueRef::Text(bytes) => {
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            if let Some((end, _)) = text.char_indices().nth(MAX_CELL_CHARS) {
                text.truncate(end);
                *cut += 1;
            }
            Value::String(text)
        }
        ValueRef::Blob(bytes) => {
            let preview = &bytes[..bytes.len().min(BLOB_PREVIEW_BYTES)];
            let hex: String = preview.iter().map(|byte| format!("{byte:02x}")).collect();
            json!({ "bytes": bytes.len(), "hex": hex })
        }
    }
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

/// The length of a row as JSON, without keeping the text.
pub(crate) fn json_bytes(cells: &[Value]) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(1);
    match serde_json::to_writer(&mut count, cells) {
        Ok(()) => count.0,
        Err(_) => usize::MAX,
    }
}

fn invalid(message: String) -> QueryError {
    QueryError::InvalidParams { message }
}
