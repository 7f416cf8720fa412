#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `a`.
pub mod a {
    use lockstep_runtime::contract;
    /// Arguments of `a`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct AArguments {}
    impl contract::Typed for AArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `a` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct AOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for AOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "done",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "true",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `a` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum AError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl AError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// Arguments of the prompt `c`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct CArguments {}
    impl contract::Typed for CArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `a`
    A,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::A];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::A => a::EXAMPLE,
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
            Self::A => {
                contract::parse::<a::AArguments>(arguments, a::EXAMPLE, None, parsing)
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
            Self::A => {
                contract::read_output::<a::AOutput>(output)
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
    entries: &[("a", (ToolName::A, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Has an icon.
    fn a(
        &self,
        context: &Cx,
        arguments: a::AArguments,
    ) -> impl Future<Output = Result<a::AOutput, a::AError>> + Send;
}
/// What a server implements for the resources of the catalog.
pub trait Resources<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// `b:/all`: Has an icon.
    fn b(
        &self,
        context: &Cx,
    ) -> impl Future<
        Output = Result<contract::ResourceContents, contract::ResourceError>,
    > + Send;
}
/// What a server implements for the prompts that the catalog does not write out itself.
pub trait Prompts<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// The messages of `c`: Has an icon.
    fn c(
        &self,
        context: &Cx,
        arguments: prompts::CArguments,
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
            ToolName::A => 0,
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
            ToolName::A => {
                match contract::parse(arguments, a::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::a(&self.0, context, arguments))
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
            0 => Resources::b(&self.0, context).await?,
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
            "c" => {
                let arguments: prompts::CArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    Prompts::c(&self.0, context, arguments)
                        .await?
                        .into_result(Some("Has an icon.")),
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
    /// Has an icon.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn a(
        &self,
        arguments: &a::AArguments,
    ) -> Result<a::AOutput, contract::ClientError<a::AError, C::Error>> {
        contract::call(&self.0, "a", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
        "icons",
        "icons",
        "0.1.0",
        &[
            contract::ToolDescriptor::new(
                "a",
                "{\"name\":\"a\",\"title\":\"A\",\"description\":\"Has an icon.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false},\"icons\":[{\"src\":\"https://example.com/a.svg\",\"mimeType\":\"image/svg+xml\",\"sizes\":[\"any\"],\"theme\":\"light\"}]}",
                contract::Policy::new(),
            ),
        ],
    )
    .with_icons("[{\"src\":\"data:image/png;base64,AA==\"}]")
    .with_resources(
        &[
            contract::ResourceDescriptor::new(
                "b",
                "{\"uri\":\"b:/all\",\"name\":\"b\",\"title\":\"B\",\"description\":\"Has an icon.\",\"icons\":[{\"src\":\"https://example.com/b.png\"}]}",
                contract::UriTemplate(&[contract::UriPart::Literal("b:/all")]),
                contract::Policy::new(),
            ),
        ],
    )
    .with_prompts(
        &[
            contract::PromptDescriptor::new(
                "c",
                "{\"name\":\"c\",\"title\":\"C\",\"description\":\"Has an icon.\",\"icons\":[{\"src\":\"https://example.com/c.png\",\"sizes\":[\"16x16\"]}]}",
                contract::Policy::new(),
            ),
        ],
    );
