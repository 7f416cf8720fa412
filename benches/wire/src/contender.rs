//! Who is compared: each contender's type for a document, and how it is read and written, behind two closures.
//!
//! lockstep-wire has functions of its own for text, so it comes twice: with these, and with serde_json's. The others
//! have none and are read and written with serde_json, as their own transports do.

use std::hint::black_box;

use lockstep_wire::latest as ours;
use rmcp::model as rmcp;
use rust_mcp_schema as schema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One crate's way to read and write one document.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    /// Whether what it writes back is what it read.
    pub(crate) exact: bool,
    decode: Box<dyn Fn()>,
    encode: Box<dyn Fn()>,
}

/// How a contender's documents are read and written.
struct Functions<T> {
    read: fn(&[u8]) -> serde_json::Result<T>,
    write: fn(&T) -> serde_json::Result<Vec<u8>>,
}

impl<T: DeserializeOwned + Serialize> Functions<T> {
    fn of_lockstep() -> Self {
        Self { read: |json| lockstep_wire::from_slice(json), write: lockstep_wire::to_vec }
    }

    fn of_serde_json() -> Self {
        Self { read: |json| serde_json::from_slice(json), write: serde_json::to_vec }
    }
}

impl Contender {
    fn new<T: DeserializeOwned + Serialize + 'static>(
        name: &'static str,
        Functions { read, write }: Functions<T>,
        text: &str,
    ) -> Result<Self, String> {
        let failed = |error: serde_json::Error| format!("error: `{name}`: {error}");
        let value: T = read(text.as_bytes()).map_err(failed)?;
        let back: Value = serde_json::to_value(&value).map_err(failed)?;
        let exact = serde_json::from_str::<Value>(text).map_err(failed)? == back;
        let bytes = text.as_bytes().to_owned();
        Ok(Self {
            name,
            exact,
            decode: Box::new(move || drop(black_box(read(black_box(&bytes))))),
            encode: Box::new(move || drop(black_box(write(black_box(&value))))),
        })
    }

    pub(crate) fn work(&self, direction: &str) -> &dyn Fn() {
        if direction == "decode" { &self.decode } else { &self.encode }
    }
}

fn all<Ours, Rmcp, Schema>(text: &str) -> Result<Vec<Contender>, String>
where
    Ours: DeserializeOwned + Serialize + 'static,
    Rmcp: DeserializeOwned + Serialize + 'static,
    Schema: DeserializeOwned + Serialize + 'static,
{
    Ok(vec![
        Contender::new::<Ours>("lockstep-wire", Functions::of_lockstep(), text)?,
        Contender::new::<Ours>("lockstep-wire by serde_json", Functions::of_serde_json(), text)?,
        Contender::new::<Rmcp>("rmcp", Functions::of_serde_json(), text)?,
        Contender::new::<Schema>("rust-mcp-schema", Functions::of_serde_json(), text)?,
        Contender::new::<Value>("serde_json::Value", Functions::of_serde_json(), text)?,
    ])
}

/// The contenders for a document; ours is the first.
pub(crate) fn contenders(document: &str, text: &str) -> Result<Vec<Contender>, String> {
    match document {
        "tools/call params" => {
            all::<ours::CallToolRequestParams, rmcp::CallToolRequestParams, schema::CallToolRequestParams>(
                text,
            )
        }
        "tools/call result" => {
            all::<ours::CallToolResult, rmcp::CallToolResult, schema::CallToolResult>(text)
        }
        "tools/list result" => {
            all::<ours::ListToolsResult, rmcp::ListToolsResult, schema::ListToolsResult>(text)
        }
        "resources/read result" => {
            all::<ours::ReadResourceResult, rmcp::ReadResourceResult, schema::ReadResourceResult>(text)
        }
        _ => Err(format!("error: no types for `{document}`")),
    }
}
