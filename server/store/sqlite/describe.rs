//! What a database file holds: its objects by name, and one table with all that belongs to it.

use super::super::{
    DbObject, DbObjectKind, Detail, ForeignKey, Found, QueryError, Search, Table, TableColumn,
    TableConstraint, TableIndex, TableName, nearest, quoted,
};
use super::Masked;
use super::gate::Watched;
use super::lexis::opaque;

/// The one schema that a file has here: nothing can be attached.
pub(super) const SCHEMA: &str = "main";
/// Tables with more rows are not counted to the end.
const MAX_COUNTED: u64 = 100_000;
/// Sizes are summed up over all pages, so only of files that are not larger.
const MAX_MEASURED_BYTES: u64 = 256 << 20;

/// Tables and views but for the engine's own, of this name if one is said.
const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND (?1 IS NULL OR name = ?1 COLLATE NOCASE) ORDER BY name";
const OBJECTS: &str = "FROM sqlite_schema WHERE type = ?1 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    AND name LIKE ?2 AND (?3 IS NULL OR tbl_name = ?3 COLLATE NOCASE)";
const COLUMNS: &str =
    "SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden <> 1 AND name LIKE ?2 ORDER BY cid";
const INDEX_COLUMNS: &str =
    "SELECT coalesce(name, '(expression)') FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno";

/// Finds objects by name.
pub(super) fn search(connection: &Watched<'_>, search: &Search) -> Result<Found, QueryError> {
    if search.schema.as_deref().is_some_and(|schema| !schema.eq_ignore_ascii_case(SCHEMA)) {
        return Ok(Found::default());
    }
    let pattern = pattern(search.pattern.as_deref());
    let kind = match search.kind {
        DbObjectKind::Table => "table",
        DbObjectKind::View => "view",
        DbObjectKind::Index => "index",
        DbObjectKind::Column => return Ok(page(columns(connection, search, &pattern)?, search)),
        DbObjectKind::Schema | DbObjectKind::Function | DbObjectKind::Sequence => {
            let names = match search.kind {
                DbObjectKind::Schema => {
                    connection.list("SELECT ?1 WHERE ?1 LIKE ?2", [SCHEMA, &pattern], name)?
                }
                DbObjectKind::Function => connection.list(
                    "SELECT DISTINCT name FROM pragma_function_list WHERE name LIKE ?1 ORDER BY name",
                    [&pattern],
                    name,
                )?,
                _ => sequences(connection, &pattern)?,
            };
            let objects = names.into_iter().map(|name| object(search.kind, name, None)).collect();
            return Ok(page(objects, search));
        }
        DbObjectKind::Extension => return Ok(Found::default()),
    };
    let table = search.table.as_deref();
    let counted = connection
        .list(&format!("SELECT count(*) {OBJECTS}"), (kind, &pattern, table), |row| natural(row, 0))?;
    let found = connection.list(
        &format!("SELECT name, tbl_name, sql {OBJECTS} ORDER BY name LIMIT ?4 OFFSET ?5"),
        (kind, &pattern, table, search.limit, search.offset),
        |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?)),
    )?;
    let objects = found.into_iter().map(|(name, table, sql)| {
        let of = (search.kind == DbObjectKind::Index).then_some(table);
        let mut object = object(search.kind, name, of);
        if search.detail >= Detail::Summary {
            let list = if search.kind == DbObjectKind::Index { INDEX_COLUMNS } else { COLUMNS };
            // A view that no longer fits its tables has no columns to tell.
            object.columns = match search.kind {
                DbObjectKind::Index => connection.optional(list, [&object.name], self::name)?,
                _ => connection.optional(list, [object.name.as_str(), "%"], self::name)?,
            };
            if search.kind == DbObjectKind::Table {
                object.rows = estimate(connection, &object.name)?;
            }
        }
        if search.detail == Detail::Full {
            object.definition = sql;
        }
        Ok::<_, QueryError>(object)
    });
    let total = counted.first().copied().unwrap_or_default();
    Ok(Found { objects: objects.collect::<Result<_, QueryError>>()?, total })
}

