//! `tools.py`: the tools as Python's type checkers see them.

use serde_json::Value;

use super::names::{self, Names, SHARED_ERRORS};
use super::{BANNER, words};
use crate::catalog::{Catalog, Kind, Member, Schema, Tool, advertised_description};
use crate::names::type_name;

/// Words that cannot name anything of ours.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Names that the module itself uses.
const RESERVED: [&str; 14] = [
    "Any",
    "Literal",
    "Mapping",
    "NotRequired",
    "Protocol",
    "Sequence",
    "SharedErrorCode",
    "TypeAlias",
    "TypedDict",
    "JsonValue",
    "TOOL_NAMES",
    "ToolFailure",
    "ToolFailureBody",
    "Tools",
];

const HEAD: &str = "\
from __future__ import annotations

from typing import Literal, NotRequired, Protocol, TypeAlias, TypedDict

JsonValue: TypeAlias = \"str | int | float | bool | None | list[JsonValue] | dict[str, JsonValue]\"
";

const FAILURE: &str = "

class ToolFailureBody(TypedDict):
    \"\"\"What went wrong, and what to do next.\"\"\"

    code: str
    message: str
    retryable: bool
    hint: str
    retry_after_seconds: NotRequired[int]
    details: NotRequired[JsonValue]


class ToolFailure(TypedDict):
    \"\"\"What a call that failed answers.\"\"\"

    error: ToolFailureBody
";

/// A content block of MCP, where a tool makes them.
const BLOCK: &str = "ContentBlock";

pub(super) fn module(catalog: &Catalog) -> String {
    let blocks = names::has_blocks(catalog).then_some(BLOCK);
    let reserved: Vec<&str> = RESERVED.into_iter().chain(blocks).collect();
    let mut writer = Writer { names: Names::new(catalog, &reserved), out: String::new() };
    writer.out = format!("# {BANNER}\n{}\n{HEAD}\n", docstring(&format!("Tools of {}.", catalog.title), ""));
    writer.alias(
        "SharedErrorCode",
        &literals(SHARED_ERRORS.into_iter()),
        "Errors that every tool may answer.",
    );
    if let Some(name) = blocks {
        writer.alias(
            name,
            "dict[str, JsonValue]",
            "A content block of MCP: text, an image, audio, a resource or a link to one.",
        );
    }
    writer.out.push_str(FAILURE);
    for (name, schema) in &catalog.types {
        let name = writer.names.declared(name);
        let about = words::documentation(schema, None).unwrap_or_default();
        match &schema.kind {
            Kind::Object(members) => writer.dictionary(&name, &about, None, members),
            _ => {
                let ty = writer.ty(schema, &name);
                writer.out.push_str("\n\n");
                writer.alias(&name, &ty, &about);
            }
        }
    }
    for tool in &catalog.tools {
        writer.types_of(tool);
    }
    writer.protocol(catalog);
    writer.out
}

struct Writer {
    names: Names,
    out: String,
}

impl Writer {
    fn types_of(&mut self, tool: &Tool) {
        let about = format!("Arguments of `{}`.", tool.name);
        match tool.input_schema {
            Some(_) => self.apart(&names::arguments(tool), "dict[str, JsonValue]", &about),
            None => self.dictionary(&names::arguments(tool), &about, None, &tool.input),
        }
        let about = format!("What `{}` returns.", tool.name);
        match &tool.output {
            Some(output) => self.dictionary(&names::output(tool), &about, None, output),
            None => self.apart(&names::output(tool), &format!("list[{BLOCK}]"), &about),
        }
        let own =
            tool.errors.iter().map(|error| error.name.as_str()).filter(|name| !SHARED_ERRORS.contains(name));
        let own: Vec<&str> = own.collect();
        let codes = if own.is_empty() {
            "SharedErrorCode".to_owned()
        } else {
            format!("{} | SharedErrorCode", literals(own.into_iter()))
        };
        self.apart(&names::error_code(tool), &codes, &format!("Errors that `{}` may answer.", tool.name));
    }

    fn apart(&mut self, name: &str, ty: &str, about: &str) {
        self.out.push_str("\n\n");
        self.alias(name, ty, about);
    }

    fn alias(&mut self, name: &str, ty: &str, about: &str) {
        // In quotes, because an alias may come before what it names; literals name nothing.
        let ty = if ty.starts_with("Literal[") { ty.to_owned() } else { quoted(ty) };
        self.out.push_str(&comment(about, ""));
        self.out.push_str(&format!("{name}: TypeAlias = {ty}\n"));
    }

