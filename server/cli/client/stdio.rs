//! A server as a child process: one message a line, its stderr passed through.

use std::collections::VecDeque;
use std::process::Stdio as Pipe;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use super::MESSAGE_LIMIT;
use super::message::split;
use super::show::{note, plain};
use super::trouble::Trouble;

/// How long a server may take to end by itself once its input has ended.
const FAREWELL: Duration = Duration::from_secs(2);

pub(super) struct Stdio {
    command: Vec<String>,
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    line: Vec<u8>,
    ready: VecDeque<Value>,
}

impl Stdio {
    /// Starts a program with its arguments.
    pub(super) fn start(command: Vec<String>) -> Result<Self, Trouble> {
        let (child, stdin, stdout) = start(&command)?;
        Ok(Self { command, child, stdin, stdout, line: Vec::new(), ready: VecDeque::new() })
    }

    /// Starts it again, after it ended.
    pub(super) async fn restart(&mut self) -> Result<(), Trouble> {
        let _ = self.child.kill().await;
        let started = Self::start(std::mem::take(&mut self.command))?;
        *self = started;
        Ok(())
    }

    pub(super) async fn write(&mut self, message: &Value) -> Result<(), Trouble> {
        let line = format!("{message}\n");
        let written = async {
            self.stdin.write_all(line.as_bytes()).await?;
            self.stdin.flush().await
        };
        match written.await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.ended().await),
        }
    }

    pub(super) async fn next(&mut self) -> Result<Value, Trouble> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(message);
            }
            self.read_line().await?;
            let line = std::mem::take(&mut self.line);
            let text = line.trim_ascii();
            if text.is_empty() {
                continue;
            }
            match split(text) {
                Ok(messages) => self.ready = messages,
                Err(_) => note(&format!("not a message: {}", String::from_utf8_lossy(text))),
            }
        }
    }

    /// One line, however long its sender took for it; what was read stays where this is given up half-way.
    async fn read_line(&mut self) -> Result<(), Trouble> {
        loop {
            let bytes = self.stdout.fill_buf().await;
            let bytes = bytes
                .map_err(|error| Trouble::Ended(format!("the output of the server failed ({error})")))?;
            if bytes.is_empty() {
                return Err(self.ended().await);
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(bytes.len(), |end| end + 1);
            self.line.extend_from_slice(&bytes[..length]);
            self.stdout.consume(length);
            if self.line.len() > MESSAGE_LIMIT {
                return Err(Trouble::Garbled("the server sent a message larger than 16 MiB".to_owned()));
            }
            if end.is_some() {
                return Ok(());
            }
        }
    }

    async fn ended(&mut self) -> Trouble {
        let status = timeout(FAREWELL, self.child.wait()).await;
        Trouble::Ended(match status {
            Ok(Ok(status)) => format!("the server ended ({status})"),
            _ => "the server closed its input or output".to_owned(),
        })
    }

    /// Ends the input, which tells a server to end; one that does not is killed.
    pub(super) async fn close(self) {
        let Self { mut child, stdin, stdout, .. } = self;
        drop(stdin);
        drop(stdout);
        if timeout(FAREWELL, child.wait()).await.is_err() {
            let _ = child.kill().await;
        }
    }
}

fn start(command: &[String]) -> Result<(Child, ChildStdin, BufReader<ChildStdout>), Trouble> {
    let unreachable =
        |cause: String| Trouble::Unreachable { server: plain(&command.join(" ")).into_owned(), cause };
    let Some((program, arguments)) = command.split_first() else {
        return Err(unreachable("there is no command".to_owned()));
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Pipe::piped()).stdout(Pipe::piped()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| unreachable(error.to_string()))?;
    match (child.stdin.take(), child.stdout.take()) {
        (Some(stdin), Some(stdout)) => Ok((child, stdin, BufReader::new(stdout))),
        _ => Err(unreachable("it has no standard input and output".to_owned())),
    }
}
