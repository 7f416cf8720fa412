//! The client on a network that exists in memory alone, under the very policy that is served.

mod hostile;
mod requests;
pub(crate) mod web;

use std::sync::Arc;

use super::{Egress, EgressError, EgressRequest, GuardOptions};
use web::Web;

/// A client on `web`, with the sample pages if `demo`.
pub(crate) fn client(web: &Arc<Web>, demo: bool) -> Egress {
    let options = GuardOptions { demo, ..GuardOptions::default() };
    Egress::with_network(options, web.network(), web.trust())
}

/// The text of a page, or why there is none.
pub(crate) async fn get(egress: &Egress, url: &str) -> Result<String, EgressError> {
    let answer = egress.open(EgressRequest::new(url)).await?;
    let bytes = answer.bytes().await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
