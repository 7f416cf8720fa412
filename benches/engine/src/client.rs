//! One connection that waits for each answer: handshakes, first answers, counted calls.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::answer::{Answer, header};
use crate::requests::{INITIALIZE, Workload, delete, initialized, post};

/// How long one answer may take, also below callgrind.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
pub(crate) struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, taken out of the buffer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: Vec<u8>,
    pub(crate) content: Vec<u8>,
}

impl Client {
    pub(crate) fn open(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(|error| format!("error: {address}: {error}"))?;
        Self::on(stream)
    }

    pub(crate) fn on(stream: TcpStream) -> Result<Self, String> {
        let prepared = stream.set_nodelay(true).and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
        prepared.map_err(|error| format!("error: a connection: {error}"))?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends `request` and waits for the answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<Reply, String> {
        let failed = |error: std::io::Error| format!("error: a connection: {error}");
        self.stream.write_all(request).map_err(failed)?;
        let mut part = [0; 16 << 10];
        loop {
            if let Some(answer) = Answer::read(&self.buffer)? {
                let content = answer.content(&self.buffer)?;
                let head = self.buffer[..answer.body].to_owned();
                self.buffer.drain(..answer.end);
                return Ok(Reply { status: answer.status, head, content });
            }
            match self.stream.read(&mut part).map_err(failed)? {
                0 => return Err("error: a connection ended before the answer".to_owned()),
                length => self.buffer.extend_from_slice(&part[..length]),
            }
        }
    }

    /// Opens a legacy session.
    pub(crate) fn handshake(&mut self) -> Result<String, String> {
        let reply = self.ask(&post("", INITIALIZE))?;
        let session = header(&reply.head, "mcp-session-id").filter(|_| reply.status == 200);
        let session = session.ok_or("error: `initialize` was not answered with a session")?.to_owned();
        match self.ask(&initialized(&session))?.status {
            200..300 => Ok(session),
            status => Err(format!("error: `notifications/initialized` was answered with {status}")),
        }
    }

    /// Calls once and looks closely at the answer.
    pub(crate) fn call(&mut self, workload: Workload, request: &[u8]) -> Result<Reply, String> {
        let reply = self.ask(request)?;
        if reply.status != 200 {
            let text = String::from_utf8_lossy(&reply.content);
            return Err(format!("error: `{workload}` was answered with {}: {text}", reply.status));
        }
        workload.check(&reply.content)?;
        Ok(reply)
    }

    /// Ends a legacy session.
    pub(crate) fn end(&mut self, session: &str) -> Result<(), String> {
        match self.ask(&delete(session))?.status {
            200..300 => Ok(()),
            status => Err(format!("error: `DELETE` was answered with {status}")),
        }
    }

    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }
}
