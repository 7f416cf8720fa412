//! A deserializer over a string that is known to be UTF-8. What it does not take serde_json reads again, so that it has
//! no messages and leaves out what no type of this crate asks for.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::scan;

/// As deep as serde_json goes.
const DEPTH: usize = 127;

/// Reads all of `text` as one value.
pub(super) fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Unread> {
    let mut reader = Reader { text, at: 0, levels: DEPTH, unescaped: String::new() };
    let value = T::deserialize(&mut reader)?;
    match reader.peek() {
        Some(_) => Err(Unread),
        None => Ok(value),
    }
}

/// Not read here; serde_json has the last word.
#[derive(Debug)]
pub(super) struct Unread;

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not read")
    }
}

impl std::error::Error for Unread {}

impl de::Error for Unread {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Reading<T> = Result<T, Unread>;

struct Reader<'de> {
    text: &'de str,
    at: usize,
    /// How many levels deeper it may go.
    levels: usize,
    /// The last string that had escapes.
    unescaped: String,
}

impl<'de> Reader<'de> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// The next byte that is no blank, which stays there.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    /// Goes past `token`.
    fn expect(&mut self, token: &str) -> Reading<()> {
        if !self.text.as_bytes()[self.at..].starts_with(token.as_bytes()) {
            return Err(Unread);
        }
        self.at += token.len();
        Ok(())
    }

    /// Goes to a value that starts with one of these.
    fn start(&mut self, first: impl FnOnce(u8) -> bool) -> Reading<()> {
        if self.peek().is_some_and(first) { Ok(()) } else { Err(Unread) }
    }

    fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Reading<V::Value> {
        let start = self.at + 1;
        let end = start + scan::plain(&self.text.as_bytes()[start..]);
        if self.byte(end) == Some(b'"') {
            self.at = end + 1;
            return visitor.visit_borrowed_str(&self.text[start..end]);
        }
        self.unescape(start, end)?;
        visitor.visit_str(&self.unescaped)
    }

    /// The string from `start` on, which is plain up to `end`.
    fn unescape(&mut self, mut start: usize, mut end: usize) -> Reading<()> {
        self.unescaped.clear();
        // No string is longer than what is left, and this buffer serves the rest of the document.
        self.unescaped.reserve(self.text.len() - start);
        loop {
            self.unescaped.push_str(&self.text[start..end]);
            self.at = end + 1;
            match self.byte(end) {
                Some(b'"') => return Ok(()),
                Some(b'\\') => {
                    let character = self.escape()?;
                    self.unescaped.push(character);
                }
                _ => return Err(Unread),
            }
            start = self.at;
            end = start + scan::plain(&self.text.as_bytes()[start..]);
        }
    }

    /// The character whose escape has its letter here.
    fn escape(&mut self) -> Reading<char> {
        let letter = self.byte(self.at).ok_or(Unread)?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => letter.into(),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let first = self.hexadecimal()?;
                if let Some(character) = char::from_u32(first.into()) {
                    return Ok(character);
                }
                self.expect("\\u")?;
                let pair = [first, self.hexadecimal()?];
                let mut characters = char::decode_utf16(pair);
                characters.next().and_then(Result::ok).ok_or(Unread)?
            }
            _ => return Err(Unread),
        })
    }

    fn hexadecimal(&mut self) -> Reading<u16> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = char::from(self.byte(self.at).ok_or(Unread)?).to_digit(16).ok_or(Unread)?;
            value = value << 4 | digit;
            self.at += 1;
        }
        u16::try_from(value).map_err(|_| Unread)
    }

    /// Goes past one digit or more.
    fn digits(&mut self) -> Reading<()> {
        let first = self.at;
        while self.byte(self.at).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == first { Err(Unread) } else { Ok(()) }
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Reading<V::Value> {
        let start = self.at;
        let negative = self.byte(start) == Some(b'-');
        self.at += usize::from(negative);
        let first = self.at;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.byte(self.at) {
            // One that is too large becomes a fraction, or is refused: not here.
            let larger = number.checked_mul(10).and_then(|number| number.checked_add((digit - b'0').into()));
            number = larger.ok_or(Unread)?;
            self.at += 1;
        }
        let count = self.at - first;
        if count == 0 || (count > 1 && self.byte(first) == Some(b'0')) {
            return Err(Unread);
        }
        if matches!(self.byte(self.at), Some(b'.' | b'e' | b'E')) {
            return visitor.visit_f64(self.fraction(start)?);
        }
        match (negative, number) {
            (false, _) => visitor.visit_u64(number),
            (true, 0) => visitor.visit_f64(-0.0),
            (true, _) => visitor.visit_i64(0_i64.checked_sub_unsigned(number).ok_or(Unread)?),
        }
    }

    /// The number from `start` on, of which the whole part is read.
    fn fraction(&mut self, start: usize) -> Reading<f64> {
        if self.byte(self.at) == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        let number: f64 = self.text[start..self.at].parse().map_err(|_| Unread)?;
        if number.is_finite() { Ok(number) } else { Err(Unread) }
    }

    /// Reads what stands between a bracket and the one that closes it.
    fn inside<T>(&mut self, close: u8, read: impl FnOnce(Items<'_, 'de>) -> Reading<T>) -> Reading<T> {
        self.levels = self.levels.checked_sub(1).ok_or(Unread)?;
        self.at += 1;
        let value = read(Items { reader: self, close, first: true })?;
        self.start(|byte| byte == close)?;
        self.at += 1;
        self.levels += 1;
        Ok(value)
    }
}

