//! Rules of a tool as a whole, of resources and prompts, and of the list; and what a tool accepts.

use super::limits::{CURSOR_NAMES, CURSOR_TOOLS, NAME, OPENAI_DESCRIPTION};
use super::report::{self, Finding, Found};
use super::{Profile, Rule, TokenCost, schema, spots};
use crate::catalog::{Catalog, Kind, Member, Schema, Spot, Tool, advertised_description};

pub(super) fn tool(catalog: &Catalog, tool: &Tool) -> Vec<Found> {
    let mut found = name(catalog, tool);
    found.extend(texts("tool", &tool.title, &tool.description, tool.at));
    let description = advertised_description(tool).chars().count();
    if description > OPENAI_DESCRIPTION {
        let message = format!("the description has {description} characters, more than {OPENAI_DESCRIPTION}");
        let hint = "say what each argument means at the argument, and keep the rest short";
        found.push(Found::new(Profile::OpenaiStrict, Rule::DescriptionTooLong, tool.at, message, hint));
    }
    found.extend(hints(tool));
    if tool.input_schema.is_some() {
        let message = "the arguments reach the tool unchecked: their schema is handed through";
        let hint = "write `input:`, or accept this and let the tool check what it gets";
        found.push(Found::new(Profile::All, Rule::RawSchema, tool.at, message, hint));
    }
    undescribed(catalog, &tool.input, &mut Vec::new(), &mut found);
    let judged = schema::input(&catalog.input_schema(tool)).into_iter();
    found.extend(judged.map(|at| Found {
        spot: spots::spot(catalog, &tool.input, &at.path, tool.at),
        profile: at.profile,
        rule: at.rule,
        message: match named(&at.path) {
            Some(name) => format!("`{name}`: {}", at.message),
            None => at.message,
        },
        hint: at.hint,
    }));
    found
}

impl Found {
    fn new(profile: Profile, rule: Rule, spot: Spot, message: impl Into<String>, hint: &str) -> Self {
        Self { profile, rule, spot, message: message.into(), hint: hint.to_owned() }
    }
}

/// The member at a path, as people write it.
fn named(path: &[String]) -> Option<String> {
    let mut name = String::new();
    let mut keys = path.iter();
    while let Some(key) = keys.next() {
        match key.as_str() {
            "properties" | "$defs" => {
                let dot = if name.is_empty() { "" } else { "." };
                name.push_str(&format!("{dot}{}", keys.next()?));
            }
            "items" => name.push_str("[]"),
            "additionalProperties" => name.push_str("{}"),
            _ => drop(keys.next()),
        }
    }
    (!name.is_empty()).then_some(name)
}

fn name(catalog: &Catalog, tool: &Tool) -> Vec<Found> {
    let mut found = Vec::new();
    let (server, own) = (catalog.name.chars().count(), tool.name.chars().count());
    let mut long = |profile, count: usize, limit: usize, what: &str| {
        if count > limit {
            let message = format!("{what} has {count} characters, more than {limit}");
            found.push(Found::new(profile, Rule::NameTooLong, tool.at, message, "shorten the name"));
        }
    };
    long(Profile::OpenaiStrict, own, NAME, "the name");
    long(Profile::Claude, "mcp____".len() + server + own, NAME, "the name behind `mcp__server__`");
    long(Profile::Cursor, server + own, CURSOR_NAMES, "the name together with the server's");
    if tool.name.contains('.') {
        for profile in [Profile::Claude, Profile::OpenaiStrict] {
            let hint = "use `_` and keep the name with the dot as an alias";
            found.push(Found::new(profile, Rule::NameCharacters, tool.at, "the name has a dot", hint));
        }
    }
    found
}

fn texts(what: &str, title: &str, description: &str, spot: Spot) -> Vec<Found> {
    let mut found = Vec::new();
    if title.trim().is_empty() {
        let message = format!("the {what} has no title");
        found.push(Found::new(Profile::All, Rule::TitleMissing, spot, message, "add `title:`"));
    }
    if description.trim().is_empty() {
        let message = format!("the {what} has no description");
        found.push(Found::new(
            Profile::All,
            Rule::EmptyDescription,
            spot,
            message,
            "say what it is for, and when",
        ));
    }
    found
}

fn hints(tool: &Tool) -> Option<Found> {
    let set = |hint: &str| tool.annotations.get(hint).copied();
    // What only reads destroys nothing: the two other hints mean nothing then.
    let needed: &[&str] = match set("readOnlyHint") {
        Some(true) => &["readOnlyHint", "openWorldHint"],
        _ => &["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"],
    };
    let missing: Vec<String> = needed
        .iter()
        .filter(|hint| set(hint).is_none())
        .map(|hint| format!("`{}`", hint.trim_end_matches("Hint")))
        .collect();
    (!missing.is_empty()).then(|| {
        let message = format!("the annotations do not say {}", missing.join(", "));
        Found::new(
            Profile::All,
            Rule::HintsMissing,
            tool.at,
            message,
            "set each to true or false below `annotations:`",
        )
    })
}

