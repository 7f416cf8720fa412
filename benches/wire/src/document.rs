//! The documents, as a server and a client of 2026-07-28 write them.

use serde_json::{Value, json};

/// Every document with its name.
pub(crate) fn all() -> [(&'static str, String); 4] {
    [
        ("tools/call params", call().to_string()),
        ("tools/call result", called().to_string()),
        ("tools/list result", list(50).to_string()),
        ("resources/read result", read(100 * 1024).to_string()),
    ]
}

fn call() -> Value {
    json!({
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} },
            "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "1.0.0" },
            "progressToken": 17,
        },
        "name": "db_query",
        "arguments": {
            "sql": "select id, name, city from customers where country = 'HR' order by id",
            "database": "main",
            "max_rows": 100,
        },
    })
}

fn called() -> Value {
    let rows: Vec<Value> =
        (0..10).map(|row| json!([row, format!("Customer {row}"), "Zagreb", 12.5])).collect();
    let structured =
        json!({ "columns": ["id", "name", "city", "balance"], "rows": rows, "truncated": false });
    json!({
        "content": [{ "type": "text", "text": structured.to_string() }],
        "structuredContent": structured,
        "isError": false,
        "resultType": "complete",
    })
}

fn list(tools: usize) -> Value {
    let tools: Vec<Value> = (0..tools).map(tool).collect();
    json!({ "tools": tools, "resultType": "complete", "ttlMs": 60_000, "cacheScope": "public" })
}

fn tool(index: usize) -> Value {
    json!({
        "name": format!("db_query_{index}"),
        "title": "Query a database",
        "description": "Run one read-only SQL statement and get rows back.\nAsk db_search_objects for names first.",
        "annotations": { "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false },
        "inputSchema": {
            "type": "object",
            "properties": {
                "sql": { "type": "string", "minLength": 1, "maxLength": 16384, "description": "One statement." },
                "database": { "type": "string", "default": "main" },
                "max_rows": { "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 },
            },
            "required": ["sql"],
            "additionalProperties": false,
        },
        "outputSchema": {
            "type": "object",
            "properties": {
                "columns": { "type": "array", "items": { "type": "string" } },
                "rows": { "type": "array", "items": { "type": "array" } },
                "truncated": { "type": "boolean" },
            },
            "required": ["columns", "rows", "truncated"],
        },
    })
}

/// Text with a line end every hundred characters, which JSON escapes.
fn read(length: usize) -> Value {
    let line = "The quick brown fox jumps over the lazy dog, and the dog does not mind at all: it has seen \u{201e}foxes\u{201c}.\n";
    let mut text = line.repeat(length / line.len() + 1);
    text.truncate(text.floor_char_boundary(length));
    json!({
        "contents": [{ "uri": "notes:///fox.md", "mimeType": "text/markdown", "text": text }],
        "resultType": "complete",
        "ttlMs": 0,
        "cacheScope": "private",
    })
}
