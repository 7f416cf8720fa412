//! Statements that want more than to read get their answer, leave no trace, and never cost a benign one its own.

use super::statements::HOSTILE;
use super::*;

/// Everything that a statement could have left behind.
const TRACES: &str = "SELECT concat_ws(' ',
    (SELECT md5(string_agg(c::text, '|' ORDER BY id)) FROM customers c),
    (SELECT md5(string_agg(o::text, '|' ORDER BY id)) FROM orders o),
    (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_extension),
    (SELECT count(*) FROM pg_largeobject_metadata), (SELECT last_value || is_called::text FROM numbers),
    (SELECT md5(string_agg(r::text, '|' ORDER BY oid)) FROM pg_roles r WHERE rolname LIKE '%ROLE%'),
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database
        WHERE datname = current_database())),
    (SELECT coalesce(string_agg(relacl::text, '|' ORDER BY oid), '') FROM pg_class WHERE relname = 'orders'))";

#[tokio::test]
async fn hostile_statements_get_their_answer_and_leave_no_trace() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    // Kept by whoever runs the test, who has other databases in the same server: only this role's line counts.
    let traces = TRACES.replace("%ROLE%", &shop.role);
    let before: String = shop.ask(&traces).await;
    let mut wrong = Vec::new();
    for (code, hostile, twin) in HOSTILE {
        match rows(&source, hostile).await {
            Err(error) if error.code() == *code => {
                let message = error.to_string();
                assert!(!message.ends_with('.') && message.len() < 900, "{message}");
                assert!(!message.contains('\n') && !message.contains("word"), "{message}");
            }
            other => wrong.push(format!("{code} expected for {hostile}: {other:?}")),
        }
        if let Err(error) = rows(&source, twin).await {
            wrong.push(format!("rows expected for {twin}: {} {error}", error.code()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(shop.ask::<String>(&traces).await, before);
    assert!(!std::path::Path::new("/tmp/lockstep-postgres-escape").exists());
}

#[tokio::test]
async fn hostile_statements_do_no_better_with_parameters() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    for hostile in [
        "SELECT $1; DROP TABLE orders",
        "SELECT $1::int) AS q; DROP TABLE orders; --",
        "DELETE FROM orders WHERE id = $1",
        "WITH gone AS (DELETE FROM orders WHERE id = $1 RETURNING *) SELECT * FROM gone",
    ] {
        source.query(query(hostile, vec![1.into()], 10)).await.unwrap_err();
    }
    assert_eq!(shop.ask::<i64>("SELECT count(*) FROM orders").await, 300);
}

#[tokio::test]
async fn names_of_the_databases_own_making_change_nothing() {
    let Some(mut shop) = Shop::open().await else { return };
    // Whoever may create in a schema of the search path could shadow functions, operators and types of the wrapper.
    shop.run(
        "CREATE FUNCTION public.left(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'shadowed' $$;
         CREATE DOMAIN public.text AS pg_catalog.text CHECK (value = 'shadowed');
         CREATE FUNCTION public.shadow(pg_catalog.text, pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql AS $$ SELECT 'shadowed' $$;
         CREATE OPERATOR public.|| (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = public.shadow);
         CREATE FUNCTION public.octet_length(bytea) RETURNS integer LANGUAGE sql AS $$ SELECT 666 $$",
    )
    .await;
    shop.config.schemas = vec!["public".to_owned(), "pg_catalog".to_owned()];
    let source = shop.source();
    let answer =
        rows(&source, "SELECT 7, 'seven'::pg_catalog.varchar, '\\x07'::bytea, ARRAY[7]").await.unwrap();
    let expected = serde_json::json!([7, "seven", { "bytes": 1, "hex": "07" }, [7]]);
    assert_eq!(Value::Array(answer.rows[0].clone()), expected);
}

#[tokio::test]
async fn messages_say_what_to_do() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    for (sql, message) in [
        ("DELETE FROM orders", "the database is read-only and `DELETE` was refused"),
        ("SELECT 1 INTO t", "the database is read-only and `SELECT INTO` was refused"),
        ("SHOW ALL", "`SHOW` is not a query"),
        ("SELEC 1", "syntax error at or near \"SELEC\", at character 1"),
        ("SELECT 1 FORM orders", "syntax error at or near \"orders\", at character 15"),
        ("SELECT 1 / 0", "division by zero (SQLSTATE 22012)"),
        ("SELECT * FROM cellar.secrets", "permission denied for table secrets"),
        ("SELECT Pg_Sleep(1)", "the function `pg_sleep` is not allowed"),
        ("SELECT nosuch FROM orders", "column \"nosuch\" does not exist, at character 8 (SQLSTATE 42703)"),
    ] {
        assert_eq!(rows(&source, sql).await.unwrap_err().to_string(), message, "{sql}");
    }
}
