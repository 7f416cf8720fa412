//! Clients that send exactly what they are told and take whatever comes: over HTTP one request a connection, over lines
//! one message a line.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// After this long a peer that says nothing is taken to hang; no test expects it.
pub(crate) const HANG: Duration = Duration::from_secs(20);

/// One piece of what a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A message, and the id of the event that brought it.
    Message { text: String, event: Option<String> },
    /// An event without a message: its id, its name and data, and after how many milliseconds to come back.
    Event { id: Option<String>, name: Option<String>, data: Option<String>, retry: Option<u64> },
}

/// What a server says, as it comes.
#[derive(Debug)]
pub(crate) struct Source {
    pieces: Receiver<Piece>,
    /// Ends the connection.
    socket: Option<TcpStream>,
}

impl Source {
    /// The next piece; `None` at the end. Where nothing comes for `wait`, the error says so.
    pub(crate) fn next(&self, wait: Duration) -> Result<Option<Piece>, String> {
        match self.pieces.recv_timeout(wait) {
            Ok(piece) => Ok(Some(piece)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(RecvTimeoutError::Timeout) => Err(format!("nothing came for {wait:?}")),
        }
    }

    /// Closes the connection that the source reads.
    pub(crate) fn hang_up(&self) {
        if let Some(socket) = &self.socket {
            // It may be closed already.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn lines(stream: impl Read + Send + 'static) -> Self {
        let (sender, pieces) = channel();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
                if sender.send(Piece::Message { text, event: None }).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Self { pieces, socket: None }
    }
}

/// A program that serves and never outlives its test.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens, if it does.
    pub(crate) address: Option<SocketAddr>,
    pub(crate) socket: Option<PathBuf>,
    stdin: Option<ChildStdin>,
    folder: tempfile::TempDir,
}

impl Server {
    fn command() -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_conformance-server"));
        command.env_remove("LOCKSTEP_LOG").stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    }

