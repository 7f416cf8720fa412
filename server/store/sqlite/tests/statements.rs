//! The hostile statements themselves: written out, endless, and generated. The whole server is tried with them as well
//! (`tests/it/hostile_sql.rs`).

/// The longest text that is accepted.
const LONGEST: usize = 16_384;

/// Expected code, statement, and one that looks like it and has to work.
pub(super) const HOSTILE: &[(&str, &str, &str)] = &[
    // Other databases and files.
    ("not_a_query", "ATTACH ':memory:' AS other", "SELECT ':memory:' AS other"),
    ("not_a_query", "ATTACH DATABASE 'lockstep-store-escape.db' AS other", "SELECT 'database' AS lockstep"),
    (
        "not_a_query",
        "ATTACH 'file:lockstep-store-escape.db?mode=rwc' AS other",
        "SELECT 'file:shop.db?mode=rwc' AS uri",
    ),
    (
        "not_a_query",
        "ATTACH (SELECT name FROM customers) AS other",
        "SELECT (SELECT name FROM customers) AS other",
    ),
    ("not_a_query", "DETACH main", "SELECT * FROM main.categories"),
    ("not_a_query", "VACUUM", "SELECT 'VACUUM'"),
    ("not_a_query", "VACUUM INTO 'lockstep-store-escape.db'", "SELECT 'VACUUM' || ' INTO'"),
    (
        "not_a_query",
        "VACUUM main INTO '/tmp/lockstep-store-escape.db'",
        "SELECT count(*) FROM main.customers",
    ),
    ("not_a_query", "EXPLAIN VACUUM INTO 'lockstep-store-escape.db'", "EXPLAIN SELECT * FROM customers"),
    ("sql_error", "SELECT * FROM other.customers", "SELECT * FROM main.customers"),
    ("sql_error", "SELECT readfile('/etc/passwd')", "SELECT name AS readfile FROM customers"),
    ("sql_error", "SELECT writefile('lockstep-store-escape', 'x')", "SELECT quote('writefile')"),
    ("sql_error", "SELECT edit('x', 'sh')", "SELECT 'edit' || '(x, sh)'"),
    (
        "function_denied",
        "SELECT load_extension('lockstep-store-escape.so')",
        "SELECT upper('load_extension')",
    ),
    (
        "function_denied",
        "SELECT LOAD_EXTENSION('x', 'y') FROM customers",
        "SELECT name AS load_extension FROM customers",
    ),
    (
        "function_denied",
        "WITH x AS (SELECT \"load_extension\"('x')) SELECT * FROM x",
        "WITH x AS (SELECT 1 AS \"load_extension\") SELECT * FROM x",
    ),
    ("function_denied", "SELECT fts3_tokenizer('simple')", "SELECT 'fts3_tokenizer'"),
    (
        "function_denied",
        "SELECT hex(fts3_tokenizer('simple', x'4141414141414141'))",
        "SELECT hex('fts3_tokenizer')",
    ),
    ("function_denied", "SELECT json_patch('{}', '{}')", "SELECT json_insert('{}', '$.a', 1)"),
    // Transactions and locks.
    ("not_a_query", "BEGIN", "SELECT 'BEGIN' AS \"begin\""),
    ("not_a_query", "BEGIN EXCLUSIVE", "SELECT 'exclusive' AS mode"),
    ("not_a_query", "BEGIN IMMEDIATE", "SELECT 1 AS immediate"),
    ("not_a_query", "COMMIT", "SELECT 'COMMIT'"),
    ("not_a_query", "ROLLBACK", "SELECT 'ROLLBACK'"),
    ("not_a_query", "SAVEPOINT s", "SELECT 1 AS \"savepoint\""),
    ("not_a_query", "RELEASE s", "SELECT 1 AS \"release\""),
    // Rows.
    (
        "write_attempt",
        "INSERT INTO customers (name) VALUES ('x')",
        "SELECT name FROM customers WHERE name LIKE '%insert%'",
    ),
    (
        "write_attempt",
        "INSERT INTO customers DEFAULT VALUES RETURNING id",
        "SELECT max(id) + 1 AS id FROM customers",
    ),
    (
        "write_attempt",
        "REPLACE INTO categories VALUES (1, 'x')",
        "SELECT replace(name, 'x', 'y') FROM categories",
    ),
    (
        "write_attempt",
        "WITH x AS (SELECT 1) INSERT INTO categories SELECT 9, 'x'",
        "WITH x AS (SELECT 1) SELECT 9, 'x' FROM x",
    ),
    (
        "write_attempt",
        "WITH x AS (SELECT 1) DELETE FROM customers RETURNING *",
        "WITH x AS (SELECT 1) SELECT * FROM customers, x",
    ),
    ("write_attempt", "UPDATE products SET stock = 0", "SELECT name, 0 AS stock FROM products"),
    (
        "write_attempt",
        "UPDATE products SET stock = 0 WHERE id = 1 RETURNING stock",
        "SELECT stock FROM products WHERE id = 1",
    ),
    ("write_attempt", "DELETE FROM order_items", "SELECT * FROM order_items WHERE quantity = 0"),
    ("write_attempt", "/* SELECT */ DELETE FROM customers", "/* DELETE */ SELECT * FROM customers"),
    ("write_attempt", "-- SELECT 1\nDELETE FROM customers", "-- DELETE FROM customers\nSELECT 1"),
    ("write_attempt", "EXPLAIN DELETE FROM customers", "EXPLAIN SELECT 'DELETE FROM customers'"),
    (
        "write_attempt",
        "EXPLAIN QUERY PLAN UPDATE customers SET name = ''",
        "EXPLAIN QUERY PLAN SELECT name FROM customers",
    ),
    ("write_attempt", "INSERT INTO order_totals VALUES (1)", "SELECT * FROM order_totals"),
    ("write_attempt", "UPDATE sqlite_schema SET sql = ''", "SELECT sql FROM sqlite_schema"),
    ("write_attempt", "DELETE FROM sqlite_master", "SELECT name FROM sqlite_master"),
    // Schema.
    ("write_attempt", "CREATE TABLE t (x)", "WITH t(x) AS (SELECT 1) SELECT x FROM t"),
    (
        "write_attempt",
        "CREATE TABLE t AS SELECT * FROM customers",
        "WITH t AS (SELECT * FROM customers) SELECT * FROM t",
    ),
    ("write_attempt", "CREATE TEMP TABLE t (x)", "WITH t(x) AS MATERIALIZED (SELECT 1) SELECT x FROM t"),
    ("write_attempt", "CREATE TEMP VIEW v AS SELECT 1", "WITH v AS (SELECT 1) SELECT * FROM v"),
    (
        "write_attempt",
        "CREATE TEMP TRIGGER t AFTER INSERT ON customers BEGIN SELECT 1; END",
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
    ),
    (
        "write_attempt",
        "CREATE TRIGGER t AFTER INSERT ON customers BEGIN DELETE FROM orders; END",
        "SELECT sql FROM sqlite_schema WHERE sql LIKE 'CREATE TRIGGER%'",
    ),
    ("write_attempt", "CREATE VIEW v AS SELECT 1", "SELECT sql FROM sqlite_schema WHERE type = 'view'"),
    (
        "write_attempt",
        "CREATE INDEX i ON customers (name)",
        "SELECT name FROM pragma_index_list('customers')",
    ),
    ("write_attempt", "CREATE VIRTUAL TABLE t USING fts5(x)", "SELECT 'fts5'"),
    (
        "write_attempt",
        "CREATE VIRTUAL TABLE temp.t USING dbstat",
        "SELECT name, sum(pgsize) FROM dbstat GROUP BY name",
    ),
    ("write_attempt", "DROP TABLE customers", "SELECT 'DROP TABLE customers'"),
    ("write_attempt", "DROP VIEW order_totals", "SELECT count(*) FROM order_totals"),
    (
        "write_attempt",
        "DROP INDEX orders_by_date",
        "SELECT * FROM orders INDEXED BY orders_by_date WHERE ordered_on > '2026-05-01'",
    ),
    ("write_attempt", "ALTER TABLE customers RENAME TO people", "SELECT * FROM customers AS people"),
    ("write_attempt", "ALTER TABLE customers ADD COLUMN x", "SELECT *, NULL AS x FROM customers"),
    ("write_attempt", "ALTER TABLE customers DROP COLUMN tier", "SELECT id, name FROM customers"),
    ("write_attempt", "REINDEX", "SELECT 'REINDEX'"),
    ("write_attempt", "REINDEX customers", "SELECT * FROM customers NOT INDEXED"),
    ("write_attempt", "ANALYZE", "SELECT 'ANALYZE'"),
    ("write_attempt", "ANALYZE customers", "SELECT count(*), count(DISTINCT country) FROM customers"),
    // Pragmas, as statements and as functions.
    ("pragma_denied", "PRAGMA writable_schema = ON", "PRAGMA table_info(sqlite_schema)"),
    ("pragma_denied", "PRAGMA query_only = 0", "PRAGMA user_version"),
    ("pragma_denied", "PRAGMA query_only", "PRAGMA page_count"),
    ("pragma_denied", "PRAGMA hard_heap_limit = 1", "PRAGMA page_size"),
    ("pragma_denied", "PRAGMA soft_heap_limit = 1", "PRAGMA freelist_count"),
    ("pragma_denied", "PRAGMA temp_store_directory = '/tmp'", "PRAGMA encoding"),
    ("pragma_denied", "PRAGMA data_store_directory = '/tmp'", "PRAGMA data_version"),
    ("pragma_denied", "PRAGMA journal_mode = WAL", "PRAGMA table_list(orders)"),
    ("pragma_denied", "PRAGMA journal_mode", "PRAGMA table_list"),
    ("pragma_denied", "PRAGMA main.user_version = 7", "PRAGMA main.user_version"),
    ("pragma_denied", "PRAGMA user_version(7)", "SELECT user_version FROM pragma_user_version"),
    ("pragma_denied", "PRAGMA page_size = 512", "SELECT page_size FROM pragma_page_size"),
    ("pragma_denied", "PRAGMA encoding = 'UTF-16'", "SELECT encoding FROM pragma_encoding"),
    ("pragma_denied", "PRAGMA trusted_schema = 1", "PRAGMA foreign_key_list(orders)"),
    ("pragma_denied", "PRAGMA mmap_size = 1000000", "PRAGMA index_list(orders)"),
    ("pragma_denied", "PRAGMA database_list", "SELECT DISTINCT schema FROM pragma_table_list"),
    ("pragma_denied", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA index_xinfo(orders_by_date)"),
    ("pragma_denied", "PRAGMA incremental_vacuum", "PRAGMA main.freelist_count"),
    ("pragma_denied", "PRAGMA optimize", "PRAGMA table_xinfo(orders)"),
    (
        "pragma_denied",
        "PRAGMA integrity_check",
        "SELECT count(*) FROM orders WHERE customer_id NOT IN (SELECT id FROM customers)",
    ),
    ("pragma_denied", "PRAGMA lockstep_unknown", "PRAGMA function_list"),
    ("pragma_denied", "SELECT * FROM pragma_database_list", "SELECT * FROM pragma_table_info('orders')"),
    ("pragma_denied", "SELECT * FROM pragma_query_only", "SELECT * FROM pragma_data_version"),
    ("pragma_denied", "EXPLAIN PRAGMA query_only = 0", "EXPLAIN SELECT 'PRAGMA query_only = 0'"),
    // Two statements in one text.
    ("multiple_statements", "SELECT 1; DROP TABLE customers", "SELECT '1; DROP TABLE customers'"),
    ("multiple_statements", "SELECT 1; SELECT 2", "SELECT 1 UNION SELECT 2"),
    ("multiple_statements", "SELECT 1;; ; SELECT 2", "SELECT 1;; ;"),
    ("multiple_statements", "SELECT 1 /* ; */ ; -- \n SELECT 2", "SELECT 1 /* ; */ ; -- SELECT 2"),
    ("multiple_statements", "SELECT 1; /* */ COMMIT", "SELECT 1; /* COMMIT */"),
    ("multiple_statements", "SELECT ';'; ATTACH ':memory:' AS x", "SELECT ';', 'ATTACH'"),
    ("multiple_statements", "SELECT 1; this is no SQL", "SELECT 1; -- this is no SQL"),
    ("multiple_statements", "SELECT 1; 'unterminated", "SELECT 1, 'it''s terminated'"),
    (
        "multiple_statements",
        "SELECT '\\'; DROP TABLE customers; --'",
        "SELECT '\\' AS backslash, '; DROP TABLE customers; --'",
    ),
    // Text that is no statement.
    ("empty_sql", "", "SELECT ''"),
    ("empty_sql", " \t\r\n", " \t\r\nSELECT 1\r\n"),
    ("empty_sql", ";", "SELECT 1;"),
    ("empty_sql", "-- SELECT 1", "SELECT 1 -- SELECT 2"),
    ("empty_sql", "/* SELECT 1 */ ; ;", "/* SELECT 1 */ SELECT 2 ; ;"),
    ("empty_sql", "/* never closed", "SELECT 1 /* never closed"),
    ("bad_characters", "SELECT 1\0; DROP TABLE customers", "SELECT '0; DROP TABLE customers'"),
    ("bad_characters", "\0", "SELECT char(0)"),
    ("bad_characters", "SELECT 1 --\u{1b}[2J", "SELECT char(27) || '[2J'"),
    ("bad_characters", "SELECT '\u{85}'", "SELECT char(133)"),
    ("syntax_error", "SELEC 1", "SELECT 1"),
    ("syntax_error", "SELECT * FROM", "SELECT * FROM categories"),
    ("syntax_error", "SELECT (1", "SELECT (1)"),
    ("syntax_error", "SELECT 'unterminated", "SELECT 'terminated'"),
    (
        "syntax_error",
        "SELECT * FROM customers WHERE name = 'a' AND",
        "SELECT * FROM customers WHERE name = 'a' AND 1",
    ),
    ("syntax_error", "SELECT 1 INTO OUTFILE 'lockstep-store-escape'", "SELECT 1 AS \"into outfile\""),
    ("syntax_error", ".shell id", "SELECT '.shell id'"),
    ("sql_error", "SELECT * FROM customer_list", "SELECT * FROM customers AS customer_list"),
    ("sql_error", "SELECT nme FROM customers", "SELECT name AS nme FROM customers"),
    ("sql_error", "SELECT no_such_function(1)", "SELECT 'no_such_function(1)'"),
    ("sql_error", "SELECT ?33", "SELECT 33"),
    ("sql_error", "SELECT abs(-9223372036854775808)", "SELECT abs(-9223372036854775807)"),
    // More than the engine may hold.
    ("value_too_large", "SELECT zeroblob(1000000000)", "SELECT zeroblob(1000000)"),
    ("value_too_large", "SELECT zeroblob(1000001)", "SELECT zeroblob(999999)"),
    ("value_too_large", "SELECT randomblob(2000000000)", "SELECT length(randomblob(20))"),
    ("value_too_large", "SELECT hex(zeroblob(900000))", "SELECT hex(zeroblob(9000))"),
    (
        "value_too_large",
        "SELECT replace(hex(zeroblob(400000)), '0', 'xxxxxxxx')",
        "SELECT replace(hex(zeroblob(40)), '0', 'xxxxxxxx')",
    ),
    (
        "value_too_large",
        "SELECT group_concat(hex(zeroblob(4000))) FROM order_items",
        "SELECT group_concat(hex(zeroblob(40))) FROM order_items",
    ),
    (
        "value_too_large",
        "SELECT json_group_array(hex(zeroblob(4000))) FROM order_items",
        "SELECT json_group_array(hex(zeroblob(40))) FROM order_items",
    ),
    (
        "sql_error",
        "SELECT 'a' LIKE replace(hex(zeroblob(200)), '0', '%')",
        "SELECT 'a' LIKE replace(hex(zeroblob(100)), '0', '%')",
    ),
    (
        "sql_error",
        "SELECT 'a' GLOB replace(hex(zeroblob(200)), '0', '*')",
        "SELECT 'a' GLOB replace(hex(zeroblob(100)), '0', '*')",
    ),
    (
        "sql_error",
        "SELECT max(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33)",
        "SELECT max(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32)",
    ),
];

/// Statements that never end by themselves, or take far too long.
pub(super) const ENDLESS: &[&str] = &[
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT sum(i) FROM r",
    "WITH RECURSIVE r(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM r) SELECT i FROM r WHERE i < 0",
    "SELECT count(*) FROM order_items a, order_items b, order_items c, order_items d",
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(trim(a, b)) FROM r,
       (SELECT replace(hex(zeroblob(10000)), '0', 'a') AS a, replace(hex(zeroblob(10000)), '0', 'b') || 'a' AS b)",
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT count(instr(a, b)) FROM r,
       (SELECT replace(hex(zeroblob(10000)), '0', 'a') AS a, replace(hex(zeroblob(5000)), '0', 'a') || 'b' AS b)",
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r)
       SELECT count(*) FROM r WHERE hex(zeroblob(5000)) || i LIKE '%0%0%0%0%0%0%0%0%0%0%0%0%0%x%'",
];

