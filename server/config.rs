//! What the operator says in a file: `lockstep http --config lockstep.toml`.
//!
//! A misspelt key is refused: an option that says what nobody may read must not vanish.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::store::postgres::{self, MaskedColumn, Password, Postgres};
use crate::store::sources::{Origin, Source, Sources};
use crate::store::sqlite::Masked;
use crate::tools::db::saved::{Parameter, Saved};

/// A configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The databases by name.
    pub databases: BTreeMap<String, DatabaseConfig>,
    /// Queries that callers run by name.
    pub queries: BTreeMap<String, QueryConfig>,
}

/// One database: an SQLite file, or one of a PostgreSQL server.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// An SQLite file, relative to the configuration's folder; it is opened for reading only.
    pub sqlite: Option<PathBuf>,
    /// The address of a PostgreSQL database, `postgres://user@host/database`, without a password.
    pub postgres: Option<String>,
    /// The environment variable that has the password of PostgreSQL.
    pub password_env: Option<String>,
    /// The file that has it, relative to the configuration's folder; it is read for each connection.
    pub password_file: Option<PathBuf>,
    /// The schemas of PostgreSQL whose tables may be named without one, `public` if it is left out.
    pub schemas: Option<Vec<String>>,
    /// Columns that nobody may read, as `table.column`: in SQLite they read as NULL. PostgreSQL, where it may also be
    /// `schema.table.column`, is not served while its role may read them.
    pub mask: Vec<String>,
    /// Statements for which PostgreSQL's planner expects a higher cost are refused.
    pub max_plan_cost: Option<f64>,
    /// Serve PostgreSQL although its role may do more than read.
    pub allow_privileged_role: bool,
}

/// One saved query.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryConfig {
    /// What it tells, for the model.
    pub description: String,
    /// The database it runs on.
    #[serde(default = "default_database")]
    pub database: String,
    /// One statement with a placeholder for each parameter, in their order.
    pub sql: String,
    /// Its parameters.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
}

fn default_database() -> String {
    crate::store::sources::DEFAULT.to_owned()
}

/// What is wrong with a configuration, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    ///
    /// It is no TOML, has a key that is not known, or names something wrongly.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| ConfigError {
            message: unreadable(&error, text),
            hint: "`docs/databases.md` lists the keys".to_owned(),
        })?;
        for name in config.databases.keys().chain(config.queries.keys()) {
            check_name(name)?;
        }
        for (name, query) in &config.queries {
            if !config.databases.contains_key(&query.database) {
                return Err(ConfigError {
                    message: format!(
                        "the query `{name}` runs on the database `{}`, which there is not",
                        query.database
                    ),
                    hint: format!(
                        "add [databases.{}], or set `database` to one that there is",
                        query.database
                    ),
                });
            }
        }
        for (name, database) in &config.databases {
            database.check().map_err(|wrong| wrong.of(name))?;
        }
        Ok(config)
    }

    /// The databases. Paths are relative to `folder`. None is connected to.
    ///
    /// # Errors
    ///
    /// The environment has no password where it should.
    pub fn sources(&self, folder: &Path) -> Result<Sources, ConfigError> {
        let source = |(name, database): (&String, &DatabaseConfig)| {
            database.source(name, folder).map_err(|wrong| wrong.of(name))
        };
        Ok(Sources::new(self.databases.iter().map(source).collect::<Result<Vec<_>, _>>()?))
    }

    /// What the operator allowed and should be reminded of.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let privileged = self.databases.iter().filter(|(_, database)| database.allow_privileged_role);
        let warning =
            |(name, _)| format!("the database `{name}` is served although its role may do more than read");
        privileged.map(warning).collect()
    }

    /// The saved queries.
    #[must_use]
    pub fn saved(&self) -> Vec<Saved> {
        let saved = self.queries.iter().map(|(name, query)| Saved {
            name: name.clone(),
            description: query.description.clone(),
            database: query.database.clone(),
            sql: query.sql.clone(),
            parameters: query.parameters.clone(),
        });
        saved.collect()
    }
}

