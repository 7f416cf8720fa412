//! What a server process needs beside its transports: a log for people, standard output kept for the protocol, and
//! signals that stop it.

use std::future::Future;

use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Writes the log to standard error: warnings, or what the environment variable `variable` asks for, such as `info` or
/// `warn,lockstep_runtime=debug`. To be called once.
pub fn log_to_stderr(variable: &str) {
    let asked = std::env::var(variable).ok().and_then(|text| text.parse::<Targets>().ok());
    let filter = asked.unwrap_or_else(|| Targets::new().with_default(tracing::Level::WARN));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    tracing_subscriber::registry().with(log).with(filter).init();
}

/// Takes standard output for the protocol alone: whatever a dependency prints goes to standard error from here on.
///
/// # Errors
///
/// The operating system has no file descriptor left.
#[cfg(unix)]
pub fn protocol_output() -> std::io::Result<std::fs::File> {
    let output = rustix::io::fcntl_dupfd_cloexec(std::io::stdout(), 3)?;
    rustix::stdio::dup2_stdout(std::io::stderr())?;
    Ok(output.into())
}

/// Standard output.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn protocol_output() -> std::io::Result<std::io::Stdout> {
    Ok(std::io::stdout())
}

/// Runs `work` on a new runtime with a thread for each processor.
///
/// # Errors
///
/// The runtime cannot be started, or what the work says.
pub fn block_on<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // A thread that still waits for standard input must not keep the process.
    runtime.shutdown_background();
    Ok(done)
}

/// Fires at the first SIGINT or SIGTERM; at the next one the process ends at once, with exit code 1. They are watched from
/// the call on, which must be made inside a tokio runtime.
pub fn stop_signal() -> CancellationToken {
    let token = CancellationToken::new();
    let (fired, mut signals) = (token.clone(), Signals::watch());
    tokio::spawn(async move {
        signals.next().await;
        fired.cancel();
        signals.next().await;
        eprintln!("stopped at once; what was in progress is lost");
        #[expect(clippy::exit, reason = "whoever asks twice does not want to wait")]
        std::process::exit(1);
    });
    token
}

/// The signals that ask the process to stop.
#[cfg(unix)]
struct Signals([std::io::Result<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl Signals {
    fn watch() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self([SignalKind::interrupt(), SignalKind::terminate()].map(signal))
    }

    async fn next(&mut self) {
        let [interrupted, terminated] = self.0.each_mut().map(async |signal| match signal {
            Ok(signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::warn!(%error, "a signal cannot be watched");
                std::future::pending().await
            }
        });
        tokio::select! {
            () = interrupted => {}
            () = terminated => {}
        }
    }
}

/// What asks the process to stop.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn watch() -> Self {
        Self
    }

    async fn next(&mut self) {
        // Where it cannot be watched the process simply ends.
        let _ = tokio::signal::ctrl_c().await;
    }
}
