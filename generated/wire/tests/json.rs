//! lockstep-wire's own functions for text beside serde_json's: the same bytes, the same values, the same errors.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::{Serialize, SerializeStruct as _, SerializeStructVariant as _, SerializeTupleVariant as _};
use serde::{Deserialize, Serializer};
use serde_json::{Value, json};

/// Both write the same, or neither writes.
#[track_caller]
fn check_written<T: ?Sized + Serialize>(value: &T) {
    let mut appended = b"before".to_vec();
    let own = lockstep_wire::write_into(&mut appended, value);
    match serde_json::to_string(value) {
        Ok(expected) => {
            own.unwrap();
            assert_eq!(lockstep_wire::to_string(value).unwrap(), expected);
            assert_eq!(lockstep_wire::to_vec(value).unwrap(), expected.as_bytes());
            assert_eq!(appended, format!("before{expected}").as_bytes());
        }
        Err(_) => {
            own.unwrap_err();
            lockstep_wire::to_vec(value).unwrap_err();
            assert_eq!(appended, b"before");
        }
    }
}

/// Both read the same, or refuse in the same words.
#[track_caller]
fn check_read<T: DeserializeOwned + Debug>(json: &[u8]) {
    let shown = String::from_utf8_lossy(json);
    match (serde_json::from_slice::<T>(json), lockstep_wire::from_slice::<T>(json)) {
        // By their words: -0.0 is not 0.0 here, and 1 is not 1.0.
        (Ok(expected), Ok(own)) => assert_eq!(format!("{own:?}"), format!("{expected:?}"), "{shown}"),
        (Err(expected), Err(own)) => assert_eq!(own.to_string(), expected.to_string(), "{shown}"),
        (expected, own) => panic!("serde_json reads {expected:?}, lockstep-wire {own:?}: {shown}"),
    }
}

#[test]
fn every_character_is_escaped_as_serde_json_does() {
    for character in (0..0x800).chain(0x2000..0x2100).chain([0xFFFD, 0xFFFF, 0x1F980, 0x10FFFF]) {
        let Some(character) = char::from_u32(character) else { continue };
        check_written(&character);
        check_written(&character.to_string());
        check_written(&BTreeMap::from([(character, character.to_string())]));
    }
}

#[test]
fn an_escape_may_stand_anywhere() {
    for length in 0..80 {
        check_written(&"a".repeat(length));
        for at in 0..length {
            for special in ["\"", "\\", "\n", "\0", "\u{1f}", "\u{7f}", "\u{e9}", "\u{2028}", "\u{1f980}"] {
                let text = format!("{}{special}{}", "a".repeat(at), "b".repeat(length - at));
                check_written(&text);
                check_read::<String>(serde_json::to_string(&text).unwrap().as_bytes());
                let every = text.replace('a', special);
                check_written(&every);
                check_read::<Value>(serde_json::to_string(&every).unwrap().as_bytes());
            }
        }
    }
}

