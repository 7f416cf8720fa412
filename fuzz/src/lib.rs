//! What the fuzz targets do with their bytes. For `bridge` and `decode` the first picks an entry of a table, the rest is a
//! document; the others say themselves.
#![forbid(unsafe_code)]

pub mod bridge;
pub mod decode;
pub mod envelope;
pub mod framer;
pub mod guard;
pub mod machine;
pub mod sealed;
mod server;
pub mod url;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// An entry: what it is, and what is done with a document of it.
pub type Entry = (&'static str, fn(&[u8]));

fn run(table: &[&[Entry]], bytes: &[u8]) {
    let Some((pick, document)) = bytes.split_first() else { return };
    let count: usize = table.iter().map(|entries| entries.len()).sum();
    if let Some((_, work)) = table.iter().copied().flatten().nth(usize::from(*pick) % count) {
        work(document);
    }
}

/// Writes `value` and reads it again, from text and from a tree.
fn stable<T: DeserializeOwned + Serialize + PartialEq + Debug>(value: &T) {
    let written = serde_json::to_string(value).expect("what was made can be written");
    assert_eq!(lockstep_wire::to_string(value).expect("what was made can be written"), written);
    let again: T =
        serde_json::from_str(&written).unwrap_or_else(|error| panic!("{error}\n{written}\n{value:?}"));
    assert_eq!(&again, value, "{written}");
    assert_eq!(serde_json::to_string(&again).expect("written before"), written);
    let tree = serde_json::from_str(&written).expect("it was written as JSON");
    let from_tree: T =
        serde_json::from_value(tree).unwrap_or_else(|error| panic!("{error}\n{written}\n{value:?}"));
    assert_eq!(&from_tree, value, "{written}");
}
