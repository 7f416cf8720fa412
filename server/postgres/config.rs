//! What the operator says about one PostgreSQL source.

use std::fmt;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

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

/// One PostgreSQL database, as configured.
#[derive(Clone)]
pub struct Config {
    /// `postgres://user:password@host:port/database`. Without `sslmode` in it, a host that is not this machine has to
    /// show a certificate that an authority of the system signed for its name; `sslrootcert` names another authority.
    pub address: String,
    /// The schemas whose tables may be named without one; the first that has the name wins.
    pub schemas: Vec<String>,
    /// Columns that nobody may read. The source is not served while its role can read one of them.
    pub masked: Vec<MaskedColumn>,
    /// Statements that the planner expects to cost more are refused; `None` asks no planner.
    pub max_plan_cost: Option<f64>,
    /// Serve the source although its role could do more than read.
    pub allow_privileged_role: bool,
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

/// The configured address is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressError;

impl Config {
    /// A source with nothing but its address: schema `public`, no masked columns, no cost gate.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            schemas: vec!["public".to_owned()],
            masked: Vec::new(),
            max_plan_cost: None,
            allow_privileged_role: false,
        }
    }

    /// How to connect: with settings that no statement can undo for the next one, and nothing of SQL in the log.
    pub(super) fn options(&self) -> Result<PgConnectOptions, AddressError> {
        let mut options: PgConnectOptions = self.address.parse().map_err(|_error| AddressError)?;
        let remote = options.get_socket().is_none() && !is_loopback(options.get_host());
        if remote && !self.chooses_tls() {
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

    fn chooses_tls(&self) -> bool {
        let query = self.address.split_once('?').map_or("", |(_, query)| query);
        let named =
            query.split('&').any(|pair| pair.starts_with("sslmode=") || pair.starts_with("ssl-mode="));
        named || std::env::var_os("PGSSLMODE").is_some()
    }
}

/// The address may hold a password.
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

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is not of the form `postgres://user:password@host:port/database`")
    }
}

impl std::error::Error for AddressError {}

/// A name as SQL.
pub(super) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
