//! A small internet in memory: names, addresses, and servers that do what a test tells them to, byte by byte.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf, duplex,
};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use crate::egress::{Connection, Network, Pending, is_public};

/// Where names lead that a test says nothing of.
pub(crate) const PUBLIC: &str = "93.184.215.14";
/// What every server says that nobody should have reached.
pub(crate) const SECRET: &str = "the secret of a private network";

/// One thing that a server does.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends these bytes.
    Send(Vec<u8>),
    /// Lets time pass.
    Wait(Duration),
    /// Sends these bytes, again and again, with a pause before each.
    Forever(Vec<u8>, Duration),
    /// Says nothing more until the other side hangs up.
    Hang,
}

/// What a server does for one path, then hangs up.
pub(crate) type Script = Vec<Step>;

/// The internet of one test.
pub(crate) struct Web {
    names: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    pages: HashMap<String, Script>,
    pki: &'static Pki,
    log: Mutex<Log>,
    open: watch::Sender<usize>,
}

/// What happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    /// Names that were looked up, in order.
    pub(crate) lookups: Vec<String>,
    /// Addresses that were connected to, in order.
    pub(crate) connections: Vec<SocketAddr>,
    /// Heads of requests, in order.
    pub(crate) requests: Vec<String>,
}

struct Pki {
    authority: CertificateDer<'static>,
    trusted: Arc<ServerConfig>,
    untrusted: Arc<ServerConfig>,
}

/// This internet as a client is given it.
struct Wired(Arc<Web>);

/// One end of a connection that claims to lead to `peer`.
struct Wire {
    stream: DuplexStream,
    peer: SocketAddr,
}

/// Counts a connection for as long as its server's end lives.
struct Open(Arc<Web>);

impl Web {
    /// Servers for these pages, named `host/path`. Everything else is 404, but for a robots.txt that allows all.
    pub(crate) fn new<'a>(pages: impl IntoIterator<Item = (&'a str, Script)>) -> Arc<Self> {
        Self::with_names(pages, [])
    }

    /// As [`Web::new`], with names that lead elsewhere: each lookup takes the next list of addresses, the last one
    /// stays.
    pub(crate) fn with_names<'a>(
        pages: impl IntoIterator<Item = (&'a str, Script)>,
        names: impl IntoIterator<Item = (&'a str, Vec<Vec<&'a str>>)>,
    ) -> Arc<Self> {
        let address = |text: &str| text.parse().expect("an address");
        let lists = |lists: Vec<Vec<&str>>| {
            lists.into_iter().rev().map(|list| list.into_iter().map(address).collect()).collect()
        };
        Arc::new(Self {
            names: Mutex::new(names.into_iter().map(|(name, all)| (name.to_owned(), lists(all))).collect()),
            pages: pages.into_iter().map(|(page, script)| (page.to_owned(), script)).collect(),
            pki: pki(),
            log: Mutex::default(),
            open: watch::channel(0).0,
        })
    }

    /// A client's settings that trust this web's authority alone.
    pub(crate) fn trust(&self) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.pki.authority.clone()).expect("an authority");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().expect("versions");
        builder.with_root_certificates(roots).with_no_client_auth()
    }

    /// What a client is put on.
    pub(crate) fn network(self: &Arc<Self>) -> Box<dyn Network> {
        Box::new(Wired(Arc::clone(self)))
    }

    pub(crate) fn log(&self) -> Log {
        self.log.lock().expect("the log").clone()
    }

    /// Waits until the client has closed every connection.
    pub(crate) async fn all_closed(&self) {
        self.open.subscribe().wait_for(|open| *open == 0).await.expect("the web is there");
    }

    fn script(&self, host: &str, path: &str) -> Script {
        let page = format!("{host}{path}");
        match self.pages.get(&page) {
            Some(script) => script.clone(),
            None => respond("404 Not Found", &[], b"there is no such page"),
        }
    }

    async fn serve(self: Arc<Self>, address: SocketAddr, stream: DuplexStream) {
        let _open = Open::new(&self);
        // What no policy lets through is answered, so that a hole in it is seen.
        if !is_public(address.ip()) {
            let mut stream = stream;
            if read_head(&mut stream).await.is_some() {
                let _ = stream.write_all(&ok("text/plain", SECRET.as_bytes())[0].bytes()).await;
            }
            return;
        }
        if address.port() == 443 || address.port() == 8443 {
            let untrusted = address.ip().to_string() == "93.184.215.66";
            let config = if untrusted { &self.pki.untrusted } else { &self.pki.trusted };
            if let Ok(stream) = TlsAcceptor::from(Arc::clone(config)).accept(stream).await {
                self.talk(stream).await;
            }
        } else {
            self.talk(stream).await;
        }
    }

    async fn talk(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Some(head) = read_head(&mut stream).await else { return };
        let path =
            head.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
        let host = head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
        self.log.lock().expect("the log").requests.push(head);
        for step in self.script(&host, &path) {
            match step {
                Step::Send(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                }
                Step::Wait(pause) => sleep(pause).await,
                Step::Forever(bytes, pause) => loop {
                    sleep(pause).await;
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                },
                Step::Hang => {
                    let _ = stream.read_u8().await;
                }
            }
        }
        let _ = stream.shutdown().await;
    }
}

