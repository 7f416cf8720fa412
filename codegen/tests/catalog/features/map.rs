#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `label`.
pub mod label {
    use lockstep_runtime::contract;
    /// `LabelsValue` of the catalog.
    ///
    /// At most 64 characters.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct LabelsValue(String);
    lockstep_runtime::text!(
        impl LabelsValue { min : None, max : Some(64), pattern : None, format : None }
    );
    /// `Labels` of the catalog.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Labels(std::collections::BTreeMap<String, LabelsValue>);
    lockstep_runtime::map!(impl Labels(LabelsValue) { max : Some(8) });
    /// Arguments of `label`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct LabelArguments {
        /// The member `labels`.
        #[serde(default = "LabelArguments::default_labels")]
        pub labels: Labels,
        /// The member `settings`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub settings: Option<
            lockstep_runtime::serde_json::Map<
                String,
                lockstep_runtime::serde_json::Value,
            >,
        >,
        /// The member `counts`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub counts: Option<std::collections::BTreeMap<String, Vec<i64>>>,
    }
    impl LabelArguments {
        fn default_labels() -> Labels {
            Labels(
                [("team".to_owned(), LabelsValue("core".to_owned()))]
                    .into_iter()
                    .collect(),
            )
        }
    }
    impl contract::Typed for LabelArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "labels",
                        <Labels as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "{\"any name\":\"x\"}",
                    ),
                    contract::Member::new(
                        "settings",
                        <lockstep_runtime::serde_json::Map<
                            String,
                            lockstep_runtime::serde_json::Value,
                        > as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "{\"deep\":[1,{\"a\":null}]}",
                    ),
                    contract::Member::new(
                        "counts",
                        <std::collections::BTreeMap<
                            String,
                            Vec<i64>,
                        > as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "{\"a\":[1,2]}",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `label` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct LabelOutput {
        /// The member `labels`.
        pub labels: lockstep_runtime::serde_json::Map<
            String,
            lockstep_runtime::serde_json::Value,
        >,
    }
    impl contract::Typed for LabelOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "labels",
                        <lockstep_runtime::serde_json::Map<
                            String,
                            lockstep_runtime::serde_json::Value,
                        > as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "{\"key\":\"text\"}",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `label` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum LabelError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl LabelError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"labels\":{\"any name\":\"x\"},\"settings\":{\"deep\":[1,{\"a\":null}]},\"counts\":{\"a\":[1,2]}}";
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `label`
    Label,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::Label];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Label => "label",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Label => label::EXAMPLE,
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
            Self::Label => {
                contract::parse::<
                    label::LabelArguments,
                >(arguments, label::EXAMPLE, None, parsing)
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
            Self::Label => {
                contract::read_output::<label::LabelOutput>(output)
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
    entries: &[("label", (ToolName::Label, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Sets labels.
    fn label(
        &self,
        context: &Cx,
        arguments: label::LabelArguments,
    ) -> impl Future<Output = Result<label::LabelOutput, label::LabelError>> + Send;
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
            ToolName::Label => 0,
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
            ToolName::Label => {
                match contract::parse(
                    arguments,
                    label::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(Tools::label(&self.0, context, arguments))
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
    /// Sets labels.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn label(
        &self,
        arguments: &label::LabelArguments,
    ) -> Result<label::LabelOutput, contract::ClientError<label::LabelError, C::Error>> {
        contract::call(&self.0, "label", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "maps",
    "maps",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "label",
            "{\"name\":\"label\",\"title\":\"Label\",\"description\":\"Sets labels.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"labels\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\",\"maxLength\":64},\"maxProperties\":8,\"default\":{\"team\":\"core\"}},\"settings\":{\"type\":\"object\",\"additionalProperties\":true},\"counts\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}}},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"labels\":{\"type\":\"object\",\"additionalProperties\":true}},\"required\":[\"labels\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
