#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `find`.
pub mod find {
    use lockstep_runtime::contract;
    /// `WordsItem` of the catalog.
    ///
    /// 2 or more characters.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct WordsItem(String);
    lockstep_runtime::text!(
        impl WordsItem { min : Some(2), max : None, pattern : None, format : None }
    );
    /// `Limit` of the catalog.
    ///
    /// 1 or more.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Limit(u64);
    lockstep_runtime::integer!(impl Limit(u64) { min : Some(1), max : None });
    /// Arguments of `find`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FindArguments {
        /// The member `words`.
        pub words: Vec<WordsItem>,
        /// The member `limit`.
        ///
        /// 1 or more.
        #[serde(default = "FindArguments::default_limit")]
        pub limit: Limit,
    }
    impl FindArguments {
        fn default_limit() -> Limit {
            Limit(10)
        }
    }
    impl contract::Typed for FindArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "words",
                        <Vec<WordsItem> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "[\"red\",\"green\"]",
                    ),
                    contract::Member::new(
                        "limit",
                        <Limit as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "5",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `find` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FindOutput {
        /// The member `hits`.
        pub hits: Vec<String>,
    }
    impl contract::Typed for FindOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "hits",
                        <Vec<String> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "[\"text\"]",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `find` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum FindError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl FindError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"words\":[\"red\"]}";
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `find`
    Find,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Find];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Find => "find",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Find => find::EXAMPLE,
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
            Self::Find => {
                contract::parse::<
                    find::FindArguments,
                >(arguments, find::EXAMPLE, None, parsing)
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
            Self::Find => {
                contract::read_output::<find::FindOutput>(output)
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
    entries: &[("find", (ToolName::Find, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Finds.
    fn find(
        &self,
        context: &Cx,
        arguments: find::FindArguments,
    ) -> impl Future<Output = Result<find::FindOutput, find::FindError>> + Send;
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
            ToolName::Find => 0,
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
            ToolName::Find => {
                match contract::parse(
                    arguments,
                    find::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::find(&self.0, context, arguments))
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
    /// Finds.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn find(
        &self,
        arguments: &find::FindArguments,
    ) -> Result<find::FindOutput, contract::ClientError<find::FindError, C::Error>> {
        contract::call(&self.0, "find", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "examples",
    "examples",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "find",
            "{\"name\":\"find\",\"title\":\"Find\",\"description\":\"Finds.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"words\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"minLength\":2},\"examples\":[[\"red\",\"green\"]]},\"limit\":{\"type\":\"integer\",\"minimum\":1,\"examples\":[5,20],\"default\":10}},\"required\":[\"words\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"hits\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},\"required\":[\"hits\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
