//! Method tables: what the two sides of a revision may ask and tell each other, read off its definitions.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Collector, Error, Errors};
use crate::names::type_name;
use crate::normalize::{Kind as SchemaKind, Object, Revision, Schema};

/// The methods of one revision.
pub(crate) struct Table {
    pub(crate) revision: String,
    /// By the method's name.
    pub(crate) methods: Vec<Method>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Method {
    /// Such as `tools/call`.
    pub(crate) name: String,
    /// Upstream's name of the message.
    pub(crate) definition: String,
    pub(crate) kind: Kind,
    pub(crate) direction: Direction,
    pub(crate) params: Option<Params>,
    /// Upstream's names of what may answer a request, its own result first.
    pub(crate) results: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Params {
    /// Name in the revision's module; `None` is any object.
    pub(crate) rust: Option<String>,
    pub(crate) required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    Notification,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    ClientToServer,
    ServerToClient,
    Both,
    /// Server to client, inside a result and not as a JSON-RPC message.
    Input,
}

/// The unions that say who may send what; the last one holds what a result may ask for.
const UNIONS: [&str; 5] =
    ["ClientRequest", "ClientNotification", "ServerRequest", "ServerNotification", "InputRequest"];

/// Requests that are answered with nothing; upstream has no result by their name.
const ANSWERED_EMPTY: [&str; 4] =
    ["PingRequest", "SetLevelRequest", "SubscribeRequest", "UnsubscribeRequest"];

/// The table of every revision.
///
/// # Errors
///
/// A message that nobody may send, and a request whose result cannot be told.
pub(crate) fn tables(revisions: &[Revision]) -> Result<Vec<Table>, Errors> {
    let mut errors = Collector::default();
    let mut tables = Vec::new();
    for revision in revisions {
        let reading = Reading::new(revision);
        let mut methods: BTreeMap<String, Method> = BTreeMap::new();
        for (definition, object, name) in messages(revision) {
            let Some(method) = errors.keep(reading.method(definition, object, name)) else { continue };
            if let Some(other) = methods.get(name) {
                let message = format!("`{name}` is the method of `{}` too", other.definition);
                errors.push(reading.error(definition, message));
            }
            methods.insert(name.to_owned(), method);
        }
        for (union, name) in
            reading.senders.iter().flat_map(|(union, names)| names.iter().map(move |n| (union, n)))
        {
            if !methods.contains_key(name) && !messages(revision).any(|(_, _, known)| known == name) {
                errors.push(reading.error(union, format!("`{name}` has no definition of its own")));
            }
        }
        tables.push(Table { revision: revision.name.clone(), methods: methods.into_values().collect() });
    }
    errors.finish(tables)
}

/// The definitions that are messages: objects whose method is fixed.
pub(crate) fn messages(revision: &Revision) -> impl Iterator<Item = (&str, &Object, &str)> {
    revision.definitions.iter().filter_map(|(name, schema)| {
        let SchemaKind::Object(object) = &schema.kind else { return None };
        let message = !UNIONS.contains(&name.as_str());
        message.then(|| Some((name.as_str(), object, fixed_method(object)?)))?
    })
}

fn fixed_method(object: &Object) -> Option<&str> {
    match &object.properties.get("method")?.kind {
        SchemaKind::Const(value) => value.as_str(),
        _ => None,
    }
}

struct Reading<'a> {
    revision: &'a Revision,
    /// By union: the methods of its members.
    senders: BTreeMap<&'static str, BTreeSet<String>>,
}

impl<'a> Reading<'a> {
    fn new(revision: &'a Revision) -> Self {
        let of = |union: &'static str| {
            let mut found = BTreeSet::new();
            if let Some(schema) = revision.definitions.get(union) {
                methods_in(revision, schema, &mut found);
            }
            (union, found)
        };
        Self { revision, senders: UNIONS.into_iter().map(of).collect() }
    }

    fn error(&self, definition: &str, message: impl Into<String>) -> Error {
        Error::schema(&self.revision.name, format!("/{definition}"), message)
    }

