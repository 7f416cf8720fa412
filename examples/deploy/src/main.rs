//! `deploy-server stdio` or `deploy-server http [ADDRESS]`.

use std::net::SocketAddr;
use std::process::ExitCode;

use deploy_server::contract::Service;
use deploy_server::{Deploy, State};
use lockstep_runtime::engine::Engine;
use lockstep_runtime::transport::http::HttpConfig;
use lockstep_runtime::transport::{http, stdio};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const USAGE: &str = "usage: deploy-server stdio | deploy-server http [ADDRESS, default 127.0.0.1:8081]";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["stdio"] => over_stdio().await,
        ["http"] => over_http("127.0.0.1:8081").await,
        ["http", address] => over_http(address).await,
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn engine() -> Result<Engine<Service<Deploy>>, String> {
    let instructions = "Services and their deployments. list_services first.";
    Engine::builder(Service(Deploy(State::demo())))
        .instructions(instructions)
        .build()
        .map_err(|error| error.to_string())
}

async fn over_stdio() -> Result<(), String> {
    let served = stdio::serve(engine()?, std::io::stdin(), std::io::stdout(), CancellationToken::new());
    served.await.map_err(|error| error.to_string())
}

/// Anybody who reaches the address may call every tool: keep it on loopback.
async fn over_http(address: &str) -> Result<(), String> {
    let address: SocketAddr = address.parse().map_err(|_| format!("`{address}` is no address and port"))?;
    let listener = TcpListener::bind(address).await.map_err(|error| error.to_string())?;
    let local = listener.local_addr().map_err(|error| error.to_string())?;
    eprintln!("deploy-server listens on http://{local}/mcp");
    let stop = CancellationToken::new();
    let signal = stop.clone();
    tokio::spawn(async move {
        // Without a signal handler the process simply ends.
        let _ = tokio::signal::ctrl_c().await;
        signal.cancel();
    });
    let served = http::serve(engine()?, listener, HttpConfig::default(), stop);
    served.await.map_err(|error| error.to_string())
}
