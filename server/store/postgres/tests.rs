//! The source against a real server, which `cargo xtask test` starts; every test has a database and a role of its own.

mod advise;
mod alone;
mod hostile;
mod insights;
mod legitimate;
mod metadata;
mod role;
mod statements;
mod stopping;
mod values;

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Connection as _;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};

use super::*;

const ROLE: &str = include_str!("../../../docs/postgres-role.sql");
const SHOP: &str = include_str!("tests/shop.sql");
const SECONDS: Duration = Duration::from_secs(30);

/// A database with the shop in it, and a role that the shipped SQL made.
struct Shop {
    /// The server's owner, in this database.
    owner: PgConnectOptions,
    /// What the operator would configure.
    config: Config,
    role: String,
}

/// The server's address; nothing where there is none and none has to be.
fn server() -> Option<String> {
    let address = std::env::var("LOCKSTEP_POSTGRES").ok();
    if address.is_none() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "`LOCKSTEP_POSTGRES` is not set\nhint: run `cargo xtask test`"
        );
        eprintln!("skipped: `LOCKSTEP_POSTGRES` is not set; `cargo xtask test` starts the server");
    }
    address
}

impl Shop {
    async fn open() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let address = server()?;
        let name = format!("lockstep_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let server: PgConnectOptions = address.parse().unwrap();
        let mut connection = server.connect().await.unwrap();
        // Nobody is connected to this template, whatever else runs.
        let create = format!("CREATE DATABASE {name} TEMPLATE template0");
        sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();

        let (head, _) = address.rsplit_once('/').unwrap();
        let (_, host) = head.rsplit_once('@').unwrap();
        let mut config = Config::new(format!("postgres://{name}@{host}/{name}"));
        config.password = Password::Known("word".to_owned());
        let shop = Self { owner: server.database(&name), config, role: name.clone() };
        shop.run(SHOP).await;
        shop.run(&ROLE.replace("lockstep", &name)).await;
        shop.run(&format!("ALTER ROLE {name} PASSWORD 'word'")).await;
        shop.run(&format!("GRANT USAGE ON SCHEMA attic, cellar TO {name}")).await;
        shop.run(&format!("GRANT SELECT ON attic.boxes, cellar.boxes TO {name}")).await;
        Some(shop)
    }

    /// Runs a script as the owner.
    async fn run(&self, sql: &str) {
        let mut connection = self.owner.connect().await.unwrap();
        if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await {
            panic!("{error}: {sql}");
        }
        connection.close().await.unwrap();
    }

    /// Lets the role see what other roles do, as the operator would.
    async fn show_statistics(&self) {
        let role = &self.role;
        self.run(&format!("ALTER ROLE {role} INHERIT; GRANT pg_read_all_stats TO {role}")).await;
    }

    /// One value that the owner sees.
    async fn ask<T>(&self, sql: &str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let mut connection = self.owner.connect().await.unwrap();
        let value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await;
        value.unwrap_or_else(|error| panic!("{error}: {sql}"))
    }

    fn source(&self) -> Postgres {
        Postgres::new(self.config.clone()).unwrap()
    }

    /// A connection with the role's own rights and no gate.
    async fn as_role(&self) -> PgConnection {
        let options: PgConnectOptions = self.config.address.parse().unwrap();
        options.password("word").connect().await.unwrap()
    }
}

/// A connection of the source's own, in no transaction yet.
async fn session(source: &Postgres) -> Session {
    Session::open(&source.shared.options().unwrap(), &source.shared.config).await.unwrap()
}

fn turn() -> Turn {
    Turn { deadline: Instant::now() + SECONDS, cancellation: CancellationToken::new() }
}

async fn checked(config: &Config) -> Result<(), QueryError> {
    Postgres::new(config.clone()).unwrap().check(turn()).await
}

fn query(sql: &str, params: Vec<Value>, max_rows: u32) -> Query {
    Query {
        sql: sql.to_owned(),
        params,
        max_rows,
        offset: 0,
        deadline: Instant::now() + SECONDS,
        cancellation: CancellationToken::new(),
    }
}

async fn rows(source: &Postgres, sql: &str) -> Result<Rows, QueryError> {
    source.query(query(sql, Vec::new(), 1000)).await
}
