//! The prompts `explore_database` and `explain_slow_query`, with what they are about already looked up.

use lockstep_runtime::contract::{Context, PromptError, PromptMessages, Untrusted};
use serde_json::json;

use crate::ground::Turn;
use crate::store::{Engine as _, check_text};

use super::Databases;

impl Databases {
    pub(in super::super) async fn explore(
        &self,
        context: &Context,
        database: &str,
        question: Option<&str>,
    ) -> Result<PromptMessages, PromptError> {
        let overview = self.overview(context, database).await?;
        let listed = framed(overview)?;
        let task = match question {
            Some(question) => format!("Answer this question about the database `{database}`: {question}"),
            None => format!(
                "Find out what the database `{database}` holds, and say in a few sentences what it is about."
            ),
        };
        Ok(PromptMessages::new().user(format!(
            "{task}\n\nIts tables and views are listed below. Look at those that matter with db_describe, then ask \
             with db_query: one SELECT at a time, few rows first. Say which statement an answer comes from.\n\n{listed}"
        )))
    }

    pub(in super::super) async fn explain_slow(
        &self,
        context: &Context,
        database: &str,
        sql: &str,
    ) -> Result<PromptMessages, PromptError> {
        check_text(sql)?;
        let statement = sql.to_owned();
        let work = async |turn: Turn| {
            let engine = self.sources.find(database)?.database().await?;
            engine.explain(statement, Vec::new(), turn).await
        };
        let plan = self.look(context, work).await?;
        let plan =
            framed(json!({ "plan": plan.plan, "total_cost": plan.total_cost, "warnings": plan.warnings }))?;
        let fence = "`".repeat(sql.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
        Ok(PromptMessages::new().user(format!(
            "This query on the database `{database}` is slow. Find out why from its plan, look at the tables it reads \
             with db_describe, and say what would make it faster: another way to write it, or an index for a person to \
             create. Check a rewritten query with db_explain before you propose it.\n\n{fence}sql\n{sql}\n{fence}\n\n\
             The plan, which the database made without running the query:\n\n{plan}"
        )))
    }
}

fn framed(value: serde_json::Value) -> Result<String, PromptError> {
    Untrusted("database").frame(value).ok_or_else(|| PromptError::unavailable("there are no random bytes"))
}
