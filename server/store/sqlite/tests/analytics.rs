//! What people ask a database in earnest, the values that come back, and the limits on them.

use serde_json::json;

use super::*;

/// Statement, number of rows expected.
const LEGITIMATE: &[(&str, usize)] = &[
    ("SELECT * FROM customers", 60),
    ("SELECT * FROM customers;", 60),
    ("  -- a comment first\n SELECT 1 /* and one last */ ; -- done", 1),
    ("SELECT 1;;; /* nothing */ ;", 1),
    ("VALUES (1, 'a'), (2, 'b')", 2),
    ("SELECT country, count(*) AS n FROM customers GROUP BY country HAVING n > 1 ORDER BY n DESC, country", 10),
    ("SELECT status, sum(total_cents) / 100.0 FROM order_totals GROUP BY status", 4),
    ("SELECT strftime('%Y-%m', ordered_on) AS month, count(*) FROM orders GROUP BY month", 8),
    ("SELECT date(ordered_on, 'start of month', '+1 month', '-1 day'), julianday(shipped_on) FROM orders", 300),
    ("SELECT avg(julianday(shipped_on) - julianday(ordered_on)) FROM orders WHERE shipped_on IS NOT NULL", 1),
    ("SELECT order_id, total_cents, rank() OVER (ORDER BY total_cents DESC) FROM order_totals LIMIT 5", 5),
    (
        "SELECT ordered_on, sum(total_cents) OVER (ORDER BY ordered_on ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
           FROM order_totals",
        300,
    ),
    (
        "SELECT customer, total_cents FROM (SELECT customer, total_cents,
           row_number() OVER (PARTITION BY customer_id ORDER BY total_cents DESC, order_id) AS n FROM order_totals)
         WHERE n = 1",
        47,
    ),
    (
        "WITH ranked AS (SELECT total_cents, row_number() OVER (ORDER BY total_cents) AS n,
           count(*) OVER () AS c FROM order_totals)
         SELECT total_cents AS p90 FROM ranked WHERE n = (c * 9 + 9) / 10",
        1,
    ),
    (
        "WITH monthly AS (SELECT strftime('%m', ordered_on) AS m, sum(total_cents) AS t FROM order_totals GROUP BY m)
         SELECT m, t, t - lag(t) OVER (ORDER BY m) AS change FROM monthly",
        8,
    ),
    ("SELECT ntile(4) OVER (ORDER BY price_cents), first_value(name) OVER (ORDER BY price_cents) FROM products", 40),
    ("SELECT sum(quantity) FILTER (WHERE quantity > 1), total(quantity), group_concat(DISTINCT quantity) FROM order_items", 1),
    (
        "WITH RECURSIVE days(d) AS (SELECT '2026-03-01' UNION ALL SELECT date(d, '+1 day') FROM days
           WHERE d < '2026-03-31')
         SELECT d, count(o.id) FROM days LEFT JOIN orders AS o ON o.ordered_on = d GROUP BY d",
        31,
    ),
    ("WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 500) SELECT i FROM r", 500),
    ("SELECT value ->> '$.a' FROM json_each('[{\"a\":1},{\"a\":2}]')", 2),
    ("SELECT json_group_array(json_object('id', id, 'name', name)) FROM categories", 1),
    ("SELECT fullkey, atom FROM json_tree('{\"a\":[1,2]}') WHERE atom IS NOT NULL", 2),
    ("SELECT name FROM customers WHERE name LIKE 'a%' COLLATE NOCASE", 3),
    ("SELECT name FROM products WHERE name GLOB '*lamp*'", 3),
    ("SELECT c.name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id)", 13),
    ("SELECT c.name, o.id FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'pending' WHERE c.id < 4", 3),
    ("SELECT id FROM orders WHERE status = 'pending' UNION SELECT id FROM orders WHERE status = 'shipped'", 28),
    ("SELECT id FROM customers EXCEPT SELECT customer_id FROM orders", 13),
    ("SELECT upper(trim('  x ')), trim('--x--', '-'), replace('a,b', ',', ';'), instr('abc', 'c'), substr('abc', 2)", 1),
    ("SELECT CASE WHEN stock = 0 THEN 'out' ELSE 'in' END AS state, count(*) FROM products GROUP BY 1", 2),
    ("SELECT round(avg(price_cents) / 100.0, 2), min(price_cents), max(price_cents) FROM products", 1),
    ("SELECT iif(1, printf('%05.1f', 2.25), NULL), coalesce(NULL, 1), nullif(1, 1), abs(-1), random() IS NULL", 1),
    ("SELECT 'DROP TABLE customers; DELETE FROM x' AS text", 1),
    ("SELECT \"name\", [name], `name` FROM categories", 6),
    ("SELECT type, name, sql FROM sqlite_schema WHERE name = 'orders'", 1),
    ("PRAGMA table_info(customers)", 7),
    ("PRAGMA main.table_xinfo('orders')", 6),
    ("PRAGMA foreign_key_list(order_items)", 2),
    ("PRAGMA index_list(orders)", 2),
    ("PRAGMA index_info(orders_by_customer)", 2),
    ("PRAGMA user_version", 1),
    ("PRAGMA page_count", 1),
    ("SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.name = 'customers'", 7),
    ("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'view'", 1),
    ("EXPLAIN QUERY PLAN SELECT * FROM orders WHERE ordered_on > '2026-05-01'", 1),
];

