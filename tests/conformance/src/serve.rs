//! Serving, and how it stops.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use lockstep_runtime::contract::Changes;
use lockstep_runtime::engine::{BuildError, Engine, Key, Keys, Limits};
use lockstep_runtime::guard::{Guarded, Open};
use lockstep_runtime::process::{self, protocol_output, stop_signal};
use lockstep_runtime::transport::{http, stdio, unix};
use tokio::net::{TcpListener, UnixListener};

use crate::contract::Service;
use crate::{Conformance, MARKERS};

const INSTRUCTIONS: &str = "A server for tests of the protocol: call its tools to see what a client does.";

#[derive(Parser)]
#[command(name = "conformance-server", version, about = "The fixtures of the MCP conformance suite")]
struct Arguments {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8001")]
    bind: SocketAddr,
    /// Serve one client over standard input and output instead
    #[arg(long, conflicts_with = "bind")]
    stdio: bool,
    /// Serve on a Unix socket instead
    #[arg(long, value_name = "PATH", conflicts_with_all = ["bind", "stdio"])]
    socket: Option<PathBuf>,
    /// Change a limit, such as sessions=3
    #[arg(long, value_name = "NAME=VALUE")]
    limit: Vec<String>,
}

/// Names a variable that holds a key as 64 hexadecimal digits: servers that share it take each other's request state.
const KEY: &str = "LOCKSTEP_CONFORMANCE_KEY";

/// The engine around the fixtures: the only place that puts it together.
fn engine(
    fixtures: Conformance,
    keys: Option<Keys>,
    limits: Limits,
) -> Result<Engine<Guarded<Service<Conformance>>>, BuildError> {
    // Behind a guard, as a server for people is: what is measured here is what that one costs.
    let fixtures = Guarded::new(Service(fixtures), Open);
    let builder = Engine::builder(fixtures).instructions(INSTRUCTIONS).changes(Changes::new());
    let builder = builder.limits(limits);
    let builder = if let Some(keys) = keys { builder.keys(keys) } else { builder };
    builder.build()
}

fn keys() -> Result<Option<Keys>, String> {
    let Ok(text) = std::env::var(KEY) else { return Ok(None) };
    let digit = |place: usize| text.get(place..place + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(digit).collect();
    let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(|bytes| Some(Keys::new(Key::new(&bytes))))
        .ok_or_else(|| format!("`{KEY}` is not 64 hexadecimal digits"))
}

/// Runs the command line of this process and says how it ended.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // stdout belongs to the protocol: everything for people goes to stderr.
    process::log_to_stderr("LOCKSTEP_LOG");
    match serve(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> Result<(), String> {
    let fixtures = Conformance::new(std::env::var_os(MARKERS).map(PathBuf::from))
        .map_err(|error| format!("no journal can be kept in the folder that `{MARKERS}` names: {error}"))?;
    let mut limits = Limits::default();
    for setting in &arguments.limit {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        limits.set(name, value).map_err(|why| format!("`--limit {setting}`: {why}"))?;
    }
    let engine = engine(fixtures, keys()?, limits).map_err(|error| error.to_string())?;
    let done = process::block_on(async {
        if arguments.stdio {
            let output =
                protocol_output().map_err(|error| format!("standard output cannot be kept: {error}"))?;
            let served = stdio::serve(engine, io::stdin(), output, stop_signal());
            return served.await.map_err(|error| format!("standard input or output failed: {error}"));
        }
        if let Some(path) = &arguments.socket {
            let listener = UnixListener::bind(path);
            let listener =
                listener.map_err(|error| format!("cannot listen on `{}`: {error}", path.display()))?;
            let stop = stop_signal();
            eprintln!("conformance-server serves {}", path.display());
            unix::serve(engine, listener, stop).await;
            return Ok(());
        }
        let bind = arguments.bind;
        let listener = TcpListener::bind(bind).await;
        let listener = listener.map_err(|error| format!("cannot listen on `{bind}`: {error}"))?;
        let local = listener.local_addr().unwrap_or(bind);
        // Whoever reads the address may stop the server at once.
        let stop = stop_signal();
        eprintln!("conformance-server serves http://{local}/mcp");
        let served = http::serve(engine, listener, http::HttpConfig::default(), stop);
        served.await.map_err(|error| format!("serving failed: {error}"))
    });
    done.map_err(|error| format!("the runtime cannot start: {error}"))?
}
