//! The database's errors as the catalog's codes. They are told apart by SQLSTATE and routine, which no language changes.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use super::super::{QueryError, fragment, leading_keyword};

/// The words with which statements begin that change something.
const WRITES: &[&str] = &[
    "ALTER", "ANALYZE", "CALL", "CLUSTER", "COMMENT", "COPY", "CREATE", "DELETE", "DO", "DROP", "GRANT",
    "IMPORT", "INSERT", "LOCK", "MERGE", "NOTIFY", "REASSIGN", "REFRESH", "REINDEX", "REVOKE", "SECURITY",
    "TRUNCATE", "UPDATE", "VACUUM",
];

/// The words with which other statements begin that are no queries.
const STATEMENTS: &[&str] = &[
    "ABORT",
    "BEGIN",
    "CHECKPOINT",
    "CLOSE",
    "COMMIT",
    "DEALLOCATE",
    "DECLARE",
    "DISCARD",
    "END",
    "EXECUTE",
    "EXPLAIN",
    "FETCH",
    "LISTEN",
    "LOAD",
    "MOVE",
    "PREPARE",
    "RELEASE",
    "RESET",
    "ROLLBACK",
    "SAVEPOINT",
    "SET",
    "SHOW",
    "START",
    "UNLISTEN",
    "USE",
    "DESCRIBE",
];

/// A failure before there is a statement: nothing that the server says is passed on, it may name roles and hosts.
pub(super) fn connecting(error: &sqlx::Error) -> QueryError {
    let unavailable = |message: &str| QueryError::Unavailable { message: message.to_owned() };
    match error {
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some(code) if code.starts_with("28") => QueryError::AuthFailed,
            Some("3D000") => unavailable("the configured database does not exist"),
            Some("53300") => QueryError::Busy,
            Some("57P03") => unavailable("the database is starting up or shutting down"),
            _ => unavailable("the database refused the connection"),
        },
        sqlx::Error::Tls(_) => {
            unavailable("the database's certificate cannot be verified, or it speaks no TLS")
        }
        sqlx::Error::Io(_) => unavailable("the database cannot be reached"),
        _ => unavailable("the connection to the database failed"),
    }
}

/// A failure of a caller's statement, of which `prefix` characters were ours.
pub(super) fn failed(error: &sqlx::Error, sql: &str, prefix: usize) -> QueryError {
    match error {
        sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => from_server(error, sql, prefix),
            None => QueryError::Internal,
        },
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
            QueryError::Unavailable { message: "the connection to the database broke".to_owned() }
        }
        // The driver reads the definition of a type that it does not know.
        sqlx::Error::Decode(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::RowNotFound => QueryError::UnsupportedSyntax {
            message:
                "a column of the result, or a parameter, has a type that cannot be sent; cast it to text"
                    .to_owned(),
        },
        _ => QueryError::Internal,
    }
}

/// A statement that the cursor does not take although its text is whole.
pub(super) fn refused(error: &sqlx::Error, sql: &str, prefix: usize) -> QueryError {
    match failed(error, sql, prefix) {
        QueryError::SyntaxError { message } => match leading_keyword(sql).as_str() {
            "SELECT" | "WITH" | "VALUES" | "TABLE" | "statement" => QueryError::SyntaxError { message },
            word if WRITES.contains(&word) => QueryError::WriteAttempt { what: format!("`{word}`") },
            word if STATEMENTS.contains(&word) => QueryError::NotAQuery { what: word.to_owned() },
            _ => QueryError::SyntaxError { message },
        },
        other => other,
    }
}

/// A failure to turn a caller's value into what the statement takes.
pub(super) fn parameter(error: &sqlx::Error) -> QueryError {
    match failed(error, "", 0) {
        QueryError::SqlError { message } | QueryError::SyntaxError { message } => {
            QueryError::InvalidParams { message }
        }
        other => other,
    }
}

fn from_server(error: &PgDatabaseError, sql: &str, prefix: usize) -> QueryError {
    let message = || message(error, prefix);
    let code = error.code();
    match code {
        "42601" if error.routine() == Some("exec_parse_message") => QueryError::MultipleStatements,
        "42601" if error.routine() == Some("transformSelectStmt") && is_into(error) => {
            QueryError::WriteAttempt { what: "`SELECT INTO`".to_owned() }
        }
        "42601" => QueryError::SyntaxError { message: message() },
        "42501" => QueryError::PermissionDenied { message: message() },
        "25006" => QueryError::WriteAttempt { what: format!("`{}`", leading_keyword(sql)) },
        // A cursor takes no WITH that changes data, and no SELECT INTO.
        "0A000" | "42P11" if error.routine() == Some("transformDeclareCursorStmt") => {
            QueryError::WriteAttempt { what: format!("`{}`", leading_keyword(sql)) }
        }
        "0A000" => QueryError::UnsupportedSyntax { message: message() },
        "42P02" | "42P18" | "08P01" => QueryError::InvalidParams { message: message() },
        "57014" => QueryError::Timeout,
        "55P03" | "53300" | "40001" | "40P01" => QueryError::Busy,
        "54000" => QueryError::ValueTooLarge,
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => {
            QueryError::Unavailable { message: "the database ended the connection".to_owned() }
        }
        _ => QueryError::SqlError { message: format!("{} (SQLSTATE {code})", message()) },
    }
}

/// The statement names a table that its rows would go into; in whatever language, the server names the clause so.
fn is_into(error: &PgDatabaseError) -> bool {
    error.message().contains("INTO")
}

/// The server's words, its advice, and where in the caller's text. Details stay away: they can hold rows.
fn message(error: &PgDatabaseError, prefix: usize) -> String {
    let mut text = fragment(error.message());
    if let Some(PgErrorPosition::Original(position)) = error.position()
        && let Some(position) = position.checked_sub(prefix)
        && position > 0
    {
        text.push_str(&format!(", at character {position}"));
    }
    if let Some(hint) = error.hint() {
        text.push_str("; ");
        text.push_str(&fragment(hint));
    }
    text
}