#[test]
fn numbers_are_written_as_serde_json_does() {
    check_written(&(i8::MIN, i16::MIN, i32::MIN, i64::MIN, i128::MIN));
    check_written(&(u8::MAX, u16::MAX, u32::MAX, u64::MAX, u128::MAX));
    check_written(&(0, -1, 10, 99, 100, 9_007_199_254_740_993_u64));
    for float in [0.0, -0.0, 0.1, 1.0, -1.5, 1e15, 1e16, 1e21, 1e300, 5e-324, f64::MAX, f64::MIN_POSITIVE] {
        check_written(&float);
    }
    check_written(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
    check_written(&[f32::NAN, f32::INFINITY, 0.1, -0.0, f32::MAX, 16_777_216.0]);
}

#[test]
fn keys_that_have_one_text_become_strings() {
    check_written(&BTreeMap::from([("a\"b", 1), ("", 2)]));
    check_written(&BTreeMap::from([(-1, "a"), (0, "b"), (10, "c")]));
    check_written(&BTreeMap::from([(u128::MAX, ())]));
    check_written(&BTreeMap::from([(true, 1), (false, 2)]));
    check_written(&BTreeMap::from([('"', 1), ('\n', 2)]));
    check_written(&BTreeMap::from([(Some("a"), 1)]));
    check_written(&BTreeMap::from([(std::net::Ipv4Addr::LOCALHOST, 1)]));
    check_written(&Pairs(0.5, 1));
    check_written(&Pairs(Shape::Unit, 1));
}

#[test]
fn other_keys_are_refused() {
    check_written(&BTreeMap::from([((), 1)]));
    check_written(&BTreeMap::from([(None::<&str>, 1)]));
    check_written(&BTreeMap::from([([1], 1)]));
    check_written(&BTreeMap::from([(BTreeMap::from([("a", 1)]), 1)]));
    check_written(&Pairs(f64::NAN, 1));
    check_written(&Pairs(Shape::Newtype, 1));
    check_written(&Pairs(Shape::Bytes, 1));
    // Not even half of the value is appended.
    check_written(&("first", BTreeMap::from([((), 1)])));
    let error = lockstep_wire::to_vec(&BTreeMap::from([((), 1)])).unwrap_err();
    assert_eq!(error.to_string(), "key must be a string");
}

#[test]
fn every_shape_of_serde_is_written() {
    check_written(&(Some(1), None::<u8>, (), true, false, "text", 'c'));
    check_written(&(Vec::<u8>::new(), [[0_u8; 2]; 2], BTreeMap::<&str, u8>::new()));
    for shape in [
        Shape::Unit,
        Shape::UnitStruct,
        Shape::Newtype,
        Shape::NewtypeStruct,
        Shape::Tuple,
        Shape::Struct,
        Shape::StructVariant,
        Shape::Empty,
        Shape::Bytes,
        Shape::Text,
        Shape::Failing,
    ] {
        check_written(&shape);
        check_written(&[&shape, &shape]);
        check_written(&BTreeMap::from([("a", &shape), ("b", &shape)]));
    }
    let mut deep = json!(null);
    for level in 0..200 {
        deep = if level % 2 == 0 { json!([1, deep, {}]) } else { json!({"a": [], "b": deep, "c": 1}) };
    }
    check_written(&deep);
}

/// How serde_json hands itself text to write as it is, with its features `raw_value` and `arbitrary_precision`.
#[test]
fn text_that_serde_json_has_written_stays_as_it_is() {
    struct Verbatim;
    impl Serialize for Verbatim {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut raw = serializer.serialize_struct("$serde_json::private::RawValue", 1)?;
            raw.serialize_field("$serde_json::private::RawValue", "1.10 ")?;
            raw.end()
        }
    }
    let written = lockstep_wire::to_string(&[("a", Verbatim), ("b", Verbatim)]).unwrap();
    assert_eq!(written, r#"[["a",1.10 ],["b",1.10 ]]"#);
}

#[test]
fn documents_are_read_as_serde_json_does() {
    let numbers = "0 -0 -0.0 00 01 -01 1. .5 -.5 1.5 1e5 1E+5 1e-5 1e 1e+ 1.e1 - + +1 1x 0x1 1_0 NaN Infinity 1.0 0.1 \
        123456789012345680000 18446744073709551615 18446744073709551616 9223372036854775807 9223372036854775808 \
        -9223372036854775808 -9223372036854775809 1e308 1e309 -1e309 1e-400 5e-324 2.2250738585072011e-308 \
        0.30000000000000004 123456789.123456789e-30 9007199254740993 9007199254740993.0 0e99999999999999999999";
    let texts = r#""" "a" "\"\\\/\b\f\n\r\t" "\u00e9\u20ac" "\uD83E\uDD80" "\uD83E" "\uD83Ex" "\uD83E\n" "\uDD80"
        "\uD83E\u0041" "\u12" "\u12g4" "\u+123" "\x" "\ "a "é🦀" "#;
    let others = "null nul nulll true tru false fals [] [1] [,] [1,] [,1] [1;2] ] [ [[] {} {\"a\":1} {\"a\":1,} {,} {\"a\"} \
        {\"a\":} {a:1} {1:1} {\"a\":1,\"a\":2} {\"a\":1;} } { // \u{feff}1 \u{a0}";
    for text in numbers.split_whitespace().chain(texts.split_whitespace()).chain(others.split(' ')) {
        for around in
            ["*", " \n\t\r* ", "[*]", "[* , 1]", "[1 *]", "{\"a\":*}", "{\"a\" : * , \"b\":1}", "* 1", "*,"]
        {
            let text = around.replace('*', text);
            check_read::<Value>(text.as_bytes());
            check_read::<IgnoredAny>(text.as_bytes());
            check_read::<Vec<f64>>(text.as_bytes());
        }
    }
    for bytes in
        [b"\"\xff\"".as_slice(), b"\xff", b"[1,\xc3]", b"\"a\nb\"", b"\"a\x7f\"", b"\"\x00\"", b"1\0"]
    {
        check_read::<Value>(bytes);
        check_read::<IgnoredAny>(bytes);
    }
}

#[test]
fn nesting_has_the_same_end() {
    for depth in [1, 100, 126, 127, 128, 129, 1000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let text = format!("{}null{}", open.repeat(depth), close.repeat(depth));
            check_read::<Value>(text.as_bytes());
            check_read::<IgnoredAny>(text.as_bytes());
        }
    }
    // What is behind something deep starts at the top again.
    check_read::<Value>(format!("[{}]", vec!["[[[[1]]]]"; 100].join(",")).as_bytes());
}