#[tokio::test]
async fn legitimate_statements_work() {
    let store = Sqlite::demo().unwrap();
    let mut wrong = Vec::new();
    for (sql, expected) in LEGITIMATE {
        match rows(&store, sql).await {
            Ok(rows) if rows.rows.len() == *expected && !rows.truncated => {}
            Ok(rows) => wrong.push(format!("{} rows instead of {expected}: {sql}", rows.rows.len())),
            Err(error) => wrong.push(format!("{error}: {sql}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!rows(&store, "EXPLAIN SELECT 1").await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn values_come_back_as_the_mapping_says() {
    let store = Sqlite::demo().unwrap();
    let sql = "SELECT NULL, 9007199254740992, -9007199254740993, 1.5, 2.0, 9e999, -9e999, 'żółw', x'00ff',
        zeroblob(1000), CAST(x'61ff' AS TEXT), '', x'', printf('%.*c', 2000000000, 'x'), format('%2000000d', 1)";
    let expected = json!([
        null,
        9_007_199_254_740_992_i64,
        "-9007199254740993",
        1.5,
        2.0,
        "Infinity",
        "-Infinity",
        "żółw",
        {"bytes": 2, "hex": "00ff"},
        {"bytes": 1000, "hex": "00".repeat(32)},
        "a\u{fffd}",
        "",
        {"bytes": 0, "hex": ""},
        null,
        null
    ]);
    assert_eq!(Value::Array(rows(&store, sql).await.unwrap().rows[0].clone()), expected);
}

#[tokio::test]
async fn columns_carry_name_and_declared_type() {
    let store = Sqlite::demo().unwrap();
    let answer = rows(&store, "SELECT id, ordered_on AS day, 1 + 1, id FROM orders WHERE 0").await.unwrap();
    let named = |name: &str, r#type: Option<&str>| Column {
        name: name.to_owned(),
        r#type: r#type.map(str::to_owned),
    };
    let expected = [
        named("id", Some("INTEGER")),
        named("day", Some("DATE")),
        named("1 + 1", None),
        named("id", Some("INTEGER")),
    ];
    assert_eq!(answer.columns, expected);
}

#[tokio::test]
async fn limits_cut_the_result_and_say_so() {
    let store = Sqlite::demo().unwrap();
    for (max_rows, length, truncated) in [(0, 0, true), (59, 59, true), (60, 60, false), (61, 60, false)] {
        let answer = store.query(query("SELECT id FROM customers", vec![], max_rows)).await.unwrap();
        assert_eq!((answer.rows.len(), answer.truncated), (length, truncated), "{max_rows}");
    }
    for (length, cut) in [(MAX_CELL_CHARS, 0), (MAX_CELL_CHARS + 1, 1)] {
        let sql = "SELECT replace(substr(hex(zeroblob(4096)), 1, ?), '0', 'ż')";
        let answer = store.query(query(sql, vec![json!(length)], 1)).await.unwrap();
        assert_eq!(answer.rows[0][0], json!("ż".repeat(MAX_CELL_CHARS)));
        assert_eq!(answer.truncated_cells.len(), cut);
    }
    let wide = rows(&store, "SELECT hex(zeroblob(2000)) FROM order_items").await.unwrap();
    let size: usize = wide.rows.iter().map(|row| serde_json::to_string(row).unwrap().len()).sum();
    assert!(wide.truncated && wide.rows.len() > 200 && size <= MAX_RESULT_BYTES);
}

#[tokio::test]
async fn parameters_are_bound_by_position() {
    let store = Sqlite::demo().unwrap();
    let given =
        vec![json!(null), json!(true), json!(i64::MAX), json!(1.25), json!("'; DROP TABLE customers; --")];
    let sql = "SELECT ?1 IS NULL, ?2, typeof(?3), ?4, ?5";
    let answer = store.query(query(sql, given, 1)).await.unwrap();
    assert_eq!(
        answer.rows[0],
        [json!(1), json!(1), json!("integer"), json!(1.25), json!("'; DROP TABLE customers; --")]
    );
    let answer =
        store.query(query("SELECT :a + @b + $c", vec![json!(1), json!(2), json!(3)], 1)).await.unwrap();
    assert_eq!(answer.rows, [[6]]);

    for (sql, params, message) in [
        ("SELECT ?", vec![json!([1])], "`params[0]` is an array, not a single value".to_owned()),
        ("SELECT ?, ?", vec![json!(1), json!({})], "`params[1]` is an object, not a single value".to_owned()),
        ("SELECT ?", vec![json!(u64::MAX)], "`params[0]` does not fit into 64 bits".to_owned()),
        ("SELECT ?", vec![], "the statement has 1 placeholder, 0 parameters were given".to_owned()),
        (
            "SELECT 1",
            vec![json!(1), json!(2)],
            "the statement has 0 placeholders, 2 parameters were given".to_owned(),
        ),
        ("SELECT 1", vec![json!(1); 33], "33 parameters were given, at most 32 are allowed".to_owned()),
        (
            "SELECT ?",
            vec![json!("x".repeat(8193))],
            "`params[0]` has 8193 bytes, at most 8192 are allowed".to_owned(),
        ),
    ] {
        let error = store.query(query(sql, params, 1)).await.unwrap_err();
        assert_eq!(error, QueryError::InvalidParams { message });
    }
    let longest = vec![json!("x".repeat(MAX_PARAM_BYTES))];
    assert_eq!(store.query(query("SELECT length(?)", longest, 1)).await.unwrap().rows, [[MAX_PARAM_BYTES]]);
}

#[tokio::test]
async fn the_longest_text_is_accepted() {
    let store = Sqlite::demo().unwrap();
    let sql = format!("SELECT 1 --{}", "x".repeat(MAX_SQL_BYTES - 11));
    assert_eq!(sql.len(), MAX_SQL_BYTES);
    assert_eq!(rows(&store, &sql).await.unwrap().rows, [[1]]);
}

#[tokio::test]
async fn deep_nesting_without_deep_expressions_works() {
    let store = Sqlite::demo().unwrap();
    for sql in [
        statements::nested("SELECT ", "(", "1", ")", 5000),
        statements::nested("", "SELECT * FROM (", "SELECT 1", ")", 800),
        statements::nested("", "SELECT * FROM (", "SELECT 1", " LIMIT 1)", 600),
    ] {
        assert_eq!(rows(&store, &sql).await.unwrap().rows, [[1]]);
    }
}

#[tokio::test]
async fn rows_are_skipped_and_what_is_cut_is_named() {
    let store = Sqlite::demo().unwrap();
    let mut request = query("SELECT id FROM customers ORDER BY id", vec![], 2);
    request.offset = 57;
    let answer = store.query(request.clone()).await.unwrap();
    assert_eq!((answer.rows, answer.truncated), (vec![vec![json!(58)], vec![json!(59)]], true));
    request.offset = 61;
    let answer = store.query(request).await.unwrap();
    assert_eq!((answer.rows.len(), answer.truncated, answer.columns.len()), (0, false, 1));

    let sql = "SELECT 1, 'short' UNION ALL SELECT 2, hex(zeroblob(4000))";
    let cut = rows(&store, sql).await.unwrap();
    assert_eq!(cut.truncated_cells, [CellPlace { row: 1, column: 1 }]);
    // One row that is larger than an answer may be would be asked for again and again.
    let wide = format!("SELECT {}", vec!["hex(zeroblob(2500))"; 250].join(", "));
    assert_eq!(rows(&store, &wide).await, Err(QueryError::ValueTooLarge));
}
