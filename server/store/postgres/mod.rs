//! PostgreSQL behind a gate for caller-written SQL.
//!
//! Four fences stand one behind the other, each enough for what it is for: a role that can only read, a transaction that
//! can only read, a cursor that takes nothing but one query, and a list of functions that no query needs. What a call
//! leaves behind in its session is discarded, and a call that ends early takes its backend along.

mod advise;
mod candidates;
mod config;
mod describe;
mod error;
mod explain;
mod hint;
mod insights;
mod objects;
mod params;
mod role;
mod session;
mod statement;
mod tokens;
mod values;

#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    Advice, Engine, Found, IndexQuestion, Insights, Inspection, Plan, Query, QueryError, Rows, Search, Table,
    TableName, check_text,
};
use crate::ground::Turn;

pub use config::{Config, ConfigError, MaskedColumn, Password};
use session::Session;

/// How many calls run at the same time, each on a connection of its own.
const CONNECTIONS: usize = 4;
/// How long a call waits for a connection before it is refused as busy.
const QUEUE_WAIT: Duration = Duration::from_secs(2);
/// The server's own time limit is so much shorter than the call's: a statement that it stops itself costs no connection.
const HEAD_START: Duration = Duration::from_millis(100);
/// Connections that nobody used for longer are closed, within as long again.
const MAX_IDLE: Duration = Duration::from_secs(5 * 60);

/// A PostgreSQL database that can only be read.
///
/// Nothing connects before the first call. Cheap to share.
#[derive(Clone, Debug)]
pub struct Postgres {
    shared: Arc<Shared>,
}

struct Shared {
    config: Config,
    options: PgConnectOptions,
    search_path: String,
    idle: Mutex<Vec<Idle>>,
    /// Whether somebody looks after the idle connections.
    tended: AtomicBool,
    permits: Arc<Semaphore>,
}

/// A connection that waits for a call. It is left clean while the last caller reads its answer; nothing comes of one that
/// cannot be.
struct Idle {
    session: JoinHandle<Option<Session>>,
    since: tokio::time::Instant,
}

/// What the connections of a source are doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Connections that wait for a call.
    pub idle: usize,
    /// Calls that run, those included that are being stopped.
    pub running: usize,
}

impl Postgres {
    /// Takes a configured source; does not connect.
    ///
    /// # Errors
    ///
    /// The address is none, or has a password in it.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let options = config.options()?;
        let search_path = config.search_path();
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let (idle, tended) = (Mutex::default(), AtomicBool::new(false));
        let shared = Shared { config, options, search_path, idle, tended, permits };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Connects, unless a connection is there, and looks whether it may be used.
    ///
    /// # Errors
    ///
    /// [`QueryError::AuthFailed`], [`QueryError::Unavailable`] when the database is out of reach or its role may do too
    /// much, [`QueryError::Busy`] when every connection is in use.
    pub async fn check(&self, turn: Turn) -> Result<(), QueryError> {
        self.run(turn, |_connection| async { Ok(()) }.boxed()).await
    }

    /// What its connections are doing.
    #[must_use]
    pub fn health(&self) -> Health {
        Health {
            idle: self.shared.idle().len(),
            running: CONNECTIONS - self.shared.permits.available_permits(),
        }
    }

    /// Runs `work` in a transaction of its own. Dropping the future stops it, as the deadline and the token do.
    async fn run<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, QueryError>> + Send + 'static,
    ) -> Result<T, QueryError> {
        // In a task of its own, for a backend has to be stopped also when nobody waits for the answer.
        let abandoned = turn.cancellation.child_token();
        let _abandon = abandoned.clone().drop_guard();
        let shared = Arc::clone(&self.shared);
        let task = tokio::spawn(async move { shared.run(turn.deadline, abandoned, work).await });
        task.await.unwrap_or(Err(QueryError::Internal))
    }
}

impl Engine for Postgres {
    async fn query(&self, query: Query) -> Result<Rows, QueryError> {
        let Query { sql, params, max_rows, offset, deadline, cancellation } = query;
        check_text(&sql)?;
        let max_plan_cost = self.shared.config.max_plan_cost;
        self.run(Turn { deadline, cancellation }, move |connection| {
            async move {
                let sql = tokens::check(&sql)?;
                if let Some(most) = max_plan_cost {
                    let judged = statement::judge(connection, sql).await?;
                    let arguments = judged.arguments(connection, &params).await?;
                    explain::allow(&judged.plan(connection, arguments).await?, most)?;
                }
                statement::query(connection, sql, &params, offset, max_rows).await
            }
            .boxed()
        })
        .await
    }

    async fn search(&self, search: Search, turn: Turn) -> Result<Found, QueryError> {
        self.run(turn, move |connection| async move { objects::search(connection, &search).await }.boxed())
            .await
    }

    async fn describe(&self, table: TableName, turn: Turn) -> Result<Table, QueryError> {
        self.run(turn, move |connection| async move { describe::describe(connection, &table).await }.boxed())
            .await
    }

    async fn explain(&self, sql: String, params: Vec<Value>, turn: Turn) -> Result<Plan, QueryError> {
        check_text(&sql)?;
        self.run(turn, move |connection| {
            async move {
                let judged = statement::judge(connection, tokens::check(&sql)?).await?;
                // Without values the plan is one for any.
                let plan = if params.is_empty() && judged.placeholders() > 0 {
                    judged.generic_plan(connection).await?
                } else {
                    let arguments = judged.arguments(connection, &params).await?;
                    judged.plan(connection, arguments).await?
                };
                explain::read(&plan)
            }
            .boxed()
        })
        .await
    }

