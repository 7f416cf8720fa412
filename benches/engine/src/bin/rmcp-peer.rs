//! The same twenty tools on rmcp: `rmcp-peer tuned|macros json|session ADDRESS` or `rmcp-peer tuned|macros stdio`.
//!
//! `macros` is what the macros make by themselves: the tools are put together for every call. `tuned` is what rmcp offers
//! for speed: one shared router, and pipes that do not block.
#![forbid(unsafe_code)]

use std::error::Error;

use axum::Router;
use axum::serve::ListenerExt;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ServerHandler, ServiceExt, schemars};
use serde::Deserialize;
use tokio::net::TcpListener;

use engine_bench::payload;

#[derive(Deserialize, schemars::JsonSchema)]
struct Echo {
    /// What to answer.
    #[schemars(length(max = 1_048_576))]
    text: String,
}

#[derive(Deserialize, schemars::JsonSchema)]
struct Search {
    /// Words to look for, all of them.
    #[schemars(length(max = 200))]
    words: String,
    /// Most entries to answer with.
    #[schemars(range(min = 1, max = 100))]
    limit: u32,
}

mod macros {
    use rmcp::handler::server::wrapper::Parameters;
    use rmcp::model::{ServerCapabilities, ServerConfig};
    use rmcp::{ServerHandler, tool, tool_handler, tool_router};

    use crate::{Echo, Search};

    #[derive(Clone)]
    pub(crate) struct Server;

    include!(concat!(env!("OUT_DIR"), "/rmcp_tools.rs"));

    #[tool_handler]
    impl ServerHandler for Server {
        fn get_info(&self) -> ServerConfig {
            ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
        }
    }
}

mod tuned {
    use std::sync::Arc;

    use rmcp::handler::server::router::tool::ToolRouter;
    use rmcp::handler::server::wrapper::Parameters;
    use rmcp::model::{ServerCapabilities, ServerConfig};
    use rmcp::{ServerHandler, tool, tool_handler, tool_router};

    use crate::{Echo, Search};

    #[derive(Clone)]
    pub(crate) struct Server {
        router: Arc<ToolRouter<Self>>,
    }

    impl Server {
        pub(crate) fn new() -> Self {
            Self { router: Arc::new(Self::tool_router()) }
        }
    }

    include!(concat!(env!("OUT_DIR"), "/rmcp_tools.rs"));

    #[tool_handler(router = self.router)]
    impl ServerHandler for Server {
        fn get_info(&self) -> ServerConfig {
            ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["tuned", "stdio"] => {
            let running = tuned::Server::new().serve(rmcp::transport::stdio_pipes()).await?;
            running.waiting().await?;
        }
        ["macros", "stdio"] => {
            let running = macros::Server.serve(rmcp::transport::stdio()).await?;
            running.waiting().await?;
        }
        ["tuned", mode, address] => serve(tuned::Server::new(), mode, address).await?,
        ["macros", mode, address] => serve(macros::Server, mode, address).await?,
        _ => return Err("usage: rmcp-peer tuned|macros stdio|(json|session ADDRESS)".into()),
    }
    Ok(())
}

async fn serve<S>(server: S, mode: &str, address: &str) -> Result<(), Box<dyn Error>>
where
    S: ServerHandler + Clone + Send + Sync + 'static,
{
    let config = match mode {
        "json" => {
            StreamableHttpServerConfig::default().with_legacy_session_mode(false).with_json_response(true)
        }
        "session" => StreamableHttpServerConfig::default(),
        _ => return Err(format!("no mode `{mode}`").into()),
    };
    let service =
        StreamableHttpService::new(move || Ok(server.clone()), LocalSessionManager::default().into(), config);
    let listener = TcpListener::bind(address).await?.tap_io(|stream| {
        // Without it, answers in two pieces wait for 40 ms.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().route_service("/mcp", service)).await?;
    Ok(())
}
