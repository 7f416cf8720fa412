//! The typed client.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Names, doc};
use crate::catalog::Catalog;

pub(super) fn client(catalog: &Catalog) -> TokenStream {
    let methods = catalog.tools.iter().map(|tool| {
        let about = doc(&tool.description);
        let name = &tool.name;
        let names = Names::of(tool);
        let answer = names.answer(tool);
        let Names { module, method, arguments, error, .. } = names;
        let call = match tool.output {
            Some(_) => quote! { contract::call },
            None => quote! { contract::call_blocks },
        };
        quote! {
            #about
            ///
            /// # Errors
            ///
            /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
            pub async fn #method(
                &self,
                arguments: &#module::#arguments,
            ) -> Result<#answer, contract::ClientError<#module::#error, C::Error>> {
                #call(&self.0, #name, arguments).await
            }
        }
    });
    quote! {
        /// The tools of the catalog as functions of whoever calls them, over any transport.
        #[derive(Clone, Copy, Debug, Default)]
        pub struct ToolsClient<C>(pub C);

        impl<C: contract::Caller> ToolsClient<C> { #(#methods)* }
    }
}
