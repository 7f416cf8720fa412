//! The database family on a PostgreSQL server: what a client sees, and what the server sees of us.

#[path = "../../server/store/postgres/tests/statements.rs"]
mod statements;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use tempfile::TempDir;
use tokio::runtime::{self, Runtime};

use crate::db::{check, check_refused};
use crate::peer::{ALL, Era, Peer, Transport};
use crate::process::{Process, lockstep};

use statements::HOSTILE;

const ROLE: &str = include_str!("../../docs/postgres-role.sql");
const BIRDS: &str =
    "CREATE TABLE birds (id integer PRIMARY KEY, name text NOT NULL, ring text, kind integer);
    COMMENT ON TABLE birds IS 'What was seen';
    INSERT INTO birds SELECT i, 'bird ' || i, 'ring ' || i, i % 500 FROM generate_series(1, 20000) i;
    CREATE TABLE sightings (id integer PRIMARY KEY, bird integer NOT NULL REFERENCES birds, seen timestamptz);
    CREATE EXTENSION hypopg; ANALYZE;";
/// The tables that the hostile statements speak of.
const SHOP: &str = include_str!("../../server/store/postgres/tests/shop.sql");
const GRANTS: &str =
    "GRANT USAGE ON SCHEMA attic, cellar TO PUBLIC; GRANT SELECT ON attic.boxes, cellar.boxes TO PUBLIC";
const ENDLESS: &str =
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r";
/// Long enough for whatever comes at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// A database, a role that the shipped SQL made, and a configuration that names it.
struct Configured {
    folder: TempDir,
    owner: PgConnection,
    role: String,
    runtime: Runtime,
}

impl Configured {
    fn open(name: &str, tables: &[&str]) -> Option<Self> {
        let Ok(address) = std::env::var("LOCKSTEP_POSTGRES") else {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "`cargo xtask test` starts PostgreSQL");
            eprintln!("skipped: `cargo xtask test` starts PostgreSQL");
            return None;
        };
        let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        let role = format!("lockstep_{name}_{}", std::process::id());
        let server: PgConnectOptions = address.parse().expect("it is an address");
        let create = format!("CREATE DATABASE {role} TEMPLATE template0");
        run(&runtime, &mut connect(&runtime, &server), &create);
        let mut owner = connect(&runtime, &server.database(&role));
        for sql in tables {
            run(&runtime, &mut owner, sql);
        }
        run(&runtime, &mut owner, &ROLE.replace("lockstep", &role));
        run(&runtime, &mut owner, &format!("ALTER ROLE {role} PASSWORD 'word'"));

        let folder = tempfile::tempdir().expect("a folder can be made");
        let host =
            address.split_once('@').and_then(|(_, host)| host.split_once('/')).expect("it names a host").0;
        let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let closed = closed.expect("there is a free port");
        let configuration = format!(
            "[databases.birds]\npostgres = 'postgres://{role}@{host}/{role}'\npassword_file = 'password'\n\
             [databases.down]\npostgres = 'postgres://{role}@{closed}/{role}'\npassword_file = 'password'\n\
             [databases.masked]\npostgres = 'postgres://{role}@{host}/{role}'\npassword_file = 'password'\n\
             mask = ['birds.ring']\n\
             [queries.named]\ndescription = 'Birds of this name'\ndatabase = 'birds'\n\
             sql = 'SELECT id FROM birds WHERE name = $1'\nparameters = [{{ name = 'name', type = 'string' }}]\n",
        );
        fs::write(folder.path().join("lockstep.toml"), configuration).expect("the configuration is written");
        fs::write(folder.path().join("password"), "word\n").expect("the password is written");
        Some(Self { folder, owner, role, runtime })
    }

    fn configuration(&self) -> PathBuf {
        self.folder.path().join("lockstep.toml")
    }

    fn peer(&self, transport: Transport, era: Era) -> Peer {
        let configuration = self.configuration();
        let tools = ["--enable", "db_insights", "--enable", "db_advise_indexes"];
        let arguments = ["--config", &configuration.to_string_lossy()];
        Peer::start(transport, era, &[&arguments[..], &tools[..]].concat())
    }

    /// Waits until so many of the role's backends are as `condition` says.
    fn backends(&mut self, condition: &str, wanted: impl Fn(i64) -> bool) {
        let sql =
            format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{}' AND {condition}", self.role);
        let end = Instant::now() + PATIENCE;
        loop {
            let count = sqlx::query_scalar::<_, i64>(AssertSqlSafe(sql.clone())).fetch_one(&mut self.owner);
            let count = self.runtime.block_on(count).expect("the server answers");
            if wanted(count) {
                return;
            }
            assert!(Instant::now() < end, "{count} backends: {condition}");
        }
    }
}

