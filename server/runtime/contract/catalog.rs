//! What a catalog says about a server, its tools, resources and prompts, as generated constants.

use super::arguments::Alias;
use super::policy::Policy;
use super::uri::UriTemplate;

/// One generated catalog: the server's identity and all that it offers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Catalog {
    /// Programmatic name of the server (`Implementation.name`).
    pub name: &'static str,
    /// Name for people (`Implementation.title`).
    pub title: &'static str,
    /// Version of the catalog (`Implementation.version`).
    pub version: &'static str,
    /// What the server is for (`Implementation.description`).
    pub description: Option<&'static str>,
    /// The server's page for people (`Implementation.websiteUrl`).
    pub website: Option<&'static str>,
    /// The server's icons (`Implementation.icons`), the list as JSON text.
    pub icons: Option<&'static str>,
    /// Each scope and what it allows.
    pub scopes: &'static [(&'static str, &'static str)],
    /// The tools, in the order in which the catalog lists them.
    pub tools: &'static [ToolDescriptor],
    /// The resources, in the order in which the catalog lists them.
    pub resources: &'static [ResourceDescriptor],
    /// The prompts, in the order in which the catalog lists them.
    pub prompts: &'static [PromptDescriptor],
}

impl Catalog {
    /// Puts a catalog of tools together; generated code adds the rest with the `with_…` functions.
    pub const fn new(
        name: &'static str,
        title: &'static str,
        version: &'static str,
        tools: &'static [ToolDescriptor],
    ) -> Self {
        Self {
            name,
            title,
            version,
            description: None,
            website: None,
            icons: None,
            scopes: &[],
            tools,
            resources: &[],
            prompts: &[],
        }
    }

    /// Adds the resources.
    #[must_use]
    pub const fn with_resources(mut self, resources: &'static [ResourceDescriptor]) -> Self {
        self.resources = resources;
        self
    }

    /// Adds the prompts.
    #[must_use]
    pub const fn with_prompts(mut self, prompts: &'static [PromptDescriptor]) -> Self {
        self.prompts = prompts;
        self
    }

    /// Says what the server is for.
    #[must_use]
    pub const fn with_description(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    /// Names the server's page for people.
    #[must_use]
    pub const fn with_website(mut self, website: &'static str) -> Self {
        self.website = Some(website);
        self
    }

    /// Adds the server's icons: the JSON text of a list of `Icon`.
    #[must_use]
    pub const fn with_icons(mut self, icons: &'static str) -> Self {
        self.icons = Some(icons);
        self
    }

    /// Adds the scopes and what each allows.
    #[must_use]
    pub const fn with_scopes(mut self, scopes: &'static [(&'static str, &'static str)]) -> Self {
        self.scopes = scopes;
        self
    }

    /// The tool with this name or alias, found by looking at all of them. Calls use
    /// [`Contract::tool`](super::Contract::tool), which takes the same time however many there are.
    pub fn tool(&self, name: &str) -> Option<&'static ToolDescriptor> {
        let named = self.tools.iter().find(|tool| tool.name == name);
        named.or_else(|| self.tools.iter().find(|tool| tool.alias(name).is_some()))
    }

    /// The resource with this name.
    pub fn resource(&self, name: &str) -> Option<&'static ResourceDescriptor> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// The prompt with this name.
    pub fn prompt(&self, name: &str) -> Option<&'static PromptDescriptor> {
        self.prompts.iter().find(|prompt| prompt.name == name)
    }
}

/// One tool as the catalog describes it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ToolDescriptor {
    /// Name by which the tool is called.
    pub name: &'static str,
    /// The `Tool` object of the latest revision, as JSON text; the engine projects it for older revisions.
    pub json: &'static str,
    /// What the catalog demands around each call.
    pub policy: Policy,
    /// Advertised only where the operator turns it on.
    pub opt_in: bool,
    /// Other names by which it can be called; never listed.
    pub aliases: &'static [Alias],
    /// How it can fail, the errors of all tools aside.
    pub errors: &'static [ErrorDescriptor],
}

