#![cfg_attr(rustfmt, rustfmt_skip)]
use lockstep_runtime::contract;
/// Types of the tool `db_query`.
pub mod db_query {
    use lockstep_runtime::contract;
    /// `MaxRows` of the catalog.
    ///
    /// 1 to 100.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct MaxRows(u32);
    lockstep_runtime::integer!(impl MaxRows(u32) { min : Some(1), max : Some(100) });
    /// Arguments of `db_query`.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct DbQueryArguments {
        /// The member `sql`.
        pub sql: String,
        /// The member `max_rows`.
        ///
        /// 1 to 100.
        #[serde(default = "DbQueryArguments::default_max_rows")]
        pub max_rows: MaxRows,
        /// The member `dry_run`.
        #[serde(default = "DbQueryArguments::default_dry_run")]
        pub dry_run: bool,
    }
    impl DbQueryArguments {
        fn default_max_rows() -> MaxRows {
            MaxRows(50)
        }
        fn default_dry_run() -> bool {
            false
        }
    }
    impl contract::Typed for DbQueryArguments {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "sql",
                        <String as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "\"text\"",
                    ),
                    contract::Member::new(
                        "max_rows",
                        <MaxRows as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "50",
                    ),
                    contract::Member::new(
                        "dry_run",
                        <bool as contract::Typed>::RULE,
                        contract::Presence::Default,
                        "false",
                    ),
                ],
            );
            &RULE
        };
    }
    /// What `db_query` returns.
    #[derive(
        Clone,
        Debug,
        PartialEq,
        lockstep_runtime::serde::Serialize,
        lockstep_runtime::serde::Deserialize
    )]
    #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
    pub struct DbQueryOutput {
        /// The member `rows`.
        pub rows: Vec<lockstep_runtime::serde_json::Value>,
    }
    impl contract::Typed for DbQueryOutput {
        const RULE: &'static contract::Rule = {
            static RULE: contract::Rule = contract::Rule::Object(
                &[
                    contract::Member::new(
                        "rows",
                        <Vec<
                            lockstep_runtime::serde_json::Value,
                        > as contract::Typed>::RULE,
                        contract::Presence::Required,
                        "[\"text\"]",
                    ),
                ],
            );
            &RULE
        };
    }
    /// How `db_query` can fail.
    #[derive(Clone, Debug, PartialEq)]
    pub enum DbQueryError {
        /// An error that any tool may meet.
        Shared(contract::SharedError),
    }
    lockstep_runtime::errors!(impl DbQueryError {});
    /// A call that is right, for the message about one that is not.
    pub(crate) const EXAMPLE: &str = "{\"sql\":\"text\"}";
    /// Former and well-known names.
    pub(crate) static ALIASES: [contract::Alias; 5usize] = [
        contract::Alias {
            name: "execute_sql",
            renamed: &[],
            defaults: &[],
            set: &[],
        },
        contract::Alias {
            name: "query",
            renamed: &[("query", "sql"), ("limit", "max_rows")],
            defaults: &[],
            set: &[],
        },
        contract::Alias {
            name: "top",
            renamed: &[("n", "max_rows")],
            defaults: &[("max_rows", "5")],
            set: &[],
        },
        contract::Alias {
            name: "few",
            renamed: &[],
            defaults: &[("max_rows", "3")],
            set: &[],
        },
        contract::Alias {
            name: "save",
            renamed: &[],
            defaults: &[],
            set: &[("dry_run", "false")],
        },
    ];
}
/// The tools of the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ToolName {
    /// `db_query`
    DbQuery,
}
impl ToolName {
    /// Every tool, in the catalog's order.
    pub const ALL: &'static [Self] = &[Self::DbQuery];
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DbQuery => "db_query",
        }
    }
    /// The tool that is called so on the wire, by its own name or a former one.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.get(name).map(|(tool, _)| *tool)
    }
    /// The arguments of a call that is right, as JSON text.
    pub const fn example(self) -> &'static str {
        match self {
            Self::DbQuery => db_query::EXAMPLE,
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
            Self::DbQuery => {
                contract::parse::<
                    db_query::DbQueryArguments,
                >(arguments, db_query::EXAMPLE, None, parsing)
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
            Self::DbQuery => {
                contract::read_output::<db_query::DbQueryOutput>(output)
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
    disps: &[(1, 4), (2, 0)],
    entries: &[
        ("few", (ToolName::DbQuery, Some(&db_query::ALIASES[3]))),
        ("top", (ToolName::DbQuery, Some(&db_query::ALIASES[2]))),
        ("db_query", (ToolName::DbQuery, None)),
        ("query", (ToolName::DbQuery, Some(&db_query::ALIASES[1]))),
        ("execute_sql", (ToolName::DbQuery, Some(&db_query::ALIASES[0]))),
        ("save", (ToolName::DbQuery, Some(&db_query::ALIASES[4]))),
    ],
};
/// What a server implements: one method for each tool of the catalog, none of them optional.
///
/// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
/// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static {
    /// Runs a query.
    fn db_query(
        &self,
        context: &Cx,
        arguments: db_query::DbQueryArguments,
    ) -> impl Future<
        Output = Result<db_query::DbQueryOutput, db_query::DbQueryError>,
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
            ToolName::DbQuery => 0,
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
            ToolName::DbQuery => {
                match contract::parse(
                    arguments,
                    db_query::EXAMPLE,
                    *alias,
                    context.parsing,
                ) {
                    Ok(arguments) => {
                        let outcome = Box::pin(
                                Tools::db_query(&self.0, context, arguments),
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
    /// Runs a query.
    ///
    /// # Errors
    ///
    /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
    pub async fn db_query(
        &self,
        arguments: &db_query::DbQueryArguments,
    ) -> Result<
        db_query::DbQueryOutput,
        contract::ClientError<db_query::DbQueryError, C::Error>,
    > {
        contract::call(&self.0, "db_query", arguments).await
    }
}
/// The server, its tools, resources and prompts as the catalog describes them.
pub static CATALOG: contract::Catalog = contract::Catalog::new(
    "aliases",
    "aliases",
    "0.1.0",
    &[
        contract::ToolDescriptor::new(
                "db_query",
                "{\"name\":\"db_query\",\"title\":\"Query\",\"description\":\"Runs a query.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"sql\":{\"type\":\"string\"},\"max_rows\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":50},\"dry_run\":{\"type\":\"boolean\",\"default\":false}},\"required\":[\"sql\"],\"additionalProperties\":false},\"outputSchema\":{\"type\":\"object\",\"properties\":{\"rows\":{\"type\":\"array\",\"items\":{}}},\"required\":[\"rows\"],\"additionalProperties\":false}}",
                contract::Policy::new(),
            )
            .with_aliases(&db_query::ALIASES),
    ],
);