/// Members of the input that nothing describes; those of a declared type are reported at the type.
fn undescribed(catalog: &Catalog, members: &[Member], open: &mut Vec<String>, found: &mut Vec<Found>) {
    for member in members {
        if !described(catalog, &member.schema) {
            let message = format!("nothing describes `{}`", member.name);
            found.push(Found::new(
                Profile::All,
                Rule::DescriptionMissing,
                member.at,
                message,
                "add `description:`",
            ));
        }
        inside(catalog, &member.schema, open, found);
    }
}

fn inside(catalog: &Catalog, schema: &Schema, open: &mut Vec<String>, found: &mut Vec<Found>) {
    match &schema.kind {
        Kind::Object(members) => undescribed(catalog, members, open, found),
        Kind::Union { variants, .. } => {
            variants.iter().for_each(|variant| undescribed(catalog, &variant.members, open, found));
        }
        Kind::Array { items: inner, .. } | Kind::Map { values: inner, .. } => {
            inside(catalog, inner, open, found)
        }
        Kind::Ref(name) if !open.contains(name) => {
            open.push(name.clone());
            if let Some(target) = catalog.types.get(name) {
                inside(catalog, target, open, found);
            }
        }
        _ => {}
    }
}

/// A union is described where all its alternatives are.
fn described(catalog: &Catalog, schema: &Schema) -> bool {
    schema.description.as_ref().is_some_and(|text| !text.trim().is_empty())
        || match &schema.kind {
            Kind::Ref(name) => catalog.types.get(name).is_some_and(|target| match &target.kind {
                Kind::Ref(_) => target.description.is_some(),
                _ => described(catalog, target),
            }),
            Kind::Union { variants, .. } => variants.iter().all(|variant| variant.description.is_some()),
            _ => false,
        }
}

pub(super) fn cap(catalog: &Catalog, tool: &Tool, tokens: u64) -> Option<Found> {
    let cap = catalog.tokens.tool.filter(|cap| tokens > *cap)?;
    let message = format!("the definition costs about {tokens} tokens, more than {cap}");
    let hint = "shorten descriptions, or raise `catalog.tokens.tool`";
    Some(Found::new(Profile::All, Rule::TokenCap, tool.at, message, hint))
}

/// What holds for resources and prompts.
pub(super) fn others(catalog: &Catalog) -> Vec<Found> {
    let mut found = Vec::new();
    for resource in &catalog.resources {
        found.extend(texts("resource", &resource.title, &resource.description, resource.at));
    }
    for prompt in &catalog.prompts {
        found.extend(texts("prompt", &prompt.title, &prompt.description, prompt.at));
    }
    found
}

/// What holds for the list.
pub(super) fn all(catalog: &Catalog, cost: &TokenCost) -> Vec<Found> {
    let mut found = Vec::new();
    let offered = catalog.tools.iter().filter(|tool| !tool.opt_in).count();
    if offered > CURSOR_TOOLS {
        let message = format!("{offered} tools are advertised, more than {CURSOR_TOOLS}");
        let hint = "mark tools that few need with `optIn: true`";
        found.push(Found::new(Profile::Cursor, Rule::TooManyTools, catalog.at, message, hint));
    }
    if let Some(cap) = catalog.tokens.total.filter(|cap| cost.total > *cap) {
        let message = format!("the definitions cost about {} tokens in all, more than {cap}", cost.total);
        let hint = "shorten descriptions, mark tools with `optIn: true`, or raise `catalog.tokens.total`";
        found.push(Found::new(Profile::All, Rule::TokenCap, catalog.at, message, hint));
    }
    found
}

/// The findings of a tool, with the reasons of those that it accepts, and what is wrong with its `accept`.
pub(super) fn accepted(catalog: &Catalog, tool: &Tool, found: Vec<Found>) -> Vec<Finding> {
    let mut wrong = Vec::new();
    for name in tool.accept.keys() {
        if Rule::named(name).is_none() {
            let names = Rule::ALL.iter().map(|rule| rule.as_str());
            let near = names.max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
            let hint = format!("did you mean `{}`?", near.unwrap_or_default());
            let message = format!("`accept` names the unknown rule `{name}`");
            wrong.push(Found::new(Profile::All, Rule::AcceptUnknown, tool.at, message, &hint));
        } else if !found.iter().any(|found| found.rule.as_str() == name) {
            let message = format!("`accept` names `{name}`, which finds nothing here");
            wrong.push(Found::new(Profile::All, Rule::AcceptUnused, tool.at, message, "remove the entry"));
        }
    }
    let found = found.into_iter().map(|found| {
        let reason = tool.accept.get(found.rule.as_str()).cloned();
        Finding { accepted: reason, ..report::finding(catalog, found, Some(&tool.name)) }
    });
    let wrong = wrong.into_iter().map(|found| report::finding(catalog, found, Some(&tool.name)));
    found.chain(wrong).collect()
}
