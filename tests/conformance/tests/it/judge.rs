//! Judges what a server says by the schema of the revision that governs it.
//!
//! The schemas are read strictly: an object has no members but those that its revision describes, so that no later
//! vocabulary gets through. Schemas of tools, structured content and other payload stay open.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::{Draft, Registry, Validator};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::data::{Revision, root};
use crate::run::Frame;

const ADDRESS: &str = "urn:lockstep:closed";
const CLAIM: &str = "io.modelcontextprotocol/protocolVersion";

/// The schema of one revision, closed.
struct Schema {
    registry: Registry<'static>,
    draft: Draft,
    /// Where the definitions stand.
    key: &'static str,
    definitions: Map<String, Value>,
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
    /// Documents that fit their definition.
    right: Mutex<HashSet<(String, String)>>,
}

fn schemas() -> &'static BTreeMap<String, Schema> {
    static SCHEMAS: OnceLock<BTreeMap<String, Schema>> = OnceLock::new();
    SCHEMAS.get_or_init(|| {
        let sources = lockstep_vectors::sources(&root().join("spec")).expect("the sources are there");
        let texts = lockstep_codegen::effective_schemas(&sources).expect("the sources are right");
        let read = |(revision, text): (String, String)| (revision, Schema::read(&text));
        texts.into_iter().map(read).collect()
    })
}

impl Schema {
    fn read(text: &str) -> Self {
        let mut document: Value = serde_json::from_str(text).expect("a schema is JSON");
        let (draft, key) = match document["$schema"].as_str() {
            Some("http://json-schema.org/draft-07/schema#") => (Draft::Draft7, "definitions"),
            _ => (Draft::Draft202012, "$defs"),
        };
        let definitions = document[key].as_object_mut().into_iter().flatten();
        definitions.for_each(|(_, definition)| close("", definition));
        document[key]["Result"]["additionalProperties"] = Value::Bool(false);
        let definitions = document[key].as_object().expect("there are definitions").clone();
        let registry = Registry::new().draft(draft).add(ADDRESS, document);
        let registry = registry.and_then(|registry| registry.prepare()).expect("the schema is valid");
        Self { registry, draft, key, definitions, validators: Mutex::default(), right: Mutex::default() }
    }

    fn validator(&self, definition: &str) -> Arc<Validator> {
        let mut validators = self.validators.lock().expect("nobody panics with it");
        let build = || {
            let built = jsonschema::options()
                .with_draft(self.draft)
                .with_registry(&self.registry)
                .should_validate_formats(false)
                .build(&json!({ "$ref": format!("{ADDRESS}#/{}/{definition}", self.key) }));
            Arc::new(built.unwrap_or_else(|error| panic!("{definition}: {error}")))
        };
        Arc::clone(validators.entry(definition.to_owned()).or_insert_with(build))
    }

    /// The definition of the message that this method names.
    fn message(&self, method: &str) -> Option<&str> {
        let found = self
            .definitions
            .iter()
            .find(|(_, definition)| definition["properties"]["method"]["const"] == method);
        found.map(|(name, _)| name.as_str())
    }

    fn mistakes(&self, definition: &str, document: &Value) -> Vec<String> {
        if !self.definitions.contains_key(definition) {
            return vec![format!("there is no {definition}")];
        }
        // The same is said over every transport; once is enough to be judged.
        let seen = (definition.to_owned(), document.to_string());
        if self.right.lock().expect("nobody panics with it").contains(&seen) {
            return Vec::new();
        }
        let validator = self.validator(definition);
        let mistake = |error: jsonschema::ValidationError<'_>| {
            let error_text = error.to_string();
            format!(
                "{definition} `{}`: {}",
                error.instance_path(),
                error_text.chars().take(400).collect::<String>()
            )
        };
        let mistakes: Vec<String> = validator.iter_errors(document).map(mistake).collect();
        if mistakes.is_empty() {
            self.right.lock().expect("nobody panics with it").insert(seen);
        }
        mistakes
    }
}

