//! Typed JSON without loss, parameters, pages and limits.

use serde_json::json;

use super::*;
use crate::store::{CellPlace, MAX_CELL_CHARS, MAX_RESULT_BYTES};

#[tokio::test]
async fn every_type_becomes_json_without_loss() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    for (sql, r#type, value) in [
        ("1::smallint", "int2", json!(1)),
        ("-5", "int4", json!(-5)),
        ("9007199254740992::bigint", "int8", json!(9_007_199_254_740_992_i64)),
        ("9007199254740993::bigint", "int8", json!("9007199254740993")),
        ("(-9223372036854775808)::bigint", "int8", json!("-9223372036854775808")),
        ("0.1::numeric", "numeric", json!("0.1")),
        ("12345678901234567890.123456789", "numeric", json!("12345678901234567890.123456789")),
        ("'NaN'::numeric", "numeric", json!("NaN")),
        ("0.1::double precision", "float8", json!(0.1)),
        ("0.1::real", "float4", json!(0.1)),
        ("'Infinity'::float8", "float8", json!("Infinity")),
        ("'-Infinity'::float8", "float8", json!("-Infinity")),
        ("'NaN'::float8", "float8", json!("NaN")),
        ("true", "bool", json!(true)),
        ("NULL::integer", "int4", json!(null)),
        ("NULL::bytea", "bytea", json!(null)),
        ("NULL::timestamptz", "timestamptz", json!(null)),
        ("NULL::int[]", "int4[]", json!(null)),
        ("NULL", "text", json!(null)),
        ("'x'", "text", json!("x")),
        ("'é'::varchar(3)", "varchar", json!("é")),
        ("date '2026-02-03'", "date", json!("2026-02-03")),
        ("date 'infinity'", "date", json!("infinity")),
        ("time '01:02:03.5'", "time", json!("01:02:03.5")),
        ("timestamp '2026-02-03 04:05:06.7'", "timestamp", json!("2026-02-03T04:05:06.7")),
        ("timestamptz '2026-02-03 04:05:06+02'", "timestamptz", json!("2026-02-03T02:05:06+00:00")),
        ("interval '1 day 2 hours'", "interval", json!("1 day 02:00:00")),
        (
            "'7f0c0a4e-0000-4000-8000-000000000001'::uuid",
            "uuid",
            json!("7f0c0a4e-0000-4000-8000-000000000001"),
        ),
        ("'glad'::mood", "mood", json!("glad")),
        ("'{\"a\": [1, 2.50]}'::json", "json", json!("{\"a\": [1, 2.50]}")),
        ("'{\"a\": 12345678901234567890}'::jsonb", "jsonb", json!("{\"a\": 12345678901234567890}")),
        ("'\\x00ff'::bytea", "bytea", json!({ "bytes": 2, "hex": "00ff" })),
        ("''::bytea", "bytea", json!({ "bytes": 0, "hex": "" })),
        ("repeat('a', 1000)::bytea", "bytea", json!({ "bytes": 1000, "hex": "61".repeat(32) })),
        ("ARRAY[1, NULL, 3]", "int4[]", json!([1, null, 3])),
        ("ARRAY[[1, 2], [3, 4]]", "int4[]", json!([[1, 2], [3, 4]])),
        ("ARRAY[9007199254740993]", "int8[]", json!(["9007199254740993"])),
        ("ARRAY[1.10, 2]", "numeric[]", json!(["1.10", "2"])),
        ("ARRAY['a,b', NULL, '\"']", "text[]", json!(["a,b", null, "\""])),
        ("ARRAY[true]", "bool[]", json!([true])),
        ("ARRAY['sad'::mood]", "mood[]", json!(["sad"])),
        ("'{}'::int[]", "int4[]", json!([])),
        (
            "ARRAY[timestamptz '2026-02-03 04:05:06+02']",
            "timestamptz[]",
            json!(["2026-02-03T02:05:06+00:00"]),
        ),
        ("'10.0.0.1/8'::inet", "inet", json!("10.0.0.1/8")),
        ("'[1,5)'::int4range", "int4range", json!("[1,5)")),
        ("ROW(1, 'x')", "record", json!("(1,x)")),
        ("12.5::money", "money", json!("$12.50")),
    ] {
        let answer = rows(&source, &format!("SELECT {sql} AS v")).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {sql}"));
        assert_eq!(answer.rows, [[value]], "{sql}");
        assert_eq!(
            answer.columns[0].r#type.as_deref().map(str::to_lowercase).as_deref(),
            Some(r#type),
            "{sql}"
        );
    }
}

