//! A serializer that appends to bytes what serde_json's would.

use serde::ser::{self, Error as _, Serialize};
use serde_json::ser::{CompactFormatter, Formatter as _};
use serde_json::{Error, Value};

use super::scan;

/// How serde_json calls the structs through which its own types hand it text to write as it is.
const VERBATIM: &str = "$serde_json::private::";

/// Appends one value.
pub(super) struct Writer<'a>(pub(super) &'a mut Vec<u8>);

/// Appends the items of a list or the members of an object.
pub(super) struct Items<'a> {
    json: &'a mut Vec<u8>,
    place: Place,
    close: u8,
    /// Inside an object that tells a variant, which ends with them.
    inside: bool,
}

#[derive(PartialEq)]
enum Place {
    First,
    Later,
    Verbatim,
}

/// Room for so many bytes more. What has outgrown its buffer is often a list that goes on: larger steps than a vector's
/// own save half of the copying.
fn make_room(json: &mut Vec<u8>, more: usize) {
    if json.capacity() - json.len() < more {
        json.reserve(more.max(3 * json.len()));
    }
}

/// Text in quotes, with escapes where it needs them.
///
/// Whole words are copied and cut back to what is wanted of them: cheaper than copies of every odd length.
fn string(json: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    // With some escapes and a last word: a long text would otherwise outgrow its buffer at the very end.
    make_room(json, rest.len() + rest.len() / 16 + 10);
    json.push(b'"');
    while let Some((word, behind)) = rest.split_first_chunk() {
        json.extend_from_slice(word);
        if let Some(at) = scan::first_special(*word) {
            json.truncate(json.len() - 8 + at);
            escape(json, word[at]);
            rest = &rest[at + 1..];
            continue;
        }
        rest = behind;
        while let Some((words, behind)) = rest.split_first_chunk()
            && scan::is_plain(words)
        {
            json.extend_from_slice(words);
            rest = behind;
        }
    }
    while !rest.is_empty() {
        let word = scan::padded(rest);
        json.extend_from_slice(&word);
        let at = scan::first_special(word).unwrap_or(rest.len());
        json.truncate(json.len() - 8 + at);
        let Some(byte) = rest.get(at) else { break };
        escape(json, *byte);
        rest = &rest[at + 1..];
    }
    json.push(b'"');
}

fn escape(json: &mut Vec<u8>, byte: u8) {
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\t' => b't',
        b'\r' => b'r',
        0x08 => b'b',
        0x0C => b'f',
        _ => {
            let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
            return json.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 0xF)]);
        }
    };
    json.extend_from_slice(&[b'\\', letter]);
}

/// A member's name. What JSON has only one text for may stand for a name, in quotes.
fn key<T: ?Sized + Serialize>(json: &mut Vec<u8>, key: &T) -> Result<(), Error> {
    let start = json.len();
    key.serialize(Writer(json))?;
    match json.get(start) {
        Some(b'"') => Ok(()),
        Some(b'0'..=b'9' | b'-' | b't' | b'f') => {
            json.insert(start, b'"');
            json.push(b'"');
            Ok(())
        }
        _ => Err(Error::custom("key must be a string")),
    }
}

impl<'a> Writer<'a> {
    fn items(self, open: u8, close: u8) -> Result<Items<'a>, Error> {
        self.0.push(open);
        Ok(Items { json: self.0, place: Place::First, close, inside: false })
    }

    fn variant(self, variant: &str, open: u8, close: u8) -> Result<Items<'a>, Error> {
        self.0.push(b'{');
        string(self.0, variant);
        self.0.extend_from_slice(&[b':', open]);
        Ok(Items { json: self.0, place: Place::First, close, inside: true })
    }
}

impl Items<'_> {
    fn separate(&mut self) {
        if self.place == Place::Later {
            self.json.push(b',');
        }
        self.place = Place::Later;
    }

    fn item<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<(), Error> {
        self.separate();
        item.serialize(Writer(self.json))
    }

    fn member<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        if self.place == Place::Verbatim {
            let Value::String(text) = serde_json::to_value(value)? else {
                return Err(Error::custom("expected text to write as it is"));
            };
            self.json.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        self.separate();
        string(self.json, name);
        self.json.push(b':');
        value.serialize(Writer(self.json))
    }

    fn finish(self) -> Result<(), Error> {
        if self.place != Place::Verbatim {
            self.json.push(self.close);
        }
        if self.inside {
            self.json.push(b'}');
        }
        Ok(())
    }
}

/// Numbers as serde_json's formatter writes them.
macro_rules! numbers {
    ($($serialize:ident $write:ident $number:ty,)*) => {
        $(fn $serialize(self, number: $number) -> Result<(), Error> {
            CompactFormatter.$write(self.0, number).map_err(Error::custom)
        })*
    };
}

/// Numbers that may be none.
macro_rules! floats {
    ($($serialize:ident $write:ident $number:ty,)*) => {
        $(fn $serialize(self, number: $number) -> Result<(), Error> {
            if !number.is_finite() {
                return self.serialize_unit();
            }
            CompactFormatter.$write(self.0, number).map_err(Error::custom)
        })*
    };
}

impl<'a> ser::Serializer for Writer<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Items<'a>;
    type SerializeStruct = Items<'a>;
    type SerializeStructVariant = Items<'a>;

    numbers! {
        serialize_i8 write_i8 i8,
        serialize_i16 write_i16 i16,
        serialize_i32 write_i32 i32,
        serialize_i64 write_i64 i64,
        serialize_i128 write_i128 i128,
        serialize_u8 write_u8 u8,
        serialize_u16 write_u16 u16,
        serialize_u32 write_u32 u32,
        serialize_u64 write_u64 u64,
        serialize_u128 write_u128 u128,
    }

    floats! {
        serialize_f32 write_f32 f32,
        serialize_f64 write_f64 f64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        match value {
            true => self.0.extend_from_slice(b"true"),
            false => self.0.extend_from_slice(b"false"),
        }
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        string(self.0, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let mut object = self.items(b'{', b'}')?;
        object.member(variant, value)?;
        object.finish()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        self.items(b'[', b']')
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'a>, Error> {
        self.items(b'[', b']')
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Items<'a>, Error> {
        self.items(b'[', b']')
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>, Error> {
        self.variant(variant, b'[', b']')
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Items<'a>, Error> {
        self.items(b'{', b'}')
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Items<'a>, Error> {
        if name.starts_with(VERBATIM) {
            return Ok(Items { json: self.0, place: Place::Verbatim, close: b'}', inside: false });
        }
        self.items(b'{', b'}')
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Items<'a>, Error> {
        self.variant(variant, b'{', b'}')
    }
}

/// What serde calls lists, by its four names.
macro_rules! lists {
    ($($list:ident $serialize:ident,)*) => {
        $(impl ser::$list for Items<'_> {
            type Ok = ();
            type Error = Error;

            fn $serialize<T: ?Sized + Serialize>(&mut self, item: &T) -> Result<(), Error> {
                self.item(item)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        })*
    };
}

lists! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

/// Structs, by their two names.
macro_rules! structs {
    ($($object:ident)*) => {
        $(impl ser::$object for Items<'_> {
            type Ok = ();
            type Error = Error;

            fn serialize_field<T: ?Sized + Serialize>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.member(name, value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        })*
    };
}

structs!(SerializeStruct SerializeStructVariant);

impl ser::SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, name: &T) -> Result<(), Error> {
        self.separate();
        key(self.json, name)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Error> {
        self.json.push(b':');
        value.serialize(Writer(self.json))
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}
