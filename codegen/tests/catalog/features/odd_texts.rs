#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `odd_show`.
pub mod odd_show {
    use lockstep_runtime::contract;
    /// `ListItem` of the catalog.
    ///
    /// At most 4 characters.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct ListItem(String);
    lockstep_runtime::text!(
        impl ListItem { min : None, max : Some(4), pattern : None, format : None }
    );
    /// `List` of the catalog.
    ///
    /// 1 or more items.
    #[derive(Clone, Debug, PartialEq)]
    pub struct List(Vec<ListItem>);
    lockstep_runtime::list!(
        impl List(ListItem) { min : Some(1), max : None, unique : false }
    );
    /// Arguments of `odd_show`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct OddShowArguments {
        /// The member `odd`.
        #[serde(default = "OddShowArguments::default_odd")]
        pub odd: super::Odd,
        /// The member `list`.
        ///
        /// 1 or more items.
        #[serde(default = "OddShowArguments::default_list")]
        pub list: List,
        /// The member `any`.
        #[serde(default = "OddShowArguments::default_any")]
        pub any: lockstep_runtime::serde_json::Value,
    }
    impl OddShowArguments {
        fn default_odd() -> super::Odd {
            super::Odd {
                least: super::OddLeast(-9223372036854775808),
                most: super::OddMost(9223372036854775807),
                tiny: super::OddTiny(-0.0),
                when: match "2026-01-31T12:00:00Z".parse() {
                    Ok(value) => value,
                    Err(_) => unreachable!("regen has checked the default"),
                },
                address: match "::1".parse() {
                    Ok(value) => value,
                    Err(_) => unreachable!("regen has checked the default"),
                },
                mark: super::OddMark::AB,
            }
        }
        fn default_list() -> List {
            List(vec![ListItem("\"#\\".to_owned())])
        }
        fn default_any() -> lockstep_runtime::serde_json::Value {
            lockstep_runtime::serde_json::Value::Array(
                vec![
                    < lockstep_runtime::serde_json::Value as From < i64 >>
                    ::from(9223372036854775807), < lockstep_runtime::serde_json::Value as
                    From < i64 >> ::from(- 9223372036854775808), <
                    lockstep_runtime::serde_json::Value as From < f64 >>
                    ::from(18446744073709552000.0), < lockstep_runtime::serde_json::Value
                    as From < f64 >> ::from(0.5)
                ],
            )
        }
    }
    impl contract::Typed for OddShowArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "odd",
                        <super::Odd as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "{\"mark\":\"a\\\"b\"}",
                    ),
                    contract::Member::new(
                        "list",
                        <List as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "[\"\\\"#\\\\\"]",
                    ),
                    contract::Member::new(
                        "any",
                        <lockstep_runtime::serde_json::Value as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "[9223372036854775807,-9223372036854775808,1.8446744073709552e+19,0.5]",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `odd_show` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct OddShowOutput {
        /// The member `state`.
        pub state: super::State,
    }
    impl contract::Typed for OddShowOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "state",
                        <super::State as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "{\"state\":\"it's \\\"off\\\"\"}",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `odd_show` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum OddShowError {
        /// `some`: Say "please" \
        Some(contract::ErrorDetail),
        /// `code`: Give another code.
        Code(contract::ErrorDetail),
        /// `hint`: Take the hint.
        Hint(contract::ErrorDetail),
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(
        impl OddShowError { Some some "some" { retryable : false, hint :
        "Say \"please\" \\", retry_after : None }, Code code "code" { retryable : false,
        hint : "Give another code.", retry_after : None }, Hint hint "hint" { retryable :
        false, hint : "Take the hint.", retry_after : None }, }
    );
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
    /// The text block of a result.
    pub(crate) const TEXT: contract::Template = contract::Template(
        &[
            contract::Piece::Text("State: \""),
            contract::Piece::Value("state"),
            contract::Piece::Text("\" \\ */ {x}"),
        ],
    );
}
/// `OddLeast` of the catalog.
///
/// -9223372036854775808 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OddLeast(i64);
lockstep_runtime::integer!(
    impl OddLeast(i64) { min : Some(- 9223372036854775808), max : None }
);
/// `OddMost` of the catalog.
///
/// At most 9223372036854775807.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OddMost(i64);
lockstep_runtime::integer!(
    impl OddMost(i64) { min : None, max : Some(9223372036854775807) }
);
/// `OddTiny` of the catalog.
///
/// -1500000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 to 1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct OddTiny(f64);
lockstep_runtime::number!(
    impl OddTiny { min : Some(-
    1500000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000.0),
    max :
    Some(1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000.0)
    }
);
/// `OddMark` of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OddMark {
    /// `"`
    Empty,
    /// `a"b`
    AB,
    /// `new
    /// line`
    NewLine,
    /// `back\slash`
    BackSlash,
    /// `é`
    É,
    /// `日本`
    日本,
    /// `{{x}}`
    X,
    /// `none`
    None,
    /// `Ok`
    Ok,
}
lockstep_runtime::choice!(
    impl OddMark { Empty = "\"", AB = "a\"b", NewLine = "new\nline", BackSlash =
    "back\\slash", É = "é", 日本 = "日本", X = "{{x}}", None = "none", Ok = "Ok", }
);
/// Ends in a backslash \
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct Odd {
    /// The member `least`.
    ///
    /// -9223372036854775808 or more.
    #[serde(default = "Odd::default_least")]
    pub least: OddLeast,
    /// The member `most`.
    ///
    /// At most 9223372036854775807.
    #[serde(default = "Odd::default_most")]
    pub most: OddMost,
    /// The member `tiny`.
    ///
    /// -1500000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000 to 1000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000.
    #[serde(default = "Odd::default_tiny")]
    pub tiny: OddTiny,
    /// The member `when`.
    #[serde(default = "Odd::default_when")]
    pub when: contract::DateTime,
    /// The member `address`.
    #[serde(default = "Odd::default_address")]
    pub address: std::net::Ipv6Addr,
    /// The member `mark`.
    #[serde(default = "Odd::default_mark")]
    pub mark: OddMark,
}
impl Odd {
    fn default_least() -> OddLeast {
        OddLeast(-9223372036854775808)
    }
    fn default_most() -> OddMost {
        OddMost(9223372036854775807)
    }
    fn default_tiny() -> OddTiny {
        OddTiny(-0.0)
    }
    fn default_when() -> contract::DateTime {
        match "2026-01-31T12:00:00Z".parse() {
            Ok(value) => value,
            Err(_) => unreachable!("regen has checked the default"),
        }
    }
    fn default_address() -> std::net::Ipv6Addr {
        match "::1".parse() {
            Ok(value) => value,
            Err(_) => unreachable!("regen has checked the default"),
        }
    }
    fn default_mark() -> OddMark {
        OddMark::NewLine
    }
}
impl contract::Typed for Odd {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "least",
                    <OddLeast as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "-9223372036854775808",
                ),
                contract::Member::new(
                    "most",
                    <OddMost as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "9223372036854775807",
                ),
                contract::Member::new(
                    "tiny",
                    <OddTiny as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "-0.0",
                ),
                contract::Member::new(
                    "when",
                    <contract::DateTime as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "\"2026-01-31T12:00:00Z\"",
                ),
                contract::Member::new(
                    "address",
                    <std::net::Ipv6Addr as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "\"::1\"",
                ),
                contract::Member::new(
                    "mark",
                    <OddMark as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "\"new\\nline\"",
                ),
            ],
        );
        &RULE
    };
}
/// `State` whose `state` is `it's "off"`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct StateItSOff {}
impl contract::Typed for StateItSOff {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(&[]);
        &RULE
    };
}
/// `State` whose `state` is `none`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct StateNone {}
impl contract::Typed for StateNone {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(&[]);
        &RULE
    };
}
/// `State` of the catalog.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", tag = "state")]
pub enum State {
    /// `State` whose `state` is `it's "off"`.
    #[serde(rename = "it's \"off\"")]
    ItSOff(StateItSOff),
    /// `State` whose `state` is `none`.
    #[serde(rename = "none")]
    None(StateNone),
}
impl contract::Typed for State {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Union {
            tag: "state",
            variants: &[("it's \"off\"", &[]), ("none", &[])],
        };
        &RULE
    };
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `odd_show`
    OddShow,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::OddShow];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OddShow => "odd_show",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::OddShow => odd_show::EXAMPLE,
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
            Self::OddShow => {
                contract::parse::<
                    odd_show::OddShowArguments,
                >(arguments, odd_show::EXAMPLE, None, parsing)
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
            Self::OddShow => {
                contract::read_output::<odd_show::OddShowOutput>(output)
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
    entries: &[("odd_show", (ToolName::OddShow, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Shows `odd` texts: */ /* "# \ {x} {{x}} \<b\> \[link] \[Missing] #\[doc] //! \
    ///
    /// let not_a_test = compiled;
    ///
    /// ```text
    /// this is no Rust
    /// ```
    ///
    /// - let nor_this = one;
    ///
    /// ```text
    /// neither this
    /// ```
    fn odd_show(
        &self,
        context: &Cx,
        arguments: odd_show::OddShowArguments,
    ) -> impl Future<
        Output = Result<odd_show::OddShowOutput, odd_show::OddShowError>,
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
            ToolName::OddShow => 0,
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
            ToolName::OddShow => {
                match contract::parse(
                    arguments,
                    odd_show::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::odd_show(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::answer_with(outcome, odd_show::TEXT))
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
    /// Shows `odd` texts: */ /* "# \ {x} {{x}} \<b\> \[link] \[Missing] #\[doc] //! \
    ///
    /// let not_a_test = compiled;
    ///
    /// ```text
    /// this is no Rust
    /// ```
    ///
    /// - let nor_this = one;
    ///
    /// ```text
    /// neither this
    /// ```
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn odd_show(
        &self,
        arguments: &odd_show::OddShowArguments,
    ) -> Result<
        odd_show::OddShowOutput,
        contract::ClientError<odd_show::OddShowError, C::Error>,
    > {
        contract::call(&self.0, "odd_show", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "odd",
    "odd",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
                "odd_show",
                "{\"name\":\"odd_show\",\"title\":\"Show \\\"odd\\\" texts */ \\\\\",\"description\":\"Shows `odd` texts: */ /* \\\"# \\\\ {x} {{x}} <b> [link] [Missing] #[doc] //! \\\\\\n\\n    let not_a_test = compiled;\\n\\n```rust\\nthis is no Rust\\n```\\n\\n-     let nor_this = one;\\n\\n~~~\\nneither this\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"odd\":{\"type\":\"object\",\"description\":\"Ends in a backslash \\\\\",\"properties\":{\"least\":{\"type\":\"integer\",\"minimum\":-9223372036854775808,\"default\":-9223372036854775808},\"most\":{\"type\":\"integer\",\"maximum\":9223372036854775807,\"default\":9223372036854775807},\"tiny\":{\"type\":\"number\",\"minimum\":-1.5e+300,\"maximum\":1e+300,\"default\":-0.0},\"when\":{\"type\":\"string\",\"format\":\"date-time\",\"default\":\"2026-01-31T12:00:00Z\"},\"address\":{\"type\":\"string\",\"format\":\"ipv6\",\"default\":\"::1\"},\"mark\":{\"type\":\"string\",\"enum\":[\"\\\"\",\"a\\\"b\",\"new\\nline\",\"back\\\\slash\",\"é\",\"日本\",\"{{x}}\",\"none\",\"Ok\"],\"default\":\"new\\nline\"}},\"additionalProperties\":false,\"default\":{\"mark\":\"a\\\"b\"}},\"list\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"maxLength\":4},\"minItems\":1,\"default\":[\"\\\"#\\\\\"]},\"any\":{\"default\":[9223372036854775807,-9223372036854775808,1.8446744073709552e+19,0.5]}},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"state\":{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"state\":{\"type\":\"string\",\"enum\":[\"it's \\\"off\\\"\"]}},\"required\":[\"state\"],\"additionalProperties\":false},{\"type\":\"object\",\"properties\":{\"state\":{\"type\":\"string\",\"enum\":[\"none\"]}},\"required\":[\"state\"],\"additionalProperties\":false}]}},\"required\":[\"state\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            )
            .with_errors(
                &[
                    contract::ErrorDescriptor::new(
                        "some",
                        false,
                        "Say \"please\" \\",
                        None,
                    ),
                    contract::ErrorDescriptor::new(
                        "code",
                        false,
                        "Give another code.",
                        None,
                    ),
                    contract::ErrorDescriptor::new("hint", false, "Take the hint.", None),
                ],
            ),
    ],
);
