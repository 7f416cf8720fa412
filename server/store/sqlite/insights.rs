//! The health checks that a database file can answer.

use serde_json::{Value, json};

use super::super::{Check, Column, DbFinding, Insights, Inspection, QueryError, Rows};
use super::describe::{SCHEMA, count, name, natural, size};
use super::gate::Watched;

use lockstep_tools::DbFindingSeverity as Severity;

const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table'
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND (?1 IS NULL OR name = ?1 COLLATE NOCASE) ORDER BY name LIMIT ?2";

pub(super) fn inspect(connection: &Watched<'_>, inspection: &Inspection) -> Result<Insights, QueryError> {
    if inspection.schema.as_deref().is_some_and(|schema| !schema.eq_ignore_ascii_case(SCHEMA)) {
        return Ok(Insights::default());
    }
    match inspection.check {
        Check::Indexes => indexes(connection, inspection),
        Check::Vacuum => vacuum(connection),
        Check::Sequences => sequences(connection, inspection),
        Check::TableStats => table_stats(connection, inspection),
        Check::ColumnStats => column_stats(connection, inspection),
        Check::Settings => settings(connection),
        Check::Connections
        | Check::Active
        | Check::Locks
        | Check::LongTx
        | Check::TopQueries
        | Check::Replication
        | Check::Buffers
        | Check::Constraints
        | Check::Extensions => {
            let message = "SQLite has no server to ask for this; it answers `indexes`, `vacuum`, `sequences`, \
                           `table_stats`, `column_stats` and `settings`";
            Err(QueryError::Unsupported { message: message.to_owned() })
        }
    }
}

fn tables(connection: &Watched<'_>, inspection: &Inspection) -> Result<Vec<String>, QueryError> {
    connection.list(TABLES, (inspection.table.as_deref(), inspection.limit), name)
}

fn rows<const N: usize>(columns: [&str; N], rows: Vec<[Value; N]>) -> Rows {
    let columns = columns.map(|name| Column { name: name.to_owned(), r#type: None }).into();
    Rows { columns, rows: rows.into_iter().map(Vec::from).collect(), ..Rows::default() }
}

fn finding(severity: Severity, object: &str, message: &str, evidence: String) -> DbFinding {
    DbFinding {
        severity,
        object: Some(object.to_owned()),
        message: message.to_owned(),
        evidence: Some(evidence),
    }
}

/// Indexes that another one makes superfluous, and foreign keys without one.
fn indexes(connection: &Watched<'_>, inspection: &Inspection) -> Result<Insights, QueryError> {
    let (mut findings, mut listed) = (Vec::new(), Vec::new());
    for table in tables(connection, inspection)? {
        let sql = "SELECT name, \"unique\", partial FROM pragma_index_list(?1) ORDER BY name";
        let read = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?))
        };
        let mut known: Vec<(String, Vec<String>, bool, bool)> = Vec::new();
        for (index, unique, partial) in connection.list(sql, [&table], read)? {
            let sql = "SELECT coalesce(name, '') FROM pragma_index_xinfo(?1) WHERE key = 1 ORDER BY seqno";
            known.push((index.clone(), connection.list(sql, [&index], name)?, unique, partial));
        }
        for (index, columns, unique, partial) in &known {
            listed.push([json!(table), json!(index), json!(columns.join(", ")), json!(unique)]);
            let wider = known.iter().find(|(other, longer, _, partial)| {
                other != index && !partial && longer.len() > columns.len() && longer.starts_with(columns)
            });
            if let Some((wider, ..)) =
                wider.filter(|_| !unique && !partial && !columns.contains(&String::new()))
            {
                let evidence = format!("`{wider}` begins with the same columns");
                findings.push(finding(Severity::Info, index, "this index is superfluous", evidence));
            }
        }
        let sql = "SELECT group_concat(\"from\", ', ') FROM pragma_foreign_key_list(?1) GROUP BY id";
        for columns in connection.list(sql, [&table], name)? {
            let key: Vec<&str> = columns.split(", ").collect();
            let served = |(_, indexed, ..): &(String, Vec<String>, bool, bool)| {
                key.iter().all(|column| {
                    indexed.iter().take(key.len()).any(|name| name.eq_ignore_ascii_case(column))
                })
            };
            let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE pk > 0 ORDER BY pk";
            let primary = connection.list(sql, [&table], name)?;
            let primary = (String::new(), primary, true, false);
            if !known.iter().any(served) && !served(&primary) {
                let message = "a foreign key without an index makes deletions and joins slow";
                findings.push(finding(Severity::Warning, &table, message, format!("columns {columns}")));
            }
        }
    }
    // The gravest first.
    findings.sort_by_key(|finding| finding.severity != Severity::Warning);
    listed.truncate(inspection.limit as usize);
    Ok(Insights { findings, rows: rows(["table", "index", "columns", "unique"], listed) })
}

