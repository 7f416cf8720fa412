#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `rows`.
pub mod rows {
    use lockstep_runtime::contract;
    /// Arguments of `rows`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct RowsArguments {}
    impl contract::Typed for RowsArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `rows` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct RowsOutput {
        /// The member `rows`.
        pub rows: Vec<super::Row>,
    }
    impl contract::Typed for RowsOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "rows",
                        <Vec<super::Row> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "[[\"text\"]]",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `rows` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum RowsError {
        /// `gone`: Ask for something else.
        Gone(contract::ErrorDetail),
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(
        impl RowsError { Gone gone "gone" { retryable : false, hint :
        "Ask for something else.", retry_after : None }, }
    );
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// Arguments of the prompt `sum_up`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct SumUpArguments {}
    impl contract::Typed for SumUpArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
}
/// `Row` of the catalog.
pub type Row = Vec<lockstep_runtime::serde_json::Value>;
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `rows`
    Rows,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Rows];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rows => "rows",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Rows => rows::EXAMPLE,
        }
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
        match self {
            Self::Rows => {
                contract::parse::<
                    rows::RowsArguments,
                >(arguments, rows::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
        }
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
        match self {
            Self::Rows => {
                contract::read_output::<rows::RowsOutput>(output)
                    .map(|output| contract::written(&output))
            }
        }
    }
}
/// Every name that can be called: one step, however many there are.
static NAMES: lockstep_runtime::phf::Map<
    &'static str,
    (ToolName, Option<&'static contract::Alias>),
> = lockstep_runtime::phf::Map {
    key: 16287231350648472473,
    disps: &[(0, 0)],
    entries: &[("rows", (ToolName::Rows, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Returns rows.
    fn rows(
        &self,
        context: &Cx,
        arguments: rows::RowsArguments,
    ) -> impl Future<Output = Result<rows::RowsOutput, rows::RowsError>> + Send;
}
/// What a server implements for the resources of the catalog.
pub trait Resources<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// `notes:/all`: All notes.
    fn notes(
        &self,
        context: &Cx,
    ) -> impl Future<
        Output = Result<contract::ResourceContents, contract::ResourceError>,
    > + Send;
}
/// What a server implements for the prompts that the catalog does not write out itself.
pub trait Prompts<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// The messages of `sum_up`: Sums the notes up.
    fn sum_up(
        &self,
        context: &Cx,
        arguments: prompts::SumUpArguments,
    ) -> impl Future<
        Output = Result<contract::PromptMessages, contract::PromptError>,
    > + Send;
}
/// The implementation `T` as a contract that lockstep-runtime serves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Service<T>(pub T);
impl<T: Tools + Resources + Prompts> contract::Contract for Service<T> {
    fn catalog(&self) -> &'static contract::Catalog {
        &CATALOG
    }
    fn tool(&self, name: &str) -> Option<&'static contract::ToolDescriptor> {
        let index: usize = match ToolName::from_name(name)? {
            ToolName::Rows => 0,
        };
        CATALOG.tools.get(index)
    }
    async fn call_tool(
        &self,
        context: &contract::Context,
        name: &str,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
    ) -> Result<lockstep_runtime::wire::latest::CallToolResult, contract::CallError> {
        let Some((tool, alias)) = NAMES.get(name) else {
            return Err(contract::CallError::UnknownTool);
        };
        match tool {
            ToolName::Rows => {
                match contract::parse(
                    arguments,
                    rows::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::rows(&self.0, context, arguments))
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
        }
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
            0 => Resources::notes(&self.0, context).await?,
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
    async fn get_prompt(
        &self,
        context: &contract::Context,
        name: &str,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
    ) -> Result<lockstep_runtime::wire::latest::GetPromptResult, contract::PromptError> {
        let _ = context;
        match name {
            "sum_up" => {
                let arguments: prompts::SumUpArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    Prompts::sum_up(&self.0, context, arguments)
                        .await?
                        .into_result(Some("Sums the notes up.")),
                )
            }
            _ => Err(contract::unknown_prompt(&CATALOG, name)),
        }
    }
}
/// The tools of the catalog as functions of whoever calls them, over any transport.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToolsClient<C>(pub C);
impl<C: contract::Caller> ToolsClient<C> {
    /// Returns rows.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn rows(
        &self,
        arguments: &rows::RowsArguments,
    ) -> Result<rows::RowsOutput, contract::ClientError<rows::RowsError, C::Error>> {
        contract::call(&self.0, "rows", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
        "imports",
        "imports",
        "0.1.0",
        &[
            contract::ToolDescriptor::new(
                    "rows",
                    "{\"name\":\"rows\",\"title\":\"Rows\",\"description\":\"Returns rows.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{}}}},\"required\":[\"rows\"],\"additionalProperties\":false}}",
                    contract::Policy::new().with_scopes(&["db:read"]),
                )
                .with_errors(
                    &[
                        contract::ErrorDescriptor::new(
                            "gone",
                            false,
                            "Ask for something else.",
                            None,
                        ),
                    ],
                ),
        ],
    )
    .with_scopes(&[("db:read", "Read the databases")])
    .with_resources(
        &[
            contract::ResourceDescriptor::new(
                "notes",
                "{\"uri\":\"notes:/all\",\"name\":\"notes\",\"title\":\"Notes\",\"description\":\"All notes.\"}",
                contract::UriTemplate(&[contract::UriPart::Literal("notes:/all")]),
                contract::Policy::new(),
            ),
        ],
    )
    .with_prompts(
        &[
            contract::PromptDescriptor::new(
                "sum_up",
                "{\"name\":\"sum_up\",\"title\":\"Sum up\",\"description\":\"Sums the notes up.\"}",
                contract::Policy::new(),
            ),
        ],
    );