    fn dictionary(&mut self, name: &str, about: &str, tag: Option<(&str, &str)>, members: &[Member]) {
        let mut fields = Vec::new();
        if let Some((tag, value)) = tag {
            fields.push((tag, None, format!("Literal[{}]", quoted(value))));
        }
        for member in members {
            let about = words::documentation(&member.schema, Some(member));
            let inner = format!("{name}{}", type_name(&member.name));
            let ty = self.ty(&member.schema, &inner);
            let ty = if member.required { ty } else { format!("NotRequired[{ty}]") };
            fields.push((&member.name, about, ty));
        }
        self.out.push_str("\n\n");
        if fields.iter().any(|(field, ..)| KEYWORDS.contains(field)) {
            self.out.push_str(&comment(about, ""));
            self.out.push_str(&format!("{name} = TypedDict(\n    {},\n    {{\n", quoted(name)));
            for (field, about, ty) in fields {
                self.out.push_str(&comment(about.as_deref().unwrap_or_default(), "        "));
                self.out.push_str(&format!("        {}: {},\n", quoted(field), quoted(&ty)));
            }
            self.out.push_str("    },\n)\n");
            return;
        }
        self.out.push_str(&format!("class {name}(TypedDict):\n"));
        self.out.push_str(&docstring(if about.is_empty() { name } else { about }, "    "));
        for (index, (field, about, ty)) in fields.into_iter().enumerate() {
            self.out.push_str(if index == 0 { "\n" } else { "" });
            self.out.push_str(&comment(about.as_deref().unwrap_or_default(), "    "));
            self.out.push_str(&format!("    {field}: {ty}\n"));
        }
    }

    /// The type of a value; objects that stand in place get a name and a class of their own.
    fn ty(&mut self, schema: &Schema, name: &str) -> String {
        match &schema.kind {
            Kind::Any => "JsonValue".to_owned(),
            Kind::Ref(name) => self.names.declared(name),
            Kind::String { .. } => "str".to_owned(),
            Kind::Choice(values) => literals(values.iter().map(String::as_str)),
            Kind::Integer { .. } => "int".to_owned(),
            Kind::Number { .. } => "float".to_owned(),
            Kind::Boolean => "bool".to_owned(),
            Kind::Array { items, .. } => format!("list[{}]", self.ty(items, &format!("{name}Item"))),
            Kind::Map { values, .. } => format!("dict[str, {}]", self.ty(values, &format!("{name}Entry"))),
            Kind::Object(members) => {
                let name = self.names.free(name.to_owned());
                self.dictionary(&name, schema.description.as_deref().unwrap_or_default(), None, members);
                name
            }
            Kind::Union { tag, variants } => {
                let variants: Vec<String> = variants
                    .iter()
                    .map(|variant| {
                        let name = self.names.free(format!("{name}{}", type_name(&variant.value)));
                        let about = variant.description.as_deref().unwrap_or_default();
                        self.dictionary(&name, about, Some((tag, &variant.value)), &variant.members);
                        name
                    })
                    .collect();
                variants.join(" | ")
            }
        }
    }

    fn protocol(&mut self, catalog: &Catalog) {
        self.out.push_str("\n\nclass Tools(Protocol):\n");
        self.out.push_str(&docstring("Every tool, as a function of its arguments.", "    "));
        let mut taken: Vec<String> = Vec::new();
        let mut renamed = Vec::new();
        for tool in &catalog.tools {
            let mut method: String = tool
                .name
                .chars()
                .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
                .collect();
            if KEYWORDS.contains(&method.as_str()) || method.starts_with(|first: char| first.is_ascii_digit())
            {
                method.insert(0, '_');
            }
            while taken.contains(&method) {
                method.push('_');
            }
            taken.push(method.clone());
            let (arguments, output) = (names::arguments(tool), names::output(tool));
            self.out
                .push_str(&format!("\n    async def {method}(self, arguments: {arguments}) -> {output}:\n"));
            self.out.push_str(&docstring(&advertised_description(tool), "        "));
            self.out.push_str("        ...\n");
            renamed.push((method, &tool.name));
        }
        self.out.push_str("\n\n# What each method is called on the wire.\nTOOL_NAMES: dict[str, str] = {\n");
        for (method, name) in renamed {
            self.out.push_str(&format!("    {}: {},\n", quoted(&method), quoted(name)));
        }
        self.out.push_str("}\n");
    }
}

fn literals<'a>(values: impl Iterator<Item = &'a str>) -> String {
    format!("Literal[{}]", values.map(quoted).collect::<Vec<_>>().join(", "))
}

/// JSON's strings are Python's, too, but for characters beyond the first plane, which JSON leaves as they are.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn comment(about: &str, indent: &str) -> String {
    about.trim_end().lines().map(|line| format!("{indent}# {line}").trim_end().to_owned() + "\n").collect()
}

fn docstring(about: &str, indent: &str) -> String {
    let about = about.trim_end().replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\"");
    let about = about.strip_suffix('"').map_or(about.clone(), |start| format!("{start}\\\""));
    let lines: Vec<String> = about
        .lines()
        .enumerate()
        .map(
            |(index, line)| {
                if index == 0 || line.is_empty() { line.to_owned() } else { format!("{indent}{line}") }
            },
        )
        .collect();
    let end = if lines.len() > 1 { format!("\n{indent}") } else { String::new() };
    format!("{indent}\"\"\"{}{end}\"\"\"\n", lines.join("\n"))
}
