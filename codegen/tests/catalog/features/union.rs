#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `look`.
pub mod look {
    use lockstep_runtime::contract;
    /// `Where` whose `at` is `here`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct WhereHere {}
    impl contract::Typed for WhereHere {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// `Where` whose `at` is `there`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct WhereThere {
        /// The member `far`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub far: Option<bool>,
    }
    impl contract::Typed for WhereThere {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "far",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "true",
                    ),
                ],
            );
            &RULE
        };
    }
    /// `Where` of the catalog.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", tag = "at")]
    pub enum Where {
        /// `Where` whose `at` is `here`.
        #[serde(rename = "here")]
        Here(WhereHere),
        /// `Where` whose `at` is `there`.
        #[serde(rename = "there")]
        There(WhereThere),
    }
    impl contract::Typed for Where {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Union {
                tag: "at",
                variants: &[
                    ("here", &[]),
                    (
                        "there",
                        &[
                            contract::Member::new(
                                "far",
                                <bool as contract::Typed>::RULE,
                                contract::Presence::Optional,
                                "true",
                            ),
                        ],
                    ),
                ],
            };
            &RULE
        };
    }
    /// Arguments of `look`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct LookArguments {
        /// The member `area`.
        #[serde(default = "LookArguments::default_area")]
        pub area: super::Area,
        /// The member `where`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub r#where: Option<Where>,
    }
    impl LookArguments {
        fn default_area() -> super::Area {
            super::Area::Box(super::AreaBox {
                width: super::AreaBoxWidth(2.0),
                height: super::AreaBoxHeight(1.0),
            })
        }
    }
    impl contract::Typed for LookArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "area",
                        <super::Area as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "{\"kind\":\"circle\",\"radius\":1.5}",
                    ),
                    contract::Member::new(
                        "where",
                        <Where as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "{\"at\":\"there\",\"far\":true}",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `look` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct LookOutput {
        /// The member `seen`.
        pub seen: Vec<super::Area>,
    }
    impl contract::Typed for LookOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "seen",
                        <Vec<super::Area> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "[{\"kind\":\"circle\",\"radius\":2}]",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `look` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum LookError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl LookError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"area\":{\"kind\":\"circle\",\"radius\":1.5},\"where\":{\"at\":\"there\",\"far\":true}}";
}
/// `AreaCircleRadius` of the catalog.
///
/// 0 or more.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct AreaCircleRadius(f64);
lockstep_runtime::number!(impl AreaCircleRadius { min : Some(0.0), max : None });
/// A circle.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct AreaCircle {
    /// The member `radius`.
    ///
    /// 0 or more.
    pub radius: AreaCircleRadius,
}
impl contract::Typed for AreaCircle {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "radius",
                    <AreaCircleRadius as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "0.0",
                ),
            ],
        );
        &RULE
    };
}
/// `AreaBoxWidth` of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct AreaBoxWidth(f64);
lockstep_runtime::number!(impl AreaBoxWidth { min : None, max : None });
/// `AreaBoxHeight` of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct AreaBoxHeight(f64);
lockstep_runtime::number!(impl AreaBoxHeight { min : None, max : None });
/// `Area` whose `kind` is `box`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct AreaBox {
    /// The member `width`.
    pub width: AreaBoxWidth,
    /// The member `height`.
    #[serde(default = "AreaBox::default_height")]
    pub height: AreaBoxHeight,
}
impl AreaBox {
    fn default_height() -> AreaBoxHeight {
        AreaBoxHeight(1.0)
    }
}
impl contract::Typed for AreaBox {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "width",
                    <AreaBoxWidth as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "1.0",
                ),
                contract::Member::new(
                    "height",
                    <AreaBoxHeight as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "1",
                ),
            ],
        );
        &RULE
    };
}
/// Where to look.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", tag = "kind")]
pub enum Area {
    /// A circle.
    #[serde(rename = "circle")]
    Circle(AreaCircle),
    /// `Area` whose `kind` is `box`.
    #[serde(rename = "box")]
    Box(AreaBox),
}
impl contract::Typed for Area {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Union {
            tag: "kind",
            variants: &[
                (
                    "circle",
                    &[
                        contract::Member::new(
                            "radius",
                            <AreaCircleRadius as contract::Typed>::RULE,
                            contract::Presence::Required,
                            "0.0",
                        ),
                    ],
                ),
                (
                    "box",
                    &[
                        contract::Member::new(
                            "width",
                            <AreaBoxWidth as contract::Typed>::RULE,
                            contract::Presence::Required,
                            "1.0",
                        ),
                        contract::Member::new(
                            "height",
                            <AreaBoxHeight as contract::Typed>::RULE,
                            contract::Presence::Default,
                            "1",
                        ),
                    ],
                ),
            ],
        };
        &RULE
    };
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `look`
    Look,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Look];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Look => "look",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Look => look::EXAMPLE,
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
            Self::Look => {
                contract::parse::<
                    look::LookArguments,
                >(arguments, look::EXAMPLE, None, parsing)
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
            Self::Look => {
                contract::read_output::<look::LookOutput>(output)
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
    entries: &[("look", (ToolName::Look, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Looks into an area.
    fn look(
        &self,
        context: &Cx,
        arguments: look::LookArguments,
    ) -> impl Future<Output = Result<look::LookOutput, look::LookError>> + Send;
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
            ToolName::Look => 0,
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
            ToolName::Look => {
                match contract::parse(
                    arguments,
                    look::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::look(&self.0, context, arguments))
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
    /// Looks into an area.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn look(
        &self,
        arguments: &look::LookArguments,
    ) -> Result<look::LookOutput, contract::ClientError<look::LookError, C::Error>> {
        contract::call(&self.0, "look", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "union",
    "union",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "look",
            "{\"name\":\"look\",\"title\":\"Look\",\"description\":\"Looks into an area.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"area\":{\"description\":\"Where to look.\",\"anyOf\":[{\"type\":\"object\",\"description\":\"A circle.\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"circle\"]},\"radius\":{\"type\":\"number\",\"minimum\":0}},\"required\":[\"kind\",\"radius\"],\"additionalProperties\":false},{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"box\"]},\"width\":{\"type\":\"number\"},\"height\":{\"type\":\"number\",\"default\":1}},\"required\":[\"kind\",\"width\"],\"additionalProperties\":false}],\"examples\":[{\"kind\":\"circle\",\"radius\":2}],\"default\":{\"kind\":\"box\",\"width\":2}},\"where\":{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\",\"enum\":[\"here\"]}},\"required\":[\"at\"],\"additionalProperties\":false},{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\",\"enum\":[\"there\"]},\"far\":{\"type\":\"boolean\"}},\"required\":[\"at\"],\"additionalProperties\":false}]}},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"seen\":{\"type\":\"array\",\"items\":{\"description\":\"Where to look.\",\"anyOf\":[{\"type\":\"object\",\"description\":\"A circle.\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"circle\"]},\"radius\":{\"type\":\"number\",\"minimum\":0}},\"required\":[\"kind\",\"radius\"],\"additionalProperties\":false},{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"box\"]},\"width\":{\"type\":\"number\"},\"height\":{\"type\":\"number\",\"default\":1}},\"required\":[\"kind\",\"width\"],\"additionalProperties\":false}],\"examples\":[{\"kind\":\"circle\",\"radius\":2}]}}},\"required\":[\"seen\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
