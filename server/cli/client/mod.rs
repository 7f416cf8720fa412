//! A client by hand: `lockstep call`, `tools`, `resources` and `prompts` ask any MCP server, of either era.

mod ask;
mod form;
mod headers;
mod http;
mod legacy;
mod link;
mod message;
mod modern;
mod notice;
mod open;
mod options;
mod revision;
mod schema;
mod session;
pub(super) mod show;
mod sse;
mod stdio;
mod trouble;

use std::process::ExitCode;

use lockstep_wire::Object;
use serde_json::{Value, json};

use self::options::Connection;
pub(super) use self::options::{CallArguments, PromptArguments, ResourceArguments, ToolArguments};
use self::session::Session;
use self::trouble::Trouble;
use super::{Failure, block_on};

/// How a server sees this client.
const NAME: &str = "lockstep-cli";
/// The largest message that is read.
const MESSAGE_LIMIT: usize = 16 << 20;
/// How many pages of a list are read.
const PAGE_LIMIT: usize = 1000;
/// How often one request may ask for input.
const ROUND_LIMIT: usize = 16;

/// `lockstep call`: exit code 1 where the tool answers that it failed.
pub(super) fn call(arguments: &CallArguments) -> Result<ExitCode, Failure> {
    let params =
        json!({ "name": arguments.tool, "arguments": arguments.arguments.clone().unwrap_or_default() });
    let result = run(&arguments.connection, async |session| session.ask("tools/call", params).await)?;
    let failed = result["isError"] == true;
    if arguments.connection.json {
        show::print(&format!("{result}\n"))?;
    } else if failed {
        eprint!("{}", show::plain(&show::called(&result)));
    } else {
        show::print(&show::called(&result))?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// `lockstep tools`.
pub(super) fn tools(arguments: &ToolArguments) -> Result<ExitCode, Failure> {
    let list = run(&arguments.connection, async |session| session.list("tools/list", "tools").await)?;
    tell(&arguments.connection, &list, show::tools)
}

/// `lockstep resources`: what there is, or what one of them holds.
pub(super) fn resources(arguments: &ResourceArguments) -> Result<ExitCode, Failure> {
    let connection = &arguments.connection;
    if let Some(uri) = &arguments.uri {
        let params = json!({ "uri": uri });
        let result = run(connection, async |session| session.ask("resources/read", params).await)?;
        return tell(connection, &result, show::contents);
    }
    let list = run(connection, async |session| {
        let mut list = session.list("resources/list", "resources").await?;
        list["resourceTemplates"] = templates(session).await?;
        Ok(list)
    })?;
    tell(connection, &list, show::resources)
}

/// The templates; a server that has resources need not have the method.
async fn templates(session: &mut Session) -> Result<Value, Trouble> {
    match session.list("resources/templates/list", "resourceTemplates").await {
        Ok(mut list) => Ok(list["resourceTemplates"].take()),
        Err(trouble) if trouble.code() == Some(-32601) => Ok(json!([])),
        Err(trouble) => Err(trouble),
    }
}

/// `lockstep prompts`: what there is, or the messages of one of them.
pub(super) fn prompts(arguments: &PromptArguments) -> Result<ExitCode, Failure> {
    let connection = &arguments.connection;
    let Some(name) = &arguments.name else {
        let list = run(connection, async |session| session.list("prompts/list", "prompts").await)?;
        return tell(connection, &list, show::prompts);
    };
    let given = arguments.arguments.clone().unwrap_or_default();
    // The arguments of a prompt are texts: other values are told as their JSON.
    let given: Object = given.into_iter().map(|(key, value)| (key, text(value))).collect();
    let params = json!({ "name": name, "arguments": given });
    let result = run(connection, async |session| session.ask("prompts/get", params).await)?;
    tell(connection, &result, show::prompt)
}

fn text(value: Value) -> Value {
    match value {
        Value::String(_) => value,
        other => Value::String(other.to_string()),
    }
}

fn tell(connection: &Connection, result: &Value, show: fn(&Value) -> String) -> Result<ExitCode, Failure> {
    show::print(&if connection.json { format!("{result}\n") } else { show(result) })?;
    Ok(ExitCode::SUCCESS)
}

/// Connects, does the work, and closes the connection whatever came of it.
fn run(
    connection: &Connection,
    work: impl AsyncFnOnce(&mut Session) -> Result<Value, Trouble>,
) -> Result<Value, Failure> {
    let choice = connection.choice()?;
    let person = connection.person()?;
    block_on(async {
        let link = connection.link()?;
        let mut session = open::open(link, choice, person, connection.limit()).await?;
        let done = work(&mut session).await;
        session.close().await;
        Ok(done?)
    })
}
