//! Streamable HTTP: a request is posted, its answer is one message or a stream of events. The transport before it,
//! where one stream carries every answer, is spoken where nothing else is understood.

use std::collections::VecDeque;
use std::error::Error;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::MESSAGE_LIMIT;
use super::headers::Header;
use super::message::{Message, split};
use super::revision::Revision;
use super::sse::Parser;
use super::trouble::Trouble;

/// How much is read of a body that is no message.
const EXCERPT: usize = 4 << 10;
/// How long to wait before a stream is taken up again, where the server does not say.
const RETRY: u64 = 1000;
/// No server makes this client ask again and again without a pause.
const LEAST_RETRY: u64 = 10;
/// How long a stream of the older transport may take to say where to post.
const ENDPOINT: Duration = Duration::from_secs(5);
/// How long ending a session may take.
const FAREWELL: Duration = Duration::from_secs(2);

const SESSION: &str = "mcp-session-id";

pub(super) struct Http {
    client: Client,
    url: Url,
    /// Headers that the person gave; they win.
    own: Vec<(HeaderName, HeaderValue)>,
    revision: Option<Revision>,
    session: Option<HeaderValue>,
    ready: VecDeque<Value>,
    stream: Option<Stream>,
    /// Where the older transport, HTTP+SSE of 2024-11-05, wants messages posted.
    endpoint: Option<Url>,
    /// The status of the last answer to a request.
    status: Option<StatusCode>,
}

/// An answer that comes as events.
struct Stream {
    response: Response,
    parser: Parser,
}

impl Http {
    pub(super) fn new(url: Url, own: Vec<(HeaderName, HeaderValue)>) -> Result<Self, Trouble> {
        // An error says that there is a provider already, which will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("lockstep/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&url) {
            builder = builder.no_proxy();
        }
        let client = builder.build();
        let client =
            client.map_err(|error| Trouble::Unreachable { server: shown(&url), cause: causes(&error) })?;
        Ok(Self {
            client,
            url,
            own,
            revision: None,
            session: None,
            ready: VecDeque::new(),
            stream: None,
            endpoint: None,
            status: None,
        })
    }

    pub(super) fn settle(&mut self, revision: Revision) {
        self.revision = Some(revision);
    }

    pub(super) async fn request(&mut self, message: &Value, headers: &[Header]) -> Result<(), Trouble> {
        if self.endpoint.is_some() {
            return self.tell(message).await;
        }
        self.ready.clear();
        self.stream = None;
        let response = self.post(message, headers).await?;
        self.status = Some(response.status());
        if message["method"] == "initialize" && response.status().is_success() {
            self.session = response.headers().get(SESSION).cloned();
        }
        match (response.status(), media_type(&response)) {
            (StatusCode::ACCEPTED | StatusCode::NO_CONTENT, _) => {
                Err(Trouble::Garbled("the server took the request as if it had no answer".to_owned()))
            }
            (status, Media::Events) if status.is_success() => {
                self.stream = Some(Stream { response, parser: Parser::default() });
                Ok(())
            }
            (status, Media::Json) if status.is_success() => {
                self.ready = split(&body(response, MESSAGE_LIMIT).await?)?;
                Ok(())
            }
            (status, Media::Other(found)) if status.is_success() => Err(Trouble::Garbled(format!(
                "the server answered with `{found}`, which is neither JSON nor a stream of events"
            ))),
            _ => self.refused(response).await,
        }
    }

    /// A refusal may carry a JSON-RPC error, which says more than its status.
    async fn refused(&mut self, response: Response) -> Result<(), Trouble> {
        let status = response.status().as_u16();
        let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
        let json = matches!(media_type(&response), Media::Json);
        let body = body(response, if json { MESSAGE_LIMIT } else { EXCERPT }).await.unwrap_or_default();
        if let Ok(messages) = split(&body) {
            let is_error = |message: &Value| {
                matches!(Message::read(message.clone()), Ok(Message::Answer { outcome: Err(_), .. }))
            };
            if messages.iter().any(is_error) {
                self.ready = messages;
                return Ok(());
            }
        }
        let said = String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]);
        let said = if said.trim_start().starts_with('<') { "" } else { said.lines().next().unwrap_or("") };
        Err(Trouble::Status { status, said: said.chars().take(200).collect(), location })
    }

    pub(super) async fn tell(&mut self, message: &Value) -> Result<(), Trouble> {
        let response = self.post(message, &[]).await?;
        if response.status().is_success() {
            return Ok(());
        }
        let status = response.status().as_u16();
        let said = String::from_utf8_lossy(&body(response, EXCERPT).await.unwrap_or_default()).into_owned();
        Err(Trouble::Status { status, said: said.lines().next().unwrap_or("").to_owned(), location: None })
    }

    pub(super) async fn next(&mut self) -> Result<Value, Trouble> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Ok(message);
            }
            let Some(stream) = &mut self.stream else {
                return Err(Trouble::Ended("the answer ended".to_owned()));
            };
            match stream.response.chunk().await {
                Ok(Some(bytes)) => {
                    let events = stream.parser.push(&bytes);
                    let events = events.map_err(|refused| Trouble::Garbled(refused.0.to_owned()))?;
                    for event in events.iter().filter(|event| event.name == "message") {
                        self.ready.extend(split(event.data.as_bytes())?);
                    }
                }
                // A stream that broke off is taken up again like one that was ended.
                Ok(None) | Err(_) => self.resume().await?,
            }
        }
    }

    /// Tries the older transport, after `initialize` was refused: whether the server speaks it.
    pub(super) async fn older(&mut self) -> Result<bool, Trouble> {
        use StatusCode as Status;
        if !matches!(self.status, Some(Status::BAD_REQUEST | Status::NOT_FOUND | Status::METHOD_NOT_ALLOWED))
        {
            return Ok(false);
        }
        let request = self.builder(Method::GET).header(ACCEPT, "text/event-stream");
        let response = self.send(request, &[]).await?;
        if !response.status().is_success() || !matches!(media_type(&response), Media::Events) {
            return Ok(false);
        }
        let mut stream = Stream { response, parser: Parser::default() };
        let Ok(Some(told)) = timeout(ENDPOINT, first_event(&mut stream, "endpoint")).await else {
            return Ok(false);
        };
        let endpoint = self.url.join(&told).ok().filter(|endpoint| endpoint.origin() == self.url.origin());
        let endpoint = endpoint.ok_or_else(|| {
            Trouble::Garbled(format!("the server wants messages posted elsewhere, to `{told}`"))
        })?;
        self.stream = Some(stream);
        self.endpoint = Some(endpoint);
        Ok(true)
    }

    /// Takes a stream up after the last event that had an id.
    async fn resume(&mut self) -> Result<(), Trouble> {
        let ended = || Trouble::Ended("the stream ended".to_owned());
        let Some(Stream { parser, .. }) = self.stream.take() else { return Err(ended()) };
        let has_streams = |revision: Revision| !revision.is_modern() && revision > Revision::V2024_11_05;
        let resumable = self.endpoint.is_none() && self.revision.is_some_and(has_streams);
        let Some(last) = parser.last_id.filter(|_| resumable) else { return Err(ended()) };
        let wait = parser.retry.unwrap_or(RETRY).max(LEAST_RETRY);
        sleep(Duration::from_millis(wait)).await;
        let id = HeaderValue::from_str(&last)
            .map_err(|_| Trouble::Garbled("the id of an event does not fit into a header".to_owned()))?;
        let request =
            self.builder(Method::GET).header(ACCEPT, "text/event-stream").header("Last-Event-ID", id);
        let response = self.send(request, &[]).await?;
        if !response.status().is_success() {
            return self.refused(response).await;
        }
        let parser = Parser::after(last, parser.retry);
        self.stream = Some(Stream { response, parser });
        Ok(())
    }

    async fn post(&self, message: &Value, headers: &[Header]) -> Result<Response, Trouble> {
        let request = self
            .builder(Method::POST)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json, text/event-stream")
            .body(message.to_string());
        self.send(request, headers).await
    }

    fn builder(&self, method: Method) -> RequestBuilder {
        let url = self.endpoint.as_ref().unwrap_or(&self.url);
        let mut request = self.client.request(method, url.clone());
        if let Some(revision) = self.revision.filter(|revision| revision.has_version_header()) {
            request = request.header("MCP-Protocol-Version", revision.as_str());
        }
        match &self.session {
            Some(session) => request.header(SESSION, session),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder, headers: &[Header]) -> Result<Response, Trouble> {
        let mut special = HeaderMap::new();
        for (name, value) in headers {
            let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
                return Err(Trouble::Garbled(format!("`{name}` cannot be sent as a header")));
            };
            special.append(name, value);
        }
        for (name, value) in &self.own {
            special.insert(name, value.clone());
        }
        // `headers` replaces what has the same name.
        request.headers(special).send().await.map_err(|error| {
            let error = error.without_url();
            Trouble::Unreachable { server: shown(&self.url), cause: causes(&error) }
        })
    }

    /// Ends the session, if the server opened one; nothing depends on it.
    pub(super) async fn close(self) {
        if self.session.is_some() {
            let request = self.builder(Method::DELETE);
            let _ = timeout(FAREWELL, self.send(request, &[])).await;
        }
    }
}

