#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `Files.read-all_now`.
pub mod files_read_all_now {
    use lockstep_runtime::contract;
    /// Arguments of `Files.read-all_now`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FilesReadAllNowArguments {
        /// The member `camelCase`.
        #[serde(rename = "camelCase")]
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub camel_case: Option<String>,
        /// The member `snake_case2`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub snake_case2: Option<String>,
    }
    impl contract::Typed for FilesReadAllNowArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "camelCase",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "snake_case2",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `Files.read-all_now` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FilesReadAllNowOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for FilesReadAllNowOutput {
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
    /// How `Files.read-all_now` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum FilesReadAllNowError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl FilesReadAllNowError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `Files.read-all_now`
    FilesReadAllNow,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::FilesReadAllNow];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FilesReadAllNow => "Files.read-all_now",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::FilesReadAllNow => files_read_all_now::EXAMPLE,
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
            Self::FilesReadAllNow => {
                contract::parse::<
                    files_read_all_now::FilesReadAllNowArguments,
                >(arguments, files_read_all_now::EXAMPLE, None, parsing)
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
            Self::FilesReadAllNow => {
                contract::read_output::<
                    files_read_all_now::FilesReadAllNowOutput,
                >(output)
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
    entries: &[("Files.read-all_now", (ToolName::FilesReadAllNow, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Has every sign a name may have.
    fn files_read_all_now(
        &self,
        context: &Cx,
        arguments: files_read_all_now::FilesReadAllNowArguments,
    ) -> impl Future<
        Output = Result<
            files_read_all_now::FilesReadAllNowOutput,
            files_read_all_now::FilesReadAllNowError,
        >,
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
            ToolName::FilesReadAllNow => 0,
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
            ToolName::FilesReadAllNow => {
                match contract::parse(
                    arguments,
                    files_read_all_now::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::files_read_all_now(&self.0, context, arguments),
                            )
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
    /// Has every sign a name may have.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn files_read_all_now(
        &self,
        arguments: &files_read_all_now::FilesReadAllNowArguments,
    ) -> Result<
        files_read_all_now::FilesReadAllNowOutput,
        contract::ClientError<files_read_all_now::FilesReadAllNowError, C::Error>,
    > {
        contract::call(&self.0, "Files.read-all_now", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "names",
    "names",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "Files.read-all_now",
            "{\"name\":\"Files.read-all_now\",\"title\":\"Read\",\"description\":\"Has every sign a name may have.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"camelCase\":{\"type\":\"string\"},\"snake_case2\":{\"type\":\"string\"}},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
