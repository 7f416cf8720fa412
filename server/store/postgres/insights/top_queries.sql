-- The statements that took most time, as pg_stat_statements in the schema {schema} recorded them.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
recorded AS (
    SELECT s.query, s.calls, s.{total} AS total, s.{mean} AS mean, s.rows, s.shared_blks_hit AS hit,
        s.shared_blks_read AS read, s.{total} / nullif(sum(s.{total}) OVER (), 0) AS share
    FROM {schema}.pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
    WHERE d.datname = current_database()
)
SELECT left(query, 1000) AS query, calls, round(total)::bigint AS total_ms, round(mean::numeric, 3)::float8 AS mean_ms,
    rows, hit AS blocks_cached, read AS blocks_read, round(share::numeric, 3)::float8 AS share,
    CASE WHEN mean > 1000 THEN 'warning' WHEN share > 0.3 AND total > 1000 THEN 'info' END AS severity,
    left(query, 80) AS object,
    CASE WHEN mean > 1000 THEN 'this statement takes more than a second each time; db_explain says why'
        ELSE 'this statement takes much of all time; db_explain says whether it could take less' END AS message,
    format('%s calls, %s ms each, %s %% of all', calls, round(mean::numeric, 1), round(100 * share::numeric)) AS evidence
FROM recorded ORDER BY total DESC, query