/// Part of a name, unless it has a `%` of its own.
fn pattern(pattern: Option<&str>) -> String {
    match pattern {
        None | Some("") => "%".to_owned(),
        Some(pattern) if pattern.contains('%') => pattern.to_owned(),
        Some(part) => format!("%{part}%"),
    }
}

fn object(kind: DbObjectKind, name: String, table: Option<String>) -> DbObject {
    let schema = (kind != DbObjectKind::Schema && kind != DbObjectKind::Function).then(|| SCHEMA.to_owned());
    DbObject {
        kind,
        name,
        schema,
        table,
        r#type: None,
        comment: None,
        rows: None,
        columns: None,
        definition: None,
    }
}

fn page(objects: Vec<DbObject>, search: &Search) -> Found {
    let total = objects.len() as u64;
    let shown = objects.into_iter().skip(search.offset as usize).take(search.limit as usize);
    Found { objects: shown.collect(), total }
}

fn columns(connection: &Watched<'_>, search: &Search, pattern: &str) -> Result<Vec<DbObject>, QueryError> {
    let mut objects = Vec::new();
    for table in connection.list(TABLES, [search.table.as_deref()], name)? {
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        for (name, declared) in
            connection.optional(COLUMNS, [table.as_str(), pattern], read)?.unwrap_or_default()
        {
            let mut column = object(DbObjectKind::Column, name, Some(table.clone()));
            column.r#type = (search.detail >= Detail::Summary && !declared.is_empty()).then_some(declared);
            objects.push(column);
        }
    }
    Ok(objects)
}

/// Tables whose keys are counted on, where there are any.
fn sequences(connection: &Watched<'_>, pattern: &str) -> Result<Vec<String>, QueryError> {
    let sql = "SELECT name FROM sqlite_sequence WHERE name LIKE ?1 ORDER BY name";
    Ok(connection.optional(sql, [pattern], name)?.unwrap_or_default())
}

/// What the last ANALYZE counted.
pub(super) fn estimate(connection: &Watched<'_>, table: &str) -> Result<Option<u64>, QueryError> {
    let sql =
        "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = ?1 COLLATE NOCASE AND stat > '' LIMIT 1";
    Ok(connection.optional(sql, [table], |row| natural(row, 0))?.and_then(|rows| rows.first().copied()))
}

/// Counts the rows of a table as far as that is quick, else asks the last ANALYZE.
pub(super) fn count(connection: &Watched<'_>, table: &str) -> Result<Option<u64>, QueryError> {
    let most = MAX_COUNTED + 1;
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {most})", identifier(table));
    let counted = connection.optional(&sql, [], |row| natural(row, 0))?;
    match counted.and_then(|rows| rows.first().copied()) {
        Some(rows) if rows < most => Ok(Some(rows)),
        _ => estimate(connection, table),
    }
}

/// Bytes of a table with its indexes.
pub(super) fn size(connection: &Watched<'_>, table: &str) -> Result<Option<u64>, QueryError> {
    let pages: Vec<u64> = connection.list(
        "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
        [],
        |row| natural(row, 0),
    )?;
    if pages.first().is_none_or(|bytes| *bytes > MAX_MEASURED_BYTES) {
        return Ok(None);
    }
    let sql = "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE
        AND name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE)";
    let sum = connection.optional(sql, [table], |row| row.get::<_, Option<i64>>(0))?;
    Ok(sum.and_then(|rows| rows.first().copied().flatten()).and_then(|bytes| u64::try_from(bytes).ok()))
}

