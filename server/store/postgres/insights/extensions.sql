-- Extensions that are installed, then those that could be.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text))
SELECT a.name::text AS extension, a.installed_version, a.default_version, a.comment,
    CASE WHEN a.installed_version <> a.default_version THEN 'info' END AS severity, a.name::text AS object,
    'a newer version is there; ALTER EXTENSION … UPDATE would take it' AS message,
    format('%s, available %s', a.installed_version, a.default_version) AS evidence
FROM pg_available_extensions a CROSS JOIN wanted
LEFT JOIN pg_extension e ON e.extname = a.name LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE wanted.schema IS NULL OR n.nspname = wanted.schema
ORDER BY a.installed_version IS NULL, a.name
