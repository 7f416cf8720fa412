//! A site on loopback, and a network that leads every name to it.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use lockstep_server::egress::{Connection, Network, Pending};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// What every name of the bench resolves to: an address that the guard lets through.
const PUBLIC: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(93, 184, 215, 14));

/// Serves `page` at every path but robots.txt, which there is none of, for as long as the client keeps the connection.
pub async fn serve(page: &'static str) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let page = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{page}",
        page.len()
    );
    let page: &'static str = page.leak();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, page));
        }
    });
    Ok(address)
}

async fn answer(mut stream: TcpStream, page: &str) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut head, mut step) = (Vec::new(), [0; 2048]);
    loop {
        match stream.read(&mut step).await? {
            0 => return Ok(()),
            length => head.extend_from_slice(&step[..length]),
        }
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        if head.starts_with(b"GET /robots.txt ") {
            stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await?;
        } else {
            stream.write_all(page.as_bytes()).await?;
        }
        head.clear();
    }
}

/// Every name is public, and every connection ends at the site: the policy above it is the one that is shipped.
pub struct Loopback(pub SocketAddr);

impl Network for Loopback {
    fn resolve(&self, _host: &str) -> Pending<'_, Vec<IpAddr>> {
        Box::pin(async { Ok(vec![PUBLIC]) })
    }

    fn connect(&self, address: SocketAddr) -> Pending<'_, Box<dyn Connection>> {
        Box::pin(async move {
            let stream = TcpStream::connect(self.0).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(Disguised { stream, peer: address }) as Box<dyn Connection>)
        })
    }
}

/// A connection to loopback that says it is one to the address that was asked for.
struct Disguised {
    stream: TcpStream,
    peer: SocketAddr,
}

impl Connection for Disguised {
    fn peer(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Disguised {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Disguised {
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
