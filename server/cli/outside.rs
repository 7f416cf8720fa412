//! What the operator says of requests to the outside.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::{Common, Failure, Outside, REFUSED};
use crate::egress::{Egress, GuardOptions};
use crate::tools::{Fetch, FetchOptions, SearchProvider};

/// Longest key or token, in bytes.
const MAX_SECRET_BYTES: u64 = 4 << 10;
/// Between two questions of Brave's free plan.
const BRAVE_INTERVAL: Duration = Duration::from_secs(1);

/// The family of tools that ask the outside.
pub(super) fn fetch(common: &Common) -> Result<Fetch, Failure> {
    let Outside { allow_internal, never_ask, ask_only, github_token, brave_key, searxng } = &common.outside;
    let search = match (brave_key, searxng) {
        (Some(file), _) => Some(SearchProvider::Brave { key: secret(file, "")?, interval: BRAVE_INTERVAL }),
        (None, Some(url)) => Some(SearchProvider::SearXng { url: url.clone() }),
        (None, None) => None,
    };
    let internal = allow_internal.iter().map(|text| host_and_port(text)).collect::<Result<_, _>>()?;
    let domains =
        |list: &[String]| list.iter().map(|domain| domain.trim_matches('.').to_ascii_lowercase()).collect();
    let options = GuardOptions {
        internal,
        never: domains(never_ask),
        only: domains(ask_only),
        demo: common.demo,
        ..GuardOptions::default()
    };
    let egress = Egress::new(options);
    let github = github_token.as_deref().map(|file| secret(file, "Bearer ")).transpose()?;
    Ok(Fetch::new(Arc::new(egress), FetchOptions { github, search }))
}

/// Written as in an address: `wiki.internal:8080`, `[fd00::1]:80`.
fn host_and_port(text: &str) -> Result<(String, u16), Failure> {
    let parsed = text.rsplit_once(':').and_then(|(host, port)| {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        (!host.is_empty()).then_some((host, port.parse().ok()?))
    });
    parsed.ok_or_else(|| {
        let message = format!("`--allow-internal {text}` names no host and port");
        Failure::new(REFUSED, message, "write it as HOST:PORT, such as wiki.internal:8080")
    })
}

/// A key or token from its file, which keeps it out of the list of processes.
fn secret(file: &Path, before: &str) -> Result<HeaderValue, Failure> {
    let failed = |why: String| {
        Failure::new(
            REFUSED,
            format!("`{}` holds no key: {why}", file.display()),
            "name a file with the key alone, which this user may read",
        )
    };
    let length = fs::metadata(file).map_err(|error| failed(error.to_string()))?.len();
    if length > MAX_SECRET_BYTES {
        return Err(failed(format!("it is larger than {MAX_SECRET_BYTES} bytes")));
    }
    let text = fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(failed("it is empty".to_owned()));
    }
    let mut value = HeaderValue::from_str(&format!("{before}{text}"))
        .map_err(|_| failed("it has characters that no header can carry".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}