/// Lets objects have no other members, where the schema says nothing of them. The schemas of tools are payload; parts of
/// an `allOf` describe the same object.
fn close(name: &str, schema: &mut Value) {
    let Value::Object(keywords) = schema else {
        return schema.as_array_mut().into_iter().flatten().for_each(|item| close("", item));
    };
    let described =
        keywords.get("properties").and_then(Value::as_object).is_some_and(|known| !known.is_empty());
    let payload = matches!(name, "inputSchema" | "outputSchema");
    if described && !payload && !keywords.contains_key("additionalProperties") {
        keywords.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    for (keyword, value) in keywords.iter_mut() {
        match keyword.as_str() {
            "properties" => {
                let members = value.as_object_mut().into_iter().flatten();
                members.for_each(|(name, member)| close(name, member));
            }
            "allOf" | "const" | "enum" | "default" | "examples" => {}
            _ => close("", value),
        }
    }
}

/// The definition of the result that answers this method.
fn result_of(method: &str, result: &Value) -> Option<&'static str> {
    if result["resultType"] == "input_required" {
        return Some("InputRequiredResult");
    }
    Some(match method {
        "initialize" => "InitializeResult",
        "server/discover" => "DiscoverResult",
        "tools/list" => "ListToolsResult",
        "tools/call" => "CallToolResult",
        "resources/list" => "ListResourcesResult",
        "resources/templates/list" => "ListResourceTemplatesResult",
        "resources/read" => "ReadResourceResult",
        "prompts/list" => "ListPromptsResult",
        "prompts/get" => "GetPromptResult",
        "completion/complete" => "CompleteResult",
        "subscriptions/listen" => "SubscriptionsListenResult",
        "ping" | "logging/setLevel" | "resources/subscribe" | "resources/unsubscribe" => "EmptyResult",
        _ => return None,
    })
}

/// Members of messages as they are spelled.
fn raw_id(text: &str) -> Option<String> {
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).ok()?;
    members.get("id").map(|id| id.get().to_owned())
}

/// What of the messages of a server breaks the schema; `revision` is what the conversation is about.
pub(crate) fn judge(revision: Revision, frames: &[Frame]) -> Vec<String> {
    let mut judging = Judging { revision, session: None, asked: BTreeMap::new(), mistakes: Vec::new() };
    for frame in frames {
        match frame.sent {
            true => judging.sent(&frame.text),
            false => judging.received(&frame.text),
        }
    }
    judging.mistakes.truncate(5);
    judging.mistakes
}

struct Judging {
    revision: Revision,
    /// What a handshake ended with.
    session: Option<Revision>,
    /// Requests of the client by id: the method, and whether it stands for itself.
    asked: BTreeMap<String, (String, bool)>,
    mistakes: Vec<String>,
}

impl Judging {
    /// Notes requests that can be read.
    fn sent(&mut self, text: &str) {
        if let Ok(parts) = serde_json::from_str::<Vec<Box<RawValue>>>(text) {
            return parts.iter().for_each(|part| self.sent(part.get()));
        }
        // Some are nested deeper than a tree can be.
        let Ok(members) = serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text) else { return };
        let raw = |name: &str| members.get(name).map_or("", |raw| raw.get());
        let (id, Ok(method)) = (raw("id"), serde_json::from_str::<String>(raw("method"))) else { return };
        let modern = raw("params").contains(&format!("\"{CLAIM}\""));
        // What is an integer however it is spelled is answered as one.
        let id =
            id.split_once('.').filter(|_| !id.starts_with('"')).map_or(id, |(integer, _)| integer).to_owned();
        self.asked.insert(id, (method, modern));
    }

    fn received(&mut self, text: &str) {
        if let Ok(parts) = serde_json::from_str::<Vec<Box<RawValue>>>(text) {
            if self.session != Revision::named("2025-03-26") {
                self.mistakes.push(format!("an array in a revision without: {text}"));
            }
            return parts.iter().for_each(|part| self.received(part.get()));
        }
        let message: Value = serde_json::from_str(text).expect("it was read before");
        if self.session.is_none()
            && let Some(version) = message["result"]["protocolVersion"].as_str()
        {
            self.session = Revision::named(version);
        }
        let asked = raw_id(text).and_then(|id| self.asked.get(&id).cloned());
        let revision = match &asked {
            _ if message["method"].is_string() => self.session.unwrap_or(self.revision),
            Some((_, true)) => Revision('E'),
            _ => self.session.unwrap_or(self.revision),
        };
        let schema = &schemas()[revision.name()];
        let found = mistakes(schema, revision, &message, asked.as_ref().map(|(method, _)| method.as_str()));
        let shown: String = text.chars().take(600).collect();
        self.mistakes.extend(found.into_iter().map(|why| format!("{} {why}\n  in {shown}", revision.name())));
        if !revision.is_modern()
            && [",\"", "{\""].iter().any(|before| text.contains(&format!("{before}io.modelcontextprotocol/")))
        {
            self.mistakes.push(format!("{}: a key of the latest revision: {shown}", revision.name()));
        }
    }
}