fn connect(runtime: &Runtime, options: &PgConnectOptions) -> PgConnection {
    runtime.block_on(options.connect()).expect("the server takes its owner")
}

fn run(runtime: &Runtime, connection: &mut PgConnection, sql: &str) {
    let done = runtime.block_on(sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection));
    done.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// What a server answers to this call that has this database and no other; `None` where no PostgreSQL runs.
pub(crate) fn answer(tables: &str, tool: &str, arguments: Value) -> Option<Value> {
    let database = Configured::open("alone", &["CREATE EXTENSION hypopg", tables, "ANALYZE"])?;
    let path = database.configuration();
    let configuration = fs::read_to_string(&path).expect("the configuration is there");
    let first: Vec<&str> = configuration.lines().take(3).collect();
    fs::write(&path, first.join("\n").replace("[databases.birds]", "[databases.main]"))
        .expect("the configuration is written");
    Some(database.peer(Transport::Stdio, Era::Modern).call(tool, arguments))
}

#[test]
fn every_tool_answers() {
    let Some(mut birds) = Configured::open("tools", &[BIRDS]) else { return };
    let role = &birds.role;
    let masked =
        format!("REVOKE SELECT ON sightings FROM {role}; GRANT SELECT (id, bird) ON sightings TO {role}");
    run(&birds.runtime, &mut birds.owner, &masked);
    for (transport, era) in ALL {
        let peer = &mut birds.peer(transport, era);
        let found = json!({ "objects": [{ "name": "birds", "schema": "public" }], "total": 1 });
        check(peer, "db_search_objects", json!({ "pattern": "bird", "database": "birds" }), found);
        let described = json!({
            "schema": "public", "table": "birds", "comment": "What was seen", "primary_key": ["id"],
            "row_estimate": 20000, "referenced_by": [{ "table": "sightings" }],
            "sample": { "row_count": 1, "rows": [[1, "bird 1", "ring 1", 1]] },
        });
        let table = json!({ "table": "birds", "sample_rows": 1, "database": "birds" });
        check(peer, "db_describe", table, described);
        // What the role may not read is neither told nor asked for.
        let readable =
            json!({ "columns": [{ "name": "id" }, { "name": "bird" }], "sample": { "row_count": 0 } });
        check(
            peer,
            "db_describe",
            json!({ "table": "sightings", "sample_rows": 2, "database": "birds" }),
            readable,
        );
        let plan = json!({ "plan": [{ "Plan": { "Node Type": "Index Scan" } }], "warnings": [] });
        let one = json!({ "sql": "SELECT * FROM birds WHERE id = $1", "params": [5], "database": "birds" });
        check(peer, "db_explain", one.clone(), plan);
        let rows = json!({ "rows": [[5, "bird 5", "ring 5", 5]], "columns": [{ "name": "id", "type": "int4" }, {}, {}, {}] });
        check(peer, "db_query", one, rows);
        let page = json!({ "sql": "SELECT id FROM birds ORDER BY id", "max_rows": 2, "offset": 10, "database": "birds" });
        check(peer, "db_query", page, json!({ "rows": [[11], [12]], "truncated": true, "next_offset": 12 }));
        let saved = json!({ "name": "named", "result": { "rows": [[7]] } });
        check(peer, "db_saved", json!({ "name": "named", "args": { "name": "bird 7" } }), saved);
        let stats = json!({ "check": "table_stats", "table": "birds", "database": "birds" });
        check(
            peer,
            "db_insights",
            stats,
            json!({ "columns": [{ "name": "schema" }, { "name": "table" }, { "name": "rows" }, {}, {}, {}, {}, {}, {}, {}], "findings": [] }),
        );
        let queries = json!({ "queries": ["SELECT * FROM birds WHERE kind = 7"], "database": "birds" });
        let advice =
            json!({ "candidates": [{ "table": "public.birds", "columns": ["kind"], "queries": [0] }] });
        check(peer, "db_advise_indexes", queries, advice);
        let read = peer.result("resources/read", json!({ "uri": "db://birds/public/sightings" }));
        assert!(read["contents"][0]["text"].as_str().is_some_and(|text| text.contains("birds")), "{read}");
    }
}

