-- Indexes that are broken, twice there or never used, and foreign keys without one.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
tables AS (
    SELECT c.oid, n.nspname::text AS schema, c.relname::text AS tbl, c.reltuples
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN wanted
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
        AND has_schema_privilege(n.oid, 'USAGE')
        AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
        AND (wanted.schema IS NULL OR n.nspname = wanted.schema) AND (wanted.tbl IS NULL OR c.relname = wanted.tbl)
),
known AS (
    SELECT t.schema, t.tbl, i.relname::text AS index, x.*, pg_relation_size(i.oid) AS bytes,
        s.idx_scan AS scans, pg_get_indexdef(i.oid) AS definition,
        EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid) AS constrains
    FROM tables t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
    LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = i.oid
),
judged AS (
    SELECT k.*, (SELECT min(o.index) FROM known o
        WHERE o.indrelid = k.indrelid AND o.indexrelid <> k.indexrelid AND o.indkey = k.indkey
            AND o.indclass = k.indclass AND o.indoption = k.indoption AND o.indcollation = k.indcollation
            AND o.indexprs::text IS NOT DISTINCT FROM k.indexprs::text
            AND o.indpred::text IS NOT DISTINCT FROM k.indpred::text
            AND (o.indisunique OR NOT k.indisunique)
            -- Of two that are the same, one is told.
            AND (o.constrains OR o.indisunique > k.indisunique OR o.index < k.index)
            AND NOT k.constrains) AS twin
    FROM known k
),
told AS (
    SELECT schema, tbl, index, definition, bytes, scans,
        CASE WHEN NOT indisvalid THEN 'error' WHEN twin IS NOT NULL THEN 'warning'
            WHEN scans = 0 AND NOT indisunique AND NOT constrains AND bytes > 1000000 THEN 'info' END AS severity,
        schema || '.' || index AS object,
        CASE WHEN NOT indisvalid THEN 'this index is invalid, and is not used; REINDEX would mend it'
            WHEN twin IS NOT NULL THEN 'this index is superfluous'
            ELSE 'this index was never used since statistics began' END AS message,
        CASE WHEN twin IS NOT NULL THEN format('`%s` is the same', twin) ELSE format('%s bytes', bytes) END AS evidence
    FROM judged
    UNION ALL
    SELECT t.schema, t.tbl, NULL, pg_get_constraintdef(k.oid), NULL, NULL, 'warning', t.schema || '.' || t.tbl,
        'a foreign key without an index makes deletions and joins slow', k.conname::text
    FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
    WHERE NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = t.oid AND x.indpred IS NULL
        AND (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
)
SELECT schema, tbl AS "table", index, definition, bytes, scans, severity, object, message, evidence FROM told
ORDER BY array_position(ARRAY['error', 'warning', 'info'], severity) NULLS LAST, bytes DESC NULLS LAST, object
