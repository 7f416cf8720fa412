#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// `CodeReviewLanguage` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum CodeReviewLanguage {
        /// `rust`
        Rust,
        /// `python`
        Python,
        /// `typescript`
        Typescript,
    }
    lockstep_runtime::choice!(
        impl CodeReviewLanguage { Rust = "rust", Python = "python", Typescript =
        "typescript", }
    );
    /// `CodeReviewFocus` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum CodeReviewFocus {
        /// `bugs`
        Bugs,
        /// `security`
        Security,
    }
    lockstep_runtime::choice!(
        impl CodeReviewFocus { Bugs = "bugs", Security = "security", }
    );
    /// The code itself.
    ///
    /// At most 262144 characters.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct CodeReviewCode(String);
    lockstep_runtime::text!(
        impl CodeReviewCode { min : None, max : Some(262144), pattern : None, format :
        None }
    );
    /// `CodeReviewLines` of the catalog.
    ///
    /// 1 or more.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct CodeReviewLines(u64);
    lockstep_runtime::integer!(impl CodeReviewLines(u64) { min : Some(1), max : None });
    /// `CodeReviewWeight` of the catalog.
    #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
    pub struct CodeReviewWeight(f64);
    lockstep_runtime::number!(impl CodeReviewWeight { min : None, max : None });
    /// Arguments of the prompt `code_review`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct CodeReviewArguments {
        /// The member `language`.
        pub language: CodeReviewLanguage,
        /// The member `focus`.
        #[serde(default = "CodeReviewArguments::default_focus")]
        pub focus: CodeReviewFocus,
        /// The code itself.
        ///
        /// At most 262144 characters.
        pub code: CodeReviewCode,
        /// The member `lines`.
        ///
        /// 1 or more.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub lines: Option<CodeReviewLines>,
        /// The member `strict`.
        #[serde(default = "CodeReviewArguments::default_strict")]
        pub strict: bool,
        /// The member `weight`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub weight: Option<CodeReviewWeight>,
    }
    impl CodeReviewArguments {
        fn default_focus() -> CodeReviewFocus {
            CodeReviewFocus::Bugs
        }
        fn default_strict() -> bool {
            true
        }
    }
    impl contract::Typed for CodeReviewArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "language",
                        <CodeReviewLanguage as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"rust\"",
                    ),
                    contract::Member::new(
                        "focus",
                        <CodeReviewFocus as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "\"bugs\"",
                    ),
                    contract::Member::new(
                        "code",
                        <CodeReviewCode as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "lines",
                        <CodeReviewLines as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "1",
                    ),
                    contract::Member::new(
                        "strict",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "true",
                    ),
                    contract::Member::new(
                        "weight",
                        <CodeReviewWeight as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "1.0",
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
/// The implementation `T` as a contract that lockstep-runtime serves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Service<T>(pub T);
impl<T: Tools> contract::Contract for Service<T> {
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
            "code_review" => {
                let arguments: prompts::CodeReviewArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    {
                        static MESSAGES: &[(contract::Role, contract::Template)] = &[
                            (
                                contract::Role::User,
                                contract::Template(
                                    &[
                                        contract::Piece::Text("Review this "),
                                        contract::Piece::Value("language"),
                                        contract::Piece::Text(" code for "),
                                        contract::Piece::Value("focus"),
                                        contract::Piece::Text(" problems.\n"),
                                        contract::Piece::Fenced("code"),
                                    ],
                                ),
                            ),
                            (
                                contract::Role::Assistant,
                                contract::Template(
                                    &[
                                        contract::Piece::Text("I look at "),
                                        contract::Piece::Section(
                                            "lines",
                                            &[
                                                contract::Piece::Text("the first "),
                                                contract::Piece::Value("lines"),
                                                contract::Piece::Text(" lines of "),
                                            ],
                                        ),
                                        contract::Piece::Text("it."),
                                    ],
                                ),
                            ),
                        ];
                        contract::rendered(MESSAGES, &arguments)?
                    }
                        .into_result(Some("Review code for one kind of problem.")),
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
            (contract::Reference::Prompt("code_review"), "language") => {
                Ok(
                    contract::Completion::among(
                        &["rust", "python", "typescript"],
                        &completing.value,
                    ),
                )
            }
            (contract::Reference::Prompt("code_review"), "focus") => {
                Ok(contract::Completion::among(&["bugs", "security"], &completing.value))
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
                "code_review",
                "{\"name\":\"code_review\",\"title\":\"Review code\",\"description\":\"Review code for one kind of problem.\",\"arguments\":[{\"name\":\"language\",\"required\":true},{\"name\":\"focus\",\"required\":false},{\"name\":\"code\",\"description\":\"The code itself.\",\"required\":true},{\"name\":\"lines\",\"required\":false},{\"name\":\"strict\",\"required\":false},{\"name\":\"weight\",\"required\":false}]}",
                contract::Policy::new(),
            ),
        ],
    );
