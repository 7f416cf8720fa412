//! Each fence by itself, the others down.

use sqlx::Executor as _;

use super::statements::HOSTILE;
use super::*;

/// What writes, whoever lets it.
const WRITES: [&str; 10] = [
    "INSERT INTO parents VALUES (1, NULL)",
    "UPDATE orders SET total = 0",
    "DELETE FROM orders",
    "TRUNCATE orders",
    "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
    "SELECT * INTO public.stolen FROM orders",
    "CREATE TABLE public.stolen (id integer)",
    "DROP TABLE orders CASCADE",
    "SELECT setval('numbers', 99)",
    "SELECT * FROM orders FOR UPDATE",
];

async fn begun(connection: &mut PgConnection) {
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";
    sqlx::raw_sql(begin).execute(connection).await.unwrap();
}

/// The role, over the simple protocol, in no transaction.
#[tokio::test]
async fn the_role_alone_can_only_read() {
    let Some(shop) = Shop::open().await else { return };
    let mut connection = shop.as_role().await;
    sqlx::raw_sql("SET default_transaction_read_only = off").execute(&mut connection).await.unwrap();
    let others = [
        "COPY orders TO '/tmp/lockstep-postgres-escape'",
        "COPY orders TO PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT * FROM pg_authid",
        "SELECT * FROM cellar.secrets",
        "CREATE ROLE more SUPERUSER",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "CREATE EXTENSION pg_stat_statements",
        "ALTER SYSTEM SET archive_command = 'id'",
        "SET SESSION AUTHORIZATION lockstep_owner",
        "SET ROLE lockstep_owner",
        "COMMIT; DROP TABLE orders",
    ];
    for sql in WRITES.into_iter().chain(others) {
        let answer = sqlx::raw_sql(sql).execute(&mut connection).await;
        let error = answer.err().unwrap_or_else(|| panic!("{sql}"));
        let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
        assert_eq!(code.as_deref(), Some("42501"), "{sql}: {error}");
    }
    let fine = sqlx::raw_sql("SELECT count(*) FROM orders").fetch_one(&mut connection).await;
    assert!(fine.is_ok());
}

/// The transaction, for a superuser, over the simple protocol.
#[tokio::test]
async fn the_transaction_alone_can_only_read() {
    let Some(shop) = Shop::open().await else { return };
    let mut owner = shop.owner.connect().await.unwrap();
    for sql in WRITES {
        begun(&mut owner).await;
        let error = sqlx::raw_sql(sql).execute(&mut owner).await.err().unwrap_or_else(|| panic!("{sql}"));
        let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
        assert_eq!(code.as_deref(), Some("25006"), "{sql}: {error}");
        sqlx::raw_sql("ROLLBACK").execute(&mut owner).await.unwrap();
    }
    // The pinned snapshot is what keeps it so.
    for sql in ["SET TRANSACTION READ WRITE", "SELECT set_config('transaction_read_only', 'off', true)"] {
        begun(&mut owner).await;
        assert!(sqlx::raw_sql(sql).execute(&mut owner).await.is_err(), "{sql}");
        sqlx::raw_sql("ROLLBACK").execute(&mut owner).await.unwrap();
    }
    assert_eq!(shop.ask::<i64>("SELECT count(*) FROM orders").await, 300);
}

/// The cursor, for a superuser, in a transaction that could write.
#[tokio::test]
async fn the_cursor_alone_takes_nothing_but_a_query() {
    let Some(shop) = Shop::open().await else { return };
    let mut owner = shop.owner.connect().await.unwrap();
    // What only runs functions, locks rows or reads what a role may not is for the other fences.
    let by_grammar = ["multiple_statements", "not_a_query", "write_attempt", "syntax_error"];
    for (code, hostile, twin) in HOSTILE.iter().filter(|(code, hostile, _)| {
        by_grammar.contains(code) && !hostile.contains(" FOR UPDATE") && !hostile.contains(" FOR SHARE")
    }) {
        sqlx::raw_sql("BEGIN READ WRITE").execute(&mut owner).await.unwrap();
        match statement::judge(&mut owner, hostile).await {
            Err(error) => assert_eq!(error.code(), *code, "{hostile}: {error}"),
            Ok(judged) => panic!("{hostile}: {judged:?}"),
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut owner).await.unwrap();
        sqlx::raw_sql("BEGIN READ WRITE").execute(&mut owner).await.unwrap();
        let twin = tokens::check(twin).unwrap();
        if let Err(error) = statement::judge(&mut owner, twin).await {
            panic!("{twin}: {error}");
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut owner).await.unwrap();
    }
}

/// The wrapper, for a superuser, without the cursor's test before it.
#[tokio::test]
async fn the_wrapper_alone_cannot_be_left() {
    let Some(shop) = Shop::open().await else { return };
    let mut owner = shop.owner.connect().await.unwrap();
    let (head, tail) = statement::wrapper(&[crate::store::postgres::values::Shape::Text]);
    for (_, hostile, _) in HOSTILE.iter().filter(|(code, hostile, _)| {
        ["multiple_statements", "not_a_query", "write_attempt", "syntax_error"].contains(code)
            && !hostile.contains(" FOR UPDATE")
            && !hostile.contains(" FOR SHARE")
    }) {
        let text = format!("{}{head}{hostile}{tail}", statement::DECLARE);
        sqlx::raw_sql("BEGIN READ WRITE").execute(&mut owner).await.unwrap();
        let prepared = owner.prepare(sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(text))).await;
        assert!(prepared.is_err(), "{hostile}");
        sqlx::raw_sql("ROLLBACK").execute(&mut owner).await.unwrap();
    }
}

/// The list of functions, without a server.
#[test]
fn the_list_alone_finds_every_denied_function() {
    let mut found = 0;
    for (code, hostile, twin) in HOSTILE {
        let answer = tokens::check(hostile);
        if ["function_denied", "unsupported_syntax", "empty_sql"].contains(code) {
            assert_eq!(answer.unwrap_err().code(), *code, "{hostile}");
            found += 1;
        }
        assert!(tokens::check(twin).is_ok(), "{twin}");
    }
    assert!(found >= 25);
}

/// What a session could keep, without the list of functions.
#[tokio::test]
async fn leaving_the_session_clean_takes_everything_along() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let mut session = session(&source).await;
    session.begin(&source.shared.search_path, SECONDS).await.unwrap();
    for sql in [
        "SELECT pg_advisory_lock(4711)",
        "LISTEN news",
        "PREPARE kept AS SELECT 1",
        "DECLARE kept CURSOR WITH HOLD FOR SELECT 1",
        "SELECT set_config('statement_timeout', '0', false), set_config('search_path', 'attic', false)",
    ] {
        sqlx::raw_sql(sql).execute(&mut session.connection).await.unwrap();
    }
    assert!(session.end().await);
    let left = "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
        + (SELECT count(*) FROM pg_listening_channels()) + (SELECT count(*) FROM pg_prepared_statements WHERE from_sql)
        + (SELECT count(*) FROM pg_cursors WHERE name = 'kept')";
    let count: i64 = sqlx::query_scalar(left).fetch_one(&mut session.connection).await.unwrap();
    assert_eq!(count, 0);
    let setting = "SELECT current_setting('statement_timeout')";
    let timeout: String = sqlx::query_scalar(setting).fetch_one(&mut session.connection).await.unwrap();
    assert_eq!(timeout, "30s");
}
