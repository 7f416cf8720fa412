//! What tool definitions cost a model.

use serde::Serialize;

use crate::catalog::{Catalog, Tool, advertised_description};

/// Tokens of every tool's definition: name, description and input schema, as the model gets them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TokenCost {
    /// By tool, in the catalog's order.
    pub by_tool: Vec<(String, u64)>,
    /// Of the tools that are advertised by default.
    pub total: u64,
}

impl TokenCost {
    /// Tokens by tool, in the catalog's order.
    pub(crate) fn tools(&self) -> impl Iterator<Item = u64> {
        self.by_tool.iter().map(|(_, tokens)| *tokens)
    }
}

impl Catalog {
    /// What the definitions cost, as `tokens` counts a text.
    pub fn token_cost(&self, tokens: &dyn Fn(&str) -> u64) -> TokenCost {
        let by_tool: Vec<(String, u64)> =
            self.tools.iter().map(|tool| (tool.name.clone(), tokens(&definition(self, tool)))).collect();
        let on = self.tools.iter().zip(&by_tool).filter(|(tool, _)| !tool.opt_in);
        let total = on.map(|(_, (_, tokens))| tokens).sum();
        TokenCost { by_tool, total }
    }
}

fn definition(catalog: &Catalog, tool: &Tool) -> String {
    format!("{}\n{}\n{}", tool.name, advertised_description(tool), catalog.plain_input_schema(tool))
}
