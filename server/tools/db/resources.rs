//! The schema as resources: `db://{database}`, `db://{database}/{schema}/{table}`, `db://{database}/saved`.

use std::future::Future;

use lockstep_runtime::contract::{
    Completing, Completion, CompletionError, Context, ResourceContents, ResourceError, ResourceList,
    SharedError, clean_json,
};
use lockstep_runtime::serde::Serialize;
use lockstep_runtime::wire::latest::Resource;
use serde_json::{Value, json};

use crate::ground::{Budget, MAX_TEXT_BYTES, Turn};
use crate::store::{DbObject, DbObjectKind, Detail, Engine as _, QueryError, Search, TableName};

use super::saved::told_of;
use super::{Databases, LOOK, describe};

/// Most tables that one list or page tells.
const MAX_TABLES: u32 = 500;

impl Databases {
    /// Schemas, tables and views of one database.
    pub(in super::super) async fn overview(
        &self,
        context: &Context,
        database: &str,
    ) -> Result<Value, QueryError> {
        let work = async |turn: Turn| self.objects(database, &turn).await;
        let (objects, total) = self.look(context, work).await?;
        let mut budget = Budget::new(MAX_TEXT_BYTES / 2);
        let fitting = objects.iter().take_while(|object| budget.take(object)).count();
        let truncated = (fitting as u64) < total;
        Ok(json!({
            "database": database, "objects": objects[..fitting], "total": total, "truncated": truncated,
            "untrusted": true
        }))
    }

    /// The tables and views with their columns, as many as one page has, and how many there are.
    async fn objects(&self, database: &str, turn: &Turn) -> Result<(Vec<DbObject>, u64), QueryError> {
        let engine = self.sources.find(database)?.database().await?;
        let (mut objects, mut total) = (Vec::new(), 0);
        for kind in [DbObjectKind::Table, DbObjectKind::View] {
            let search = Search {
                kind,
                pattern: None,
                schema: None,
                table: None,
                detail: Detail::Summary,
                limit: MAX_TABLES,
                offset: 0,
            };
            let found = engine.search(search, turn.clone()).await?;
            objects.extend(found.objects);
            total += found.total;
        }
        Ok((objects, total))
    }

    /// Work of a look at the schema, in a place of its own.
    pub(super) async fn look<T, W>(
        &self,
        context: &Context,
        work: impl FnOnce(Turn) -> W,
    ) -> Result<T, QueryError>
    where
        W: Future<Output = Result<T, QueryError>>,
    {
        self.family.run_for(LOOK, context, work).await
    }

    pub(in super::super) async fn read_database(
        &self,
        context: &Context,
        database: &str,
    ) -> Result<ResourceContents, ResourceError> {
        contents(self.overview(context, database).await?)
    }

    pub(in super::super) async fn read_table(
        &self,
        context: &Context,
        database: &str,
        schema: String,
        table: String,
    ) -> Result<ResourceContents, ResourceError> {
        let asked = TableName { schema: Some(schema), table };
        let work = async |turn| self.sources.find(database)?.database().await?.describe(asked, turn).await;
        contents(describe::output(database.to_owned(), self.look(context, work).await?))
    }

    pub(in super::super) fn read_saved(&self, database: &str) -> Result<ResourceContents, ResourceError> {
        let source = self.sources.find(database)?.name();
        let of_it = self.saved.iter().filter(|saved| saved.database == source);
        let queries: Vec<_> = of_it.map(told_of).collect();
        contents(json!({ "database": source, "queries": queries }))
    }

    /// One resource for each database.
    pub(in super::super) fn list_databases(&self) -> ResourceList {
        let resource = |name: &str| {
            let mut resource = Resource::new(name, format!("db://{name}"));
            resource.title = Some(format!("Database {name}"));
            resource.mime_type = Some("application/json".to_owned());
            resource
        };
        ResourceList::new(self.sources.names().map(resource).collect())
    }

    /// The tables of one database after the other: a page is a database, and the cursor its place.
    pub(in super::super) async fn list_tables(
        &self,
        context: &Context,
        cursor: Option<&str>,
    ) -> Result<ResourceList, ResourceError> {
        let place: usize = match cursor {
            None => 0,
            Some(text) => {
                text.parse().map_err(|_| ResourceError::invalid_parameter("`cursor` is not a place"))?
            }
        };
        let Some(database) = self.sources.names().nth(place) else { return Ok(ResourceList::default()) };
        let work = async |turn: Turn| self.objects(database, &turn).await;
        // One database that cannot be asked hides no other.
        let (objects, _) = match self.look(context, work).await {
            Ok(found) => found,
            Err(QueryError::Unavailable { .. } | QueryError::AuthFailed) => (Vec::new(), 0),
            Err(error) => return Err(error.into()),
        };
        let list = ResourceList::new(objects.iter().map(|object| table_resource(database, object)).collect());
        let more = place + 1 < self.sources.names().count();
        Ok(if more { list.with_next_cursor((place + 1).to_string()) } else { list })
    }

    pub(in super::super) fn complete_database(&self, completing: &Completing) -> Completion {
        let names: Vec<&str> = self.sources.names().collect();
        Completion::among(&names, &completing.value)
    }

    /// Schemas or tables of the database that the context names.
    pub(in super::super) async fn complete_object(
        &self,
        context: &Context,
        completing: Completing,
        of: impl Fn(&DbObject) -> Option<String>,
    ) -> Result<Completion, CompletionError> {
        let database =
            completing.context.get("database").map_or(crate::store::sources::DEFAULT, String::as_str);
        let work = async |turn: Turn| self.objects(database, &turn).await;
        // Nothing completes the name of a table in a database that cannot be asked.
        let (objects, _) = self.look(context, work).await.unwrap_or_default();
        let mut names: Vec<String> = objects.iter().filter_map(of).collect();
        names.sort();
        names.dedup();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(Completion::among(&names, &completing.value))
    }
}

fn table_resource(database: &str, object: &DbObject) -> Resource {
    let schema = object.schema.as_deref().unwrap_or_default();
    let uri = format!("db://{database}/{}/{}", segment(schema), segment(&object.name));
    let mut resource = Resource::new(object.name.clone(), uri);
    resource.mime_type = Some("application/json".to_owned());
    resource
}

/// A name as one segment of an address (RFC 3986).
fn segment(name: &str) -> String {
    let mut segment = String::new();
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                segment.push(char::from(byte))
            }
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// JSON whose strings others wrote: names and comments.
fn contents(value: impl Serialize) -> Result<ResourceContents, ResourceError> {
    let mut value = serde_json::to_value(value)
        .map_err(|_| SharedError::internal("the description could not be written as JSON"))?;
    clean_json(&mut value);
    let text = value.to_string();
    if text.len() > MAX_TEXT_BYTES {
        let bytes = text.len();
        let message = format!("the description has {bytes} bytes, at most {MAX_TEXT_BYTES} are told");
        return Err(ResourceError::unavailable(message));
    }
    Ok(ResourceContents::text(text))
}
