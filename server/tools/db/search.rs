//! `db_search_objects`: objects of a database by name.

use lockstep_runtime::contract::Context;
use lockstep_tools::DbObjectKind;
use lockstep_tools::db_search_objects::{
    DbSearchObjectsArguments, DbSearchObjectsError, DbSearchObjectsOutput, Detail as Asked, Kind,
};

use crate::ground::Budget;
use crate::store::{Detail, Engine as _, Found, Search};

use super::{Databases, LOOK};

/// The most that objects may take of one answer, in bytes of JSON.
const MAX_BYTES: usize = 200 * 1024;

pub(in super::super) async fn search(
    databases: &Databases,
    context: &Context,
    DbSearchObjectsArguments { kind, pattern, schema, table, detail, limit, offset, database }: DbSearchObjectsArguments,
) -> Result<DbSearchObjectsOutput, DbSearchObjectsError> {
    let search = Search {
        kind: object_kind(kind),
        pattern: pattern.map(|pattern| pattern.into_inner()),
        schema: schema.map(|schema| schema.into_inner()),
        table: table.map(|table| table.into_inner()),
        detail: match detail {
            Asked::Names => Detail::Names,
            Asked::Summary => Detail::Summary,
            Asked::Full => Detail::Full,
        },
        limit: limit.get(),
        offset: offset.get(),
    };
    let offset = u64::from(search.offset);
    let work = async |turn| {
        let engine = databases.sources.find(database.as_str())?.database().await?;
        Ok::<_, DbSearchObjectsError>(engine.search(search, turn).await?)
    };
    let Found { mut objects, total } = databases.family.run_for(LOOK, context, work).await?;
    let mut budget = Budget::new(MAX_BYTES);
    // The first one is always told: the next call would not get further otherwise.
    let fitting = objects.iter().take_while(|object| budget.take(object)).count().max(1);
    objects.truncate(fitting);
    let truncated = offset + (objects.len() as u64) < total;
    Ok(DbSearchObjectsOutput { database: database.into_inner(), objects, total, truncated, untrusted: true })
}

fn object_kind(kind: Kind) -> DbObjectKind {
    match kind {
        Kind::Schema => DbObjectKind::Schema,
        Kind::Table => DbObjectKind::Table,
        Kind::View => DbObjectKind::View,
        Kind::Column => DbObjectKind::Column,
        Kind::Index => DbObjectKind::Index,
        Kind::Function => DbObjectKind::Function,
        Kind::Extension => DbObjectKind::Extension,
        Kind::Sequence => DbObjectKind::Sequence,
    }
}