#[test]
fn refusals_say_what_to_do() {
    let Some(birds) = Configured::open("refusals", &[BIRDS]) else { return };
    for (transport, era) in ALL {
        // The server starts with one database down, and one that may not be served.
        let peer = &mut birds.peer(transport, era);
        for (database, sql, code, part) in [
            ("down", "SELECT 1", "unavailable", "cannot be reached"),
            ("masked", "SELECT 1", "unavailable", "`public.birds.ring`, which is masked"),
            ("birds", "DELETE FROM birds", "write_attempt", "read-only"),
            ("birds", "SELECT 1; COMMIT; DROP TABLE birds", "multiple_statements", "one statement"),
            ("birds", "COPY birds TO PROGRAM 'id'", "write_attempt", "`COPY`"),
            ("birds", "SELECT pg_read_file('/etc/passwd')", "function_denied", "`pg_read_file`"),
            ("birds", "SELECT * FROM brds", "sql_error", "did you mean `birds`?"),
            ("birds", "SELECT rolpassword FROM pg_authid", "permission_denied", "pg_authid"),
        ] {
            check_refused(peer, "db_query", json!({ "sql": sql, "database": database }), code, part);
        }
        let down = peer.call("db_query", json!({ "sql": "SELECT 1", "database": "down" }));
        let text = down["content"][0]["text"].as_str().expect("a text");
        assert!(text.contains("\"retryable\":true") && !text.contains("127.0.0.1"), "{text}");
        let endless = json!({ "sql": ENDLESS, "timeout_ms": 200, "database": "birds" });
        check_refused(peer, "db_query", endless, "timeout", "timeout_ms");
    }
}

#[test]
fn hostile_statements_are_refused_and_benign_ones_are_not() {
    let Some(mut shop) = Configured::open("hostile", &[SHOP, GRANTS]) else { return };
    for (transport, era) in [(Transport::Stdio, Era::Modern), (Transport::Http, Era::Legacy)] {
        let peer = &mut shop.peer(transport, era);
        for (code, hostile, twin) in HOSTILE {
            let arguments = json!({ "sql": hostile, "database": "birds" });
            check_refused(peer, "db_query", arguments, code, "\"retryable\":false");
            let answer = peer.call("db_query", json!({ "sql": twin, "database": "birds" }));
            assert_eq!(answer["isError"], Value::Null, "{twin}: {answer}");
        }
    }
    let orders = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM orders").fetch_one(&mut shop.owner);
    assert_eq!(shop.runtime.block_on(orders).expect("the table is there"), 300);
}

#[test]
fn nothing_runs_on_for_a_client_that_is_gone() {
    let Some(mut birds) = Configured::open("gone", &[BIRDS]) else { return };
    let configuration = birds.configuration();
    for stop in [Process::terminate, |_: &Process| ()] {
        let mut process = Process::start(lockstep(&["stdio", "--config", &configuration.to_string_lossy()]));
        let request = crate::peer::request(
            Era::Modern,
            7,
            "tools/call",
            json!({ "name": "db_query", "arguments": { "sql": ENDLESS, "timeout_ms": 30000, "database": "birds" } }),
        );
        process.write(format!("{request}\n").as_bytes());
        birds.backends("state = 'active'", |count| count == 1);
        stop(&process);
        process.close_stdin();
        process.wait();
        birds.backends("state = 'active'", |count| count == 0);
    }
}
