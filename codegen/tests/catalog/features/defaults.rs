#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `list`.
pub mod list {
    use lockstep_runtime::contract;
    /// `Order` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Order {
        /// `up`
        Up,
        /// `down`
        Down,
    }
    lockstep_runtime::choice!(impl Order { Up = "up", Down = "down", });
    /// `Many` of the catalog.
    ///
    /// 1 to 50.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Many(u32);
    lockstep_runtime::integer!(impl Many(u32) { min : Some(1), max : Some(50) });
    /// `Ratio` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
    pub struct Ratio(f64);
    lockstep_runtime::number!(impl Ratio { min : None, max : None });
    /// `Small` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
    pub struct Small(f64);
    lockstep_runtime::number!(impl Small { min : None, max : None });
    /// Arguments of `list`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct ListArguments {
        /// The member `text`.
        #[serde(default = "ListArguments::default_text")]
        pub text: String,
        /// The member `order`.
        #[serde(default = "ListArguments::default_order")]
        pub order: Order,
        /// The member `many`.
        ///
        /// 1 to 50.
        #[serde(default = "ListArguments::default_many")]
        pub many: Many,
        /// The member `ratio`.
        #[serde(default = "ListArguments::default_ratio")]
        pub ratio: Ratio,
        /// The member `small`.
        #[serde(default = "ListArguments::default_small")]
        pub small: Small,
        /// The member `deep`.
        #[serde(default = "ListArguments::default_deep")]
        pub deep: bool,
        /// The member `none`.
        #[serde(default = "ListArguments::default_none")]
        pub none: Vec<String>,
        /// The member `some`.
        #[serde(default = "ListArguments::default_some")]
        pub some: Vec<i64>,
        /// The member `range`.
        #[serde(default = "ListArguments::default_range")]
        pub range: super::Range,
        /// The member `free`.
        #[serde(default = "ListArguments::default_free")]
        pub free: lockstep_runtime::serde_json::Value,
    }
    impl ListArguments {
        fn default_text() -> String {
            "".to_owned()
        }
        fn default_order() -> Order {
            Order::Up
        }
        fn default_many() -> Many {
            Many(20)
        }
        fn default_ratio() -> Ratio {
            Ratio(1.0)
        }
        fn default_small() -> Small {
            Small(-0.5)
        }
        fn default_deep() -> bool {
            false
        }
        fn default_none() -> Vec<String> {
            vec![]
        }
        fn default_some() -> Vec<i64> {
            vec![1, 2]
        }
        fn default_range() -> super::Range {
            super::Range { from: 1, to: 10 }
        }
        fn default_free() -> lockstep_runtime::serde_json::Value {
            lockstep_runtime::serde_json::Value::Object(
                [
                    (
                        "a".to_owned(),
                        lockstep_runtime::serde_json::Value::Array(
                            vec![
                                < lockstep_runtime::serde_json::Value as From < i64 >>
                                ::from(1), lockstep_runtime::serde_json::Value::from("x"),
                                lockstep_runtime::serde_json::Value::from(true)
                            ],
                        ),
                    ),
                ]
                    .into_iter()
                    .collect(),
            )
        }
    }
    impl contract::Typed for ListArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "text",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "\"\"",
                    ),
                    contract::Member::new(
                        "order",
                        <Order as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "\"up\"",
                    ),
                    contract::Member::new(
                        "many",
                        <Many as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "20",
                    ),
                    contract::Member::new(
                        "ratio",
                        <Ratio as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "1",
                    ),
                    contract::Member::new(
                        "small",
                        <Small as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "-0.5",
                    ),
                    contract::Member::new(
                        "deep",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "false",
                    ),
                    contract::Member::new(
                        "none",
                        <Vec<String> as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "[]",
                    ),
                    contract::Member::new(
                        "some",
                        <Vec<i64> as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "[1,2]",
                    ),
                    contract::Member::new(
                        "range",
                        <super::Range as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "{\"from\":1}",
                    ),
                    contract::Member::new(
                        "free",
                        <lockstep_runtime::serde_json::Value as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "{\"a\":[1,\"x\",true]}",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `list` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct ListOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for ListOutput {
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
    /// How `list` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum ListError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl ListError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// `Range` of the catalog.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct Range {
    /// The member `from`.
    pub from: i64,
    /// The member `to`.
    #[serde(default = "Range::default_to")]
    pub to: i64,
}
impl Range {
    fn default_to() -> i64 {
        10
    }
}
impl contract::Typed for Range {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "from",
                    <i64 as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "1",
                ),
                contract::Member::new(
                    "to",
                    <i64 as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "10",
                ),
            ],
        );
        &RULE
    };
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `list`
    List,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::List];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::List => list::EXAMPLE,
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
            Self::List => {
                contract::parse::<
                    list::ListArguments,
                >(arguments, list::EXAMPLE, None, parsing)
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
            Self::List => {
                contract::read_output::<list::ListOutput>(output)
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
    entries: &[("list", (ToolName::List, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Lists with every kind of default.
    fn list(
        &self,
        context: &Cx,
        arguments: list::ListArguments,
    ) -> impl Future<Output = Result<list::ListOutput, list::ListError>> + Send;
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
            ToolName::List => 0,
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
            ToolName::List => {
                match contract::parse(
                    arguments,
                    list::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::list(&self.0, context, arguments))
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
    /// Lists with every kind of default.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn list(
        &self,
        arguments: &list::ListArguments,
    ) -> Result<list::ListOutput, contract::ClientError<list::ListError, C::Error>> {
        contract::call(&self.0, "list", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "defaults",
    "defaults",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "list",
            "{\"name\":\"list\",\"title\":\"List\",\"description\":\"Lists with every kind of default.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"default\":\"\"},\"order\":{\"type\":\"string\",\"enum\":[\"up\",\"down\"],\"default\":\"up\"},\"many\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":50,\"default\":20},\"ratio\":{\"type\":\"number\",\"default\":1},\"small\":{\"type\":\"number\",\"default\":-0.5},\"deep\":{\"type\":\"boolean\",\"default\":false},\"none\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"default\":[]},\"some\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"default\":[1,2]},\"range\":{\"type\":\"object\",\"properties\":{\"from\":{\"type\":\"integer\"},\"to\":{\"type\":\"integer\",\"default\":10}},\"required\":[\"from\"],\"additionalProperties\":false,\"default\":{\"from\":1}},\"free\":{\"default\":{\"a\":[1,\"x\",true]}}},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
