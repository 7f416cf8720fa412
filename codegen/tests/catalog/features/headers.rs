#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `ask`.
pub mod ask {
    use lockstep_runtime::contract;
    /// Arguments of `ask`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct AskArguments {
        /// The member `database`.
        pub database: String,
        /// The member `shard`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub shard: Option<i64>,
        /// The member `dry`.
        #[serde(default = "AskArguments::default_dry")]
        pub dry: bool,
        /// The member `region`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub region: Option<super::Region>,
    }
    impl AskArguments {
        fn default_dry() -> bool {
            false
        }
    }
    impl contract::Typed for AskArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "database",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "shard",
                        <i64 as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "1",
                    ),
                    contract::Member::new(
                        "dry",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "false",
                    ),
                    contract::Member::new(
                        "region",
                        <super::Region as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"eu\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `ask` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct AskOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for AskOutput {
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
    /// How `ask` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum AskError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl AskError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"database\":\"text\"}";
}
/// `Region` of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Region {
    /// `eu`
    Eu,
    /// `us`
    Us,
}
lockstep_runtime::choice!(impl Region { Eu = "eu", Us = "us", });
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `ask`
    Ask,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Ask];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Ask => ask::EXAMPLE,
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
            Self::Ask => {
                contract::parse::<
                    ask::AskArguments,
                >(arguments, ask::EXAMPLE, None, parsing)
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
            Self::Ask => {
                contract::read_output::<ask::AskOutput>(output)
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
    entries: &[("ask", (ToolName::Ask, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Asks one of several databases.
    fn ask(
        &self,
        context: &Cx,
        arguments: ask::AskArguments,
    ) -> impl Future<Output = Result<ask::AskOutput, ask::AskError>> + Send;
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
            ToolName::Ask => 0,
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
            ToolName::Ask => {
                match contract::parse(arguments, ask::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::ask(&self.0, context, arguments))
                            .await;
                        Ok(contract::answer(outcome))
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
    /// Asks one of several databases.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn ask(
        &self,
        arguments: &ask::AskArguments,
    ) -> Result<ask::AskOutput, contract::ClientError<ask::AskError, C::Error>> {
        contract::call(&self.0, "ask", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "headers",
    "headers",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "ask",
            "{\"name\":\"ask\",\"title\":\"Ask\",\"description\":\"Asks one of several databases.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"database\":{\"type\":\"string\",\"x-mcp-header\":\"Database\"},\"shard\":{\"type\":\"integer\",\"x-mcp-header\":\"Shard\"},\"dry\":{\"type\":\"boolean\",\"default\":false,\"x-mcp-header\":\"Dry-Run\"},\"region\":{\"type\":\"string\",\"enum\":[\"eu\",\"us\"],\"x-mcp-header\":\"Region\"}},\"required\":[\"database\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
