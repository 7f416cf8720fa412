//! What the guarded client costs beside plain reqwest, and what becomes of ten pages. What counts are ratios of one run.
//!
//! `--quick` shows that everything still answers.
#![forbid(unsafe_code)]

mod site;

use std::cell::Cell;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use lockstep_runtime::contract::{Context, Contract as _};
use lockstep_runtime::serde_json::value::RawValue;
use lockstep_server::egress::{Egress, EgressRequest, GuardOptions};
use lockstep_server::store::sources::Sources;
use lockstep_server::tools::db::Databases;
use lockstep_server::tools::{Fetch, FetchOptions, Server};
use lockstep_tools::Service;
use serde_json::{Value, json};

use site::{Loopback, serve};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Pages as sites serve them, written for this: what they say means nothing.
const PAGES: [(&str, &str); 10] = [
    ("blog", include_str!("../pages/blog.html")),
    ("changelog", include_str!("../pages/changelog.html")),
    ("documentation", include_str!("../pages/documentation.html")),
    ("encyclopedia", include_str!("../pages/encyclopedia.html")),
    ("forum", include_str!("../pages/forum.html")),
    ("news", include_str!("../pages/news.html")),
    ("questions", include_str!("../pages/questions.html")),
    ("recipe", include_str!("../pages/recipe.html")),
    ("shop", include_str!("../pages/shop.html")),
    ("statistics", include_str!("../pages/statistics.html")),
];

const LARGE: usize = 200 << 10;

/// How often is measured.
#[derive(Clone, Copy)]
struct Rounds {
    rounds: usize,
    fetches: u32,
}

/// The tools over the site, and names that nobody has asked for yet: each host is asked at its own pace, so that one
/// alone would measure the pace.
struct Tools {
    service: Service<Server>,
    hosts: Cell<u64>,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Outcome<()> {
    // For reqwest: its feature leaves the choice to the program.
    let installed = rustls::crypto::ring::default_provider().install_default();
    installed.map_err(|_| "another provider was there first")?;
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { Rounds { rounds: 3, fetches: 3 } } else { Rounds { rounds: 31, fetches: 100 } };
    transfer(rounds).await?;
    markdown(rounds).await
}

/// A page of 200 KB, through ever more of the server.
async fn transfer(Rounds { rounds, fetches }: Rounds) -> Outcome<()> {
    // Plain text in a page: what is measured is the way, not the parser.
    let words = PAGES[3].1.replace(['<', '>'], " ");
    let page: String = words.chars().filter(char::is_ascii).cycle().take(LARGE).collect();
    let address = serve(format!("<!doctype html><title>T</title><pre>{page}</pre>").leak()).await?;
    let (egress, tools) = (client(address)?, Tools::new(address)?);
    let pooled = reqwest::Client::builder().no_proxy().build()?;
    let fresh = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
    let mut times: [Vec<f64>; 5] = Default::default();
    for round in 0..rounds {
        // Taking turns at being first evens out what one leaves to the next.
        for turn in 0..times.len() {
            let which = (turn + round) % times.len();
            let start = Instant::now();
            for _ in 0..fetches {
                let bytes = match which {
                    0 => plain(&pooled, address).await?,
                    1 => plain(&fresh, address).await?,
                    2 => guarded(&egress, &tools.host()).await?,
                    3 => tools.fetch("raw").await?.0,
                    _ => tools.fetch("text").await?.0,
                };
                assert!(bytes >= 100_000, "a page came");
            }
            times[which].push(start.elapsed().as_secs_f64() / f64::from(fetches));
        }
    }
    let names = [
        "reqwest, one connection for all",
        "reqwest, a connection each",
        "the guarded client, a connection each",
        "fetch_url, raw, with robots.txt",
        "fetch_url, text, with robots.txt",
    ];
    let times = times.map(median);
    println!("a page of {} KiB over loopback, median of {rounds} rounds of {fetches}:\n", LARGE >> 10);
    println!("| way | ms | over reqwest, a connection each |");
    println!("|---|--:|--:|");
    for (name, time) in names.iter().zip(times) {
        println!("| {name} | {:.3} | {:.2}× |", time * 1e3, time / times[1]);
    }
    Ok(())
}

async fn plain(client: &reqwest::Client, address: SocketAddr) -> Outcome<usize> {
    Ok(client.get(format!("http://{address}/page")).send().await?.bytes().await?.len())
}

async fn guarded(egress: &Egress, host: &str) -> Outcome<usize> {
    let url = format!("http://{host}/page");
    let request = EgressRequest { robots: false, ..EgressRequest::new(&url) };
    Ok(egress.open(request).await?.bytes().await?.len())
}

/// Ten pages, as the tool answers them: the way there, reading, the article, Markdown, JSON.
async fn markdown(Rounds { rounds, .. }: Rounds) -> Outcome<()> {
    println!("\nten pages through fetch_url, median of {rounds}:\n");
    println!("| page | HTML, bytes | Markdown of the article, bytes | share | ms | without reading it, ms |");
    println!("|---|--:|--:|--:|--:|--:|");
    for (name, html) in PAGES {
        let tools = Tools::new(serve(html).await?)?;
        let (mut times, mut raws, mut size) = (Vec::new(), Vec::new(), 0);
        for _ in 0..rounds {
            let start = Instant::now();
            tools.call("raw").await?;
            raws.push(start.elapsed().as_secs_f64());
            let start = Instant::now();
            size = tools.fetch("markdown").await?.1;
            times.push(start.elapsed().as_secs_f64());
        }
        let share = size as f64 / html.len() as f64 * 100.0;
        let (time, raw) = (median(times) * 1e3, median(raws) * 1e3);
        println!("| {name} | {} | {size} | {share:.0} % | {time:.2} | {raw:.2} |", html.len());
    }
    Ok(())
}

fn client(address: SocketAddr) -> Outcome<Egress> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(Egress::with_network(GuardOptions::default(), Box::new(Loopback(address)), tls))
}

impl Tools {
    fn new(address: SocketAddr) -> Outcome<Self> {
        let fetch = Fetch::new(Arc::new(client(address)?), FetchOptions::default());
        let databases = Databases::new(Sources::new(None), Vec::new());
        Ok(Self { service: Service(Server::new(databases, fetch)), hosts: Cell::new(0) })
    }

    fn host(&self) -> String {
        self.hosts.set(self.hosts.get() + 1);
        format!("host{}.example.org", self.hosts.get())
    }

    async fn call(&self, format: &str) -> Outcome<Value> {
        let url = format!("http://{}/page", self.host());
        let arguments = json!({ "url": url, "format": format, "max_length": 100_000 }).to_string();
        let arguments = RawValue::from_string(arguments)?;
        let called = self.service.call_tool(&Context::default(), "fetch_url", Some(&arguments)).await;
        let result = serde_json::to_value(called.map_err(|error| format!("{error:?}"))?)?;
        match &result["structuredContent"]["pages"][0] {
            Value::Null => Err(result.to_string().into()),
            page => Ok(page.clone()),
        }
    }

    /// Bytes of the page that was read, and of its content.
    async fn fetch(&self, format: &str) -> Outcome<(usize, usize)> {
        let page = self.call(format).await?;
        let content = page["content"].as_str().ok_or("no content")?.len();
        let total = page["total_chars"].as_u64().ok_or("no length")?;
        assert!(
            format != "markdown" || page["next_index"].is_null(),
            "the whole article was measured: {total}"
        );
        Ok((usize::try_from(total)?, content))
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
