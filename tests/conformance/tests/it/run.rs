//! Runs transcripts: sends what they say, in their words, and compares what comes back.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::data::{self, Over, Revision, Step, Transcript, Wrong};
use crate::judge;
use crate::pattern::{Variables, fill, mismatch};
use crate::wire::{Exchange, HANG, Piece, Server, Socket, Source};

/// How long it is quiet where nothing should come and nothing else can tell.
const QUIET: Duration = Duration::from_millis(120);

const BOTH: &str = "application/json, text/event-stream";

type Outcome<T = ()> = Result<T, String>;

/// Runs the transcript of this name everywhere, and judges every message of the server by the schemas.
#[track_caller]
pub(crate) fn transcript(name: &str) {
    let all = data::transcripts();
    let transcript = all.iter().find(|transcript| transcript.name == name);
    let transcript = transcript.unwrap_or_else(|| panic!("no transcript is called `{name}`"));
    let failures: Vec<String> = thread::scope(|scope| {
        let cases: Vec<_> = transcript
            .cases()
            .into_iter()
            .map(|(revision, over)| (revision, over, scope.spawn(move || run(transcript, revision, over))))
            .collect();
        let failed = |(revision, over, case): (Revision, Over, thread::ScopedJoinHandle<'_, Outcome>)| {
            let outcome = case.join().unwrap_or_else(|_| Err("it panicked".to_owned()));
            outcome.err().map(|why| format!("{} over {}: {why}", revision.name(), over.name()))
        };
        cases.into_iter().filter_map(failed).collect()
    });
    assert!(failures.is_empty(), "{name} {:?}\n{}", transcript.tests, failures.join("\n"));
}

fn run(transcript: &Transcript, revision: Revision, over: Over) -> Outcome {
    let frames = play(transcript, revision, over)?;
    let mistakes = judge::judge(revision, &frames);
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.join("\n")) }
}

/// One message as it went over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) sent: bool,
    pub(crate) text: String,
}

/// Plays a transcript; answers all messages in the order in which they were sent and read.
pub(crate) fn play(transcript: &Transcript, revision: Revision, over: Over) -> Outcome<Vec<Frame>> {
    let mut case = Case::open(transcript, revision, over)?;
    for (number, step) in transcript.steps.iter().enumerate() {
        if step.counts(revision, over) {
            case.step(step).map_err(|why| {
                let last = case.frames.iter().rev().find(|frame| !frame.sent);
                let last: String =
                    last.map_or("nothing", |frame| frame.text.as_str()).chars().take(500).collect();
                format!("step {}: {why}\n  last read: {last}", number + 1)
            })?;
        }
    }
    case.close().map_err(|why| format!("at the end: {why}"))?;
    Ok(case.frames)
}

/// A message that was received and not expected yet.
#[derive(Clone, Debug)]
struct Held {
    number: usize,
    text: String,
    value: Value,
    event: Option<String>,
}

impl Held {
    /// The id as it is spelled.
    fn raw_id(&self) -> Option<String> {
        raw_member(&self.text, "id")
    }
}

fn raw_member(text: &str, name: &str) -> Option<String> {
    let mut members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
    members.remove(name).map(|raw| raw.get().to_owned())
}

/// What comes from one source.
struct Inbox {
    source: Source,
    /// Messages come in exactly the expected order; elsewhere they belong to different requests.
    strict: bool,
    held: Vec<Held>,
    received: usize,
    ended: bool,
    /// Whether the first event has an id and nothing else.
    primed: bool,
    last_event: Option<String>,
    /// After how many milliseconds to come back.
    retry: Option<u64>,
}

impl Inbox {
    fn new(source: Source, strict: bool) -> Self {
        Self {
            source,
            strict,
            held: Vec::new(),
            received: 0,
            ended: false,
            primed: false,
            last_event: None,
            retry: None,
        }
    }

    /// Receives one piece more; `false` at the end.
    fn receive(&mut self, wait: Duration) -> Outcome<bool> {
        if self.ended {
            return Ok(false);
        }
        let Some(piece) = self.source.next(wait)? else {
            self.ended = true;
            return Ok(false);
        };
        self.received += 1;
        match piece {
            Piece::Message { text, event } => {
                let value = serde_json::from_str(&text).map_err(|error| format!("{error} in {text:?}"))?;
                self.held.push(Held { number: self.received, text, value, event });
            }
            Piece::Event { id, data, retry, .. } => {
                self.retry = retry.or(self.retry);
                self.primed |= self.received == 1 && id.is_some() && data.as_deref() == Some("");
                self.last_event = id.or(self.last_event.take());
            }
        }
        Ok(true)
    }

