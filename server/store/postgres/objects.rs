//! Finding objects by name, in the catalogs of PostgreSQL, among those that the role may use.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row as _};

use super::super::{DbObject, DbObjectKind, Detail, Found, QueryError, Search};
use super::error;

/// One kind of object: where it is found, and how each of its details is told.
struct Kind {
    /// A query with the columns `oid`, `sub`, `schema`, `tbl` and `name`.
    found: &'static str,
    r#type: &'static str,
    comment: &'static str,
    rows: &'static str,
    columns: &'static str,
    definition: &'static str,
}

const NONE: &str = "NULL";
/// The columns of `m.oid` that the role may read.
const COLUMNS: &str =
    "(SELECT pg_catalog.array_agg(a.attname::text ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
    AND pg_catalog.has_column_privilege(m.oid, a.attnum, 'SELECT'))";
const ROWS: &str =
    "(SELECT c.reltuples::bigint FROM pg_catalog.pg_class c WHERE c.oid = m.oid AND c.reltuples >= 0)";
const CLASS_COMMENT: &str = "pg_catalog.obj_description(m.oid, 'pg_class')";

const fn kind(kind: DbObjectKind) -> Kind {
    match kind {
        DbObjectKind::Schema => Kind {
            found: "SELECT n.oid, 0 AS sub, NULL::text AS schema, NULL::text AS tbl, n.nspname::text AS name
                FROM pg_catalog.pg_namespace n WHERE {schema}",
            r#type: NONE,
            comment: "pg_catalog.obj_description(m.oid, 'pg_namespace')",
            rows: NONE,
            columns: NONE,
            definition: NONE,
        },
        DbObjectKind::Table => Kind {
            found: "SELECT c.oid, 0 AS sub, n.nspname::text AS schema, NULL::text AS tbl, c.relname::text AS name
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE {schema} AND {readable} AND c.relkind IN ('r', 'p', 'f')",
            r#type: NONE,
            comment: CLASS_COMMENT,
            rows: ROWS,
            columns: COLUMNS,
            definition: "(SELECT pg_catalog.format('CREATE TABLE %I.%I (%s)', m.schema, m.name,
                pg_catalog.string_agg(pg_catalog.format('%I %s%s', a.attname,
                    pg_catalog.format_type(a.atttypid, a.atttypmod),
                    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END), ', ' ORDER BY a.attnum))
                FROM pg_catalog.pg_attribute a WHERE a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND pg_catalog.has_column_privilege(m.oid, a.attnum, 'SELECT'))",
        },
        DbObjectKind::View => Kind {
            found: "SELECT c.oid, 0 AS sub, n.nspname::text AS schema, NULL::text AS tbl, c.relname::text AS name
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE {schema} AND {readable} AND c.relkind IN ('v', 'm')",
            r#type: NONE,
            comment: CLASS_COMMENT,
            rows: NONE,
            columns: COLUMNS,
            definition: "pg_catalog.pg_get_viewdef(m.oid, true)",
        },
        DbObjectKind::Column => Kind {
            found: "SELECT c.oid, a.attnum::int AS sub, n.nspname::text AS schema, c.relname::text AS tbl,
                a.attname::text AS name
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
                WHERE {schema} AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
                AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')",
            r#type: "(SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = m.oid AND a.attnum = m.sub)",
            comment: "pg_catalog.col_description(m.oid, m.sub)",
            rows: NONE,
            columns: NONE,
            definition: NONE,
        },
        DbObjectKind::Index => Kind {
            found: "SELECT i.oid, 0 AS sub, n.nspname::text AS schema, c.relname::text AS tbl, i.relname::text AS name
                FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
                JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
                WHERE {schema} AND {readable}",
            r#type: NONE,
            comment: CLASS_COMMENT,
            rows: NONE,
            columns: "(SELECT pg_catalog.array_agg(pg_catalog.pg_get_indexdef(m.oid, k, true) ORDER BY k)
                FROM pg_catalog.pg_index x, pg_catalog.generate_series(1, x.indnkeyatts) k WHERE x.indexrelid = m.oid)",
            definition: "pg_catalog.pg_get_indexdef(m.oid)",
        },
        DbObjectKind::Function => Kind {
            found: "SELECT p.oid, 0 AS sub, n.nspname::text AS schema, NULL::text AS tbl, p.proname::text AS name
                FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                WHERE {schema} AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')",
            r#type: "pg_catalog.pg_get_function_result(m.oid)",
            comment: "pg_catalog.obj_description(m.oid, 'pg_proc')",
            rows: NONE,
            columns: NONE,
            definition: "(SELECT CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END
                FROM pg_catalog.pg_proc p WHERE p.oid = m.oid)",
        },
        DbObjectKind::Extension => Kind {
            found: "SELECT e.oid, 0 AS sub, n.nspname::text AS schema, NULL::text AS tbl, e.extname::text AS name
                FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
                WHERE $2::text IS NULL OR n.nspname = $2",
            r#type: "(SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.oid = m.oid)",
            comment: "pg_catalog.obj_description(m.oid, 'pg_extension')",
            rows: NONE,
            columns: NONE,
            definition: NONE,
        },
        DbObjectKind::Sequence => Kind {
            found: "SELECT c.oid, 0 AS sub, n.nspname::text AS schema, NULL::text AS tbl, c.relname::text AS name
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE {schema} AND CASE WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'USAGE, SELECT') END",
            r#type: "(SELECT pg_catalog.format_type(s.seqtypid, NULL) FROM pg_catalog.pg_sequence s WHERE s.seqrelid = m.oid)",
            comment: CLASS_COMMENT,
            rows: NONE,
            columns: NONE,
            definition: NONE,
        },
    }
}

