//! One table or view: its columns, keys both ways, indexes and constraints.

use sqlx::Row as _;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgConnection, PgRow};

use super::super::{
    ForeignKey, QueryError, Table, TableColumn, TableConstraint, TableIndex, TableName, nearest, quoted,
};
use super::{error, hint};

/// Tables of this name; as SQL folds it, if none is spelt like this.
const CANDIDATES: &str = "SELECT c.oid, n.nspname::text AS schema, c.relname::text AS name,
        c.relkind IN ('v', 'm') AS is_view, pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
        CASE WHEN c.reltuples >= 0 AND c.relkind <> 'v' THEN c.reltuples::bigint END AS rows,
        pg_catalog.pg_table_is_visible(c.oid) AS visible,
        pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND (pg_catalog.has_table_privilege(c.oid, 'SELECT')
            OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT')) AS readable,
        c.relname = $1 AS exact
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relname IN ($1, pg_catalog.lower($1))
        AND ($2::text IS NULL OR n.nspname = $2)
    ORDER BY exact DESC, visible DESC, schema LIMIT 50";

/// Bytes on disk; a table that somebody has locked is waited for.
const SIZE: &str =
    "SELECT CASE WHEN relkind IN ('r', 'p', 'm') THEN pg_catalog.pg_total_relation_size(oid) END AS size
    FROM pg_catalog.pg_class WHERE oid = $1";

const COLUMNS: &str = "SELECT a.attname::text AS name, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
        NOT a.attnotnull AS nullable, CASE WHEN a.attgenerated = '' THEN
            pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS default,
        a.attgenerated <> '' OR a.attidentity = 'a' AS generated, pg_catalog.col_description(a.attrelid, a.attnum) AS comment
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
        AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    ORDER BY a.attnum";

/// Constraints of the table, and foreign keys of others to it.
const CONSTRAINTS: &str = "SELECT k.conname::text AS name, k.contype::text AS kind,
        k.conrelid::pg_catalog.regclass::text AS tbl, k.confrelid::pg_catalog.regclass::text AS referenced,
        k.conrelid = $1 AS own, k.confdeltype::text AS on_delete,
        CASE WHEN k.contype <> 'f' THEN pg_catalog.pg_get_constraintdef(k.oid, true) END AS definition,
        (SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.place)
            FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) AS columns,
        (SELECT pg_catalog.array_agg(a.attname::text ORDER BY u.place)
            FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u(number, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number) AS referenced_columns
    FROM pg_catalog.pg_constraint k
    WHERE (k.conrelid = $1 AND k.contype IN ('p', 'f', 'c', 'u', 'x')) OR (k.confrelid = $1 AND k.contype = 'f')
    ORDER BY k.conname, tbl LIMIT 500";

const INDEXES: &str = "SELECT i.relname::text AS name, x.indisunique AS unique,
        pg_catalog.pg_get_indexdef(i.oid) AS definition,
        (SELECT pg_catalog.array_agg(pg_catalog.pg_get_indexdef(i.oid, k, true) ORDER BY k)
            FROM pg_catalog.generate_series(1, x.indnkeyatts) k) AS columns
    FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = $1 ORDER BY i.relname LIMIT 500";

/// Describes the table that the name means: of the search path if it is there, else the only one.
pub(super) async fn describe(connection: &mut PgConnection, name: &TableName) -> Result<Table, QueryError> {
    let row = resolve(connection, name).await?;
    let read = async {
        let oid: Oid = row.try_get("oid")?;
        let columns = ask(connection, COLUMNS, oid).await?;
        let constraints = ask(connection, CONSTRAINTS, oid).await?;
        let indexes = ask(connection, INDEXES, oid).await?;
        let size = ask(connection, SIZE, oid).await?;
        let size: Option<i64> = size.first().map_or(Ok(None), |row| row.try_get("size"))?;
        let described = table(&row, &columns, &constraints, &indexes)?;
        Ok(Table { size_bytes: size.and_then(|bytes| u64::try_from(bytes).ok()), ..described })
    };
    read.await.map_err(failed)
}

/// The schema and the name of the table that a name means.
///
/// # Errors
///
/// As for [`describe`].
pub(super) async fn named(
    connection: &mut PgConnection,
    name: &TableName,
) -> Result<(String, String), QueryError> {
    let row = resolve(connection, name).await?;
    let text = |column: &str| row.try_get(column).map_err(failed);
    Ok((text("schema")?, text("name")?))
}

async fn resolve(connection: &mut PgConnection, name: &TableName) -> Result<PgRow, QueryError> {
    let candidates = sqlx::query::<sqlx::Postgres>(CANDIDATES)
        .persistent(false)
        .bind(&name.table)
        .bind(name.schema.as_deref());
    let found = candidates.fetch_all(&mut *connection).await.map_err(failed)?;
    let (mut readable, hidden): (Vec<PgRow>, Vec<PgRow>) =
        found.into_iter().partition(|row| row.try_get("readable").unwrap_or(false));
    let flag = |row: &PgRow, name: &str| row.try_get::<bool, _>(name).unwrap_or(false);
    if readable.iter().any(|row| flag(row, "exact")) {
        readable.retain(|row| flag(row, "exact"));
    }
    let asked = &name.table;
    match readable.len() {
        0 if hidden.is_empty() => {
            let tables = hint::tables(connection).await;
            let near = nearest(asked, &tables);
            let near =
                if near.is_empty() { String::new() } else { format!("; did you mean {}?", quoted(&near)) };
            Err(QueryError::NotFound { message: format!("there is no table or view `{asked}`{near}") })
        }
        0 => Err(QueryError::PermissionDenied { message: format!("the role may not read `{asked}`") }),
        1 => Ok(readable.remove(0)),
        _ if flag(&readable[0], "visible") => Ok(readable.remove(0)),
        _ => {
            let schemas: Vec<String> = readable.iter().filter_map(|row| row.try_get("schema").ok()).collect();
            let schemas = quoted(&schemas);
            Err(QueryError::AmbiguousTable { message: format!("`{asked}` is in the schemas {schemas}") })
        }
    }
}

async fn ask(connection: &mut PgConnection, sql: &'static str, oid: Oid) -> Result<Vec<PgRow>, sqlx::Error> {
    sqlx::query::<sqlx::Postgres>(sql).persistent(false).bind(oid).fetch_all(connection).await
}

fn table(
    row: &PgRow,
    columns: &[PgRow],
    constraints: &[PgRow],
    indexes: &[PgRow],
) -> Result<Table, sqlx::Error> {
    let rows: Option<i64> = row.try_get("rows")?;
    let mut table = Table {
        schema: row.try_get("schema")?,
        name: row.try_get("name")?,
        is_view: row.try_get("is_view")?,
        comment: row.try_get("comment")?,
        columns: columns.iter().map(column).collect::<Result<_, _>>()?,
        primary_key: Vec::new(),
        foreign_keys: Vec::new(),
        referenced_by: Vec::new(),
        indexes: indexes.iter().map(index).collect::<Result<_, _>>()?,
        constraints: Vec::new(),
        row_estimate: rows.and_then(|rows| u64::try_from(rows).ok()),
        size_bytes: None,
    };
    for constraint in constraints {
        let own: bool = constraint.try_get("own")?;
        match constraint.try_get::<String, _>("kind")?.as_str() {
            "f" => {
                let key = foreign_key(constraint)?;
                // A key of a table to itself is both.
                if constraint.try_get::<String, _>("tbl")? == constraint.try_get::<String, _>("referenced")? {
                    table.referenced_by.push(foreign_key(constraint)?);
                    table.foreign_keys.push(key);
                } else if own {
                    table.foreign_keys.push(key);
                } else {
                    table.referenced_by.push(key);
                }
            }
            "p" => table.primary_key = names(constraint, "columns")?,
            _ => table.constraints.push(TableConstraint {
                name: constraint.try_get("name")?,
                definition: constraint.try_get::<Option<String>, _>("definition")?.unwrap_or_default(),
            }),
        }
    }
    Ok(table)
}

fn column(row: &PgRow) -> Result<TableColumn, sqlx::Error> {
    Ok(TableColumn {
        name: row.try_get("name")?,
        r#type: row.try_get("type")?,
        nullable: row.try_get("nullable")?,
        default: row.try_get("default")?,
        generated: row.try_get("generated")?,
        comment: row.try_get("comment")?,
    })
}

fn index(row: &PgRow) -> Result<TableIndex, sqlx::Error> {
    Ok(TableIndex {
        name: row.try_get("name")?,
        columns: names(row, "columns")?,
        unique: row.try_get("unique")?,
        definition: row.try_get("definition")?,
    })
}

fn foreign_key(row: &PgRow) -> Result<ForeignKey, sqlx::Error> {
    let on_delete = match row.try_get::<String, _>("on_delete")?.as_str() {
        "r" => "RESTRICT",
        "c" => "CASCADE",
        "n" => "SET NULL",
        "d" => "SET DEFAULT",
        _ => "NO ACTION",
    };
    Ok(ForeignKey {
        name: row.try_get("name")?,
        table: row.try_get("tbl")?,
        columns: names(row, "columns")?,
        referenced_table: row.try_get("referenced")?,
        referenced_columns: names(row, "referenced_columns")?,
        on_delete: Some(on_delete.to_owned()),
    })
}

fn names(row: &PgRow, column: &str) -> Result<Vec<String>, sqlx::Error> {
    Ok(row.try_get::<Option<Vec<String>>, _>(column)?.unwrap_or_default())
}

fn failed(error: sqlx::Error) -> QueryError {
    error::failed(&error, "", 0)
}
