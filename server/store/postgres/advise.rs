//! Indexes that would make statements cheaper, tried by HypoPG without making them.

use sqlx::postgres::PgConnection;

use super::super::{Advice, IndexQuestion, QueryError};

pub(super) async fn advise(_connection: &mut PgConnection, _question: &IndexQuestion) -> Result<Advice, QueryError> {
    Err(QueryError::Unsupported { message: "the extension `hypopg` is not installed".to_owned() })
}
