//! The tools: one file or folder per family, each implementing its part of the generated contract.

pub mod db;
pub(crate) mod fetch;
mod time;

use lockstep_runtime::contract::{
    Completing, Completion, CompletionError, Context, PromptError, PromptMessages, ResourceContents,
    ResourceError, ResourceList,
};
use lockstep_tools::current_time::{CurrentTimeArguments, CurrentTimeError, CurrentTimeOutput};
use lockstep_tools::db_advise_indexes::{
    DbAdviseIndexesArguments, DbAdviseIndexesError, DbAdviseIndexesOutput,
};
use lockstep_tools::db_describe::{DbDescribeArguments, DbDescribeError, DbDescribeOutput};
use lockstep_tools::db_explain::{DbExplainArguments, DbExplainError, DbExplainOutput};
use lockstep_tools::db_insights::{DbInsightsArguments, DbInsightsError, DbInsightsOutput};
use lockstep_tools::db_query::{DbQueryArguments, DbQueryError, DbQueryOutput};
use lockstep_tools::db_saved::{DbSavedArguments, DbSavedError, DbSavedOutput};
use lockstep_tools::db_search_objects::{
    DbSearchObjectsArguments, DbSearchObjectsError, DbSearchObjectsOutput,
};
use lockstep_tools::fetch_url::{FetchUrlArguments, FetchUrlError, FetchUrlOutput};
use lockstep_tools::github_file::{GithubFileArguments, GithubFileError, GithubFileOutput};
use lockstep_tools::prompts::{ExplainSlowQueryArguments, ExploreDatabaseArguments, FetchArguments};
use lockstep_tools::resources::{DatabaseParameters, DatabaseTableParameters, SavedQueriesParameters};
use lockstep_tools::web_search::{WebSearchArguments, WebSearchError, WebSearchOutput};
use lockstep_tools::{Prompts, Resources, Tools};

use db::Databases;

pub use fetch::{Fetch, FetchOptions, SearchProvider};

/// Everything the tools stand on.
#[derive(Debug)]
pub struct Server {
    databases: Databases,
    fetch: Fetch,
}

impl Server {
    /// The tools over these databases and this way to the outside.
    #[must_use]
    pub fn new(databases: Databases, fetch: Fetch) -> Self {
        Self { databases, fetch }
    }
}

impl Tools for Server {
    async fn db_query(
        &self,
        context: &Context,
        arguments: DbQueryArguments,
    ) -> Result<DbQueryOutput, DbQueryError> {
        db::query(&self.databases, context, arguments).await
    }

    async fn db_search_objects(
        &self,
        context: &Context,
        arguments: DbSearchObjectsArguments,
    ) -> Result<DbSearchObjectsOutput, DbSearchObjectsError> {
        db::search(&self.databases, context, arguments).await
    }

    async fn db_describe(
        &self,
        context: &Context,
        arguments: DbDescribeArguments,
    ) -> Result<DbDescribeOutput, DbDescribeError> {
        db::describe(&self.databases, context, arguments).await
    }

    async fn db_explain(
        &self,
        context: &Context,
        arguments: DbExplainArguments,
    ) -> Result<DbExplainOutput, DbExplainError> {
        db::explain(&self.databases, context, arguments).await
    }

    async fn db_saved(
        &self,
        context: &Context,
        arguments: DbSavedArguments,
    ) -> Result<DbSavedOutput, DbSavedError> {
        db::saved(&self.databases, context, arguments).await
    }

    async fn db_insights(
        &self,
        context: &Context,
        arguments: DbInsightsArguments,
    ) -> Result<DbInsightsOutput, DbInsightsError> {
        db::insights(&self.databases, context, arguments).await
    }

    async fn db_advise_indexes(
        &self,
        context: &Context,
        arguments: DbAdviseIndexesArguments,
    ) -> Result<DbAdviseIndexesOutput, DbAdviseIndexesError> {
        db::advise(&self.databases, context, arguments).await
    }

