//! What the role of a source may do: a source whose role could do more than read is not served.

use sqlx::Row as _;
use sqlx::postgres::PgConnection;

use super::config::{Config, MaskedColumn};

/// At most this many objects are named for one finding.
const NAMED: usize = 3;

/// One row per finding. A role counts as holding what it could take with `SET ROLE`, too.
const FINDINGS: &str = r#"
WITH held AS (
    SELECT oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
    FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')
), relations AS (
    SELECT c.oid, c.relowner, c.relkind, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\_toast%' AND n.nspname NOT LIKE 'pg\_temp%'
)
SELECT 'is a superuser' AS finding FROM held WHERE rolsuper
UNION ALL SELECT 'may create roles' FROM held WHERE rolcreaterole
UNION ALL SELECT 'may create databases' FROM held WHERE rolcreatedb
UNION ALL SELECT 'may replicate' FROM held WHERE rolreplication
UNION ALL SELECT 'bypasses row security' FROM held WHERE rolbypassrls
UNION ALL SELECT 'is a member of `' || rolname || '`' FROM held WHERE rolname IN (
    'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend',
    'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_checkpoint', 'pg_create_subscription', 'pg_use_reserved_connections',
    'pg_signal_autovacuum_worker')
UNION ALL SELECT 'may read password hashes' WHERE EXISTS (SELECT FROM held
    WHERE pg_catalog.has_any_column_privilege(held.oid, 'pg_catalog.pg_authid', 'SELECT'))
UNION ALL SELECT 'owns the database' FROM pg_catalog.pg_database d JOIN held ON held.oid = d.datdba
    WHERE d.datname = pg_catalog.current_database()
UNION ALL SELECT 'owns the schema `' || nspname || '`' FROM pg_catalog.pg_namespace JOIN held ON held.oid = nspowner
UNION ALL SELECT 'owns `' || name || '`' FROM relations JOIN held ON held.oid = relowner
UNION ALL SELECT 'may write `' || name || '`' FROM relations WHERE relkind <> 'S' AND EXISTS (SELECT FROM held
    WHERE pg_catalog.has_table_privilege(held.oid, relations.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
    OR pg_catalog.has_any_column_privilege(held.oid, relations.oid, 'INSERT, UPDATE'))
UNION ALL SELECT 'may call `' || p.proname || '`' FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE (n.nspname = 'pg_catalog' AND p.proname IN ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir',
            'pg_stat_file', 'lo_import', 'lo_export', 'pg_reload_conf', 'pg_rotate_logfile', 'pg_promote')
        OR p.proname IN ('dblink_connect_u', 'pg_file_write', 'pg_file_unlink', 'pg_file_rename'))
    AND EXISTS (SELECT FROM held WHERE pg_catalog.has_function_privilege(held.oid, p.oid, 'EXECUTE'))
"#;

/// A masked column that does not exist is a misspelt one, and its real name would be readable.
const MASKED: &str = "SELECT CASE WHEN a.attnum IS NULL THEN 'masked'
        WHEN EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE pg_catalog.pg_has_role(r.oid, 'MEMBER')
            AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT')) THEN 'readable' END
    FROM (SELECT $1::text AS schema, $2::text AS name, $3::text AS column) AS wanted
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
    LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = wanted.column
        AND a.attnum > 0 AND NOT a.attisdropped";

/// Why a source with this role is not served; nothing when its role can only read.
///
/// # Errors
///
/// The database could not be asked.
pub(super) async fn refusal(
    connection: &mut PgConnection,
    config: &Config,
) -> Result<Option<String>, sqlx::Error> {
    for column in &config.masked {
        if let Some(refusal) = masked(connection, column).await? {
            return Ok(Some(refusal));
        }
    }
    if config.allow_privileged_role {
        return Ok(None);
    }
    let findings = findings(connection).await?;
    if findings.is_empty() {
        return Ok(None);
    }
    let more = if findings.len() > NAMED { " and more" } else { "" };
    let shown = findings[..findings.len().min(NAMED)].join(", ");
    Ok(Some(format!("the database is not served because its role {shown}{more}")))
}

/// What the role may do beyond reading.
pub(super) async fn findings(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::raw_sql(FINDINGS).fetch_all(connection).await?;
    rows.iter().map(|row| row.try_get::<String, _>(0)).collect()
}

async fn masked(
    connection: &mut PgConnection,
    MaskedColumn { schema, table, column }: &MaskedColumn,
) -> Result<Option<String>, sqlx::Error> {
    let query = sqlx::query_scalar::<sqlx::Postgres, Option<String>>(MASKED).persistent(false);
    let answer = query.bind(schema).bind(table).bind(column).fetch_one(connection).await?;
    let name = format!("`{schema}.{table}.{column}`");
    Ok(match answer.as_deref() {
        Some("readable") => {
            Some(format!("the database is not served because its role may read {name}, which is masked"))
        }
        Some(_) => {
            Some(format!("the database is not served because the masked column {name} does not exist"))
        }
        None => None,
    })
}
