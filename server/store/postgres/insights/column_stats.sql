-- What the planner knows of columns that the role may read; no values.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text))
SELECT s.schemaname::text AS schema, s.tablename::text AS "table", s.attname::text AS "column", s.null_frac AS share_null,
    s.n_distinct AS distinct_values, s.avg_width AS bytes, s.correlation,
    CASE WHEN s.null_frac = 1 THEN 'info' END AS severity,
    format('%s.%s.%s', s.schemaname, s.tablename, s.attname) AS object, 'this column is NULL in every row' AS message,
    'as of the last ANALYZE' AS evidence
FROM pg_stats s CROSS JOIN wanted
WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema')
    AND (wanted.schema IS NULL OR s.schemaname = wanted.schema) AND (wanted.tbl IS NULL OR s.tablename = wanted.tbl)
ORDER BY severity NULLS LAST, s.schemaname, s.tablename, s.attname
