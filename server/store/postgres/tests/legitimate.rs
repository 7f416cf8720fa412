//! Analytics that look odd and only read: none is refused.

use super::*;

const LEGITIMATE: &[&str] = &[
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders",
    "SELECT percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY total) FROM orders",
    "SELECT mode() WITHIN GROUP (ORDER BY customer_id) FROM orders",
    "WITH a AS (SELECT * FROM orders), b AS MATERIALIZED (SELECT * FROM a), c AS NOT MATERIALIZED (SELECT * FROM b) \
     SELECT count(*) FROM c",
    "WITH outer_one AS (WITH inner_one AS (SELECT 1 AS x) SELECT * FROM inner_one) SELECT * FROM outer_one",
    "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 100) SELECT sum(i) FROM r",
    "WITH RECURSIVE t(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM t WHERE id < 5) SEARCH DEPTH FIRST BY id SET o \
     CYCLE id SET again USING path SELECT * FROM t",
    "SELECT id, sum(total) OVER w, rank() OVER w FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY placed)",
    "SELECT sum(total) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM orders",
    "SELECT lag(total, 1, 0) OVER (ORDER BY id), first_value(id) OVER (ORDER BY id RANGE UNBOUNDED PRECEDING) FROM orders",
    "SELECT name COLLATE \"C\" FROM customers ORDER BY name COLLATE \"C\" DESC NULLS LAST",
    "SELECT $$it's; DELETE FROM orders$$, $tag$ $$ nested $$ $tag$",
    "SELECT E'tab\\t and \\' quote', U&'d\\0061t\\+000061', B'101', X'1F', 1e3, .5, 1.5e-3",
    "SELECT 'one'\n  'string'",
    "SELECT count(*) FILTER (WHERE total > 100), array_agg(id ORDER BY total DESC) FROM orders",
    "SELECT city, count(*) FROM customers GROUP BY ROLLUP (city) HAVING count(*) > 0 ORDER BY GROUPING(city)",
    "SELECT city, name, count(*) FROM customers GROUP BY GROUPING SETS ((city), (name), ())",
    "SELECT c.name, o.total FROM customers c CROSS JOIN LATERAL (SELECT total FROM orders WHERE customer_id = c.id \
     ORDER BY total DESC LIMIT 1) o",
    "SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 2)) WITH ORDINALITY AS t(a, b, n)",
    "SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS t(a, b)",
    "SELECT * FROM json_to_recordset('[{\"a\": 1}]') AS x(a int)",
    "SELECT '{\"a\": {\"b\": [1, 2]}}'::jsonb #>> '{a,b,0}', '{\"a\": 1}'::jsonb ? 'a', '[1]'::jsonb @> '1'",
    "SELECT jsonb_path_query_array('{\"a\": [1, 2, 3]}', '$.a[*] ? (@ > 1)')",
    "SELECT date_trunc('month', placed), extract(epoch FROM placed), placed AT TIME ZONE 'Europe/Berlin' FROM orders",
    "SELECT placed + interval '1 month' - make_interval(days => 3) FROM orders",
    "SELECT CASE WHEN total > 10 THEN 'much' ELSE 'little' END, coalesce(NULL, 1), nullif(1, 1), greatest(1, 2) FROM orders",
    "SELECT DISTINCT ON (city) city, name FROM customers ORDER BY city, name DESC",
    "SELECT id FROM orders UNION ALL SELECT id FROM customers EXCEPT SELECT 1 ORDER BY 1 LIMIT 5 OFFSET 2",
    "SELECT id FROM orders ORDER BY total FETCH FIRST 3 ROWS WITH TIES",
    "SELECT id FROM orders TABLESAMPLE BERNOULLI (50) REPEATABLE (1)",
    "SELECT regexp_replace(name, '\\d+', '#', 'g'), name ~* '^customer', name SIMILAR TO '%1', name LIKE '%\\_%' FROM customers",
    "SELECT (c).name, (c).* FROM (SELECT customers AS c FROM customers) AS s",
    "SELECT ROW(1, 'a') < ROW(1, 'b'), (1, 2) IN ((1, 2), (3, 4)), 1 = ANY (ARRAY[1, 2])",
    "SELECT ARRAY(SELECT id FROM orders ORDER BY id LIMIT 3), (ARRAY[1, 2, 3])[2:3]",
    "SELECT EXISTS (SELECT 1 FROM orders), NOT (SELECT false)",
    "SELECT corr(id, total), regr_slope(total, id), stddev_samp(total) FROM orders",
    "SELECT string_agg(DISTINCT city, ', ' ORDER BY city), bool_and(true), every(true) FROM customers",
    "SELECT width_bucket(total, 0, 400, 4) AS bucket, count(*) FROM orders GROUP BY bucket",
    "SELECT to_tsvector('english', 'a quick fox') @@ to_tsquery('english', 'fox')",
    "SELECT int4range(1, 5) * int4range(3, 8), '[2026-01-01,2026-02-01)'::daterange @> date '2026-01-05'",
    "SELECT format('%I.%L', 'a b', 'it''s'), quote_ident('a\"b'), md5('x'), encode('x', 'base64')",
    "SELECT \"delete\", \"select\" FROM (VALUES (1, 2)) AS \"drop table\"(\"delete\", \"select\")",
    "SELECT 'INSERT', 'pg_sleep(1)', 'SELECT 1; DROP TABLE x' -- DELETE FROM orders;",
    "/* leading; comment */ SELECT 1 /* /* nested */ ; */ ;",
    "SELECT total AS update, vat AS \"insert\" FROM orders",
    "SELECT double_of(21), public.double_of(id) FROM orders LIMIT 1",
    "SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) FROM pg_class WHERE relname = 'orders'",
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'orders'",
    "SELECT 5 OPERATOR(pg_catalog.+) 3, @ -5, |/ 25, 5 % 3, 2 ^ 3, 1 << 2, ~ 1, 5 # 3",
    "SELECT CAST('1' AS int), '1'::int, int '1', date '2026-01-01' - 1",
    "SELECT xmlelement(name a, xmlattributes('b' AS c), 'text'), xpath('/a/text()', '<a>x</a>')",
    "SELECT current_user = session_user, current_database() IS NOT NULL, now() <= clock_timestamp(), version() <> ''",
    "VALUES (1, 'one'), (2, 'two') ORDER BY 1 DESC",
    "TABLE order_totals",
    "(SELECT 1) UNION (SELECT 2)",
    "((SELECT 1))",
    "SELECT",
];

#[tokio::test]
async fn analytics_are_not_refused() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let mut wrong = Vec::new();
    for sql in LEGITIMATE {
        if let Err(error) = rows(&source, sql).await {
            wrong.push(format!("{}: {error}: {sql}", error.code()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn the_order_of_the_statement_is_the_order_of_the_rows() {
    let Some(shop) = Shop::open().await else { return };
    let source = shop.source();
    let ordered = rows(&source, "SELECT id FROM orders ORDER BY total DESC, id").await.unwrap();
    let expected: Vec<Vec<Value>> = (1..=300).rev().map(|id| vec![Value::from(id)]).collect();
    assert_eq!(ordered.rows, expected);
}
