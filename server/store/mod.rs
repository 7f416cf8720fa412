//! The embedded SQLite store: a small pool of read-only connections behind one gate for caller-written SQL.

mod error;
mod functions;
mod gate;
mod hint;
mod metadata;
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

pub use error::{QueryError, StoreError};
pub use gate::MAX_SQL_BYTES;
pub use metadata::{
    DbObject, DbObjectKind, Detail, ForeignKey, Found, Plan, Search, Table, TableColumn, TableConstraint,
    TableIndex, TableName,
};
pub use values::{MAX_CELL_CHARS, MAX_PARAM_BYTES, MAX_PARAMS, MAX_RESULT_BYTES};

// What the sources of other engines share.
pub(crate) use error::{fragment, leading_keyword};
pub(crate) use gate::check_text;
pub(crate) use hint::{nearest, quoted};
pub(crate) use values::json_bytes;

use gate::Gate;

/// How many statements run at the same time, each on a connection of its own.
const CONNECTIONS: usize = 4;
/// How long a query waits for a free connection before it is refused as busy.
const QUEUE_WAIT: Duration = Duration::from_secs(2);
const DEMO_SQL: &str = include_str!("demo.sql");

/// A read-only SQLite database that runs SQL written by callers.
///
/// Cheap to share: every query runs on a connection of a small pool, on a blocking thread.
#[derive(Debug)]
pub struct Store {
    pool: Arc<Pool>,
    permits: Arc<Semaphore>,
    queue_wait: Duration,
}

/// One statement to run, with its limits.
#[derive(Debug)]
pub struct Query {
    /// The text of a single statement that only reads.
    pub sql: String,
    /// Values for the placeholders, in order: null, booleans, numbers and strings.
    pub params: Vec<Value>,
    /// At most this many rows come back.
    pub max_rows: u32,
    /// So many rows are skipped first.
    pub offset: u32,
    /// When the engine stops the statement.
    pub deadline: Instant,
    /// Stops the statement when the caller gives up.
    pub cancellation: CancellationToken,
}

/// What a statement returned.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// The result's columns, in order; names may repeat.
    pub columns: Vec<Column>,
    /// One list of cells per row, in the order of the columns.
    pub rows: Vec<Vec<Value>>,
    /// There were more rows than `max_rows` or [`MAX_RESULT_BYTES`] let through.
    pub truncated: bool,
    /// How many text cells were cut at [`MAX_CELL_CHARS`].
    pub truncated_cells: u32,
}

/// One column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name the engine gives it: an alias, a column name or the expression's text.
    pub name: String,
    /// The declared type, for a column that comes straight from a table.
    pub r#type: Option<String>,
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

impl Store {
    /// Builds the bundled demonstration database in memory.
    ///
    /// # Errors
    ///
    /// Fails when the engine cannot be set up, for want of memory for example.
    pub fn demo() -> Result<Self, StoreError> {
        let image = gate::build_image(DEMO_SQL).map_err(|error| StoreError::from_engine(&error))?;
        Self::open(Source::Image(image))
    }

    /// Opens an existing database file for reading only.
    ///
    /// The database is never changed. One in write-ahead mode makes the engine itself keep `-wal` and `-shm` files
    /// beside it, where the folder lets it.
    ///
    /// # Errors
    ///
    /// Fails when there is no such file, or it is not a SQLite database that can be read.
    pub fn open_file(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        // An absolute path also keeps SQLite from reading a leading `file:` as a URI with options.
        let path = path.as_ref().canonicalize().map_err(|error| StoreError::from_io(&error))?;
        if !path.is_file() {
            return Err(StoreError::NotAFile);
        }
        Self::open(Source::File(path))
    }

    /// Runs one read-only statement.
    ///
    /// Dropping the future stops the statement, just as the deadline and the token do.
    ///
    /// # Errors
    ///
    /// See [`QueryError`]: what the gate refused, what the engine refused, or why the work was stopped.
    pub async fn query(&self, request: Query) -> Result<Rows, QueryError> {
        gate::check_text(&request.sql)?;
        let stop = Stop {
            deadline: request.deadline,
            cancellation: request.cancellation,
            abandoned: Arc::default(),
        };
        let _abandon = AbandonOnDrop(Arc::clone(&stop.abandoned));
        let (deadline, cancellation) = (stop.deadline, stop.cancellation.clone());

        // Both are also watched here, because a single long step of the engine looks at neither.
        let work = self.run(request.sql, request.params, request.offset, request.max_rows, stop);
        match tokio::time::timeout_at(deadline.into(), cancellation.run_until_cancelled(work)).await {
            Ok(Some(result)) => result,
            Ok(None) => Err(QueryError::Cancelled),
            Err(_elapsed) => Err(QueryError::Timeout),
        }
    }

    async fn run(
        &self,
        sql: String,
        params: Vec<Value>,
        offset: u32,
        max_rows: u32,
        stop: Stop,
    ) -> Result<Rows, QueryError> {
        let waiting = Arc::clone(&self.permits).acquire_owned();
        let permit = tokio::time::timeout(self.queue_wait, waiting)
            .await
            .map_err(|_elapsed| QueryError::Busy)?
            .map_err(|_closed| QueryError::Internal)?;
        let pool = Arc::clone(&self.pool);
        let work = move || {
            // Held until the engine is done, also when nobody waits for the answer any more.
            let _permit = permit;
            pool.run(|gate| gate.run(&sql, &params, offset, max_rows, stop))
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(QueryError::Internal))
    }

    fn open(source: Source) -> Result<Self, StoreError> {
        let first = Gate::open(&source).map_err(|error| StoreError::from_engine(&error))?;
        first.probe().map_err(|error| StoreError::from_engine(&error))?;
        Ok(Self {
            pool: Arc::new(Pool { source, idle: Mutex::new(vec![first]) }),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
            queue_wait: QUEUE_WAIT,
        })
    }
}

impl Pool {
    /// Lends an idle connection or a new one; one that panics is not taken back.
    fn run<T>(&self, work: impl FnOnce(&Gate) -> Result<T, QueryError>) -> Result<T, QueryError> {
        let idle = self.idle().pop();
        let gate = match idle {
            Some(gate) => gate,
            None => Gate::open(&self.source).map_err(|_error| QueryError::Internal)?,
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
