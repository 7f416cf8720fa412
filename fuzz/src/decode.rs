//! Decode, encode, decode; lockstep-wire's own functions for text beside serde_json's.

use std::fmt::Debug;

use lockstep_wire::{v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25, v2026_07_28};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Entry, stable};

/// Reads the document as the entry that the first byte picks.
pub fn run(bytes: &[u8]) {
    crate::run(TABLE, bytes);
}

fn again<T: DeserializeOwned + Serialize + PartialEq + Debug>(document: &[u8]) {
    match (serde_json::from_slice::<T>(document), lockstep_wire::from_slice::<T>(document)) {
        (Ok(value), Ok(own)) => {
            assert_eq!(value, own);
            stable(&value);
        }
        (Err(error), Err(own)) => assert_eq!(error.to_string(), own.to_string()),
        (value, own) => panic!("serde_json reads {value:?}, lockstep-wire {own:?}"),
    }
}

macro_rules! entries {
    ($revision:ident: $($ty:ident)*) => {
        &[$((concat!(stringify!($revision), "/", stringify!($ty)), again::<$revision::$ty>)),*]
    };
}

/// The kept corpus picks by position: add at the end of the last list only.
pub const TABLE: &[&[Entry]] = &[
    entries!(v2024_11_05: JsonrpcMessage ServerResult ServerRequest ServerNotification ClientRequest ClientResult
        CallToolResult GetPromptResult ReadResourceResult SamplingMessage),
    entries!(v2025_03_26: JsonrpcMessage ServerResult ServerRequest ServerNotification ClientRequest ClientResult
        CallToolResult),
    entries!(v2025_06_18: JsonrpcMessage ServerResult ServerRequest ServerNotification ClientRequest ClientResult
        CallToolResult ElicitRequest PrimitiveSchemaDefinition),
    entries!(v2025_11_25: JsonrpcMessage ServerResult ServerRequest ServerNotification ClientRequest ClientResult
        CallToolResult ListToolsResult GetTaskResult CreateMessageRequest ElicitRequest PrimitiveSchemaDefinition),
    entries!(v2026_07_28: JsonrpcMessage ServerResult ServerNotification ClientRequest ClientNotification ClientResult
        CallToolRequest CallToolResult ListToolsResult ReadResourceResult GetPromptResult DiscoverResult
        InputRequiredResult CreateMessageRequest CreateMessageResult ElicitRequest ElicitResult
        PrimitiveSchemaDefinition JsonValue),
];
