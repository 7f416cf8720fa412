//! The embedded SQLite engine: a small pool of read-only connections behind one gate for caller-written SQL.

mod describe;
mod error;
mod functions;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod hint;
mod insights;
mod lexis;
mod plan;
mod values;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{
    Advice, Engine, Found, IndexQuestion, Insights, Inspection, Plan, Query, QueryError, Rows, Search,
    StoreError, Table, TableName, check_params, check_text,
};
use crate::ground::Turn;

use error::store_error;
use gate::{Gate, Watched};

/// How many statements run at the same time, each on a connection of its own.
const CONNECTIONS: usize = 4;
/// How long a query waits for a free connection before it is refused as busy.
const QUEUE_WAIT: Duration = Duration::from_secs(2);
const DEMO_SQL: &str = include_str!("demo.sql");

/// A read-only SQLite database that runs SQL written by callers.
///
/// Cheap to share: every query runs on a connection of a small pool, on a blocking thread.
#[derive(Debug)]
pub struct Sqlite {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
    queue_wait: Duration,
}

/// Columns whose values nobody may read: they read as NULL, in conditions too.
#[derive(Clone, Debug, Default)]
pub struct Masked(Arc<[(String, String)]>);

impl Masked {
    /// Masks these columns, each with its table. Views show what they read through them as NULL as well.
    pub fn new(columns: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(columns.into_iter().collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn covers(&self, table: &str, column: &str) -> bool {
        // Samples for the planner are copies of values.
        let sampled = || column == "sample" && matches!(table, "sqlite_stat3" | "sqlite_stat4");
        !self.0.is_empty()
            && (sampled()
                || self.0.iter().any(|(masked_table, masked_column)| {
                    masked_table.eq_ignore_ascii_case(table) && masked_column.eq_ignore_ascii_case(column)
                }))
    }
}

/// Where connections come from.
#[derive(Clone, Debug)]
enum Source {
    /// The bytes of a database, copied into every connection's own memory.
    Image(Arc<[u8]>),
    /// An existing file, opened read-only.
    File(PathBuf),
}

#[derive(Debug)]
struct Pool {
    source: Source,
    masked: Masked,
    idle: Mutex<Vec<Gate>>,
}

/// Why and when running work has to stop; shared by the waiting future and the engine's progress handler.
#[derive(Clone, Debug)]
struct Stop {
    deadline: Instant,
    cancellation: CancellationToken,
    abandoned: Arc<AtomicBool>,
}

/// Tells the engine to stop when the waiting future is dropped.
struct AbandonOnDrop(Arc<AtomicBool>);

impl Sqlite {
    /// Builds the bundled demonstration database in memory.
    ///
    /// # Errors
    ///
    /// Fails when the engine cannot be set up, for want of memory for example.
    pub fn demo() -> Result<Self, StoreError> {
        let image = gate::build_image(DEMO_SQL).map_err(|error| store_error(&error))?;
        Self::open(Source::Image(image), Masked::default())
    }

    /// Opens an existing database file for reading only.
    ///
    /// The database is never changed. One in write-ahead mode makes the engine itself keep `-wal` and `-shm` files
    /// beside it, where the folder lets it.
    ///
    /// # Errors
    ///
    /// Fails when there is no such file, or it is not a SQLite database that can be read.
    pub fn open_file(path: impl AsRef<Path>, masked: Masked) -> Result<Self, StoreError> {
        // An absolute path also keeps SQLite from reading a leading `file:` as a URI with options.
        let path = path.as_ref().canonicalize().map_err(|error| StoreError::from_io(&error))?;
        if !path.is_file() {
            return Err(StoreError::NotAFile);
        }
        Self::open(Source::File(path), masked)
    }

    /// Does `work` on a connection of its own, on a blocking thread.
    async fn work<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce(&Watched<'_>) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, QueryError> {
        let Turn { deadline, cancellation, .. } = turn;
        let stop = Stop { deadline, cancellation: cancellation.clone(), abandoned: Arc::default() };
        let _abandon = AbandonOnDrop(Arc::clone(&stop.abandoned));
        // Both are also watched here, because a single long step of the engine looks at neither.
        let work = self.run(stop, work);
        match tokio::time::timeout_at(deadline.into(), cancellation.run_until_cancelled(work)).await {
            Ok(Some(result)) => result,
            Ok(None) => Err(QueryError::Cancelled),
            Err(_elapsed) => Err(QueryError::Timeout),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        stop: Stop,
        work: impl FnOnce(&Watched<'_>) -> Result<T, QueryError> + Send + 'static,
    ) -> Result<T, QueryError> {
        let waiting = Arc::clone(&self.permits).acquire_owned();
        let permit = tokio::time::timeout(self.queue_wait, waiting)
            .await
            .map_err(|_elapsed| QueryError::Busy)?
            .map_err(|_closed| QueryError::Internal)?;
        let pool = Arc::clone(&self.pool);
        let work = move || {
            // Held until the engine is done, also when nobody waits for the answer any more.
            let _permit = permit;
            pool.run(|gate| gate.watched(stop, work))
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(QueryError::Internal))
    }

    fn open(source: Source, masked: Masked) -> Result<Self, StoreError> {
        let first = Gate::open(&source, &masked).map_err(|error| store_error(&error))?;
        first.probe().map_err(|error| store_error(&error))?;
        Ok(Self {
            pool: Arc::new(Pool { source, masked, idle: Mutex::new(vec![first]) }),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
            queue_wait: QUEUE_WAIT,
        })
    }
}

impl Engine for Sqlite {
    async fn query(&self, query: Query) -> Result<Rows, QueryError> {
        let Query { sql, params, max_rows, offset, deadline, cancellation } = query;
        check_text(&sql)?;
        let turn = Turn { deadline, cancellation };
        self.work(turn, move |connection| connection.query(&sql, &params, offset, max_rows)).await
    }

    async fn search(&self, search: Search, turn: Turn) -> Result<Found, QueryError> {
        self.work(turn, move |connection| describe::search(connection, &search)).await
    }

    async fn describe(&self, table: TableName, turn: Turn) -> Result<Table, QueryError> {
        let masked = self.pool.masked.clone();
        self.work(turn, move |connection| describe::table(connection, &table, &masked)).await
    }

    async fn explain(&self, sql: String, params: Vec<Value>, turn: Turn) -> Result<Plan, QueryError> {
        check_text(&sql)?;
        check_params(&params)?;
        self.work(turn, move |connection| plan::explain(connection, &sql, &params)).await
    }

    async fn insights(&self, inspection: Inspection, turn: Turn) -> Result<Insights, QueryError> {
        self.work(turn, move |connection| insights::inspect(connection, &inspection)).await
    }

    async fn advise(&self, _question: IndexQuestion, _turn: Turn) -> Result<Advice, QueryError> {
        let message = "SQLite cannot try an index without creating it; db_explain says where one would help";
        Err(QueryError::Unsupported { message: message.to_owned() })
    }
}

impl Pool {
    /// Lends an idle connection or a new one; one that panics is not taken back.
    fn run<T>(&self, work: impl FnOnce(&Gate) -> Result<T, QueryError>) -> Result<T, QueryError> {
        let idle = self.idle().pop();
        let gate = match idle {
            Some(gate) => gate,
            None => Gate::open(&self.source, &self.masked).map_err(|_error| QueryError::Internal)?,
        };
        let result = work(&gate);
        self.idle().push(gate);
        result
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Gate>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stop {
    /// Why the work has to stop now, if it has to.
    fn reason(&self) -> Option<QueryError> {
        if self.abandoned.load(Ordering::Relaxed) || self.cancellation.is_cancelled() {
            Some(QueryError::Cancelled)
        } else if Instant::now() >= self.deadline {
            Some(QueryError::Timeout)
        } else {
            None
        }
    }
}

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