/// The server's own schemas are searched when they are named.
const SCHEMA: &str =
    "pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND (n.nspname = $2 OR ($2::text IS NULL
    AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'))";
const READABLE: &str = "(pg_catalog.has_table_privilege(c.oid, 'SELECT')
    OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))";

/// One page of what matches, and how many match.
pub(super) async fn search(connection: &mut PgConnection, search: &Search) -> Result<Found, QueryError> {
    let rows = sqlx::query::<sqlx::Postgres>(AssertSqlSafe(text(search)))
        .persistent(false)
        .bind(search.pattern.as_deref().map(pattern))
        .bind(search.schema.as_deref())
        .bind(search.table.as_deref())
        .bind(i64::from(search.limit))
        .bind(i64::from(search.offset))
        .fetch_all(connection)
        .await
        .map_err(|error| error::failed(&error, "", 0))?;
    let read = |row: &PgRow| object(row, search.kind);
    let objects = rows.iter().filter_map(|row| read(row).transpose()).collect::<Result<_, sqlx::Error>>();
    let total = rows.first().map_or(Ok(0), |row| row.try_get::<i64, _>("total"));
    let failed = |error: sqlx::Error| error::failed(&error, "", 0);
    Ok(Found { objects: objects.map_err(failed)?, total: u64::try_from(total.map_err(failed)?).unwrap_or(0) })
}

/// Details are looked up for the page alone. There is always one row, for the total.
fn text(search: &Search) -> String {
    let Kind { found, r#type, comment, rows, columns, definition } = kind(search.kind);
    let from = |detail: Detail, expression: &'static str| {
        if search.detail >= detail { expression } else { NONE }
    };
    let found = found.replace("{schema}", SCHEMA).replace("{readable}", READABLE);
    format!(
        "WITH found AS MATERIALIZED ({found}), matching AS MATERIALIZED (
            SELECT * FROM found WHERE ($1::text IS NULL OR name ILIKE $1) AND ($3::text IS NULL OR tbl = $3)
        ), m AS (
            SELECT * FROM matching ORDER BY schema, tbl, name, sub, oid LIMIT $4 OFFSET $5
        )
        SELECT (SELECT pg_catalog.count(*) FROM matching) AS total, page.* FROM (SELECT 1) AS one LEFT JOIN (
            SELECT m.schema, m.tbl, m.name, m.sub, m.oid::bigint AS oid,
                ({type})::text AS type, ({comment})::text AS comment, ({rows})::bigint AS rows,
                ({columns})::text[] AS columns, ({definition})::text AS definition
            FROM m
        ) AS page ON true ORDER BY page.schema, page.tbl, page.name, page.sub, page.oid",
        r#type = from(Detail::Summary, r#type),
        comment = from(Detail::Summary, comment),
        rows = from(Detail::Summary, rows),
        columns = from(Detail::Summary, columns),
        definition = from(Detail::Full, definition),
    )
}

/// A pattern without `%` is a part of the name.
fn pattern(wanted: &str) -> String {
    if wanted.contains('%') { wanted.to_owned() } else { format!("%{wanted}%") }
}

fn object(row: &PgRow, kind: DbObjectKind) -> Result<Option<DbObject>, sqlx::Error> {
    let Some(name) = row.try_get::<Option<String>, _>("name")? else { return Ok(None) };
    let rows: Option<i64> = row.try_get("rows")?;
    Ok(Some(DbObject {
        kind,
        name,
        schema: row.try_get("schema")?,
        table: row.try_get("tbl")?,
        r#type: row.try_get("type")?,
        comment: row.try_get("comment")?,
        rows: rows.and_then(|rows| u64::try_from(rows).ok()),
        columns: row.try_get("columns")?,
        definition: row.try_get("definition")?,
    }))
}