    fn method(&self, definition: &str, object: &Object, name: &str) -> Result<Method, Error> {
        let [client_asks, client_tells, server_asks, server_tells, input] =
            UNIONS.map(|union| self.senders[union].contains(name));
        let kind = if client_tells || server_tells { Kind::Notification } else { Kind::Request };
        let direction = match (client_asks || client_tells, server_asks || server_tells) {
            (true, true) => Direction::Both,
            (true, false) => Direction::ClientToServer,
            (false, true) => Direction::ServerToClient,
            (false, false) if input => Direction::Input,
            (false, false) => {
                let message = format!("nobody may send `{name}`: `{definition}` is in none of the unions");
                let hint = format!("it should be in one of {}", quoted(&UNIONS));
                return Err(self.error(definition, message).hint(hint));
            }
        };
        let params = object.properties.get("params").map(|schema| Params {
            rust: params_type(definition, schema),
            required: object.required.contains("params"),
        });
        let results = match kind {
            Kind::Request => self.results(definition, direction)?,
            Kind::Notification => vec![],
        };
        Ok(Method {
            name: name.to_owned(),
            definition: definition.to_owned(),
            kind,
            direction,
            params,
            results,
        })
    }

    /// By what its response holds, else by its name, else by the table of those that are answered with nothing.
    fn results(&self, request: &str, direction: Direction) -> Result<Vec<String>, Error> {
        let definitions = &self.revision.definitions;
        let stem = request.strip_suffix("Request").unwrap_or(request);
        let own = format!("{stem}Result");
        let response = definitions.get(&format!("{own}Response")).and_then(|schema| match &schema.kind {
            SchemaKind::Object(object) => object.properties.get("result"),
            _ => None,
        });
        let mut results: Vec<String> = match response {
            Some(schema) => references(schema).into_iter().map(str::to_owned).collect(),
            None if definitions.contains_key(&own) => vec![own.clone()],
            None if ANSWERED_EMPTY.contains(&request) => vec!["EmptyResult".to_owned()],
            None => vec![],
        };
        results.sort_by_key(|result| *result != own);
        if results.is_empty() {
            return Err(self.error(request, format!("the result of `{request}` cannot be told")).hint(format!(
                "upstream has neither `{own}` nor `{own}Response`; if nothing answers it, add it to `ANSWERED_EMPTY` in `codegen/src/methods.rs`"
            )));
        }
        let unions: &[&str] = match direction {
            Direction::ClientToServer => &["ServerResult"],
            Direction::ServerToClient => &["ClientResult"],
            Direction::Both => &["ServerResult", "ClientResult"],
            Direction::Input => &["InputResponse"],
        };
        for (union, result) in
            unions.iter().flat_map(|union| results.iter().map(move |result| (union, result)))
        {
            if !self.is_member(union, result) {
                return Err(
                    self.error(union, format!("`{result}`, which answers `{request}`, is not among these"))
                );
            }
        }
        Ok(results)
    }

    /// Whether the union, where the revision has it, names `result` or what `result` is another name of.
    fn is_member(&self, union: &str, result: &str) -> bool {
        let Some(union) = self.revision.definitions.get(union) else { return true };
        let members = references(union);
        let alias = self.revision.definitions.get(result).and_then(|schema| references(schema).pop());
        members.contains(&result) || alias.is_some_and(|alias| members.contains(&alias))
    }
}

/// The methods of all messages that `schema` may be.
fn methods_in(revision: &Revision, schema: &Schema, found: &mut BTreeSet<String>) {
    match &schema.kind {
        SchemaKind::Ref(name) => methods_in(revision, &revision.definitions[name], found),
        SchemaKind::Union(alternatives) => {
            alternatives.iter().for_each(|schema| methods_in(revision, schema, found));
        }
        SchemaKind::Object(object) => found.extend(fixed_method(object).map(str::to_owned)),
        _ => {}
    }
}

/// The definitions that a reference or a union of references names.
fn references(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        SchemaKind::Ref(name) => vec![name],
        SchemaKind::Union(alternatives) => alternatives.iter().flat_map(references).collect(),
        _ => vec![],
    }
}

/// What lowering calls the type of a message's `params`.
fn params_type(definition: &str, schema: &Schema) -> Option<String> {
    match &schema.kind {
        SchemaKind::Ref(name) => Some(type_name(name)),
        SchemaKind::Object(object) if object.properties.is_empty() => None,
        SchemaKind::Object(_) | SchemaKind::Union(_) => Some(format!("{}Params", type_name(definition))),
        _ => None,
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