/// Expected code, statement.
pub(super) fn generated() -> Vec<(&'static str, String)> {
    vec![
        ("sql_too_long", format!("SELECT '{}'", "x".repeat(LONGEST))),
        ("sql_error", nested("SELECT ", "abs(", "1", ")", 3000)),
        ("sql_error", nested("SELECT ", "(SELECT ", "1", ")", 1500)),
        ("sql_error", nested("SELECT ", "NOT ", "1", "", 4000)),
        ("sql_error", nested("SELECT ", "CASE WHEN 1 THEN ", "1", " END", 700)),
        ("sql_error", nested("SELECT 1 WHERE ", "1 IN (SELECT 1 WHERE ", "1", ")", 600)),
        ("sql_error", format!("SELECT {}1", "1+".repeat(5000))),
        ("sql_error", format!("SELECT {}1", "- ".repeat(5000))),
        ("sql_error", format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(800))),
        ("sql_error", format!("SELECT {}1", "1,".repeat(300))),
        ("sql_error", format!("SELECT 1 FROM {}customers", "customers,".repeat(70))),
        ("syntax_error", format!("SELECT {}", "(".repeat(16_000))),
    ]
}

pub(super) fn nested(start: &str, open: &str, core: &str, close: &str, depth: usize) -> String {
    format!("{start}{}{core}{}", open.repeat(depth), close.repeat(depth))
}
