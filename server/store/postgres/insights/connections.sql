-- Who is connected; the last four columns of each check make a finding where `severity` is set.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
clients AS (SELECT * FROM pg_stat_activity WHERE backend_type = 'client backend'),
room(used, most) AS (
    SELECT (SELECT count(*) FROM clients),
        current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
)
SELECT NULL::text AS role, NULL::text AS database, 'all' AS state, used AS connections, NULL::bigint AS longest_s,
    CASE WHEN used >= 0.9 * most THEN 'error' WHEN used >= 0.75 * most THEN 'warning' END AS severity,
    'max_connections' AS object, 'connections are nearly used up; a pool would share them' AS message,
    format('%s of %s', used, most) AS evidence
FROM room
UNION ALL
(SELECT usename::text, datname::text, coalesce(state, 'not shown'), count(*),
    max(extract(epoch FROM now() - state_change))::bigint,
    CASE WHEN state LIKE 'idle in transaction%' AND max(now() - state_change) > interval '1 minute'
        THEN 'warning' END,
    usename::text, 'sessions that are idle in a transaction hold their locks and keep VACUUM from removing rows',
    format('%s of them, the longest for %s s', count(*), max(extract(epoch FROM now() - state_change))::bigint)
FROM clients GROUP BY usename, datname, state ORDER BY count(*) DESC, usename, datname, state)
