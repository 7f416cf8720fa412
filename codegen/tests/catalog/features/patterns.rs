#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `paint`.
pub mod paint {
    use lockstep_runtime::contract;
    /// `Word` of the catalog.
    ///
    /// Matches `^[^\[\]\-\\]+$`.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Word(String);
    lockstep_runtime::text!(
        impl Word { min : None, max : None, pattern : Some("^[^\\[\\]\\-\\\\]+$"), format
        : None }
    );
    /// `Unit` of the catalog.
    ///
    /// Matches `^(?:px|em)$`.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Unit(String);
    lockstep_runtime::text!(
        impl Unit { min : None, max : None, pattern : Some("^(?:px|em)$"), format : None
        }
    );
    /// Arguments of `paint`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PaintArguments {
        /// The member `color`.
        pub color: super::Color,
        /// The member `word`.
        ///
        /// Matches `^[^\[\]\-\\]+$`.
        pub word: Word,
        /// The member `unit`.
        ///
        /// Matches `^(?:px|em)$`.
        #[serde(default = "PaintArguments::default_unit")]
        pub unit: Unit,
    }
    impl PaintArguments {
        fn default_unit() -> Unit {
            Unit("px".to_owned())
        }
    }
    impl contract::Typed for PaintArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "color",
                        <super::Color as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"#ff0000\"",
                    ),
                    contract::Member::new(
                        "word",
                        <Word as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"hello\"",
                    ),
                    contract::Member::new(
                        "unit",
                        <Unit as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "\"px\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `paint` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PaintOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for PaintOutput {
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
    /// How `paint` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PaintError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl PaintError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"color\":\"#ff0000\",\"word\":\"hello\"}";
}
/// `Color` of the catalog.
///
/// Matches `^#[0-9a-f]{6}$`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Color(String);
lockstep_runtime::text!(
    impl Color { min : None, max : None, pattern : Some("^#[0-9a-f]{6}$"), format : None
    }
);
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `paint`
    Paint,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Paint];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paint => "paint",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Paint => paint::EXAMPLE,
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
            Self::Paint => {
                contract::parse::<
                    paint::PaintArguments,
                >(arguments, paint::EXAMPLE, None, parsing)
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
            Self::Paint => {
                contract::read_output::<paint::PaintOutput>(output)
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
    entries: &[("paint", (ToolName::Paint, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Paints a word.
    fn paint(
        &self,
        context: &Cx,
        arguments: paint::PaintArguments,
    ) -> impl Future<Output = Result<paint::PaintOutput, paint::PaintError>> + Send;
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
            ToolName::Paint => 0,
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
            ToolName::Paint => {
                match contract::parse(
                    arguments,
                    paint::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::paint(&self.0, context, arguments))
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
    /// Paints a word.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn paint(
        &self,
        arguments: &paint::PaintArguments,
    ) -> Result<paint::PaintOutput, contract::ClientError<paint::PaintError, C::Error>> {
        contract::call(&self.0, "paint", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "patterns",
    "patterns",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "paint",
            "{\"name\":\"paint\",\"title\":\"Paint\",\"description\":\"Paints a word.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"color\":{\"type\":\"string\",\"pattern\":\"^#[0-9a-f]{6}$\",\"examples\":[\"#00ff00\"]},\"word\":{\"type\":\"string\",\"pattern\":\"^[^\\\\[\\\\]\\\\-\\\\\\\\]+$\"},\"unit\":{\"type\":\"string\",\"pattern\":\"^(?:px|em)$\",\"default\":\"px\"}},\"required\":[\"color\",\"word\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