#[tokio::test]
async fn results_have_any_shape() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let twice = rows(&source, "SELECT 1 AS a, 2 AS a, 3 AS \"odd \"\" name\"").await.unwrap();
    let names: Vec<&str> = twice.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["a", "a", "odd \" name"]);
    assert_eq!(twice.rows, [[1, 2, 3]]);
    assert_eq!(rows(&source, "SELECT FROM customers LIMIT 2").await.unwrap().rows, [[0; 0]; 2]);
    assert_eq!(rows(&source, "SELECT 1 WHERE false").await.unwrap().rows, Vec::<Vec<Value>>::new());
    assert_eq!(rows(&source, "VALUES (1, 'a'), (2, 'b') ;;").await.unwrap().rows.len(), 2);
    assert_eq!(rows(&source, "TABLE customers").await.unwrap().rows.len(), 60);
    assert_eq!(rows(&source, "(SELECT 1) -- the end").await.unwrap().rows, [[1]]);
    shop.run(&format!(
        "CREATE TABLE \"odd, \"\" (x)\" (\"a,b\" integer, \"c\"\"d\" text, \"e\\f\" text, \"{{}}\" text);
         CREATE TYPE \"Pair, of\" AS (\"x,\"\"\" integer, y text);
         GRANT SELECT ON \"odd, \"\" (x)\" TO {}",
        shop.role
    ))
    .await;
    assert_eq!(
        rows(&source, "SELECT *, NULL::\"Pair, of\" FROM \"odd, \"\" (x)\"").await.unwrap().columns.len(),
        5
    );
    // Types that the driver does not know say what to do.
    for value in ["'{[1,3)}'::int4multirange", "NULL::pg_node_tree"] {
        let error = rows(&source, &format!("SELECT {value}")).await.unwrap_err();
        assert_eq!(error.code(), "unsupported_syntax");
        assert!(error.to_string().ends_with("; cast it to text"), "{error}");
        assert!(rows(&source, &format!("SELECT ({value})::text")).await.is_ok(), "{value}");
    }
    let wide = |columns: usize| format!("SELECT {}", vec!["1"; columns].join(", "));
    assert_eq!(rows(&source, &wide(256)).await.unwrap().rows[0].len(), 256);
    assert_eq!(rows(&source, &wide(257)).await.unwrap_err().code(), "unsupported_syntax");
}

#[tokio::test]
async fn parameters_are_read_by_the_server() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    for (sql, params, value) in [
        ("SELECT $1::int + 1", json!([41]), json!(42)),
        ("SELECT $1::int + 1", json!(["41"]), json!(42)),
        ("SELECT $1::text", json!([41]), json!("41")),
        ("SELECT $1 || 'b'", json!(["a"]), json!("ab")),
        ("SELECT count(*) FROM customers WHERE id = $1", json!([7]), json!(1)),
        ("SELECT count(*) FROM customers WHERE id = ANY($1)", json!(["{1,2,99}"]), json!(2)),
        ("SELECT count(*) FROM customers WHERE joined < $1", json!(["2026-01-03"]), json!(1)),
        ("SELECT count(*) FROM orders WHERE total = $1", json!([2.5]), json!(1)),
        ("SELECT count(*) FROM orders WHERE total = $1", json!(["2.50"]), json!(1)),
        ("SELECT ($1::mood)::text", json!(["sad"]), json!("sad")),
        ("SELECT $1::jsonb -> 'a'", json!(["{\"a\": 1}"]), json!("1")),
        ("SELECT $1::numeric", json!(["12345678901234567890.5"]), json!("12345678901234567890.5")),
        ("SELECT $1::bit(3) = B'101'", json!(["101"]), json!(true)),
        ("SELECT $1::boolean", json!([true]), json!(true)),
        ("SELECT coalesce($1, 5)", json!([null]), json!(5)),
        ("SELECT $2 || $1", json!(["a", "b"]), json!("ba")),
        ("SELECT $1::text", json!(["'; DROP TABLE customers; --"]), json!("'; DROP TABLE customers; --")),
    ] {
        let Value::Array(params) = params else { unreachable!() };
        let answer = source.query(query(sql, params, 10)).await;
        assert_eq!(answer.unwrap_or_else(|error| panic!("{error}: {sql}")).rows, [[value]], "{sql}");
    }
    for (sql, params) in [
        ("SELECT $1::int", json!(["x"])),
        ("SELECT $1::int", json!([1.5])),
        ("SELECT $1::mood", json!(["angry"])),
        ("SELECT $1::date", json!(["2026-02-30"])),
        ("SELECT $1::int", json!([])),
        ("SELECT 1", json!([1])),
        ("SELECT $1::int", json!([[1]])),
        ("SELECT $1::json", json!([{ "a": 1 }])),
        ("SELECT $1::text", json!(["\0"])),
        ("SELECT $1::text", json!(["x".repeat(9000)])),
    ] {
        let Value::Array(params) = params else { unreachable!() };
        let error = source.query(query(sql, params, 10)).await.unwrap_err();
        assert_eq!(error.code(), "invalid_params", "{sql}: {error}");
    }
}

