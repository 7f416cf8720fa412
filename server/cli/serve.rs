//! Serving: what is put together, what is said on stderr, and how it stops.

use std::future::Future;
use std::net::SocketAddr;

use lockstep_runtime::contract::{Catalog, Parsing};
use lockstep_runtime::engine::{Engine, Limits, Revision};
use lockstep_runtime::transport::{http, stdio};
use lockstep_tools::{CATALOG, Service};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Common, Failure, REFUSED, block_on};
use crate::store::Store;
use crate::tools::Server;

type LockstepEngine = Engine<Service<Server>>;

const DEMO_INSTRUCTIONS: &str = "The database is a sample shop: customers, products, orders and their items. \
Ask it with db_query; the tables are listed in sqlite_schema.";

pub(super) fn stdio(common: &Common) -> Result<(), Failure> {
    let engine = engine(common)?;
    eprintln!("lockstep {} serves MCP {} on stdin and stdout", env!("CARGO_PKG_VERSION"), revisions());
    tell_unenforced(&CATALOG);
    block_on(async move {
        let served = stdio::serve(engine, std::io::stdin(), std::io::stdout(), stop_signal());
        served.await.map_err(|error| {
            Failure::new(
                1,
                format!("standard input or output failed: {error}"),
                "start it again from the client",
            )
        })
    })
}

pub(super) fn http(common: &Common, bind: SocketAddr, allow_unauthenticated: bool) -> Result<(), Failure> {
    if !bind.ip().is_loopback() && !allow_unauthenticated {
        return Err(Failure::new(
            REFUSED,
            format!("`{bind}` can be reached from other machines, and no caller would need a token"),
            "bind a loopback address such as 127.0.0.1:8080, or add --allow-unauthenticated if everybody who \
             reaches it may call every tool",
        ));
    }
    let engine = engine(common)?;
    block_on(async move {
        let listener = TcpListener::bind(bind).await.map_err(|error| {
            let hint = "choose another address with --bind; port 0 takes a free port";
            Failure::new(1, format!("cannot listen on `{bind}`: {error}"), hint)
        })?;
        let local = listener.local_addr().unwrap_or(bind);
        // Whoever reads the address may stop the server at once.
        let stop = stop_signal();
        tell_listening(local, common);
        tell_unenforced(&CATALOG);
        let config = config(local);
        let served = http::serve(engine, listener, config, stop);
        served.await.map_err(|error| Failure::new(1, format!("serving failed: {error}"), "start it again"))
    })
}

fn engine(common: &Common) -> Result<LockstepEngine, Failure> {
    let instructions = common.demo.then(|| DEMO_INSTRUCTIONS.to_owned());
    let mut limits = Limits::default();
    if common.strict_arguments {
        limits.parsing = Parsing::Strict;
    }
    Engine::with_limits(Service(Server::new(store(common)?)), instructions, limits)
        .map_err(|error| Failure::new(1, error.to_string(), "run `cargo xtask regen` and build again"))
}

fn store(common: &Common) -> Result<Option<Store>, Failure> {
    if common.demo {
        let store = Store::demo().map_err(|error| {
            Failure::new(1, format!("the sample database cannot be opened: {error}"), "start without --demo")
        })?;
        return Ok(Some(store));
    }
    let Some(path) = &common.database else { return Ok(None) };
    Store::open_file(path).map(Some).map_err(|error| {
        let message = format!("the database `{}` cannot be opened: {error}", path.display());
        Failure::new(REFUSED, message, "name an existing SQLite file that this user may read")
    })
}

/// Hosts that requests may name: loopback's names, and the address that was bound.
fn config(local: SocketAddr) -> http::HttpConfig {
    let mut config = http::HttpConfig::default();
    if !local.ip().is_loopback() && !local.ip().is_unspecified() {
        config.allowed_hosts.push(local.ip().to_string());
    }
    config
}

/// Fires at SIGINT and SIGTERM; both are watched from the call on.
fn stop_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let (fired, stopped) = (token.clone(), stopped());
    tokio::spawn(async move {
        stopped.await;
        fired.cancel();
    });
    token
}

#[cfg(unix)]
fn stopped() -> impl Future<Output = ()> {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn received(signal: std::io::Result<Signal>) {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::warn!(%error, "a signal cannot be watched");
                std::future::pending().await
            }
        }
    }
    let (interrupted, terminated) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async {
        tokio::select! {
            () = received(interrupted) => {}
            () = received(terminated) => {}
        }
    }
}

#[cfg(not(unix))]
async fn stopped() {
    let _ = tokio::signal::ctrl_c().await;
}

fn revisions() -> String {
    Revision::ALL.iter().map(|revision| revision.as_str()).collect::<Vec<_>>().join(" and ")
}

fn tell_listening(local: SocketAddr, common: &Common) {
    let url = format!("http://{local}/mcp");
    eprintln!("lockstep {} serves MCP {} at {url}", env!("CARGO_PKG_VERSION"), revisions());
    eprintln!("  connect:  claude mcp add --transport http lockstep {url}");
    eprintln!("  or paste: {{\"mcpServers\":{{\"lockstep\":{{\"type\":\"http\",\"url\":\"{url}\"}}}}}}");
    if local.ip().is_loopback() {
        eprintln!("  no token is needed: only this machine can connect");
    } else {
        eprintln!("  warning: no token is needed, and other machines can connect");
    }
    if !common.demo && common.database.is_none() {
        eprintln!("  no database is configured: start with --demo for a sample, or with --database FILE");
    }
}

/// What the catalog demands and this version does not do yet.
fn tell_unenforced(catalog: &Catalog) {
    let policies = || catalog.tools.iter().map(|tool| &tool.policy);
    let demands = [
        ("scopes", policies().any(|policy| !policy.scopes.is_empty())),
        ("rate", policies().any(|policy| policy.rate.is_some())),
        ("concurrency", policies().any(|policy| policy.concurrency.is_some())),
        ("output", policies().any(|policy| policy.output_bytes.is_some())),
        ("confirm", policies().any(|policy| policy.confirm)),
    ];
    let names: Vec<&str> = demands.iter().filter(|(_, demanded)| *demanded).map(|(name, _)| *name).collect();
    if !names.is_empty() {
        eprintln!("  policies of the catalog that are not enforced yet: {}", names.join(", "));
    }
}
