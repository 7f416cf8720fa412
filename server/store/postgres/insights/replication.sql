-- Replicas that are connected, and slots that keep the log for those that are not.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
here(lsn) AS (
    SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END
),
known AS (
    SELECT 'replica' AS kind, r.application_name AS name, r.state, true AS active,
        pg_wal_lsn_diff(here.lsn, r.replay_lsn)::bigint AS behind, extract(epoch FROM r.replay_lag)::bigint AS behind_s
    FROM pg_stat_replication r CROSS JOIN here
    UNION ALL
    SELECT 'slot', s.slot_name::text, s.slot_type, s.active, pg_wal_lsn_diff(here.lsn, s.restart_lsn)::bigint, NULL
    FROM pg_replication_slots s CROSS JOIN here
    UNION ALL
    SELECT 'this server', NULL, CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END, true, NULL,
        CASE WHEN pg_is_in_recovery() THEN extract(epoch FROM now() - pg_last_xact_replay_timestamp())::bigint END
)
SELECT kind, name, state, active, behind AS behind_bytes, behind_s,
    CASE WHEN kind = 'slot' AND NOT active AND behind > 1000000000 THEN 'error'
        WHEN kind = 'slot' AND NOT active THEN 'warning' WHEN behind > 100000000 THEN 'warning' END AS severity,
    coalesce(name, kind) AS object,
    CASE WHEN kind = 'slot' AND NOT active THEN 'nobody reads this slot, and the log that it keeps fills the disk'
        ELSE 'this replica is far behind' END AS message,
    format('%s bytes behind', behind) AS evidence
FROM known ORDER BY kind DESC, behind DESC NULLS LAST, name
