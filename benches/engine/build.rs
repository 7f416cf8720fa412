//! Generates the same twenty tools twice: as a contract of lockstep-runtime with its implementation, and as tools of rmcp
//! with its macros.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

const THINGS: [&str; 6] = ["customer", "invoice", "order", "product", "supplier", "ticket"];

/// What is done with a thing, and how its description goes on.
const ACTS: [(&str, &str); 3] = [
    (
        "find",
        "by words in the name or the notes, newest first. Ask for few and refine the words before you ask for more.",
    ),
    (
        "count",
        "that hold the words in the name or the notes. Use this before a search that could find very many.",
    ),
    (
        "export",
        "that hold the words as one table, one line for each. Wait for the table before you start another one.",
    ),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR").expect("cargo names a folder");
    let contract = lockstep_codegen::generate_contract("tools.yaml", &catalog());
    let contract = contract.unwrap_or_else(|errors| panic!("{errors}"));
    for (name, text) in [("contract.rs", contract), ("tools.rs", tools()), ("rmcp_tools.rs", rmcp_tools())] {
        fs::write(Path::new(&out).join(name), text).expect("the folder takes files");
    }
}

/// Name, title and description of the tools beside `echo` and `payload`.
fn searches() -> impl Iterator<Item = (String, String, String)> {
    ACTS.into_iter().flat_map(|(act, rest)| {
        THINGS.into_iter().map(move |thing| {
            let title = format!("{}{} {thing}s", act[..1].to_uppercase(), &act[1..]);
            let description = format!("{title} {rest}");
            (format!("{act}_{thing}s"), title, description)
        })
    })
}

fn catalog() -> String {
    let mut text = "catalog: { name: engine-bench, version: 0.1.0 }\n\
        tools:\n  \
          echo:\n    title: Echo\n    description: Answer with the text.\n    \
            input: { properties: { text: { type: string, maxLength: 1048576, description: What to answer. } }, required: [text] }\n    \
            content: true\n  \
          payload:\n    title: Payload\n    description: Answer with 100 KiB of text.\n    content: true\n"
        .to_owned();
    for (name, title, description) in searches() {
        let _ = write!(
            text,
            "  {name}:\n    title: {title}\n    description: {description:?}\n    input:\n      properties:\n        \
             words: {{ type: string, maxLength: 200, description: \"Words to look for, all of them.\" }}\n        \
             limit: {{ type: integer, minimum: 1, maximum: 100, description: Most entries to answer with. }}\n      \
             required: [words, limit]\n    content: true\n"
        );
    }
    text
}

/// The path of a tool's module and the first part of its types' names.
fn names(tool: &str) -> String {
    let parts = tool.split('_').map(|part| format!("{}{}", part[..1].to_uppercase(), &part[1..]));
    format!("{tool}::{}", parts.collect::<String>())
}

fn tools() -> String {
    let mut text = "impl Tools for Bench {\n".to_owned();
    let mut tool = |name: &str, fields: &str, body: &str| {
        let types = names(name);
        let _ = writeln!(
            text,
            "async fn {name}(&self, _: &Context, {types}Arguments {{ {fields} }}: {types}Arguments) \
             -> Result<ContentBlocks, {types}Error> {{ {body} }}"
        );
    };
    tool("echo", "text", "Ok(text.into_inner().into())");
    tool("payload", "", "Ok(crate::payload().into())");
    for (name, _, _) in searches() {
        tool(
            &name,
            "words, limit",
            "Ok(format!(\"{}: {}\", words.into_inner(), i64::from(limit.get())).into())",
        );
    }
    text + "}\n"
}

fn rmcp_tools() -> String {
    let mut text = "#[tool_router]\nimpl Server {\n\
        #[tool(title = \"Echo\", description = \"Answer with the text.\")]\n\
        fn echo(&self, Parameters(Echo { text }): Parameters<Echo>) -> String { text }\n\
        #[tool(title = \"Payload\", description = \"Answer with 100 KiB of text.\")]\n\
        fn payload(&self) -> String { crate::payload() }\n"
        .to_owned();
    for (name, title, description) in searches() {
        let _ = writeln!(
            text,
            "#[tool(title = {title:?}, description = {description:?})]\n\
             fn {name}(&self, Parameters(Search {{ words, limit }}): Parameters<Search>) -> String {{ \
             format!(\"{{words}}: {{limit}}\") }}"
        );
    }
    text + "}\n"
}
