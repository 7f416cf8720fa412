//! Changes of tools: their names and aliases, arguments, results, errors and policy.

use super::CatalogChangeKind as Kind;
use super::compare::{Compare, Direction};
use crate::catalog::{Alias, Catalog, Member, Policy, Spot, Tool, bytes, duration, rate};

pub(super) fn tools(compare: &mut Compare<'_>) {
    let (before, after) = (compare.older, compare.newer);
    for older in &before.tools {
        if let Some(newer) = after.tools.iter().find(|tool| tool.name == older.name) {
            compare.subject("tool", &older.name, newer.at);
            tool(compare, older, newer, &newer.input);
            aliases(compare, older);
        } else if let Some((newer, alias)) = aliased(after, &older.name) {
            compare.subject("tool", &older.name, newer.at);
            let text = format!("it is `{}` now, and can still be called by this name", newer.name);
            compare.say("", alias.at, Kind::Renamed, false, text);
            tool(compare, older, newer, &through(newer, alias));
            aliases(compare, older);
        } else {
            compare.subject("tool", &older.name, older.at);
            compare.say_of_older("", older.at, Kind::Removed, true, "it is no longer there".to_owned());
            aliases(compare, older);
        }
    }
    for newer in &after.tools {
        let known = before.tools.iter().any(|tool| tool.name == newer.name);
        let taken = |tool: &Tool| {
            tool.aliases.iter().any(|alias| before.tools.iter().any(|old| old.name == alias.name))
        };
        if !known && !taken(newer) {
            compare.subject("tool", &newer.name, newer.at);
            compare.say("", newer.at, Kind::Added, false, "it is new".to_owned());
        }
    }
}

fn aliased<'a>(catalog: &'a Catalog, name: &str) -> Option<(&'a Tool, &'a Alias)> {
    catalog
        .tools
        .iter()
        .find_map(|tool| tool.aliases.iter().find(|alias| alias.name == name).map(|alias| (tool, alias)))
}

/// The arguments as a caller of the alias sends them.
fn through(tool: &Tool, alias: &Alias) -> Vec<Member> {
    let mut members = Vec::new();
    for member in &tool.input {
        if alias.set.iter().any(|(name, _)| *name == member.name) {
            continue;
        }
        let mut member = member.clone();
        if let Some((_, value)) = alias.defaults.iter().find(|(name, _)| *name == member.name) {
            member.required = false;
            member.default = Some(value.clone());
        }
        if let Some((theirs, _)) = alias.renamed.iter().find(|(_, ours)| *ours == member.name) {
            member.name.clone_from(theirs);
        }
        members.push(member);
    }
    members
}

/// The names beside its own by which the older tool could be called.
fn aliases(compare: &mut Compare<'_>, older: &Tool) {
    for alias in &older.aliases {
        let before = through(older, alias);
        let at = format!("aliases.{}", alias.name);
        if let Some((newer, now)) = aliased(compare.newer, &alias.name) {
            let same = now.renamed == alias.renamed && now.defaults == alias.defaults && now.set == alias.set;
            if !same || newer.name != older.name {
                compare.members(&at, &before, &through(newer, now), Direction::In);
            }
        } else if let Some(newer) = compare.newer.tools.iter().find(|tool| tool.name == alias.name) {
            compare.members(&at, &before, &newer.input, Direction::In);
        } else {
            let text = format!("`{}` can no longer be called", alias.name);
            compare.say_of_older(&at, alias.at, Kind::Removed, true, text);
        }
    }
}

