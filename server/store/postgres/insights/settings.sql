-- Settings that decide about speed and safety.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
seen AS (
    SELECT name, setting || coalesce(' ' || unit, '') AS value, setting, source, pending_restart FROM pg_settings
    WHERE pending_restart OR name IN ('autovacuum', 'autovacuum_freeze_max_age', 'default_statistics_target',
        'effective_cache_size', 'fsync', 'full_page_writes', 'jit', 'maintenance_work_mem', 'max_connections',
        'max_parallel_workers', 'max_parallel_workers_per_gather', 'max_wal_size', 'random_page_cost', 'server_version',
        'shared_buffers', 'ssl', 'synchronous_commit', 'track_counts', 'track_io_timing', 'wal_level', 'work_mem')
)
SELECT name AS setting, value, source,
    CASE WHEN name IN ('fsync', 'full_page_writes') AND setting = 'off' THEN 'error'
        WHEN name IN ('autovacuum', 'track_counts') AND setting = 'off' THEN 'warning'
        WHEN pending_restart THEN 'info' END AS severity,
    name AS object,
    CASE WHEN name IN ('fsync', 'full_page_writes') AND setting = 'off' THEN 'a crash of the machine can destroy the database'
        WHEN setting = 'off' AND NOT pending_restart THEN 'dead rows are not removed by themselves, and statistics get old'
        ELSE 'a changed value waits for a restart of the server' END AS message,
    value AS evidence
FROM seen ORDER BY array_position(ARRAY['error', 'warning', 'info'], CASE WHEN name IN ('fsync', 'full_page_writes')
    AND setting = 'off' THEN 'error' WHEN name IN ('autovacuum', 'track_counts') AND setting = 'off' THEN 'warning'
    WHEN pending_restart THEN 'info' END) NULLS LAST, name
