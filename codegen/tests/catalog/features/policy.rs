#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `all`.
pub mod all {
    use lockstep_runtime::contract;
    /// Arguments of `all`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct AllArguments {}
    impl contract::Typed for AllArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `all` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct AllOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for AllOutput {
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
    /// How `all` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum AllError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl AllError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Types of the tool `few`.
pub mod few {
    use lockstep_runtime::contract;
    /// Arguments of `few`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FewArguments {}
    impl contract::Typed for FewArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `few` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FewOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for FewOutput {
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
    /// How `few` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum FewError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl FewError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Types of the tool `more`.
pub mod more {
    use lockstep_runtime::contract;
    /// Arguments of `more`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct MoreArguments {}
    impl contract::Typed for MoreArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `more` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct MoreOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for MoreOutput {
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
    /// How `more` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum MoreError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl MoreError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// Arguments of the prompt `ask`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct AskArguments {}
    impl contract::Typed for AskArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `all`
    All,
    /// `few`
    Few,
    /// `more`
    More,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::All, Self::Few, Self::More];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Few => "few",
            Self::More => "more",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::All => all::EXAMPLE,
            Self::Few => few::EXAMPLE,
            Self::More => more::EXAMPLE,
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
            Self::All => {
                contract::parse::<
                    all::AllArguments,
                >(arguments, all::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::Few => {
                contract::parse::<
                    few::FewArguments,
                >(arguments, few::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::More => {
                contract::parse::<
                    more::MoreArguments,
                >(arguments, more::EXAMPLE, None, parsing)
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
            Self::All => {
                contract::read_output::<all::AllOutput>(output)
                    .map(|output| contract::written(&output))
            }
            Self::Few => {
                contract::read_output::<few::FewOutput>(output)
                    .map(|output| contract::written(&output))
            }
            Self::More => {
                contract::read_output::<more::MoreOutput>(output)
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
    entries: &[
        ("all", (ToolName::All, None)),
        ("more", (ToolName::More, None)),
        ("few", (ToolName::Few, None)),
    ],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Has every measure.
    fn all(
        &self,
        context: &Cx,
        arguments: all::AllArguments,
    ) -> impl Future<Output = Result<all::AllOutput, all::AllError>> + Send;
    /// Has some measures.
    fn few(
        &self,
        context: &Cx,
        arguments: few::FewArguments,
    ) -> impl Future<Output = Result<few::FewOutput, few::FewError>> + Send;
    /// Has others.
    fn more(
        &self,
        context: &Cx,
        arguments: more::MoreArguments,
    ) -> impl Future<Output = Result<more::MoreOutput, more::MoreError>> + Send;
}
/// What a server implements for the resources of the catalog.
pub trait Resources<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// `notes:///all`: All notes.
    fn note(
        &self,
        context: &Cx,
    ) -> impl Future<
        Output = Result<contract::ResourceContents, contract::ResourceError>,
    > + Send;
}
/// What a server implements for the prompts that the catalog does not write out itself.
pub trait Prompts<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// The messages of `ask`: Asks.
    fn ask(
        &self,
        context: &Cx,
        arguments: prompts::AskArguments,
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
            ToolName::All => 0,
            ToolName::Few => 1,
            ToolName::More => 2,
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
            ToolName::All => {
                match contract::parse(arguments, all::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::all(&self.0, context, arguments))
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::Few => {
                match contract::parse(arguments, few::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::few(&self.0, context, arguments))
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::More => {
                match contract::parse(
                    arguments,
                    more::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::more(&self.0, context, arguments))
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
            0 => Resources::note(&self.0, context).await?,
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
            "ask" => {
                let arguments: prompts::AskArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    Prompts::ask(&self.0, context, arguments)
                        .await?
                        .into_result(Some("Asks.")),
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
    /// Has every measure.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn all(
        &self,
        arguments: &all::AllArguments,
    ) -> Result<all::AllOutput, contract::ClientError<all::AllError, C::Error>> {
        contract::call(&self.0, "all", arguments).await
    }
    /// Has some measures.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn few(
        &self,
        arguments: &few::FewArguments,
    ) -> Result<few::FewOutput, contract::ClientError<few::FewError, C::Error>> {
        contract::call(&self.0, "few", arguments).await
    }
    /// Has others.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn more(
        &self,
        arguments: &more::MoreArguments,
    ) -> Result<more::MoreOutput, contract::ClientError<more::MoreError, C::Error>> {
        contract::call(&self.0, "more", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
        "policy",
        "policy",
        "0.1.0",
        &[
            contract::ToolDescriptor::new(
                "all",
                "{\"name\":\"all\",\"title\":\"All\",\"description\":\"Has every measure.\\nLimits: 2 min, 5 calls a second, 256 KiB. A person confirms each call.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
                contract::Policy::new()
                    .with_scopes(&["db:read", "db:write"])
                    .with_timeout_ms(120000)
                    .with_rate(5, 1)
                    .with_concurrency(8)
                    .with_output_bytes(262144)
                    .with_confirm()
                    .with_audit(contract::Audit::Arguments),
            ),
            contract::ToolDescriptor::new(
                "few",
                "{\"name\":\"few\",\"title\":\"Few\",\"description\":\"Has some measures.\\nLimits: 500 ms, 60 calls a minute, 1 MiB.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
                contract::Policy::new()
                    .with_timeout_ms(500)
                    .with_rate(60, 60)
                    .with_output_bytes(1048576)
                    .with_audit(contract::Audit::None),
            ),
            contract::ToolDescriptor::new(
                "more",
                "{\"name\":\"more\",\"title\":\"More\",\"description\":\"Has others.\\nLimits: 30 s, 100 calls an hour.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
                contract::Policy::new().with_timeout_ms(30000).with_rate(100, 3600),
            ),
        ],
    )
    .with_scopes(
        &[
            ("db:read", "Read"),
            ("db:write", "Write"),
            ("notes:read", "Read notes"),
            ("ask", "Use prompts"),
        ],
    )
    .with_resources(
        &[
            contract::ResourceDescriptor::new(
                "note",
                "{\"uri\":\"notes:///all\",\"name\":\"note\",\"title\":\"Notes\",\"description\":\"All notes.\"}",
                contract::UriTemplate(&[contract::UriPart::Literal("notes:///all")]),
                contract::Policy::new()
                    .with_scopes(&["notes:read"])
                    .with_timeout_ms(5000)
                    .with_rate(10, 1)
                    .with_output_bytes(65536),
            ),
        ],
    )
    .with_prompts(
        &[
            contract::PromptDescriptor::new(
                "ask",
                "{\"name\":\"ask\",\"title\":\"Ask\",\"description\":\"Asks.\"}",
                contract::Policy::new()
                    .with_scopes(&["ask"])
                    .with_timeout_ms(1000)
                    .with_rate(1, 1),
            ),
        ],
    );