    /// Takes the message that the pattern is about, and says where it does not fit.
    fn take(&mut self, pattern: &Value, id: Option<&str>, variables: &mut Variables) -> Outcome<Held> {
        loop {
            let concerned = match self.strict {
                true => (!self.held.is_empty()).then_some(0),
                false => self.held.iter().position(|held| concerns(pattern, id, held, variables)),
            };
            if let Some(index) = concerned {
                let held = self.held.remove(index);
                if let Some(event) = &held.event {
                    self.last_event = Some(event.clone());
                }
                if let Some(id) = id
                    && held.raw_id().as_deref() != (!id.is_empty()).then_some(id)
                {
                    return Err(format!("the id is not {id:?}: {}", held.text));
                }
                return match mismatch(pattern, &held.value, variables) {
                    None => Ok(held),
                    Some(why) => Err(format!("{why}\n  in {}", held.text)),
                };
            }
            let more = self
                .receive(HANG)
                .map_err(|why| format!("{why}, {pattern} was expected; {}", self.left()))?;
            if !more {
                return Err(format!("it ended, {pattern} was expected; {}", self.left()));
            }
        }
    }

    fn left(&self) -> String {
        let texts: Vec<&str> = self.held.iter().map(|held| held.text.as_str()).collect();
        format!("unread: {texts:?}")
    }

    /// Nothing is held, and nothing comes before the end.
    fn ends(&mut self) -> Outcome {
        while self.receive(HANG)? {}
        self.is_empty()
    }

    fn is_empty(&self) -> Outcome {
        if self.held.is_empty() { Ok(()) } else { Err(format!("more came than expected; {}", self.left())) }
    }
}

/// Whether a message on a shared channel is what a pattern is about.
fn concerns(pattern: &Value, id: Option<&str>, held: &Held, variables: &Variables) -> bool {
    if pattern.is_array() {
        return held.value.is_array();
    }
    if pattern["method"].is_string() {
        return mismatch(pattern, &held.value, &mut variables.clone()).is_none();
    }
    let answers = held.value.is_object() && held.value.get("method").is_none();
    match id {
        Some(id) => answers && held.raw_id().as_deref() == (!id.is_empty()).then_some(id),
        None => mismatch(pattern, &held.value, &mut variables.clone()).is_none(),
    }
}

enum Link {
    Stdio(Server),
    Unix {
        _server: Server,
        socket: Socket,
    },
    Http(Server),
    /// And where messages go.
    Sse(Server, String),
}

/// One run of a transcript.
struct Case<'a> {
    transcript: &'a Transcript,
    revision: Revision,
    link: Link,
    /// Where everything arrives, on a channel.
    channel: Option<Inbox>,
    /// What HTTP requests are answered with, by the name that they got.
    open: BTreeMap<String, Inbox>,
    variables: Variables,
    requests: u32,
    frames: Vec<Frame>,
}

/// What is to be sent, and the id under which it is answered; none where it cannot be told from the message.
struct Outgoing {
    bytes: Vec<u8>,
    id: Option<String>,
}

impl<'a> Case<'a> {
    fn open(transcript: &'a Transcript, revision: Revision, over: Over) -> Outcome<Self> {
        let (link, channel) = match over {
            Over::Stdio => {
                let mut server = Server::stdio();
                let output = server.output();
                (Link::Stdio(server), Some(output))
            }
            Over::Unix => {
                let server = Server::unix();
                let (socket, output) = Socket::open(server.socket.as_deref().expect("it listens there"));
                (Link::Unix { _server: server, socket }, Some(output))
            }
            Over::Http => (Link::Http(Server::http()), None),
            Over::Sse => {
                let server = Server::http();
                let (path, output) = open_sse(&server)?;
                (Link::Sse(server, path), Some(output))
            }
        };
        let mut variables = Variables::from([("revision".to_owned(), json!(revision.name()).to_string())]);
        if let Link::Http(server) | Link::Sse(server, _) = &link {
            let port = server.address.map_or(0, |address| address.port());
            variables.insert("port".to_owned(), port.to_string());
        }
        let channel = channel.map(|source| Inbox::new(source, false));
        let (open, frames) = (BTreeMap::new(), Vec::new());
        let mut case = Self { transcript, revision, link, channel, open, variables, requests: 100, frames };
        if transcript.handshake && !revision.is_modern() {
            case.handshake()?;
        }
        Ok(case)
    }

