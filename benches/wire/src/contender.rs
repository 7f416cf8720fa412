//! Who is compared: each contender's type for a document, behind two closures.

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

impl Contender {
    fn new<T: DeserializeOwned + Serialize + 'static>(
        name: &'static str,
        text: &str,
    ) -> Result<Self, String> {
        let failed = |error: serde_json::Error| format!("error: `{name}`: {error}");
        let value: T = serde_json::from_str(text).map_err(failed)?;
        let back: Value = serde_json::to_value(&value).map_err(failed)?;
        let exact = serde_json::from_str::<Value>(text).map_err(failed)? == back;
        let bytes = text.as_bytes().to_owned();
        Ok(Self {
            name,
            exact,
            decode: Box::new(move || {
                drop(black_box(serde_json::from_slice::<T>(black_box(&bytes))));
            }),
            encode: Box::new(move || drop(black_box(serde_json::to_vec(black_box(&value))))),
        })
    }

    pub(crate) fn work(&self, direction: &str) -> &dyn Fn() {
        if direction == "decode" { &self.decode } else { &self.encode }
    }
}

fn four<Ours, Rmcp, Schema>(text: &str) -> Result<Vec<Contender>, String>
where
    Ours: DeserializeOwned + Serialize + 'static,
    Rmcp: DeserializeOwned + Serialize + 'static,
    Schema: DeserializeOwned + Serialize + 'static,
{
    Ok(vec![
        Contender::new::<Ours>("lockstep-wire", text)?,
        Contender::new::<Rmcp>("rmcp", text)?,
        Contender::new::<Schema>("rust-mcp-schema", text)?,
        Contender::new::<Value>("serde_json::Value", text)?,
    ])
}

/// The contenders for a document; ours is the first.
pub(crate) fn contenders(document: &str, text: &str) -> Result<Vec<Contender>, String> {
    match document {
        "tools/call params" => {
            four::<ours::CallToolRequestParams, rmcp::CallToolRequestParams, schema::CallToolRequestParams>(
                text,
            )
        }
        "tools/call result" => {
            four::<ours::CallToolResult, rmcp::CallToolResult, schema::CallToolResult>(text)
        }
        "tools/list result" => {
            four::<ours::ListToolsResult, rmcp::ListToolsResult, schema::ListToolsResult>(text)
        }
        "resources/read result" => {
            four::<ours::ReadResourceResult, rmcp::ReadResourceResult, schema::ReadResourceResult>(text)
        }
        _ => Err(format!("error: no types for `{document}`")),
    }
}
