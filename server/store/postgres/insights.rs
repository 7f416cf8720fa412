//! The health checks.

use sqlx::postgres::PgConnection;

use super::super::{Insights, Inspection, QueryError};

pub(super) async fn inspect(_connection: &mut PgConnection, _inspection: &Inspection) -> Result<Insights, QueryError> {
    Err(QueryError::Unsupported { message: "not yet".to_owned() })
}
