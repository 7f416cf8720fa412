//! The typed client.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Names, doc};
use crate::catalog::Catalog;

pub(super) fn client(catalog: &Catalog) -> TokenStream {
    let methods = catalog.tools.iter().map(|tool| {
        let about = doc(&tool.description);
        let name = &tool.name;
        let Names { module, method, arguments, output, error, .. } = Names::of(tool);
        quote! {
            #about
            ///
            /// # Errors
            ///
            /// What the tool says, what the transport says, or an answer that breaks the tool's schema.
            pub async fn #method(
                &self,
                arguments: &#module::#arguments,
            ) -> Result<#module::#output, contract::ClientError<#module::#error, C::Error>> {
                contract::call(&self.0, #name, arguments).await
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
