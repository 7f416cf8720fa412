//! Linear-time stand-ins for built-in functions that take quadratic time inside one engine instruction.
//!
//! The engine asks about deadlines between instructions only. `trim(x, y)` on two texts of a megabyte runs for
//! the better part of an hour in one, `instr` and `replace` for seconds, and nothing can stop them.

use std::borrow::Cow;
use std::collections::HashSet;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, ffi};

/// The limit on texts that the engine has as well; here it keeps `replace` from growing without bound.
const MAX_TEXT_BYTES: usize = 1_000_000;
/// Shorter needles are looked for byte by byte, without a table.
const SHORT_NEEDLE: usize = 16;

/// Replaces `trim`, `ltrim` and `rtrim` with two arguments, `instr` and `replace` on this connection.
pub(super) fn replace_quadratic(connection: &Connection) -> rusqlite::Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("ltrim", 2, flags, |context| trim(context, true, false))?;
    connection.create_scalar_function("rtrim", 2, flags, |context| trim(context, false, true))?;
    connection.create_scalar_function("trim", 2, flags, |context| trim(context, true, true))?;
    connection.create_scalar_function("instr", 2, flags, instr)?;
    connection.create_scalar_function("replace", 3, flags, replace)
}

fn trim(context: &Context<'_>, left: bool, right: bool) -> rusqlite::Result<Value> {
    let (Some(input), Some(set)) = (bytes(context.get_raw(0)), bytes(context.get_raw(1))) else {
        return Ok(Value::Null);
    };
    let input = String::from_utf8_lossy(&input);
    let set = String::from_utf8_lossy(&set);
    let set: HashSet<char> = set.chars().take_while(|c| *c != '\0').collect();
    let mut rest = input.as_ref();
    if left {
        rest = rest.trim_start_matches(|c| set.contains(&c));
    }
    if right {
        rest = rest.trim_end_matches(|c| set.contains(&c));
    }
    Ok(Value::Text(rest.to_owned()))
}

fn instr(context: &Context<'_>) -> rusqlite::Result<Value> {
    let (haystack, needle) = (context.get_raw(0), context.get_raw(1));
    let both_blobs = matches!((haystack, needle), (ValueRef::Blob(_), ValueRef::Blob(_)));
    let (Some(haystack), Some(needle)) = (bytes(haystack), bytes(needle)) else {
        return Ok(Value::Null);
    };
    let Some(offset) = Finder::new(&needle).find(&haystack) else {
        return Ok(Value::Integer(0));
    };
    let before = &haystack[..offset];
    let is_start = |byte: &&u8| both_blobs || **byte & 0xC0 != 0x80;
    Ok(Value::Integer(i64::try_from(before.iter().filter(is_start).count() + 1).unwrap_or(i64::MAX)))
}

fn replace(context: &Context<'_>) -> rusqlite::Result<Value> {
    let (Some(input), Some(pattern)) = (bytes(context.get_raw(0)), bytes(context.get_raw(1))) else {
        return Ok(Value::Null);
    };
    if pattern.first().is_none_or(|byte| *byte == 0) {
        return Ok(Value::Text(String::from_utf8_lossy(&input).into_owned()));
    }
    let Some(replacement) = bytes(context.get_raw(2)) else {
        return Ok(Value::Null);
    };
    let finder = Finder::new(&pattern);
    let mut output = Vec::with_capacity(input.len());
    let mut rest: &[u8] = &input;
    while let Some(offset) = finder.find(rest) {
        output.extend_from_slice(&rest[..offset]);
        output.extend_from_slice(&replacement);
        rest = &rest[offset + pattern.len()..];
        if output.len() > MAX_TEXT_BYTES {
            return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_TOOBIG), None));
        }
    }
    output.extend_from_slice(rest);
    Ok(Value::Text(String::from_utf8_lossy(&output).into_owned()))
}

/// A value as the engine would turn it into text; `None` for NULL.
fn bytes(value: ValueRef<'_>) -> Option<Cow<'_, [u8]>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(integer) => Some(Cow::Owned(integer.to_string().into_bytes())),
        ValueRef::Real(real) => Some(Cow::Owned(real_text(real).into_bytes())),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(Cow::Borrowed(bytes)),
    }
}

