//! Every bridge between the latest revision and an older one, by properties that know the schemas and not our model.
//!
//! What a server sends goes down and what a client sends goes up. The other side's document must be valid there, must
//! have kept all that the other side knows, must hold no other word, and the losses that are reported must be those
//! that happened.

mod documents;
mod excuses;
mod leaves;
mod rules;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use lockstep_exactness::{Crossed, Failed, ROUTES, Route, Way};
use lockstep_vectors::{Schemas, Validator};
use lockstep_wire::bridge::SessionFacts;
use lockstep_wire::latest::{ClientCapabilities, Implementation, LoggingLevel};
use serde_json::{Value, json};

use documents::LEAST;
use excuses::{Excuses, is_envelope};
use leaves::{is_below, is_kept, leaves};
use vocabulary::Vocabulary;

/// Refusals of the functions in `rules.rs`; the others are written in `spec/bridge.toml`.
const REFUSALS: [&str; 1] = ["a message holds exactly one block before revision 2025-11-25"];

/// What only the latest revision says of a message in its `_meta`.
const RESERVED: &str = "io.modelcontextprotocol/";

#[test]
fn every_message_crosses_every_bridge() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    let sources = lockstep_vectors::sources(&spec).unwrap();
    let schemas = Schemas::new(&sources).unwrap();
    let refusals = refusals(&sources["bridge.toml"]);
    let (mut excuses, mut table, mut failures) = (Excuses::default(), Table::default(), Vec::new());
    for route in ROUTES {
        let gate = Gate::new(&schemas, route, &refusals);
        let mut count = Count { types: 1, ..Count::default() };
        for document in documents::documents(&schemas, gate.from, route) {
            let value = if route.params { document.get("params") } else { Some(&document) };
            match value.map(|value| gate.check(value, &mut excuses)) {
                Some(Ok(true)) => count.crossed += 1,
                Some(Ok(false)) => count.refused += 1,
                Some(Err(why)) => failures.push(format!("{} {why}\n    {document}", gate.name())),
                None => {}
            }
        }
        if count.crossed < LEAST {
            failures.push(format!("{} only {} documents crossed", gate.name(), count.crossed));
        }
        table.add(route, &count);
    }
    println!("{table}");
    if let Some(path) = std::env::var_os("LOCKSTEP_FAILURES") {
        std::fs::write(path, failures.join("\n")).unwrap();
    }
    let excerpt = failures.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{} documents fail:\n{excerpt}", failures.len());
    let unused = excuses.unused();
    assert!(unused.is_empty(), "excuses that nothing needs any more:\n{}", unused.join("\n"));
}

/// Why a bridge may refuse.
fn refusals(rules: &str) -> BTreeSet<String> {
    let rules: toml::Table = rules.parse().unwrap();
    let variants = rules["variant"].as_array().unwrap().iter();
    let written = variants.filter_map(|rule| rule.get("refuse")?.as_str());
    written.chain(REFUSALS).map(str::to_owned).collect()
}

/// What a route's documents are held against.
struct Gate<'a> {
    route: &'a Route,
    from: &'a str,
    to: &'a str,
    vocabulary: Vocabulary<'a>,
    schema: &'a Value,
    validator: Validator,
    refusals: &'a BTreeSet<String>,
}

impl<'a> Gate<'a> {
    fn new(schemas: &'a Schemas, route: &'a Route, refusals: &'a BTreeSet<String>) -> Self {
        let latest = *lockstep_wire::REVISIONS.last().unwrap();
        let (from, to) =
            if route.way == Way::Down { (latest, route.revision) } else { (route.revision, latest) };
        let vocabulary = Vocabulary(schemas.document(to).unwrap());
        let schema = match route.params {
            true => vocabulary.property(route.message, "params"),
            false => vocabulary.definition(route.message),
        };
        let validator = schemas.validator(to, route.message).unwrap();
        Self { route, from, to, vocabulary, schema, validator, refusals }
    }

    fn name(&self) -> String {
        format!("{} from {} to {}:", self.route.message, self.from, self.to)
    }

    /// Whether the document crossed as it should; false if it was refused as it may be.
    fn check(&self, document: &Value, excuses: &mut Excuses) -> Result<bool, String> {
        let crossed = match self.route.cross(document, facts()) {
            Ok(crossed) => crossed,
            Err(Failed::Refused(why)) if self.route.params && self.refusals.contains(why.reason) => {
                let found = document.pointer(&why.pointer);
                return found.map(|_| false).ok_or_else(|| format!("refuses what is not there: {why}"));
            }
            Err(failed) => return Err(format!("does not cross: {failed:?}")),
        };
        self.is_valid(&crossed.document)?;
        let found = self.vocabulary.walk(self.schema, document);
        let lost: BTreeSet<&str> = found
            .known
            .iter()
            .map(String::as_str)
            .filter(|leaf| !is_kept(document, &crossed.document, leaf))
            .collect();
        let missing: Vec<_> =
            lost.into_iter().filter(|leaf| !excuses.cover(self.route, document, leaf)).collect();
        self.none("known there and not kept", &missing, &crossed)?;
        let foreign = self.vocabulary.walk(self.schema, &crossed.document).foreign;
        self.none(
            "unknown there and kept",
            &foreign.iter().map(String::as_str).collect::<Vec<_>>(),
            &crossed,
        )?;
        self.losses(document, &crossed)?;
        match self.route.way {
            Way::Down => self.no_reserved_words(document, &crossed),
            Way::Up if self.route.message.ends_with("Request") => {
                self.says_what_the_session_knows(document, &crossed)
            }
            Way::Up => Ok(()),
        }
        .map(|()| true)
    }

