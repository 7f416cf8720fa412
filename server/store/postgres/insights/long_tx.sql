-- Transactions that are open, the oldest first.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
open(pid, role, state, began, query) AS (
    SELECT pid, usename::text, state, xact_start, left(query, 500) FROM pg_stat_activity
    WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()
    UNION ALL
    SELECT NULL, owner::text, 'prepared', prepared, gid FROM pg_prepared_xacts WHERE database = current_database()
)
SELECT pid, role, state, extract(epoch FROM now() - began)::bigint AS open_s, query,
    CASE WHEN now() - began > interval '1 hour' THEN 'error'
        WHEN now() - began > interval '5 minutes' THEN 'warning' END AS severity,
    coalesce(format('session %s', pid), query) AS object,
    'the transaction keeps VACUUM from removing rows, and holds its locks' AS message,
    format('open for %s s, %s', extract(epoch FROM now() - began)::bigint, coalesce(state, 'not shown')) AS evidence
FROM open ORDER BY began, pid
