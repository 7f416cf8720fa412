//! `tools.md`: the reference page for people.

use super::names::SHARED_ERRORS;
use super::{BANNER, words};
use crate::catalog::{
    Alias, Audit, Catalog, Kind, Member, Policy, Prompt, Resource, Schema, Tool, bytes, duration, rate,
};
use crate::lint::TokenCost;

pub(super) fn page(catalog: &Catalog, cost: &TokenCost) -> String {
    let mut out = format!("<!-- {BANNER} -->\n\n# Tools of {}\n\n", catalog.title);
    if let Some(description) = &catalog.description {
        out.push_str(&format!("{description}\n\n"));
    }
    overview(&mut out, catalog, cost);
    for tool in &catalog.tools {
        tool_section(&mut out, catalog, tool);
    }
    if !catalog.resources.is_empty() {
        out.push_str("## Resources\n\n");
        catalog.resources.iter().for_each(|resource| resource_section(&mut out, resource));
    }
    if !catalog.prompts.is_empty() {
        out.push_str("## Prompts\n\n");
        catalog.prompts.iter().for_each(|prompt| prompt_section(&mut out, prompt));
    }
    types_section(&mut out, catalog);
    let shared: Vec<String> = SHARED_ERRORS.iter().map(|name| format!("`{name}`")).collect();
    out.push_str(&format!("## Errors of every tool\n\n{}.\n", shared.join(", ")));
    out
}

fn overview(out: &mut String, catalog: &Catalog, cost: &TokenCost) {
    out.push_str("| tool | | tokens |\n|---|---|---:|\n");
    for (tool, tokens) in catalog.tools.iter().zip(cost.tools()) {
        let link = format!("[`{}`](#{})", tool.name, anchor(&tool.name));
        let off = if tool.opt_in { " (off until turned on)" } else { "" };
        out.push_str(&format!("| {link} | {}{off} | {tokens} |\n", cell(&tool.title)));
    }
    out.push_str(&format!(
        "\nThe definitions of the tools that are on by default cost a model about {} tokens, as OpenAI's o200k \
         vocabulary counts them; other vocabularies differ.\n\n",
        cost.total
    ));
}

fn tool_section(out: &mut String, catalog: &Catalog, tool: &Tool) {
    out.push_str(&format!("## `{}`\n\n**{}**\n\n{}\n\n", tool.name, tool.title, tool.description.trim_end()));
    if let Some(schema) = &tool.input_schema {
        let text = "The arguments are an object that the tool checks itself; their schema says:";
        out.push_str(&format!("{text}\n\n```json\n{schema:#}\n```\n\n"));
    } else if tool.input.is_empty() {
        out.push_str("No arguments.\n\n");
    } else {
        out.push_str("| argument | type | bounds | default | meaning |\n|---|---|---|---|---|\n");
        rows(out, &tool.input, "", true);
        out.push('\n');
    }
    if let Some(output) = &tool.output {
        out.push_str("| result | type | bounds | meaning |\n|---|---|---|---|\n");
        rows(out, output, "", false);
        out.push('\n');
    } else {
        out.push_str("The result is a list of content blocks.\n\n");
    }
    if !tool.errors.is_empty() {
        out.push_str("| error | what to do | again? |\n|---|---|---|\n");
        for error in &tool.errors {
            let again = match (error.retryable, error.retry_after_seconds) {
                (false, _) => "no".to_owned(),
                (true, None) => "yes".to_owned(),
                (true, Some(seconds)) => format!("after {seconds} s"),
            };
            out.push_str(&format!("| `{}` | {} | {again} |\n", error.name, cell(&error.hint)));
        }
        out.push('\n');
    }
    let mut facts = policy(catalog, &tool.policy, true);
    let hints: Vec<String> =
        tool.annotations.iter().map(|(hint, value)| format!("`{hint}` {value}")).collect();
    facts.extend((!hints.is_empty()).then(|| format!("Annotations: {}", hints.join(", "))));
    facts.extend(tool.opt_in.then(|| "Advertised only where the operator turns it on".to_owned()));
    list(out, &facts);
    for example in &tool.examples {
        out.push_str(&format!("```json\n{example}\n```\n\n"));
    }
    if !tool.aliases.is_empty() {
        let aliases: Vec<String> = tool.aliases.iter().map(alias).collect();
        out.push_str(&format!("Also called {}.\n\n", aliases.join("; ")));
    }
}

