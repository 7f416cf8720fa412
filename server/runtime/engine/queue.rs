//! The messages that wait for a channel's client: bounded in number and in bytes, and in how long anybody waits for room.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Most messages, and bytes of messages, in a queue. A message larger than that waits until it has the queue to itself.
const MESSAGES: usize = 256;
const BYTES: usize = 1 << 20;

/// A queue of messages for one client. When nothing is taken out for `patience` while somebody waits for room, the
/// client is given up.
pub fn outgoing(patience: Duration) -> (Outgoing, Messages) {
    let (sender, receiver) = mpsc::channel(MESSAGES);
    let outgoing = Outgoing {
        sender,
        room: Arc::new(Semaphore::new(BYTES)),
        patience,
        stalled: CancellationToken::new(),
    };
    (outgoing, Messages(receiver))
}

/// Where messages for the client go in.
#[derive(Clone, Debug)]
pub struct Outgoing {
    sender: mpsc::Sender<Message>,
    room: Arc<Semaphore>,
    patience: Duration,
    stalled: CancellationToken,
}

impl Outgoing {
    /// Puts a message in; `false` if nobody takes messages out any more.
    pub async fn send(&self, message: Bytes) -> bool {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(size(&message))
            && let Ok(place) = self.sender.try_reserve()
        {
            place.send(Message { bytes: message, _room: room });
            return true;
        }
        let sent = async {
            let room = Arc::clone(&self.room).acquire_many_owned(size(&message)).await.ok()?;
            self.sender.send(Message { bytes: message, _room: room }).await.ok()
        };
        match tokio::time::timeout(self.patience, sent).await {
            Ok(sent) => sent.is_some(),
            Err(_) => {
                tracing::warn!("a client does not take its messages and is given up");
                self.stalled.cancel();
                false
            }
        }
    }

    /// Puts a message in if there is room; otherwise it is lost.
    pub(super) fn offer(&self, message: Bytes) {
        if let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(size(&message)) {
            // Whoever cannot keep up misses some.
            let _ = self.sender.try_send(Message { bytes: message, _room: room });
        }
    }

    /// Waits until nobody takes messages out any more, or the client is given up.
    pub async fn closed(&self) {
        tokio::select! {
            () = self.sender.closed() => {}
            () = self.stalled.cancelled() => {}
        }
    }

    /// Whether the client was given up.
    pub fn is_stalled(&self) -> bool {
        self.stalled.is_cancelled()
    }

    /// Whether nobody takes messages out any more.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed() || self.is_stalled()
    }
}

fn size(message: &Bytes) -> u32 {
    u32::try_from(message.len().min(BYTES)).unwrap_or(u32::MAX)
}

/// Where messages for the client come out.
#[derive(Debug)]
pub struct Messages(mpsc::Receiver<Message>);

impl Messages {
    /// The next message; `None` when there will be no more. Can be dropped without losing one.
    pub async fn recv(&mut self) -> Option<Message> {
        self.0.recv().await
    }

    /// As [`Messages::recv`], on a thread that may block.
    pub fn blocking_recv(&mut self) -> Option<Message> {
        self.0.blocking_recv()
    }

    /// A message that is there already.
    pub fn try_recv(&mut self) -> Option<Message> {
        self.0.try_recv().ok()
    }
}

/// A message, whose room is free again when this is dropped: after it has been written.
#[derive(Debug)]
pub struct Message {
    /// One JSON-RPC message, or an array of them, without a line break.
    pub bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn large_messages_wait_for_room_and_small_ones_may_be_lost() {
        let (outgoing, mut messages) = outgoing(Duration::from_secs(60));
        let large = Bytes::from(vec![b'x'; BYTES + 1]);
        assert!(outgoing.send(large).await);
        outgoing.offer("lost".into());
        let waiting = tokio::spawn({
            let outgoing = outgoing.clone();
            async move { outgoing.send("kept".into()).await }
        });
        assert_eq!(messages.recv().await.map(|message| message.bytes.len()), Some(BYTES + 1));
        assert!(waiting.await.expect("it does not panic"));
        assert_eq!(messages.recv().await.map(|message| message.bytes), Some("kept".into()));
        assert!(messages.try_recv().is_none());
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (outgoing, _messages) = outgoing(Duration::from_millis(10));
        assert!(outgoing.send(Bytes::from(vec![b'x'; BYTES])).await);
        assert!(!outgoing.send("more".into()).await);
        assert!(outgoing.is_closed());
        outgoing.closed().await;
    }
}