/// The data of the first event, if it has this name.
async fn first_event(stream: &mut Stream, name: &str) -> Option<String> {
    loop {
        let bytes = stream.response.chunk().await.ok()??;
        let events = stream.parser.push(&bytes).ok()?;
        if let Some(event) = events.into_iter().next() {
            return Some(event.data).filter(|_| event.name == name);
        }
    }
}

enum Media {
    Json,
    Events,
    Other(String),
}

fn media_type(response: &Response) -> Media {
    let found =
        response.headers().get(CONTENT_TYPE).and_then(|found| found.to_str().ok()).unwrap_or_default();
    match found.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => Media::Json,
        "text/event-stream" => Media::Events,
        other => Media::Other(other.to_owned()),
    }
}

async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) => body.extend_from_slice(&bytes),
            Ok(None) => return Ok(body),
            Err(_) => return Err(Trouble::Ended("the connection broke off".to_owned())),
        }
        if body.len() > limit && limit < MESSAGE_LIMIT {
            return Ok(body);
        }
        if body.len() > limit {
            return Err(Trouble::Garbled("the server sent a message larger than 16 MiB".to_owned()));
        }
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// An address as it may be told: without a password.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        // Fails for addresses that cannot have one.
        let _ = url.set_password(Some("…"));
    }
    url.into()
}

/// An error and what is behind it; the libraries' own words for it say little.
fn causes(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_needs_no_proxy() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/mcp", true),
            ("http://[::1]:8080/mcp", true),
            ("http://localhost/mcp", true),
            ("https://localhost.example.com/mcp", false),
            ("http://10.0.0.1/mcp", false),
        ] {
            assert_eq!(is_loopback(&url.parse().expect("a URL")), expected, "{url}");
        }
    }
}
