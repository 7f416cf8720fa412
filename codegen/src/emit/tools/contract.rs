//! The traits that a server implements, and the way from a name to its method.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::super::ident;
use super::{Names, doc, prompts, resources};
use crate::catalog::{Catalog, Tool};
use crate::names::type_name;

pub(super) fn tool_names(catalog: &Catalog) -> TokenStream {
    let variants: Vec<_> = catalog.tools.iter().map(|tool| ident(&type_name(&tool.name))).collect();
    let texts: Vec<_> = catalog.tools.iter().map(|tool| &tool.name).collect();
    let docs = texts.iter().map(|text| doc(&format!("`{text}`")));
    let reads = |read: fn(&Tool, &Names) -> TokenStream| -> TokenStream {
        let arms = catalog.tools.iter().map(|tool| {
            let names = Names::of(tool);
            let (variant, value) = (&names.variant, read(tool, &names));
            quote! { Self::#variant => #value, }
        });
        arms.collect()
    };
    let examples = reads(|_, Names { module, .. }| quote! { #module::EXAMPLE });
    let arguments = reads(|_, Names { module, arguments, .. }| {
        quote! {
            contract::parse::<#module::#arguments>(arguments, #module::EXAMPLE, None, parsing)
                .map(|arguments| contract::written(&arguments))
        }
    });
    let outputs = reads(|tool, Names { module, output, .. }| match tool.output {
        Some(_) => quote! {
            contract::read_output::<#module::#output>(output).map(|output| contract::written(&output))
        },
        None => quote! { Err("the tool answers with content blocks".to_owned()) },
    });
    let unread_arguments = catalog.tools.is_empty().then(|| quote! { let _ = (arguments, parsing); });
    let no_output = catalog.tools.iter().all(|tool| tool.output.is_none());
    let unread_output = no_output.then(|| quote! { let _ = output; });
    let table = table(catalog);
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

            /// The tool that is called so on the wire, by its own name or a former one.
            pub fn from_name(name: &str) -> Option<Self> {
                NAMES.get(name).map(|(tool, _)| *tool)
            }

            /// The arguments of a call that is right, as JSON text.
            pub const fn example(self) -> &'static str {
                match self { #examples }
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
                #unread_arguments
                match self { #arguments }
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
                #unread_output
                match self { #outputs }
            }
        }

        /// Every name that can be called: one step, however many there are.
        static NAMES: lockstep_runtime::phf::Map<&'static str, (ToolName, Option<&'static contract::Alias>)> = #table;
    }
}

/// A perfect hash over names and aliases.
fn table(catalog: &Catalog) -> TokenStream {
    let mut names = phf_codegen::Map::new();
    names.phf_path("lockstep_runtime::phf");
    for tool in &catalog.tools {
        let Names { variant, module, .. } = Names::of(tool);
        names.entry(tool.name.as_str(), format!("(ToolName::{variant}, None)"));
        for (index, alias) in tool.aliases.iter().enumerate() {
            names.entry(
                alias.name.as_str(),
                format!("(ToolName::{variant}, Some(&{module}::ALIASES[{index}]))"),
            );
        }
    }
    names.build().to_string().parse().unwrap_or_default()
}

pub(super) fn traits(catalog: &Catalog) -> TokenStream {
    let methods = catalog.tools.iter().map(|tool| {
        let about = doc(&tool.description);
        let names = Names::of(tool);
        let answer = names.answer(tool);
        let Names { module, method, arguments, error, .. } = names;
        quote! {
            #about
            fn #method(
                &self,
                context: &Cx,
                arguments: #module::#arguments,
            ) -> impl Future<Output = Result<#answer, #module::#error>> + Send;
        }
    });
    let resources = resources::trait_of(catalog);
    let prompts = prompts::trait_of(catalog);
    quote! {
        /// What a server implements: one method for each tool of the catalog, none of them optional.
        ///
        /// Implementations take their arguments apart by name, without `..`, so that the compiler points at them
        /// when the catalog gives a tool another argument. `Cx` is what a tool sees of the call it serves.
        pub trait Tools<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static { #(#methods)* }
        #resources
        #prompts
    }
}

pub(super) fn service(catalog: &Catalog) -> TokenStream {
    let arms = catalog.tools.iter().map(|tool| {
        let Names { variant, module, method, .. } = Names::of(tool);
        let marked = tool.provenance.as_ref().map(|provenance| quote! { Untrusted(#provenance). });
        let answer = match (&tool.output, &tool.text) {
            (None, _) => quote! { contract::#marked answer_blocks(outcome) },
            (Some(_), None) => quote! { contract::#marked answer(outcome) },
            (Some(_), Some(_)) => quote! { contract::#marked answer_with(outcome, #module::TEXT) },
        };
        quote! {
            ToolName::#variant => {
                match contract::parse(arguments, #module::EXAMPLE, *alias, context.parsing) {
                    Ok(arguments) => {
                        // Without the box every call would carry the room that the largest tool needs.
                        let outcome = Box::pin(Tools::#method(&self.0, context, arguments)).await;
                        Ok(#answer)
                    }
                    Err(refusal) => refusal.into(),
                }
            },
        }
    });
    let indices = (0..catalog.tools.len()).map(Literal::usize_unsuffixed);
    let variants = catalog.tools.iter().map(|tool| ident(&type_name(&tool.name)));
    let tool = if catalog.tools.is_empty() {
        quote! {
            let _ = name;
            None
        }
    } else {
        quote! {
            let index: usize = match ToolName::from_name(name)? { #(ToolName::#variants => #indices,)* };
            CATALOG.tools.get(index)
        }
    };
    let call = if catalog.tools.is_empty() {
        quote! {
            let _ = (context, name, arguments);
            Err(contract::CallError::UnknownTool)
        }
    } else {
        quote! {
            let Some((tool, alias)) = NAMES.get(name) else {
                return Err(contract::CallError::UnknownTool);
            };
            match tool { #(#arms)* }
        }
    };
    let needs_resources = resources::needs_trait(catalog).then(|| quote! { + Resources });
    let needs_prompts = prompts::needs_trait(catalog).then(|| quote! { + Prompts });
    let resources = resources::methods(catalog);
    let prompts = prompts::methods(catalog);
    let complete = complete(catalog);
    quote! {
        /// The implementation `T` as a contract that lockstep-runtime serves.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Service<T>(pub T);

        impl<T: Tools #needs_resources #needs_prompts> contract::Contract for Service<T> {
            fn catalog(&self) -> &'static contract::Catalog {
                &CATALOG
            }

            fn tool(&self, name: &str) -> Option<&'static contract::ToolDescriptor> {
                #tool
            }

            async fn call_tool(
                &self,
                context: &contract::Context,
                name: &str,
                arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
            ) -> Result<lockstep_runtime::wire::latest::CallToolResult, contract::CallError> {
                #call
            }

            #resources
            #prompts
            #complete
        }
    }
}

/// Completion of resource parameters and prompt arguments; absent where nothing can be completed.
fn complete(catalog: &Catalog) -> Option<TokenStream> {
    let arms: Vec<_> =
        resources::completions(catalog).into_iter().chain(prompts::completions(catalog)).collect();
    (!arms.is_empty()).then(|| {
        quote! {
            async fn complete(
                &self,
                context: &contract::Context,
                of: contract::Reference<'_>,
                argument: &str,
                completing: contract::Completing,
            ) -> Result<contract::Completion, contract::CompletionError> {
                let _ = context;
                match (of, argument) {
                    #(#arms)*
                    _ => Err(contract::nothing_to_complete(of, argument)),
                }
            }
        }
    })
}
