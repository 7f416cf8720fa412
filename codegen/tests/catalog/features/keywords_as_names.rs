#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `match`.
pub mod r#match {
    use lockstep_runtime::contract;
    /// Arguments of `match`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct MatchArguments {
        /// The member `type`.
        pub r#type: String,
        /// The member `fn`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub r#fn: Option<super::Type>,
        /// The member `gen`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub r#gen: Option<i64>,
        /// The member `async`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub r#async: Option<bool>,
    }
    impl contract::Typed for MatchArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "type",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "fn",
                        <super::Type as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "{\"type\":\"text\"}",
                    ),
                    contract::Member::new(
                        "gen",
                        <i64 as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "1",
                    ),
                    contract::Member::new(
                        "async",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "true",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `match` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct MatchOutput {
        /// The member `ref`.
        pub r#ref: String,
        /// The member `await`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub r#await: Option<bool>,
    }
    impl contract::Typed for MatchOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "ref",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "await",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "true",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `match` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum MatchError {
        /// `try`: Try again.
        Try(contract::ErrorDetail),
        /// `yield`: Give way.
        Yield(contract::ErrorDetail),
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(
        impl MatchError { Try r#try "try" { retryable : false, hint : "Try again.",
        retry_after : None }, Yield r#yield "yield" { retryable : false, hint :
        "Give way.", retry_after : None }, }
    );
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"type\":\"text\"}";
}
/// Types of the tool `self_test`.
pub mod self_test {
    use lockstep_runtime::contract;
    /// Arguments of `self_test`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct SelfTestArguments {}
    impl contract::Typed for SelfTestArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `self_test` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct SelfTestOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for SelfTestOutput {
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
    /// How `self_test` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SelfTestError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl SelfTestError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Parameters of the resources.
pub mod resources {
    use lockstep_runtime::contract;
    /// Parameters of `keys:/{type}`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct StaticParameters {
        /// The member `type`.
        pub r#type: String,
    }
    impl contract::Typed for StaticParameters {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "type",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
}
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// Arguments of the prompt `move`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct MoveArguments {
        /// The member `where`.
        pub r#where: String,
    }
    impl contract::Typed for MoveArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "where",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
}
/// `TypeMatch` of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeMatch {
    /// `fn`
    Fn,
    /// `struct`
    Struct,
    /// `self`
    Self_,
}
lockstep_runtime::choice!(
    impl TypeMatch { Fn = "fn", Struct = "struct", Self_ = "self", }
);
/// `Type` of the catalog.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct Type {
    /// The member `type`.
    pub r#type: String,
    /// The member `match`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lockstep_runtime::contract::present"
    )]
    pub r#match: Option<TypeMatch>,
    /// The member `loop`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lockstep_runtime::contract::present"
    )]
    pub r#loop: Option<bool>,
}
impl contract::Typed for Type {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "type",
                    <String as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "\"text\"",
                ),
                contract::Member::new(
                    "match",
                    <TypeMatch as contract::Typed>::RULE,
                    contract::Presence::Optional,
                    "\"fn\"",
                ),
                contract::Member::new(
                    "loop",
                    <bool as contract::Typed>::RULE,
                    contract::Presence::Optional,
                    "true",
                ),
            ],
        );
        &RULE
    };
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `match`
    Match,
    /// `self_test`
    SelfTest,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Match, Self::SelfTest];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::SelfTest => "self_test",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Match => r#match::EXAMPLE,
            Self::SelfTest => self_test::EXAMPLE,
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
            Self::Match => {
                contract::parse::<
                    r#match::MatchArguments,
                >(arguments, r#match::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::SelfTest => {
                contract::parse::<
                    self_test::SelfTestArguments,
                >(arguments, self_test::EXAMPLE, None, parsing)
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
            Self::Match => {
                contract::read_output::<r#match::MatchOutput>(output)
                    .map(|output| contract::written(&output))
            }
            Self::SelfTest => {
                contract::read_output::<self_test::SelfTestOutput>(output)
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
        ("match", (ToolName::Match, None)),
        ("self_test", (ToolName::SelfTest, None)),
    ],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Has names that are words of Rust.
    fn r#match(
        &self,
        context: &Cx,
        arguments: r#match::MatchArguments,
    ) -> impl Future<Output = Result<r#match::MatchOutput, r#match::MatchError>> + Send;
    /// Is fine.
    fn self_test(
        &self,
        context: &Cx,
        arguments: self_test::SelfTestArguments,
    ) -> impl Future<
        Output = Result<self_test::SelfTestOutput, self_test::SelfTestError>,
    > + Send;
}
/// What a server implements for the resources of the catalog.
pub trait Resources<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// `keys:/{type}`: Named by a word.
    fn r#static(
        &self,
        context: &Cx,
        parameters: resources::StaticParameters,
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
        let index: usize = match ToolName::from_name(name)? {
            ToolName::Match => 0,
            ToolName::SelfTest => 1,
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
            ToolName::Match => {
                match contract::parse(
                    arguments,
                    r#match::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::r#match(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::SelfTest => {
                match contract::parse(
                    arguments,
                    self_test::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::self_test(&self.0, context, arguments),
                            )
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
            0 => {
                Resources::r#static(
                        &self.0,
                        context,
                        contract::parameters(&found.values)?,
                    )
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
    async fn get_prompt(
        &self,
        context: &contract::Context,
        name: &str,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
    ) -> Result<lockstep_runtime::wire::latest::GetPromptResult, contract::PromptError> {
        let _ = context;
        match name {
            "move" => {
                let arguments: prompts::MoveArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    {
                        static MESSAGES: &[(contract::Role, contract::Template)] = &[
                            (
                                contract::Role::User,
                                contract::Template(
                                    &[
                                        contract::Piece::Text("Move "),
                                        contract::Piece::Value("where"),
                                        contract::Piece::Text("."),
                                    ],
                                ),
                            ),
                        ];
                        contract::rendered(MESSAGES, &arguments)?
                    }
                        .into_result(Some("Moves.")),
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
    /// Has names that are words of Rust.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn r#match(
        &self,
        arguments: &r#match::MatchArguments,
    ) -> Result<
        r#match::MatchOutput,
        contract::ClientError<r#match::MatchError, C::Error>,
    > {
        contract::call(&self.0, "match", arguments).await
    }
    /// Is fine.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn self_test(
        &self,
        arguments: &self_test::SelfTestArguments,
    ) -> Result<
        self_test::SelfTestOutput,
        contract::ClientError<self_test::SelfTestError, C::Error>,
    > {
        contract::call(&self.0, "self_test", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
        "keywords",
        "keywords",
        "0.1.0",
        &[
            contract::ToolDescriptor::new(
                    "match",
                    "{\"name\":\"match\",\"title\":\"Match\",\"description\":\"Has names that are words of Rust.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},\"fn\":{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},\"match\":{\"type\":\"string\",\"enum\":[\"fn\",\"struct\",\"self\"]},\"loop\":{\"type\":\"boolean\"}},\"required\":[\"type\"],\"additionalProperties\":false},\"gen\":{\"type\":\"integer\"},\"async\":{\"type\":\"boolean\"}},\"required\":[\"type\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"ref\":{\"type\":\"string\"},\"await\":{\"type\":\"boolean\"}},\"required\":[\"ref\"],\"additionalProperties\":false}}",
                    contract::Policy::new(),
                )
                .with_errors(
                    &[
                        contract::ErrorDescriptor::new("try", false, "Try again.", None),
                        contract::ErrorDescriptor::new("yield", false, "Give way.", None),
                    ],
                ),
            contract::ToolDescriptor::new(
                "self_test",
                "{\"name\":\"self_test\",\"title\":\"Self\",\"description\":\"Is fine.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            ),
        ],
    )
    .with_resources(
        &[
            contract::ResourceDescriptor::new(
                    "static",
                    "{\"uriTemplate\":\"keys:/{type}\",\"name\":\"static\",\"title\":\"Static\",\"description\":\"Named by a word.\"}",
                    contract::UriTemplate(
                        &[
                            contract::UriPart::Literal("keys:/"),
                            contract::UriPart::Segment("type"),
                        ],
                    ),
                    contract::Policy::new(),
                )
                .template(),
        ],
    )
    .with_prompts(
        &[
            contract::PromptDescriptor::new(
                "move",
                "{\"name\":\"move\",\"title\":\"Move\",\"description\":\"Moves.\",\"arguments\":[{\"name\":\"where\",\"required\":true}]}",
                contract::Policy::new(),
            ),
        ],
    );
