//! The resources.

use std::sync::atomic::Ordering;

use lockstep_runtime::contract::{
    Completing, Completion, CompletionError, Context, ResourceContents, ResourceError, ResourceList,
};
use lockstep_runtime::wire::latest::Resource;
use serde_json::json;

use crate::Conformance;
use crate::contract::Resources;
use crate::contract::resources::{FilesParameters, ManyParameters, TemplateParameters};
use crate::files::{FILES, stays_inside};
use crate::media::PNG;

/// How many resources `test://many/{n}` stands for, and how many of them stand on one page.
const MANY: u32 = 250;
const PAGE: u32 = 50;

impl Resources for Conformance {
    async fn static_text(&self, _: &Context) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::text("This is the content of the static text resource."))
    }

    async fn static_binary(&self, _: &Context) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::blob(PNG))
    }

    async fn watched(&self, _: &Context) -> Result<ResourceContents, ResourceError> {
        let changes = self.watched.load(Ordering::Relaxed);
        Ok(ResourceContents::text(format!("changed {changes} times")))
    }

    async fn watched_other(&self, _: &Context) -> Result<ResourceContents, ResourceError> {
        Ok(ResourceContents::text("never changed"))
    }

    async fn template(
        &self,
        _: &Context,
        TemplateParameters { id }: TemplateParameters,
    ) -> Result<ResourceContents, ResourceError> {
        let data = json!({ "id": id.as_str(), "templateTest": true, "data": format!("Data for ID: {id}") });
        Ok(ResourceContents::text(data.to_string()))
    }

    async fn many(
        &self,
        _: &Context,
        ManyParameters { n }: ManyParameters,
    ) -> Result<ResourceContents, ResourceError> {
        match n.get() {
            n if n <= MANY => Ok(ResourceContents::text(format!("number {n}"))),
            n => Err(ResourceError::not_found(format!("there are {MANY}, and none is number {n}"))),
        }
    }

    async fn many_list(&self, _: &Context, cursor: Option<&str>) -> Result<ResourceList, ResourceError> {
        let from = cursor.map_or(Some(0), |cursor| cursor.parse().ok());
        let from: u32 = from
            .filter(|from| *from < MANY && from % PAGE == 0)
            .ok_or_else(|| ResourceError::invalid_parameter("`cursor` is none of ours"))?;
        let resource = |n: u32| Resource::new(format!("many-{n}"), format!("test://many/{n}"));
        let page = ResourceList::new((from + 1..=from + PAGE).map(resource).collect());
        Ok(match from + PAGE {
            next if next < MANY => page.with_next_cursor(next.to_string()),
            _ => page,
        })
    }

    async fn files(
        &self,
        _: &Context,
        FilesParameters { path }: FilesParameters,
    ) -> Result<ResourceContents, ResourceError> {
        if !stays_inside(&path) {
            return Err(ResourceError::invalid_parameter("`path` does not stay inside the tree"));
        }
        let text = FILES.get(path.as_str());
        let text = text.ok_or_else(|| ResourceError::not_found("the tree has no such file"))?;
        Ok(ResourceContents::text(text))
    }

    async fn files_complete_path(
        &self,
        _: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        let paths: Vec<&str> = FILES.keys().map(String::as_str).collect();
        Ok(Completion::among(&paths, &completing.value))
    }
}
