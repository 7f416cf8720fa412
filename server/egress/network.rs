//! The network as the egress client sees it: names become addresses, addresses become connections. Both are given to
//! it, so that tests put their own beneath the very policy that is used.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// Names that are looked up at the same time. The system's lookup cannot be stopped, so it has to be bounded.
const LOOKUPS: usize = 32;

/// What a [`Network`] is about to do.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// Finds addresses and connects to them; knows no policy.
pub trait Network: Send + Sync + 'static {
    /// All addresses of `host`, in the order in which they should be tried.
    fn resolve(&self, host: &str) -> Pending<'_, Vec<IpAddr>>;

    /// A connection to exactly this address.
    fn connect(&self, address: SocketAddr) -> Pending<'_, Box<dyn Connection>>;
}

/// An open connection. Dropping it closes it.
pub trait Connection: AsyncRead + AsyncWrite + Send + Unpin {
    /// Who is at its other end.
    ///
    /// # Errors
    ///
    /// The connection is not open any more.
    fn peer(&self) -> io::Result<SocketAddr>;
}

impl Connection for TcpStream {
    fn peer(&self) -> io::Result<SocketAddr> {
        self.peer_addr()
    }
}

/// The network of this machine. No proxy is used, whatever the environment says.
#[derive(Debug)]
pub struct SystemNetwork {
    lookups: Arc<Semaphore>,
}

impl Default for SystemNetwork {
    fn default() -> Self {
        Self { lookups: Arc::new(Semaphore::new(LOOKUPS)) }
    }
}

impl Network for SystemNetwork {
    fn resolve(&self, host: &str) -> Pending<'_, Vec<IpAddr>> {
        let name = host.to_owned();
        Box::pin(async move {
            let permit = Arc::clone(&self.lookups).acquire_owned().await.map_err(io::Error::other)?;
            let lookup = tokio::spawn(async move {
                // Held until the system is done, also when nobody waits for it any more.
                let _permit = permit;
                let found = tokio::net::lookup_host((name, 0)).await?;
                Ok::<Vec<IpAddr>, io::Error>(found.map(|address| address.ip()).collect())
            });
            lookup.await.map_err(io::Error::other)?
        })
    }

    fn connect(&self, address: SocketAddr) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn Connection>)
        })
    }
}
