//! Request bodies, within their limits of size and time.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::engine::Limits;
use crate::engine::reply::{PARSE_ERROR, Refusal, TIMED_OUT, TOO_LARGE};

/// How long and, in multiples of the longest message, how much of a refused body is read away. A connection that
/// ends with unread bytes is reset, and the client may never see why.
const DISCARD_TIME: Duration = Duration::from_secs(1);
const DISCARD_MESSAGES: usize = 4;

/// Reads a body.
pub(super) async fn read(limits: &Limits, headers: &HeaderMap, body: &mut Body) -> Result<Bytes, Refusal> {
    let too_large = || {
        let message = format!("the body is larger than {} bytes; send less at once", limits.message_bytes);
        Err(Refusal::new(413, TOO_LARGE, message))
    };
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limits.message_bytes as u64) {
        return too_large();
    }
    let read = Limited::new(body, limits.message_bytes).collect();
    match tokio::time::timeout(limits.body_time, read).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => too_large(),
        Ok(Err(_)) => {
            Err(Refusal::new(400, PARSE_ERROR, "the body ended before it was complete; send it again"))
        }
        Err(_) => {
            let message = format!("the body took longer than {:?}; send it faster", limits.body_time);
            Err(Refusal::new(408, TIMED_OUT, message))
        }
    }
}

/// Reads the body of a refused request away, within bounds.
pub(super) async fn discard(limits: &Limits, refusal: &Refusal, body: &mut Body) {
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
