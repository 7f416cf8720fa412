//! Walks the catalog's tree: what each key must hold, and what is said when it does not.

use indexmap::IndexMap;
use serde_json::Value;

use super::model::{Catalog, Member, ModelledError, Policy, Rate, Schema, Spot, TokenCaps, Tool};
use super::schema;
use crate::error::{Collector, Error};
use crate::yaml::{Content, File, Key, Node, Position};

/// One file under check.
pub(super) struct Check<'a> {
    pub(super) file: File<'a>,
    pub(super) errors: &'a mut Collector,
}

pub(super) fn catalog(file: File<'_>, root: &Node, errors: &mut Collector) -> Catalog {
    let mut check = Check { file, errors };
    let top = check.map(root, "the catalog", &["catalog", "scopes", "types", "tools"]);
    let head =
        top.get("catalog").map(|(_, node)| check.map(node, "`catalog`", &["name", "title", "version"]));
    let head = head.unwrap_or_else(|| {
        check.missing(root.at, "catalog", "the catalog");
        IndexMap::new()
    });
    let name = check.required_text(&head, "name", root.at, "`catalog`");
    let version = check.required_text(&head, "version", root.at, "`catalog`");
    let title = check.text(&head, "title").unwrap_or_else(|| name.clone());
    let scopes = check.entries(top.get("scopes").map(|(_, node)| *node), "`scopes`");
    let scopes: Vec<String> = scopes.into_iter().map(|(key, _)| key.text.clone()).collect();
    let types = schema::types(&mut check, top.get("types").map(|(_, node)| *node));
    let tools = check.entries(top.get("tools").map(|(_, node)| *node), "`tools`");
    if !top.contains_key("tools") {
        check.missing(root.at, "tools", "the catalog");
    }
    let tools = tools.into_iter().filter_map(|(key, node)| check.tool(key, node, &scopes, &types)).collect();
    let at = Spot { file: 0, at: root.at };
    Catalog {
        files: vec![(file.name.to_owned(), file.text.to_owned())],
        at,
        name,
        title,
        version,
        description: None,
        website: None,
        icons: vec![],
        tokens: TokenCaps::default(),
        scopes: scopes.into_iter().map(|scope| (scope, String::new())).collect(),
        types,
        tools,
        resources: vec![],
        prompts: vec![],
    }
}

type Members<'a> = IndexMap<&'a str, (&'a Key, &'a Node)>;