fn rows(out: &mut String, members: &[Member], before: &str, input: bool) {
    for member in members {
        let name = format!("{before}{}", member.name);
        let mark = if member.required { "" } else { "?" };
        let bounds = cell(&words::bounds(&member.schema.kind).join(", "));
        let default = member.default.as_ref().map(|value| code(&value.to_string())).unwrap_or_default();
        let mut about = member.schema.description.clone().unwrap_or_default();
        if let Some(examples) = words::examples(&member.schema) {
            about = words::sentences(Some(&about), &[examples]).unwrap_or_default();
        }
        if let Some(header) = &member.header {
            about.push_str(&format!(" Mirrored as `Mcp-Param-{header}`."));
        }
        let ty = ty(&member.schema);
        let middle = if input { format!("{bounds} | {default}") } else { bounds };
        out.push_str(&format!("| `{name}`{mark} | {ty} | {middle} | {} |\n", cell(about.trim())));
        if let Kind::Object(inner) = &member.schema.kind {
            rows(out, inner, &format!("{name}."), input);
        }
        if let Kind::Array { items, .. } = &member.schema.kind
            && let Kind::Object(inner) = &items.kind
        {
            rows(out, inner, &format!("{name}[]."), input);
        }
    }
}

fn ty(schema: &Schema) -> String {
    match &schema.kind {
        Kind::Any => "any JSON".to_owned(),
        Kind::Ref(name) => format!("[{name}](#{})", anchor(name)),
        Kind::String { .. } => "string".to_owned(),
        Kind::Choice(values) => values.iter().map(|value| code(value)).collect::<Vec<_>>().join(", "),
        Kind::Integer { .. } => "integer".to_owned(),
        Kind::Number { .. } => "number".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Array { items, .. } => format!("list of {}", ty(items)),
        Kind::Object(_) => "object".to_owned(),
        Kind::Map { values, .. } => format!("map of {}", ty(values)),
        Kind::Union { tag, variants } => {
            let names: Vec<String> = variants.iter().map(|variant| code(&variant.value)).collect();
            format!("object by `{tag}`: {}", names.join(", "))
        }
    }
}

