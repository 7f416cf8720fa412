//! The binary `lockstep` as a child process, whose output is read as it comes and which never outlives its test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use crate::http::HANG;

/// A running `lockstep`.
pub(crate) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    pub(crate) stdout: Lines,
    pub(crate) stderr: Lines,
}

/// How a process ended, and what it had said that nobody read.
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// `lockstep` with these arguments, to be changed and started.
pub(crate) fn lockstep(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.args(arguments).env_remove("LOCKSTEP_LOG");
    command
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stdout = Lines::of(child.stdout.take().expect("stdout is a pipe"));
        let stderr = Lines::of(child.stderr.take().expect("stderr is a pipe"));
        Self { stdin: child.stdin.take(), child, stdout, stderr }
    }

    /// Starts a server over HTTP on a free port; what it said up to its address, and the address.
    pub(crate) fn http(command: Command) -> (Self, String, SocketAddr) {
        let process = Self::start(command);
        let mut said = String::new();
        loop {
            let line = process.stderr.next().unwrap_or_else(|| panic!("no address was told:\n{said}"));
            said += &line;
            said.push('\n');
            let mut words = line.split_whitespace();
            let url = words.find_map(|word| word.strip_prefix("http://")?.strip_suffix("/mcp"));
            if let Some(address) = url {
                let address = address.parse().unwrap_or_else(|error| panic!("{address}: {error}"));
                return (process, said, address);
            }
        }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the process reads");
    }

    pub(crate) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn terminate(&self) {
        let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.child.id())]).status();
        assert!(sent.expect("a shell starts").success(), "the signal was not sent");
    }

    /// Waits for the end of the process, which something else must have brought about.
    pub(crate) fn wait(mut self) -> Ended {
        let (stdout, stderr) = (self.stdout.rest(), self.stderr.rest());
        let code = self.child.wait().expect("the process ends").code();
        Ended { code, stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail where the process has ended already, as most have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The lines of a stream, read on a thread of its own so that the process never waits for the test.
pub(crate) struct Lines(Receiver<String>);

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
                if sender.send(text).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Self(receiver)
    }

    /// The next line; `None` at the end of the stream.
    #[track_caller]
    pub(crate) fn next(&self) -> Option<String> {
        match self.0.recv_timeout(HANG) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the process hangs"),
        }
    }

    /// All lines up to the end of the stream.
    #[track_caller]
    pub(crate) fn rest(&self) -> String {
        std::iter::from_fn(|| self.next()).map(|line| line + "\n").collect()
    }
}
