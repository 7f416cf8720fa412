//! Indexes that would make statements cheaper, tried with HypoPG: the planner counts with them, and there are none.

use lockstep_tools::{IndexCandidateCostAfter, IndexCandidateCostBefore};
use serde_json::Value;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Row as _};

use super::super::{Advice, IndexCandidate, IndexQuestion, QueryError, check_text};
use super::candidates::{Candidate, Wishes};
use super::config::identifier;
use super::{error, explain, insights, statement, tokens};

/// At most this many recorded statements are judged.
const MAX_RECORDED: u32 = 10;
/// At most this many indexes are tried.
const MAX_CANDIDATES: usize = 40;
/// At most this many are told.
const MAX_INDEXES: usize = 5;
/// An index has to save this share of the cost of all statements, or it is not worth what it costs to keep.
const LEAST_GAIN: f64 = 0.03;
/// A statement whose cost falls by less is not helped.
const LEAST_HELP: f64 = 0.01;
const MEGABYTE: u64 = 1 << 20;

/// The most expensive queries that were recorded, in the schema `{schema}`, but for what this role asks the catalogs.
const RECORDED: &str = r"SELECT s.query FROM {schema}.pg_stat_statements s
    JOIN pg_catalog.pg_database d ON d.oid = s.dbid
    WHERE d.datname = pg_catalog.current_database()
        AND s.userid <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user) AND s.query ~* '^\s*(select|with)\M'
        AND pg_catalog.octet_length(s.query) <= 16384
    ORDER BY s.{total} DESC, s.query LIMIT $1";

/// A statement that can be planned with no values for its parameters.
struct Statement {
    /// Where it stands among those that were asked for.
    place: u64,
    /// `EXPLAIN` for it.
    explain: String,
    cost: f64,
}

/// An index that the planner counts with for now.
struct Tried {
    oid: i64,
    definition: String,
    bytes: u64,
    costs: Vec<f64>,
}

struct Advisor<'c> {
    connection: &'c mut PgConnection,
    /// The schema of HypoPG, as SQL.
    hypopg: String,
    statements: Vec<Statement>,
    warnings: Vec<String>,
}

/// Looks for indexes.
///
/// # Errors
///
/// [`QueryError::Unsupported`] without HypoPG, or what the first statement that is none is refused with.
pub(super) async fn advise(
    connection: &mut PgConnection,
    question: &IndexQuestion,
) -> Result<Advice, QueryError> {
    let (hypopg, _) = insights::extension(connection, "hypopg").await?;
    let queries = match question.queries.as_slice() {
        [] => recorded(connection).await?,
        queries => queries.to_vec(),
    };
    let hypopg = identifier(&hypopg);
    let mut advisor = Advisor { connection, hypopg, statements: Vec::new(), warnings: Vec::new() };
    let advice = advisor.advise(&queries, question.max_size_mb).await;
    // They belong to the session, which `DISCARD ALL` does not know. Where this fails, the session ends.
    advisor.reset().await?;
    advice
}