impl Check<'_> {
    pub(super) fn error(&self, at: Position, message: impl Into<String>) -> Error {
        self.file.error(at, message)
    }

    pub(super) fn push(&mut self, error: Error) {
        self.errors.push(error);
    }

    fn missing(&mut self, at: Position, key: &str, of: &str) {
        let error = self.error(at, format!("{of} has no `{key}`")).hint(format!("add `{key}:`"));
        self.push(error);
    }

    /// The members of a map whose keys must be among `known`.
    pub(super) fn map<'n>(&mut self, node: &'n Node, of: &str, known: &[&str]) -> Members<'n> {
        let mut members = Members::new();
        for (key, value) in self.entries(Some(node), of) {
            if known.contains(&key.text.as_str()) {
                members.insert(&key.text, (key, value));
            } else {
                let hint = match nearest(&key.text, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known keys: {}", listed(known)),
                };
                let error = self.error(key.at, format!("unknown key `{}` in {of}", key.text)).hint(hint);
                self.push(error);
            }
        }
        members
    }

    /// All members of a map; none where it is no map, which is reported.
    pub(super) fn entries<'n>(&mut self, node: Option<&'n Node>, of: &str) -> Vec<(&'n Key, &'n Node)> {
        match node.map(|node| (&node.content, node)) {
            None => vec![],
            Some((Content::Map(members), _)) => members.iter().map(|(key, node)| (key, node)).collect(),
            Some((_, node)) => {
                let error = self.error(node.at, format!("{of} must be a map, not {}", node.kind()));
                self.push(error);
                vec![]
            }
        }
    }

    fn text(&mut self, members: &Members<'_>, key: &str) -> Option<String> {
        let (_, node) = members.get(key)?;
        match &node.content {
            Content::Scalar(Value::String(text)) => Some(text.trim().to_owned()),
            Content::Scalar(Value::Number(number)) => Some(number.to_string()),
            _ => {
                let error = self.error(node.at, format!("`{key}` must be text, not {}", node.kind()));
                self.push(error);
                None
            }
        }
    }

    fn required_text(&mut self, members: &Members<'_>, key: &str, at: Position, of: &str) -> String {
        if !members.contains_key(key) {
            self.missing(at, key, of);
        }
        self.text(members, key).unwrap_or_default()
    }

    fn flag(&mut self, members: &Members<'_>, key: &str) -> Option<bool> {
        let (_, node) = members.get(key)?;
        if let Content::Scalar(Value::Bool(flag)) = node.content {
            return Some(flag);
        }
        let error = self.error(node.at, format!("`{key}` must be true or false, not {}", node.kind()));
        self.push(error);
        None
    }

    fn tool(
        &mut self,
        key: &Key,
        node: &Node,
        scopes: &[String],
        types: &IndexMap<String, Schema>,
    ) -> Option<Tool> {
        self.name(key);
        const KEYS: [&str; 7] =
            ["title", "description", "annotations", "policy", "input", "output", "errors"];
        let of = format!("tool `{}`", key.text);
        let members = self.map(node, &of, &KEYS);
        let description = self.required_text(&members, "description", key.at, &of);
        let title = self.required_text(&members, "title", key.at, &of);
        let annotations = self.annotations(&members);
        let policy = self.policy(&members, scopes);
        let object = |check: &mut Self, key: &str| -> Vec<Member> {
            members.get(key).map(|(_, node)| schema::members(check, node, key, types)).unwrap_or_default()
        };
        let input = object(self, "input");
        let output = object(self, "output");
        if !members.contains_key("output") {
            self.missing(key.at, "output", &of);
        }
        let errors = self.modelled_errors(&members);
        Some(Tool {
            at: Spot { file: 0, at: key.at },
            name: key.text.clone(),
            title,
            description,
            annotations,
            policy,
            input,
            output,
            text: None,
            errors,
            examples: vec![],
            aliases: vec![],
            icons: vec![],
            opt_in: false,
            accept: IndexMap::new(),
        })
    }

    fn name(&mut self, key: &Key) {
        let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        if !(1..=64).contains(&key.text.len()) || !key.text.chars().all(legal) {
            let error = self
                .error(key.at, format!("`{}` cannot be a tool's name", key.text))
                .hint("1 to 64 of `A-Z a-z 0-9 _ . -`: what every client and model API accepts");
            self.push(error);
        }
    }

    fn annotations(&mut self, members: &Members<'_>) -> IndexMap<&'static str, bool> {
        const HINTS: [(&str, &str); 4] = [
            ("readOnly", "readOnlyHint"),
            ("destructive", "destructiveHint"),
            ("idempotent", "idempotentHint"),
            ("openWorld", "openWorldHint"),
        ];
        let Some((_, node)) = members.get("annotations") else { return IndexMap::new() };
        let given = self.map(node, "`annotations`", &HINTS.map(|(key, _)| key));
        HINTS.iter().filter_map(|(key, hint)| Some((*hint, self.flag(&given, key)?))).collect()
    }

    fn policy(&mut self, members: &Members<'_>, scopes: &[String]) -> Policy {
        let Some((_, node)) = members.get("policy") else { return Policy::default() };
        let given = self.map(node, "`policy`", &["scopes", "timeout", "rate", "concurrency", "output"]);
        let needed = given.get("scopes").map(|(_, node)| self.scopes(node, scopes)).unwrap_or_default();
        let rate = self.measure(&given, "rate", "calls a minute, such as `60/min`", |text| {
            Some(Rate { calls: text.strip_suffix("/min")?.parse().ok()?, seconds: 60 })
        });
        let timeout_ms = self.measure(&given, "timeout", "a time such as `30s` or `500ms`", |text| {
            let whole = |number: &str, factor: u64| number.parse::<u64>().ok()?.checked_mul(factor);
            text.strip_suffix("ms")
                .map_or_else(|| whole(text.strip_suffix('s')?, 1000), |number| whole(number, 1))
        });
        let output_bytes = self.measure(&given, "output", "a size such as `256KiB` or `1MiB`", |text| {
            let whole = |number: &str, factor: u64| number.parse::<u64>().ok()?.checked_mul(factor);
            text.strip_suffix("KiB")
                .map_or_else(|| whole(text.strip_suffix("MiB")?, 1 << 20), |number| whole(number, 1 << 10))
        });
        let concurrency =
            self.measure(&given, "concurrency", "a number of calls, such as `8`", |text| text.parse().ok());
        Policy { scopes: needed, timeout_ms, rate, concurrency, output_bytes, ..Policy::default() }
    }

    fn scopes(&mut self, node: &Node, declared: &[String]) -> Vec<String> {
        let Content::List(items) = &node.content else {
            let error = self.error(node.at, format!("`scopes` must be a list, not {}", node.kind()));
            self.push(error);
            return vec![];
        };
        let known: Vec<&str> = declared.iter().map(String::as_str).collect();
        let mut scopes = Vec::new();
        for item in items {
            match item.json() {
                Value::String(scope) if declared.contains(&scope) => scopes.push(scope),
                other => {
                    let name = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
                    let hint = match nearest(&name, &known) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("declare it: `scopes: {{ {name}: what it allows }}`"),
                    };
                    let error = self.error(item.at, format!("the scope `{name}` is not declared")).hint(hint);
                    self.push(error);
                }
            }
        }
        scopes
    }

    fn measure<T>(
        &mut self,
        members: &Members<'_>,
        key: &str,
        wanted: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let (_, node) = members.get(key)?;
        let text = self.text(members, key)?;
        let found = read(&text);
        if found.is_none() {
            let error =
                self.error(node.at, format!("`{key}` cannot be `{text}`")).hint(format!("write {wanted}"));
            self.push(error);
        }
        found
    }

    fn modelled_errors(&mut self, members: &Members<'_>) -> Vec<ModelledError> {
        let entries = self.entries(members.get("errors").map(|(_, node)| *node), "`errors`");
        entries
            .into_iter()
            .map(|(key, node)| {
                let of = format!("error `{}`", key.text);
                let given = self.map(node, &of, &["retryable", "hint"]);
                let snake = key.text.starts_with(|c: char| c.is_ascii_lowercase())
                    && key.text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
                if !snake || key.text == "shared" {
                    let error = self
                        .error(key.at, format!("`{}` cannot be an error's name", key.text))
                        .hint("write it in snake_case, such as `not_found`");
                    self.push(error);
                }
                let hint = self.required_text(&given, "hint", key.at, &of);
                let retryable = self.flag(&given, "retryable").unwrap_or_default();
                ModelledError {
                    at: Spot { file: 0, at: key.at },
                    name: key.text.clone(),
                    retryable,
                    hint,
                    retry_after_seconds: None,
                }
            })
            .collect()
    }
}

pub(super) fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The known name that a mistyped one most likely means: at most a third of its letters differ.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|known| (strsim::levenshtein(name, known), *known))
        .filter(|(distance, known)| *distance <= known.chars().count().div_ceil(3))
        .min()
        .map(|(_, known)| known)
}
