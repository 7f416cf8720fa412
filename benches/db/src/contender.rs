//! Who is compared: plain sqlx, the tool, and the engine behind the tool.

use std::fmt::Display;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lockstep_runtime::contract::{Context, Contract as _};
use lockstep_runtime::serde_json::value::RawValue;
use lockstep_server::egress::{Egress, GuardOptions};
use lockstep_server::ground::Turn;
use lockstep_server::store::postgres::{Config, Password, Postgres};
use lockstep_server::store::sources::{DEFAULT, Database, Source, Sources};
use lockstep_server::store::sqlite::{Masked, Sqlite};
use lockstep_server::store::{self, Engine as _};
use lockstep_server::tools::db::Databases;
use lockstep_server::tools::{Fetch, FetchOptions, Server};
use lockstep_tools::Service;
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, SqlitePool};

/// As many as the tool has.
const CONNECTIONS: u32 = 4;
/// A row of the table.
type Item = (i64, i64, String, String, String, f64, bool, String);

const TABLE: &str = "CREATE TABLE items (id bigint PRIMARY KEY, number bigint NOT NULL, name text NOT NULL,
    city text NOT NULL, note text NOT NULL, price double precision NOT NULL, active boolean NOT NULL, day text NOT NULL)";
/// The same rows in either dialect.
const ROWS: &str = "INSERT INTO items WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    SELECT i, i * 7919, 'name of number ' || i, 'city ' || i % 50, 'some words that stand beside ' || i, i * 1.25,
        i % 3 = 0, '2026-01-01' FROM n";

/// One statement, and how many rows it has.
#[derive(Clone, Copy)]
pub(crate) struct Query {
    pub(crate) sql: &'static str,
    pub(crate) rows: usize,
}

pub(crate) enum Contender {
    PlainPostgres(PgPool),
    PlainSqlite(SqlitePool),
    Tool(Box<Service<Server>>),
    Engine(Box<Database>),
}

impl Contender {
    /// Asks once, and makes of the rows what a client is sent.
    pub(crate) async fn ask(&self, Query { sql, rows }: Query) -> Result<(), String> {
        let got = match self {
            Self::PlainPostgres(pool) => {
                written(&sqlx::query_as::<_, Item>(sql).fetch_all(pool).await.map_err(failed)?)?
            }
            Self::PlainSqlite(pool) => {
                written(&sqlx::query_as::<_, Item>(sql).fetch_all(pool).await.map_err(failed)?)?
            }
            Self::Tool(service) => {
                let arguments = json!({ "sql": sql, "max_rows": 1000, "timeout_ms": 30000 }).to_string();
                let arguments = RawValue::from_string(arguments).map_err(failed)?;
                let result = service.call_tool(&Context::default(), "db_query", Some(&arguments)).await;
                let result = result.map_err(|error| format!("error: {error:?}"))?;
                if result.is_error.is_some() {
                    return Err(format!("error: {result:?}"));
                }
                black_box(result);
                rows
            }
            Self::Engine(database) => {
                let turn =
                    Turn::new(Instant::now() + Duration::from_secs(30), Context::default().cancellation);
                let found = database.query(store::Query::new(sql, 1000, turn)).await.map_err(failed)?;
                black_box(&found).rows.len()
            }
        };
        if got == rows { Ok(()) } else { Err(format!("error: {got} rows came, not {rows}")) }
    }
}

/// Plain sqlx, the tool and the engine on the PostgreSQL server that `cargo xtask bench db` started.
pub(crate) async fn on_postgres() -> Result<[Contender; 3], String> {
    let address = std::env::var("LOCKSTEP_POSTGRES")
        .map_err(|_error| "error: there is no PostgreSQL\nhint: run `cargo xtask bench db`")?;
    let options: PgConnectOptions = address.parse().map_err(failed)?;
    let mut owner = options.connect().await.map_err(failed)?;
    let role = "CREATE ROLE reader LOGIN PASSWORD 'word'; GRANT SELECT ON items TO reader; ANALYZE items";
    for sql in [TABLE, ROWS, role] {
        sqlx::raw_sql(sql).execute(&mut owner).await.map_err(failed)?;
    }
    owner.close().await.map_err(failed)?;

    let reader = options.clone().username("reader").password("word");
    let pool =
        PgPoolOptions::new().max_connections(CONNECTIONS).connect_with(reader).await.map_err(failed)?;
    let place = address.split_once('@').ok_or("error: the address has no owner")?.1;
    let mut config = Config::new(format!("postgres://reader@{place}"));
    config.password = Password::Known("word".to_owned());
    let engine = Postgres::new(config).map_err(failed)?;
    Ok([Contender::PlainPostgres(pool), tool(engine.clone()), Contender::Engine(Box::new(engine.into()))])
}

/// Plain sqlx, the tool and the engine on a file in this folder.
pub(crate) async fn on_sqlite(folder: &Path) -> Result<[Contender; 3], String> {
    let path = folder.join("items.db");
    let options = SqliteConnectOptions::new().filename(&path);
    let mut owner = options.clone().create_if_missing(true).connect().await.map_err(failed)?;
    for sql in [TABLE, ROWS] {
        sqlx::raw_sql(sql).execute(&mut owner).await.map_err(failed)?;
    }
    owner.close().await.map_err(failed)?;

    let reader = options.read_only(true);
    let pool =
        SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(reader).await.map_err(failed)?;
    let open = || Sqlite::open_file(&path, Masked::default()).map_err(failed);
    Ok([Contender::PlainSqlite(pool), tool(open()?), Contender::Engine(Box::new(open()?.into()))])
}

fn tool(database: impl Into<Database>) -> Contender {
    let sources = Sources::new([Source::opened(DEFAULT, database)]);
    // Nobody asks the outside here.
    let fetch = Fetch::new(Arc::new(Egress::new(GuardOptions::default())), FetchOptions::default());
    Contender::Tool(Box::new(Service(Server::new(Databases::new(sources, Vec::new()), fetch))))
}

/// Writes the rows as JSON, and counts them.
fn written(items: &[Item]) -> Result<usize, String> {
    black_box(serde_json::to_vec(items).map_err(failed)?);
    Ok(items.len())
}

fn failed(error: impl Display) -> String {
    format!("error: {error}")
}
