//! Serving: what is put together, what is said on stderr, and how it stops.

use std::net::SocketAddr;
use std::path::Path;

use ipnet::IpNet;
use lockstep_runtime::contract::{Catalog, Parsing};
use lockstep_runtime::engine::{Engine, Limits, Revision};
use lockstep_runtime::guard::{Guarded, Open};
use lockstep_runtime::process::{protocol_output, stop_signal};
use lockstep_runtime::transport::{http, stdio, unix};
use lockstep_tools::{CATALOG, Service};
use tokio::net::TcpListener;

use super::{Common, Failure, REFUSED, block_on};
use crate::config::{Config, ConfigError};
use crate::store::sources::{DEFAULT, Source, Sources};
use crate::store::sqlite::{Masked, Sqlite};
use crate::tools::Server;
use crate::tools::db::Databases;
use crate::tools::db::saved::Saved;

type LockstepEngine = Engine<Guarded<Service<Server>>>;

const DEMO_INSTRUCTIONS: &str = "The database is a sample shop: customers, products, orders and their items. \
Find its tables with db_search_objects and ask it with db_query. Sample pages for fetch_url begin at \
https://demo.lockstep.test/.";

pub(super) fn stdio(common: &Common) -> Result<(), Failure> {
    let engine = engine(common)?;
    eprintln!("lockstep {} serves MCP {} on stdin and stdout", env!("CARGO_PKG_VERSION"), revisions());
    tell_unenforced(&CATALOG);
    let output = protocol_output().map_err(|error| {
        Failure::new(1, format!("standard output cannot be kept for the protocol: {error}"), "start it again")
    })?;
    block_on(async move {
        let served = stdio::serve(engine, std::io::stdin(), output, stop_signal());
        served.await.map_err(|error| {
            Failure::new(
                1,
                format!("standard input or output failed: {error}"),
                "start it again from the client",
            )
        })
    })
}

/// Serves on a Unix socket whose file only this user may open.
#[cfg(unix)]
pub(super) fn socket(common: &Common, path: &Path) -> Result<(), Failure> {
    let engine = engine(common)?;
    block_on(async move {
        let listener = bind_socket(path).map_err(|error| {
            let message = format!("cannot listen on `{}`: {error}", path.display());
            Failure::new(
                1,
                message,
                "name a file that does not exist, in a folder that this user may write to",
            )
        })?;
        // Whoever sees the file may stop the server at once.
        let stop = stop_signal();
        eprintln!(
            "lockstep {} serves MCP {} on the socket {}",
            env!("CARGO_PKG_VERSION"),
            revisions(),
            path.display()
        );
        tell_unenforced(&CATALOG);
        unix::serve(engine, listener, stop).await;
        // The file is of no use any more; somebody may have removed it already.
        let _ = std::fs::remove_file(path);
        Ok(())
    })
}

/// A socket file that nobody listens on is what a killed server left, and is replaced.
#[cfg(unix)]
fn bind_socket(path: &Path) -> std::io::Result<tokio::net::UnixListener> {
    use std::os::unix::fs::FileTypeExt;
    let left = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if left && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path)?;
    }
    // The file is this user's alone from its first moment on.
    let before = rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o177));
    let listener = tokio::net::UnixListener::bind(path);
    rustix::process::umask(before);
    listener
}

/// Who may reach the server over HTTP.
pub(super) struct Access {
    pub(super) unauthenticated: bool,
    pub(super) hosts: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) proxies: Vec<IpNet>,
}

pub(super) fn http(common: &Common, bind: SocketAddr, access: Access) -> Result<(), Failure> {
    if !bind.ip().is_loopback() && !access.unauthenticated {
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
        let config = config(local, access);
        let served = http::serve(engine, listener, config, stop);
        served.await.map_err(|error| Failure::new(1, format!("serving failed: {error}"), "start it again"))
    })
}