impl DatabaseConfig {
    /// Checks what can be checked without the machine that this runs on.
    fn check(&self) -> Result<(), ConfigError> {
        if self.sqlite.is_some() == self.postgres.is_some() {
            return Err(wrong("has to be one of `sqlite` and `postgres`", "name a file or an address"));
        }
        if self.postgres.is_some() {
            if self.password_env.is_some() && self.password_file.is_some() {
                return Err(wrong("has two passwords", "leave `password_env` or `password_file` out"));
            }
            if self.max_plan_cost.is_some_and(|most| most.is_nan() || most <= 0.0) {
                return Err(wrong(
                    "has a `max_plan_cost` that is not above 0",
                    "leave it out to allow any cost",
                ));
            }
            return self.connection(Password::None).map(drop);
        }
        let for_postgres = [
            ("password_env", self.password_env.is_some()),
            ("password_file", self.password_file.is_some()),
            ("schemas", self.schemas.is_some()),
            ("max_plan_cost", self.max_plan_cost.is_some()),
            ("allow_privileged_role", self.allow_privileged_role),
        ];
        if let Some((key, _)) = for_postgres.into_iter().find(|(_, set)| *set) {
            return Err(wrong(format!("is an SQLite file and has `{key}`"), "leave it out"));
        }
        self.masked().map(drop)
    }

    fn source(&self, name: &str, folder: &Path) -> Result<Source, ConfigError> {
        if let Some(path) = &self.sqlite {
            let origin = Origin::SqliteFile { path: folder.join(path), masked: self.masked()? };
            return Ok(Source::new(name, origin));
        }
        let password = match (&self.password_env, &self.password_file) {
            (Some(variable), _) => Password::Known(std::env::var(variable).map_err(|_error| {
                let message =
                    format!("has its password in the environment variable `{variable}`, which is not set");
                wrong(message, "set it, or name a file with `password_file`")
            })?),
            (None, Some(file)) => Password::File(folder.join(file)),
            (None, None) => Password::None,
        };
        Ok(Source::opened(name, self.connection(password)?))
    }

    fn connection(&self, password: Password) -> Result<Postgres, ConfigError> {
        let mut config = postgres::Config::new(self.postgres.as_deref().unwrap_or_default());
        config.password = password;
        if let Some(schemas) = &self.schemas {
            config.schemas.clone_from(schemas);
        }
        let schema = config.schemas.first().map_or("public", String::as_str);
        config.masked =
            self.mask.iter().map(|column| masked_column(schema, column)).collect::<Result<_, _>>()?;
        config.max_plan_cost = self.max_plan_cost;
        config.allow_privileged_role = self.allow_privileged_role;
        Postgres::new(config).map_err(|error| {
            let hint = match error {
                postgres::ConfigError::PasswordInAddress => "name it with `password_env` or `password_file`",
                _ => "write it as `postgres://user@host/database`",
            };
            wrong(format!("cannot be connected to: {error}"), hint)
        })
    }

    /// The masked columns of an SQLite file.
    fn masked(&self) -> Result<Masked, ConfigError> {
        let split = |column: &String| match column.split('.').collect::<Vec<_>>()[..] {
            [table, name] if !table.is_empty() && !name.is_empty() => Ok((table.to_owned(), name.to_owned())),
            _ => Err(wrong(format!("has the mask `{column}`"), "write `table.column`")),
        };
        Ok(Masked::new(self.mask.iter().map(split).collect::<Result<Vec<_>, _>>()?))
    }
}

/// A masked column of PostgreSQL, where the schema may be left out.
fn masked_column(schema: &str, column: &str) -> Result<MaskedColumn, ConfigError> {
    let parts: Vec<&str> = column.split('.').collect();
    let (schema, table, name) = match parts[..] {
        [table, name] => (schema, table, name),
        [schema, table, name] => (schema, table, name),
        _ => ("", "", ""),
    };
    if [schema, table, name].contains(&"") {
        return Err(wrong(
            format!("has the mask `{column}`"),
            "write `table.column` or `schema.table.column`",
        ));
    }
    Ok(MaskedColumn { schema: schema.to_owned(), table: table.to_owned(), column: name.to_owned() })
}

