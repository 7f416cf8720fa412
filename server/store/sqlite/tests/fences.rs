//! Each fence alone, with all the others down: what it has to stop, it stops without their help.

use rusqlite::hooks::Authorization;

use super::statements::ENDLESS;
use super::*;
use crate::store::sqlite::gate::Fences;

const DOWN: Fences =
    Fences { read_only: false, parser: false, authorizer: false, limits: false, progress: false };

fn gate(fences: Fences) -> Gate {
    let image = gate::build_image(DEMO_SQL).unwrap();
    Gate::open_with(&Source::Image(image), &Masked::default(), fences).unwrap()
}

fn stop(after: Duration) -> Stop {
    Stop {
        deadline: Instant::now() + after,
        cancellation: CancellationToken::new(),
        abandoned: Arc::default(),
    }
}

fn ask(gate: &Gate, sql: &str) -> Result<Rows, QueryError> {
    gate.watched(stop(Duration::from_secs(30)), |connection| connection.query(sql, &[], 0, 1000))
}

fn image(gate: &Gate) -> Vec<u8> {
    gate.connection().serialize("main").unwrap().to_vec()
}

/// Each statement is refused with its code, and the database is the same as before; its benign twin works.
#[track_caller]
fn check(fences: Fences, cases: &[(&str, &str, &str)]) {
    let gate = gate(fences);
    let before = image(&gate);
    for (code, hostile, benign) in cases {
        match ask(&gate, hostile) {
            Err(error) => assert_eq!(error.code(), *code, "{hostile}: {error}"),
            Ok(rows) => panic!("{hostile} went through: {rows:?}"),
        }
        assert!(ask(&gate, benign).is_ok(), "{benign}: {:?}", ask(&gate, benign));
    }
    assert_eq!(image(&gate), before);
}

#[test]
fn without_any_fence_the_statements_do_harm() {
    let gate = gate(DOWN);
    let before = image(&gate);
    assert!(ask(&gate, "DELETE FROM order_items").is_ok());
    assert_ne!(image(&gate), before);
    assert!(ask(&gate, "SELECT 1; SELECT 2").is_ok());
    assert!(ask(&gate, "PRAGMA writable_schema = ON").is_ok());
    assert!(ask(&gate, "SELECT length(zeroblob(2000000))").is_ok());
}

#[test]
fn the_parser_alone() {
    check(
        Fences { parser: true, ..DOWN },
        &[
            (
                "multiple_statements",
                "SELECT 1; DELETE FROM order_items",
                "SELECT '1; DELETE FROM order_items'",
            ),
            ("multiple_statements", "SELECT 1; no sql at all", "SELECT 1; -- no sql at all"),
            ("multiple_statements", "VALUES (1); VALUES (2)", "VALUES (1), (2)"),
            ("not_a_query", "DELETE FROM order_items", "SELECT * FROM order_items"),
            ("not_a_query", "UPDATE products SET stock = 0", "SELECT 0 AS stock FROM products"),
            ("not_a_query", "INSERT INTO categories VALUES (9, 'x')", "SELECT 9, 'x' FROM categories"),
            (
                "not_a_query",
                "WITH x AS (SELECT 1) DELETE FROM customers",
                "WITH x AS (SELECT 1) SELECT * FROM x",
            ),
            ("not_a_query", "DELETE FROM customers RETURNING *", "SELECT * FROM customers"),
            ("not_a_query", "CREATE TABLE t (x)", "SELECT 'CREATE TABLE t (x)'"),
            ("not_a_query", "DROP TABLE customers", "SELECT name FROM customers"),
            ("not_a_query", "ALTER TABLE customers ADD COLUMN x", "SELECT NULL AS x FROM customers"),
            ("not_a_query", "REINDEX", "PRAGMA index_list(customers)"),
            ("not_a_query", "ANALYZE", "SELECT count(*) FROM customers"),
            ("not_a_query", "VACUUM", "PRAGMA page_count"),
        ],
    );
}

