#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Parameters of the resources.
pub mod resources {
    use lockstep_runtime::contract;
    /// Parameters of `files:///{+path}`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FileParameters {
        /// The member `path`.
        pub path: String,
    }
    impl contract::Typed for FileParameters {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "path",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// `PageSection` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum PageSection {
        /// `guide`
        Guide,
        /// `reference`
        Reference,
    }
    lockstep_runtime::choice!(
        impl PageSection { Guide = "guide", Reference = "reference", }
    );
    /// `PagePage` of the catalog.
    ///
    /// At most 64 characters. Matches `^[a-z]+$`.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct PagePage(String);
    lockstep_runtime::text!(
        impl PagePage { min : None, max : Some(64), pattern : Some("^[a-z]+$"), format :
        None }
    );
    /// Parameters of `docs://{section}/pages/{page}{?version,raw,lang}`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PageParameters {
        /// The member `section`.
        pub section: PageSection,
        /// The member `page`.
        ///
        /// At most 64 characters. Matches `^[a-z]+$`.
        pub page: PagePage,
        /// The member `version`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub version: Option<super::Version>,
        /// The member `raw`.
        #[serde(default = "PageParameters::default_raw")]
        pub raw: bool,
        /// The member `lang`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub lang: Option<String>,
    }
    impl PageParameters {
        fn default_raw() -> bool {
            false
        }
    }
    impl contract::Typed for PageParameters {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "section",
                        <PageSection as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"guide\"",
                    ),
                    contract::Member::new(
                        "page",
                        <PagePage as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"intro\"",
                    ),
                    contract::Member::new(
                        "version",
                        <super::Version as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "1",
                    ),
                    contract::Member::new(
                        "raw",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "false",
                    ),
                    contract::Member::new(
                        "lang",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
}
/// `Version` of the catalog.
///
/// 1 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version(u64);
lockstep_runtime::integer!(impl Version(u64) { min : Some(1), max : None });
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {}
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {}
    }
    /// Reads arguments as a call would, without calling anything, and answers what the tool would see.
    ///
    /// # Errors
    ///
    /// What the caller would be told.
    pub fn read_arguments(
        self,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
        parsing: contract::Parsing,
    ) -> Result<lockstep_runtime::serde_json::Value, contract::Refusal> {
        let _ = (arguments, parsing);
        match self {}
    }
    /// Reads a result's `structuredContent` as the typed client would, and answers what it would see.
    ///
    /// # Errors
    ///
    /// The value breaks the tool's output schema, and how.
    pub fn read_output(
        self,
        output: lockstep_runtime::serde_json::Value,
    ) -> Result<lockstep_runtime::serde_json::Value, String> {
        let _ = output;
        match self {}
    }
}
/// Every name that can be called: one step, however many there are.
static NAMES: lockstep_runtime::phf::Map<
    &'static str,
    (ToolName, Option<&'static contract::Alias>),
> = lockstep_runtime::phf::Map {
    key: 16287231350648472473,
    disps: &[],
    entries: &[],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {}
/// What a server implements for the resources of the catalog.
pub trait Resources<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// `files:///{+path}`: One file.
    fn file(
        &self,
        context: &Cx,
        parameters: resources::FileParameters,
    ) -> impl Future<
        Output = Result<contract::ResourceContents, contract::ResourceError>,
    > + Send;
    /// `docs://{section}/pages/{page}{?version,raw,lang}`: One page of a section.
    fn page(
        &self,
        context: &Cx,
        parameters: resources::PageParameters,
    ) -> impl Future<
        Output = Result<contract::ResourceContents, contract::ResourceError>,
    > + Send;
}
/// The implementation `T` as a contract that lockstep-runtime serves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Service<T>(pub T);
impl<T: Tools + Resources> contract::Contract for Service<T> {
    fn catalog(&self) -> &'static contract::Catalog {
        &CATALOG
    }
    fn tool(&self, name: &str) -> Option<&'static contract::ToolDescriptor> {
        let _ = name;
        None
    }
    async fn call_tool(
        &self,
        context: &contract::Context,
        name: &str,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
    ) -> Result<lockstep_runtime::wire::latest::CallToolResult, contract::CallError> {
        let _ = (context, name, arguments);
        Err(contract::CallError::UnknownTool)
    }
    async fn read_resource(
        &self,
        context: &contract::Context,
        uri: &str,
    ) -> Result<
        lockstep_runtime::wire::latest::ReadResourceResult,
        contract::ResourceError,
    > {
        let found = CATALOG.find_resource(uri)?;
        let contents = match found.index {
            0 => {
                Resources::file(&self.0, context, contract::parameters(&found.values)?)
                    .await?
            }
            1 => {
                Resources::page(&self.0, context, contract::parameters(&found.values)?)
                    .await?
            }
            _ => contract::ResourceContents::default(),
        };
        Ok(contents.into_result(uri, found.descriptor.mime_type))
    }
    async fn list_resources(
        &self,
        context: &contract::Context,
        cursor: Option<&str>,
    ) -> Result<contract::ResourceList, contract::ResourceError> {
        let position = contract::ListPosition::read(cursor, 0)?;
        let _ = context;
        let page = contract::ResourceList::default();
        Ok(position.finish(&CATALOG, page))
    }
    async fn complete(
        &self,
        context: &contract::Context,
        of: contract::Reference<'_>,
        argument: &str,
        completing: contract::Completing,
    ) -> Result<contract::Completion, contract::CompletionError> {
        let _ = context;
        match (of, argument) {
            (
                contract::Reference::Resource(
                    "docs://{section}/pages/{page}{?version,raw,lang}",
                ),
                "section",
            ) => {
                Ok(
                    contract::Completion::among(
                        &["guide", "reference"],
                        &completing.value,
                    ),
                )
            }
            _ => Err(contract::nothing_to_complete(of, argument)),
        }
    }
}
/// The tools of the catalog as functions of whoever calls them, over any transport.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToolsClient<C>(pub C);
impl<C: contract::Caller> ToolsClient<C> {}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
        "resources",
        "resources",
        "0.1.0",
        &[],
    )
    .with_resources(
        &[
            contract::ResourceDescriptor::new(
                    "file",
                    "{\"uriTemplate\":\"files:///{+path}\",\"name\":\"file\",\"title\":\"File\",\"description\":\"One file.\",\"mimeType\":\"text/plain\"}",
                    contract::UriTemplate(
                        &[
                            contract::UriPart::Literal("files:///"),
                            contract::UriPart::Rest("path"),
                        ],
                    ),
                    contract::Policy::new(),
                )
                .with_mime_type("text/plain")
                .template(),
            contract::ResourceDescriptor::new(
                    "page",
                    "{\"uriTemplate\":\"docs://{section}/pages/{page}{?version,raw,lang}\",\"name\":\"page\",\"title\":\"Page\",\"description\":\"One page of a section.\"}",
                    contract::UriTemplate(
                        &[
                            contract::UriPart::Literal("docs://"),
                            contract::UriPart::Segment("section"),
                            contract::UriPart::Literal("/pages/"),
                            contract::UriPart::Segment("page"),
                            contract::UriPart::Query(&["version", "raw", "lang"]),
                        ],
                    ),
                    contract::Policy::new(),
                )
                .template(),
        ],
    );
