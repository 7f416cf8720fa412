//! `db_saved`: queries that the operator has prepared, by name.

use std::collections::BTreeMap;
use std::time::Instant;

use lockstep_runtime::contract::{Context, ErrorDetail};
use lockstep_tools::db_saved::{DbSavedArguments, DbSavedError, DbSavedOutput};
use lockstep_tools::{SavedParameter, SavedParameterType, SavedQuery};
use serde::Deserialize;
use serde_json::Value;

use crate::ground;
use crate::store::sources::DEFAULT;
use crate::store::{Engine as _, Query, QueryError, quoted};

use super::{Databases, TIME, told};

/// One query that callers run by name.
#[derive(Clone, Debug)]
pub struct Saved {
    /// Its name.
    pub name: String,
    /// What it tells, for the model.
    pub description: String,
    /// The database it runs on.
    pub database: String,
    /// One statement with a placeholder for each parameter, in their order.
    pub sql: String,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

impl Saved {
    /// What the bundled sample has.
    #[must_use]
    pub fn demo() -> Vec<Self> {
        let customer = Parameter {
            name: "customer".to_owned(),
            kind: ParameterType::Integer,
            required: true,
            description: Some("The customer's id".to_owned()),
        };
        vec![Self {
            name: "orders_by_customer".to_owned(),
            description: "Orders of one customer, newest first".to_owned(),
            database: DEFAULT.to_owned(),
            sql: "select id, ordered_on, status from orders where customer_id = ?1 order by ordered_on desc, id"
                .to_owned(),
            parameters: vec![customer],
        }]
    }
}

/// One parameter of a saved query.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name in `args`.
    pub name: String,
    /// What may be sent for it.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Whether it has to be sent; NULL stands for one that is not.
    #[serde(default = "yes")]
    pub required: bool,
    /// What it is, for the model.
    #[serde(default)]
    pub description: Option<String>,
}

fn yes() -> bool {
    true
}

/// What may be sent for a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
}

impl ParameterType {
    fn takes(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
        }
    }

    fn article(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
        }
    }

    fn told(self) -> SavedParameterType {
        match self {
            Self::String => SavedParameterType::String,
            Self::Integer => SavedParameterType::Integer,
            Self::Number => SavedParameterType::Number,
            Self::Boolean => SavedParameterType::Boolean,
        }
    }
}

pub(in super::super) async fn saved(
    databases: &Databases,
    context: &Context,
    DbSavedArguments { name, args, max_rows }: DbSavedArguments,
) -> Result<DbSavedOutput, DbSavedError> {
    let Some(name) = name else {
        let queries = Some(databases.saved.iter().map(told_of).collect());
        return Ok(DbSavedOutput { queries, name: None, result: None, untrusted: true });
    };
    let name = name.into_inner();
    let saved = databases.saved.iter().find(|saved| saved.name == name).ok_or_else(|| {
        let near = ground::did_you_mean(&name, databases.saved.iter().map(|saved| saved.name.as_str()));
        DbSavedError::not_found(format!("there is no saved query `{name}`{near}"))
    })?;
    let params = params(saved, args.into_inner())?;
    let start = Instant::now();
    let max_rows = max_rows.get();
    let work = async |turn| {
        let database = databases.sources.find(&saved.database)?.database().await?;
        let mut query = Query::new(saved.sql.clone(), max_rows, turn);
        query.params = params;
        // What the gate says of the statement is the operator's matter, not the caller's.
        let done = database.query(query).await.map_err(|error| match error {
            QueryError::Timeout
            | QueryError::Cancelled
            | QueryError::Busy
            | QueryError::Internal
            | QueryError::AuthFailed
            | QueryError::PermissionDenied { .. }
            | QueryError::ValueTooLarge
            | QueryError::Unavailable { .. } => error,
            other => QueryError::SqlError { message: other.to_string() },
        });
        Ok::<_, DbSavedError>(done?)
    };
    let rows = databases.family.run_for(TIME, context, work).await?;
    Ok(DbSavedOutput { queries: None, name: Some(name), result: Some(told(rows, start)), untrusted: true })
}

pub(super) fn told_of(saved: &Saved) -> SavedQuery {
    let parameters = saved.parameters.iter().map(|parameter| SavedParameter {
        name: parameter.name.clone(),
        r#type: parameter.kind.told(),
        required: parameter.required,
        description: parameter.description.clone(),
    });
    SavedQuery {
        name: saved.name.clone(),
        description: saved.description.clone(),
        database: saved.database.clone(),
        parameters: parameters.collect(),
    }
}

/// The values in the order of the query's parameters.
fn params(saved: &Saved, mut args: BTreeMap<String, Value>) -> Result<Vec<Value>, DbSavedError> {
    let invalid = |message: String| DbSavedError::invalid_params(ErrorDetail::new(message));
    let mut params = Vec::with_capacity(saved.parameters.len());
    for Parameter { name, kind, required, .. } in &saved.parameters {
        match args.remove(name) {
            None | Some(Value::Null) if !required => params.push(Value::Null),
            None => return Err(invalid(format!("`args.{name}` is missing"))),
            Some(value) if kind.takes(&value) => params.push(value),
            Some(_) => return Err(invalid(format!("`args.{name}` must be {}", kind.article()))),
        }
    }
    if let Some((unknown, _)) = args.into_iter().next() {
        let names: Vec<String> = saved.parameters.iter().map(|parameter| parameter.name.clone()).collect();
        let near = ground::did_you_mean(&unknown, names.iter().map(String::as_str));
        let known = if names.is_empty() { "none".to_owned() } else { quoted(&names) };
        return Err(invalid(format!("`args.{unknown}` is not known{near}; known are {known}")));
    }
    Ok(params)
}
