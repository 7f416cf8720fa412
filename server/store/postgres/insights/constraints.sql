-- Constraints that hold for new rows only, and tables without a key.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
tables AS (
    SELECT c.oid, n.nspname::text AS schema, c.relname::text AS tbl
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN wanted
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
        AND has_schema_privilege(n.oid, 'USAGE')
        AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'))
        AND (wanted.schema IS NULL OR n.nspname = wanted.schema) AND (wanted.tbl IS NULL OR c.relname = wanted.tbl)
)
SELECT t.schema, t.tbl AS "table", k.conname::text AS "constraint", pg_get_constraintdef(k.oid) AS definition,
    'warning' AS severity, t.schema || '.' || t.tbl AS object,
    'this constraint holds for new rows only; ALTER TABLE … VALIDATE CONSTRAINT would look at the others' AS message,
    k.conname::text AS evidence
FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid AND NOT k.convalidated
UNION ALL
SELECT t.schema, t.tbl, NULL, NULL, 'info', t.schema || '.' || t.tbl, 'this table has no primary key',
    'rows that are the same cannot be told apart'
FROM tables t WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'p')
ORDER BY severity DESC, object, evidence
