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
        pub rows: Vec<String>,
        /// The member `untrusted`.
        pub untrusted: bool,
    }
    impl contract::Typed for RowsOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "rows",
                        <Vec<String> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "[\"text\"]",
                    ),
                    contract::Member::new(
                        "untrusted",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "true",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `rows` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum RowsError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl RowsError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Types of the tool `page`.
pub mod page {
    use lockstep_runtime::contract;
    /// Arguments of `page`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PageArguments {}
    impl contract::Typed for PageArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `page` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PageOutput {
        /// The member `body`.
        pub body: String,
        /// The member `untrusted`.
        pub untrusted: bool,
    }
    impl contract::Typed for PageOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "body",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "untrusted",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "true",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `page` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PageError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl PageError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
    /// The text block of a result.
    pub(crate) const TEXT: contract::Template = contract::Template(
        &[contract::Piece::Value("body")],
    );
}
/// Types of the tool `picture`.
pub mod picture {
    use lockstep_runtime::contract;
    /// Arguments of `picture`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PictureArguments {}
    impl contract::Typed for PictureArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// How `picture` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PictureError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl PictureError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `rows`
    Rows,
    /// `page`
    Page,
    /// `picture`
    Picture,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Rows, Self::Page, Self::Picture];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Page => "page",
            Self::Picture => "picture",
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
            Self::Page => page::EXAMPLE,
            Self::Picture => picture::EXAMPLE,
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
            Self::Page => {
                contract::parse::<
                    page::PageArguments,
                >(arguments, page::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::Picture => {
                contract::parse::<
                    picture::PictureArguments,
                >(arguments, picture::EXAMPLE, None, parsing)
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
            Self::Page => {
                contract::read_output::<page::PageOutput>(output)
                    .map(|output| contract::written(&output))
            }
            Self::Picture => Err("the tool answers with content blocks".to_owned()),
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
    entries: &[
        ("picture", (ToolName::Picture, None)),
        ("page", (ToolName::Page, None)),
        ("rows", (ToolName::Rows, None)),
    ],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Rows that others wrote.
    fn rows(
        &self,
        context: &Cx,
        arguments: rows::RowsArguments,
    ) -> impl Future<Output = Result<rows::RowsOutput, rows::RowsError>> + Send;
    /// A page that others wrote.
    fn page(
        &self,
        context: &Cx,
        arguments: page::PageArguments,
    ) -> impl Future<Output = Result<page::PageOutput, page::PageError>> + Send;
    /// A picture that others made.
    fn picture(
        &self,
        context: &Cx,
        arguments: picture::PictureArguments,
    ) -> impl Future<
        Output = Result<contract::ContentBlocks, picture::PictureError>,
    > + Send;
}
/// The implementation `T` as a contract that lockstep-runtime serves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Service<T>(pub T);
impl<T: Tools> contract::Contract for Service<T> {
    fn catalog(&self) -> &'static contract::Catalog {
        &CATALOG
    }
    fn tool(&self, name: &str) -> Option<&'static contract::ToolDescriptor> {
        let index: usize = match ToolName::from_name(name)? {
            ToolName::Rows => 0,
            ToolName::Page => 1,
            ToolName::Picture => 2,
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
                        Ok(contract::Untrusted("database").answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::Page => {
                match contract::parse(
                    arguments,
                    page::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::page(&self.0, context, arguments))
                            .await;
                        Ok(contract::Untrusted("web").answer_with(outcome, page::TEXT))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::Picture => {
                match contract::parse(
                    arguments,
                    picture::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::picture(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::Untrusted("web").answer_blocks(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
        }
    }
}
/// The tools of the catalog as functions of whoever calls them, over any transport.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToolsClient<C>(pub C);
impl<C: contract::Caller> ToolsClient<C> {
    /// Rows that others wrote.
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
    /// A page that others wrote.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn page(
        &self,
        arguments: &page::PageArguments,
    ) -> Result<page::PageOutput, contract::ClientError<page::PageError, C::Error>> {
        contract::call(&self.0, "page", arguments).await
    }
    /// A picture that others made.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn picture(
        &self,
        arguments: &picture::PictureArguments,
    ) -> Result<
        contract::ContentBlocks,
        contract::ClientError<picture::PictureError, C::Error>,
    > {
        contract::call_blocks(&self.0, "picture", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "provenance",
    "provenance",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "rows",
            "{\"name\":\"rows\",\"title\":\"Rows\",\"description\":\"Rows that others wrote.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"untrusted\":{\"type\":\"boolean\"}},\"required\":[\"rows\",\"untrusted\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
        contract::ToolDescriptor::new(
            "page",
            "{\"name\":\"page\",\"title\":\"Page\",\"description\":\"A page that others wrote.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"body\":{\"type\":\"string\"},\"untrusted\":{\"type\":\"boolean\"}},\"required\":[\"body\",\"untrusted\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
        contract::ToolDescriptor::new(
            "picture",
            "{\"name\":\"picture\",\"title\":\"Picture\",\"description\":\"A picture that others made.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
