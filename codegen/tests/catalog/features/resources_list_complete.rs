#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Parameters of the resources.
pub mod resources {
    use lockstep_runtime::contract;
    /// `NotePath` of the catalog.
    ///
    /// At most 512 characters.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct NotePath(String);
    lockstep_runtime::text!(
        impl NotePath { min : None, max : Some(512), pattern : None, format : None }
    );
    /// Parameters of `notes:///{folder}/{+path}`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct NoteParameters {
        /// The member `folder`.
        pub folder: String,
        /// The member `path`.
        ///
        /// At most 512 characters.
        pub path: NotePath,
    }
    impl contract::Typed for NoteParameters {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "folder",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "path",
                        <NotePath as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
}
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
    /// `notes:///{folder}/{+path}`: One note as Markdown.
    fn note(
        &self,
        context: &Cx,
        parameters: resources::NoteParameters,
    ) -> impl Future<
        Output = Result<contract::ResourceContents, contract::ResourceError>,
    > + Send;
    /// The resources that `notes:///{folder}/{+path}` stands for, page by page.
    fn note_list(
        &self,
        context: &Cx,
        cursor: Option<&str>,
    ) -> impl Future<
        Output = Result<contract::ResourceList, contract::ResourceError>,
    > + Send;
    /// Values of `path` that begin as `completing` says.
    fn note_complete_path(
        &self,
        context: &Cx,
        completing: contract::Completing,
    ) -> impl Future<
        Output = Result<contract::Completion, contract::CompletionError>,
    > + Send;
    /// Values of `folder` that begin as `completing` says.
    fn note_complete_folder(
        &self,
        context: &Cx,
        completing: contract::Completing,
    ) -> impl Future<
        Output = Result<contract::Completion, contract::CompletionError>,
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
                Resources::note(&self.0, context, contract::parameters(&found.values)?)
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
        let position = contract::ListPosition::read(cursor, 1)?;
        let page = match position.lister() {
            0 => Resources::note_list(&self.0, context, position.cursor()).await?,
            _ => contract::ResourceList::default(),
        };
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
            (contract::Reference::Resource("notes:///{folder}/{+path}"), "folder") => {
                Resources::note_complete_folder(&self.0, context, completing).await
            }
            (contract::Reference::Resource("notes:///{folder}/{+path}"), "path") => {
                Resources::note_complete_path(&self.0, context, completing).await
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
                    "note",
                    "{\"uriTemplate\":\"notes:///{folder}/{+path}\",\"name\":\"note\",\"title\":\"Note\",\"description\":\"One note as Markdown.\",\"mimeType\":\"text/markdown\"}",
                    contract::UriTemplate(
                        &[
                            contract::UriPart::Literal("notes:///"),
                            contract::UriPart::Segment("folder"),
                            contract::UriPart::Literal("/"),
                            contract::UriPart::Rest("path"),
                        ],
                    ),
                    contract::Policy::new(),
                )
                .with_mime_type("text/markdown")
                .template()
                .list()
                .subscribe(),
        ],
    );