/// Whoever asks for one kind of value gets no other.
macro_rules! only {
    ($($first:pat => $($deserialize:ident)*,)*) => {
        $($(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Reading<V::Value> {
            self.start(|byte| matches!(byte, $first))?;
            self.deserialize_any(visitor)
        })*)*
    };
}

/// What is left to serde_json.
macro_rules! never {
    ($($deserialize:ident($($argument:ty),*),)*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, $(_: $argument,)* _: V) -> Reading<V::Value> {
            Err(Unread)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Reading<V::Value> {
        match self.peek().ok_or(Unread)? {
            b'"' => self.string(visitor),
            b'{' => self.inside(b'}', |members| visitor.visit_map(members)),
            b'[' => self.inside(b']', |items| visitor.visit_seq(items)),
            b'-' | b'0'..=b'9' => self.number(visitor),
            b't' => self.expect("true").and_then(|()| visitor.visit_bool(true)),
            b'f' => self.expect("false").and_then(|()| visitor.visit_bool(false)),
            b'n' => self.expect("null").and_then(|()| visitor.visit_unit()),
            _ => Err(Unread),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Reading<V::Value> {
        if self.peek() == Some(b'n') {
            self.expect("null")?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Reading<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Reading<V::Value> {
        self.deserialize_map(visitor)
    }

    only! {
        b't' | b'f' => deserialize_bool,
        b'-' | b'0'..=b'9' => deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8
            deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f64,
        b'"' => deserialize_char deserialize_str deserialize_string deserialize_identifier,
        b'n' => deserialize_unit,
        b'[' => deserialize_seq,
        b'{' => deserialize_map,
    }

    never! {
        deserialize_i128(),
        deserialize_u128(),
        // serde_json rounds once, from the text.
        deserialize_f32(),
        deserialize_bytes(),
        deserialize_byte_buf(),
        deserialize_unit_struct(&'static str),
        deserialize_tuple(usize),
        deserialize_tuple_struct(&'static str, usize),
        deserialize_enum(&'static str, &'static [&'static str]),
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Reading<V::Value> {
        self.deserialize_any(visitor)
    }
}

/// The items of a list or the members of an object.
struct Items<'a, 'de> {
    reader: &'a mut Reader<'de>,
    close: u8,
    first: bool,
}

impl Items<'_, '_> {
    /// Goes to the next one, if there is one.
    fn advance(&mut self) -> Reading<bool> {
        let next = self.reader.peek().ok_or(Unread)?;
        if next == self.close {
            return Ok(false);
        }
        if !std::mem::take(&mut self.first) {
            self.reader.expect(",")?;
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Unread;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Reading<Option<T::Value>> {
        if !self.advance()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Unread;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Reading<Option<K::Value>> {
        if !self.advance()? {
            return Ok(None);
        }
        seed.deserialize(Name(self.reader)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Reading<V::Value> {
        self.reader.start(|byte| byte == b':')?;
        self.reader.at += 1;
        seed.deserialize(&mut *self.reader)
    }
}

/// A member's name. Names that stand for numbers are left to serde_json: here they are strings.
struct Name<'a, 'de>(&'a mut Reader<'de>);

impl<'de> Deserializer<'de> for Name<'_, 'de> {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Reading<V::Value> {
        self.0.start(|byte| byte == b'"')?;
        self.0.string(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::read;

    /// What both read the same is compared elsewhere, whoever has read it; this is about who does.
    #[test]
    fn messages_are_read_here() {
        let text = r#" {"a" : [0, -1, 1.5e3, 18446744073709551615, true, false, null, [], {}] , "b\n": "\ud83e\udd80\/"} "#;
        let expected =
            json!({"a": [0, -1, 1500.0, u64::MAX, true, false, null, [], {}], "b\n": "\u{1f980}/"});
        assert_eq!(read::<Value>(text).unwrap(), expected);
        assert_eq!(read::<Option<Vec<Option<i64>>>>("[1,null]").unwrap(), Some(vec![Some(1), None]));
    }

    #[test]
    fn the_rest_is_left() {
        for text in [
            "",
            "1 2",
            "[1",
            "[1,]",
            "{\"a\":1,}",
            "01",
            "1.",
            "nul",
            "18446744073709551616",
            "1e999",
            "\"\\ud83e\"",
        ] {
            assert!(read::<Value>(text).is_err(), "{text}");
        }
        assert!(read::<Result<u8, u8>>(r#"{"Ok":1}"#).is_err());
        assert!(read::<String>("1").is_err());
    }
}