    fn none(&self, what: &str, pointers: &[&str], crossed: &Crossed) -> Result<(), String> {
        match pointers {
            [] => Ok(()),
            _ => Err(format!("{what}: {pointers:?}\n    {}\n    {:?}", crossed.document, crossed.losses)),
        }
    }

    fn is_valid(&self, document: &Value) -> Result<(), String> {
        let mistakes = match self.route.params {
            false => self.validator.mistakes(document),
            true => {
                // The envelope that the engine puts around it.
                let mut request = json!({ "params": document });
                let method = self.vocabulary.property(self.route.message, "method")["const"].clone();
                for (key, value) in [("method", method), ("jsonrpc", json!("2.0")), ("id", json!(1))] {
                    if self.vocabulary.requires(self.route.message, key) {
                        request[key] = value;
                    }
                }
                self.validator.mistakes(&request)
            }
        };
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(format!("is not valid there: {mistakes:?}\n    {document}"))
        }
    }

    /// The losses reported are the losses that are.
    fn losses(&self, document: &Value, crossed: &Crossed) -> Result<(), String> {
        let mut all = BTreeSet::new();
        leaves(document, "", &mut all);
        let envelope = |leaf: &&str| !is_envelope(self.route, leaf);
        let (kept, lost): (BTreeSet<&str>, BTreeSet<&str>) = all
            .iter()
            .map(String::as_str)
            .filter(envelope)
            .partition(|leaf| is_kept(document, &crossed.document, leaf));
        let losses: Vec<&str> = crossed.losses.iter().map(|loss| loss.pointer.as_str()).collect();
        let told = |leaf: &&&str| losses.iter().any(|loss| is_below(leaf, loss));
        let (silent, wrong) = (lost.iter().filter(|leaf| !told(leaf)), kept.iter().filter(told));
        self.none("lost and not reported", &silent.copied().collect::<Vec<_>>(), crossed)?;
        self.none("reported as lost and kept", &wrong.copied().collect::<Vec<_>>(), crossed)?;
        let idle = losses.iter().filter(|loss| !lost.iter().any(|leaf| is_below(leaf, loss)));
        self.none("reported as lost and never there", &idle.copied().collect::<Vec<_>>(), crossed)?;
        let twice = losses.iter().enumerate().filter(|(index, loss)| losses[..*index].contains(loss));
        self.none("reported as lost twice", &twice.map(|(_, loss)| *loss).collect::<Vec<_>>(), crossed)
    }

    /// Words of the latest revision in objects that are open everywhere.
    fn no_reserved_words(&self, document: &Value, crossed: &Crossed) -> Result<(), String> {
        let words = ["/_meta/io.modelcontextprotocol~1", "/resultType", "/ttlMs", "/cacheScope"];
        let mut all = BTreeSet::new();
        leaves(&crossed.document, "", &mut all);
        let at_top = |leaf: &&str| words.iter().any(|word| leaf.starts_with(word));
        let in_params = |leaf: &&str| leaf.starts_with("/params/_meta/io.modelcontextprotocol~1");
        let found: Vec<&str> =
            all.iter().map(String::as_str).filter(|leaf| at_top(leaf) || in_params(leaf)).collect();
        self.none("a word of the latest revision", &found, crossed)?;
        let emptied = ["/_meta", "/params/_meta"].into_iter().filter(|meta| {
            let is_empty = |value: &Value| value.pointer(meta).is_some_and(|meta| *meta == json!({}));
            is_empty(&crossed.document) && !is_empty(document)
        });
        self.none("left empty", &emptied.collect::<Vec<_>>(), crossed)
    }

    fn says_what_the_session_knows(&self, document: &Value, crossed: &Crossed) -> Result<(), String> {
        let meta = &crossed.document["params"]["_meta"];
        let words: Vec<_> =
            meta.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with(RESERVED)).collect();
        let expected = json!({
            "io.modelcontextprotocol/clientCapabilities": facts().client_capabilities,
            "io.modelcontextprotocol/clientInfo": facts().client_info,
            "io.modelcontextprotocol/logLevel": facts().log_level,
            "io.modelcontextprotocol/protocolVersion": self.to,
        });
        if words != expected.as_object().unwrap().iter().collect::<Vec<_>>() {
            return Err(format!("says of itself {meta}"));
        }
        let token = "/params/_meta/progressToken";
        if document.pointer(token) != crossed.document.pointer(token) {
            return Err("loses its progress token".to_owned());
        }
        let id = document.get("id").cloned().unwrap_or_else(|| json!(facts().request_id));
        if crossed.document["id"] == id { Ok(()) } else { Err("has another id".to_owned()) }
    }
}

/// What the session knows.
fn facts() -> SessionFacts {
    SessionFacts {
        request_id: serde_json::from_value(json!("from the session")).unwrap(),
        client_info: Some(Implementation::new("client", "1.0")),
        client_capabilities: ClientCapabilities {
            roots: Some(Default::default()),
            ..ClientCapabilities::default()
        },
        log_level: Some(LoggingLevel::Warning),
        elicitation_id: Some("elicitation 1".to_owned()),
    }
}

#[derive(Debug, Default)]
struct Count {
    types: usize,
    crossed: usize,
    refused: usize,
}

/// Counts by revision and direction.
#[derive(Default)]
struct Table(BTreeMap<(&'static str, Way), Count>);

impl Table {
    fn add(&mut self, route: &Route, count: &Count) {
        let sum = self.0.entry((route.revision, route.way)).or_default();
        sum.types += count.types;
        sum.crossed += count.crossed;
        sum.refused += count.refused;
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| revision | direction | types | crossed | refused |\n|---|---|---|---|---|")?;
        for ((revision, way), Count { types, crossed, refused }) in &self.0 {
            write!(f, "\n| {revision} | {way:?} | {types} | {crossed} | {refused} |")?;
        }
        Ok(())
    }
}
