//! The lint: what MCP clients and the model APIs behind them are known to refuse or to misread, as findings at their
//! line. Each finding is an error unless the tool's `accept` names its rule with a reason.

pub(crate) mod limits;
mod report;
mod rules;
mod schema;
mod spots;
mod tokens;
mod tools;

pub use report::{Finding, Profile, Report};
pub use rules::Rule;
pub use tokens::TokenCost;

use crate::catalog::Catalog;

impl Catalog {
    /// Judges what clients get in `tools/list`, `resources/list` and `prompts/list`. `tokens` counts the tokens of a text.
    pub fn lint(&self, tokens: &dyn Fn(&str) -> u64) -> Report {
        self.lint_at(self.token_cost(tokens))
    }

    pub(crate) fn lint_at(&self, cost: TokenCost) -> Report {
        let mut findings = Vec::new();
        for (tool, tokens) in self.tools.iter().zip(cost.tools()) {
            let mut found = tools::tool(self, tool);
            found.extend(tools::cap(self, tool, tokens));
            found.sort_by_key(|found| (found.spot.file, found.spot.at.line, found.spot.at.column));
            findings.extend(tools::accepted(self, tool, found));
        }
        findings.extend(tools::others(self).into_iter().map(|found| report::finding(self, found, None)));
        findings.extend(tools::all(self, &cost).into_iter().map(|found| report::finding(self, found, None)));
        Report { findings, cost }
    }
}
