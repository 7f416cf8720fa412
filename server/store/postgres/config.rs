//! What the operator says about one PostgreSQL source.

use std::fmt;
use std::path::PathBuf;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

use super::super::QueryError;

/// Fixed for every session; `RESET` and `DISCARD ALL` return to these.
const SETTINGS: [(&str, &str); 9] = [
    ("default_transaction_read_only", "on"),
    ("statement_timeout", "30s"),
    ("lock_timeout", "500ms"),
    ("idle_in_transaction_session_timeout", "10s"),
    // The lexer here and the server have to agree on what ends a string.
    ("standard_conforming_strings", "on"),
    ("bytea_output", "hex"),
    ("intervalstyle", "postgres"),
    ("row_security", "on"),
    // Every row of the cursor is wanted, not the first tenth of them.
    ("cursor_tuple_fraction", "1.0"),
];

/// What may stand behind the question mark of an address.
const PARAMETERS: [&str; 5] = ["host", "sslcert", "sslkey", "sslmode", "sslrootcert"];

/// One PostgreSQL database, as configured.
#[derive(Clone)]
pub struct Config {
    /// `postgres://user@host:port/database`. Without `sslmode` in it, a host that is not this machine has to show a
    /// certificate that an authority of the system signed for its name; `sslrootcert` names another authority.
    pub address: String,
    /// What the role proves itself with.
    pub password: Password,
    /// The schemas whose tables may be named without one; the first that has the name wins.
    pub schemas: Vec<String>,
    /// Columns that nobody may read. The source is not served while its role can read one of them.
    pub masked: Vec<MaskedColumn>,
    /// Statements that the planner expects to cost more are refused; `None` asks no planner.
    pub max_plan_cost: Option<f64>,
    /// Serve the source although its role could do more than read.
    pub allow_privileged_role: bool,
}

/// Where the password of a role is.
#[derive(Clone, Default)]
pub enum Password {
    /// None is needed, or it is in libpq's own password file.
    #[default]
    None,
    /// This is it.
    Known(String),
    /// In this file, but for a line end behind it. It is read for each connection, so that it may change.
    File(PathBuf),
}

/// A column whose values stay in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskedColumn {
    /// The table's schema.
    pub schema: String,
    /// The table or view.
    pub table: String,
    /// The column.
    pub column: String,
}

/// What is wrong with a configured address. It is not quoted: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// It is none.
    Address,
    /// It has a password in it, which a configuration is no place for.
    PasswordInAddress,
    /// It has a parameter that is not known.
    Parameter,
}

impl Config {
    /// A source with nothing but its address: no password, schema `public`, no masked columns, no cost gate.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            password: Password::None,
            schemas: vec!["public".to_owned()],
            masked: Vec::new(),
            max_plan_cost: None,
            allow_privileged_role: false,
        }
    }

    /// How to connect, but for the password: with settings that no statement can undo for the next one, and nothing of SQL
    /// in the log.
    pub(super) fn options(&self) -> Result<PgConnectOptions, ConfigError> {
        let address: Url = self.address.parse().map_err(|_error| ConfigError::Address)?;
        if !matches!(address.scheme(), "postgres" | "postgresql") {
            return Err(ConfigError::Address);
        }
        let named = |wanted: &str| address.query_pairs().any(|(name, _)| name == wanted);
        if address.password().is_some() || named("password") {
            return Err(ConfigError::PasswordInAddress);
        }
        // The driver would leave out what it does not know.
        if !address.query_pairs().all(|(name, _)| PARAMETERS.contains(&&*name)) {
            return Err(ConfigError::Parameter);
        }
        let mut options: PgConnectOptions = self.address.parse().map_err(|_error| ConfigError::Address)?;
        let remote = options.get_socket().is_none() && !is_loopback(options.get_host());
        // Whatever PGSSLMODE says.
        if remote && !named("sslmode") {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        // A statement that is kept would outlive `DISCARD ALL` here, and not there.
        let options = options.statement_cache_capacity(0).application_name("lockstep").options(SETTINGS);
        Ok(options.disable_statement_logging())
    }

    /// The search path as SQL. The system's own schema comes first, unnamed, and temporary tables come last, so that
    /// nothing takes the place of a system function or of a table.
    pub(super) fn search_path(&self) -> String {
        let schemas = self.schemas.iter().filter(|schema| *schema != "pg_catalog");
        let mut path: String = schemas.map(|schema| format!("{}, ", identifier(schema))).collect();
        path.push_str("pg_temp");
        path
    }
}

impl Password {
    /// The password now.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unavailable`] where its file cannot be read.
    pub(super) fn read(&self) -> Result<Option<String>, QueryError> {
        match self {
            Self::None => Ok(None),
            Self::Known(password) => Ok(Some(password.clone())),
            Self::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => Ok(Some(text.trim_end_matches(['\n', '\r']).to_owned())),
                Err(error) => {
                    let why = error.kind();
                    let message = format!("the file with the database's password cannot be read: {why}");
                    Err(QueryError::Unavailable { message })
                }
            },
        }
    }
}

/// What it is stays unsaid.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Known(_) => "Known",
            Self::File(_) => "File",
        })
    }
}

/// The address may hold a password, where it was not checked yet.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("schemas", &self.schemas)
            .field("masked", &self.masked)
            .field("max_plan_cost", &self.max_plan_cost)
            .field("allow_privileged_role", &self.allow_privileged_role)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "the address is not of the form `postgres://user@host:port/database`",
            Self::PasswordInAddress => "the address has a password in it",
            Self::Parameter => {
                "the address has a parameter other than `host`, `sslmode`, `sslrootcert`, `sslcert` and `sslkey`"
            }
        })
    }
}

impl std::error::Error for ConfigError {}

/// A name as SQL.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
