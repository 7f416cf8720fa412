//! Request bodies, within their limits of size and time.

use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::poll;
use http_body_util::BodyExt;
use tokio::time::Instant;

use crate::engine::Limits;
use crate::engine::reply::{PARSE_ERROR, Refusal, TIMED_OUT, TOO_LARGE};

use super::RequestBody;
use super::site::Request;

/// How long and, in multiples of the longest message, how much of a refused body is read away. A connection that
/// ends with unread bytes is reset, and the client may never see why.
const DISCARD_TIME: Duration = Duration::from_secs(1);
const DISCARD_MESSAGES: usize = 4;

/// A body comes at least this fast after the first few seconds.
const BYTES_PER_SECOND: usize = 1024;
const GRACE: Duration = Duration::from_secs(5);

/// Reads a body.
pub(super) async fn read<B: RequestBody>(
    limits: &Limits,
    request: &mut Request<'_, B>,
) -> Result<Bytes, Refusal> {
    let body = &mut *request.body;
    let too_large = || {
        let message = format!("the body is larger than {} bytes; send less at once", limits.message_bytes);
        Err(Refusal::new(413, TOO_LARGE, message))
    };
    let announced = request.fields.content_length.text().and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.message_bytes as u64) {
        return too_large();
    }
    let mut start = None;
    let mut message = BytesMut::new();
    loop {
        let mut frame = body.frame();
        let frame = match poll!(&mut frame) {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                let patience = GRACE.max(Duration::from_secs((message.len() / BYTES_PER_SECOND) as u64));
                let patience = patience.min(limits.body_time);
                let deadline = *start.get_or_insert_with(Instant::now) + patience;
                tokio::time::timeout_at(deadline, frame).await.map_err(|_| {
                    let message = format!("the body took longer than {patience:?}; send it faster");
                    Refusal::new(408, TIMED_OUT, message)
                })?
            }
        };
        let frame = match frame {
            None => return Ok(message.freeze()),
            Some(Ok(frame)) => frame,
            Some(Err(_)) => {
                let message = "the body ended before it was complete; send it again";
                return Err(Refusal::new(400, PARSE_ERROR, message));
            }
        };
        let Ok(data) = frame.into_data() else { continue };
        if message.len() + data.len() > limits.message_bytes {
            return too_large();
        }
        if message.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        message.extend_from_slice(&data);
    }
}

/// Reads the body of a refused request away, within bounds.
pub(super) async fn discard(limits: &Limits, refusal: &Refusal, body: &mut impl RequestBody) {
    if refusal.code == TIMED_OUT {
        return;
    }
    let most = limits.message_bytes.saturating_mul(DISCARD_MESSAGES);
    let read = async {
        let mut length = 0_usize;
        while let Some(Ok(frame)) = body.frame().await {
            length += frame.data_ref().map_or(0, Bytes::len);
            if length > most {
                break;
            }
        }
    };
    // Whether all of it was read makes no difference: the connection ends either way.
    let _ = tokio::time::timeout(DISCARD_TIME, read).await;
}