    fn handshake(&mut self) -> Outcome {
        let params = format!(
            r#"{{"protocolVersion":"{}","capabilities":{},"clientInfo":{{"name":"transcripts","version":"0"}}}}"#,
            self.revision.name(),
            self.transcript.capabilities(self.revision)
        );
        let mut initialize = Step {
            send: Some(data::By::All(format!(
                r#"{{"jsonrpc":"2.0","id":0,"method":"initialize","params":{params}}}"#
            ))),
            result: Some(data::By::All(format!(r#"{{"protocolVersion":"{}"}}"#, self.revision.name()))),
            ..Step::default()
        };
        if matches!(self.link, Link::Http(_)) {
            initialize.save_header.insert("session".to_owned(), "mcp-session-id".to_owned());
        }
        self.step(&initialize)?;
        self.step(&Step { notify: Some("notifications/initialized".to_owned()), ..Step::default() })
    }

    fn step(&mut self, step: &Step) -> Outcome {
        if let Some(walk) = &step.walk {
            return self.walk(step, walk);
        }
        let mut first = None;
        for _ in 0..step.repeat.unwrap_or(1) {
            let result = self.once(step)?;
            if *first.get_or_insert_with(|| result.clone()) != result {
                return Err(format!("the result is another the next time: {result:?}"));
            }
        }
        Ok(())
    }

    /// Does a step; answers the text of the result, where one was expected.
    fn once(&mut self, step: &Step) -> Outcome<Option<String>> {
        if let Some(name) = &step.hang_up {
            self.hang_up(name)?;
        }
        let outgoing = self.outgoing(step);
        let mut id = step.id.as_ref().map(|id| fill(id, &self.variables));
        let mut inbox = None;
        if let Some(outgoing) = outgoing {
            id = id.or(outgoing.id.clone());
            let method = step.method.as_deref().unwrap_or("POST");
            inbox = self.send(step, method, Some(&outgoing.bytes))?;
        } else if step.get {
            inbox = self.send(step, "GET", None)?;
        } else if let Some(method) = &step.method {
            inbox = self.send(step, method, None)?;
        }
        if let (Some(name), Some(id)) = (&step.name, &id) {
            self.variables.insert(name.clone(), id.clone());
        }
        if let Some(name) = &step.from {
            id = id.or_else(|| self.variables.get(name).cloned());
        }
        let result = match (inbox, &step.name, &step.from) {
            (Some(inbox), Some(name), _) => {
                self.open.insert(name.clone(), inbox);
                let mut inbox = self.open.remove(name).expect("it was just put there");
                let read = self.read(step, &mut inbox, id.as_deref());
                self.open.insert(name.clone(), inbox);
                read?
            }
            (Some(mut inbox), None, _) => {
                let read = self.read(step, &mut inbox, id.as_deref())?;
                inbox.ends()?;
                read
            }
            (None, _, Some(name)) if self.channel.is_none() => {
                let mut inbox =
                    self.open.remove(name).ok_or_else(|| format!("nothing is open as `{name}`"))?;
                let read = self.read(step, &mut inbox, id.as_deref());
                self.open.insert(name.clone(), inbox);
                read?
            }
            (None, ..) => match self.channel.take() {
                Some(mut inbox) => {
                    let read = self.read(step, &mut inbox, id.as_deref());
                    self.channel = Some(inbox);
                    read?
                }
                None => None,
            },
        };
        if let Some(name) = &step.ends
            && self.channel.is_none()
        {
            let skip = step.skip.as_ref().map(|skip| self.pattern(skip)).transpose()?;
            let inbox = self.opened(name)?;
            while inbox.receive(HANG)? {}
            let skipped = |held: &Held| {
                skip.as_ref().is_some_and(|skip| mismatch(skip, &held.value, &mut Variables::new()).is_none())
            };
            inbox.held.retain(|held| !skipped(held));
            inbox.is_empty()?;
            if inbox.retry != step.retry {
                return Err(format!("the client is asked to come back after {:?} ms", inbox.retry));
            }
        }
        if let Some(name) = &step.quiet {
            self.quiet(name)?;
        }
        Ok(result)
    }

    /// Wants nothing more there: closes the connection or, on a channel, cancels the request.
    fn hang_up(&mut self, name: &str) -> Outcome {
        if self.channel.is_none() {
            self.opened(name)?.source.hang_up();
            self.open.remove(name);
            return Ok(());
        }
        let cancel = format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/cancelled","params":{{"requestId":{}}}}}"#,
            self.variables.get(name).ok_or_else(|| format!("no request is called `{name}`"))?
        );
        self.once(&Step { send: Some(data::By::All(cancel)), ..Step::default() }).map(|_| ())
    }

    fn opened(&mut self, name: &str) -> Outcome<&mut Inbox> {
        self.open.get_mut(name).ok_or_else(|| format!("nothing is open as `{name}`"))
    }

    /// Nothing more comes there for now.
    fn quiet(&mut self, name: &str) -> Outcome {
        if self.channel.is_none() {
            let inbox = self.opened(name)?;
            while inbox.receive(QUIET).unwrap_or(false) {}
            return inbox.is_empty();
        }
        let method = if self.revision.is_modern() { "server/discover" } else { "ping" };
        self.once(&Step {
            request: Some(method.to_owned()),
            result: Some(data::By::All("{}".to_owned())),
            ..Step::default()
        })?;
        self.channel.as_ref().map_or(Ok(()), Inbox::is_empty)
    }

    /// The message of a step.
    fn outgoing(&mut self, step: &Step) -> Option<Outgoing> {
        if let Some(text) = &step.bytes {
            return Some(Outgoing { bytes: unescape(text), id: Some(String::new()) });
        }
        if let Some(text) = step.send.as_ref().and_then(|send| send.of(self.revision)) {
            let text = self.with_meta(step, text);
            let id = raw_member(&text, "id").filter(|id| id != "null").unwrap_or_default();
            return Some(Outgoing { bytes: text.into_bytes(), id: Some(id) });
        }
        let method = step.request.as_ref().or(step.notify.as_ref())?;
        let params = step.params.as_ref().and_then(|params| params.of(self.revision));
        let params = params.map(|params| fill(params, &self.variables));
        let meta = self.meta(step);
        let request = step.request.is_some();
        let params = match (params, meta) {
            (params, Some(meta)) if request || step.meta.is_some() => {
                let inside = params.as_deref().map_or("", |params| {
                    let inside = params.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
                    inside.expect("params are an object").trim()
                });
                let comma = if inside.is_empty() { "" } else { "," };
                Some(format!("{{{inside}{comma}\"_meta\":{{{meta}}}}}"))
            }
            (params, _) => params,
        };
        let params = params.map(|params| format!(",\"params\":{params}")).unwrap_or_default();
        if !request {
            let text = format!(r#"{{"jsonrpc":"2.0","method":"{method}"{params}}}"#);
            return Some(Outgoing { bytes: text.into_bytes(), id: None });
        }
        self.requests += 1;
        let id = step.id.as_ref().map_or_else(|| self.requests.to_string(), |id| fill(id, &self.variables));
        let text = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}"{params}}}"#);
        Some(Outgoing { bytes: text.into_bytes(), id: Some(id) })
    }

    /// The members of `_meta`: a modern request's own and those that the step adds.
    fn meta(&self, step: &Step) -> Option<String> {
        let more = step.meta.as_ref().map(|meta| fill(meta, &self.variables));
        if !self.revision.is_modern() {
            return more;
        }
        let declared = self.transcript.capabilities(self.revision);
        let capabilities = step.capabilities.as_deref().unwrap_or(declared);
        let meta = format!(
            "\"io.modelcontextprotocol/protocolVersion\":\"{}\",\
             \"io.modelcontextprotocol/clientCapabilities\":{capabilities}",
            self.revision.name()
        );
        Some(more.map_or(meta.clone(), |more| format!("{meta},{more}")))
    }

    fn with_meta(&mut self, step: &Step, text: &str) -> String {
        let meta = self.meta(step).unwrap_or_default();
        self.variables.insert("meta".to_owned(), meta);
        fill(text, &self.variables)
    }

    /// Sends a message; answers where its answer comes, if that is a place of its own.
    fn send(&mut self, step: &Step, method: &str, body: Option<&[u8]>) -> Outcome<Option<Inbox>> {
        if let Some(body) = body {
            self.frames.push(Frame { sent: true, text: String::from_utf8_lossy(body).into_owned() });
        }
        let unsent = |error: std::io::Error| format!("the server does not read: {error}");
        let line = || [body.unwrap_or_default(), b"\n"].concat();
        let headers = self.headers(step, method, body);
        match &mut self.link {
            Link::Stdio(server) => {
                server.write(&line()).map_err(unsent)?;
                Ok(None)
            }
            Link::Unix { socket, .. } => {
                socket.write(&line()).map_err(unsent)?;
                Ok(None)
            }
            Link::Http(server) => {
                let address = server.address.expect("it listens there");
                let path = step.path.as_deref().unwrap_or("/mcp");
                let exchange = Exchange::begin(address, method, path, &headers, body);
                self.check_head(step, &exchange)?;
                let mut inbox = Inbox::new(exchange.body, true);
                if let Some(primed) = step.primed {
                    inbox.receive(HANG)?;
                    if inbox.primed != primed {
                        return Err(format!("the stream is primed: {}", inbox.primed));
                    }
                }
                Ok(Some(inbox))
            }
            Link::Sse(server, path) => {
                let address = server.address.expect("it listens there");
                let exchange = Exchange::begin(address, method, path, &headers, body);
                let status = exchange.status;
                let mut answer = Inbox::new(exchange.body, true);
                while answer.receive(HANG)? {}
                let expected = step.status.as_ref().and_then(|status| status.of(self.revision)).copied();
                if status != if answer.held.is_empty() { 202 } else { expected.unwrap_or(400) } {
                    return Err(format!("the status is {status}: {}", answer.left()));
                }
                if let Some(channel) = &mut self.channel {
                    for mut held in answer.held {
                        channel.received += 1;
                        held.number = channel.received;
                        channel.held.push(held);
                    }
                }
                Ok(None)
            }
        }
    }

    /// The headers of a client of this revision, changed as the step says.
    fn headers(&self, step: &Step, method: &str, body: Option<&[u8]>) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut set = |name: &str, value: &str| {
            headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            headers.extend(value.split('\n').map(|value| (name.to_owned(), value.to_owned())));
        };
        if body.is_some() {
            set("Content-Type", "application/json");
            set("Accept", BOTH);
        } else if method == "GET" {
            set("Accept", "text/event-stream");
        }
        let text = body.and_then(|body| str::from_utf8(body).ok()).unwrap_or_default();
        if !step.plain && self.revision.is_modern() {
            set("MCP-Protocol-Version", self.revision.name());
            let string = |raw: String| serde_json::from_str::<String>(&raw).ok();
            if raw_member(text, "id").is_some()
                && let Some(method) = raw_member(text, "method").and_then(string)
            {
                set("Mcp-Method", &method);
                let params = raw_member(text, "params").unwrap_or_default();
                let name = match method.as_str() {
                    "tools/call" | "prompts/get" => raw_member(&params, "name"),
                    "resources/read" => raw_member(&params, "uri"),
                    _ => None,
                };
                name.and_then(string).into_iter().for_each(|name| set("Mcp-Name", &name));
            }
        } else if !step.plain
            && let Some(session) = self.variables.get("session")
        {
            set("Mcp-Session-Id", session.trim_matches('"'));
            if self.revision.0 > 'B' {
                set("MCP-Protocol-Version", self.revision.name());
            }
        }
        for (name, value) in &step.headers {
            set(name, &fill(value, &self.variables));
        }
        headers.retain(|(name, _)| !step.without.iter().any(|gone| gone.eq_ignore_ascii_case(name)));
        headers
    }

    fn check_head(&mut self, step: &Step, exchange: &Exchange) -> Outcome {
        let answered = step.request.is_some()
            || step.get
            || step.result.is_some()
            || step.error.is_some()
            || !step.expect.is_empty();
        let usual = if answered { 200 } else { 202 };
        let expected = step.status.as_ref().and_then(|status| status.of(self.revision)).copied();
        let expected = expected.unwrap_or(usual);
        let content = exchange.header("content-type").unwrap_or_default();
        if exchange.status != expected {
            let body = exchange.body.next(QUIET);
            return Err(format!("the status is {}, not {expected}: {body:?}", exchange.status));
        }
        let form = match step.form.as_deref() {
            Some("json") => content == "application/json",
            Some("events") => content == "text/event-stream",
            Some(other) => panic!("no form is `{other}`"),
            None => true,
        };
        if !form {
            return Err(format!("the content type is `{content}`"));
        }
        if content == "text/event-stream"
            && exchange.header("x-accel-buffering") != Some("no")
            && step.form.is_none()
        {
            // A single answer wrapped as an event, for a client that takes nothing else, is no stream to keep open.
            return Err("a stream should say `X-Accel-Buffering: no`".to_owned());
        }
        for (name, pattern) in &step.has {
            let found = exchange.header(name).map_or(Value::Null, Value::from);
            let pattern =
                if pattern.is_empty() { Value::Null } else { Value::from(fill(pattern, &self.variables)) };
            if let Some(why) = mismatch(&pattern, &found, &mut self.variables).filter(|_| pattern != found) {
                return Err(format!("the header `{name}`: {why}"));
            }
        }
        for (variable, name) in &step.save_header {
            let value = exchange.header(name).ok_or_else(|| format!("there is no header `{name}`"))?;
            self.variables.insert(variable.clone(), json!(value).to_string());
        }
        Ok(())
    }

    /// Reads what a step expects; answers the text of the result.
    fn read(&mut self, step: &Step, inbox: &mut Inbox, id: Option<&str>) -> Outcome<Option<String>> {
        let mut read: Vec<Held> = Vec::new();
        for text in &step.before {
            read.push(self.take(inbox, &self.pattern(text)?, None)?);
        }
        let answer = self.answer(step)?;
        let mut result = None;
        if let Some(pattern) = answer {
            if let Some(skip) = &step.skip {
                let skip = self.pattern(skip)?;
                self.skip(inbox, &skip)?;
            }
            let held = self.take(inbox, &pattern, Some(id.unwrap_or_default()))?;
            if let Some(skip) = &step.skip {
                let skip = self.pattern(skip)?;
                inbox.held.retain(|other| {
                    other.number > held.number
                        || mismatch(&skip, &other.value, &mut self.variables.clone()).is_some()
                });
            }
            result = raw_member(&held.text, "result");
            read.push(held);
        }
        for text in &step.expect {
            let pattern = self.pattern(text)?;
            let id = raw_member(text, "id").filter(|id| id != "null" && !id.starts_with("\"$"));
            read.push(self.take(inbox, &pattern, id.map(|id| fill(&id, &self.variables)).as_deref())?);
        }
        if !read.is_sorted_by_key(|held| held.number) {
            let texts: Vec<&str> = read.iter().map(|held| held.text.as_str()).collect();
            return Err(format!("this came in another order: {texts:?}"));
        }
        for word in step.lacks.as_ref().and_then(|lacks| lacks.of(self.revision)).into_iter().flatten() {
            if let Some(held) = read.iter().find(|held| held.text.contains(word.as_str())) {
                return Err(format!("`{word}` does not belong there: {}", held.text));
            }
        }
        if let Some(name) = &step.save_event {
            let event = inbox.last_event.clone().ok_or("no event had an id")?;
            self.variables.insert(name.clone(), json!(event).to_string());
        }
        Ok(result)
    }

    /// Drops what need not be there, where messages come in order.
    fn skip(&mut self, inbox: &mut Inbox, pattern: &Value) -> Outcome {
        while inbox.strict {
            if inbox.held.is_empty() && !inbox.receive(HANG)? {
                break;
            }
            let Some(held) = inbox.held.first() else { continue };
            if mismatch(pattern, &held.value, &mut self.variables.clone()).is_some() {
                break;
            }
            inbox.held.remove(0);
        }
        Ok(())
    }

    fn take(&mut self, inbox: &mut Inbox, pattern: &Value, id: Option<&str>) -> Outcome<Held> {
        let held = inbox.take(pattern, id, &mut self.variables);
        if let Ok(held) = &held {
            self.frames.push(Frame { sent: false, text: held.text.clone() });
        }
        held
    }

    fn pattern(&self, text: &str) -> Outcome<Value> {
        let text = fill(text, &self.variables);
        serde_json::from_str(&text).map_err(|error| format!("the pattern {text} is no JSON: {error}"))
    }

    /// The pattern of the one answer that a step expects.
    fn answer(&self, step: &Step) -> Outcome<Option<Value>> {
        if let Some(result) = step.result.as_ref().and_then(|result| result.of(self.revision)) {
            let result = self.pattern(result)?;
            return Ok(Some(json!({ "jsonrpc": "2.0", "result": result, "error": null, "method": null })));
        }
        let error = match step.error.as_ref().and_then(|error| error.of(self.revision)) {
            None => return Ok(None),
            Some(Wrong::Code(code)) => json!({ "code": code, "message": "$string" }),
            Some(Wrong::Pattern(pattern)) => self.pattern(pattern)?,
        };
        Ok(Some(json!({ "jsonrpc": "2.0", "error": error, "result": null, "method": null })))
    }

    /// Reads a list page by page.
    fn walk(&mut self, step: &Step, walk: &data::Walk) -> Outcome {
        let (mut keys, mut pages, mut cursor) = (Vec::new(), 0, None::<String>);
        let page = Step { walk: None, ..step.clone() };
        loop {
            let params = cursor.as_ref().map(|cursor| data::By::All(format!(r#"{{"cursor":{cursor}}}"#)));
            let each = walk.each.as_ref().and_then(|each| each.of(self.revision));
            let result = Some(data::By::All(each.cloned().unwrap_or_else(|| "{}".to_owned())));
            let result = self.once(&Step { params, result, ..page.clone() })?.ok_or("no page came")?;
            let result: Value = serde_json::from_str(&result).map_err(|error| error.to_string())?;
            pages += 1;
            let items = result[&walk.items].as_array().ok_or("the page has no list")?;
            keys.extend(items.iter().map(|item| item[&walk.key].to_string()));
            match result.get("nextCursor") {
                Some(next) if pages < 1000 => cursor = Some(next.to_string()),
                _ => break,
            }
        }
        let found = keys.len();
        keys.sort();
        keys.dedup();
        if (keys.len(), found, pages) != (walk.count, walk.count, walk.pages) {
            return Err(format!("{found} items, {} of them different, on {pages} pages", keys.len()));
        }
        Ok(())
    }

    /// Ends the conversation: everything that was said must have been expected.
    fn close(&mut self) -> Outcome {
        for (name, inbox) in &mut self.open {
            while inbox.receive(Duration::ZERO).unwrap_or(false) {}
            inbox.is_empty().map_err(|why| format!("`{name}`: {why}"))?;
            inbox.source.hang_up();
        }
        let Some(channel) = &mut self.channel else { return Ok(()) };
        match &mut self.link {
            Link::Stdio(server) => {
                server.close_input();
                channel.ends()?;
                let (code, _) = server.ended();
                if code == Some(0) { Ok(()) } else { Err(format!("the exit code is {code:?}")) }
            }
            Link::Unix { socket, .. } => {
                socket.close_input();
                channel.ends()
            }
            Link::Http(_) | Link::Sse(..) => {
                while channel.receive(Duration::ZERO).unwrap_or(false) {}
                channel.is_empty()
            }
        }
    }
}

/// Opens the stream of the HTTP+SSE transport; the path for messages, and what comes.
fn open_sse(server: &Server) -> Outcome<(String, Source)> {
    let address = server.address.expect("it listens there");
    let accept = [("Accept".to_owned(), "text/event-stream".to_owned())];
    let exchange = Exchange::begin(address, "GET", "/sse", &accept, None);
    match exchange.body.next(HANG)? {
        Some(Piece::Event { name: Some(name), data: Some(path), .. }) if name == "endpoint" => {
            Ok((path, exchange.body))
        }
        other => Err(format!("the first event is {other:?}")),
    }
}

/// Bytes written as text, with `\x…` for any byte.
fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
