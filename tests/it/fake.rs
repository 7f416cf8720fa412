//! A server that does what a test says, for what the real one does not do; HTTP/1.1, one request a connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::http::HANG;

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) verb: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    /// `null` where there is no body.
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The JSON-RPC method; an empty text for answers and requests without a body.
    pub(crate) fn method(&self) -> &str {
        self.body["method"].as_str().unwrap_or_default()
    }
}

/// What a script writes to.
pub(crate) struct Wire {
    stream: TcpStream,
    /// Answers that the client posted.
    posted: Arc<Mutex<Receiver<Value>>>,
}

impl Wire {
    pub(crate) fn write(&mut self, text: &str) {
        // A client that has what it wanted goes.
        let _ = self.stream.write_all(text.as_bytes()).and_then(|()| self.stream.flush());
    }

    pub(crate) fn reply(&mut self, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.write(&format!(
            "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        ));
    }

    pub(crate) fn json(&mut self, status: u16, body: &Value) {
        self.reply(status, &[("Content-Type", "application/json")], &body.to_string());
    }

    /// Answers a request with a result.
    pub(crate) fn result(&mut self, request: &Request, result: Value) {
        self.json(200, &json!({ "jsonrpc": "2.0", "id": request.body["id"], "result": result }));
    }

    /// Opens a stream of events, which ends with the connection.
    pub(crate) fn events(&mut self) {
        self.write("HTTP/1.1 200 x\r\nConnection: close\r\nContent-Type: text/event-stream\r\n\r\n");
    }

    pub(crate) fn event(&mut self, message: &Value) {
        self.write(&format!("data: {message}\n\n"));
    }

    /// Says nothing until the client goes.
    pub(crate) fn wait_for_the_end(&mut self) {
        // Nothing comes after the request; however this ends, the client has gone.
        let _ = self.stream.read(&mut [0]);
    }

    /// What the client answers to a request of the server, on another connection.
    pub(crate) fn posted(&mut self) -> Value {
        let posted = self.posted.lock().expect("nobody panicked");
        posted.recv_timeout(HANG).expect("the client answers")
    }
}

pub(crate) struct Fake {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Fake {
    /// Serves until the test process ends.
    pub(crate) fn start(script: impl Fn(&Request, &mut Wire) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}/mcp", listener.local_addr().expect("the port is known"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (sender, receiver) = channel();
        let (script, posted, kept) = (Arc::new(script), Arc::new(Mutex::new(receiver)), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, sender, kept) = (Arc::clone(&script), sender.clone(), Arc::clone(&kept));
                let posted = Arc::clone(&posted);
                thread::spawn(move || serve(stream, posted, &sender, &kept, &*script));
            }
        });
        Self { url, seen }
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().expect("nobody panicked").clone()
    }

    /// What was asked so far: verbs and methods.
    pub(crate) fn asked(&self) -> Vec<String> {
        let name = |request: &Request| format!("{} {}", request.verb, request.method()).trim_end().to_owned();
        self.seen().iter().map(name).collect()
    }
}

fn serve(
    stream: TcpStream,
    posted: Arc<Mutex<Receiver<Value>>>,
    sender: &Sender<Value>,
    seen: &Mutex<Vec<Request>>,
    script: &(impl Fn(&Request, &mut Wire) + ?Sized),
) {
    let Some(request) = read(&stream) else { return };
    seen.lock().expect("nobody panicked").push(request.clone());
    let mut wire = Wire { stream, posted };
    if request.verb == "POST" && request.body.get("id").is_none() {
        wire.reply(202, &[], "");
    } else if request.body.get("result").is_some() || request.body.get("error").is_some() {
        wire.reply(202, &[], "");
        // The test may be over.
        let _ = sender.send(request.body);
    } else {
        script(&request, &mut wire);
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (verb, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).ok()? };
    Some(Request { verb, path, headers, body })
}
