#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `plan`.
pub mod plan {
    use lockstep_runtime::contract;
    /// Arguments of `plan`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PlanArguments {
        /// The member `day`.
        pub day: contract::Date,
        /// The member `at`.
        #[serde(default = "PlanArguments::default_at")]
        pub at: contract::DateTime,
        /// The member `who`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub who: Option<contract::Email>,
        /// The member `old`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub old: Option<std::net::Ipv4Addr>,
        /// The member `new`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub new: Option<std::net::Ipv6Addr>,
        /// The member `link`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub link: Option<contract::Uri>,
        /// The member `id`.
        pub id: contract::Uuid,
    }
    impl PlanArguments {
        fn default_at() -> contract::DateTime {
            match "2024-02-29T12:00:00Z".parse() {
                Ok(value) => value,
                Err(_) => unreachable!("regen has checked the default"),
            }
        }
    }
    impl contract::Typed for PlanArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "day",
                        <contract::Date as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"2024-02-29\"",
                    ),
                    contract::Member::new(
                        "at",
                        <contract::DateTime as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "\"2024-02-29T12:00:00Z\"",
                    ),
                    contract::Member::new(
                        "who",
                        <contract::Email as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"someone@example.com\"",
                    ),
                    contract::Member::new(
                        "old",
                        <std::net::Ipv4Addr as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"127.0.0.1\"",
                    ),
                    contract::Member::new(
                        "new",
                        <std::net::Ipv6Addr as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"::1\"",
                    ),
                    contract::Member::new(
                        "link",
                        <contract::Uri as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"https://example.com/a?b=c\"",
                    ),
                    contract::Member::new(
                        "id",
                        <contract::Uuid as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"123e4567-e89b-12d3-a456-426614174000\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `plan` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PlanOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for PlanOutput {
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
    /// How `plan` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PlanError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl PlanError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"day\":\"2024-03-01\",\"who\":\"someone@example.com\",\"old\":\"127.0.0.1\",\"new\":\"::1\",\"link\":\"https://example.com/a?b=c\",\"id\":\"123e4567-e89b-12d3-a456-426614174000\"}";
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `plan`
    Plan,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Plan];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Plan => plan::EXAMPLE,
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
            Self::Plan => {
                contract::parse::<
                    plan::PlanArguments,
                >(arguments, plan::EXAMPLE, None, parsing)
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
            Self::Plan => {
                contract::read_output::<plan::PlanOutput>(output)
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
    entries: &[("plan", (ToolName::Plan, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Takes one of each format.
    fn plan(
        &self,
        context: &Cx,
        arguments: plan::PlanArguments,
    ) -> impl Future<Output = Result<plan::PlanOutput, plan::PlanError>> + Send;
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
            ToolName::Plan => 0,
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
            ToolName::Plan => {
                match contract::parse(
                    arguments,
                    plan::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::plan(&self.0, context, arguments))
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
    /// Takes one of each format.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn plan(
        &self,
        arguments: &plan::PlanArguments,
    ) -> Result<plan::PlanOutput, contract::ClientError<plan::PlanError, C::Error>> {
        contract::call(&self.0, "plan", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "formats",
    "formats",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "plan",
            "{\"name\":\"plan\",\"title\":\"Plan\",\"description\":\"Takes one of each format.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"day\":{\"type\":\"string\",\"format\":\"date\",\"examples\":[\"2024-02-29\"]},\"at\":{\"type\":\"string\",\"format\":\"date-time\",\"default\":\"2024-02-29T12:00:00Z\"},\"who\":{\"type\":\"string\",\"format\":\"email\"},\"old\":{\"type\":\"string\",\"format\":\"ipv4\"},\"new\":{\"type\":\"string\",\"format\":\"ipv6\"},\"link\":{\"type\":\"string\",\"format\":\"uri\"},\"id\":{\"type\":\"string\",\"format\":\"uuid\"}},\"required\":[\"day\",\"id\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
