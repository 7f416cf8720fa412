//! A member that the revision does not have yet.

#[path = "../desks.rs"]
mod desks;

use lockstep_runtime::wire::v2024_11_05::CallToolResult;

fn structured(result: CallToolResult) -> Option<lockstep_runtime::serde_json::Value> {
    result.structured_content
}

fn main() {}
