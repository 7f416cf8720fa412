//! Names that exist, for messages about names that do not.

use rusqlite::Connection;

use super::super::{nearest, quoted};

const MAX_TABLES: usize = 20;

pub(super) const TABLES: &str = "SELECT name FROM sqlite_schema
    WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name LIMIT 500";
const COLUMNS: &str = "SELECT DISTINCT c.name FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS c
    WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY c.name LIMIT 2000";

/// Adds the nearest names and the list of tables to a message about an unknown table or column.
///
/// Reads the schema through the same gate as the caller's own statements, still under the caller's deadline.
pub(super) fn with_names(connection: &Connection, message: String) -> String {
    let (kind, name, candidates) = if let Some(name) = message.strip_prefix("no such table: ") {
        ("table", name, TABLES)
    } else if let Some(name) = message.strip_prefix("no such column: ") {
        ("column", name, COLUMNS)
    } else {
        return message;
    };
    let bare = name.rsplit('.').next().unwrap_or(name);
    let nearest = nearest(bare, &names(connection, candidates));
    let mut text = format!("no such {kind}: `{name}`");
    if !nearest.is_empty() {
        text.push_str(&format!("; did you mean {}?", quoted(&nearest)));
    }
    let tables = names(connection, TABLES);
    if !tables.is_empty() {
        let (shown, more) = tables.split_at(tables.len().min(MAX_TABLES));
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        text.push_str(&format!("; the tables are {}{more}", quoted(shown)));
    }
    text
}

/// As many names as can be had: a broken view ends the list, not the message.
pub(super) fn names(connection: &Connection, sql: &str) -> Vec<String> {
    let Ok(mut statement) = connection.prepare(sql) else {
        return Vec::new();
    };
    let Ok(rows) = statement.query_map([], |row| row.get::<_, String>(0)) else {
        return Vec::new();
    };
    rows.map_while(Result::ok)
        .map(|name| name.chars().filter(|c| !c.is_control()).take(64).collect())
        .collect()
}
