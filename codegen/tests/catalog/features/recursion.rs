#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `tree`.
pub mod tree {
    use lockstep_runtime::contract;
    /// Arguments of `tree`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct TreeArguments {
        /// The member `shape`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub shape: Option<Box<super::Shape>>,
    }
    impl contract::Typed for TreeArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "shape",
                        <Box<super::Shape> as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "{\"kind\":\"group\",\"first\":{\"kind\":\"dot\"}}",
                    ),
                ],
            );
            &contract::Rule::Later(|| &RULE)
        };
    }
    /// What `tree` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct TreeOutput {
        /// The member `tree`.
        pub tree: Box<super::Tree>,
        /// The member `forest`.
        pub forest: Box<super::Forest>,
    }
    impl contract::Typed for TreeOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "tree",
                        <Box<super::Tree> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "{\"name\":\"text\",\"children\":[]}",
                    ),
                    contract::Member::new(
                        "forest",
                        <Box<super::Forest> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "{}",
                    ),
                ],
            );
            &contract::Rule::Later(|| &RULE)
        };
    }
    /// How `tree` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum TreeError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl TreeError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"shape\":{\"kind\":\"group\",\"first\":{\"kind\":\"dot\"}}}";
}
/// `Tree` of the catalog.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct Tree {
    /// The member `name`.
    pub name: String,
    /// The member `children`.
    pub children: Vec<self::Tree>,
    /// The member `next`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lockstep_runtime::contract::present"
    )]
    pub next: Option<Box<self::Tree>>,
}
impl contract::Typed for Tree {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "name",
                    <String as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "\"text\"",
                ),
                contract::Member::new(
                    "children",
                    <Vec<self::Tree> as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "[{\"name\":\"text\",\"children\":[]}]",
                ),
                contract::Member::new(
                    "next",
                    <Box<self::Tree> as contract::Typed>::RULE,
                    contract::Presence::Optional,
                    "{\"name\":\"text\",\"children\":[]}",
                ),
            ],
        );
        &contract::Rule::Later(|| &RULE)
    };
}
/// `Forest` of the catalog.
#[derive(Clone, Debug, PartialEq)]
pub struct Forest(std::collections::BTreeMap<String, self::Forest>);
lockstep_runtime::map!(impl Forest(self::Forest) { max : None });
/// `Shape` whose `kind` is `dot`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct ShapeDot {}
impl contract::Typed for ShapeDot {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(&[]);
        &contract::Rule::Later(|| &RULE)
    };
}
/// `Shape` whose `kind` is `group`.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct ShapeGroup {
    /// The member `first`.
    pub first: Box<self::Shape>,
}
impl contract::Typed for ShapeGroup {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "first",
                    <Box<self::Shape> as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "{\"kind\":\"dot\"}",
                ),
            ],
        );
        &contract::Rule::Later(|| &RULE)
    };
}
/// `Shape` of the catalog.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", tag = "kind")]
pub enum Shape {
    /// `Shape` whose `kind` is `dot`.
    #[serde(rename = "dot")]
    Dot(ShapeDot),
    /// `Shape` whose `kind` is `group`.
    #[serde(rename = "group")]
    Group(ShapeGroup),
}
impl contract::Typed for Shape {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Union {
            tag: "kind",
            variants: &[
                ("dot", &[]),
                (
                    "group",
                    &[
                        contract::Member::new(
                            "first",
                            <Box<self::Shape> as contract::Typed>::RULE,
                            contract::Presence::Required,
                            "{\"kind\":\"dot\"}",
                        ),
                    ],
                ),
            ],
        };
        &contract::Rule::Later(|| &RULE)
    };
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `tree`
    Tree,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Tree];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tree => "tree",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Tree => tree::EXAMPLE,
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
            Self::Tree => {
                contract::parse::<
                    tree::TreeArguments,
                >(arguments, tree::EXAMPLE, None, parsing)
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
            Self::Tree => {
                contract::read_output::<tree::TreeOutput>(output)
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
    entries: &[("tree", (ToolName::Tree, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Returns the tree.
    fn tree(
        &self,
        context: &Cx,
        arguments: tree::TreeArguments,
    ) -> impl Future<Output = Result<tree::TreeOutput, tree::TreeError>> + Send;
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
            ToolName::Tree => 0,
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
            ToolName::Tree => {
                match contract::parse(
                    arguments,
                    tree::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::tree(&self.0, context, arguments))
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
    /// Returns the tree.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn tree(
        &self,
        arguments: &tree::TreeArguments,
    ) -> Result<tree::TreeOutput, contract::ClientError<tree::TreeError, C::Error>> {
        contract::call(&self.0, "tree", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "recursion",
    "recursion",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "tree",
            "{\"name\":\"tree\",\"title\":\"Tree\",\"description\":\"Returns the tree.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"shape\":{\"$ref\":\"#/$defs/Shape\"}},\"additionalProperties\":false,\"$defs\":{\"Shape\":{\"anyOf\":[{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"dot\"]}},\"required\":[\"kind\"],\"additionalProperties\":false},{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"group\"]},\"first\":{\"$ref\":\"#/$defs/Shape\"}},\"required\":[\"kind\",\"first\"],\"additionalProperties\":false}]}}},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"tree\":{\"$ref\":\"#/$defs/Tree\"},\"forest\":{\"$ref\":\"#/$defs/Forest\"}},\"required\":[\"tree\",\"forest\"],\"additionalProperties\":false,\"$defs\":{\"Tree\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"children\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/Tree\"}},\"next\":{\"$ref\":\"#/$defs/Tree\"}},\"required\":[\"name\",\"children\"],\"additionalProperties\":false},\"Forest\":{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/$defs/Forest\"}}}}}",
            contract::Policy::new(),
        ),
    ],
);
