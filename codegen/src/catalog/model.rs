//! The checked catalog: what `docs/catalog.md` describes, with the place where each part stands.

use indexmap::IndexMap;
use serde_json::Value;

use crate::yaml::Position;

/// Where a part of the catalog stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Index into [`Catalog::files`].
    pub(crate) file: usize,
    pub(crate) at: Position,
}

/// A checked catalog.
#[derive(Clone, Debug)]
pub struct Catalog {
    /// Name for diagnostics and text of every file; the root comes first.
    pub(crate) files: Vec<(String, String)>,
    pub(crate) at: Spot,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) version: String,
    pub(crate) description: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) icons: Vec<Icon>,
    pub(crate) tokens: TokenCaps,
    /// What each scope allows.
    pub(crate) scopes: IndexMap<String, String>,
    pub(crate) types: IndexMap<String, Schema>,
    pub(crate) tools: Vec<Tool>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) prompts: Vec<Prompt>,
}

/// The most tokens that definitions may cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokenCaps {
    pub(crate) tool: Option<u64>,
    pub(crate) total: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Icon {
    pub(crate) src: String,
    pub(crate) mime_type: Option<String>,
    pub(crate) sizes: Vec<String>,
    /// `light` or `dark`.
    pub(crate) theme: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Tool {
    pub(crate) at: Spot,
    pub(crate) name: String,
    pub(crate) title: String,
    /// As written; [`Tool::advertised_description`] is what the model sees.
    pub(crate) description: String,
    /// `annotations` under the names of the protocol.
    pub(crate) annotations: IndexMap<&'static str, bool>,
    pub(crate) policy: Policy,
    pub(crate) input: Vec<Member>,
    /// A JSON Schema of the arguments in place of `input`, as written.
    pub(crate) input_schema: Option<Value>,
    /// Absent: the tool makes its content blocks itself.
    pub(crate) output: Option<Vec<Member>>,
    /// Template of the text block.
    pub(crate) text: Option<Template>,
    /// Where the data comes from that others wrote; absent: the output is the server's own.
    pub(crate) provenance: Option<String>,
    pub(crate) errors: Vec<ModelledError>,
    /// Arguments, each accepted by the input.
    pub(crate) examples: Vec<Value>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) icons: Vec<Icon>,
    /// Advertised only where the operator turns it on.
    pub(crate) opt_in: bool,
    /// Findings of the lint that are meant, with the reason.
    pub(crate) accept: IndexMap<String, String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) scopes: Vec<String>,
    pub(crate) timeout_ms: Option<u64>,
    pub(crate) rate: Option<Rate>,
    pub(crate) concurrency: Option<u32>,
    pub(crate) output_bytes: Option<u64>,
    pub(crate) confirm: bool,
    pub(crate) audit: Audit,
}

/// So many calls of one caller in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) calls: u32,
    /// 1, 60 or 3600.
    pub(crate) seconds: u32,
}

/// What the audit line says of the arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Audit {
    #[default]
    Hash,
    Arguments,
    None,
}

#[derive(Clone, Debug)]
pub(crate) struct ModelledError {
    pub(crate) at: Spot,
    pub(crate) name: String,
    pub(crate) retryable: bool,
    pub(crate) hint: String,
    pub(crate) retry_after_seconds: Option<u64>,
}

/// A former or well-known name of a tool.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    pub(crate) at: Spot,
    pub(crate) name: String,
    /// Names of the alias's own, and the argument each stands for.
    pub(crate) renamed: Vec<(String, String)>,
    /// Our arguments with a value for when the caller sends none.
    pub(crate) defaults: Vec<(String, Value)>,
    /// Our arguments that a caller of the alias cannot send, with their value.
    pub(crate) set: Vec<(String, Value)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) at: Spot,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    /// As written.
    pub(crate) uri: String,
    pub(crate) parts: Vec<UriPart>,
    pub(crate) mime_type: Option<String>,
    /// One for each variable of the template, in its order; those of a query are not required.
    pub(crate) parameters: Vec<Member>,
    pub(crate) list: bool,
    pub(crate) subscribe: bool,
    /// Parameters that the server completes. An enum completes itself and is not among them.
    pub(crate) complete: Vec<String>,
    /// `user`, `assistant`.
    pub(crate) audience: Vec<String>,
    pub(crate) priority: Option<f64>,
    pub(crate) policy: Policy,
    pub(crate) icons: Vec<Icon>,
    pub(crate) opt_in: bool,
}

impl Resource {
    /// Whether the address has variables.
    pub(crate) fn is_template(&self) -> bool {
        !self.parameters.is_empty()
    }
}

/// A piece of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UriPart {
    Literal(String),
    /// `{name}`: one segment.
    Segment(String),
    /// `{+name}`: anything.
    Rest(String),
    /// `{?a,b}`.
    Query(Vec<String>),
}

#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    pub(crate) at: Spot,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) arguments: Vec<PromptArgument>,
    /// Absent: the server writes them.
    pub(crate) messages: Option<Vec<Message>>,
    pub(crate) policy: Policy,
    pub(crate) icons: Vec<Icon>,
    pub(crate) opt_in: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct PromptArgument {
    pub(crate) member: Member,
    /// The server completes it; an enum completes itself.
    pub(crate) complete: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// `user` or `assistant`.
    pub(crate) role: &'static str,
    pub(crate) text: Template,
}

/// A text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// `{{name}}`
    Value(String),
    /// `{{fenced name}}`
    Fenced(String),
    /// `{{#name}}…{{/name}}`
    Section(String, Vec<Piece>),
}

/// A schema of the catalog's own kind.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub(crate) at: Spot,
    pub(crate) description: Option<String>,
    /// Each accepted by the schema.
    pub(crate) examples: Vec<Value>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Any JSON value.
    Any,
    /// A type declared below `types:`.
    Ref(String),
    String {
        min: Option<u64>,
        max: Option<u64>,
        pattern: Option<String>,
        format: Option<Format>,
    },
    /// One of these strings.
    Choice(Vec<String>),
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Number {
        min: Option<f64>,
        max: Option<f64>,
    },
    Boolean,
    Array {
        items: Box<Schema>,
        min: Option<u64>,
        max: Option<u64>,
        unique: bool,
    },
    /// A closed object.
    Object(Vec<Member>),
    /// An object with free names.
    Map {
        values: Box<Schema>,
        max: Option<u64>,
    },
    /// One of several closed objects, told apart by the string member `tag`.
    Union {
        tag: String,
        variants: Vec<Variant>,
    },
}

/// An object of a union.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// What the tag says.
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    /// Without the tag.
    pub(crate) members: Vec<Member>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Date,
    DateTime,
    Email,
    Ipv4,
    Ipv6,
    Uri,
    Uuid,
}

impl Format {
    pub(crate) const ALL: [(&str, Self); 7] = [
        ("date", Self::Date),
        ("date-time", Self::DateTime),
        ("email", Self::Email),
        ("ipv4", Self::Ipv4),
        ("ipv6", Self::Ipv6),
        ("uri", Self::Uri),
        ("uuid", Self::Uuid),
    ];

    /// The name in JSON Schema.
    pub(crate) fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map(|(name, _)| *name).unwrap_or_default()
    }
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) at: Spot,
    pub(crate) name: String,
    pub(crate) schema: Schema,
    pub(crate) required: bool,
    pub(crate) default: Option<Value>,
    /// Name below `Mcp-Param-`.
    pub(crate) header: Option<String>,
}
