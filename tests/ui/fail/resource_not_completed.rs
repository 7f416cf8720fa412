//! A parameter that the catalog completes, without a completion.

#[path = "../desks.rs"]
mod desks;

use desks::Resources;
use desks::resources::DeskParameters;
use lockstep_runtime::contract::{Context, ResourceContents, ResourceError, ResourceList};

struct Server;

impl Resources for Server {
    async fn desk(&self, _: &Context, _: DeskParameters) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::text("a lamp"))
    }

    async fn desk_list(&self, _: &Context, _: Option<&str>) -> Result<ResourceList, ResourceError> {
        Ok(ResourceList::default())
    }
}

fn main() {}
