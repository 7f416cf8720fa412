//! Tokens of a tool contract: per tool its arguments, output and errors; the trait, the dispatch, the descriptors.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::{Map, Value, json};

use super::{Tokens, doc, ident};
use crate::catalog::{Catalog, Kind, Member, ModelledError, Policy, Schema, Tool};
use crate::names::{field_name, type_name};

const ROOT: &str = "generated/tools/src";

/// The files of lockstep-tools.
pub(crate) fn crate_sources(catalog: &Catalog) -> Tokens {
    let modules = catalog.tools.iter().map(|tool| {
        let name = ident(&field_name(&tool.name));
        quote! { pub mod #name; }
    });
    let root = root(catalog, &modules.collect());
    let mut files = Tokens::new();
    files.insert(
        format!("{ROOT}/lib.rs"),
        quote! {
            #![doc = include_str!("../README.md")]
            #![forbid(unsafe_code)]
            #![deny(missing_docs)]
            #root
        },
    );
    for tool in &catalog.tools {
        let about = super::inner_doc(&format!("Types of the tool `{}`.", tool.name));
        let module = module(catalog, tool);
        let name = field_name(&tool.name);
        files.insert(format!("{ROOT}/{}.rs", name.trim_start_matches("r#")), quote! { #about #module });
    }
    files
}

/// The whole contract in one file, to be included.
pub(crate) fn single_file(catalog: &Catalog) -> TokenStream {
    let modules = catalog.tools.iter().map(|tool| {
        let name = ident(&field_name(&tool.name));
        let about = doc(&format!("Types of the tool `{}`.", tool.name));
        let module = module(catalog, tool);
        quote! { #about pub mod #name { #module } }
    });
    root(catalog, &modules.collect())
}

fn root(catalog: &Catalog, modules: &TokenStream) -> TokenStream {
    let types = catalog.types.iter().map(|(name, schema)| declared_type(name, schema));
    let contract = contract(catalog);
    let names = tool_names(catalog);
    let descriptors = descriptors(catalog);
    quote! {
        use lockstep_runtime::contract::{
            Arguments as _, CallError, Catalog, Context, Contract, Policy, ToolDescriptor, answer,
        };
        use lockstep_runtime::serde_json;
        #modules
        #(#types)*
        #names
        #contract
        #descriptors
    }
}

fn tool_names(catalog: &Catalog) -> TokenStream {
    let variants: Vec<_> = catalog.tools.iter().map(|tool| ident(&type_name(&tool.name))).collect();
    let texts: Vec<_> = catalog.tools.iter().map(|tool| &tool.name).collect();
    let docs = texts.iter().map(|text| doc(&format!("`{text}`")));
    quote! {
        /// The tools of the catalog.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ToolName { #(#docs #variants,)* }

        impl ToolName {
            /// Every tool, in the catalog's order.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { #(Self::#variants => #texts,)* }
            }

            /// The tool that is called so on the wire.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    #(#texts => Some(Self::#variants),)*
                    _ => None,
                }
            }
        }
    }
}

fn contract(catalog: &Catalog) -> TokenStream {
    let methods = catalog.tools.iter().map(|tool| {
        let about = doc(&tool.description);
        let Names { module, method, arguments, output, error, .. } = Names::of(tool);
        quote! {
            #about
            fn #method(
                &self,
                context: &Context,
                arguments: #module::#arguments,
            ) -> impl Future<Output = Result<#module::#output, #module::#error>> + Send;
        }
    });
    let arms = catalog.tools.iter().map(|tool| {
        let Names { variant, module, method, arguments, .. } = Names::of(tool);
        quote! {
            ToolName::#variant => match #module::#arguments::parse(arguments) {
                Ok(arguments) => Ok(answer(self.0.#method(context, arguments).await)),
                Err(refusal) => refusal.into(),
            },
        }
    });
    quote! {
        /// What a server implements: one method for each tool of the catalog, none of them optional.
        ///
        /// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
        /// when the catalog gives a tool another argument.
        pub trait Tools: Send + Sync + 'static { #(#methods)* }

        /// The tools `T` as a contract that lockstep-runtime serves.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Service<T>(pub T);

        impl<T: Tools> Contract for Service<T> {
            fn catalog(&self) -> &'static Catalog {
                &CATALOG
            }

            async fn call_tool(
                &self,
                context: &Context,
                name: &str,
                arguments: Option<&serde_json::value::RawValue>,
            ) -> Result<lockstep_runtime::wire::latest::CallToolResult, CallError> {
                match ToolName::from_name(name).ok_or(CallError::UnknownTool)? { #(#arms)* }
            }
        }
    }
}

/// The Rust names around one tool.
struct Names {
    variant: proc_macro2::Ident,
    module: proc_macro2::Ident,
    method: proc_macro2::Ident,
    arguments: proc_macro2::Ident,
    output: proc_macro2::Ident,
    error: proc_macro2::Ident,
}

impl Names {
    fn of(tool: &Tool) -> Self {
        let variant = type_name(&tool.name);
        let method = field_name(&tool.name);
        Self {
            module: ident(&method),
            method: ident(&method),
            arguments: ident(&format!("{variant}Arguments")),
            output: ident(&format!("{variant}Output")),
            error: ident(&format!("{variant}Error")),
            variant: ident(&variant),
        }
    }
}

fn descriptors(catalog: &Catalog) -> TokenStream {
    let (name, title, version) = (&catalog.name, &catalog.title, &catalog.version);
    let tools = catalog.tools.iter().map(|tool| {
        let name = &tool.name;
        let json = Literal::string(&descriptor(catalog, tool).to_string());
        let policy = policy(&tool.policy);
        quote! { ToolDescriptor::new(#name, #json, #policy), }
    });
    quote! {
        /// The server and its tools as the catalog describes them.
        pub static CATALOG: Catalog = Catalog::new(#name, #title, #version, &[#(#tools)*]);
    }
}

/// The `Tool` object of the latest revision.
fn descriptor(catalog: &Catalog, tool: &Tool) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), json!(tool.name));
    out.insert("title".to_owned(), json!(tool.title));
    out.insert("description".to_owned(), json!(tool.description));
    out.insert("inputSchema".to_owned(), catalog.object_schema(&tool.input));
    out.insert("outputSchema".to_owned(), catalog.object_schema(&tool.output));
    if !tool.annotations.is_empty() {
        let hints = tool.annotations.iter().map(|(hint, value)| ((*hint).to_owned(), json!(value)));
        out.insert("annotations".to_owned(), Value::Object(hints.collect()));
    }
    Value::Object(out)
}

fn policy(policy: &Policy) -> TokenStream {
    let scopes = (!policy.scopes.is_empty()).then(|| {
        let scopes = &policy.scopes;
        quote! { .with_scopes(&[#(#scopes),*]) }
    });
    let number = |method: &str, value: Option<u64>| {
        value.map(|value| {
            let (method, value) = (ident(method), Literal::u64_unsuffixed(value));
            quote! { .#method(#value) }
        })
    };
    let timeout = number("with_timeout_ms", policy.timeout_ms);
    let rate = number("with_calls_per_minute", policy.rate.map(|rate| u64::from(rate.calls)));
    let concurrency = number("with_concurrency", policy.concurrency.map(u64::from));
    let output = number("with_output_bytes", policy.output_bytes);
    quote! { Policy::new() #scopes #timeout #rate #concurrency #output }
}

fn module(catalog: &Catalog, tool: &Tool) -> TokenStream {
    let mut inline = TokenStream::new();
    let arguments = arguments(catalog, tool, &mut inline);
    let output_name = format!("{}Output", type_name(&tool.name));
    let output = structure(
        &output_name,
        &format!("What `{}` returns.", tool.name),
        &tool.output,
        &Scope { types: &quote! { super }, rules: false },
        &mut inline,
    );
    let errors = errors(tool);
    quote! {
        use lockstep_runtime::contract::{Arguments, ErrorDetail, Fields, ModelledError, SharedError};
        #arguments
        #output
        #inline
        #errors
    }
}

fn arguments(catalog: &Catalog, tool: &Tool, inline: &mut TokenStream) -> TokenStream {
    let name = format!("{}Arguments", type_name(&tool.name));
    let about = format!("Arguments of `{}`, checked against its schema.", tool.name);
    let scope = Scope { types: &quote! { super }, rules: true };
    let body = structure(&name, &about, &tool.input, &scope, inline);
    let rust = ident(&name);
    let texts = tool.input.iter().map(|member| &member.name);
    let fields: Vec<_> = tool.input.iter().map(|member| ident(&field_name(&member.name))).collect();
    let reads = tool.input.iter().zip(&fields).map(|(member, field)| {
        let (text, rule) = (&member.name, rule(catalog, &member.schema));
        match (&member.default, member.required) {
            (Some(default), _) => {
                let default = default_value(default);
                quote! { let #field = fields.or_default(#text, &#rule, #default); }
            }
            (None, true) => quote! { let #field = fields.required(#text, &#rule); },
            (None, false) => quote! { let #field = fields.optional(#text, &#rule); },
        }
    });
    let fields_parameter = if tool.input.is_empty() {
        quote! { _ }
    } else {
        quote! { fields }
    };
    quote! {
        #body
        impl Arguments for #rust {
            const NAMES: &'static [&'static str] = &[#(#texts),*];

            fn read(#fields_parameter: &mut Fields) -> Option<Self> {
                #(#reads)*
                Some(Self { #(#fields: #fields?),* })
            }
        }
    }
}

/// Where a struct stands.
struct Scope<'a> {
    /// Path of the module that holds the declared types.
    types: &'a TokenStream,
    /// Arguments: a default makes a member always present.
    rules: bool,
}

fn structure(
    name: &str,
    about: &str,
    members: &[Member],
    scope: &Scope<'_>,
    inline: &mut TokenStream,
) -> TokenStream {
    let rust = ident(name);
    let about = doc(about);
    let fields = members.iter().map(|member| {
        let text = member.schema.description.clone().unwrap_or_else(|| format!("The member `{}`.", member.name));
        let about = doc(&bounded(&text, &member.schema.kind));
        let field = ident(&field_name(&member.name));
        let ty = ty(&member.schema, &format!("{name}{}", type_name(&member.name)), scope, inline);
        let rename = (field_name(&member.name) != member.name).then(|| {
            let text = &member.name;
            quote! { #[serde(rename = #text)] }
        });
        if member.required || (scope.rules && member.default.is_some()) {
            quote! { #about #rename pub #field: #ty, }
        } else {
            quote! { #about #rename #[serde(default, skip_serializing_if = "Option::is_none")] pub #field: Option<#ty>, }
        }
    });
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq, lockstep_runtime::serde::Serialize, lockstep_runtime::serde::Deserialize)]
        #[serde(crate = "lockstep_runtime::serde", deny_unknown_fields)]
        pub struct #rust { #(#fields)* }
    }
}

/// The description with the bounds that the type cannot show.
fn bounded(text: &str, kind: &Kind) -> String {
    let range = match kind {
        Kind::String { min, max, .. } => bounds(min, max, "characters"),
        Kind::Array { min, max, .. } => bounds(min, max, "items"),
        Kind::Integer { min, max } => bounds(min, max, ""),
        Kind::Number { min, max } => bounds(min, max, ""),
        _ => None,
    };
    match range {
        Some(range) => format!("{text}\n\n{range}"),
        None => text.to_owned(),
    }
}

fn bounds<T: std::fmt::Display>(min: &Option<T>, max: &Option<T>, unit: &str) -> Option<String> {
    let range = match (min, max) {
        (None, None) => return None,
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("At most {max}"),
    };
    Some(format!("{range} {unit}").trim_end().to_owned() + ".")
}

fn ty(schema: &Schema, name: &str, scope: &Scope<'_>, inline: &mut TokenStream) -> TokenStream {
    match &schema.kind {
        Kind::Any => quote! { lockstep_runtime::serde_json::Value },
        Kind::Ref(target) => {
            let (types, target) = (scope.types, ident(&type_name(target)));
            quote! { #types::#target }
        }
        Kind::Choice(values) => {
            inline.extend(string_enum(name, values));
            let name = ident(name);
            quote! { #name }
        }
        Kind::String { .. } => quote! { String },
        Kind::Integer { min: Some(0..), max: Some(..=0xFFFF_FFFF) } => quote! { u32 },
        Kind::Integer { min: Some(0..), .. } => quote! { u64 },
        Kind::Integer { .. } => quote! { i64 },
        Kind::Number { .. } => quote! { f64 },
        Kind::Boolean => quote! { bool },
        Kind::Array { items, .. } => {
            let item = ty(items, &format!("{name}Item"), scope, inline);
            quote! { Vec<#item> }
        }
        Kind::Map { .. } | Kind::Union { .. } => quote! { lockstep_runtime::serde_json::Value },
        Kind::Object(members) => {
            let about = schema.description.clone().unwrap_or_else(|| format!("`{name}` of the catalog."));
            let mut inner = TokenStream::new();
            let body =
                structure(name, &about, members, &Scope { types: scope.types, rules: false }, &mut inner);
            inline.extend(quote! { #body #inner });
            let name = ident(name);
            quote! { #name }
        }
    }
}

fn string_enum(name: &str, values: &[String]) -> TokenStream {
    let rust = ident(name);
    let variants = values.iter().map(|value| {
        let (about, variant) = (doc(&format!("`{value}`")), ident(&type_name(value)));
        quote! { #about #[serde(rename = #value)] #variant, }
    });
    let about = doc(&format!("The allowed values of `{name}`."));
    quote! {
        #about
        #[derive(Clone, Copy, Debug, PartialEq, Eq, lockstep_runtime::serde::Serialize, lockstep_runtime::serde::Deserialize)]
        #[serde(crate = "lockstep_runtime::serde")]
        pub enum #rust { #(#variants)* }
    }
}

fn declared_type(name: &str, schema: &Schema) -> TokenStream {
    let about = schema.description.clone().unwrap_or_else(|| format!("`{name}` of the catalog."));
    let mut inline = TokenStream::new();
    let scope = Scope { types: &quote! { self }, rules: false };
    match &schema.kind {
        Kind::Object(members) => {
            let body = structure(&type_name(name), &about, members, &scope, &mut inline);
            quote! { #body #inline }
        }
        Kind::Choice(values) => string_enum(&type_name(name), values),
        _ => {
            let target = ty(schema, &format!("{}Value", type_name(name)), &scope, &mut inline);
            let (about, rust) = (doc(&about), ident(&type_name(name)));
            quote! { #about pub type #rust = #target; #inline }
        }
    }
}

fn rule(catalog: &Catalog, schema: &Schema) -> TokenStream {
    let natural = |value: &Option<u64>| option(value.map(Literal::u64_unsuffixed));
    let integer = |value: &Option<i64>| option(value.map(Literal::i64_unsuffixed));
    let real = |value: &Option<f64>| option(value.map(Literal::f64_unsuffixed));
    match &schema.kind {
        Kind::Any | Kind::Map { .. } | Kind::Union { .. } => quote! { lockstep_runtime::contract::Rule::Any },
        Kind::Ref(name) => catalog.types.get(name).map(|schema| rule(catalog, schema)).unwrap_or_default(),
        Kind::String { min, max, .. } => {
            let (min, max) = (natural(min), natural(max));
            quote! { lockstep_runtime::contract::Rule::String { min: #min, max: #max, values: &[] } }
        }
        Kind::Choice(values) => {
            quote! { lockstep_runtime::contract::Rule::String { min: None, max: None, values: &[#(#values),*] } }
        }
        Kind::Integer { min, max } => {
            let (min, max) = (integer(min), integer(max));
            quote! { lockstep_runtime::contract::Rule::Integer { min: #min, max: #max } }
        }
        Kind::Number { min, max } => {
            let (min, max) = (real(min), real(max));
            quote! { lockstep_runtime::contract::Rule::Number { min: #min, max: #max } }
        }
        Kind::Boolean => quote! { lockstep_runtime::contract::Rule::Boolean },
        Kind::Array { items, min, max, .. } => {
            let (items, min, max) = (rule(catalog, items), natural(min), natural(max));
            quote! { lockstep_runtime::contract::Rule::Array { items: &#items, min: #min, max: #max } }
        }
        Kind::Object(members) => {
            let members = members.iter().map(|member| {
                let (name, rule, required) = (&member.name, rule(catalog, &member.schema), member.required);
                quote! { (#name, #rule, #required) }
            });
            quote! { lockstep_runtime::contract::Rule::Object { members: &[#(#members),*] } }
        }
    }
}

fn option(value: Option<Literal>) -> TokenStream {
    value.map_or_else(|| quote! { None }, |value| quote! { Some(#value) })
}

fn default_value(value: &Value) -> TokenStream {
    match value {
        Value::Bool(flag) => quote! { #flag },
        Value::String(text) => quote! { #text.into() },
        Value::Array(_) => quote! { Vec::new() },
        Value::Number(number) => match number.as_i64() {
            Some(whole) => {
                let whole = Literal::i64_unsuffixed(whole);
                quote! { #whole }
            }
            None => {
                let real = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
                quote! { #real }
            }
        },
        _ => quote! { lockstep_runtime::serde_json::Value::Null },
    }
}

fn errors(tool: &Tool) -> TokenStream {
    let rust = ident(&format!("{}Error", type_name(&tool.name)));
    let about = doc(&format!("How `{}` can fail.", tool.name));
    let variants: Vec<_> = tool.errors.iter().map(|error| ident(&type_name(&error.name))).collect();
    let docs = tool.errors.iter().map(|error| doc(&format!("`{}`: {}", error.name, error.hint)));
    let constructors = tool.errors.iter().zip(&variants).map(|(error, variant)| constructor(error, variant));
    let constructors = (!tool.errors.is_empty()).then(|| quote! { impl #rust { #(#constructors)* } });
    let codes = tool.errors.iter().map(|error| &error.name);
    let retryable = tool.errors.iter().map(|error| error.retryable);
    let hints = tool.errors.iter().map(|error| &error.hint);
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        pub enum #rust {
            #(#docs #variants(ErrorDetail),)*
            /// An error that any tool may meet.
            Shared(SharedError),
        }

        #constructors

        impl From<SharedError> for #rust {
            fn from(error: SharedError) -> Self {
                Self::Shared(error)
            }
        }

        impl ModelledError for #rust {
            fn code(&self) -> &'static str {
                match self { #(Self::#variants(_) => #codes,)* Self::Shared(error) => error.code() }
            }

            fn retryable(&self) -> bool {
                match self { #(Self::#variants(_) => #retryable,)* Self::Shared(error) => error.retryable() }
            }

            fn hint(&self) -> &'static str {
                match self { #(Self::#variants(_) => #hints,)* Self::Shared(error) => error.hint() }
            }

            fn detail(&self) -> &ErrorDetail {
                match self { #(Self::#variants(detail) => detail,)* Self::Shared(error) => error.detail() }
            }
        }
    }
}

fn constructor(error: &ModelledError, variant: &proc_macro2::Ident) -> TokenStream {
    let name = ident(&field_name(&error.name));
    let about = doc(&format!("The error `{}`; say what happened.", error.name));
    quote! {
        #about
        pub fn #name(detail: impl Into<ErrorDetail>) -> Self {
            Self::#variant(detail.into())
        }
    }
}
