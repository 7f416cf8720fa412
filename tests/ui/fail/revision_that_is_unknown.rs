//! A revision that there is not.

#[path = "../desks.rs"]
mod desks;

use lockstep_runtime::wire::v2027_01_01::CallToolResult;

fn main() {}
