//! A typed client takes typed arguments only.

#[path = "../desks.rs"]
mod desks;

use desks::ToolsClient;
use lockstep_runtime::contract::Caller;

async fn book(client: ToolsClient<impl Caller>) {
    let _ = client.book_desk(&lockstep_runtime::serde_json::json!({ "desk": "A12" })).await;
}

fn main() {}
