//! Names that exist, for messages about tables that do not.

use sqlx::postgres::PgConnection;

use super::super::{nearest, quoted};

const MAX_TABLES: usize = 20;
/// How the message of an unknown table ends.
const UNKNOWN_TABLE: &str = " (SQLSTATE 42P01)";

/// What the role may read; outside of the search path with the schema.
const TABLES: &str = "SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN c.relname::pg_catalog.text
        ELSE n.nspname || '.' || c.relname END AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\\_toast%' AND n.nspname NOT LIKE 'pg\\_temp%'
        AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'))
    ORDER BY name LIMIT 500";

/// The table that the message says does not exist.
pub(super) fn wanted(message: &str) -> Option<&str> {
    let about = message.strip_suffix(UNKNOWN_TABLE)?;
    about.split('"').nth(1)
}

/// As many names as can be had.
pub(super) async fn tables(connection: &mut PgConnection) -> Vec<String> {
    let names =
        sqlx::query_scalar::<sqlx::Postgres, String>(TABLES).persistent(false).fetch_all(connection).await;
    let names = names.unwrap_or_default();
    names.iter().map(|name| name.chars().filter(|c| !c.is_control()).take(64).collect()).collect()
}

/// Adds the nearest names and the list of tables to a message about an unknown table.
pub(super) fn with_names(mut message: String, tables: &[String]) -> String {
    let near = wanted(&message).map(|wanted| {
        let bare = wanted.rsplit('.').next().unwrap_or(wanted);
        nearest(bare, tables)
    });
    if let Some(near) = near.filter(|near| !near.is_empty()) {
        message.push_str(&format!("; did you mean {}?", quoted(&near)));
    }
    if !tables.is_empty() {
        let (shown, more) = tables.split_at(tables.len().min(MAX_TABLES));
        let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
        message.push_str(&format!("; the tables are {}{more}", quoted(shown)));
    }
    message
}
