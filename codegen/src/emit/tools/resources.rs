//! The resources of a contract: parameters, the trait, the way from an address to its method.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::super::ident;
use super::types::{Place, Scope};
use super::{Clash, Method, doc};
use crate::catalog::{Catalog, Kind, Resource, Schema};
use crate::names::{field_name, type_name};

/// The structs of the templates' parameters.
pub(super) fn module(catalog: &Catalog, recursive: &BTreeSet<String>) -> Option<(TokenStream, Vec<Clash>)> {
    let mut scope = Scope::new(catalog, quote! { super }, recursive);
    let templates: Vec<&Resource> =
        catalog.resources.iter().filter(|resource| resource.is_template()).collect();
    for resource in &templates {
        scope.reserve(&parameters(resource).to_string());
    }
    for resource in &templates {
        let name = parameters(resource).to_string();
        let about = format!("Parameters of `{}`.", resource.uri);
        let place = Place { outer: &name, prefix: &type_name(&resource.name) };
        scope.structure(&name, &about, &resource.parameters, place);
    }
    let (types, clashes) = scope.finish();
    (!templates.is_empty()).then(|| (quote! { use lockstep_runtime::contract; #types }, clashes))
}

fn parameters(resource: &Resource) -> Ident {
    ident(&format!("{}Parameters", type_name(&resource.name)))
}

fn method(resource: &Resource, suffix: &str) -> Ident {
    match suffix {
        "" => ident(&field_name(&resource.name)),
        _ => ident(&format!("{}_{suffix}", field_name(&resource.name).trim_start_matches("r#"))),
    }
}

fn completer(resource: &Resource, parameter: &str) -> Ident {
    method(resource, &format!("complete_{}", field_name(parameter).trim_start_matches("r#")))
}

/// The methods of the trait.
pub(super) fn method_names(catalog: &Catalog) -> Vec<Method> {
    let of = |resource: &Resource| {
        let list = resource.list.then(|| method(resource, "list"));
        let complete = resource.complete.iter().map(|parameter| completer(resource, parameter));
        let all = [method(resource, "")].into_iter().chain(list).chain(complete);
        all.map(|method| (resource.at, method)).collect::<Vec<_>>()
    };
    catalog.resources.iter().flat_map(of).collect()
}

pub(super) fn needs_trait(catalog: &Catalog) -> bool {
    !catalog.resources.is_empty()
}

pub(super) fn trait_of(catalog: &Catalog) -> Option<TokenStream> {
    let methods = catalog.resources.iter().map(|resource| {
        let about = doc(&format!("`{}`: {}", resource.uri, resource.description));
        let (read, list) = (method(resource, ""), method(resource, "list"));
        let parameter = resource.is_template().then(|| {
            let parameters = parameters(resource);
            quote! { parameters: resources::#parameters, }
        });
        let list = resource.list.then(|| {
            let about = doc(&format!("The resources that `{}` stands for, page by page.", resource.uri));
            quote! {
                #about
                fn #list(
                    &self,
                    context: &Cx,
                    cursor: Option<&str>,
                ) -> impl Future<Output = Result<contract::ResourceList, contract::ResourceError>> + Send;
            }
        });
        let complete = resource.complete.iter().map(|parameter| {
            let about = doc(&format!("Values of `{parameter}` that begin as `completing` says."));
            let name = completer(resource, parameter);
            quote! {
                #about
                fn #name(
                    &self,
                    context: &Cx,
                    completing: contract::Completing,
                ) -> impl Future<Output = Result<contract::Completion, contract::CompletionError>> + Send;
            }
        });
        quote! {
            #about
            fn #read(
                &self,
                context: &Cx,
                #parameter
            ) -> impl Future<Output = Result<contract::ResourceContents, contract::ResourceError>> + Send;
            #list
            #(#complete)*
        }
    });
    needs_trait(catalog).then(|| {
        quote! {
            /// What a server implements for the resources of the catalog.
            pub trait Resources<Cx: ?Sized + Sync = contract::Context>: Send + Sync + 'static { #(#methods)* }
        }
    })
}

/// The methods of the contract that serve resources.
pub(super) fn methods(catalog: &Catalog) -> Option<TokenStream> {
    let reads = catalog.resources.iter().enumerate().map(|(index, resource)| {
        let (index, read) = (Literal::usize_unsuffixed(index), method(resource, ""));
        let parameters = resource.is_template().then(|| quote! { contract::parameters(&found.values)? });
        quote! { #index => Resources::#read(&self.0, context, #parameters).await?, }
    });
    let listed: Vec<&Resource> = catalog.resources.iter().filter(|resource| resource.list).collect();
    let lists = listed.iter().enumerate().map(|(index, resource)| {
        let (index, list) = (Literal::usize_unsuffixed(index), method(resource, "list"));
        quote! { #index => Resources::#list(&self.0, context, position.cursor()).await?, }
    });
    let count = Literal::usize_unsuffixed(listed.len());
    let page = if listed.is_empty() {
        quote! {
            let _ = context;
            let page = contract::ResourceList::default();
        }
    } else {
        quote! {
            let page = match position.lister() { #(#lists)* _ => contract::ResourceList::default() };
        }
    };
    needs_trait(catalog).then(|| {
        quote! {
            async fn read_resource(
                &self,
                context: &contract::Context,
                uri: &str,
            ) -> Result<lockstep_runtime::wire::latest::ReadResourceResult, contract::ResourceError> {
                let found = CATALOG.find_resource(uri)?;
                let contents = match found.index {
                    #(#reads)*
                    _ => contract::ResourceContents::default(),
                };
                Ok(contents.into_result(uri, found.descriptor.mime_type))
            }

            async fn list_resources(
                &self,
                context: &contract::Context,
                cursor: Option<&str>,
            ) -> Result<contract::ResourceList, contract::ResourceError> {
                let position = contract::ListPosition::read(cursor, #count)?;
                #page
                Ok(position.finish(&CATALOG, page))
            }
        }
    })
}

/// The arms of `complete`.
pub(super) fn completions(catalog: &Catalog) -> Vec<TokenStream> {
    let mut arms = Vec::new();
    for resource in &catalog.resources {
        let uri = &resource.uri;
        for member in &resource.parameters {
            let name = &member.name;
            let value = if resource.complete.contains(name) {
                let method = completer(resource, name);
                quote! { Resources::#method(&self.0, context, completing).await }
            } else if let Some(values) = choices(catalog, &member.schema) {
                quote! { Ok(contract::Completion::among(&[#(#values),*], &completing.value)) }
            } else {
                continue;
            };
            arms.push(quote! { (contract::Reference::Resource(#uri), #name) => #value, });
        }
    }
    arms
}

/// The values of an enum, which complete themselves.
pub(super) fn choices<'a>(catalog: &'a Catalog, schema: &'a Schema) -> Option<&'a [String]> {
    match &schema.kind {
        Kind::Choice(values) => Some(values),
        Kind::Ref(name) => match &catalog.types.get(name)?.kind {
            Kind::Choice(values) => Some(values),
            _ => None,
        },
        _ => None,
    }
}