impl ToolDescriptor {
    /// Describes one tool; generated code adds the rest with the other functions.
    pub const fn new(name: &'static str, json: &'static str, policy: Policy) -> Self {
        Self { name, json, policy, opt_in: false, aliases: &[], errors: &[] }
    }

    /// Advertises the tool only where the operator turns it on.
    #[must_use]
    pub const fn opt_in(mut self) -> Self {
        self.opt_in = true;
        self
    }

    /// Adds other names.
    #[must_use]
    pub const fn with_aliases(mut self, aliases: &'static [Alias]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Adds the tool's errors.
    #[must_use]
    pub const fn with_errors(mut self, errors: &'static [ErrorDescriptor]) -> Self {
        self.errors = errors;
        self
    }

    /// The alias with this name.
    pub fn alias(&self, name: &str) -> Option<&'static Alias> {
        self.aliases.iter().find(|alias| alias.name == name)
    }
}

/// One modelled error as the catalog describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorDescriptor {
    /// Its name.
    pub code: &'static str,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// What to do next.
    pub hint: &'static str,
    /// When to try again, in seconds.
    pub retry_after: Option<u64>,
}

impl ErrorDescriptor {
    /// Describes one error; called by generated code.
    pub const fn new(
        code: &'static str,
        retryable: bool,
        hint: &'static str,
        retry_after: Option<u64>,
    ) -> Self {
        Self { code, retryable, hint, retry_after }
    }
}

/// One resource as the catalog describes it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ResourceDescriptor {
    /// Its name in the catalog.
    pub name: &'static str,
    /// The `Resource` or, with `template`, the `ResourceTemplate` object of the latest revision, as JSON text.
    pub json: &'static str,
    /// Its address.
    pub uri: UriTemplate,
    /// The type of what it returns, where that is always the same.
    pub mime_type: Option<&'static str>,
    /// Whether the address has parameters.
    pub template: bool,
    /// Whether the server lists what there is.
    pub list: bool,
    /// Whether clients may ask to be told of changes.
    pub subscribe: bool,
    /// What the catalog demands around each read.
    pub policy: Policy,
    /// Advertised only where the operator turns it on.
    pub opt_in: bool,
}

impl ResourceDescriptor {
    /// Describes a resource with a plain address; generated code adds the rest with the other functions.
    pub const fn new(name: &'static str, json: &'static str, uri: UriTemplate, policy: Policy) -> Self {
        Self {
            name,
            json,
            uri,
            mime_type: None,
            template: false,
            list: false,
            subscribe: false,
            policy,
            opt_in: false,
        }
    }

    /// Names the type of what it returns.
    #[must_use]
    pub const fn with_mime_type(mut self, mime_type: &'static str) -> Self {
        self.mime_type = Some(mime_type);
        self
    }

    /// Says that the address has parameters.
    #[must_use]
    pub const fn template(mut self) -> Self {
        self.template = true;
        self
    }

    /// Says that the server lists what there is.
    #[must_use]
    pub const fn list(mut self) -> Self {
        self.list = true;
        self
    }

    /// Lets clients ask to be told of changes.
    #[must_use]
    pub const fn subscribe(mut self) -> Self {
        self.subscribe = true;
        self
    }

    /// Advertises the resource only where the operator turns it on.
    #[must_use]
    pub const fn opt_in(mut self) -> Self {
        self.opt_in = true;
        self
    }
}

/// One prompt as the catalog describes it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PromptDescriptor {
    /// Its name.
    pub name: &'static str,
    /// The `Prompt` object of the latest revision, as JSON text.
    pub json: &'static str,
    /// What the catalog demands around each use.
    pub policy: Policy,
    /// Advertised only where the operator turns it on.
    pub opt_in: bool,
}

impl PromptDescriptor {
    /// Describes one prompt; called by generated code.
    pub const fn new(name: &'static str, json: &'static str, policy: Policy) -> Self {
        Self { name, json, policy, opt_in: false }
    }

    /// Advertises the prompt only where the operator turns it on.
    #[must_use]
    pub const fn opt_in(mut self) -> Self {
        self.opt_in = true;
        self
    }
}