fn policy(catalog: &Catalog, policy: &Policy, of_tool: bool) -> Vec<String> {
    let scopes: Vec<String> = policy
        .scopes
        .iter()
        .map(|scope| match catalog.scopes.get(scope).filter(|allows| !allows.is_empty()) {
            Some(allows) => format!("`{scope}` ({allows})"),
            None => format!("`{scope}`"),
        })
        .collect();
    let audit = match policy.audit {
        Audit::Hash => "a hash of the arguments",
        Audit::Arguments => "the arguments",
        Audit::None => "nothing of the arguments",
    };
    [
        (!scopes.is_empty()).then(|| format!("Scopes: {}", scopes.join(", "))),
        policy.timeout_ms.map(|value| format!("Timeout: {}", duration(value))),
        policy.rate.map(|value| format!("Rate: {}", rate(value))),
        policy.concurrency.map(|value| format!("At the same time: {value}")),
        policy.output_bytes.map(|value| format!("Largest answer: {}", bytes(value))),
        policy.confirm.then(|| "A person confirms each call".to_owned()),
        of_tool.then(|| format!("The audit line has {audit}")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn alias(alias: &Alias) -> String {
    let renamed = alias.renamed.iter().map(|(theirs, ours)| format!("`{theirs}` is `{ours}`"));
    let defaults = alias
        .defaults
        .iter()
        .map(|(name, value)| format!("`{name}` defaults to {}", code(&value.to_string())));
    let set = alias.set.iter().map(|(name, value)| format!("`{name}` is {}", code(&value.to_string())));
    let facts: Vec<String> = renamed.chain(defaults).chain(set).collect();
    if facts.is_empty() {
        format!("`{}`", alias.name)
    } else {
        format!("`{}` ({})", alias.name, facts.join(", "))
    }
}

fn resource_section(out: &mut String, resource: &Resource) {
    out.push_str(&format!(
        "### `{}`\n\n**{}**\n\n{}\n\n",
        resource.name,
        resource.title,
        resource.description.trim_end()
    ));
    if !resource.parameters.is_empty() {
        out.push_str("| parameter | type | bounds | default | meaning |\n|---|---|---|---|---|\n");
        rows(out, &resource.parameters, "", true);
        out.push('\n');
    }
    let mut facts = vec![format!("Address: `{}`", resource.uri)];
    facts.extend(resource.mime_type.as_ref().map(|mime_type| format!("MIME type: `{mime_type}`")));
    facts.extend(resource.list.then(|| "The server lists what there is".to_owned()));
    facts.extend(resource.subscribe.then(|| "Clients may ask to be told of changes".to_owned()));
    let complete: Vec<String> = resource.complete.iter().map(|name| format!("`{name}`")).collect();
    facts.extend((!complete.is_empty()).then(|| format!("Completed by the server: {}", complete.join(", "))));
    facts.extend(resource.opt_in.then(|| "Advertised only where the operator turns it on".to_owned()));
    let scopes = resource.policy.scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>();
    facts.extend((!scopes.is_empty()).then(|| format!("Scopes: {}", scopes.join(", "))));
    list(out, &facts);
}

fn prompt_section(out: &mut String, prompt: &Prompt) {
    out.push_str(&format!(
        "### `{}`\n\n**{}**\n\n{}\n\n",
        prompt.name,
        prompt.title,
        prompt.description.trim_end()
    ));
    if !prompt.arguments.is_empty() {
        out.push_str("| argument | type | bounds | default | meaning |\n|---|---|---|---|---|\n");
        let members: Vec<Member> = prompt.arguments.iter().map(|argument| argument.member.clone()).collect();
        rows(out, &members, "", true);
        out.push('\n');
    }
    let completed = prompt.arguments.iter().filter(|argument| argument.complete);
    let completed: Vec<String> = completed.map(|argument| format!("`{}`", argument.member.name)).collect();
    let facts = [
        (!completed.is_empty()).then(|| format!("Completed by the server: {}", completed.join(", "))),
        prompt.messages.is_none().then(|| "The server writes its messages".to_owned()),
        prompt.opt_in.then(|| "Advertised only where the operator turns it on".to_owned()),
    ];
    list(out, &facts.into_iter().flatten().collect::<Vec<_>>());
}

fn types_section(out: &mut String, catalog: &Catalog) {
    if catalog.types.is_empty() {
        return;
    }
    out.push_str("## Types\n\n");
    for (name, schema) in &catalog.types {
        out.push_str(&format!("### {name}\n\n"));
        if let Some(about) = words::documentation(schema, None) {
            out.push_str(&format!("{about}\n\n"));
        }
        match &schema.kind {
            Kind::Object(members) => members_table(out, members),
            Kind::Union { tag, variants } => {
                for variant in variants {
                    let about = variant.description.as_deref().unwrap_or_default();
                    out.push_str(&format!(
                        "{}\n\n",
                        format!("`{tag}` {}: {about}", code(&variant.value)).trim_end()
                    ));
                    members_table(out, &variant.members);
                }
            }
            _ => out.push_str(&format!("Type: {}.\n\n", ty(schema))),
        }
    }
}

fn members_table(out: &mut String, members: &[Member]) {
    if members.is_empty() {
        return;
    }
    out.push_str("| member | type | bounds | meaning |\n|---|---|---|---|\n");
    rows(out, members, "", false);
    out.push('\n');
}

fn list(out: &mut String, facts: &[String]) {
    facts.iter().for_each(|fact| out.push_str(&format!("- {fact}\n")));
    out.push_str(if facts.is_empty() { "" } else { "\n" });
}

/// Text that may stand in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").lines().collect::<Vec<_>>().join(" ")
}

/// A literal in back-ticks, as many as it takes.
fn code(text: &str) -> String {
    let text = cell(text);
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// As GitHub makes it of a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
        .collect()
}