    fn start(mut command: Command, folder: tempfile::TempDir) -> Self {
        let mut child = command.spawn().expect("the server starts");
        let stdin = child.stdin.take();
        Self { child, address: None, socket: None, stdin, folder }
    }

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().expect("a folder can be made")
    }

    /// Over HTTP on a free port.
    pub(crate) fn http() -> Self {
        Self::http_with(&[])
    }

    /// Over HTTP, with these variables beside.
    pub(crate) fn http_with(variables: &[(&str, &str)]) -> Self {
        let (mut command, folder) = (Self::command(), Self::folder());
        command.args(["--bind", "127.0.0.1:0"]).envs(variables.iter().copied());
        command.env("LOCKSTEP_CONFORMANCE_MARKERS", folder.path()).stderr(Stdio::piped());
        let mut server = Self::start(command, folder);
        let url = server.said().split_once("http://").expect("the address is told").1.to_owned();
        let address = url.trim_end_matches("/mcp").parse();
        server.address = Some(address.expect("it is an address"));
        server
    }

    /// On a Unix socket.
    pub(crate) fn unix() -> Self {
        let (mut command, folder) = (Self::command(), Self::folder());
        let path = folder.path().join("socket");
        command.arg("--socket").arg(&path).stderr(Stdio::piped());
        command.env("LOCKSTEP_CONFORMANCE_MARKERS", folder.path());
        let mut server = Self::start(command, folder);
        server.said();
        server.socket = Some(path);
        server
    }

    /// Over standard input and output.
    pub(crate) fn stdio() -> Self {
        let (mut command, folder) = (Self::command(), Self::folder());
        command.arg("--stdio").env("LOCKSTEP_CONFORMANCE_MARKERS", folder.path()).stderr(Stdio::null());
        Self::start(command, folder)
    }

    /// The first line on standard error; the rest is read away.
    fn said(&mut self) -> String {
        let mut stderr = BufReader::new(self.child.stderr.take().expect("stderr is a pipe"));
        let mut line = String::new();
        stderr.read_line(&mut line).expect("the server says where it is");
        thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        line.trim_end().to_owned()
    }

    /// Where markers are left.
    pub(crate) fn markers(&self) -> &Path {
        self.folder.path()
    }

    /// What it writes to standard output.
    pub(crate) fn output(&mut self) -> Source {
        Source::lines(self.child.stdout.take().expect("stdout is a pipe"))
    }

    /// Writes to its standard input.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        stdin.write_all(bytes).and_then(|()| stdin.flush())
    }

    /// Ends its standard input.
    pub(crate) fn close_input(&mut self) {
        self.stdin = None;
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.id())]).status();
        assert!(sent.expect("a shell starts").success(), "the signal was not sent");
    }

    /// Waits for its end, which something else must have brought about; its exit code, and how long it took.
    pub(crate) fn ended(&mut self) -> (Option<i32>, Duration) {
        let start = Instant::now();
        while start.elapsed() < HANG {
            if let Some(status) = self.child.try_wait().expect("the process can be waited for") {
                return (status.code(), start.elapsed());
            }
            thread::sleep(Duration::from_millis(2));
        }
        panic!("the server does not end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail where the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client of a Unix socket.
pub(crate) struct Socket(UnixStream);

impl Socket {
    pub(crate) fn open(path: &Path) -> (Self, Source) {
        let stream = UnixStream::connect(path).expect("the server accepts");
        let source = Source::lines(stream.try_clone().expect("a socket can be shared"));
        (Self(stream), source)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.write_all(bytes)
    }

    pub(crate) fn close_input(&self) {
        // It may be closed already.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}

/// The answer to an HTTP request: its head, and its body as it comes.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) status: u16,
    head: Vec<(String, String)>,
    pub(crate) body: Source,
}

impl Exchange {
    /// The value of a header, whose name is given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Sends a request and reads the head of its answer. `Host` is added where the headers have none.
    pub(crate) fn begin(
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&[u8]>,
    ) -> Self {
        let stream = Self::send(address, method, path, headers, body);
        let socket = stream.try_clone().expect("a socket can be shared");
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).expect("an answer comes");
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status in {line:?}"));
        let mut head = Vec::new();
        loop {
            line.clear();
            stream.read_line(&mut line).expect("the head is complete");
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            head.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let (sender, pieces) = channel();
        let mut exchange = Self { status, head, body: Source { pieces, socket: Some(socket) } };
        let chunked = exchange.header("transfer-encoding") == Some("chunked");
        let length = exchange.header("content-length").and_then(|length| length.parse().ok());
        let events = exchange.header("content-type") == Some("text/event-stream");
        let body = match (chunked, length) {
            (true, _) => Body::Chunks { left: 0, stream },
            (false, Some(length)) => Body::Plain(stream.take(length)),
            (false, None) => Body::Plain(stream.take(0)),
        };
        if let (Some(0), false) = (length, chunked) {
            exchange.body.socket = None;
        }
        thread::spawn(move || if events { read_events(body, &sender) } else { read_whole(body, &sender) });
        exchange
    }
}

impl Exchange {
    /// Sends a request and does not wait for its answer.
    pub(crate) fn send(
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&[u8]>,
    ) -> TcpStream {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head += &format!("Host: {address}\r\n");
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if let Some(body) = body {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        let mut stream = TcpStream::connect(address).expect("the server accepts");
        stream.set_nodelay(true).expect("a socket option can be set");
        stream.set_read_timeout(Some(2 * HANG)).expect("a timeout can be set");
        let mut bytes = format!("{head}\r\n").into_bytes();
        bytes.extend_from_slice(body.unwrap_or_default());
        // A server that refuses early may stop reading; what it answers is what counts.
        let _ = stream.write_all(&bytes);
        stream
    }
}

/// A body, in either of the ways that HTTP/1.1 has to say where it ends.
enum Body {
    Plain(std::io::Take<BufReader<TcpStream>>),
    Chunks { left: usize, stream: BufReader<TcpStream> },
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (left, stream) = match self {
            Self::Plain(stream) => return stream.read(buffer),
            Self::Chunks { left, stream } => (left, stream),
        };
        if *left == 0 {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            *left = usize::from_str_radix(line.trim(), 16).unwrap_or_default();
            if *left == 0 {
                return Ok(0);
            }
        }
        let most = buffer.len().min(*left);
        let length = stream.read(&mut buffer[..most])?;
        *left -= length;
        if *left == 0 {
            stream.read_line(&mut String::new())?;
        }
        Ok(length)
    }
}

fn read_whole(mut body: Body, pieces: &Sender<Piece>) {
    let mut text = Vec::new();
    if body.read_to_end(&mut text).is_ok() && !text.is_empty() {
        let text = String::from_utf8_lossy(&text).into_owned();
        // Whoever waited may be gone.
        let _ = pieces.send(Piece::Message { text, event: None });
    }
}

fn read_events(mut body: Body, pieces: &Sender<Piece>) {
    let (mut text, mut chunk) = (Vec::new(), vec![0; 1 << 16]);
    while let Ok(length) = body.read(&mut chunk) {
        if length == 0 {
            return;
        }
        text.extend_from_slice(&chunk[..length]);
        while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
            let event: Vec<u8> = text.drain(..end + 2).collect();
            if let Some(piece) = read_event(&String::from_utf8_lossy(&event))
                && pieces.send(piece).is_err()
            {
                return;
            }
        }
    }
}

/// One event; `None` for a comment.
fn read_event(text: &str) -> Option<Piece> {
    let field = |wanted: &str| {
        let fields = text.lines().filter_map(|line| line.split_once(':'));
        let found = fields.filter(|(name, _)| *name == wanted).map(|(_, value)| value);
        found.map(|value| value.strip_prefix(' ').unwrap_or(value).to_owned()).next()
    };
    let (id, name, data) = (field("id"), field("event"), field("data"));
    let retry = field("retry").and_then(|retry| retry.parse().ok());
    match (name.as_deref(), data) {
        (None | Some("message"), Some(text)) if !text.is_empty() => Some(Piece::Message { text, event: id }),
        (None, None) if id.is_none() && retry.is_none() => None,
        (_, data) => Some(Piece::Event { id, name, data, retry }),
    }
}
