-- What runs now.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text))
SELECT pid, usename::text AS role, datname::text AS database, wait_event_type, wait_event,
    extract(epoch FROM now() - query_start)::bigint AS running_s, left(query, 500) AS query,
    CASE WHEN wait_event_type = 'Lock' OR now() - query_start > interval '5 minutes' THEN 'warning' END AS severity,
    format('session %s', pid) AS object,
    CASE WHEN wait_event_type = 'Lock' THEN 'the statement waits for a lock; `locks` says whose'
        ELSE 'the statement has been running for long' END AS message,
    format('%s s', extract(epoch FROM now() - query_start)::bigint) AS evidence
FROM pg_stat_activity
WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY severity NULLS LAST, query_start, pid