/// What a database has that it must not have; its name comes before.
fn wrong(message: impl Into<String>, hint: &str) -> ConfigError {
    ConfigError { message: message.into(), hint: hint.to_owned() }
}

impl ConfigError {
    fn of(self, database: &str) -> Self {
        Self { message: format!("the database `{database}` {}", self.message), ..self }
    }
}

/// Why a text cannot be read, without the text: a password may stand in it, where it should not.
fn unreadable(error: &toml::de::Error, text: &str) -> String {
    let message = match error.message() {
        message if message.contains("://") => "an address stands where something else belongs",
        message => message,
    };
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
        None => message.to_owned(),
    }
}

/// Names stand in addresses (`db://name`) and headers.
fn check_name(name: &str) -> Result<(), ConfigError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if name.len() <= 64
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(known)
    {
        return Ok(());
    }
    Err(ConfigError {
        message: format!("`{name}` cannot be a name"),
        hint: "begin with a letter and use letters, digits, `_` and `-`, at most 64".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, part: &str) {
        let error = Config::parse(text).expect_err("the configuration is wrong");
        assert!(format!("{}; {}", error.message, error.hint).contains(part), "{error:?}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        check("[databases.main]\nsqlite = 'a.db'\nmasks = []", "unknown field `masks`");
        check("[database.main]\nsqlite = 'a.db'", "unknown field `database`");
        check("[databases.main]\nsqlite = 'a.db'\nmask = ['email']", "write `table.column`");
        check("[databases.'a b']\nsqlite = 'a.db'", "`a b` cannot be a name");
        check("[queries.q]\ndescription = 'x'\nsql = 'select 1'", "add [databases.main]");
        check("[queries.q]\nsql = 'select 1'", "missing field `description`");
        check("[databases.main]\nmask = []", "has to be one of `sqlite` and `postgres`");
        check("[databases.main]\nsqlite = 'a.db'\nschemas = ['a']", "is an SQLite file and has `schemas`");
        check("[databases.main]\npostgres = 'db.example.com'", "`postgres://user@host/database`");
        check("[databases.main]\npostgres = 'postgres://h/d'\nmask = ['a.b.c.d']", "`schema.table.column`");
        check("[databases.main]\npostgres = 'postgres://h/d'\nmax_plan_cost = 0", "not above 0");
        check(
            "[databases.main]\npostgres = 'postgres://h/d'\npassword_env = 'A'\npassword_file = 'b'",
            "has two passwords",
        );
    }

    #[test]
    fn what_was_allowed_is_said_again() {
        let text = "[databases.main]\npostgres = 'postgres://h/d'\nallow_privileged_role = true";
        let warnings = Config::parse(text).map(|config| config.warnings());
        let expected = "the database `main` is served although its role may do more than read";
        assert_eq!(warnings, Ok(vec![expected.to_owned()]));
    }

    /// Wherever somebody puts it.
    #[test]
    fn a_password_is_never_quoted() {
        for text in [
            "[databases.main]\npostgres = 'postgres://u:secret@h/d'",
            "[databases.main]\npostgres = 'postgres://u@h/d?password=secret'",
            "[databases]\nmain = 'postgres://u:secret@h/d'",
            "[databases.main]\nsqlite = 'a' postgres = 'postgres://u:secret@h/d'",
            "[databases.main]\npassword = 'secret'",
            "[databases.main]\npostgres = 'postgres://u:secret@h/d",
        ] {
            let error = Config::parse(text).expect_err("the configuration is wrong");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
        let config =
            Config::parse("[databases.main]\npostgres = 'postgres://h/d'\npassword_env = 'LOCKSTEP_UNSET'");
        let error = config.expect("it is well formed").sources(Path::new("")).expect_err("it is not set");
        assert!(error.message.contains("`LOCKSTEP_UNSET`, which is not set"), "{error:?}");
    }
}