#[test]
fn every_type_is_read_as_serde_json_does() {
    let documents = [
        "0",
        "1",
        "-1",
        "255",
        "256",
        "0.5",
        "1e3",
        "340282366920938463463374607431768211455",
        "16777217",
        "true",
        "null",
        "\"a\"",
        "\"ab\"",
        "\"\\n\"",
        "\"127.0.0.1\"",
        "[]",
        "[1]",
        "[1,2]",
        "[1,2,3]",
        "[[1,2]]",
        "{}",
        "{\"Ok\":1}",
        "{\"Err\":\"a\"}",
        "{\"Ok\":1,\"Err\":2}",
        "\"Unbounded\"",
        "{\"Included\":1}",
        "{\"1\":2}",
        "{\"true\":2}",
        "{\"a\":2}",
        "{\"secs\":1,\"nanos\":2}",
        "{\"start\":1,\"end\":2}",
        "{\"0.5\":1}",
    ];
    macro_rules! check {
        ($($ty:ty,)*) => {
            for document in documents {
                $(check_read::<$ty>(document.as_bytes());)*
            }
        };
    }
    check! {
        u8, i8, u64, i64, u128, i128, f32, f64, bool, char, String, (), Option<u8>, Option<Option<String>>, Box<str>,
        Vec<u8>, [u8; 2], (u8, u8), Vec<(f32, u64)>, BTreeMap<String, u8>, BTreeMap<u8, u8>, BTreeMap<bool, u8>,
        BTreeMap<char, u8>, BTreeMap<Option<String>, u8>, Result<u8, String>, std::ops::Bound<u8>,
        std::ops::Range<u8>, std::time::Duration, std::net::IpAddr, std::num::NonZeroU8, IgnoredAny,
    }
    // Borrowed where there is no escape.
    assert_eq!(lockstep_wire::from_str::<&str>("\"a\"").unwrap(), "a");
    let error = lockstep_wire::from_str::<&str>("\"\\n\"").unwrap_err();
    assert_eq!(error.to_string(), serde_json::from_str::<&str>("\"\\n\"").unwrap_err().to_string());
}

/// Every cut, every byte replaced by one that means something.
#[test]
fn a_broken_message_is_broken_for_both() {
    let message = r#"{"jsonrpc":"2.0", "id":-12,"params":{"a\n":[1.5e3,true,null,"\u00e9"]}}"#;
    for at in 0..message.len() {
        check_read::<Value>(&message.as_bytes()[..at]);
        for byte in b"\"\\{}[]:,0-.eun \n\0\xff" {
            let mut broken = message.as_bytes().to_vec();
            broken[at] = *byte;
            check_read::<Value>(&broken);
            check_read::<lockstep_wire::latest::JsonrpcMessage>(&broken);
            broken.insert(at, b' ');
            check_read::<Value>(&broken);
        }
    }
}

/// A map of one, with keys that have no order.
struct Pairs<K, V>(K, V);

impl<K: Serialize, V: Serialize> Serialize for Pairs<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(&self.0, &self.1)])
    }
}

/// What serde knows and JSON does not.
enum Shape {
    Unit,
    UnitStruct,
    Newtype,
    NewtypeStruct,
    Tuple,
    Struct,
    StructVariant,
    Empty,
    Bytes,
    Text,
    Failing,
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unit => serializer.serialize_unit_variant("Shape", 0, "unit \"variant\""),
            Self::UnitStruct => serializer.serialize_unit_struct("Shape"),
            Self::Newtype => serializer.serialize_newtype_variant("Shape", 0, "newtype\n", &[1]),
            Self::NewtypeStruct => serializer.serialize_newtype_struct("Shape", &0.5),
            Self::Tuple => {
                let mut tuple = serializer.serialize_tuple_variant("Shape", 0, "tuple", 2)?;
                tuple.serialize_field(&1)?;
                tuple.serialize_field("a")?;
                tuple.end()
            }
            Self::Struct => {
                let mut object = serializer.serialize_struct("Shape", 2)?;
                object.serialize_field("a", &1)?;
                object.serialize_field("\"b\"", &None::<u8>)?;
                object.end()
            }
            Self::StructVariant => {
                let mut object = serializer.serialize_struct_variant("Shape", 0, "struct", 2)?;
                object.serialize_field("a", &1)?;
                object.serialize_field("b", &[2])?;
                object.end()
            }
            Self::Empty => serializer.serialize_struct("Shape", 0)?.end(),
            Self::Bytes => serializer.serialize_bytes(b"\0a\xff"),
            Self::Text => serializer.collect_str(&format_args!("{}\t", 1)),
            Self::Failing => Err(serde::ser::Error::custom("never")),
        }
    }
}

/// A type that asks for less than it is given must not be given more.
#[test]
fn whoever_asks_for_text_gets_text() {
    #[derive(Debug)]
    struct Any;
    impl<'de> Deserialize<'de> for Any {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct AnyVisitor;
            impl serde::de::Visitor<'_> for AnyVisitor {
                type Value = Any;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("anything")
                }

                fn visit_str<E>(self, _: &str) -> Result<Any, E> {
                    Ok(Any)
                }

                fn visit_u64<E>(self, _: u64) -> Result<Any, E> {
                    Ok(Any)
                }
            }
            deserializer.deserialize_str(AnyVisitor)
        }
    }
    check_read::<Any>(b"\"a\"");
    check_read::<Any>(b"1");
}
