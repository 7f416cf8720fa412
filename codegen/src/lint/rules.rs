//! The rules and why each exists.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! rules {
    ($($(#[$doc:meta])+ $rule:ident $name:literal)+) => {
        /// What a finding is about. Names are stable: catalogs accept findings by them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Rule { $($(#[$doc])+ $rule,)+ }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Self] = &[$(Self::$rule),+];

            /// The name in `accept` and in reports.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$rule => $name,)+ }
            }
        }
    };
}

rules! {
    /// Claude's and OpenAI's APIs refuse `anyOf`, `oneOf` and `allOf` at the top of a tool's input, and with it every
    /// request that carries the tool. Source: Claude Code and github-mcp-server issues of 2025 and 2026.
    RootCombinator "root-combinator"
    /// Gemini and Cursor do not follow `$ref`. Source: gemini-cli issues 13326 and 13142.
    RefUnresolvable "ref-unresolvable"
    /// Cursor and Gemini refuse lists of types with `null`, or cut the values off. Source: cursor issue 3778,
    /// gemini-cli issue 21094.
    NullUnion "null-union"
    /// OpenAI's strict mode refuses a `format` that is not on its list (`uri` is not); clients that validate with Ajv
    /// warn of `uint32` and its like on every start. Source: jcode issue 543, mempal pull request 84.
    UnknownFormat "unknown-format"
    /// OpenAI's strict mode has no values of any type and no objects with free names; Gemini wants a type everywhere.
    /// Source: OpenAI's guide to structured outputs.
    OpenObject "open-object"
    /// Cursor hides a tool whose name and server are longer than 60 together; Claude Code puts `mcp__server__` before
    /// a name that the API limits to 64. Source: awslabs/mcp issue 1283, composio issue 2788.
    NameTooLong "name-too-long"
    /// Claude's and OpenAI's APIs allow letters, digits, `_` and `-`; a dot fails the request. Source: their references.
    NameCharacters "name-characters"
    /// Cursor offers a model 80 tools of all servers and drops the rest; OpenAI allows 128. Source: Snowflake-Labs/mcp
    /// issue 77, OpenAI's reference.
    TooManyTools "too-many-tools"
    /// A schema beyond the inline budget costs thousands of tokens in every request. Source: fastmcp issue 3141.
    SchemaTooLarge "schema-too-large"
    /// OpenAI's strict mode allows ten levels, 5,000 properties and 120,000 characters of names and enum values.
    /// Source: OpenAI's guide to structured outputs.
    SchemaLimits "schema-limits"
    /// OpenAI's API refuses a tool description beyond 1,024 characters. Source: OpenAI's function reference.
    DescriptionTooLong "description-too-long"
    /// A model guesses at an argument that nothing describes. Source: Anthropic's guide to tool use.
    DescriptionMissing "description-missing"
    /// A tool, resource or prompt that does not say what it is for is never chosen. Source: as above.
    EmptyDescription "empty-description"
    /// People pick from titles; without one they read the name. Source: the MCP specification, 2025-06-18 and later.
    TitleMissing "title-missing"
    /// Hints that are not set mean the worst: a client asks before every call. Source: the MCP specification.
    HintsMissing "hints-missing"
    /// Vertex AI refuses anything beside `anyOf`, a description included. Source: its message `When using any_of, it
    /// must be the only field set`.
    UnionInInput "union-in-input"
    /// OpenAI's strict mode allows 1,000 enum values in all, and 15,000 characters in an enum of more than 250.
    /// Source: OpenAI's guide to structured outputs.
    EnumTooLarge "enum-too-large"
    /// Ajv compiles a `pattern` as JavaScript's Unicode kind, which refuses needless escapes; OpenAI and Gemini refuse
    /// look-around and back references. Source: ECMA-262, RE2's syntax.
    PatternUnsupported "pattern-unsupported"
    /// Ajv in strict mode refuses a `default` below `anyOf` where it fills in defaults. Source: Ajv's page on strict mode.
    DefaultUnsupported "default-unsupported"
    /// What `inputSchema` says is not looked at, neither here nor when the tool is called; whatever else is found of it
    /// is what these rules know by chance. Source: the catalog's language.
    RawSchema "raw-schema"
    /// The catalog's own `tokens` caps: a list that costs more than was agreed crowds out the task.
    TokenCap "token-cap"
    /// An `accept` that no finding answers to hides the next one.
    AcceptUnused "accept-unused"
    /// An `accept` that names no rule is a misspelling.
    AcceptUnknown "accept-unknown"
}

impl Rule {
    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.as_str() == name)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
