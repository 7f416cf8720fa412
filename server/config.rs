//! What the operator says in a file: `lockstep http --config lockstep.toml`.
//!
//! A misspelt key is refused: an option that says what nobody may read must not vanish.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

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

/// One database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// An SQLite file, relative to the configuration's folder; it is opened for reading only.
    pub sqlite: PathBuf,
    /// Columns that nobody may read, as `table.column`: they read as NULL.
    #[serde(default)]
    pub mask: Vec<String>,
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
            message: error.to_string().trim_end().to_owned(),
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
            database.masked().map_err(|column| ConfigError {
                message: format!("`mask` of the database `{name}` cannot be `{column}`"),
                hint: "write `table.column`".to_owned(),
            })?;
        }
        Ok(config)
    }

    /// The databases. Paths are relative to `folder`.
    #[must_use]
    pub fn sources(&self, folder: &Path) -> Sources {
        Sources::new(self.databases.iter().map(|(name, database)| {
            let origin = Origin::SqliteFile {
                path: folder.join(&database.sqlite),
                masked: database.masked().unwrap_or_default(),
            };
            Source::new(name, origin)
        }))
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
    /// The masked columns; the error is one that is not of the form `table.column`.
    fn masked(&self) -> Result<Masked, String> {
        let split = |column: &String| {
            let parts = column.split_once('.').filter(|(table, name)| !table.is_empty() && !name.is_empty());
            parts.map(|(table, name)| (table.to_owned(), name.to_owned())).ok_or_else(|| column.clone())
        };
        Ok(Masked::new(self.mask.iter().map(split).collect::<Result<Vec<_>, _>>()?))
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
    }
}