#[test]
fn the_authorizer_alone() {
    check(
        Fences { authorizer: true, ..DOWN },
        &[
            ("write_attempt", "DELETE FROM order_items", "SELECT * FROM order_items"),
            ("write_attempt", "UPDATE products SET stock = 0", "SELECT stock FROM products"),
            ("write_attempt", "INSERT INTO categories VALUES (9, 'x')", "SELECT * FROM categories"),
            (
                "write_attempt",
                "WITH x AS (SELECT 1) DELETE FROM customers RETURNING *",
                "SELECT * FROM customers",
            ),
            ("write_attempt", "CREATE TEMP TABLE t (x)", "WITH t(x) AS (SELECT 1) SELECT * FROM t"),
            ("write_attempt", "CREATE VIRTUAL TABLE t USING fts5(x)", "SELECT * FROM order_totals"),
            ("write_attempt", "DROP INDEX orders_by_date", "PRAGMA index_info(orders_by_date)"),
            ("write_attempt", "REINDEX", "PRAGMA index_list(orders)"),
            ("write_attempt", "ANALYZE", "SELECT count(*) FROM orders"),
            ("not_a_query", "ATTACH ':memory:' AS other", "SELECT ':memory:' AS other"),
            ("not_a_query", "VACUUM INTO 'lockstep-store-escape.db'", "SELECT 'lockstep-store-escape.db'"),
            ("not_a_query", "BEGIN EXCLUSIVE", "SELECT 'BEGIN EXCLUSIVE'"),
            ("not_a_query", "SAVEPOINT s", "SELECT 1 AS s"),
            ("pragma_denied", "PRAGMA writable_schema = ON", "PRAGMA table_info(orders)"),
            ("pragma_denied", "PRAGMA user_version = 7", "PRAGMA user_version"),
            (
                "pragma_denied",
                "SELECT * FROM pragma_database_list",
                "SELECT * FROM pragma_table_info('orders')",
            ),
            ("function_denied", "SELECT load_extension('x')", "SELECT lower('LOAD_EXTENSION')"),
            ("function_denied", "SELECT fts3_tokenizer('simple')", "SELECT 'fts3_tokenizer'"),
            ("function_denied", "SELECT json_patch('{}', '{}')", "SELECT json_set('{}', '$.a', 1)"),
        ],
    );
}

#[test]
fn the_read_only_database_alone() {
    check(
        Fences { read_only: true, ..DOWN },
        &[
            ("write_attempt", "DELETE FROM order_items", "SELECT * FROM order_items"),
            ("write_attempt", "UPDATE products SET stock = 0", "SELECT stock FROM products"),
            ("write_attempt", "CREATE TABLE t (x)", "SELECT 1 AS x"),
            ("write_attempt", "DROP TABLE customers", "SELECT name FROM customers"),
            ("write_attempt", "ALTER TABLE customers ADD COLUMN x", "SELECT NULL AS x FROM customers"),
        ],
    );
}

#[test]
fn the_limits_alone() {
    let compound = format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(60));
    let few = format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(40));
    let deep = format!("SELECT {}1", "1+".repeat(200));
    let flat = format!("SELECT {}1", "1+".repeat(50));
    let wide = format!("SELECT {}1", "1,".repeat(300));
    let narrow = format!("SELECT {}1", "1,".repeat(200));
    check(
        Fences { limits: true, ..DOWN },
        &[
            ("value_too_large", "SELECT zeroblob(1000001)", "SELECT zeroblob(1000000)"),
            ("value_too_large", "SELECT hex(zeroblob(900000))", "SELECT hex(zeroblob(9000))"),
            ("sql_error", &compound, &few),
            ("sql_error", &deep, &flat),
            ("sql_error", &wide, &narrow),
            ("sql_error", "ATTACH ':memory:' AS other", "SELECT ':memory:'"),
            ("sql_error", "SELECT 'a' LIKE hex(zeroblob(200))", "SELECT 'a' LIKE hex(zeroblob(100))"),
            ("sql_error", "SELECT ?33", "SELECT 1"),
        ],
    );
}

#[test]
fn the_progress_handler_alone() {
    let gate = gate(Fences { progress: true, ..DOWN });
    for sql in ENDLESS {
        let asked =
            gate.watched(stop(Duration::from_millis(50)), |connection| connection.query(sql, &[], 0, 1));
        assert_eq!(asked, Err(QueryError::Timeout), "{sql}");
    }
    let recursive =
        "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 100000) SELECT sum(i) FROM r";
    assert_eq!(ask(&gate, recursive).unwrap().rows, [[5_000_050_000_i64]]);
}

/// The engine asks the authorizer when it compiles; what it let through is not asked again.
#[test]
fn statements_are_judged_anew_each_time() {
    let gate = gate(Fences::ALL);
    assert!(ask(&gate, "SELECT 1").is_ok());
    gate.connection().authorizer(Some(|_: rusqlite::hooks::AuthContext<'_>| Authorization::Deny)).unwrap();
    assert!(ask(&gate, "SELECT 1").is_err());
}
