//! One connection, and the transaction in which each call runs.

use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _};

use super::super::QueryError;
use super::config::Config;
use super::{error, role};

/// How long a connection may take until it can be used, and how long it may take to be left clean.
const SETUP_TIME: Duration = Duration::from_secs(10);
/// How long stopping a backend may take.
const STOP_TIME: Duration = Duration::from_secs(2);
/// Older connections are replaced: roles, privileges and addresses change.
const MAX_AGE: Duration = Duration::from_secs(30 * 60);
/// The server looks this often whether the client is still there while it works.
const WATCH_CLIENT: &str = "SET client_connection_check_interval = '1s'";

/// Where the transaction was before the caller's statement came.
pub(super) const BEGUN: &str = "lockstep_begun";

/// A connection to the database, between two calls or in one.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) connection: PgConnection,
    /// The backend's process, which another connection can stop.
    backend: i32,
    /// Whether this server can notice by itself that its client is gone.
    watches_client: bool,
    opened: Instant,
}

impl Session {
    /// Connects, and looks whether the role may be used.
    ///
    /// # Errors
    ///
    /// The database is out of reach, refuses the credentials, or its role may do too much.
    pub(super) async fn open(options: &PgConnectOptions, config: &Config) -> Result<Self, QueryError> {
        let opening = async {
            let mut connection =
                PgConnection::connect_with(options).await.map_err(|error| error::connecting(&error))?;
            let refusal = role::refusal(&mut connection, config);
            if let Some(message) = refusal.await.map_err(|error| error::connecting(&error))? {
                return Err(QueryError::Unavailable { message });
            }
            let backend = sqlx::query_scalar::<sqlx::Postgres, i32>("SELECT pg_catalog.pg_backend_pid()")
                .persistent(false);
            let backend =
                backend.fetch_one(&mut connection).await.map_err(|error| error::connecting(&error))?;
            let watches_client = sqlx::raw_sql(WATCH_CLIENT).execute(&mut connection).await.is_ok();
            Ok(Self { connection, backend, watches_client, opened: Instant::now() })
        };
        match tokio::time::timeout(SETUP_TIME, opening).await {
            Ok(opened) => opened,
            Err(_elapsed) => {
                Err(QueryError::Unavailable { message: "the database does not answer".to_owned() })
            }
        }
    }

    /// Begins a transaction that can only read, with one snapshot for all it does.
    pub(super) async fn begin(&mut self, search_path: &str, time: Duration) -> Result<(), sqlx::Error> {
        let milliseconds = time.as_millis().clamp(1, i32::MAX as u128);
        let watch =
            if self.watches_client { "SET LOCAL client_connection_check_interval = '1s';" } else { "" };
        // The query pins the snapshot: from then on the transaction cannot be made to write.
        let text = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {milliseconds};
             SET LOCAL search_path = {search_path}; {watch} SELECT 1; SAVEPOINT {BEGUN}"
        );
        sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut self.connection).await.map(drop)
    }

    pub(super) async fn rollback(&mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await.map(drop)
    }

    /// Ends the transaction and forgets whatever it left in the session; false when the session is of no more use.
    pub(super) async fn end(&mut self) -> bool {
        let cleaning = async {
            self.rollback().await?;
            // Advisory locks of the session, for one, outlive the transaction.
            sqlx::raw_sql("DISCARD ALL").execute(&mut self.connection).await
        };
        matches!(tokio::time::timeout(SETUP_TIME, cleaning).await, Ok(Ok(_)))
    }

    /// Whether the session may serve another call; whether it still works is seen when that begins.
    pub(super) fn is_young(&self) -> bool {
        self.opened.elapsed() <= MAX_AGE
    }

    /// The backend's number, to stop it by.
    pub(super) fn backend(&self) -> i32 {
        self.backend
    }
}

/// Stops a backend through a connection of its own: any role may stop what it started.
///
/// The session that the backend serves has to be kept until this is done, for a number may be given to another backend.
pub(super) async fn stop(options: &PgConnectOptions, backend: i32) {
    let stopping = async {
        let mut connection = PgConnection::connect_with(options).await?;
        let terminate =
            sqlx::query::<sqlx::Postgres>("SELECT pg_catalog.pg_terminate_backend($1)").persistent(false);
        terminate.bind(backend).execute(&mut connection).await?;
        connection.close().await
    };
    if !matches!(tokio::time::timeout(STOP_TIME, stopping).await, Ok(Ok(()))) {
        // Its own time limit ends it, or the closed connection does.
        tracing::warn!(backend, "a PostgreSQL backend could not be stopped through a second connection");
    }
}
