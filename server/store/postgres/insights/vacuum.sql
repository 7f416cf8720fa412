-- Rows that are dead, statistics that are old, and how near the end transaction numbers are.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
seen AS (
    SELECT s.schemaname::text AS schema, s.relname::text AS tbl, s.n_live_tup AS live, s.n_dead_tup AS dead,
        greatest(s.last_vacuum, s.last_autovacuum) AS vacuumed, greatest(s.last_analyze, s.last_autoanalyze) AS analyzed,
        s.n_mod_since_analyze AS changed, age(c.relfrozenxid)::bigint AS age,
        current_setting('autovacuum_freeze_max_age')::bigint AS most
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid CROSS JOIN wanted
    WHERE (wanted.schema IS NULL OR s.schemaname = wanted.schema) AND (wanted.tbl IS NULL OR s.relname = wanted.tbl)
)
SELECT schema, tbl AS "table", live AS live_rows, dead AS dead_rows, vacuumed AS last_vacuum, analyzed AS last_analyze,
    age AS transactions_since_freeze,
    CASE WHEN age > 2 * most THEN 'error' WHEN age > 1.1 * most THEN 'warning'
        WHEN dead > 10000 AND dead > 0.2 * live THEN 'warning'
        WHEN changed > 10000 AND changed > 0.5 * live THEN 'info' END AS severity,
    schema || '.' || tbl AS object,
    CASE WHEN age > 1.1 * most THEN 'VACUUM FREEZE is overdue; without it the server stops taking writes in the end'
        WHEN dead > 10000 AND dead > 0.2 * live THEN 'many dead rows; VACUUM would make their room free'
        ELSE 'the planner''s statistics are old; ANALYZE would renew them' END AS message,
    CASE WHEN age > 1.1 * most THEN format('%s transactions since the last one', age)
        ELSE format('%s live rows, %s dead, %s changed since ANALYZE', live, dead, changed) END AS evidence
FROM seen
ORDER BY array_position(ARRAY['error', 'warning', 'info'], CASE WHEN age > 2 * most THEN 'error' WHEN age > 1.1 * most
    THEN 'warning' END) NULLS LAST, dead DESC, schema, tbl
