//! The prompts of a contract: arguments, the trait, messages from templates.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::ident;
use super::resources::choices;
use super::tool::template;
use super::types::{Place, Scope};
use super::{Clash, Method, doc};
use crate::catalog::{Catalog, Prompt};
use crate::names::{field_name, type_name};

/// The structs of the prompts' arguments.
pub(super) fn module(catalog: &Catalog, recursive: &BTreeSet<String>) -> Option<(TokenStream, Vec<Clash>)> {
    let mut scope = Scope::new(catalog, quote! { super }, recursive);
    for prompt in &catalog.prompts {
        scope.reserve(&arguments(prompt).to_string());
    }
    for prompt in &catalog.prompts {
        let name = arguments(prompt).to_string();
        let about = format!("Arguments of the prompt `{}`.", prompt.name);
        let members: Vec<_> = prompt.arguments.iter().map(|argument| argument.member.clone()).collect();
        let place = Place { outer: &name, prefix: &type_name(&prompt.name) };
        scope.structure(&name, &about, &members, place);
    }
    let (types, clashes) = scope.finish();
    (!catalog.prompts.is_empty()).then(|| (quote! { use lockstep_runtime::contract; #types }, clashes))
}

fn arguments(prompt: &Prompt) -> Ident {
    ident(&format!("{}Arguments", type_name(&prompt.name)))
}

fn method(prompt: &Prompt) -> Ident {
    ident(&field_name(&prompt.name))
}

fn completer(prompt: &Prompt, argument: &str) -> Ident {
    let name = field_name(&prompt.name);
    let argument = field_name(argument);
    ident(&format!("{}_complete_{}", name.trim_start_matches("r#"), argument.trim_start_matches("r#")))
}

/// The methods that the trait may have.
pub(super) fn method_names(catalog: &Catalog) -> Vec<Method> {
    let of = |prompt: &Prompt| {
        let complete = prompt.arguments.iter().filter(|argument| argument.complete);
        let complete = complete.map(|argument| completer(prompt, &argument.member.name));
        let all = [method(prompt)].into_iter().chain(complete);
        all.map(|method| (prompt.at, method)).collect::<Vec<_>>()
    };
    catalog.prompts.iter().flat_map(of).collect()
}

/// Whether the server has anything to do for the prompts; templates alone need nobody.
pub(super) fn needs_trait(catalog: &Catalog) -> bool {
    let by_code = |prompt: &Prompt| {
        prompt.messages.is_none() || prompt.arguments.iter().any(|argument| argument.complete)
    };
    catalog.prompts.iter().any(by_code)
}

pub(super) fn trait_of(catalog: &Catalog) -> Option<TokenStream> {
    let methods = catalog.prompts.iter().map(|prompt| {
        let (get, arguments) = (method(prompt), arguments(prompt));
        let about = doc(&format!("The messages of `{}`: {}", prompt.name, prompt.description));
        let get = prompt.messages.is_none().then(|| {
            quote! {
                #about
                fn #get(
                    &self,
                    context: &Cx,
                    arguments: prompts::#arguments,
                ) -> impl Future<Output = Result<contract::PromptMessages, contract::PromptError>> + Send;
            }
        });
        let complete = prompt.arguments.iter().filter(|argument| argument.complete).map(|argument| {
            let name = &argument.member.name;
            let about =
                doc(&format!("Values of `{name}` of `{}` that begin as `completing` says.", prompt.name));
            let name = completer(prompt, name);
            quote! {
                #about
                fn #name(
                    &self,
                    context: &Cx,
                    completing: contract::Completing,
                ) -> impl Future<Output = Result<contract::Completion, contract::CompletionError>> + Send;
            }
        });
        quote! { #get #(#complete)* }
    });
    needs_trait(catalog).then(|| {
        quote! {
            /// What a server implements for the prompts that the catalog does not write out itself.
            pub trait Prompts<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static { #(#methods)* }
        }
    })
}

/// The method of the contract that serves prompts.
pub(super) fn methods(catalog: &Catalog) -> Option<TokenStream> {
    let arms = catalog.prompts.iter().map(|prompt| {
        let (name, arguments, description) = (&prompt.name, arguments(prompt), &prompt.description);
        let messages = match &prompt.messages {
            None => {
                let method = method(prompt);
                quote! { Prompts::#method(&self.0, context, arguments).await? }
            }
            Some(messages) => {
                let messages = messages.iter().map(|message| {
                    let (role, text) = (message.role, template(&message.text));
                    let role = ident(&type_name(role));
                    quote! { (contract::Role::#role, #text) }
                });
                quote! {{
                    static MESSAGES: &[(contract::Role, contract::Template)] = &[#(#messages),*];
                    contract::rendered(MESSAGES, &arguments)?
                }}
            }
        };
        quote! {
            #name => {
                let arguments: prompts::#arguments = contract::prompt_arguments(arguments)?;
                Ok(#messages.into_result(Some(#description)))
            }
        }
    });
    (!catalog.prompts.is_empty()).then(|| {
        quote! {
            async fn get_prompt(
                &self,
                context: &contract::Context,
                name: &str,
                arguments: Option<&lockstep_runtime::serde_json::value::RawValue>,
            ) -> Result<lockstep_runtime::wire::latest::GetPromptResult, contract::PromptError> {
                let _ = context;
                match name {
                    #(#arms)*
                    _ => Err(contract::unknown_prompt(&CATALOG, name)),
                }
            }
        }
    })
}

/// The arms of `complete`.
pub(super) fn completions(catalog: &Catalog) -> Vec<TokenStream> {
    let mut arms = Vec::new();
    for prompt in &catalog.prompts {
        let of = &prompt.name;
        for argument in &prompt.arguments {
            let name = &argument.member.name;
            let value = if argument.complete {
                let method = completer(prompt, name);
                quote! { Prompts::#method(&self.0, context, completing).await }
            } else if let Some(values) = choices(catalog, &argument.member.schema) {
                quote! { Ok(contract::Completion::among(&[#(#values),*], &completing.value)) }
            } else {
                continue;
            };
            arms.push(quote! { (contract::Reference::Prompt(#of), #name) => #value, });
        }
    }
    arms
}