fn vacuum(connection: &Watched<'_>) -> Result<Insights, QueryError> {
    let sql = "SELECT (SELECT freelist_count FROM pragma_freelist_count), (SELECT page_count FROM pragma_page_count),
        (SELECT page_size FROM pragma_page_size)";
    let read = |row: &rusqlite::Row<'_>| Ok((natural(row, 0)?, natural(row, 1)?, natural(row, 2)?));
    let found = connection.list(sql, [], read)?;
    let (free, pages, page_size) = found.first().copied().unwrap_or_default();
    let mut findings = Vec::new();
    if free > 1000 && free * 4 > pages {
        let message = "more than a quarter of the file is unused; VACUUM would return it";
        findings.push(finding(Severity::Info, "file", message, format!("{free} of {pages} pages are free")));
    }
    let shown = vec![[json!(pages), json!(free), json!(page_size)]];
    Ok(Insights { findings, rows: rows(["pages", "free_pages", "page_size"], shown) })
}

fn sequences(connection: &Watched<'_>, inspection: &Inspection) -> Result<Insights, QueryError> {
    let sql = "SELECT name, seq FROM sqlite_sequence WHERE ?1 IS NULL OR name = ?1 COLLATE NOCASE
        ORDER BY seq DESC LIMIT ?2";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?));
    let params = (inspection.table.as_deref(), inspection.limit);
    let found = connection.optional(sql, params, read)?.unwrap_or_default();
    let near_end = |last: i64| last > i64::MAX / 10 * 9;
    let findings = found.iter().filter(|(_, last)| near_end(*last)).map(|(table, last)| {
        finding(Severity::Warning, table, "its keys are nearly used up", format!("the last one is {last}"))
    });
    let findings = findings.collect();
    let listed = found.into_iter().map(|(table, last)| [json!(table), json!(last.to_string())]).collect();
    Ok(Insights { findings, rows: rows(["table", "last_key"], listed) })
}

fn table_stats(connection: &Watched<'_>, inspection: &Inspection) -> Result<Insights, QueryError> {
    let mut listed = Vec::new();
    for table in tables(connection, inspection)? {
        let (rows, bytes) = (count(connection, &table)?, size(connection, &table)?);
        listed.push([json!(table), json!(rows), json!(bytes)]);
    }
    Ok(Insights { findings: Vec::new(), rows: rows(["table", "rows", "bytes"], listed) })
}

fn column_stats(connection: &Watched<'_>, inspection: &Inspection) -> Result<Insights, QueryError> {
    let sql = "SELECT tbl, idx, stat FROM sqlite_stat1 WHERE ?1 IS NULL OR tbl = ?1 COLLATE NOCASE
        ORDER BY tbl, idx LIMIT ?2";
    let read = |row: &rusqlite::Row<'_>| {
        let [table, index, stat]: [Option<String>; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        Ok([json!(table), json!(index), json!(stat)])
    };
    let params = (inspection.table.as_deref(), inspection.limit);
    let found = connection.optional(sql, params, read)?;
    let findings = found.is_none().then(|| {
        let message = "the planner has no statistics; ANALYZE would gather them";
        finding(Severity::Info, "file", message, "there is no table sqlite_stat1".to_owned())
    });
    let findings = findings.into_iter().collect();
    Ok(Insights { findings, rows: rows(["table", "index", "rows_and_per_key"], found.unwrap_or_default()) })
}

fn settings(connection: &Watched<'_>) -> Result<Insights, QueryError> {
    let sql = "SELECT 'sqlite_version', sqlite_version()
        UNION ALL SELECT 'encoding', encoding FROM pragma_encoding
        UNION ALL SELECT 'page_size', page_size FROM pragma_page_size
        UNION ALL SELECT 'user_version', user_version FROM pragma_user_version";
    let read = |row: &rusqlite::Row<'_>| {
        let value: rusqlite::types::Value = row.get(1)?;
        let value = match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            _ => String::new(),
        };
        Ok([json!(row.get::<_, String>(0)?), json!(value)])
    };
    let found = connection.list(sql, [], read)?;
    Ok(Insights { findings: Vec::new(), rows: rows(["setting", "value"], found) })
}
