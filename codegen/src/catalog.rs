//! The catalog: `spec/tools.yaml` and what it imports as checked data, every mistake with line and column.

mod alias;
mod check;
mod collide;
mod describe;
pub(crate) mod descriptor;
mod ends;
mod formats;
mod head;
mod json;
mod keys;
mod later;
mod load;
mod model;
mod names;
mod pattern;
mod policy;
mod prompt;
mod refused;
mod resource;
mod schema;
mod strings;
mod template;
#[cfg(test)]
mod tests;
mod tool;
mod tool_errors;
mod union;
mod unused;
mod uri;
mod values;

use crate::Sources;
use crate::error::{Error, Errors, Place};
use crate::yaml::Node;

use check::Check;
pub(crate) use describe::{advertised_description, bytes, duration, rate};
pub(crate) use json::{INLINE_BYTES, number};
pub use model::Catalog;
pub(crate) use model::{
    Alias, Audit, Format, Kind, Member, Piece, Policy, Prompt, Resource, Schema, Spot, Template, Tool,
    UriPart, Variant,
};

impl Catalog {
    /// Reads the catalog whose root is the file `root` of `files`, which are texts by path; what it imports is
    /// among them.
    ///
    /// # Errors
    ///
    /// All mistakes found in the catalog's files, each with line and column. A file that is no YAML hides only its own
    /// further mistakes.
    pub fn parse(root: &str, files: &Sources) -> Result<Self, Errors> {
        let mut check = Check::default();
        let trees = load::load(&mut check, root, files);
        let catalog = catalog(&mut check, &trees);
        let names: Vec<String> = check.files.iter().map(|(name, _)| name.clone()).collect();
        let mut errors = check.errors;
        errors.sort_by_key(|error| rank(error, &names));
        errors.finish(()).map(|()| Self { files: check.files, ..catalog })
    }
}

fn catalog<'n>(check: &mut Check<'n>, trees: &'n [Option<Node>]) -> Catalog {
    let sections = load::sections(check, trees);
    let head = head::head(check, trees);
    head::scopes(check, &sections.scopes);
    schema::types(check, &sections.types);
    tool_errors::shared(check, &sections.errors);
    let tools = tool::tools(check, &sections.tools);
    let resources = resource::resources(check, &sections.resources);
    let prompts = prompt::prompts(check, &sections.prompts);

    let catalog = Catalog {
        scopes: check.scopes.clone(),
        types: check.types.clone(),
        tools,
        resources,
        prompts,
        ..head
    };
    later::values(check, &catalog);
    ends::check(check, &catalog);
    collide::check(check, &catalog);
    unused::check(check, &sections);
    catalog
}

/// Files in the order in which they were read, and each from its top.
fn rank(error: &Error, names: &[String]) -> (usize, usize, usize) {
    let index = |file: &String| names.iter().position(|name| name == file).unwrap_or_default();
    match &error.place {
        Place::Position { file, line, column } => (index(file), *line, *column),
        Place::File(file) => (index(file), 0, 0),
        Place::Schema { .. } => (0, 0, 0),
    }
}
