//! A connection that is given up when nothing comes for too long, or the head of a request not in time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_io_timeout::TimeoutStream;

use crate::engine::Limits;

use super::answer::Body;
use super::connections::{Guest, Phase};

/// The stream of one connection.
pub(super) struct Watched {
    stream: Pin<Box<TimeoutStream<TcpStream>>>,
    guest: Arc<Guest>,
    head_time: Duration,
    idle_time: Duration,
    /// What is waited for, and since when; `None` while a request is being answered, or when something moved since.
    waiting: Option<(Phase, Instant)>,
    /// Wakes in time for the earliest end of the waiting. Setting it anew costs more than all else here, so it is left
    /// as it is while requests come, and what is still to wait is found out when it wakes.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, guest: Arc<Guest>, limits: &Limits) -> Self {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.write_stall));
        Self {
            stream: Box::pin(stream),
            guest,
            head_time: limits.head_time,
            idle_time: limits.idle_time,
            waiting: None,
            alarm: None,
        }
    }

    /// Nothing has come. Ready when it was waited for too long.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<&'static str> {
        let phase = self.guest.phase();
        let (patience, late) = match phase {
            Phase::Busy => {
                self.waiting = None;
                return Poll::Pending;
            }
            Phase::Idle => (self.idle_time, "no further request came"),
            Phase::New | Phase::Head => (self.head_time, "the request head took too long"),
        };
        let since = match self.waiting {
            Some((before, since)) if before == phase => since,
            _ => Instant::now(),
        };
        self.waiting = Some((phase, since));
        let deadline = since + patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline)));
        if alarm.deadline() > deadline {
            alarm.as_mut().reset(deadline);
        }
        while alarm.as_mut().poll(context).is_ready() {
            if alarm.deadline() >= deadline {
                return Poll::Ready(late);
            }
            alarm.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = self.stream.as_mut().poll_read(context, buffer);
        if polled.is_pending() {
            let late = ready!(self.poll_patience(context));
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, late)));
        }
        if buffer.filled().len() > before && self.guest.phase() == Phase::Idle {
            self.guest.enter(Phase::Head);
            self.waiting = None;
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.waiting = None;
        self.stream.as_mut().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.waiting = None;
        self.stream.as_mut().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }
}

/// The body of an answer: its connection is busy until it is sent.
pub(super) struct WatchedBody {
    body: Body,
    guest: Arc<Guest>,
}

impl WatchedBody {
    pub(super) fn new(body: Body, guest: Arc<Guest>) -> Self {
        Self { body, guest }
    }
}

impl Drop for WatchedBody {
    fn drop(&mut self) {
        self.guest.enter(Phase::Idle);
    }
}

impl hyper::body::Body for WatchedBody {
    type Data = Bytes;
    type Error = <Body as hyper::body::Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
