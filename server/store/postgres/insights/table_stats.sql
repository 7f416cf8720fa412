-- How large tables are and what is done with them.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
seen AS (
    SELECT s.schemaname::text AS schema, s.relname::text AS tbl,
        CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows, pg_table_size(c.oid) AS bytes,
        pg_indexes_size(c.oid) AS index_bytes, s.seq_scan, s.seq_tup_read, s.idx_scan, s.n_tup_ins AS inserted,
        s.n_tup_upd AS updated, s.n_tup_del AS deleted
    FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid CROSS JOIN wanted
    WHERE (wanted.schema IS NULL OR s.schemaname = wanted.schema) AND (wanted.tbl IS NULL OR s.relname = wanted.tbl)
)
SELECT schema, tbl AS "table", rows, bytes, index_bytes, seq_scan AS whole_reads, idx_scan AS index_reads, inserted,
    updated, deleted,
    CASE WHEN rows > 100000 AND seq_scan > 100 AND seq_scan > coalesce(idx_scan, 0) THEN 'warning' END AS severity,
    schema || '.' || tbl AS object, 'this large table is mostly read from beginning to end; an index may be missing' AS message,
    format('%s rows, read whole %s times, by index %s times', rows, seq_scan, coalesce(idx_scan, 0)) AS evidence
FROM seen ORDER BY bytes + index_bytes DESC, schema, tbl