fn mistakes(schema: &Schema, revision: Revision, message: &Value, asked: Option<&str>) -> Vec<String> {
    if message["jsonrpc"] != "2.0" {
        return vec!["`jsonrpc` is missing".to_owned()];
    }
    if let Some(method) = message["method"].as_str() {
        let Some(name) = schema.message(method) else {
            return vec![format!("there is no `{method}`")];
        };
        if message.get("id").is_some() && revision.is_modern() {
            return vec!["a request of the server's".to_owned()];
        }
        let mut described = message.clone();
        for member in ["jsonrpc", "id"] {
            if schema.definitions[name]["properties"].get(member).is_none()
                && let Some(members) = described.as_object_mut()
            {
                members.shift_remove(member);
            }
        }
        return schema.mistakes(name, &described);
    }
    let Some(result) = message.get("result") else {
        return error_mistakes(schema, revision, message);
    };
    // The envelope, then what is in it.
    let mut envelope = message.clone();
    envelope["result"] = if revision.is_modern() { json!({ "resultType": "complete" }) } else { json!({}) };
    let name = if revision.0 < 'D' { "JSONRPCResponse" } else { "JSONRPCResultResponse" };
    let mut mistakes = schema.mistakes(name, &envelope);
    match asked.and_then(|method| result_of(method, result)) {
        Some(name) => mistakes.extend(schema.mistakes(name, result)),
        None => mistakes.push(format!("a result that nobody asked for ({asked:?})")),
    }
    mistakes
}

