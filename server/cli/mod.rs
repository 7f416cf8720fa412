//! The command line: `lockstep stdio` and `lockstep http` serve; `call`, `tools`, `resources` and `prompts` ask.

mod client;
mod outside;
mod serve;

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use lockstep_runtime::process;

/// Exit code for a command that was refused before it did anything, as clap uses it.
const REFUSED: u8 = 2;

#[derive(Parser)]
#[command(
    name = "lockstep",
    version,
    about = "An MCP server whose tools come from one catalog, for clients of either protocol era"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve one client over standard input and output
    Stdio {
        #[command(flatten)]
        common: Common,
    },
    /// Serve clients over HTTP, at the path /mcp
    Http {
        #[command(flatten)]
        common: Common,
        /// Address and port to listen on; port 0 takes a free one
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        bind: SocketAddr,
        /// Listen on an address that other machines reach, although anybody there may call every tool
        #[arg(long)]
        allow_unauthenticated: bool,
        /// Let requests through that name this host in `Host`; loopback's names and the bound address always may
        #[arg(long, value_name = "HOST")]
        allow_host: Vec<String>,
        /// Let web pages of this origin call and read the answers (CORS), such as https://app.example.com
        #[arg(long, value_name = "ORIGIN")]
        allow_origin: Vec<String>,
        /// Leave connections from this network, such as 10.0.0.0/8, out of limits per address: reverse proxies are there
        #[arg(long, value_name = "NETWORK")]
        reverse_proxy: Vec<IpNet>,
    },
    /// Serve clients over a Unix socket, one message a line as over standard input and output
    #[cfg(unix)]
    Socket {
        #[command(flatten)]
        common: Common,
        /// The socket's file; whoever may open it may call every tool
        #[arg(value_name = "PATH")]
        path: PathBuf,
    },
    /// List the limits, what each of them bounds, and its default
    Limits,
    /// Call a tool of an MCP server
    Call(client::CallArguments),
    /// List the tools of an MCP server
    Tools(client::ToolArguments),
    /// List what an MCP server has to read, or read one resource
    Resources(client::ResourceArguments),
    /// List the prompts of an MCP server, or get one
    Prompts(client::PromptArguments),
}

#[derive(Args)]
struct Common {
    /// Serve the bundled sample database
    #[arg(long, conflicts_with = "database")]
    demo: bool,
    /// Serve this SQLite file; it is opened for reading only
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    #[command(flatten)]
    outside: Outside,
    /// Serve the databases and saved queries of this configuration
    #[arg(long, value_name = "FILE", conflicts_with_all = ["demo", "database"])]
    config: Option<PathBuf>,
    /// Turn on a tool that is off by default: db_insights, db_advise_indexes
    #[arg(long, value_name = "NAME")]
    enable: Vec<String>,
    /// Take arguments exactly as their schema says; otherwise a number or list that came as text is read as what it is
    #[arg(long)]
    strict_arguments: bool,
    /// Change a limit, such as sessions=500 or call_time=10s; `lockstep limits` lists them
    #[arg(long, value_name = "NAME=VALUE")]
    limit: Vec<String>,
}

/// What lies outside: pages, files on GitHub, web search.
#[derive(Args)]
struct Outside {
    /// Let tools ask this host and port, such as wiki.internal:8080, although it is not of the public internet
    #[arg(long, value_name = "HOST:PORT")]
    allow_internal: Vec<String>,
    /// Keep tools from asking this domain and those below it
    #[arg(long, value_name = "DOMAIN")]
    never_ask: Vec<String>,
    /// Let tools ask these domains alone, and those below them
    #[arg(long, value_name = "DOMAIN")]
    ask_only: Vec<String>,
    /// Read GitHub with the token in this file, which raises its limits; callers can read whatever the token can
    #[arg(long, value_name = "FILE")]
    github_token: Option<PathBuf>,
    /// Search the web with Brave, whose key is in this file
    #[arg(long, value_name = "FILE", conflicts_with = "searxng")]
    brave_key: Option<PathBuf>,
    /// Search the web with the SearXNG instance at this address; its JSON format has to be switched on
    #[arg(long, value_name = "URL")]
    searxng: Option<url::Url>,
}

/// Why the program ends without having done its work.
struct Failure {
    code: u8,
    message: String,
    hint: String,
}

impl Failure {
    fn new(code: u8, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}

/// Runs the command line of this process and says how it ended: 0 done, 1 failed, 2 refused.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // stdout belongs to the protocol: everything for people goes to stderr.
    process::log_to_stderr("LOCKSTEP_LOG");
    let done = match arguments.command {
        Command::Stdio { common } => serve::stdio(&common).map(|()| ExitCode::SUCCESS),
        Command::Http { common, bind, allow_unauthenticated, allow_host, allow_origin, reverse_proxy } => {
            let access = serve::Access {
                unauthenticated: allow_unauthenticated,
                hosts: allow_host,
                origins: allow_origin,
                proxies: reverse_proxy,
            };
            serve::http(&common, bind, access).map(|()| ExitCode::SUCCESS)
        }
        #[cfg(unix)]
        Command::Socket { common, path } => serve::socket(&common, &path).map(|()| ExitCode::SUCCESS),
        Command::Limits => client::show::print(&serve::limit_table()).map(|()| ExitCode::SUCCESS),
        Command::Call(arguments) => client::call(&arguments),
        Command::Tools(arguments) => client::tools(&arguments),
        Command::Resources(arguments) => client::resources(&arguments),
        Command::Prompts(arguments) => client::prompts(&arguments),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {}\nhint: {}", failure.message, failure.hint);
            ExitCode::from(failure.code)
        }
    }
}

fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    process::block_on(work).unwrap_or_else(|error| {
        Err(Failure::new(1, format!("the runtime cannot start: {error}"), "check the limits of this process"))
    })
}
