//! What the catalog says, as constants.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::super::ident;
use super::Names;
use crate::catalog::{Audit, Catalog, Policy, Resource, Tool, UriPart, descriptor};

pub(super) fn statics(catalog: &Catalog) -> TokenStream {
    let (name, title, version) = (&catalog.name, &catalog.title, &catalog.version);
    let tools = catalog.tools.iter().map(|tool| tool_descriptor(catalog, tool));
    let description =
        catalog.description.as_ref().map(|description| quote! { .with_description(#description) });
    let website = catalog.website.as_ref().map(|website| quote! { .with_website(#website) });
    let icons = (!catalog.icons.is_empty()).then(|| {
        let icons = json(&catalog.icons.iter().map(descriptor::icon).collect());
        quote! { .with_icons(#icons) }
    });
    let scopes = (!catalog.scopes.is_empty()).then(|| {
        let scopes = catalog.scopes.iter().map(|(name, allows)| quote! { (#name, #allows) });
        quote! { .with_scopes(&[#(#scopes),*]) }
    });
    let resources = (!catalog.resources.is_empty()).then(|| {
        let resources = catalog.resources.iter().map(resource_descriptor);
        quote! { .with_resources(&[#(#resources),*]) }
    });
    let prompts = (!catalog.prompts.is_empty()).then(|| {
        let prompts = catalog.prompts.iter().map(|prompt| {
            let (name, policy) = (&prompt.name, policy(&prompt.policy));
            let json = json(&descriptor::prompt(prompt));
            let opt_in = opt_in(prompt.opt_in);
            quote! { contract::PromptDescriptor::new(#name, #json, #policy) #opt_in }
        });
        quote! { .with_prompts(&[#(#prompts),*]) }
    });
    quote! {
        /// The server, its tools, resources and prompts as the catalog describes them.
        pub static CATALOG: contract::Catalog = contract::Catalog::new(#name, #title, #version, &[#(#tools),*])
            #description #website #icons #scopes #resources #prompts;
    }
}

fn tool_descriptor(catalog: &Catalog, tool: &Tool) -> TokenStream {
    let (name, policy) = (&tool.name, policy(&tool.policy));
    let json = json(&descriptor::tool(catalog, tool));
    let opt_in = opt_in(tool.opt_in);
    let aliases = (!tool.aliases.is_empty()).then(|| {
        let Names { module, .. } = Names::of(tool);
        quote! { .with_aliases(&#module::ALIASES) }
    });
    let errors = tool.errors.iter().map(|error| {
        let (name, hint, retryable) = (&error.name, &error.hint, error.retryable);
        let after = super::types::option(error.retry_after_seconds.map(|seconds| {
            let seconds = Literal::u64_unsuffixed(seconds);
            quote! { #seconds }
        }));
        quote! { contract::ErrorDescriptor::new(#name, #retryable, #hint, #after) }
    });
    let errors = (!tool.errors.is_empty()).then(|| quote! { .with_errors(&[#(#errors),*]) });
    quote! { contract::ToolDescriptor::new(#name, #json, #policy) #opt_in #aliases #errors }
}

fn resource_descriptor(resource: &Resource) -> TokenStream {
    let (name, policy) = (&resource.name, policy(&resource.policy));
    let json = json(&descriptor::resource(resource));
    let parts = resource.parts.iter().map(|part| match part {
        UriPart::Literal(text) => quote! { contract::UriPart::Literal(#text) },
        UriPart::Segment(name) => quote! { contract::UriPart::Segment(#name) },
        UriPart::Rest(name) => quote! { contract::UriPart::Rest(#name) },
        UriPart::Query(names) => quote! { contract::UriPart::Query(&[#(#names),*]) },
    });
    let opt_in = opt_in(resource.opt_in);
    let mime_type = resource.mime_type.as_ref().map(|mime_type| quote! { .with_mime_type(#mime_type) });
    let template = resource.is_template().then(|| quote! { .template() });
    let list = resource.list.then(|| quote! { .list() });
    let subscribe = resource.subscribe.then(|| quote! { .subscribe() });
    quote! {
        contract::ResourceDescriptor::new(
            #name, #json, contract::UriTemplate(&[#(#parts),*]), #policy,
        ) #mime_type #template #list #subscribe #opt_in
    }
}

fn opt_in(opt_in: bool) -> Option<TokenStream> {
    opt_in.then(|| quote! { .opt_in() })
}

fn json(value: &Value) -> Literal {
    Literal::string(&value.to_string())
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
    let rate = policy.rate.map(|rate| {
        let (calls, seconds) = (Literal::u32_unsuffixed(rate.calls), Literal::u32_unsuffixed(rate.seconds));
        quote! { .with_rate(#calls, #seconds) }
    });
    let concurrency = number("with_concurrency", policy.concurrency.map(u64::from));
    let output = number("with_output_bytes", policy.output_bytes);
    let confirm = policy.confirm.then(|| quote! { .with_confirm() });
    let audit = match policy.audit {
        Audit::Hash => None,
        Audit::Arguments => Some(quote! { .with_audit(contract::Audit::Arguments) }),
        Audit::None => Some(quote! { .with_audit(contract::Audit::None) }),
    };
    quote! { contract::Policy::new() #scopes #timeout #rate #concurrency #output #confirm #audit }
}
