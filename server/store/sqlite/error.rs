//! SQLite's errors told apart.

use rusqlite::ErrorCode;

use super::super::{QueryError, StoreError, fragment, leading_keyword};
use super::gate::Denied;

/// Reads the engine's error; `denied` is what the authorizer refused last, if anything.
pub(super) fn query_error(error: &rusqlite::Error, denied: Option<Denied>, sql: &str) -> QueryError {
    if let Some(denied) = denied {
        return from_denied(denied, sql);
    }
    let (code, message) = match error {
        rusqlite::Error::SqliteFailure(failure, message) => (failure.code, message.as_deref()),
        rusqlite::Error::SqlInputError { error, msg, .. } => (error.code, Some(msg.as_str())),
        _ => return QueryError::Internal,
    };
    let message = message.unwrap_or("the engine gave no reason");
    match code {
        ErrorCode::TooBig => QueryError::ValueTooLarge,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => QueryError::Busy,
        ErrorCode::ReadOnly => QueryError::WriteAttempt { what: format!("`{}`", leading_keyword(sql)) },
        ErrorCode::AuthorizationForStatementDenied => not_a_query(sql),
        ErrorCode::OutOfMemory => {
            QueryError::SqlError { message: "the statement needs more memory than it may have".to_owned() }
        }
        // These can name files of the host.
        ErrorCode::CannotOpen | ErrorCode::SystemIoFailure => {
            QueryError::SqlError { message: "the database file cannot be read".to_owned() }
        }
        // Views and the schema table are refused before the authorizer is asked.
        ErrorCode::Unknown if is_protected_table(message) || message.starts_with("cannot modify ") => {
            QueryError::WriteAttempt { what: format!("`{}`", leading_keyword(sql)) }
        }
        ErrorCode::Unknown if is_syntax(message) => QueryError::SyntaxError { message: fragment(message) },
        _ => QueryError::SqlError { message: fragment(message) },
    }
}

/// A statement that the authorizer let pass and that is not a query all the same.
pub(super) fn not_a_query(sql: &str) -> QueryError {
    QueryError::NotAQuery { what: leading_keyword(sql) }
}

fn from_denied(denied: Denied, sql: &str) -> QueryError {
    match denied {
        Denied::Rows { verb, table } => {
            QueryError::WriteAttempt { what: format!("{verb} `{}`", fragment(&table)) }
        }
        Denied::Schema => QueryError::WriteAttempt { what: format!("`{}`", leading_keyword(sql)) },
        Denied::Function(name) => QueryError::FunctionDenied { name },
        Denied::Pragma(name) => QueryError::PragmaDenied { name },
        Denied::Other => not_a_query(sql),
    }
}

pub(super) fn store_error(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotADatabase,
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => StoreError::PermissionDenied,
        Some(code) => StoreError::Engine { message: fragment(&format!("{code:?}")) },
        None => StoreError::Engine { message: "the engine could not be set up".to_owned() },
    }
}

/// As in "table sqlite_master may not be modified".
fn is_protected_table(message: &str) -> bool {
    message.starts_with("table ") && message.contains(" may not be ")
}

fn is_syntax(message: &str) -> bool {
    message.ends_with("syntax error")
        || message.starts_with("incomplete input")
        || message.starts_with("unrecognized token")
        || message.starts_with("near \"")
}
