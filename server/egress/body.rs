//! The body of an answer: inflated as it comes, and given up as soon as it breaks a limit.

use std::error::Error as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::BodyDataStream;
use hyper::body::Incoming;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;
use tokio_util::io::StreamReader;

use super::error::EgressError;

/// Most bytes that are read of one answer, as they come over the network.
pub const MAX_TRANSFER_BYTES: usize = 5 << 20;
/// Most bytes that they may inflate to.
pub const MAX_BODY_BYTES: usize = 10 << 20;
/// From here on a body may be at most [`MAX_RATIO`] times as large as what came over the network.
const RATIO_FROM: usize = 1 << 20;
const MAX_RATIO: usize = 100;
/// The longest silence within a body.
const IDLE: Duration = Duration::from_secs(8);
/// How much is inflated at once, so that no limit is broken by more than this.
const STEP: usize = 16 << 10;
/// The window that a decoder of zstd has to have (RFC 9659): 8 MiB, as the exponent of 2.
const ZSTD_WINDOW: u32 = 23;
/// How much of an unknown encoding's name is shown.
const SHOWN: usize = 40;

/// How a body was packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
}

/// What is asked for in `Accept-Encoding`.
pub(super) const ACCEPTED: &str = "gzip, br, zstd";

impl Encoding {
    /// The one encoding of an answer. Two on top of each other are nothing that a page needs.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, EgressError> {
        let values: Vec<String> = headers
            .get_all(CONTENT_ENCODING)
            .iter()
            .flat_map(|value| {
                let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
                text.split(',').map(|each| each.trim().to_owned()).collect::<Vec<_>>()
            })
            .filter(|name| !name.is_empty() && name != "identity")
            .collect();
        match values.as_slice() {
            [] => Ok(Self::Identity),
            [name] if name == "gzip" || name == "x-gzip" => Ok(Self::Gzip),
            [name] if name == "br" => Ok(Self::Brotli),
            [name] if name == "zstd" => Ok(Self::Zstd),
            _ => Err(EgressError::UnsupportedEncoding {
                encoding: values.join(", ").chars().take(SHOWN).collect(),
            }),
        }
    }
}

/// Refuses what says of itself that it is too large.
pub(super) fn check_length(headers: &HeaderMap) -> Result<(), EgressError> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > MAX_TRANSFER_BYTES as u64 => Err(transfer_limit()),
        _ => Ok(()),
    }
}

/// Reads and inflates the whole body.
pub(super) async fn read(body: Incoming, encoding: Encoding, limit: usize) -> Result<Vec<u8>, EgressError> {
    let transferred = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&transferred);
    let counted = BodyDataStream::new(body).map_err(io::Error::other).and_then(move |bytes: Bytes| {
        let total = seen.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len();
        let within = total <= MAX_TRANSFER_BYTES;
        std::future::ready(if within { Ok(bytes) } else { Err(io::Error::other(transfer_limit())) })
    });
    let packed = StreamReader::new(Box::pin(counted));
    let mut reader: Pin<Box<dyn AsyncRead + Send>> = match encoding {
        Encoding::Identity => Box::pin(packed),
        Encoding::Gzip => {
            let mut decoder = GzipDecoder::new(packed);
            decoder.multiple_members(true);
            Box::pin(decoder)
        }
        Encoding::Brotli => Box::pin(BrotliDecoder::new(packed)),
        Encoding::Zstd => {
            let window = [DParameter::window_log_max(ZSTD_WINDOW)];
            Box::pin(ZstdDecoder::with_params(packed, &window))
        }
    };
    let mut inflated = Vec::new();
    let mut step = vec![0; STEP];
    loop {
        let read = timeout(IDLE, reader.read(&mut step))
            .await
            .map_err(|_elapsed| EgressError::Timeout { during: "while nothing more of the page came" })?
            .map_err(|error| broken(&error, encoding))?;
        if read == 0 {
            return Ok(inflated);
        }
        inflated.extend_from_slice(&step[..read]);
        check_size(inflated.len(), transferred.load(Ordering::Relaxed), limit)?;
    }
}

fn check_size(inflated: usize, transferred: usize, limit: usize) -> Result<(), EgressError> {
    if inflated > limit {
        return Err(EgressError::BodyTooLarge { limit: format!("{} KiB", limit >> 10) });
    }
    if inflated > RATIO_FROM && inflated > transferred.saturating_mul(MAX_RATIO) {
        return Err(EgressError::BodyTooLarge { limit: format!("{MAX_RATIO} times what was sent") });
    }
    Ok(())
}

fn transfer_limit() -> EgressError {
    EgressError::BodyTooLarge { limit: format!("{} MiB", MAX_TRANSFER_BYTES >> 20) }
}

/// A limit of ours keeps its name on the way through the decoder.
fn broken(error: &io::Error, encoding: Encoding) -> EgressError {
    let inner = error.get_ref();
    if let Some(ours) = inner.and_then(|inner| inner.downcast_ref::<EgressError>()) {
        return ours.clone();
    }
    let http = inner.and_then(|inner| inner.downcast_ref::<hyper::Error>());
    match http {
        Some(http) if http.is_incomplete_message() || http.source().is_some() => {
            EgressError::bad("it ends before its length is reached")
        }
        Some(_) => EgressError::bad("its body breaks HTTP"),
        None if encoding == Encoding::Identity => EgressError::bad("its body broke off"),
        None => EgressError::bad("its compressed body is damaged or ends early"),
    }
}
