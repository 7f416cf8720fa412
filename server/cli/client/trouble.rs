//! What can go wrong between this client and a server, and what it is told to a person as.

use std::time::Duration;

use lockstep_wire::v2025_11_25::Error as RpcError;

use super::show::plain;
use crate::cli::Failure;

/// No result came.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The server cannot be reached or started.
    Unreachable { server: String, cause: String },
    /// An HTTP status with a body that is no JSON-RPC message.
    Status { status: u16, said: String, location: Option<String> },
    /// The process or the stream ended before the answer.
    Ended(String),
    /// Nothing came in time.
    Timeout(Duration),
    /// What came is not what the protocol says.
    Garbled(String),
    /// The server answered with a JSON-RPC error.
    Refused { method: String, error: Box<RpcError> },
    /// The two sides have no revision in common.
    NoRevision(Vec<String>),
}

impl Trouble {
    /// The code of a JSON-RPC error.
    pub(super) fn code(&self) -> Option<i64> {
        match self {
            Self::Refused { error, .. } => Some(error.code),
            _ => None,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Unreachable { server, cause } => format!("`{server}` cannot be reached: {cause}"),
            Self::Status { status, said, location } => {
                let to = location.as_ref().map(|to| format!(" to `{to}`")).unwrap_or_default();
                let said = if said.is_empty() { String::new() } else { format!(": {said}") };
                format!("the server answered with HTTP status {status}{to}{said}")
            }
            Self::Ended(what) => format!("{what} before the answer came"),
            Self::Timeout(limit) => format!("no answer within {} s", limit.as_secs_f64()),
            Self::Garbled(what) => what.clone(),
            Self::Refused { method, error } => {
                let data = error.data.as_ref().filter(|data| !data.is_null());
                let data = data.map(|data| format!(", data {data}")).unwrap_or_default();
                format!("`{method}` was refused: {} (code {}{data})", error.message, error.code)
            }
            Self::NoRevision(theirs) => {
                format!("no revision in common: the server speaks {}", theirs.join(", "))
            }
        }
    }

    fn hint(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "start the server, or name another with --url or --stdio",
            Self::Status { status, .. } => status_hint(*status),
            Self::Ended(_) => "what the server wrote to its log or to stderr may say why",
            Self::Timeout(_) => "wait longer with --timeout SECONDS",
            Self::Garbled(_) => "the address may belong to something that is no MCP server; see also --era",
            Self::Refused { error, method } => refused_hint(method, error),
            Self::NoRevision(_) => "use a newer client or another server",
        }
    }
}

fn status_hint(status: u16) -> &'static str {
    match status {
        300..=399 => "if you trust the new address, give it as --url",
        401 => "give a token: --header 'Authorization: Bearer …'",
        403 => "the token, or the name of the host in --url, is not allowed there",
        404 | 405 => "the path may be wrong: many servers use /mcp",
        500..=599 => "the server failed; its log may say why",
        _ => "another era may fit: --era modern or --era legacy",
    }
}

fn refused_hint(method: &str, error: &RpcError) -> &'static str {
    match (error.code, method) {
        (-32601, _) => "the server does not have this method",
        (-32602, "tools/call") => "`lockstep tools` lists the tools and their arguments",
        (-32602, "prompts/get") => "`lockstep prompts` lists the prompts and their arguments",
        (-32602 | -32002, "resources/read") => "`lockstep resources` lists what can be read",
        (-32020, _) => "a header and the body disagree; was one changed with --header?",
        (-32021, _) => "the server needs something that this client does not have, or --root DIR",
        (-32022, _) => "try --era legacy",
        (-32042, _) => "open the addresses above, then call again",
        (-32603, _) => "the server failed; its log may say why",
        _ => "the message is the server's own",
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::new(1, plain(&trouble.message()), trouble.hint())
    }
}
