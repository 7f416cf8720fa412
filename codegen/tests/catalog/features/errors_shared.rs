#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `get`.
pub mod get {
    use lockstep_runtime::contract;
    /// Arguments of `get`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct GetArguments {}
    impl contract::Typed for GetArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `get` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct GetOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for GetOutput {
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
    /// How `get` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum GetError {
        /// `not_found`: List what there is first.
        NotFound(contract::ErrorDetail),
        /// `locked`: Try again soon.
        Locked(contract::ErrorDetail),
        /// `timeout`: Ask for less.
        Timeout(contract::ErrorDetail),
        /// `own`: Do something else.
        Own(contract::ErrorDetail),
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(
        impl GetError { NotFound not_found "not_found" { retryable : false, hint :
        "List what there is first.", retry_after : None }, Locked locked "locked" {
        retryable : true, hint : "Try again soon.", retry_after : Some(120) }, Timeout
        timeout "timeout" { retryable : true, hint : "Ask for less.", retry_after : None
        }, Own own "own" { retryable : false, hint : "Do something else.", retry_after :
        None }, }
    );
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Types of the tool `put`.
pub mod put {
    use lockstep_runtime::contract;
    /// Arguments of `put`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PutArguments {}
    impl contract::Typed for PutArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `put` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct PutOutput {
        /// The member `done`.
        pub done: bool,
    }
    impl contract::Typed for PutOutput {
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
    /// How `put` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum PutError {
        /// `locked`: Wait until the other writer is done.
        Locked(contract::ErrorDetail),
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(
        impl PutError { Locked locked "locked" { retryable : false, hint :
        "Wait until the other writer is done.", retry_after : None }, }
    );
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `get`
    Get,
    /// `put`
    Put,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Get, Self::Put];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Put => "put",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Get => get::EXAMPLE,
            Self::Put => put::EXAMPLE,
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
            Self::Get => {
                contract::parse::<
                    get::GetArguments,
                >(arguments, get::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::Put => {
                contract::parse::<
                    put::PutArguments,
                >(arguments, put::EXAMPLE, None, parsing)
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
            Self::Get => {
                contract::read_output::<get::GetOutput>(output)
                    .map(|output| contract::written(&output))
            }
            Self::Put => {
                contract::read_output::<put::PutOutput>(output)
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
    entries: &[("get", (ToolName::Get, None)), ("put", (ToolName::Put, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Gets.
    fn get(
        &self,
        context: &Cx,
        arguments: get::GetArguments,
    ) -> impl Future<Output = Result<get::GetOutput, get::GetError>> + Send;
    /// Puts.
    fn put(
        &self,
        context: &Cx,
        arguments: put::PutArguments,
    ) -> impl Future<Output = Result<put::PutOutput, put::PutError>> + Send;
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
            ToolName::Get => 0,
            ToolName::Put => 1,
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
            ToolName::Get => {
                match contract::parse(arguments, get::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::get(&self.0, context, arguments))
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::Put => {
                match contract::parse(arguments, put::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::put(&self.0, context, arguments))
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
    /// Gets.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn get(
        &self,
        arguments: &get::GetArguments,
    ) -> Result<get::GetOutput, contract::ClientError<get::GetError, C::Error>> {
        contract::call(&self.0, "get", arguments).await
    }
    /// Puts.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn put(
        &self,
        arguments: &put::PutArguments,
    ) -> Result<put::PutOutput, contract::ClientError<put::PutError, C::Error>> {
        contract::call(&self.0, "put", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "errors",
    "errors",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
                "get",
                "{\"name\":\"get\",\"title\":\"Get\",\"description\":\"Gets.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            )
            .with_errors(
                &[
                    contract::ErrorDescriptor::new(
                        "not_found",
                        false,
                        "List what there is first.",
                        None,
                    ),
                    contract::ErrorDescriptor::new(
                        "locked",
                        true,
                        "Try again soon.",
                        Some(120),
                    ),
                    contract::ErrorDescriptor::new(
                        "timeout",
                        true,
                        "Ask for less.",
                        None,
                    ),
                    contract::ErrorDescriptor::new(
                        "own",
                        false,
                        "Do something else.",
                        None,
                    ),
                ],
            ),
        contract::ToolDescriptor::new(
                "put",
                "{\"name\":\"put\",\"title\":\"Put\",\"description\":\"Puts.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"done\":{\"type\":\"boolean\"}},\"required\":[\"done\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            )
            .with_errors(
                &[
                    contract::ErrorDescriptor::new(
                        "locked",
                        false,
                        "Wait until the other writer is done.",
                        None,
                    ),
                ],
            ),
    ],
);
