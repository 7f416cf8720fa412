//! Down what a server sends, up what a client sends.

use std::fmt::Debug;

use lockstep_wire::bridge::{Bridge, Crossing, SessionFacts};
use lockstep_wire::latest::Implementation;
use lockstep_wire::{latest, v2024_11_05, v2025_03_26, v2025_06_18, v2025_11_25};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Entry, stable};

/// Takes the document across the bridge that the first byte picks.
pub fn run(bytes: &[u8]) {
    crate::run(TABLE, bytes);
}

fn down<S, T>(document: &[u8])
where
    S: DeserializeOwned + Bridge<T>,
    T: DeserializeOwned + Serialize + PartialEq + Debug,
{
    let Ok(value) = serde_json::from_slice::<S>(document) else { return };
    stable(&value.bridge(&mut crossing()).expect("results and notifications never refuse"));
}

fn up<S, T>(document: &[u8])
where
    S: DeserializeOwned + Bridge<T>,
    T: DeserializeOwned + Serialize + PartialEq + Debug,
{
    let Ok(value) = serde_json::from_slice::<S>(document) else { return };
    if let Ok(crossed) = value.bridge(&mut crossing()) {
        stable(&crossed);
    }
}

fn crossing() -> Crossing {
    Crossing::with_facts(SessionFacts {
        request_id: Some(1.into()),
        client_info: Some(Implementation::new("fuzz", "0")),
        elicitation_id: Some("1".to_owned()),
        ..SessionFacts::default()
    })
}

macro_rules! entries {
    ($way:ident $from:ident $to:ident: $($ty:ident)*) => {
        &[$((concat!(stringify!($ty), " to ", stringify!($to)), $way::<$from::$ty, $to::$ty>)),*]
    };
}

/// The kept corpus picks by position: add at the end of the last list only.
pub const TABLE: &[&[Entry]] = &[
    entries!(down latest v2024_11_05: CallToolResult ListToolsResult GetPromptResult ReadResourceResult
        ListResourcesResult CompleteResult LoggingMessageNotification),
    entries!(down latest v2025_03_26: CallToolResult ListToolsResult GetPromptResult ReadResourceResult),
    entries!(down latest v2025_06_18: CallToolResult ListToolsResult GetPromptResult ListPromptsResult),
    entries!(down latest v2025_11_25: CallToolResult ListToolsResult GetPromptResult ListResourceTemplatesResult
        LoggingMessageNotification ProgressNotification CancelledNotification ServerCapabilities),
    entries!(up v2024_11_05 latest: CallToolRequest CompleteRequest CreateMessageResult ClientCapabilities),
    entries!(up v2025_03_26 latest: CallToolRequest GetPromptRequest CreateMessageResult),
    entries!(up v2025_06_18 latest: CallToolRequest ElicitResult ReadResourceRequest),
    entries!(up v2025_11_25 latest: CallToolRequest ListToolsRequest CreateMessageResult ElicitResult
        ClientCapabilities),
    entries!(up latest v2025_11_25: CreateMessageRequestParams ElicitRequestParams),
    entries!(up latest v2025_06_18: CreateMessageRequestParams),
    entries!(up latest v2024_11_05: CreateMessageRequestParams),
];
