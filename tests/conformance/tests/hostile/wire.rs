//! A client that sends bytes and takes what comes.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

/// Longer than any limit of the server: a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// 0 where the connection ended without an answer.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// All bytes that came.
    pub(crate) length: usize,
}

pub(crate) fn connect(server: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(server).expect("the server accepts");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
    stream.set_nodelay(true).expect("an option can be set");
    stream
}

/// Sends `request` on a connection of its own and reads the answer; of an `open` stream the first event.
pub(crate) fn exchange(server: SocketAddr, request: &[u8], open: bool) -> Answer {
    let mut stream = connect(server);
    let mut writer = stream.try_clone().expect("a socket can be cloned");
    thread::scope(|scope| {
        // A server that refuses early may stop reading.
        scope.spawn(move || drop(writer.write_all(request)));
        let answer = read(&mut stream, request.starts_with(b"HEAD"), open);
        // Whoever still writes stops.
        drop(stream.shutdown(Shutdown::Both));
        answer
    })
}

/// Reads one answer.
pub(crate) fn read(stream: &mut TcpStream, headless: bool, open: bool) -> Answer {
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        let length = match stream.read(&mut chunk) {
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("no answer within {PATIENCE:?}: {error}; so far {}", lossy(&bytes)),
        };
        bytes.extend_from_slice(&chunk[..length]);
        if bytes.starts_with(b"HTTP/1.1 100 ")
            && let Some(end) = find(&bytes, b"\r\n\r\n")
        {
            bytes.drain(..end + 4);
        }
        if length == 0 || is_whole(&bytes, headless, open) {
            return Answer::new(&bytes);
        }
    }
}

fn is_whole(bytes: &[u8], headless: bool, open: bool) -> bool {
    let Some(end) = find(bytes, b"\r\n\r\n") else { return false };
    let (head, body) = (lossy(&bytes[..end]).to_ascii_lowercase(), &bytes[end + 4..]);
    if headless {
        return true;
    }
    if let Some(length) = field(&head, "content-length").and_then(|length| length.parse().ok()) {
        return body.len() >= length;
    }
    match field(&head, "transfer-encoding") {
        Some(_) => body.ends_with(b"0\r\n\r\n") || (open && find(body, b"\n\n").is_some()),
        None => ["204", "202"].contains(&status(&head)),
    }
}

impl Answer {
    fn new(bytes: &[u8]) -> Self {
        let end = find(bytes, b"\r\n\r\n").unwrap_or(bytes.len());
        let head = lossy(&bytes[..end]).to_ascii_lowercase();
        let body = bytes.get(end + 4..).unwrap_or_default();
        let body = match field(&head, "transfer-encoding") {
            Some(_) => dechunked(body),
            None => body.to_vec(),
        };
        Self { status: status(&head).parse().unwrap_or(0), head, body, length: bytes.len() }
    }

    /// The JSON text of the answer: the body, or the first event that has one.
    pub(crate) fn message(&self) -> Option<&[u8]> {
        if field(&self.head, "content-type").is_some_and(|found| found.starts_with("text/event-stream")) {
            let events = self.body.split(|byte| *byte == b'\n');
            return events
                .filter_map(|line| line.strip_prefix(b"data: "))
                .find(|data| data.starts_with(b"{"));
        }
        let json = field(&self.head, "content-type") == Some("application/json");
        json.then_some(&self.body[..])
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        field(&self.head, name)
    }
}

fn status(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or_default()
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

fn dechunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = find(body, b"\r\n") {
        let length = usize::from_str_radix(&lossy(&body[..end]), 16).unwrap_or(0);
        let data = body.get(end + 2..).unwrap_or_default();
        whole.extend_from_slice(data.get(..length).unwrap_or(data));
        body = data.get(length + 2..).unwrap_or_default();
    }
    whole
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

pub(crate) fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