    async fn insights(&self, inspection: Inspection, turn: Turn) -> Result<Insights, QueryError> {
        self.run(turn, move |connection| {
            async move { insights::inspect(connection, &inspection).await }.boxed()
        })
        .await
    }

    async fn advise(&self, question: IndexQuestion, turn: Turn) -> Result<Advice, QueryError> {
        self.run(turn, move |connection| async move { advise::advise(connection, &question).await }.boxed())
            .await
    }
}

impl Shared {
    async fn run<T>(
        self: Arc<Self>,
        deadline: Instant,
        cancellation: CancellationToken,
        work: impl for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, QueryError>> + Send + 'static,
    ) -> Result<T, QueryError> {
        let ready = async {
            let permit = self.permit().await?;
            Ok((permit, self.begun(deadline).await?))
        };
        let (permit, mut session) = until(deadline, &cancellation, ready).await?;
        let result = self.work(&mut session, deadline, &cancellation, work).await;
        match result {
            Ok(_) => self.keep(session),
            Err(_) => drop(session),
        }
        // The next one finds the connection, or room for another.
        drop(permit);
        result?
    }

    /// Keeps a connection for the next call, once it is clean.
    fn keep(self: &Arc<Self>, mut session: Session) {
        let cleaning = async move { session.end().await.then_some(session) };
        let idle = Idle { session: tokio::spawn(cleaning), since: tokio::time::Instant::now() };
        self.idle().push(idle);
        if self.tended.swap(true, Ordering::Relaxed) {
            return;
        }
        let shared = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(MAX_IDLE).await;
                let Some(shared) = shared.upgrade() else { return };
                let mut idle = shared.idle();
                idle.retain(|idle| idle.since.elapsed() < MAX_IDLE);
                if idle.is_empty() {
                    shared.tended.store(false, Ordering::Relaxed);
                    return;
                }
            }
        });
    }

    /// The work's result, or why the backend was stopped.
    async fn work<T>(
        &self,
        session: &mut Session,
        deadline: Instant,
        cancellation: &CancellationToken,
        work: impl for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, QueryError>> + Send + 'static,
    ) -> Result<Result<T, QueryError>, QueryError> {
        let backend = session.backend();
        let working = async {
            match work(&mut session.connection).await {
                Err(QueryError::SqlError { message }) if hint::wanted(&message).is_some() => {
                    // Still within the caller's time, in a transaction that does not remember the failure.
                    let again = session.rollback().await.is_ok()
                        && session.begin(&self.search_path, time(deadline)).await.is_ok();
                    let names = if again { hint::tables(&mut session.connection).await } else { Vec::new() };
                    Err(QueryError::SqlError { message: hint::with_names(message, &names) })
                }
                other => other,
            }
        };
        tokio::pin!(working);
        let stopped = tokio::select! {
            biased;
            result = &mut working => return Ok(result),
            () = cancellation.cancelled() => QueryError::Cancelled,
            () = tokio::time::sleep_until(deadline.into()) => QueryError::Timeout,
        };
        if let Ok(options) = self.options() {
            session::stop(&options, backend).await;
        }
        // The work ends with the backend; its connection is kept until then.
        let _ = tokio::time::timeout(Duration::from_secs(1), working).await;
        Err(stopped)
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, QueryError> {
        let waiting = Arc::clone(&self.permits).acquire_owned();
        let permit = tokio::time::timeout(QUEUE_WAIT, waiting).await.map_err(|_elapsed| QueryError::Busy)?;
        permit.map_err(|_closed| QueryError::Internal)
    }

    /// A connection in a transaction: an idle one that still works, or a new one.
    async fn begun(&self, deadline: Instant) -> Result<Session, QueryError> {
        while let Some(idle) = self.take_idle() {
            if let Ok(Some(mut session)) = idle.session.await
                && session.is_young()
                && session.begin(&self.search_path, time(deadline)).await.is_ok()
            {
                return Ok(session);
            }
        }
        let mut session = Session::open(&self.options()?, &self.config).await?;
        let begun = session.begin(&self.search_path, time(deadline)).await;
        begun.map_err(|error| error::connecting(&error))?;
        Ok(session)
    }

    /// The connection that was used last, of those that are clean already if there are any.
    fn take_idle(&self) -> Option<Idle> {
        let mut idle = self.idle();
        let clean = idle.iter().rposition(|idle| idle.session.is_finished());
        let place = clean.or_else(|| idle.len().checked_sub(1))?;
        Some(idle.remove(place))
    }

    /// How to connect now, for the password may have changed.
    fn options(&self) -> Result<PgConnectOptions, QueryError> {
        let options = self.options.clone();
        Ok(match self.config.password.read()? {
            Some(password) => options.password(&password),
            None => options,
        })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the server connects is nobody's to read.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("config", &self.config).finish_non_exhaustive()
    }
}

/// How long the server may work on one statement.
fn time(deadline: Instant) -> Duration {
    let left = deadline.saturating_duration_since(Instant::now());
    left.saturating_sub(HEAD_START.min(left / 10))
}

/// The outcome of `work`, unless it is too late or nobody wants it any more.
async fn until<T>(
    deadline: Instant,
    cancellation: &CancellationToken,
    work: impl Future<Output = Result<T, QueryError>>,
) -> Result<T, QueryError> {
    match tokio::time::timeout_at(deadline.into(), cancellation.run_until_cancelled(work)).await {
        Ok(Some(result)) => result,
        Ok(None) => Err(QueryError::Cancelled),
        Err(_elapsed) => Err(QueryError::Timeout),
    }
}
