//! `tools.d.ts`: the tools as TypeScript sees them.

use serde_json::Value;

use super::names::{self, Names, SHARED_ERRORS};
use super::{BANNER, words};
use crate::catalog::{Catalog, Kind, Member, Schema, Tool, advertised_description};

const HEAD: &str = "\
/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** What a call that failed answers. */
export interface ToolFailure<Code extends string> {
  error: {
    code: Code;
    message: string;
    /** Whether the same call may succeed later. */
    retryable: boolean;
    /** What to do next. */
    hint: string;
    retry_after_seconds?: number;
    details?: JsonValue;
  };
}
";

const BLOCK: &str = "\
/** A content block of MCP: text, an image, audio, a resource or a link to one. */
export interface ContentBlock {
  type: string;
  [name: string]: JsonValue;
}

";

pub(super) fn declarations(catalog: &Catalog) -> String {
    let mut reserved = vec!["JsonValue", "SharedErrorCode", "ToolErrors", "ToolFailure", "ToolName", "Tools"];
    let blocks = names::has_blocks(catalog);
    reserved.extend(blocks.then_some("ContentBlock"));
    let names = Names::new(catalog, &reserved);
    let mut out = format!("// {BANNER}\n\n{HEAD}\n");
    if blocks {
        out.push_str(BLOCK);
    }
    out.push_str("/** Errors that every tool may answer. */\n");
    out.push_str(&format!("export type SharedErrorCode = {};\n", literals(&SHARED_ERRORS)));
    for (name, schema) in &catalog.types {
        out.push('\n');
        out.push_str(&declared(&names, &names.declared(name), schema));
    }
    for tool in &catalog.tools {
        out.push_str(&types_of(&names, tool));
    }
    out.push_str(&tools(catalog));
    out
}

fn declared(names: &Names, name: &str, schema: &Schema) -> String {
    let about = doc(words::documentation(schema, None).as_deref(), "");
    match &schema.kind {
        Kind::Object(members) => {
            format!("{about}export interface {name} {}\n", object(names, members, "", true))
        }
        _ => format!("{about}export type {name} = {};\n", ty(names, schema, "", true)),
    }
}

fn types_of(names: &Names, tool: &Tool) -> String {
    let interface = |name: String, about: &str, members: &[Member], output: bool| {
        let body = object(names, members, "", output);
        format!("\n{}export interface {name} {body}\n", doc(Some(about), ""))
    };
    let alias = |name: String, about: &str, ty: &str| {
        format!("\n{}export type {name} = {ty};\n", doc(Some(about), ""))
    };
    let about = format!("Arguments of `{}`.", tool.name);
    let mut out = match tool.input_schema {
        Some(_) => alias(names::arguments(tool), &about, "{ [name: string]: JsonValue }"),
        None => interface(names::arguments(tool), &about, &tool.input, false),
    };
    let about = format!("What `{}` returns.", tool.name);
    out += &match &tool.output {
        Some(output) => interface(names::output(tool), &about, output, true),
        None => alias(names::output(tool), &about, "ContentBlock[]"),
    };
    let own: Vec<&str> = tool
        .errors
        .iter()
        .map(|error| error.name.as_str())
        .filter(|name| !SHARED_ERRORS.contains(name))
        .collect();
    let codes = if own.is_empty() { String::new() } else { format!("{} | ", literals(&own)) };
    let about = doc(Some(&format!("Errors that `{}` may answer.", tool.name)), "");
    out.push_str(&format!("\n{about}export type {} = {codes}SharedErrorCode;\n", names::error_code(tool)));
    out
}

fn tools(catalog: &Catalog) -> String {
    let mut out =
        String::from("\n/** Every tool, as a function of its arguments. */\nexport interface Tools {\n");
    for tool in &catalog.tools {
        out.push_str(&doc(Some(&advertised_description(tool)), "  "));
        let needed = tool.input_schema.is_some() || tool.input.iter().any(|member| member.required);
        let optional = if needed { "" } else { "?" };
        let (arguments, output) = (names::arguments(tool), names::output(tool));
        out.push_str(&format!("  {}(args{optional}: {arguments}): Promise<{output}>;\n", key(&tool.name)));
    }
    out.push_str("}\n\n/** The errors of each tool. */\nexport interface ToolErrors {\n");
    for tool in &catalog.tools {
        out.push_str(&format!("  {}: ToolFailure<{}>;\n", key(&tool.name), names::error_code(tool)));
    }
    out.push_str("}\n\nexport type ToolName = keyof Tools;\n");
    out
}

/// In an output everything with a default may be left out as well: the default is the reader's.
fn object(names: &Names, members: &[Member], indent: &str, output: bool) -> String {
    if members.is_empty() {
        return "{}".to_owned();
    }
    let inner = format!("{indent}  ");
    let mut out = String::from("{\n");
    for member in members {
        out.push_str(&doc(words::documentation(&member.schema, Some(member)).as_deref(), &inner));
        let mark = if member.required { "" } else { "?" };
        let ty = ty(names, &member.schema, &inner, output);
        out.push_str(&format!("{inner}{}{mark}: {ty};\n", key(&member.name)));
    }
    out.push_str(&format!("{indent}}}"));
    out
}

fn ty(names: &Names, schema: &Schema, indent: &str, output: bool) -> String {
    match &schema.kind {
        Kind::Any => "JsonValue".to_owned(),
        Kind::Ref(name) => names.declared(name),
        Kind::String { .. } => "string".to_owned(),
        Kind::Choice(values) => {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            literals(&values)
        }
        Kind::Integer { .. } | Kind::Number { .. } => "number".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Array { items, .. } => format!("Array<{}>", ty(names, items, indent, output)),
        Kind::Object(members) => object(names, members, indent, output),
        Kind::Map { values, .. } => format!("{{ [name: string]: {} }}", ty(names, values, indent, output)),
        Kind::Union { tag, variants } => {
            let variants: Vec<String> = variants
                .iter()
                .map(|variant| {
                    let tagged = format!("{{ {}: {} }}", key(tag), text(&variant.value));
                    if variant.members.is_empty() {
                        return tagged;
                    }
                    format!("({tagged} & {})", object(names, &variant.members, indent, output))
                })
                .collect();
            variants.join(" | ")
        }
    }
}

fn literals(values: &[&str]) -> String {
    values.iter().map(|value| text(value)).collect::<Vec<_>>().join(" | ")
}

fn text(value: &str) -> String {
    Value::from(value).to_string()
}

/// A member's name, in quotes where it is no identifier.
fn key(name: &str) -> String {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !name.starts_with(|first: char| first.is_ascii_digit());
    if plain { name.to_owned() } else { text(name) }
}

fn doc(about: Option<&str>, indent: &str) -> String {
    let Some(about) = about else { return String::new() };
    let about = about.replace("*/", "*\u{200b}/");
    let lines: Vec<&str> = about.trim_end().lines().collect();
    match lines.as_slice() {
        [] => String::new(),
        [one] => format!("{indent}/** {one} */\n"),
        many => {
            let body: String =
                many.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect();
            format!("{indent}/**\n{body}{indent} */\n")
        }
    }
}
