//! Every tool, resource and prompt is implemented: nothing to complain about.

#[path = "../desks.rs"]
mod desks;

use desks::book_desk::{BookDeskArguments, BookDeskError, BookDeskOutput, Hours};
use desks::free_desks::{FreeDesksArguments, FreeDesksError, FreeDesksOutput};
use desks::prompts::RemindArguments;
use desks::resources::DeskParameters;
use desks::{Kind, Prompts, Resources, Service, Tools};
use lockstep_runtime::contract::{
    CompletionError, Completing, Completion, Context, PromptError, PromptMessages, ResourceContents, ResourceError,
    ResourceList,
};

struct Server;

impl Tools for Server {
    async fn book_desk(
        &self,
        _: &Context,
        BookDeskArguments { desk, day, hours, kind, guests }: BookDeskArguments,
    ) -> Result<BookDeskOutput, BookDeskError> {
        if guests.len() > 1 && kind == Some(Kind::Standing) {
            return Err(BookDeskError::desk_taken(format!("{desk} is taken on {day}")));
        }
        Ok(BookDeskOutput { booking: desk.to_string(), hours: Hours::try_from(hours.get() + 1)?, note: None })
    }

    async fn free_desks(&self, _: &Context, _: FreeDesksArguments) -> Result<FreeDesksOutput, FreeDesksError> {
        Ok(FreeDesksOutput { desks: vec![] })
    }
}

impl Resources for Server {
    async fn desk(
        &self,
        _: &Context,
        DeskParameters { desk }: DeskParameters,
    ) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::text(desk))
    }

    async fn desk_list(&self, _: &Context, _: Option<&str>) -> Result<ResourceList, ResourceError> {
        Ok(ResourceList::default())
    }

    async fn desk_complete_desk(&self, _: &Context, completing: Completing) -> Result<Completion, CompletionError> {
        Ok(Completion::among(&["A1", "A2"], &completing.value))
    }
}

impl Prompts for Server {
    async fn remind(
        &self,
        _: &Context,
        RemindArguments { day }: RemindArguments,
    ) -> Result<PromptMessages, PromptError> {
        Ok(PromptMessages::new().user(format!("Remind everybody of {day}.")))
    }
}

fn main() {
    let _ = Service(Server);
}
