//! What generated code puts together for a contract: which resource an address names, pages over several lists,
//! messages out of templates.

use lockstep_wire::latest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::arguments::{Parsing, typed};
use super::catalog::{Catalog, ResourceDescriptor};
use super::completion::Reference;
use super::problem::{clean, suggestion};
use super::prompts::PromptMessages;
use super::protocol_error::{CompletionError, PromptError, ResourceError};
use super::resources::ResourceList;
use super::rule::Typed;
use super::template::Template;

/// The resource that an address names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FoundResource {
    /// Its place in the catalog.
    pub index: usize,
    /// Its descriptor.
    pub descriptor: &'static ResourceDescriptor,
    /// The values of the template's variables.
    pub values: Vec<(&'static str, String)>,
}

impl Catalog {
    /// Finds the first resource whose address or template matches `uri`, plain addresses first.
    ///
    /// # Errors
    ///
    /// [`ResourceError::NotFound`] where there is none.
    pub fn find_resource(&self, uri: &str) -> Result<FoundResource, ResourceError> {
        let matching = |template: bool| {
            let all = self.resources.iter().enumerate();
            all.filter(move |(_, descriptor)| descriptor.template == template).find_map(
                |(index, descriptor)| {
                    let values = descriptor.uri.matches(uri)?;
                    Some(FoundResource { index, descriptor, values })
                },
            )
        };
        matching(false).or_else(|| matching(true)).ok_or_else(|| unknown_resource(uri))
    }
}

fn unknown_resource(uri: &str) -> ResourceError {
    ResourceError::not_found(format!("`{}`", clean(uri, 200)))
}

/// Where a page of `resources/list` begins: several lists follow each other, after the plain addresses.
#[derive(Clone, Debug)]
pub struct ListPosition<'a> {
    lister: usize,
    listers: usize,
    first: bool,
    cursor: Option<&'a str>,
}

impl<'a> ListPosition<'a> {
    /// Reads the cursor of a request over `listers` lists: the number of the list and that list's own cursor.
    ///
    /// # Errors
    ///
    /// [`ResourceError::InvalidParameter`] for a cursor that [`ListPosition::finish`] did not make.
    pub fn read(cursor: Option<&'a str>, listers: usize) -> Result<Self, ResourceError> {
        let Some(text) = cursor else {
            return Ok(Self { lister: 0, listers, first: true, cursor: None });
        };
        let parts = text.split_once(':').and_then(|(number, inner)| Some((number.parse().ok()?, inner)));
        match parts {
            Some((lister, inner)) if lister < listers => {
                Ok(Self { lister, listers, first: false, cursor: (!inner.is_empty()).then_some(inner) })
            }
            _ => Err(ResourceError::invalid_parameter("`cursor` is not one that this server gave out")),
        }
    }

    /// The number of the list that the page is taken from.
    pub fn lister(&self) -> usize {
        self.lister
    }

    /// That list's own cursor; absent at its beginning.
    pub fn cursor(&self) -> Option<&'a str> {
        self.cursor
    }

    /// The page with what stands around it: on the first one the plain addresses of the catalog, at the end of a list the
    /// way to the next.
    pub fn finish(&self, catalog: &Catalog, mut page: ResourceList) -> ResourceList {
        let next = match page.next_cursor.take() {
            Some(inner) => Some(format!("{}:{inner}", self.lister)),
            None if self.lister + 1 < self.listers => Some(format!("{}:", self.lister + 1)),
            None => None,
        };
        if self.first {
            let plain =
                catalog.resources.iter().filter(|descriptor| !descriptor.template && !descriptor.opt_in);
            let mut resources: Vec<latest::Resource> =
                plain.filter_map(|descriptor| serde_json::from_str(descriptor.json).ok()).collect();
            resources.append(&mut page.resources);
            page.resources = resources;
        }
        page.next_cursor = next;
        page
    }
}

/// Fills in the templates of a prompt.
///
/// # Errors
///
/// [`PromptError::Internal`] where the arguments cannot be written as JSON.
pub fn rendered(
    messages: &'static [(latest::Role, Template)],
    arguments: &impl Serialize,
) -> Result<PromptMessages, PromptError> {
    let Value::Object(values) = written(arguments) else {
        return Err(PromptError::internal("the arguments are no object"));
    };
    Ok(messages.iter().fold(PromptMessages::new(), |done, (role, template)| {
        done.with(*role, latest::TextContent::new(template.render(&values)))
    }))
}

/// Says that nothing completes `argument`.
pub fn nothing_to_complete(of: Reference<'_>, argument: &str) -> CompletionError {
    let (what, name) = match of {
        Reference::Prompt(name) => ("prompt", name),
        Reference::Resource(uri) => ("resource", uri),
    };
    let (argument, name) = (clean(argument, 64), clean(name, 200));
    CompletionError::unknown(format!("nothing completes `{argument}` of the {what} `{name}`"))
}

/// Says that there is no such prompt, and which there are.
pub fn unknown_prompt(catalog: &Catalog, name: &str) -> PromptError {
    let names: Vec<&str> = catalog.prompts.iter().map(|prompt| prompt.name).collect();
    let near = suggestion(name, &names);
    PromptError::not_found(format!("`{}`{near}", clean(name, 64)))
}

/// A value as JSON; null where it cannot be written.
pub fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Reads a tool's output into its type.
///
/// # Errors
///
/// How the value breaks the tool's output schema.
pub fn read_output<O: Typed + DeserializeOwned>(output: Value) -> Result<O, String> {
    O::RULE.check(output, Parsing::Strict).and_then(typed).map_err(|problems| problems.to_string())
}
