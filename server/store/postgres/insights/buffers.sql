-- How much of what tables needed was in the server's own memory.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
seen AS (
    SELECT s.schemaname::text AS schema, s.relname::text AS tbl,
        (coalesce(heap_blks_hit, 0) + coalesce(idx_blks_hit, 0) + coalesce(toast_blks_hit, 0))::bigint AS hit,
        (coalesce(heap_blks_read, 0) + coalesce(idx_blks_read, 0) + coalesce(toast_blks_read, 0))::bigint AS read
    FROM pg_statio_user_tables s CROSS JOIN wanted
    WHERE (wanted.schema IS NULL OR s.schemaname = wanted.schema) AND (wanted.tbl IS NULL OR s.relname = wanted.tbl)
)
SELECT schema, tbl AS "table", hit AS blocks_cached, read AS blocks_read,
    round(hit::numeric / nullif(hit + read, 0), 4)::float8 AS share_cached,
    CASE WHEN read > 10000 AND hit < 0.9 * (hit + read) THEN 'warning' END AS severity,
    schema || '.' || tbl AS object,
    'much of this table comes from outside of the server''s memory; indexes or a larger `shared_buffers` would help' AS message,
    format('%s of %s blocks', read, hit + read) AS evidence
FROM seen ORDER BY read DESC, schema, tbl
