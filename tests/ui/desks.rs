#![allow(dead_code, reason = "each case uses a part")]
#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `book_desk`.
pub mod book_desk {
    use lockstep_runtime::contract;
    /// Number of the desk.
    ///
    /// Matches `^[A-Z][0-9]{1,3}$`.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Desk(String);
    lockstep_runtime::text!(
        impl Desk { min : None, max : None, pattern : Some("^[A-Z][0-9]{1,3}$"), format :
        None }
    );
    /// How long.
    ///
    /// 1 to 12.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Hours(u32);
    lockstep_runtime::integer!(impl Hours(u32) { min : Some(1), max : Some(12) });
    /// Who else comes.
    ///
    /// At most 3 items.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Guests(Vec<String>);
    lockstep_runtime::list!(
        impl Guests(String) { min : None, max : Some(3), unique : false }
    );
    /// Arguments of `book_desk`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct BookDeskArguments {
        /// Number of the desk.
        ///
        /// Matches `^[A-Z][0-9]{1,3}$`.
        pub desk: Desk,
        /// Day of the booking.
        pub day: contract::Date,
        /// How long.
        ///
        /// 1 to 12.
        #[serde(default = "BookDeskArguments::default_hours")]
        pub hours: Hours,
        /// The member `kind`.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub kind: Option<super::Kind>,
        /// Who else comes.
        ///
        /// At most 3 items.
        #[serde(default = "BookDeskArguments::default_guests")]
        pub guests: Guests,
    }
    impl BookDeskArguments {
        fn default_hours() -> Hours {
            Hours(8)
        }
        fn default_guests() -> Guests {
            Guests(vec![])
        }
    }
    impl contract::Typed for BookDeskArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "desk",
                        <Desk as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"A12\"",
                    ),
                    contract::Member::new(
                        "day",
                        <contract::Date as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"2026-01-31\"",
                    ),
                    contract::Member::new(
                        "hours",
                        <Hours as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "8",
                    ),
                    contract::Member::new(
                        "kind",
                        <super::Kind as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"standing\"",
                    ),
                    contract::Member::new(
                        "guests",
                        <Guests as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "[]",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `book_desk` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct BookDeskOutput {
        /// Number of the booking.
        pub booking: String,
        /// How long.
        ///
        /// 1 to 12.
        pub hours: Hours,
        /// What else there is to know.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "lockstep_runtime::contract::present"
        )]
        pub note: Option<String>,
    }
    impl contract::Typed for BookDeskOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "booking",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "hours",
                        <Hours as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "1",
                    ),
                    contract::Member::new(
                        "note",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Optional,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `book_desk` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum BookDeskError {
        /// `desk_taken`: Choose another desk.
        DeskTaken(contract::ErrorDetail),
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(
        impl BookDeskError { DeskTaken desk_taken "desk_taken" { retryable : true, hint :
        "Choose another desk.", retry_after : None }, }
    );
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"desk\":\"A12\",\"day\":\"2026-01-31\"}";
}
/// Types of the tool `free_desks`.
pub mod free_desks {
    use lockstep_runtime::contract;
    /// Arguments of `free_desks`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FreeDesksArguments {}
    impl contract::Typed for FreeDesksArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(&[]);
            &RULE
        };
    }
    /// What `free_desks` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct FreeDesksOutput {
        /// The member `desks`.
        pub desks: Vec<String>,
    }
    impl contract::Typed for FreeDesksOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "desks",
                        <Vec<String> as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "[\"text\"]",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `free_desks` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum FreeDesksError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl FreeDesksError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{}";
}
/// Parameters of the resources.
pub mod resources {
    use lockstep_runtime::contract;
    /// Parameters of `desks://{desk}`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct DeskParameters {
        /// The member `desk`.
        pub desk: String,
    }
    impl contract::Typed for DeskParameters {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "desk",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                ],
            );
            &RULE
        };
    }
}
/// Arguments of the prompts.
pub mod prompts {
    use lockstep_runtime::contract;
    /// Arguments of the prompt `remind`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct RemindArguments {
        /// The member `day`.
        pub day: contract::Date,
    }
    impl contract::Typed for RemindArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "day",
                        <contract::Date as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"2026-01-31\"",
                    ),
                ],
            );
            &RULE
        };
    }
}
/// What one does at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `standing`
    Standing,
    /// `sitting`
    Sitting,
}
lockstep_runtime::choice!(impl Kind { Standing = "standing", Sitting = "sitting", });
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `book_desk`
    BookDesk,
    /// `free_desks`
    FreeDesks,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::BookDesk, Self::FreeDesks];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BookDesk => "book_desk",
            Self::FreeDesks => "free_desks",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::BookDesk => book_desk::EXAMPLE,
            Self::FreeDesks => free_desks::EXAMPLE,
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
            Self::BookDesk => {
                contract::parse::<
                    book_desk::BookDeskArguments,
                >(arguments, book_desk::EXAMPLE, None, parsing)
                    .map(|arguments| contract::written(&arguments))
            }
            Self::FreeDesks => {
                contract::parse::<
                    free_desks::FreeDesksArguments,
                >(arguments, free_desks::EXAMPLE, None, parsing)
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
            Self::BookDesk => {
                contract::read_output::<book_desk::BookDeskOutput>(output)
                    .map(|output| contract::written(&output))
            }
            Self::FreeDesks => {
                contract::read_output::<free_desks::FreeDesksOutput>(output)
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
    disps: &[(1, 0)],
    entries: &[
        ("book_desk", (ToolName::BookDesk, None)),
        ("free_desks", (ToolName::FreeDesks, None)),
    ],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Book one desk for one day.
    fn book_desk(
        &self,
        context: &Cx,
        arguments: book_desk::BookDeskArguments,
    ) -> impl Future<
        Output = Result<book_desk::BookDeskOutput, book_desk::BookDeskError>,
    > + Send;
    /// List the desks that are free.
    fn free_desks(
        &self,
        context: &Cx,
        arguments: free_desks::FreeDesksArguments,
    ) -> impl Future<
        Output = Result<free_desks::FreeDesksOutput, free_desks::FreeDesksError>,
    > + Send;
}
/// What a server implements for the resources of the catalog.
pub trait Resources<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// `desks://{desk}`: What stands on one desk.
    fn desk(
        &self,
        context: &Cx,
        parameters: resources::DeskParameters,
    ) -> impl Future<
        Output = Result<contract::ResourceContents, contract::ResourceError>,
    > + Send;
    /// The resources that `desks://{desk}` stands for, page by page.
    fn desk_list(
        &self,
        context: &Cx,
        cursor: Option<&str>,
    ) -> impl Future<
        Output = Result<contract::ResourceList, contract::ResourceError>,
    > + Send;
    /// Values of `desk` that begin as `completing` says.
    fn desk_complete_desk(
        &self,
        context: &Cx,
        completing: contract::Completing,
    ) -> impl Future<
        Output = Result<contract::Completion, contract::CompletionError>,
    > + Send;
}
/// What a server implements for the prompts that the catalog does not write out itself.
pub trait Prompts<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// The messages of `remind`: Remind people of their desks.
    fn remind(
        &self,
        context: &Cx,
        arguments: prompts::RemindArguments,
    ) -> impl Future<
        Output = Result<contract::PromptMessages, contract::PromptError>,
    > + Send;
}
/// The implementation `T` as a contract that lockstep-runtime serves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Service<T>(pub T);
impl<T: Tools + Resources + Prompts> contract::Contract for Service<T> {
    fn catalog(&self) -> &'static contract::Catalog {
        &CATALOG
    }
    fn tool(&self, name: &str) -> Option<&'static contract::ToolDescriptor> {
        let index: usize = match ToolName::from_name(name)? {
            ToolName::BookDesk => 0,
            ToolName::FreeDesks => 1,
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
            ToolName::BookDesk => {
                match contract::parse(
                    arguments,
                    book_desk::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::book_desk(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
            ToolName::FreeDesks => {
                match contract::parse(
                    arguments,
                    free_desks::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::free_desks(&self.0, context, arguments),
                            )
                            .await;
                        Ok(contract::answer(outcome))
                    }
                    Err(refusal) => refusal.into(),
                }
            }
        }
    }
    async fn read_resource(
        &self,
        context: &contract::Context,
        uri: &str,
    ) -> Result<
        lockstep_runtime::wire::latest::ReadResourceResult,
        contract::ResourceError,
    > {
        let found = CATALOG.find_resource(uri)?;
        let contents = match found.index {
            0 => {
                Resources::desk(&self.0, context, contract::parameters(&found.values)?)
                    .await?
            }
            _ => contract::ResourceContents::default(),
        };
        Ok(contents.into_result(uri, found.descriptor.mime_type))
    }
    async fn list_resources(
        &self,
        context: &contract::Context,
        cursor: Option<&str>,
    ) -> Result<contract::ResourceList, contract::ResourceError> {
        let position = contract::ListPosition::read(cursor, 1)?;
        let page = match position.lister() {
            0 => Resources::desk_list(&self.0, context, position.cursor()).await?,
            _ => contract::ResourceList::default(),
        };
        Ok(position.finish(&CATALOG, page))
    }
    async fn get_prompt(
        &self,
        context: &contract::Context,
        name: &str,
        arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
    ) -> Result<lockstep_runtime::wire::latest::GetPromptResult, contract::PromptError> {
        let _ = context;
        match name {
            "remind" => {
                let arguments: prompts::RemindArguments = contract::prompt_arguments(
                    arguments,
                )?;
                Ok(
                    Prompts::remind(&self.0, context, arguments)
                        .await?
                        .into_result(Some("Remind people of their desks.")),
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
            (contract::Reference::Resource("desks://{desk}"), "desk") => {
                Resources::desk_complete_desk(&self.0, context, completing).await
            }
            _ => Err(contract::nothing_to_complete(of, argument)),
        }
    }
}
/// The tools of the catalog as functions of whoever calls them, over any transport.
#[derive(Clone, Copy, Debug, Default)]
pub struct ToolsClient<C>(pub C);
impl<C: contract::Caller> ToolsClient<C> {
    /// Book one desk for one day.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn book_desk(
        &self,
        arguments: &book_desk::BookDeskArguments,
    ) -> Result<
        book_desk::BookDeskOutput,
        contract::ClientError<book_desk::BookDeskError, C::Error>,
    > {
        contract::call(&self.0, "book_desk", arguments).await
    }
    /// List the desks that are free.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn free_desks(
        &self,
        arguments: &free_desks::FreeDesksArguments,
    ) -> Result<
        free_desks::FreeDesksOutput,
        contract::ClientError<free_desks::FreeDesksError, C::Error>,
    > {
        contract::call(&self.0, "free_desks", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
        "desks",
        "desks",
        "0.1.0",
        &[
            contract::ToolDescriptor::new(
                    "book_desk",
                    "{\"name\":\"book_desk\",\"title\":\"Book a desk\",\"description\":\"Book one desk for one day.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"desk\":{\"type\":\"string\",\"description\":\"Number of the desk.\",\"pattern\":\"^[A-Z][0-9]{1,3}$\",\"examples\":[\"A12\"]},\"day\":{\"type\":\"string\",\"description\":\"Day of the booking.\",\"format\":\"date\"},\"hours\":{\"type\":\"integer\",\"description\":\"How long.\",\"minimum\":1,\"maximum\":12,\"default\":8},\"kind\":{\"type\":\"string\",\"description\":\"What one does at the desk.\",\"enum\":[\"standing\",\"sitting\"]},\"guests\":{\"type\":\"array\",\"description\":\"Who else comes.\",\"items\":{\"type\":\"string\"},\"maxItems\":3,\"default\":[]}},\"required\":[\"desk\",\"day\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"booking\":{\"type\":\"string\",\"description\":\"Number of the booking.\"},\"hours\":{\"type\":\"integer\",\"description\":\"How long.\",\"minimum\":1,\"maximum\":12},\"note\":{\"type\":\"string\",\"description\":\"What else there is to know.\"}},\"required\":[\"booking\",\"hours\"],\"additionalProperties\":false}}",
                    contract::Policy::new(),
                )
                .with_errors(
                    &[
                        contract::ErrorDescriptor::new(
                            "desk_taken",
                            true,
                            "Choose another desk.",
                            None,
                        ),
                    ],
                ),
            contract::ToolDescriptor::new(
                "free_desks",
                "{\"name\":\"free_desks\",\"title\":\"Free desks\",\"description\":\"List the desks that are free.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{},\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"desks\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}},\"required\":[\"desks\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            ),
        ],
    )
    .with_resources(
        &[
            contract::ResourceDescriptor::new(
                    "desk",
                    "{\"uriTemplate\":\"desks://{desk}\",\"name\":\"desk\",\"title\":\"Desk\",\"description\":\"What stands on one desk.\"}",
                    contract::UriTemplate(
                        &[
                            contract::UriPart::Literal("desks://"),
                            contract::UriPart::Segment("desk"),
                        ],
                    ),
                    contract::Policy::new(),
                )
                .template()
                .list(),
        ],
    )
    .with_prompts(
        &[
            contract::PromptDescriptor::new(
                "remind",
                "{\"name\":\"remind\",\"title\":\"Remind\",\"description\":\"Remind people of their desks.\",\"arguments\":[{\"name\":\"day\",\"required\":true}]}",
                contract::Policy::new(),
            ),
        ],
    );
