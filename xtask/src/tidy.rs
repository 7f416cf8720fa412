//! `cargo xtask tidy`: rules of this repository that no compiler checks.

use std::fs;
use std::path::Path;

use syn::{FnArg, ImplItem, Item, Pat, Signature};

use crate::regen::walk;

/// Folders with hand-written Rust.
const HAND_WRITTEN: [&str; 15] = [
    "benches/db/src",
    "benches/dispatch/src",
    "benches/engine/src",
    "benches/fetch/src",
    "benches/wire/src",
    "codegen",
    "examples/client/src",
    "examples/deploy/src",
    "examples/deploy/tests",
    "fuzz/src",
    "fuzz/targets",
    "generated/wire/support",
    "server",
    "tests",
    "xtask",
];

/// Checks every hand-written Rust file.
///
/// # Errors
///
/// Everything that breaks a rule, each with its file.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let mut found = Vec::new();
    let mut files = 0;
    for folder in HAND_WRITTEN {
        for path in walk(&root.join(folder))? {
            // Contracts that are checked in beside their catalogs are generated.
            let generated = path.contains("catalog/features/");
            if !path.ends_with(".rs") || generated || path.contains("/ui/") || path.starts_with("ui/") {
                continue;
            }
            let path = format!("{folder}/{path}");
            let text =
                fs::read_to_string(root.join(&path)).map_err(|error| format!("error: {path}: {error}"))?;
            files += 1;
            check(&path, &text, &mut found);
        }
    }
    if found.is_empty() {
        eprintln!("tidy: {files} files are in order");
        return Ok(());
    }
    Err(format!("error: {} places are not in order\n{}", found.len(), found.join("\n")))
}

fn check(path: &str, text: &str, found: &mut Vec<String>) {
    if !text.starts_with("//! ") {
        found.push(format!("{path}:1: the file does not open with a `//!` line that says what it is for"));
    }
    for (index, line) in text.lines().enumerate() {
        if path.starts_with("server/runtime/")
            && names_a_revision_module(line)
            && !path.contains("/engine/revision")
        {
            found.push(format!(
                "{path}:{}: a revision's module is named outside the revision door, `server/runtime/engine/revision`",
                index + 1
            ));
        }
    }
    match syn::parse_file(text) {
        Ok(file) => arguments_by_name(path, &file, found),
        Err(error) => found.push(format!("{path}: not Rust: {error}")),
    }
}

/// `v2025_11_25` and its like; `latest` is free to use.
fn names_a_revision_module(line: &str) -> bool {
    line.match_indices("v20").any(|(at, _)| {
        let rest = &line.as_bytes()[at + 1..];
        rest.len() >= 10
            && rest[..10].iter().enumerate().all(|(index, byte)| match index {
                4 | 7 => *byte == b'_',
                _ => byte.is_ascii_digit(),
            })
    })
}

/// Whoever implements a tool takes its arguments apart by name, without `..`: then the compiler points there when the
/// catalog gives the tool another argument. Below `server/tools` the implementation of `Tools` may hand them on whole to a
/// function of the family, which is held to the same.
fn arguments_by_name(path: &str, file: &syn::File, found: &mut Vec<String>) {
    let families = path.starts_with("server/tools/");
    let mut check = |signature: &Signature, may_hand_on: bool| {
        let by_name = match signature.inputs.last() {
            Some(FnArg::Typed(argument)) => match &*argument.pat {
                Pat::Struct(pattern) => pattern.rest.is_none(),
                // Arguments whose schema is handed through have no names, and stop compiling once they have.
                Pat::TupleStruct(_) => true,
                Pat::Ident(_) => may_hand_on,
                _ => false,
            },
            _ => false,
        };
        if !by_name {
            found.push(format!(
                "{path}: `{}` does not take its arguments apart by name\n  hint: write the last parameter as \
                 `XArguments {{ a, b }}: XArguments`, every field, no `..`",
                signature.ident
            ));
        }
    };
    for item in &file.items {
        match item {
            Item::Impl(block) if implements_tools(block) => {
                for item in &block.items {
                    if let ImplItem::Fn(method) = item {
                        check(&method.sig, families);
                    }
                }
            }
            Item::Fn(function) if families && takes_arguments(&function.sig) => check(&function.sig, false),
            _ => {}
        }
    }
}

fn implements_tools(block: &syn::ItemImpl) -> bool {
    let of = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
    of.is_some_and(|segment| segment.ident == "Tools")
}

/// Whether the last parameter is a tool's `XArguments`.
fn takes_arguments(signature: &Signature) -> bool {
    let Some(FnArg::Typed(argument)) = signature.inputs.last() else { return false };
    let syn::Type::Path(of) = &*argument.ty else { return false };
    of.path.segments.last().is_some_and(|segment| segment.ident.to_string().ends_with("Arguments"))
}
