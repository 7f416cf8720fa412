//! A resource that the catalog lists, without a list.

#[path = "../desks.rs"]
mod desks;

use desks::Resources;
use desks::resources::DeskParameters;
use lockstep_runtime::contract::{
    CompletionError, Completing, Completion, Context, ResourceContents, ResourceError,
};

struct Server;

impl Resources for Server {
    async fn desk(&self, _: &Context, _: DeskParameters) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::text("a lamp"))
    }

    async fn desk_complete_desk(&self, _: &Context, completing: Completing) -> Result<Completion, CompletionError> {
        Ok(Completion::among(&[], &completing.value))
    }
}

fn main() {}
