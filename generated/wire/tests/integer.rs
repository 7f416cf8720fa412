//! Ids and tokens of any 64 bits.

use lockstep_wire::Integer;
use lockstep_wire::latest::{JsonrpcRequest, ProgressToken, RequestId};
use serde_json::json;

#[test]
fn an_id_comes_back_as_it_was() {
    for id in [json!(u64::MAX), json!(i64::MAX), json!(0), json!(i64::MIN), json!("18446744073709551616")] {
        let request = json!({"jsonrpc": "2.0", "id": id, "method": "tools/list"});
        let read: JsonrpcRequest = serde_json::from_value(request.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), request);
        assert_eq!(lockstep_wire::from_str::<RequestId>(&id.to_string()).unwrap(), read.id);
    }
}

#[test]
fn a_fraction_or_more_than_64_bits_is_no_id() {
    for text in ["1.5", "18446744073709551616", "-9223372036854775809", "null", "true"] {
        assert!(serde_json::from_str::<RequestId>(text).is_err(), "{text}");
        assert!(serde_json::from_str::<Integer>(text).is_err(), "{text}");
    }
    assert_eq!(serde_json::from_str::<RequestId>("1.0").unwrap(), RequestId::from(1));
}

#[test]
fn numbers_of_every_type_become_tokens() {
    let token = ProgressToken::Integer(7_u64.into());
    assert_eq!(ProgressToken::from(7_i32), token);
    assert_eq!(ProgressToken::from(7_u32), token);
    assert_eq!(ProgressToken::from(7_i64), token);
    assert_eq!(ProgressToken::from(Integer::from(7)), token);
}

#[test]
fn integers_are_numbers() {
    let ordered = [i64::MIN, -1, 0, 1, i64::MAX].map(Integer::from);
    assert!(ordered.is_sorted() && ordered[4] < Integer::from(u64::MAX));
    assert_eq!((ordered[1].as_i64(), ordered[1].as_u64()), (Some(-1), None));
    assert_eq!((ordered[4].as_i64(), ordered[4].as_u64()), (Some(i64::MAX), Some(u64::MAX / 2)));
    assert_eq!(Integer::from(u64::MAX).as_i64(), None);
    assert_eq!(Integer::try_from(i128::from(i64::MIN)), Ok(ordered[0]));
    assert!(Integer::try_from(i128::MAX).is_err());
    assert_eq!(format!("{} {:?}", ordered[1], Integer::from(u64::MAX)), "-1 18446744073709551615");
}
