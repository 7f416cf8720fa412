-- Who waits for whom.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
waiting AS (
    SELECT DISTINCT l.pid, l.locktype, l.mode, n.nspname::text AS schema, c.relname::text AS tbl
    FROM pg_locks l
    LEFT JOIN pg_class c ON c.oid = l.relation
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT l.granted
)
SELECT w.pid AS waiting_pid, w.schema, w.tbl AS "table", w.locktype AS lock, w.mode,
    extract(epoch FROM now() - b.query_start)::bigint AS waiting_s, left(b.query, 500) AS waiting_query,
    k.pid AS holding_pid, k.usename::text AS holding_role, k.state AS holding_state,
    left(k.query, 500) AS holding_query,
    CASE WHEN now() - b.query_start > interval '1 minute' THEN 'error' ELSE 'warning' END AS severity,
    coalesce(w.schema || '.' || w.tbl, w.locktype) AS object,
    format('session %s waits for session %s', w.pid, p.pid) AS message,
    format('wants %s; the holder is %s', w.mode, coalesce(k.state, 'not shown')) AS evidence
FROM waiting w CROSS JOIN wanted
CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS p(pid)
LEFT JOIN pg_stat_activity b ON b.pid = w.pid
LEFT JOIN pg_stat_activity k ON k.pid = p.pid
WHERE (wanted.schema IS NULL OR w.schema = wanted.schema) AND (wanted.tbl IS NULL OR w.tbl = wanted.tbl)
ORDER BY b.query_start, w.pid, p.pid
