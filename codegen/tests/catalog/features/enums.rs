#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `set`.
pub mod set {
    use lockstep_runtime::contract;
    /// `Period` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Period {
        /// `1h`
        V1h,
        /// `24h`
        V24h,
        /// `7d`
        V7d,
    }
    lockstep_runtime::choice!(impl Period { V1h = "1h", V24h = "24h", V7d = "7d", });
    /// `SelfOrOther` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum SelfOrOther {
        /// `self`
        Self_,
        /// `other`
        Other,
        /// ``
        Empty,
    }
    lockstep_runtime::choice!(
        impl SelfOrOther { Self_ = "self", Other = "other", Empty = "", }
    );
    /// Arguments of `set`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct SetArguments {
        /// The member `level`.
        pub level: super::Level,
        /// The member `period`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub period: Option<Period>,
        /// The member `self_or_other`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub self_or_other: Option<SelfOrOther>,
    }
    impl contract::Typed for SetArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "level",
                        <super::Level as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"low\"",
                    ),
                    contract::Member::new(
                        "period",
                        <Period as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"1h\"",
                    ),
                    contract::Member::new(
                        "self_or_other",
                        <SelfOrOther as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"self\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `set` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct SetOutput {
        /// The member `level`.
        pub level: super::Level,
    }
    impl contract::Typed for SetOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "level",
                        <super::Level as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"low\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `set` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum SetError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl SetError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"level\":\"low\"}";
}
/// How much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// `low`
    Low,
    /// `high`
    High,
}
lockstep_runtime::choice!(impl Level { Low = "low", High = "high", });
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `set`
    Set,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Set];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Set => "set",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Set => set::EXAMPLE,
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
            Self::Set => {
                contract::parse::<
                    set::SetArguments,
                >(arguments, set::EXAMPLE, None, parsing)
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
            Self::Set => {
                contract::read_output::<set::SetOutput>(output)
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
    entries: &[("set", (ToolName::Set, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Sets a level.
    fn set(
        &self,
        context: &Cx,
        arguments: set::SetArguments,
    ) -> impl Future<Output = Result<set::SetOutput, set::SetError>> + Send;
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
            ToolName::Set => 0,
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
            ToolName::Set => {
                match contract::parse(arguments, set::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::set(&self.0, context, arguments))
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
    /// Sets a level.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn set(
        &self,
        arguments: &set::SetArguments,
    ) -> Result<set::SetOutput, contract::ClientError<set::SetError, C::Error>> {
        contract::call(&self.0, "set", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "enums",
    "enums",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "set",
            "{\"name\":\"set\",\"title\":\"Set\",\"description\":\"Sets a level.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"level\":{\"type\":\"string\",\"description\":\"How much.\",\"enum\":[\"low\",\"high\"]},\"period\":{\"type\":\"string\",\"enum\":[\"1h\",\"24h\",\"7d\"]},\"self_or_other\":{\"type\":\"string\",\"enum\":[\"self\",\"other\",\"\"]}},\"required\":[\"level\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"level\":{\"type\":\"string\",\"description\":\"How much.\",\"enum\":[\"low\",\"high\"]}},\"required\":[\"level\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
