#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `picture`.
pub mod picture {
    use lockstep_runtime::contract;
    /// Arguments of `picture`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PictureArguments {
        /// What to draw.
        pub of: String,
    }
    impl contract::Typed for PictureArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "of",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `picture` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PictureError {
        /// `too_hard`: Ask for something simpler.
        TooHard(contract::ErrorDetail),
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(
        impl PictureError { TooHard too_hard "too_hard" { retryable : false, hint :
        "Ask for something simpler.", retry_after : None }, }
    );
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"of\":\"text\"}";
    /// Former and well-known names.
    pub(crate) static ALIASES: [contract::Alias; 1usize] = [
        contract::Alias {
            name: "draw",
            renamed: &[("what", "of")],
            defaults: &[],
            set: &[],
        },
    ];
}
/// Types of the tool `count`.
pub mod count {
    use lockstep_runtime::contract;
    /// Arguments of `count`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct CountArguments {}
    impl contract::Typed for CountArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// `Things` of the catalog.
    ///
    /// 0 to 100.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Things(u32);
    lockstep_runtime::integer!(impl Things(u32) { min : Some(0), max : Some(100) });
    /// What `count` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct CountOutput {
        /// The member `things`.
        ///
        /// 0 to 100.
        pub things: Things,
    }
    impl contract::Typed for CountOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "things",
                        <Things as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "0",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `count` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum CountError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl CountError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
    /// The text block of a result.
    pub(crate) const TEXT: contract::Template = contract::Template(
        &[contract::Piece::Value("things"), contract::Piece::Text(" things")],
    );
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `picture`
    Picture,
    /// `count`
    Count,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Picture, Self::Count];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Count => "count",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Picture => picture::EXAMPLE,
            Self::Count => count::EXAMPLE,
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
            Self::Picture => {
                contract::parse::<
                    picture::PictureArguments,
                >(arguments, picture::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::Count => {
                contract::parse::<
                    count::CountArguments,
                >(arguments, count::EXAMPLE, None, parsing)
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
            Self::Picture => Err("the tool answers with content blocks".to_owned()),
            Self::Count => {
                contract::read_output::<count::CountOutput>(output)
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
    key: 16263683158343804936,
    disps: &[(0, 0)],
    entries: &[
        ("draw", (ToolName::Picture, Some(&picture::ALIASES[0]))),
        ("picture", (ToolName::Picture, None)),
        ("count", (ToolName::Count, None)),
    ],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Draw a picture and say what is on it.
    fn picture(
        &self,
        context: &Cx,
        arguments: picture::PictureArguments,
    ) -> impl Future<
        Output = Result<contract::ContentBlocks, picture::PictureError>,
    > + Send;
    /// Count what is on a picture.
    fn count(
        &self,
        context: &Cx,
        arguments: count::CountArguments,
    ) -> impl Future<Output = Result<count::CountOutput, count::CountError>> + Send;
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
            ToolName::Picture => 0,
            ToolName::Count => 1,
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
            ToolName::Picture => {
                match contract::parse(
                    arguments,
                    picture::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::picture(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::answer_blocks(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::Count => {
                match contract::parse(
                    arguments,
                    count::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::count(&self.0, context, arguments))
                            .await;
                        Ok(contract::answer_with(outcome, count::TEXT))
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
    /// Draw a picture and say what is on it.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn picture(
        &self,
        arguments: &picture::PictureArguments,
    ) -> Result<
        contract::ContentBlocks,
        contract::ClientError<picture::PictureError, C::Error>,
    > {
        contract::call_blocks(&self.0, "picture", arguments).await
    }
    /// Count what is on a picture.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn count(
        &self,
        arguments: &count::CountArguments,
    ) -> Result<count::CountOutput, contract::ClientError<count::CountError, C::Error>> {
        contract::call(&self.0, "count", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "content-blocks",
    "content-blocks",
    "1.0.0",
    &[
        contract::ToolDescriptor::new(
                "picture",
                "{\"name\":\"picture\",\"title\":\"Picture\",\"description\":\"Draw a picture and say what is on it.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"of\":{\"type\":\"string\",\"description\":\"What to draw.\"}},\"required\":[\"of\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            )
            .with_aliases(&picture::ALIASES)
            .with_errors(
                &[
                    contract::ErrorDescriptor::new(
                        "too_hard",
                        false,
                        "Ask for something simpler.",
                        None,
                    ),
                ],
            ),
        contract::ToolDescriptor::new(
            "count",
            "{\"name\":\"count\",\"title\":\"Count\",\"description\":\"Count what is on a picture.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"things\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":100}},\"required\":[\"things\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