/// The engine's `%!.15g`: fifteen digits, no trailing zeros, always a decimal point.
fn real_text(real: f64) -> String {
    if real.is_infinite() {
        return if real > 0.0 { "Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{real:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..15).contains(&exponent) {
        let decimals = usize::try_from(14 - exponent).unwrap_or(0);
        shorten(&format!("{real:.decimals$}"))
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{}e{sign}{:02}", shorten(mantissa), exponent.unsigned_abs())
    }
}

/// Drops trailing zeros, all but the first behind the point.
fn shorten(digits: &str) -> String {
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let decimals = decimals.trim_end_matches('0');
    format!("{whole}.{}", if decimals.is_empty() { "0" } else { decimals })
}

/// Knuth, Morris and Pratt's search: never looks at a byte of the haystack more than twice.
struct Finder<'n> {
    needle: &'n [u8],
    /// For each prefix of the needle, the length of its longest border.
    borders: Vec<u32>,
}

impl<'n> Finder<'n> {
    fn new(needle: &'n [u8]) -> Self {
        let mut borders: Vec<u32> = Vec::new();
        if needle.len() > SHORT_NEEDLE {
            borders.reserve_exact(needle.len());
            let mut matched = 0;
            for (index, byte) in needle.iter().enumerate() {
                if index > 0 {
                    while matched > 0 && needle[matched] != *byte {
                        matched = borders[matched - 1] as usize;
                    }
                    matched += usize::from(needle[matched] == *byte);
                }
                borders.push(u32::try_from(matched).unwrap_or(0));
            }
        }
        Self { needle, borders }
    }

    fn find(&self, haystack: &[u8]) -> Option<usize> {
        let needle = self.needle;
        if needle.is_empty() {
            return Some(0);
        }
        if self.borders.is_empty() {
            return haystack.windows(needle.len()).position(|window| window == needle);
        }
        let mut matched = 0;
        for (index, byte) in haystack.iter().enumerate() {
            while matched > 0 && needle[matched] != *byte {
                matched = self.borders[matched - 1] as usize;
            }
            matched += usize::from(needle[matched] == *byte);
            if matched == needle.len() {
                return Some(index + 1 - matched);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_answer_like_the_built_ins() {
        let builtin = Connection::open_in_memory().unwrap();
        let ours = Connection::open_in_memory().unwrap();
        replace_quadratic(&ours).unwrap();
        let ask = |connection: &Connection, expression: &str| -> (Value, String) {
            let sql = format!("SELECT v, typeof(v) FROM (SELECT {expression} AS v)");
            connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
        };
        let check_same = |expression: &str| {
            assert_eq!(ask(&ours, expression), ask(&builtin, expression), "{expression}");
        };
        let values = [
            "NULL",
            "''",
            "'a'",
            "'abcabc'",
            "'xxabcxx'",
            "'żółw żół'",
            "'ół'",
            "'bc'",
            "0",
            "-17",
            "1.5",
            "0.1",
            "19.99",
            "1e15",
            "123456789012345.0",
            "1e-5",
            "0.0001",
            "2.0/3",
            "1e300",
            "9e999",
            "-9e999",
            "x'6162'",
            "x''",
            "x'c3'",
            "'aaaaaaaaaaaaaaaaaaab'",
            "'aaaaaaaaaaaaaaaaab'",
            "'5'",
            "'.'",
            "'0'",
        ];
        for a in values {
            for b in values {
                // Invalid UTF-8 comes back repaired, the one difference.
                if a != "x'c3'" && b != "x'c3'" {
                    for function in ["trim", "ltrim", "rtrim", "instr"] {
                        check_same(&format!("{function}({a}, {b})"));
                    }
                    for c in ["NULL", "''", "'-'", "'abcd'", "1.0"] {
                        check_same(&format!("replace({a}, {b}, {c})"));
                    }
                }
            }
        }
        check_same("trim('  a ')");
    }
}