fn error_mistakes(schema: &Schema, revision: Revision, message: &Value) -> Vec<String> {
    let mut described = message.clone();
    let name = match (revision.0, message["error"]["code"].as_i64()) {
        ('A' | 'B' | 'C', _) => "JSONRPCError",
        ('E', Some(-32020)) => "HeaderMismatchError",
        ('E', Some(-32021)) => "MissingRequiredClientCapabilityError",
        ('E', Some(-32022)) => "UnsupportedProtocolVersionError",
        _ => "JSONRPCErrorResponse",
    };
    // Older schemas demand the id even where it could not be read; it is left out there.
    if described.get("id").is_none() && revision.0 < 'D' {
        described["id"] = json!(0);
    }
    schema.mistakes(name, &described)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(letter: char, method: &str, answer: &Value) -> Vec<String> {
        let mut answer = answer.clone();
        let mut question = json!({ "jsonrpc": "2.0", "id": 1, "method": method });
        if letter == 'E' {
            question["params"] = json!({ "_meta": { CLAIM: "2026-07-28" } });
            if let Some(result) = answer["result"].as_object_mut() {
                result.entry("resultType").or_insert(json!("complete"));
            }
        }
        answer["jsonrpc"] = json!("2.0");
        let frame = |sent, value: &Value| Frame { sent, text: value.to_string() };
        judge(Revision(letter), &[frame(true, &question), frame(false, &answer)])
    }

    /// The first revision that has it, and something that it has.
    #[test]
    fn later_vocabulary_is_found() {
        let tool = |more: Value| {
            let mut tool = json!({ "name": "t", "inputSchema": { "type": "object" } });
            tool.as_object_mut().expect("it is one").extend(more.as_object().cloned().unwrap_or_default());
            json!({ "id": 1, "result": { "tools": [tool] } })
        };
        let call = |content: Value| json!({ "id": 1, "result": { "content": [content] } });
        let opening = |more: Value| {
            let mut server = json!({ "name": "n", "version": "1" });
            server.as_object_mut().expect("it is one").extend(more.as_object().cloned().unwrap_or_default());
            json!({ "id": 1, "result": { "protocolVersion": "x", "capabilities": {}, "serverInfo": server } })
        };
        let link = json!({ "type": "resource_link", "name": "n", "uri": "test://x" });
        let audio = json!({ "type": "audio", "data": "", "mimeType": "audio/wav" });
        let text = json!({ "type": "text", "text": "", "annotations": { "lastModified": "x" } });
        let structured = json!({ "id": 1, "result": { "content": [], "structuredContent": {} } });
        let progress = json!({ "method": "notifications/progress",
            "params": { "progressToken": 1, "progress": 1, "message": "x" } });
        let form = |more: Value| {
            json!({ "id": 5, "method": "elicitation/create",
                "params": { "message": "m", "requestedSchema": { "type": "object", "properties": more } } })
        };
        let completions = json!({ "id": 1, "result": { "protocolVersion": "x",
            "capabilities": { "completions": {} }, "serverInfo": { "name": "n", "version": "1" } } });
        for (first, method, answer) in [
            ('A', "tools/list", tool(json!({ "description": "d" }))),
            ('B', "tools/list", tool(json!({ "annotations": { "title": "x" } }))),
            ('C', "tools/list", tool(json!({ "title": "x" }))),
            ('C', "tools/list", tool(json!({ "_meta": {} }))),
            ('C', "tools/list", tool(json!({ "outputSchema": { "type": "object" } }))),
            ('D', "tools/list", tool(json!({ "icons": [] }))),
            ('B', "tools/call", call(audio)),
            ('C', "tools/call", call(link)),
            ('C', "tools/call", call(text)),
            ('C', "tools/call", structured),
            ('C', "initialize", opening(json!({ "title": "x" }))),
            ('D', "initialize", opening(json!({ "description": "x" }))),
            ('B', "initialize", completions),
            ('B', "x", progress),
            ('C', "x", form(json!({ "a": { "type": "string" } }))),
            ('D', "x", form(json!({ "a": { "type": "string", "default": "x" } }))),
            ('D', "x", form(json!({ "a": { "type": "array", "items": { "type": "string", "enum": [] } } }))),
        ] {
            for letter in ['A', 'B', 'C', 'D'] {
                let mistakes = judged(letter, method, &answer);
                assert_eq!(mistakes.is_empty(), letter >= first, "{letter} {method} {answer}: {mistakes:?}");
            }
        }
        for member in ["resultType", "ttlMs", "cacheScope", "requestState", "inputRequests"] {
            let answer = json!({ "id": 1, "result": { "content": [], member: 1 } });
            for letter in ['A', 'B', 'C', 'D'] {
                assert!(!judged(letter, "tools/call", &answer).is_empty(), "{letter} {member}");
            }
        }
        let meta = json!({ "id": 1, "result": { "content": [], "_meta": { "io.modelcontextprotocol/serverInfo": {} } } });
        assert!(!judged('D', "tools/call", &meta).is_empty());
        let execution = tool(json!({ "execution": {} }));
        assert!(judged('D', "tools/list", &execution).is_empty());
        let lists = json!({ "id": 1, "result": { "tools": [{ "name": "t", "inputSchema": { "type": "object" }, "execution": {} }],
            "ttlMs": 1, "cacheScope": "public" } });
        assert!(!judged('E', "tools/list", &lists).is_empty());
    }

    #[test]
    fn what_no_revision_has_is_found() {
        for letter in ['A', 'B', 'C', 'D', 'E'] {
            for wrong in [
                json!({ "id": 1, "result": { "content": [{ "type": "odd" }] } }),
                json!({ "id": 1, "result": {} }),
                json!({ "id": null, "error": { "code": 1, "message": "m" } }),
                json!({ "id": 1, "error": { "code": "1", "message": "m" } }),
                json!({ "id": 2, "result": { "content": [] } }),
                json!({ "id": 1, "result": { "content": [] }, "more": 1 }),
                json!({ "method": "notifications/odd" }),
            ] {
                assert!(!judged(letter, "tools/call", &wrong).is_empty(), "{letter} {wrong}");
            }
            assert!(
                judged(letter, "tools/call", &json!({ "id": 1, "result": { "content": [] } })).is_empty()
            );
        }
        let asks = json!({ "id": 5, "method": "roots/list" });
        assert!(judged('D', "tools/call", &asks).is_empty() && !judged('E', "tools/call", &asks).is_empty());
    }
}
