#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// Arguments of the prompt `summary`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct SummaryArguments {
        /// The member `topic`.
        pub topic: String,
        /// The member `words`.
        #[serde(default = "SummaryArguments::default_words")]
        pub words: i64,
    }
    impl SummaryArguments {
        fn default_words() -> i64 {
            100
        }
    }
    impl contract::Typed for SummaryArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "topic",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "words",
                        <i64 as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "100",
                    ),
                ],
            );
            &RULE
        };
    }
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {}
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {}
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
        let _ = (arguments, parsing);
        match self {}
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
        let _ = output;
        match self {}
    }
}
/// Every name that can be called: one step, however many there are.
static NAMES: lockstep_runtime::phf::Map<
    &'static str,
    (ToolName, Option<&'static contract::Alias>),
> = lockstep_runtime::phf::Map {
    key: 16287231350648472473,
    disps: &[],
    entries: &[],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {}
/// What a server implements for the prompts that the catalog does not write out itself.
pub trait Prompts<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// The messages of `summary`: The server writes the messages.
    fn summary(
        &self,
        context: &Cx,
        arguments: prompts::SummaryArguments,
    ) -> impl Future<
        Output = Result<contract::PromptMessages, contract::PromptError>,
    > + Send;
}
/// The implementation `T` as a contract that lockstep-runtime serves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Service<T>(pub T);
impl<T: Tools + Prompts> contract::Contract for Service<T> {
    fn catalog(&self) -> &'static contract::Catalog {
        &CATALOG
    }
    fn tool(&self, name: &str) -> Option<&'static contract::ToolDescriptor> {
        let _ = name;
        None
    }
    async fn call_tool(
        &self,
        context: &contract::Context,
        name: &str,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
    ) -> Result<lockstep_runtime::wire::latest::CallToolResult, contract::CallError> {
        let _ = (context, name, arguments);
        Err(contract::CallError::UnknownTool)
    }
    async fn get_prompt(
        &self,
        context: &contract::Context,
        name: &str,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
    ) -> Result<lockstep_runtime::wire::latest::GetPromptResult, contract::PromptError> {
        let _ = context;
        match name {
            "summary" => {
                let arguments: prompts::SummaryArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    Prompts::summary(&self.0, context, arguments)
                        .await?
                        .into_result(Some("The server writes the messages.")),
                )
            }
            _ => Err(contract::unknown_prompt(&CATALOG, name)),
        }
    }
}
/// The tools of the catalog as functions of whoever calls them, over any transport.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToolsClient<C>(pub C);
impl<C: contract::Caller> ToolsClient<C> {}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
        "prompts",
        "prompts",
        "0.1.0",
        &[],
    )
    .with_prompts(
        &[
            contract::PromptDescriptor::new(
                "summary",
                "{\"name\":\"summary\",\"title\":\"Summary\",\"description\":\"The server writes the messages.\",\"arguments\":[{\"name\":\"topic\",\"required\":true},{\"name\":\"words\",\"required\":false}]}",
                contract::Policy::new(),
            ),
        ],
    );