/// Describes one table or view.
pub(super) fn table(
    connection: &Watched<'_>,
    asked: &TableName,
    masked: &Masked,
) -> Result<Table, QueryError> {
    let TableName { schema, table } = asked;
    if let Some(schema) = schema.as_deref().filter(|schema| !schema.eq_ignore_ascii_case(SCHEMA)) {
        let message = format!("there is no schema `{schema}`; the schema of every table is `{SCHEMA}`");
        return Err(QueryError::NotFound { message });
    }
    let sql = "SELECT name, type, coalesce(sql, '') FROM sqlite_schema
        WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?));
    let found: Option<(String, String, String)> = connection.list(sql, [table], read)?.into_iter().next();
    let Some((name, kind, definition)) = found else { return Err(not_found(connection, table)?) };
    let is_view = kind == "view";
    let columns = table_columns(connection, &name, masked)?;
    let (indexes, mut constraints) = indexes(connection, &name)?;
    constraints
        .extend(checks(&definition).into_iter().map(|definition| TableConstraint { name: None, definition }));
    let mut primary_key: Vec<(i64, String)> =
        columns.iter().filter(|(_, key)| *key > 0).map(|(column, key)| (*key, column.name.clone())).collect();
    primary_key.sort();
    Ok(Table {
        schema: SCHEMA.to_owned(),
        is_view,
        comment: None,
        columns: columns.into_iter().map(|(column, _)| column).collect(),
        primary_key: primary_key.into_iter().map(|(_, name)| name).collect(),
        foreign_keys: foreign_keys(connection, &name)?,
        referenced_by: referenced_by(connection, &name)?,
        indexes,
        constraints,
        row_estimate: if is_view { None } else { count(connection, &name)? },
        size_bytes: if is_view { None } else { size(connection, &name)? },
        name,
    })
}

fn not_found(connection: &Watched<'_>, table: &str) -> Result<QueryError, QueryError> {
    let tables = connection.list(TABLES, [None::<&str>], name)?;
    let near = nearest(table, &tables);
    let hint = match near.is_empty() {
        true => format!("; there are {} tables and views", tables.len()),
        false => format!("; did you mean {}?", quoted(&near)),
    };
    Ok(QueryError::NotFound { message: format!("there is no table or view `{table}`{hint}") })
}

/// Each column with its place in the primary key, from 1; 0 for the others.
fn table_columns(
    connection: &Watched<'_>,
    table: &str,
    masked: &Masked,
) -> Result<Vec<(TableColumn, i64)>, QueryError> {
    let sql = "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1)
        WHERE hidden <> 1 ORDER BY cid";
    connection.list(sql, [table], |row| {
        let (name, declared): (String, String) = (row.get(0)?, row.get(1)?);
        let (not_null, key): (bool, i64) = (row.get(2)?, row.get(4)?);
        // The key of a table that counts its rows is never null, whatever was declared.
        let counted = key > 0 && declared.eq_ignore_ascii_case("integer");
        let comment = masked.covers(table, &name).then(|| "masked by the operator: always null".to_owned());
        let column = TableColumn {
            name,
            r#type: (!declared.is_empty()).then_some(declared),
            nullable: !not_null && !counted,
            default: row.get(3)?,
            generated: row.get::<_, i64>(5)? > 1,
            comment,
        };
        Ok((column, key))
    })
}

fn foreign_keys(connection: &Watched<'_>, table: &str) -> Result<Vec<ForeignKey>, QueryError> {
    let sql =
        "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?1) ORDER BY id, seq";
    let read = |row: &rusqlite::Row<'_>| {
        let part: (i64, String, String, Option<String>, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        Ok(part)
    };
    let mut keys: Vec<(i64, ForeignKey)> = Vec::new();
    for (id, parent, from, to, on_delete) in connection.list(sql, [table], read)? {
        if keys.last().is_none_or(|(last, _)| *last != id) {
            let key = ForeignKey {
                name: None,
                table: table.to_owned(),
                columns: Vec::new(),
                referenced_table: parent.clone(),
                referenced_columns: Vec::new(),
                on_delete: Some(on_delete),
            };
            keys.push((id, key));
        }
        if let Some((_, key)) = keys.last_mut() {
            // Without a name the primary key of the other table is meant.
            match to {
                Some(to) => key.referenced_columns.push(to),
                None if key.referenced_columns.is_empty() => {
                    let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE pk > 0 ORDER BY pk";
                    key.referenced_columns = connection.list(sql, [&parent], name)?;
                }
                None => {}
            }
            key.columns.push(from);
        }
    }
    Ok(keys.into_iter().map(|(_, key)| key).collect())
}

