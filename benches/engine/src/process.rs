//! Servers as processes: started on their own processor, asked for their memory and time, stopped.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{CpuSet, sched_setaffinity};

/// The server's processor, and the driver's.
const SERVER: usize = 0;
const DRIVER: usize = 1;

/// How long a server may take to listen, also below callgrind.
const PATIENCE: Duration = Duration::from_secs(60);

/// Stands for the address in a contender's arguments.
pub(crate) const ADDRESS: &str = "ADDRESS";

/// Who is compared.
#[derive(Clone)]
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    /// Whether its legacy calls are made in a session.
    pub(crate) sessions: bool,
}

impl Contender {
    /// The command, behind `wrapper` if that is not empty.
    fn command(&self, wrapper: &[String], arguments: &[String]) -> Command {
        let mut command = match wrapper {
            [] => Command::new(&self.program),
            [program, rest @ ..] => {
                let mut command = Command::new(program);
                command.args(rest).arg(&self.program);
                command
            }
        };
        command.args(arguments).stderr(Stdio::null());
        command
    }
}

/// A process that ends with this value.
pub(crate) struct Process {
    pub(crate) child: Child,
}

/// A process that listens.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
}

/// Puts this process, and what it starts from now on, on one processor. Where there is only one, nothing changes.
fn pin(processor: usize) {
    let mut set = CpuSet::new();
    set.set(processor);
    let _ = sched_setaffinity(None, &set);
}

impl Process {
    /// Starts `command` on the servers' processor.
    pub(crate) fn start(command: &mut Command) -> Result<Self, String> {
        pin(SERVER);
        let child = command.spawn();
        pin(DRIVER);
        let program = command.get_program().to_string_lossy();
        child
            .map(|child| Self { child })
            .map_err(|error| format!("error: `{program}` cannot be started: {error}"))
    }

    /// Starts a contender with pipes as standard input and output.
    pub(crate) fn piped(contender: &Contender, wrapper: &[String]) -> Result<Self, String> {
        let mut command = contender.command(wrapper, &contender.arguments);
        Self::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// A line of its status, such as `VmRSS`, in bytes.
    pub(crate) fn memory(&self, line: &str) -> Result<f64, String> {
        let path = format!("/proc/{}/status", self.id());
        let text = fs::read_to_string(&path).map_err(|error| format!("error: {path}: {error}"))?;
        let rest = text.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
        let kilobytes: Option<f64> = rest.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        kilobytes
            .map(|kilobytes| kilobytes * 1024.0)
            .ok_or_else(|| format!("error: {path} has no line `{line}`"))
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) -> Result<(), String> {
        if let Some(id) = Pid::from_raw(self.id().cast_signed()) {
            let _ = kill_process(id, Signal::TERM);
        }
        self.wait()
    }

    /// Waits until it ended by itself.
    pub(crate) fn wait(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(2)),
                Ok(Some(_)) => return Ok(()),
                Err(error) => return Err(format!("error: a server cannot be waited for: {error}")),
            }
        }
        Err("error: a server did not stop".to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a contender and connects as soon as it listens.
    pub(crate) fn start(contender: &Contender, wrapper: &[String]) -> Result<(Self, TcpStream), String> {
        let failed = |error: std::io::Error| format!("error: `{}`: {error}", contender.name);
        // The port is free again at once; nobody else on this machine is expected to take it.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let address = free.local_addr().map_err(failed)?;
        drop(free);
        let mut arguments = contender.arguments.clone();
        arguments.iter_mut().filter(|text| *text == ADDRESS).for_each(|text| *text = address.to_string());
        let mut command = contender.command(wrapper, &arguments);
        let mut process = Process::start(command.stdin(Stdio::null()).stdout(Stdio::null()))?;
        let start = Instant::now();
        let mut tries = 0_u32;
        loop {
            if let Ok(stream) = TcpStream::connect(address) {
                return Ok((Self { process, address }, stream));
            }
            tries += 1;
            if tries.is_multiple_of(1000) && process.child.try_wait().map_err(failed)?.is_some() {
                return Err(format!("error: `{}` ended at once: {command:?}", contender.name));
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("error: `{}` does not listen: {command:?}", contender.name));
            }
        }
    }
}
