//! The conditions of a run: the machine, the versions, and who used the processors.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use rustix::param::clock_ticks_per_second;

/// Processor time so far: of a server, of this process, of the whole machine.
pub(crate) struct Meter {
    server: u32,
    start: Instant,
    ticks: [u64; 3],
}

/// Processors in use on average.
#[derive(Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) server: f64,
    pub(crate) driver: f64,
    pub(crate) others: f64,
    pub(crate) seconds: f64,
}

impl Meter {
    pub(crate) fn start(server: u32) -> Result<Self, String> {
        Ok(Self { server, start: Instant::now(), ticks: ticks(server)? })
    }

    pub(crate) fn stop(&self) -> Result<Usage, String> {
        let seconds = self.start.elapsed().as_secs_f64();
        let now = ticks(self.server)?;
        let [server, driver, all] =
            [0, 1, 2].map(|at| (now[at] - self.ticks[at]) as f64 / clock_ticks_per_second() as f64 / seconds);
        Ok(Usage { server, driver, others: (all - server - driver).max(0.0), seconds })
    }
}

fn ticks(server: u32) -> Result<[u64; 3], String> {
    Ok([of_process(&server.to_string())?, of_process("self")?, of_machine()?])
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("error: {path}: {error}"))
}

fn of_process(id: &str) -> Result<u64, String> {
    let path = format!("/proc/{id}/stat");
    let text = read(&path)?;
    // The name in brackets may hold anything; user and system time are fields 14 and 15.
    let fields = text.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().skip(11).take(2));
    let times: Option<Vec<u64>> = fields.and_then(|fields| fields.map(|field| field.parse().ok()).collect());
    times.map(|times| times.iter().sum()).ok_or_else(|| format!("error: {path} is not understood"))
}

/// Everything but idle time and waiting for disks.
fn of_machine() -> Result<u64, String> {
    let text = read("/proc/stat")?;
    let fields = text.lines().next().unwrap_or_default().split_whitespace().skip(1).take(8);
    let times: Vec<u64> = fields.filter_map(|field| field.parse().ok()).collect();
    match times.as_slice() {
        [user, nice, system, _, _, interrupts, soft, stolen] => {
            Ok(user + nice + system + interrupts + soft + stolen)
        }
        _ => Err("error: /proc/stat is not understood".to_owned()),
    }
}

/// What the tables are to be read with, as a list.
pub(crate) fn conditions(root: &Path) -> Result<String, String> {
    let model = read("/proc/cpuinfo")?;
    let model = model.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease")?;
    let rustc = Command::new("rustc").arg("-V").output();
    let rustc = rustc.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let engine = fs::read_to_string(root.join("benches/engine/Cargo.lock")).unwrap_or_default();
    let shipped = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    let of = |lock: &str, names: &[&str]| {
        let versions = names.iter().map(|name| format!("{name} {}", version(lock, name)));
        versions.collect::<Vec<_>>().join(", ")
    };
    Ok(format!(
        "- {model}, {processors} processors, Linux {}; {}\n\
         - shipped server: {}; peers: {}; all built as what is shipped (fat LTO, one unit)\n\
         - servers on processor {}, driver on processor {}; loopback, keep-alive, TCP_NODELAY on both sides, closed loop; over HTTP the driver never sleeps, so that no server pays for waking it",
        kernel.trim(),
        rustc.unwrap_or_else(|_| "unknown rustc".to_owned()),
        of(&shipped, &["axum", "hyper", "tokio", "serde_json"]),
        of(&engine, &["axum", "hyper", "tokio", "rmcp", "rmcp-macros"]),
        0,
        1,
    ))
}

fn version<'a>(lock: &'a str, name: &str) -> &'a str {
    let start = format!("name = \"{name}\"\nversion = \"");
    let rest = lock.split_once(&start).map_or("?", |(_, rest)| rest);
    rest.split('"').next().unwrap_or("?")
}