    async fn current_time(
        &self,
        _context: &Context,
        CurrentTimeArguments { timezone }: CurrentTimeArguments,
    ) -> Result<CurrentTimeOutput, CurrentTimeError> {
        time::current(&timezone)
    }

    async fn fetch_url(
        &self,
        context: &Context,
        arguments: FetchUrlArguments,
    ) -> Result<FetchUrlOutput, FetchUrlError> {
        fetch::fetch_url(&self.fetch, context, arguments).await
    }

    async fn github_file(
        &self,
        context: &Context,
        arguments: GithubFileArguments,
    ) -> Result<GithubFileOutput, GithubFileError> {
        fetch::github_file(&self.fetch, context, arguments).await
    }

    async fn web_search(
        &self,
        context: &Context,
        arguments: WebSearchArguments,
    ) -> Result<WebSearchOutput, WebSearchError> {
        fetch::web_search(&self.fetch, context, arguments).await
    }
}

impl Resources for Server {
    async fn database(
        &self,
        context: &Context,
        DatabaseParameters { database }: DatabaseParameters,
    ) -> Result<ResourceContents, ResourceError> {
        self.databases.read_database(context, database.as_str()).await
    }

    async fn database_list(
        &self,
        _context: &Context,
        _cursor: Option<&str>,
    ) -> Result<ResourceList, ResourceError> {
        Ok(self.databases.list_databases())
    }

    async fn database_complete_database(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(self.databases.complete_database(&completing))
    }

    async fn database_table(
        &self,
        context: &Context,
        DatabaseTableParameters { database, schema, table }: DatabaseTableParameters,
    ) -> Result<ResourceContents, ResourceError> {
        let (schema, table) = (schema.into_inner(), table.into_inner());
        self.databases.read_table(context, database.as_str(), schema, table).await
    }

    async fn database_table_list(
        &self,
        context: &Context,
        cursor: Option<&str>,
    ) -> Result<ResourceList, ResourceError> {
        self.databases.list_tables(context, cursor).await
    }

    async fn database_table_complete_database(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(self.databases.complete_database(&completing))
    }

    async fn database_table_complete_schema(
        &self,
        context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        self.databases.complete_object(context, completing, |object| object.schema.clone()).await
    }

    async fn database_table_complete_table(
        &self,
        context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        self.databases.complete_object(context, completing, |object| Some(object.name.clone())).await
    }

    async fn saved_queries(
        &self,
        _context: &Context,
        SavedQueriesParameters { database }: SavedQueriesParameters,
    ) -> Result<ResourceContents, ResourceError> {
        self.databases.read_saved(database.as_str())
    }

    async fn saved_queries_complete_database(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(self.databases.complete_database(&completing))
    }
}

impl Prompts for Server {
    async fn explore_database(
        &self,
        context: &Context,
        ExploreDatabaseArguments { database, question }: ExploreDatabaseArguments,
    ) -> Result<PromptMessages, PromptError> {
        let question = question.as_ref().map(|question| question.as_str());
        self.databases.explore(context, database.as_str(), question).await
    }

    async fn explore_database_complete_database(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(self.databases.complete_database(&completing))
    }

    async fn explain_slow_query(
        &self,
        context: &Context,
        ExplainSlowQueryArguments { sql, database }: ExplainSlowQueryArguments,
    ) -> Result<PromptMessages, PromptError> {
        self.databases.explain_slow(context, database.as_str(), sql.as_str()).await
    }

    async fn explain_slow_query_complete_database(
        &self,
        _context: &Context,
        completing: Completing,
    ) -> Result<Completion, CompletionError> {
        Ok(self.databases.complete_database(&completing))
    }

    async fn fetch(
        &self,
        context: &Context,
        arguments: FetchArguments,
    ) -> Result<PromptMessages, PromptError> {
        fetch::prompt(&self.fetch, context, arguments).await
    }
}
