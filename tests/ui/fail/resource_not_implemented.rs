//! A resource of the catalog without an implementation.

#[path = "../desks.rs"]
mod desks;

use desks::Resources;
use lockstep_runtime::contract::{CompletionError, Completing, Completion, Context, ResourceError, ResourceList};

struct Server;

impl Resources for Server {
    async fn desk_list(&self, _: &Context, _: Option<&str>) -> Result<ResourceList, ResourceError> {
        Ok(ResourceList::default())
    }

    async fn desk_complete_desk(&self, _: &Context, completing: Completing) -> Result<Completion, CompletionError> {
        Ok(Completion::among(&[], &completing.value))
    }
}

fn main() {}
