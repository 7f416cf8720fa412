//! Names that exist, for messages about names that do not.

use rusqlite::Connection;

const MAX_TABLES: usize = 20;
const MAX_NEAREST: usize = 3;

const TABLES: &str = "SELECT name FROM sqlite_schema
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
    let nearest = nearest(bare, names(connection, candidates));
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
fn names(connection: &Connection, sql: &str) -> Vec<String> {
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

pub(crate) fn nearest(wanted: &str, names: Vec<String>) -> Vec<String> {
    let wanted: Vec<char> = wanted.to_lowercase().chars().take(64).collect();
    let mut ranked: Vec<(usize, String)> = names
        .into_iter()
        .filter_map(|name| {
            let candidate: Vec<char> = name.to_lowercase().chars().collect();
            let edits = distance(&wanted, &candidate);
            let contained = wanted.len().min(candidate.len()) >= 3
                && (contains(&wanted, &candidate) || contains(&candidate, &wanted));
            (contained || edits <= (wanted.len() / 3).max(1)).then_some((edits, name))
        })
        .collect();
    ranked.sort();
    ranked.truncate(MAX_NEAREST);
    ranked.into_iter().map(|(_, name)| name).collect()
}

fn contains(text: &[char], part: &[char]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// The number of single-character edits between two words.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (row, x) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, y) in b.iter().enumerate() {
            let replaced = previous[column] + usize::from(x != y);
            current.push(replaced.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    previous[b.len()]
}

pub(crate) fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
