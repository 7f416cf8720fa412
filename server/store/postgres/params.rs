//! The caller's values, as the statement takes them. The server says which types it takes and reads the values itself.

use serde_json::Value;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgTypeInfo};
use sqlx::{Arguments as _, AssertSqlSafe, Encode, Postgres, Row as _, Type, ValueRef as _};

use super::super::{QueryError, check_params};
use super::error;

const TEXT: Oid = Oid(25);
/// text, varchar, character and name are sent as they are.
const TEXTS: [Oid; 4] = [TEXT, Oid(1043), Oid(1042), Oid(19)];

/// Names of types as SQL, with the most of each: `bit` alone would be one bit.
const TYPE_NAMES: &str = "SELECT pg_catalog.format_type(wanted.oid, -1)
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) WITH ORDINALITY AS wanted(oid, place) ORDER BY wanted.place";

/// One value in the server's own binary form.
struct Bound {
    r#type: Oid,
    bytes: Option<Vec<u8>>,
}

impl Type<Postgres> for Bound {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(TEXT)
    }
}

impl Encode<'_, Postgres> for Bound {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let Some(bytes) = &self.bytes else { return Ok(IsNull::Yes) };
        buffer.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(self.r#type))
    }
}

/// Fits the caller's values to the types that the statement's placeholders have.
pub(super) async fn arguments(
    connection: &mut PgConnection,
    types: &[PgTypeInfo],
    params: &[Value],
) -> Result<PgArguments, QueryError> {
    let texts = texts(params)?;
    if types.len() != params.len() {
        let (placeholders, plural) = (types.len(), if types.len() == 1 { "" } else { "s" });
        let given = params.len();
        return Err(invalid(format!(
            "the statement has {placeholders} placeholder{plural}, {given} parameters were given"
        )));
    }
    let mut bound: Vec<Bound> = types
        .iter()
        .zip(texts)
        .map(|(r#type, text)| Bound {
            r#type: r#type.oid().unwrap_or(TEXT),
            bytes: text.map(String::into_bytes),
        })
        .collect();
    read_by_server(connection, &mut bound).await?;
    let mut arguments = PgArguments::default();
    for value in bound {
        arguments.add(value).map_err(|_error| QueryError::Internal)?;
    }
    Ok(arguments)
}

/// Replaces the text of every value that is no text by the form that the server's own reader makes of it.
async fn read_by_server(connection: &mut PgConnection, bound: &mut [Bound]) -> Result<(), QueryError> {
    let mut foreign: Vec<&mut Bound> =
        bound.iter_mut().filter(|value| value.bytes.is_some() && !TEXTS.contains(&value.r#type)).collect();
    if foreign.is_empty() {
        return Ok(());
    }
    let types: Vec<Oid> = foreign.iter().map(|value| value.r#type).collect();
    let names: Vec<String> = sqlx::query_scalar::<Postgres, String>(TYPE_NAMES)
        .persistent(false)
        .bind(types)
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| error::parameter(&error))?;
    let casts: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(index, name)| format!("CAST(${}::pg_catalog.text AS {name})", index + 1))
        .collect();
    let mut arguments = PgArguments::default();
    for value in &foreign {
        let text = Bound { r#type: TEXT, bytes: value.bytes.clone() };
        arguments.add(text).map_err(|_error| QueryError::Internal)?;
    }
    let text = format!("SELECT {}", casts.join(", "));
    let row = sqlx::query_with(AssertSqlSafe(text), arguments)
        .persistent(false)
        .fetch_one(connection)
        .await
        .map_err(|error| error::parameter(&error))?;
    for (index, value) in foreign.iter_mut().enumerate() {
        let cell = row.try_get_raw(index).map_err(|error| error::parameter(&error))?;
        value.bytes = if cell.is_null() { None } else { cell.as_bytes().ok().map(<[u8]>::to_vec) };
    }
    Ok(())
}

/// Each value as the text that the server reads; nothing for null.
fn texts(params: &[Value]) -> Result<Vec<Option<String>>, QueryError> {
    check_params(params)?;
    let text = |(index, param): (usize, &Value)| match param {
        Value::Null => Ok(None),
        Value::Bool(flag) => Ok(Some(flag.to_string())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::String(text) if text.contains('\0') => {
            Err(invalid(format!("`params[{index}]` has a character with the code 0, which no text can hold")))
        }
        Value::String(text) => Ok(Some(text.clone())),
        // Refused above.
        Value::Array(_) | Value::Object(_) => Err(QueryError::Internal),
    };
    params.iter().enumerate().map(text).collect()
}

fn invalid(message: String) -> QueryError {
    QueryError::InvalidParams { message }
}
