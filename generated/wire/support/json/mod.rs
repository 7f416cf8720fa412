//! JSON text in and out: what serde_json does, in less time.
//!
//! The messages of the protocol are small objects and a few long texts. Reading checks UTF-8 once for the whole
//! document instead of once per string, and both ways look for escapes eight bytes at a time. serde_json stays the
//! judge: the bytes written are the ones it writes, and a document that the reader here does not take is read by it
//! again, so that what is accepted and what an error says is always its word.

mod read;
mod scan;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::Error;

/// Holds most messages, so that they take one allocation; a list of tools grows a few times.
const FIRST: usize = 1024;

/// Whether another crate of the build made serde_json keep numbers as text (its feature `arbitrary_precision`). Then
/// only serde_json can read them.
const NUMBERS_ARE_TEXT: bool = size_of::<serde_json::Number>() > size_of::<(u64, u64)>();

/// Writes a value as JSON: what `serde_json::to_vec` writes, in less time.
///
/// # Errors
///
/// A map has a key that is neither a string nor a number, a boolean or a character, or the value's own `Serialize`
/// fails. No type of this crate does either.
///
/// ```
/// # use lockstep_wire::latest::TextContent;
/// let text = TextContent::new("12 rows\n");
/// assert_eq!(lockstep_wire::to_vec(&text)?, br#"{"type":"text","text":"12 rows\n"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn to_vec<T: ?Sized + Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    let mut json = Vec::with_capacity(FIRST);
    value.serialize(write::Writer(&mut json))?;
    Ok(json)
}

/// The same as a string.
///
/// # Errors
///
/// As [`to_vec`].
pub fn to_string<T: ?Sized + Serialize>(value: &T) -> Result<String, Error> {
    String::from_utf8(to_vec(value)?).map_err(serde::ser::Error::custom)
}

/// The same, appended: for a buffer that is used again, or that holds what comes before.
///
/// # Errors
///
/// As [`to_vec`]; then nothing is appended.
///
/// ```
/// # use lockstep_wire::latest::RequestId;
/// let mut line = b"id: ".to_vec();
/// lockstep_wire::write_into(&mut line, &RequestId::from(7))?;
/// assert_eq!(line, b"id: 7");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn write_into<T: ?Sized + Serialize>(json: &mut Vec<u8>, value: &T) -> Result<(), Error> {
    let before = json.len();
    let written = value.serialize(write::Writer(json));
    if written.is_err() {
        json.truncate(before);
    }
    written
}

/// Reads a value from JSON: what `serde_json::from_slice` reads, in less time.
///
/// # Errors
///
/// Those of `serde_json::from_slice`. A document that is refused is read twice, the second time for serde_json's error.
///
/// ```
/// # use lockstep_wire::latest::TextContent;
/// let text: TextContent = lockstep_wire::from_slice(br#"{"type":"text","text":"12 rows"}"#)?;
/// assert_eq!(text.text, "12 rows");
/// let error = lockstep_wire::from_slice::<TextContent>(br#"{"type":"text"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "missing field `text` at line 1 column 15");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn from_slice<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, Error> {
    // Invalid UTF-8 may still stand where nobody reads it; serde_json knows.
    std::str::from_utf8(json).map_or_else(|_| serde_json::from_slice(json), from_str)
}

/// The same from a string.
///
/// # Errors
///
/// Those of `serde_json::from_str`.
pub fn from_str<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T, Error> {
    if NUMBERS_ARE_TEXT {
        return serde_json::from_str(json);
    }
    read::read(json).or_else(|_| serde_json::from_str(json))
}