/// `input` is what the newer tool takes by the older one's name.
fn tool(compare: &mut Compare<'_>, older: &Tool, newer: &Tool, input: &[Member]) {
    if older.input_schema == newer.input_schema {
        compare.members("input", &older.input, input, Direction::In);
    } else {
        let text = "the schema of the arguments is another, and what that breaks cannot be said";
        compare.say("inputSchema", newer.at, Kind::Changed, true, text.to_owned());
    }
    match (&older.output, &newer.output) {
        (Some(was), Some(is)) => compare.members("output", was, is, Direction::Out),
        (None, None) => {}
        (_, is) => {
            let text = if is.is_some() { "no longer" } else { "now" };
            let text = format!("{text}: the tool makes its content blocks itself");
            compare.say("content", newer.at, Kind::Changed, true, text);
        }
    }
    errors(compare, older, newer);
    policy(compare, newer.at, &older.policy, &newer.policy);
    annotations(compare, older, newer);
    compare.flag(
        "optIn",
        newer.at,
        older.opt_in,
        newer.opt_in,
        true,
        "it is off until the operator turns it on",
    );
    for alias in newer.aliases.iter().filter(|alias| alias.name != older.name) {
        let known = compare.older.tools.iter().any(|tool| tool.name == alias.name)
            || aliased(compare.older, &alias.name).is_some();
        if !known {
            let text = format!("it can also be called `{}`", alias.name);
            compare.say(&format!("aliases.{}", alias.name), alias.at, Kind::Added, false, text);
        }
    }
    compare.texts(newer.at, [&older.title, &older.description], [&newer.title, &newer.description]);
}

/// New errors break nobody: every tool may answer with errors that its entry does not name.
fn errors(compare: &mut Compare<'_>, older: &Tool, newer: &Tool) {
    for error in &older.errors {
        let at = format!("errors.{}", error.name);
        match newer.errors.iter().find(|now| now.name == error.name) {
            None => compare.say_of_older(&at, error.at, Kind::Removed, false, "the error is gone".to_owned()),
            Some(now) => {
                if now.retryable != error.retryable {
                    let text =
                        if now.retryable { "it can be retried now" } else { "it can no longer be retried" };
                    compare.say(&at, now.at, Kind::Changed, false, text.to_owned());
                }
                if now.hint != error.hint {
                    compare.say(&at, now.at, Kind::Changed, false, "the hint is another".to_owned());
                }
            }
        }
    }
    for error in newer.errors.iter().filter(|new| !older.errors.iter().any(|old| old.name == new.name)) {
        let at = format!("errors.{}", error.name);
        compare.say(&at, error.at, Kind::Added, false, "the error is new".to_owned());
    }
}

/// Clients ask a person, or call again, by these: a promise that is taken back breaks them.
fn annotations(compare: &mut Compare<'_>, older: &Tool, newer: &Tool) {
    // What a client assumes where nothing is said.
    let hints = [
        ("readOnlyHint", false),
        ("destructiveHint", true),
        ("idempotentHint", false),
        ("openWorldHint", true),
    ];
    for (hint, assumed) in hints {
        let value = |tool: &Tool| tool.annotations.get(hint).copied().unwrap_or(assumed);
        let (was, is) = (value(older), value(newer));
        if was != is {
            let name = hint.trim_end_matches("Hint");
            let text = format!("`{name}` is {is}, was {was}");
            compare.say(&format!("annotations.{name}"), newer.at, Kind::Changed, is == assumed, text);
        }
    }
}

pub(super) fn policy(compare: &mut Compare<'_>, at: Spot, older: &Policy, newer: &Policy) {
    for scope in newer.scopes.iter().filter(|scope| !older.scopes.contains(scope)) {
        let text = format!("callers need the scope `{scope}`");
        compare.say("policy.scopes", at, Kind::Added, true, text);
    }
    for scope in older.scopes.iter().filter(|scope| !newer.scopes.contains(scope)) {
        let text = format!("callers no longer need the scope `{scope}`");
        compare.say("policy.scopes", at, Kind::Removed, false, text);
    }
    compare.limit("policy.timeout", at, older.timeout_ms, newer.timeout_ms, duration);
    compare.limit("policy.output", at, older.output_bytes, newer.output_bytes, bytes);
    let number = |value: u64| value.to_string();
    let [was, is] = [older, newer].map(|policy| policy.concurrency.map(u64::from));
    compare.limit("policy.concurrency", at, was, is, number);
    let an_hour = |policy: &Policy| {
        policy.rate.map(|rate| u64::from(rate.calls) * 3600 / u64::from(rate.seconds.max(1)))
    };
    let said = [older, newer].map(|policy| (an_hour(policy), policy.rate.map(rate)));
    let words = |value: u64| {
        let known = said.iter().find(|(calls, _)| *calls == Some(value));
        known.and_then(|(_, words)| words.clone()).unwrap_or_default()
    };
    compare.limit("policy.rate", at, an_hour(older), an_hour(newer), words);
    compare.flag("policy.confirm", at, older.confirm, newer.confirm, true, "a person confirms each call");
}