#[tokio::test]
async fn long_results_are_cut_and_say_so() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let series = "SELECT i FROM generate_series(1, 2000) i ORDER BY i";
    let page = source.query(query(series, Vec::new(), 1000)).await.unwrap();
    assert_eq!((page.rows.len(), page.truncated), (1000, true));
    let exact = source.query(query("SELECT generate_series(1, 300)", Vec::new(), 300)).await.unwrap();
    assert_eq!((exact.rows.len(), exact.truncated), (300, false));
    let mut next = query(series, Vec::new(), 10);
    next.offset = 1995;
    let last = source.query(next).await.unwrap();
    assert_eq!((last.rows.first(), last.rows.len(), last.truncated), (Some(&vec![json!(1996)]), 5, false));

    // The server cuts: a hundred megabytes never leave it.
    let long = rows(&source, "SELECT repeat('é', 50000000) AS v, 'short'").await.unwrap();
    assert_eq!(long.rows[0][0].as_str().map(|text| text.chars().count()), Some(MAX_CELL_CHARS));
    assert_eq!(long.truncated_cells, [CellPlace { row: 0, column: 0 }]);
    let list = rows(&source, "SELECT array_agg(i) FROM generate_series(1, 10000) i").await.unwrap();
    assert_eq!(list.truncated_cells.len(), 1);

    let bytes = "SELECT repeat('x', 4000) FROM generate_series(1, 1000)";
    let full = rows(&source, bytes).await.unwrap();
    assert!(full.truncated && full.rows.len() < 1000);
    assert!(serde_json::to_string(&full.rows).unwrap().len() <= MAX_RESULT_BYTES);
    assert_eq!(rows(&source, "SELECT 1").await.unwrap().rows, [[1]]);
}

#[tokio::test]
async fn a_call_leaves_nothing_to_the_next() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let backend = "SELECT pg_backend_pid()";
    let first = rows(&source, backend).await.unwrap();
    for failing in ["SELECT 1/0", "SELECT * FROM nowhere", "SELEC", "DELETE FROM orders"] {
        rows(&source, failing).await.unwrap_err();
    }
    assert_eq!(rows(&source, backend).await.unwrap().rows, first.rows, "one connection serves all of them");
    assert_eq!(source.health(), Health { idle: 1, running: 0 });
    for (setting, value) in [
        ("transaction_read_only", "on"),
        ("transaction_isolation", "repeatable read"),
        ("search_path", "public, pg_temp"),
        ("lock_timeout", "500ms"),
        ("idle_in_transaction_session_timeout", "10s"),
        ("standard_conforming_strings", "on"),
        ("client_connection_check_interval", "1s"),
    ] {
        let shown = rows(&source, &format!("SELECT current_setting('{setting}')")).await.unwrap();
        assert_eq!(shown.rows, [[value]], "{setting}");
    }
}

#[tokio::test]
async fn the_cost_gate_refuses_what_the_planner_finds_dear() {
    let Some(mut shop) = Shop::open().await else { return };
    let dear = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.total > $1";
    let params = vec![json!(1)];
    let free = shop.source();
    assert!(free.query(query("SELECT count(*) FROM orders a, orders b", Vec::new(), 1)).await.is_ok());
    shop.config.max_plan_cost = Some(1000.0);
    let gated = shop.source();
    let error = gated.query(query(dear, params.clone(), 1)).await.unwrap_err();
    assert_eq!(error.code(), "too_expensive");
    assert!(error.to_string().contains("at most 1000 is allowed; most of it is "), "{error}");
    assert!(gated.query(query("SELECT count(*) FROM orders WHERE total > $1", params, 1)).await.is_ok());
}
