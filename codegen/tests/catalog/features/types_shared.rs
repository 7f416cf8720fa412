#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `note_get`.
pub mod note_get {
    use lockstep_runtime::contract;
    /// Arguments of `note_get`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct NoteGetArguments {
        /// Which.
        pub id: super::Id,
    }
    impl contract::Typed for NoteGetArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "id",
                        <super::Id as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `note_get` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct NoteGetOutput {
        /// The member `note`.
        pub note: super::Note,
    }
    impl contract::Typed for NoteGetOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "note",
                        <super::Note as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "{\"id\":\"text\"}",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `note_get` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum NoteGetError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl NoteGetError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"id\":\"text\"}";
}
/// Name of a note.
///
/// 1 to 36 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(String);
lockstep_runtime::text!(
    impl Id { min : Some(1), max : Some(36), pattern : None, format : None }
);
/// `NoteStars` of the catalog.
///
/// 0 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoteStars(u32);
lockstep_runtime::integer!(impl NoteStars(u32) { min : Some(0), max : Some(5) });
/// `NoteScore` of the catalog.
///
/// 0.5 to 9.5.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct NoteScore(f64);
lockstep_runtime::number!(impl NoteScore { min : Some(0.5), max : Some(9.5) });
/// `NoteTags` of the catalog.
///
/// 1 to 8 items.
#[derive(Clone, Debug, PartialEq)]
pub struct NoteTags(Vec<String>);
lockstep_runtime::list!(
    impl NoteTags(String) { min : Some(1), max : Some(8), unique : true }
);
/// One note.
#[derive(
    Clone,
    Debug,
    PartialEq,
    lockstep_runtime::serde::Serialize,
    lockstep_runtime::serde::Deserialize
)]
#[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
pub struct Note {
    /// The member `id`.
    pub id: self::Id,
    /// The member `stars`.
    ///
    /// 0 to 5.
    #[serde(default = "Note::default_stars")]
    pub stars: NoteStars,
    /// The member `score`.
    ///
    /// 0.5 to 9.5.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lockstep_runtime::contract::present"
    )]
    pub score: Option<NoteScore>,
    /// The member `tags`.
    ///
    /// 1 to 8 items.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lockstep_runtime::contract::present"
    )]
    pub tags: Option<NoteTags>,
    /// Anything.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lockstep_runtime::contract::present"
    )]
    pub extra: Option<lockstep_runtime::serde_json::Value>,
}
impl Note {
    fn default_stars() -> NoteStars {
        NoteStars(0)
    }
}
impl contract::Typed for Note {
    const RULE: &'static contract::Rule = {
        static RULE: contract::Rule = contract::Rule::Object(
            &[
                contract::Member::new(
                    "id",
                    <self::Id as contract::Typed>::RULE,
                    contract::Presence::Required,
                    "\"text\"",
                ),
                contract::Member::new(
                    "stars",
                    <NoteStars as contract::Typed>::RULE,
                    contract::Presence::Default,
                    "0",
                ),
                contract::Member::new(
                    "score",
                    <NoteScore as contract::Typed>::RULE,
                    contract::Presence::Optional,
                    "0.5",
                ),
                contract::Member::new(
                    "tags",
                    <NoteTags as contract::Typed>::RULE,
                    contract::Presence::Optional,
                    "[\"text\"]",
                ),
                contract::Member::new(
                    "extra",
                    <lockstep_runtime::serde_json::Value as contract::Typed>::RULE,
                    contract::Presence::Optional,
                    "\"text\"",
                ),
            ],
        );
        &RULE
    };
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `note_get`
    NoteGet,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::NoteGet];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoteGet => "note_get",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::NoteGet => note_get::EXAMPLE,
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
            Self::NoteGet => {
                contract::parse::<
                    note_get::NoteGetArguments,
                >(arguments, note_get::EXAMPLE, None, parsing)
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
            Self::NoteGet => {
                contract::read_output::<note_get::NoteGetOutput>(output)
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
    entries: &[("note_get", (ToolName::NoteGet, None))],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Gets one note.
    fn note_get(
        &self,
        context: &Cx,
        arguments: note_get::NoteGetArguments,
    ) -> impl Future<
        Output = Result<note_get::NoteGetOutput, note_get::NoteGetError>,
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
            ToolName::NoteGet => 0,
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
            ToolName::NoteGet => {
                match contract::parse(
                    arguments,
                    note_get::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::note_get(&self.0, context, arguments),
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
    /// Gets one note.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn note_get(
        &self,
        arguments: &note_get::NoteGetArguments,
    ) -> Result<
        note_get::NoteGetOutput,
        contract::ClientError<note_get::NoteGetError, C::Error>,
    > {
        contract::call(&self.0, "note_get", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "types",
    "types",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
            "note_get",
            "{\"name\":\"note_get\",\"title\":\"Get a note\",\"description\":\"Gets one note.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\",\"description\":\"Which.\",\"minLength\":1,\"maxLength\":36}},\"required\":[\"id\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"note\":{\"type\":\"object\",\"description\":\"One note.\",\"properties\":{\"id\":{\"type\":\"string\",\"description\":\"Name of a note.\",\"minLength\":1,\"maxLength\":36},\"stars\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":5,\"default\":0},\"score\":{\"type\":\"number\",\"minimum\":0.5,\"maximum\":9.5},\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":1,\"maxItems\":8,\"uniqueItems\":true},\"extra\":{\"description\":\"Anything.\"}},\"required\":[\"id\"],\"additionalProperties\":false}},\"required\":[\"note\"],\"additionalProperties\":false}}",
            contract::Policy::new(),
        ),
    ],
);
