//! Twenty tools on lockstep-runtime with its default limits: `bench-server ADDRESS`.
#![forbid(unsafe_code)]

use engine_bench::payload;
use lockstep_runtime::engine::Engine;
use lockstep_runtime::transport::http;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[expect(dead_code, reason = "a client is generated as well")]
mod contract {
    include!(concat!(env!("OUT_DIR"), "/contract.rs"));

    use lockstep_runtime::contract::{ContentBlocks, Context};

    pub(crate) struct Bench;
    include!(concat!(env!("OUT_DIR"), "/tools.rs"));
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("usage: bench-server ADDRESS")?;
    let engine = Engine::builder(contract::Service(contract::Bench)).build()?;
    let listener = TcpListener::bind(address).await?;
    http::serve(engine, listener, http::HttpConfig::default(), CancellationToken::new()).await?;
    Ok(())
}
