#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `register`.
pub mod register {
    use lockstep_runtime::contract;
    /// Arguments of `register`. Nothing but their being an object is checked.
    #[derive(
        Clone,
        Debug,
        Default,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize,
    )]
    #[serde(crate = "lockstep_runtime::serde")]
    pub struct RegisterArguments(
        /// By name.
        pub lockstep_runtime::serde_json::Map<
            String,
            lockstep_runtime::serde_json::Value,
        >,
    );
    impl contract::Typed for RegisterArguments {
        const RULE: &'static contract::Rule = <lockstep_runtime::serde_json::Map<
            String,
            lockstep_runtime::serde_json::Value,
        > as contract::Typed>::RULE;
    }
    /// What `register` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct RegisterOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for RegisterOutput {
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
    /// How `register` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum RegisterError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl RegisterError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"name\":\"Ada\"}";
    /// Former and well-known names.
    pub(crate) static ALIASES: [contract::Alias; 1usize] = [
        contract::Alias {
            name: "enrol",
            renamed: &[],
            defaults: &[],
            set: &[],
        },
    ];
}
/// Types of the tool `anything`.
pub mod anything {
    use lockstep_runtime::contract;
    /// Arguments of `anything`. Nothing but their being an object is checked.
    #[derive(
        Clone,
        Debug,
        Default,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize,
    )]
    #[serde(crate = "lockstep_runtime::serde")]
    pub struct AnythingArguments(
        /// By name.
        pub lockstep_runtime::serde_json::Map<
            String,
            lockstep_runtime::serde_json::Value,
        >,
    );
    impl contract::Typed for AnythingArguments {
        const RULE: &'static contract::Rule = <lockstep_runtime::serde_json::Map<
            String,
            lockstep_runtime::serde_json::Value,
        > as contract::Typed>::RULE;
    }
    /// How `anything` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum AnythingError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl AnythingError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "";
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `register`
    Register,
    /// `anything`
    Anything,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Register, Self::Anything];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Anything => "anything",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Register => register::EXAMPLE,
            Self::Anything => anything::EXAMPLE,
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
            Self::Register => {
                contract::parse::<
                    register::RegisterArguments,
                >(arguments, register::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::Anything => {
                contract::parse::<
                    anything::AnythingArguments,
                >(arguments, anything::EXAMPLE, None, parsing)
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
            Self::Register => {
                contract::read_output::<register::RegisterOutput>(output)
                    .map(|output| contract::written(&output))
            }
            Self::Anything => Err("the tool answers with content blocks".to_owned()),
        }
    }
}
/// Every name that can be called: one step, however many there are.
static NAMES: lockstep_runtime::phf::Map<
    &'static str,
    (ToolName, Option<&'static contract::Alias>),
> = lockstep_runtime::phf::Map {
    key: 16287231350648472473,
    disps: &[(2, 0)],
    entries: &[
        ("register", (ToolName::Register, None)),
        ("anything", (ToolName::Anything, None)),
        ("enrol", (ToolName::Register, Some(&register::ALIASES[0]))),
    ],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Register somebody by name or by number.
    fn register(
        &self,
        context: &Cx,
        arguments: register::RegisterArguments,
    ) -> impl Future<
        Output = Result<register::RegisterOutput, register::RegisterError>,
    > + Send;
    /// Take anything and show it.
    fn anything(
        &self,
        context: &Cx,
        arguments: anything::AnythingArguments,
    ) -> impl Future<
        Output = Result<contract::ContentBlocks, anything::AnythingError>,
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
            ToolName::Register => 0,
            ToolName::Anything => 1,
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
            ToolName::Register => {
                match contract::parse(
                    arguments,
                    register::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::register(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::Anything => {
                match contract::parse(
                    arguments,
                    anything::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::anything(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::answer_blocks(outcome))
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
    /// Register somebody by name or by number.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn register(
        &self,
        arguments: &register::RegisterArguments,
    ) -> Result<
        register::RegisterOutput,
        contract::ClientError<register::RegisterError, C::Error>,
    > {
        contract::call(&self.0, "register", arguments).await
    }
    /// Take anything and show it.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn anything(
        &self,
        arguments: &anything::AnythingArguments,
    ) -> Result<
        contract::ContentBlocks,
        contract::ClientError<anything::AnythingError, C::Error>,
    > {
        contract::call_blocks(&self.0, "anything", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "input-schema",
    "input-schema",
    "1.0.0",
    &[
        contract::ToolDescriptor::new(
                "register",
                "{\"name\":\"register\",\"title\":\"Register\",\"description\":\"Register somebody by name or by number.\",\"inputSchema\":{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\",\"$defs\":{\"address\":{\"$anchor\":\"address\",\"type\":\"object\",\"properties\":{\"street\":{\"type\":\"string\"},\"city\":{\"type\":\"string\"}}}},\"properties\":{\"name\":{\"type\":\"string\"},\"number\":{\"type\":[\"integer\",\"null\"],\"multipleOf\":3},\"address\":{\"$ref\":\"#/$defs/address\"}},\"allOf\":[{\"anyOf\":[{\"required\":[\"name\"]},{\"required\":[\"number\"]}]}],\"if\":{\"required\":[\"address\"]},\"then\":{\"required\":[\"name\"]},\"else\":{\"required\":[\"number\"]},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            )
            .with_aliases(&register::ALIASES),
        contract::ToolDescriptor::new(
            "anything",
            "{\"name\":\"anything\",\"title\":\"Anything\",\"description\":\"Take anything and show it.\",\"inputSchema\":{\"type\":\"object\"}}",
            contract::Policy::new(),
        ),
    ],
);
