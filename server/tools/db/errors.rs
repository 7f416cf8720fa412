//! What can go wrong with a database, in the words of each tool.

use lockstep_runtime::contract::{ErrorDetail, PromptError, ResourceError, SharedError};
use lockstep_tools::db_advise_indexes::DbAdviseIndexesError;
use lockstep_tools::db_describe::DbDescribeError;
use lockstep_tools::db_explain::DbExplainError;
use lockstep_tools::db_insights::DbInsightsError;
use lockstep_tools::db_query::DbQueryError;
use lockstep_tools::db_saved::DbSavedError;
use lockstep_tools::db_search_objects::DbSearchObjectsError;

use crate::store::QueryError;

/// Reads a store's error as a tool's own, where the tool's catalog has it, else as one that all tools share.
macro_rules! from_query_error {
    ($($error:ident { $($variant:ident $constructor:ident)* })*) => {
        $(
            impl From<QueryError> for $error {
                fn from(error: QueryError) -> Self {
                    let detail = ErrorDetail::new(error.to_string());
                    match error {
                        $(QueryError::$variant { .. } => Self::$constructor(detail),)*
                        other => shared(other, detail).into(),
                    }
                }
            }
        )*
    };
}

from_query_error! {
    DbQueryError {
        UnknownDatabase unknown_database
        NoDatabase no_database
        AuthFailed auth_failed
        PermissionDenied permission_denied
        EmptySql empty_sql
        SqlTooLong sql_too_long
        BadCharacters bad_characters
        MultipleStatements multiple_statements
        NotAQuery not_a_query
        WriteAttempt write_attempt
        FunctionDenied function_denied
        PragmaDenied pragma_denied
        UnsupportedSyntax unsupported_syntax
        SyntaxError syntax_error
        SqlError sql_error
        InvalidParams invalid_params
        ValueTooLarge value_too_large
        TooExpensive too_expensive
        Timeout timeout
    }
    DbExplainError {
        UnknownDatabase unknown_database
        NoDatabase no_database
        AuthFailed auth_failed
        PermissionDenied permission_denied
        EmptySql empty_sql
        SqlTooLong sql_too_long
        BadCharacters bad_characters
        MultipleStatements multiple_statements
        NotAQuery not_a_query
        WriteAttempt write_attempt
        FunctionDenied function_denied
        PragmaDenied pragma_denied
        UnsupportedSyntax unsupported_syntax
        SyntaxError syntax_error
        SqlError sql_error
        InvalidParams invalid_params
        Timeout timeout
    }
    DbSearchObjectsError {
        UnknownDatabase unknown_database
        NoDatabase no_database
        AuthFailed auth_failed
        Timeout timeout
    }
    DbDescribeError {
        NotFound not_found
        AmbiguousTable ambiguous_table
        UnknownDatabase unknown_database
        NoDatabase no_database
        AuthFailed auth_failed
        PermissionDenied permission_denied
        Timeout timeout
    }
    DbSavedError {
        NotFound not_found
        InvalidParams invalid_params
        AuthFailed auth_failed
        PermissionDenied permission_denied
        SqlError sql_error
        ValueTooLarge value_too_large
        Timeout timeout
    }
    DbInsightsError {
        Unsupported unsupported
        NotFound not_found
        UnknownDatabase unknown_database
        NoDatabase no_database
        AuthFailed auth_failed
        PermissionDenied permission_denied
        Timeout timeout
    }
    DbAdviseIndexesError {
        Unsupported unsupported
        UnknownDatabase unknown_database
        NoDatabase no_database
        AuthFailed auth_failed
        PermissionDenied permission_denied
        MultipleStatements multiple_statements
        NotAQuery not_a_query
        SyntaxError syntax_error
        Timeout timeout
    }
}

fn shared(error: QueryError, detail: ErrorDetail) -> SharedError {
    match error {
        QueryError::Busy => SharedError::Busy(detail),
        QueryError::Timeout => SharedError::Timeout(detail),
        QueryError::Cancelled => SharedError::Cancelled(detail),
        QueryError::Unavailable { .. } | QueryError::AuthFailed | QueryError::NoDatabase => {
            SharedError::Unavailable(detail)
        }
        _ => SharedError::Internal(detail),
    }
}

impl From<QueryError> for ResourceError {
    fn from(error: QueryError) -> Self {
        let detail = ErrorDetail::new(error.to_string());
        match error {
            QueryError::NotFound { .. } | QueryError::UnknownDatabase { .. } | QueryError::NoDatabase => {
                Self::NotFound(detail)
            }
            QueryError::PermissionDenied { .. } => Self::Denied(detail),
            other => shared(other, detail).into(),
        }
    }
}

impl From<QueryError> for PromptError {
    fn from(error: QueryError) -> Self {
        let detail = ErrorDetail::new(error.to_string());
        match error {
            // Whatever is wrong with the statement or the name came with the arguments.
            QueryError::Busy
            | QueryError::Timeout
            | QueryError::Cancelled
            | QueryError::Internal
            | QueryError::AuthFailed
            | QueryError::NoDatabase
            | QueryError::Unavailable { .. } => shared(error, detail).into(),
            _ => Self::InvalidArgument(detail),
        }
    }
}