fn referenced_by(connection: &Watched<'_>, table: &str) -> Result<Vec<ForeignKey>, QueryError> {
    let sql = "SELECT DISTINCT s.name FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS k
        WHERE s.type = 'table' AND k.\"table\" = ?1 COLLATE NOCASE ORDER BY s.name";
    let mut keys = Vec::new();
    for other in connection.list(sql, [table], name)? {
        let to_us = |key: &ForeignKey| key.referenced_table.eq_ignore_ascii_case(table);
        keys.extend(foreign_keys(connection, &other)?.into_iter().filter(to_us));
    }
    Ok(keys)
}

/// The indexes, and the unique constraints that some of them stand for.
fn indexes(
    connection: &Watched<'_>,
    table: &str,
) -> Result<(Vec<TableIndex>, Vec<TableConstraint>), QueryError> {
    let sql = "SELECT i.name, i.\"unique\", i.origin, s.sql FROM pragma_index_list(?1) AS i
        LEFT JOIN sqlite_schema AS s ON s.type = 'index' AND s.name = i.name ORDER BY i.name";
    let read = |row: &rusqlite::Row<'_>| {
        let part: (String, bool, String, Option<String>) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        Ok(part)
    };
    let (mut indexes, mut constraints) = (Vec::new(), Vec::new());
    for (index, unique, origin, definition) in connection.list(sql, [table], read)? {
        let columns = connection.list(INDEX_COLUMNS, [&index], name)?;
        if origin == "u" {
            let definition = format!("UNIQUE ({})", columns.join(", "));
            constraints.push(TableConstraint { name: None, definition });
        }
        indexes.push(TableIndex { name: index, columns, unique, definition });
    }
    Ok((indexes, constraints))
}

pub(super) fn name(row: &rusqlite::Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

/// A number that is never negative; the engine itself has signed ones only.
pub(super) fn natural(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(index)?).unwrap_or_default())
}

/// A name as it stands in SQL.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The CHECK constraints of a CREATE TABLE, which the engine keeps as text only.
fn checks(definition: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = definition;
    let mut inside_word = false;
    while let Some(first) = rest.chars().next() {
        let skipped = opaque(rest);
        let word = rest.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("check"));
        let taken = if skipped > 0 {
            skipped
        } else if word && !inside_word {
            let behind = rest[5..].trim_start();
            let length = if behind.starts_with('(') { parenthesised(behind) } else { 0 };
            if length > 0 {
                found.push(format!("CHECK {}", &behind[..length]));
            }
            rest.len() - behind.len() + length
        } else {
            first.len_utf8()
        };
        inside_word = skipped == 0 && (first.is_alphanumeric() || first == '_');
        rest = &rest[taken..];
    }
    found
}

/// The length of the parenthesised text that `text` begins with; 0 where it is not closed.
fn parenthesised(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(character) = text[at..].chars().next() {
        let skipped = opaque(&text[at..]);
        if skipped > 0 {
            at += skipped;
            continue;
        }
        at += character.len_utf8();
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_found_in_the_text() {
        let definition = "CREATE TABLE t (a CHECK (a > 0), checked TEXT, b DEFAULT 'CHECK (x)',
            c /* CHECK (y) */ check(c in (')', \"b\") and (c)), -- CHECK (z)\n d, CONSTRAINT e CHECK";
        assert_eq!(checks(definition), ["CHECK (a > 0)", "CHECK (c in (')', \"b\") and (c))"]);
        assert_eq!(checks("CHECK ("), Vec::<String>::new());
        assert_eq!(checks("ż CHECK ('"), Vec::<String>::new());
    }
}
