//! A client for HTTP/1.1 that sends exactly what it is told, one request a connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// After this long a peer that says nothing is taken to hang; no test expects it.
pub(crate) const HANG: Duration = Duration::from_secs(60);

/// What a server answered.
pub(crate) struct Response {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Response {
    /// The value of a header, given in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// Posts `body` to `/mcp` as a client of the protocol does.
pub(crate) fn post(address: SocketAddr, headers: &[(&str, &str)], body: &[u8]) -> Response {
    let mut head = format!(
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Length: {}\r\n\
         Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n",
        address.port(),
        body.len()
    );
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let mut stream = TcpStream::connect(("127.0.0.1", address.port())).expect("the server accepts");
    stream.set_read_timeout(Some(HANG)).expect("a timeout can be set");
    stream.write_all(format!("{head}\r\n").as_bytes()).expect("the head is sent");
    // A server that refuses early may stop reading; what it answers is what counts.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the answer arrives");
    let text = String::from_utf8(bytes).expect("answers are UTF-8");
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no head in {text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no status in {head:?}"));
    Response { status, head: head.to_owned(), body: body.to_owned() }
}
