//! `example-client URL`: asks an MCP server the same question as a client of either era. The server must have
//! `db_query`, as `lockstep http --demo` does.
#![forbid(unsafe_code)]

mod http;
mod legacy;
mod modern;

use std::error::Error;
use std::io::Write as _;

use lockstep_wire::Object;
use serde_json::{Value, json};

/// Whatever goes wrong ends the program.
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let url = std::env::args().nth(1).ok_or("usage: example-client URL")?;
    show(legacy::VERSION, legacy::ask(&url)?)?;
    show(modern::VERSION, modern::ask(&url)?)
}

/// What a server told, in the words of no revision.
struct Answer {
    server: String,
    tools: Vec<String>,
    structured: Option<Value>,
}

/// The arguments of the call.
fn arguments() -> Object {
    let mut arguments = Object::new();
    arguments.insert("sql".to_owned(), json!("select id, name from customers order by id limit 3"));
    arguments
}

fn show(version: &str, answer: Answer) -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{version}: {} has {}", answer.server, answer.tools.join(", "))?;
    let structured = answer.structured.ok_or("the result has no structured content")?;
    for row in structured["rows"].as_array().ok_or("the result has no rows")? {
        writeln!(out, "{version}: {row}")?;
    }
    Ok(())
}