impl Advisor<'_> {
    async fn advise(&mut self, queries: &[String], max_size_mb: Option<u32>) -> Result<Advice, QueryError> {
        // What an earlier call could not put away.
        self.reset().await?;
        let mut wishes = Wishes::default();
        for (place, sql) in (0..).zip(queries) {
            match self.prepare(place, sql, &mut wishes).await {
                Ok(statement) => self.statements.push(statement),
                Err(refused) if is_final(&refused) => return Err(refused),
                Err(refused) => self.warnings.push(format!("`queries[{place}]`: {refused}")),
            }
        }
        let mut left = wishes.candidates();
        if left.len() > MAX_CANDIDATES {
            let further = left.split_off(MAX_CANDIDATES).len();
            self.warnings.push(format!("{further} further indexes were not tried; send fewer queries"));
        }
        let mut room = max_size_mb.map_or(u64::MAX, |most| u64::from(most) * MEGABYTE);
        let mut candidates = Vec::new();
        while candidates.len() < MAX_INDEXES
            && let Some(best) = self.best(&left, room).await?
        {
            let chosen = left.remove(best);
            // From now on the others are compared with it in place.
            let Some(tried) = self.attempt(&chosen).await? else { break };
            room = room.saturating_sub(tried.bytes);
            let costs = tried.costs.clone();
            candidates.push(self.told(&chosen, tried)?);
            for (statement, cost) in self.statements.iter_mut().zip(costs) {
                statement.cost = cost;
            }
        }
        Ok(Advice { candidates, warnings: std::mem::take(&mut self.warnings) })
    }

    /// Judges a statement as any other, and prepares it: its plan is that for values that are not known.
    async fn prepare(&mut self, place: u64, sql: &str, wishes: &mut Wishes) -> Result<Statement, QueryError> {
        run(self.connection, "SAVEPOINT lockstep_advice").await?;
        let prepared = self.prepare_inside(place, sql, wishes).await;
        if prepared.is_err() {
            run(self.connection, "ROLLBACK TO SAVEPOINT lockstep_advice").await?;
        }
        prepared
    }

    async fn prepare_inside(
        &mut self,
        place: u64,
        sql: &str,
        wishes: &mut Wishes,
    ) -> Result<Statement, QueryError> {
        check_text(sql)?;
        let sql = tokens::check(sql)?;
        let judged = statement::judge(self.connection, sql).await?;
        let execute = judged.prepare(self.connection, &format!("lockstep_advice_{place}")).await?;
        let explain = format!("EXPLAIN (FORMAT JSON, VERBOSE) {execute}");
        let plan = self.plan(&explain).await?;
        wishes.add(&plan);
        Ok(Statement { place, explain, cost: explain::cost(&plan) })
    }

    /// Which index saves most, if one is worth it.
    async fn best(&mut self, candidates: &[Candidate], room: u64) -> Result<Option<usize>, QueryError> {
        let total: f64 = self.statements.iter().map(|statement| statement.cost).sum();
        let mut most = total * LEAST_GAIN;
        let mut best = None;
        for (place, candidate) in candidates.iter().enumerate() {
            let Some(Tried { oid, bytes, costs, .. }) = self.attempt(candidate).await? else { continue };
            let gain = total - costs.iter().sum::<f64>();
            // Of two that save as much, the one with fewer columns: it comes first.
            if gain > most * 1.001 && bytes <= room {
                most = gain;
                best = Some(place);
            }
            run(self.connection, &format!("SELECT {}.hypopg_drop_index({oid}::oid)", self.hypopg)).await?;
        }
        Ok(best)
    }

    /// Lets the planner count with an index; nothing where there can be none like it.
    async fn attempt(&mut self, candidate: &Candidate) -> Result<Option<Tried>, QueryError> {
        let hypopg = &self.hypopg;
        let sql = format!(
            "SELECT i.indexrelid::bigint, {hypopg}.hypopg_relation_size(i.indexrelid)::bigint,
                {hypopg}.hypopg_get_indexdef(i.indexrelid)
             FROM {hypopg}.hypopg_create_index($1) AS i"
        );
        run(self.connection, "SAVEPOINT lockstep_advice").await?;
        let created = sqlx::query(AssertSqlSafe(sql)).persistent(false).bind(candidate.definition());
        let Ok(row) = created.fetch_one(&mut *self.connection).await else {
            run(self.connection, "ROLLBACK TO SAVEPOINT lockstep_advice").await?;
            return Ok(None);
        };
        let number = |column: usize| row.try_get::<i64, _>(column).map_err(|_error| QueryError::Internal);
        let (oid, bytes) = (number(0)?, u64::try_from(number(1)?).unwrap_or(0));
        let definition = row.try_get::<String, _>(2).map_err(|_error| QueryError::Internal)?;
        let mut costs = Vec::with_capacity(self.statements.len());
        for place in 0..self.statements.len() {
            let explain = self.statements[place].explain.clone();
            costs.push(explain::cost(&self.plan(&explain).await?));
        }
        Ok(Some(Tried { oid, definition, bytes, costs }))
    }

    async fn plan(&mut self, explain: &str) -> Result<Value, QueryError> {
        // A plan that is kept knows nothing of an index that is new.
        let explain = format!("DISCARD PLANS; {explain}");
        explain::parse(&statement::explained(self.connection, &explain).await?)
    }

    fn told(&self, candidate: &Candidate, tried: Tried) -> Result<IndexCandidate, QueryError> {
        let costs = self.statements.iter().zip(tried.costs);
        let helped: Vec<(&Statement, f64)> =
            costs.filter(|(statement, cost)| *cost < statement.cost * (1.0 - LEAST_HELP)).collect();
        let before: f64 = helped.iter().map(|(statement, _)| statement.cost).sum();
        let after: f64 = helped.iter().map(|(_, cost)| cost).sum();
        Ok(IndexCandidate {
            table: candidate.table(),
            columns: candidate.columns().to_vec(),
            definition: tried.definition,
            size_bytes: Some(tried.bytes),
            cost_before: IndexCandidateCostBefore::try_from(before).map_err(|_error| QueryError::Internal)?,
            cost_after: IndexCandidateCostAfter::try_from(after).map_err(|_error| QueryError::Internal)?,
            queries: helped.iter().map(|(statement, _)| statement.place).collect(),
        })
    }

    async fn reset(&mut self) -> Result<(), QueryError> {
        run(self.connection, &format!("SELECT {}.hypopg_reset()", self.hypopg)).await
    }
}

/// The most expensive recorded queries.
async fn recorded(connection: &mut PgConnection) -> Result<Vec<String>, QueryError> {
    let (schema, total, _) = insights::statements(connection).await?;
    let sql = RECORDED.replace("{schema}", &schema).replace("{total}", total);
    let queries = sqlx::query_scalar::<sqlx::Postgres, String>(AssertSqlSafe(sql)).persistent(false);
    let queries = queries.bind(i64::from(MAX_RECORDED)).fetch_all(connection).await;
    queries.map_err(|error| insights::not_loaded(error::failed(&error, "", 0)))
}

/// What ends the search, rather than leaving one statement out.
fn is_final(refused: &QueryError) -> bool {
    matches!(
        refused,
        QueryError::MultipleStatements
            | QueryError::NotAQuery { .. }
            | QueryError::SyntaxError { .. }
            | QueryError::Unavailable { .. }
            | QueryError::Timeout
            | QueryError::Internal
    )
}

/// Runs text of our own.
async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), QueryError> {
    let done = sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await;
    done.map(drop).map_err(|error| error::failed(&error, "", 0))
}