fn engine(common: &Common) -> Result<LockstepEngine, Failure> {
    let guarded =
        Guarded::new(Service(Server::new(databases(common)?, super::outside::fetch(common)?)), Open);
    let enabled = guarded.turn_on(common.enable.iter().map(String::as_str)).map_err(|unknown| {
        let hint = "name a tool that is off by default, as `lockstep http --help` lists them";
        Failure::new(REFUSED, format!("`--enable`: {unknown}"), hint)
    })?;
    let builder = Engine::builder(enabled).limits(limits(common)?);
    let builder = if common.demo { builder.instructions(DEMO_INSTRUCTIONS) } else { builder };
    builder
        .build()
        .map_err(|error| Failure::new(1, error.to_string(), "run `cargo xtask regen` and build again"))
}

fn limits(common: &Common) -> Result<Limits, Failure> {
    let mut limits = Limits::default();
    if common.strict_arguments {
        limits.parsing = Parsing::Strict;
    }
    for setting in &common.limit {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        limits.set(name, value).map_err(|why| {
            let hint = "write it as NAME=VALUE; `lockstep limits` lists the names";
            Failure::new(REFUSED, format!("`--limit {setting}`: {why}"), hint)
        })?;
    }
    Ok(limits)
}

/// What `--limit` can change.
pub(super) fn limit_table() -> String {
    let longest = Limits::NAMES.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    Limits::NAMES.iter().map(|(name, meaning)| format!("{name:longest$} {meaning}\n")).collect()
}

/// The databases of the command line or of the configuration. A file that is named on the command line is opened now, so
/// that a wrong name is told at once.
fn databases(common: &Common) -> Result<Databases, Failure> {
    if let Some(path) = &common.config {
        return configured(path);
    }
    let opened = if common.demo {
        Sqlite::demo().map(Some).map_err(|error| {
            Failure::new(1, format!("the sample database cannot be opened: {error}"), "start without --demo")
        })?
    } else if let Some(path) = &common.database {
        Sqlite::open_file(path, Masked::default()).map(Some).map_err(|error| {
            let message = format!("the database `{}` cannot be opened: {error}", path.display());
            Failure::new(REFUSED, message, "name an existing SQLite file that this user may read")
        })?
    } else {
        None
    };
    let source = opened.map(|database| Source::opened(DEFAULT, database));
    Ok(Databases::new(Sources::new(source), if common.demo { Saved::demo() } else { Vec::new() }))
}

fn configured(path: &Path) -> Result<Databases, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("the configuration `{}` cannot be read: {error}", path.display());
        Failure::new(REFUSED, message, "name an existing file that this user may read")
    })?;
    let refused = |wrong: ConfigError| {
        let message = format!("the configuration `{}`: {}", path.display(), wrong.message);
        Failure::new(REFUSED, message, wrong.hint)
    };
    let config = Config::parse(&text).map_err(refused)?;
    let sources = config.sources(path.parent().unwrap_or(Path::new(""))).map_err(refused)?;
    for warning in config.warnings() {
        eprintln!("  warning: {warning}");
    }
    Ok(Databases::new(sources, config.saved()))
}

/// Hosts that requests may name: loopback's names, the address that was bound, and what the operator adds.
fn config(local: SocketAddr, access: Access) -> http::HttpConfig {
    let mut config = http::HttpConfig::default();
    config.allowed_hosts = access.hosts;
    config.allowed_origins = access.origins;
    config.reverse_proxies = access.proxies;
    if !local.ip().is_loopback() && !local.ip().is_unspecified() {
        config.allowed_hosts.push(local.ip().to_string());
    }
    config
}

fn revisions() -> String {
    let names: Vec<&str> = Revision::ALL.iter().map(|revision| revision.as_str()).collect();
    let (last, others) = names.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
    format!("{} and {last}", others.join(", "))
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
    if !common.demo && common.database.is_none() && common.config.is_none() {
        eprintln!(
            "  no database is configured: start with --demo for a sample, or with --database FILE or --config FILE"
        );
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