/// The head of a request; nothing where the client hangs up before its end.
async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

impl Step {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Send(bytes) | Self::Forever(bytes, _) => bytes.clone(),
            Self::Wait(_) | Self::Hang => Vec::new(),
        }
    }
}

impl Network for Wired {
    fn resolve(&self, host: &str) -> Pending<'_, Vec<IpAddr>> {
        let Self(web) = self;
        web.log.lock().expect("the log").lookups.push(host.to_owned());
        let mut names = web.names.lock().expect("the names");
        let found = match names.get_mut(host) {
            Some(lists) if lists.len() > 1 => lists.pop().unwrap_or_default(),
            Some(lists) => lists.last().cloned().unwrap_or_default(),
            None => vec![PUBLIC.parse().expect("an address")],
        };
        Box::pin(async move { Ok(found) })
    }

    fn connect(&self, address: SocketAddr) -> Pending<'_, Box<dyn Connection>> {
        let Self(web) = self;
        web.log.lock().expect("the log").connections.push(address);
        let (near, far) = duplex(64 << 10);
        tokio::spawn(Arc::clone(web).serve(address, far));
        Box::pin(async move { Ok(Box::new(Wire { stream: near, peer: address }) as Box<dyn Connection>) })
    }
}

impl Open {
    fn new(web: &Arc<Web>) -> Self {
        web.open.send_modify(|open| *open += 1);
        Self(Arc::clone(web))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.send_modify(|open| *open -= 1);
    }
}

impl Connection for Wire {
    fn peer(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// An answer with this status, these headers and this body.
pub(crate) fn respond(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Script {
    let mut head = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !headers.iter().any(|(name, _)| matches!(*name, "Content-Length" | "Transfer-Encoding")) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    vec![Step::Send([head.as_bytes(), body].concat())]
}

/// A page of this type.
pub(crate) fn ok(content_type: &str, body: &[u8]) -> Script {
    respond("200 OK", &[("Content-Type", content_type)], body)
}

/// A redirect.
pub(crate) fn redirect(to: &str) -> Script {
    respond("302 Found", &[("Location", to)], b"")
}

fn pki() -> &'static Pki {
    static PKI: OnceLock<Pki> = OnceLock::new();
    PKI.get_or_init(|| {
        let (authority, issuer) = authority();
        let (_, stranger) = authority_of("stranger");
        Pki { authority, trusted: server(&issuer), untrusted: server(&stranger) }
    })
}

fn authority() -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
    authority_of("authority")
}

fn authority_of(name: &str) -> (CertificateDer<'static>, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).expect("a certificate").der().clone();
    (certificate, Issuer::new(params, key))
}

fn server(issuer: &Issuer<'static, KeyPair>) -> Arc<ServerConfig> {
    let key = KeyPair::generate().expect("a key");
    let names = [
        "example.org",
        "*.example.org",
        "api.github.com",
        "raw.githubusercontent.com",
        "api.search.brave.com",
        PUBLIC,
    ];
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    let params = CertificateParams::new(names).expect("parameters");
    let certificate = params.signed_by(&key, issuer).expect("a certificate").der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().expect("versions").with_no_client_auth();
    Arc::new(builder.with_single_cert(vec![certificate], key).expect("a server"))
}
