//! What can go wrong with a database and with what it is asked, whichever engine runs it.

use std::fmt;

use lockstep_runtime::contract::SharedError;

use super::MAX_SQL_BYTES;

/// How much of the engine's message is passed on: it may quote the caller's text at length.
const MAX_MESSAGE_CHARS: usize = 240;

/// Why a query gave no rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// Nothing but white space and comments.
    EmptySql,
    /// The text is longer than [`MAX_SQL_BYTES`].
    SqlTooLong {
        /// The text's length.
        bytes: usize,
    },
    /// The text has a control character other than tab and line ends.
    BadCharacters {
        /// Where it stands, in bytes from the start.
        position: usize,
    },
    /// There is a second statement behind the first one.
    MultipleStatements,
    /// A statement that neither reads nor writes rows, such as `ATTACH`, `BEGIN` or `VACUUM`.
    NotAQuery {
        /// The statement's first word.
        what: String,
    },
    /// A statement that would have changed data or the schema.
    WriteAttempt {
        /// What it would have done.
        what: String,
    },
    /// A function that callers may not use.
    FunctionDenied {
        /// The function.
        name: String,
    },
    /// A pragma that callers may not use, or not with a value.
    PragmaDenied {
        /// The pragma.
        name: String,
    },
    /// The text is not SQL as the engine understands it.
    SyntaxError {
        /// The engine's words.
        message: String,
    },
    /// The engine refused or failed to run the statement.
    SqlError {
        /// The engine's words, with the nearest names where a name was wrong.
        message: String,
    },
    /// The parameters do not fit the statement.
    InvalidParams {
        /// Which one, and why.
        message: String,
    },
    /// A single value or row grew beyond what the engine may hold.
    ValueTooLarge,
    /// SQL that the engine understands and that cannot be used here.
    UnsupportedSyntax {
        /// What, and what to write instead.
        message: String,
    },
    /// The planner expects the statement to cost more than the operator allows.
    TooExpensive {
        /// The cost, the limit, and the part of the plan that costs most.
        message: String,
    },
    /// The server's own role may not read what the statement names.
    PermissionDenied {
        /// The engine's words.
        message: String,
    },
    /// There is no such table, view or saved query.
    NotFound {
        /// What was asked for, with the nearest names.
        message: String,
    },
    /// Several schemas have a table of this name.
    AmbiguousTable {
        /// The schemas.
        message: String,
    },
    /// This database or its version cannot do that.
    Unsupported {
        /// What is missing, such as an extension.
        message: String,
    },
    /// The database refused the credentials that the operator configured.
    AuthFailed,
    /// The database cannot be reached or opened, or is not served because its role may do too much.
    Unavailable {
        /// Why; never an address, a path or a credential.
        message: String,
    },
    /// No database of this name is configured.
    UnknownDatabase {
        /// What was asked for, with the names there are.
        message: String,
    },
    /// No database is configured at all.
    NoDatabase,
    /// The deadline passed.
    Timeout,
    /// The caller gave up.
    Cancelled,
    /// No connection became free in time, or another process holds the database locked.
    Busy,
    /// A fault on this side.
    Internal,
}

/// Why a database could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// There is nothing at the configured path.
    Missing,
    /// What is there is not a regular file.
    NotAFile,
    /// The operating system does not let this process read the file.
    PermissionDenied,
    /// The file is not a SQLite database.
    NotADatabase,
    /// The engine could not set up the connection.
    Engine {
        /// The engine's words.
        message: String,
    },
}

