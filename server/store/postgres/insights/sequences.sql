-- How far sequences have counted.
WITH wanted(schema, tbl) AS (VALUES ($1::text, $2::text)),
counted AS (
    SELECT s.schemaname::text AS schema, s.sequencename::text AS sequence, o.relname::text AS tbl, s.data_type::text AS type,
        s.last_value, CASE WHEN s.increment_by > 0 THEN s.max_value ELSE s.min_value END AS final
    FROM pg_sequences s
    JOIN pg_namespace n ON n.nspname = s.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.sequencename
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_class'::regclass
    LEFT JOIN pg_class o ON o.oid = d.refobjid
    CROSS JOIN wanted
    WHERE (wanted.schema IS NULL OR s.schemaname = wanted.schema) AND (wanted.tbl IS NULL OR o.relname = wanted.tbl)
),
shares AS (SELECT *, last_value::numeric / nullif(final, 0) AS share FROM counted)
SELECT schema, sequence, tbl AS "table", type, last_value, final AS final_value, round(share, 4)::float8 AS share,
    CASE WHEN share > 0.95 THEN 'error' WHEN share > 0.75 THEN 'warning' END AS severity,
    schema || '.' || sequence AS object, 'its numbers are nearly used up; a larger type would have more' AS message,
    format('%s of %s', last_value, final) AS evidence
FROM shares ORDER BY share DESC NULLS LAST, schema, sequence
