#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// `ExplainStyle` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum ExplainStyle {
        /// `short`
        Short,
        /// `long`
        Long,
    }
    lockstep_runtime::choice!(impl ExplainStyle { Short = "short", Long = "long", });
    /// Arguments of the prompt `explain`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct ExplainArguments {
        /// Name of the table.
        pub table: String,
        /// The member `style`.
        #[serde(default = "ExplainArguments::default_style")]
        pub style: ExplainStyle,
    }
    impl ExplainArguments {
        fn default_style() -> ExplainStyle {
            ExplainStyle::Short
        }
    }
    impl contract::Typed for ExplainArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "table",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "style",
                        <ExplainStyle as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "\"short\"",
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
    /// Values of `table` of `explain` that begin as `completing` says.
    fn explain_complete_table(
        &self,
        context: &Cx,
        completing: contract::Completing,
    ) -> impl Future<
        Output = Result<contract::Completion, contract::CompletionError>,
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
            "explain" => {
                let arguments: prompts::ExplainArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    {
                        static MESSAGES: &[(contract::Role, contract::Template)] = &[
                            (
                                contract::Role::User,
                                contract::Template(
                                    &[
                                        contract::Piece::Text("Explain `"),
                                        contract::Piece::Value("table"),
                                        contract::Piece::Text("` in a "),
                                        contract::Piece::Value("style"),
                                        contract::Piece::Text(" way."),
                                    ],
                                ),
                            ),
                        ];
                        contract::rendered(MESSAGES, &arguments)?
                    }
                        .into_result(Some("Explains a table.")),
                )
            }
            _ => Err(contract::unknown_prompt(&CATALOG, name)),
        }
    }
    async fn complete(
        &self,
        context: &contract::Context,
        of: contract::Reference<'_>,
        argument: &str,
        completing: contract::Completing,
    ) -> Result<contract::Completion, contract::CompletionError> {
        let _ = context;
        match (of, argument) {
            (contract::Reference::Prompt("explain"), "table") => {
                Prompts::explain_complete_table(&self.0, context, completing).await
            }
            (contract::Reference::Prompt("explain"), "style") => {
                Ok(contract::Completion::among(&["short", "long"], &completing.value))
            }
            _ => Err(contract::nothing_to_complete(of, argument)),
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
                "explain",
                "{\"name\":\"explain\",\"title\":\"Explain\",\"description\":\"Explains a table.\",\"arguments\":[{\"name\":\"table\",\"description\":\"Name of the table.\",\"required\":true},{\"name\":\"style\",\"required\":false}]}",
                contract::Policy::new(),
            ),
        ],
    );