impl QueryError {
    /// The stable code of this error, as the tool catalog names it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EmptySql => "empty_sql",
            Self::SqlTooLong { .. } => "sql_too_long",
            Self::BadCharacters { .. } => "bad_characters",
            Self::MultipleStatements => "multiple_statements",
            Self::NotAQuery { .. } => "not_a_query",
            Self::WriteAttempt { .. } => "write_attempt",
            Self::FunctionDenied { .. } => "function_denied",
            Self::PragmaDenied { .. } => "pragma_denied",
            Self::SyntaxError { .. } => "syntax_error",
            Self::SqlError { .. } => "sql_error",
            Self::InvalidParams { .. } => "invalid_params",
            Self::ValueTooLarge => "value_too_large",
            Self::UnsupportedSyntax { .. } => "unsupported_syntax",
            Self::TooExpensive { .. } => "too_expensive",
            Self::PermissionDenied { .. } => "permission_denied",
            Self::NotFound { .. } => "not_found",
            Self::AmbiguousTable { .. } => "ambiguous_table",
            Self::Unsupported { .. } => "unsupported",
            Self::AuthFailed => "auth_failed",
            Self::Unavailable { .. } => "unavailable",
            Self::UnknownDatabase { .. } => "unknown_database",
            Self::NoDatabase => "no_database",
            Self::Timeout => "timeout",
            Self::Cancelled => "cancelled",
            Self::Busy => "busy",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptySql => f.write_str("there is no statement in the SQL text"),
            Self::SqlTooLong { bytes } => {
                write!(f, "the SQL text has {bytes} bytes, at most {MAX_SQL_BYTES} are allowed")
            }
            Self::BadCharacters { position } => {
                write!(f, "the SQL text has a control character at byte {position}")
            }
            Self::MultipleStatements => f.write_str("the SQL text has more than one statement"),
            Self::NotAQuery { what } => write!(f, "`{what}` is not a query"),
            Self::WriteAttempt { what } => write!(f, "the database is read-only and {what} was refused"),
            Self::FunctionDenied { name } => write!(f, "the function `{name}` is not allowed"),
            Self::PragmaDenied { name } => write!(f, "the pragma `{name}` is not allowed in this form"),
            Self::UnsupportedSyntax { message }
            | Self::SyntaxError { message }
            | Self::SqlError { message }
            | Self::InvalidParams { message }
            | Self::TooExpensive { message }
            | Self::PermissionDenied { message }
            | Self::NotFound { message }
            | Self::AmbiguousTable { message }
            | Self::Unsupported { message }
            | Self::Unavailable { message }
            | Self::UnknownDatabase { message } => f.write_str(message),
            Self::ValueTooLarge => {
                f.write_str("a value or row of the result is larger than the engine may hold")
            }
            Self::Timeout => f.write_str("the statement was stopped at its deadline"),
            Self::Cancelled => f.write_str("the statement was cancelled"),
            Self::Busy => f.write_str("the database is busy"),
            Self::NoDatabase => f.write_str("there is no database to ask"),
            Self::AuthFailed => f.write_str("the database refused the server's credentials"),
            Self::Internal => f.write_str("the database failed unexpectedly"),
        }
    }
}

impl std::error::Error for QueryError {}

impl StoreError {
    pub(super) fn from_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Missing,
            std::io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            kind => Self::Engine { message: kind.to_string() },
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no database file at the configured path"),
            Self::NotAFile => f.write_str("the configured database path is not a regular file"),
            Self::PermissionDenied => f.write_str("the database file cannot be opened for reading"),
            Self::NotADatabase => f.write_str("the file is not a SQLite database"),
            Self::Engine { message } => write!(f, "the database could not be opened: {message}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// The engine's message in the house form: short, one line, lower-case start, no final full stop.
pub(crate) fn fragment(message: &str) -> String {
    let mut text: String =
        message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_MESSAGE_CHARS).collect();
    if text.len() < message.len() {
        text.push('…');
    }
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    let second_is_upper = chars.clone().nth(1).is_some_and(char::is_uppercase);
    match chars.next() {
        Some(first) if !second_is_upper => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// The statement's first word, for messages only: what is allowed is decided by the engine.
pub(crate) fn leading_keyword(sql: &str) -> String {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ';');
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else {
            break;
        }
    }
    let word: String =
        rest.chars().take_while(char::is_ascii_alphabetic).take(20).collect::<String>().to_ascii_uppercase();
    if word.is_empty() { "statement".to_owned() } else { word }
}

/// What a place in the family says, as a store would say it.
impl From<SharedError> for QueryError {
    fn from(error: SharedError) -> Self {
        match error {
            SharedError::Busy(_) | SharedError::RateLimited(_) => Self::Busy,
            SharedError::Timeout(_) => Self::Timeout,
            SharedError::Cancelled(_) => Self::Cancelled,
            SharedError::Unavailable(detail) => Self::Unavailable { message: detail.message },
            _ => Self::Internal,
        }
    }
}
