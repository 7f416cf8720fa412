//! The answers that never change, each rendered once: when it is first asked for, in a revision that it is asked for in.

use std::sync::OnceLock;

use crate::contract::Catalog;

use super::reply::Refusal;
use super::revision::{self, Answer, Revision, ServerMeta};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fixed {
    /// `initialize` or `server/discover`.
    Opening,
    /// `tools/list`.
    Tools,
    /// `resources/templates/list`.
    Templates,
    /// `prompts/list`.
    Prompts,
}

/// All of them, as results.
#[derive(Debug)]
pub(super) struct Answers {
    catalog: &'static Catalog,
    instructions: Option<String>,
    /// Whether clients are promised to be told of changes.
    tells_changes: bool,
    /// What results say of the server.
    pub(super) server: ServerMeta,
    rendered: [[OnceLock<Vec<u8>>; 4]; Revision::ALL.len()],
}

impl Answers {
    pub(super) fn new(catalog: &'static Catalog, instructions: Option<String>, tells_changes: bool) -> Self {
        let server = ServerMeta::new(catalog);
        Self { catalog, instructions, tells_changes, server, rendered: Default::default() }
    }

    /// The result in this revision.
    pub(super) fn get(&self, revision: Revision, which: Fixed) -> Result<&[u8], Refusal> {
        let cell = &self.rendered[revision as usize][which as usize];
        if let Some(result) = cell.get() {
            return Ok(result);
        }
        let result = match which {
            Fixed::Opening => {
                revision.opening(self.catalog, self.instructions.as_deref(), self.tells_changes)
            }
            Fixed::Tools => revision::tools(self.catalog).and_then(|list| self.render(revision, list)),
            Fixed::Templates => {
                revision::templates(self.catalog).and_then(|list| self.render(revision, list))
            }
            Fixed::Prompts => revision::prompts(self.catalog).and_then(|list| self.render(revision, list)),
        };
        let result = result.map_err(|error| {
            tracing::error!(%error, ?which, "the answer cannot be rendered; generate the catalog again");
            super::call::internal_error()
        })?;
        Ok(cell.get_or_init(|| result))
    }

    fn render(&self, revision: Revision, list: impl Answer) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = Vec::new();
        revision.write(&mut json, list, &self.server)?;
        Ok(json)
    }
}
