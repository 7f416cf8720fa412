//! Which names the catalog allows, because every client, every model API and Rust can spell them.

use super::check::Check;
use crate::names::{field_name, type_name};
use crate::yaml::{Key, Position};

/// Rust has no way to use these as names, not even as `r#name`.
const NEVER: [&str; 4] = ["self", "Self", "super", "crate"];

/// The name of a tool, resource or prompt; `kind` is which.
pub(super) fn entry(check: &mut Check<'_>, key: &Key, kind: &str) {
    let name = &key.text;
    let message = refusal(name, kind);
    if !everywhere(name) {
        check.push(
            key.at,
            message,
            "1 to 64 of `A-Z a-z 0-9 _ . -`: what every client and model API accepts",
        );
    } else if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        || !type_name(name).starts_with(|c: char| c.is_ascii_alphabetic())
    {
        check.push(key.at, message, "start with a letter: it becomes a name in Rust");
    } else {
        raw(check, key.at, name, kind);
    }
}

/// Refuses a name that Rust cannot use; true if it did.
fn raw(check: &mut Check<'_>, at: Position, name: &str, kind: &str) -> bool {
    let (field, kind_name) = (field_name(name), type_name(name));
    let refused = NEVER.iter().any(|never| *never == kind_name || *never == field.trim_start_matches("r#"));
    if refused {
        let hint = "Rust cannot use this word as a name: add another word to it";
        check.push(at, refusal(name, kind), hint);
    }
    refused
}

fn refusal(name: &str, kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("`{name}` cannot be {article} {kind}'s name")
}

/// 1 to 64 of `A-Z a-z 0-9 _ . -`.
pub(super) fn everywhere(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    (1..=64).contains(&name.len()) && name.chars().all(legal)
}

/// The name of a property, argument or parameter; true if it is one.
pub(super) fn member(check: &mut Check<'_>, at: Position, name: &str, kind: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(legal) {
        let hint = "start with a small letter and use letters, digits and `_`";
        check.push(at, refusal(name, kind), hint);
        return false;
    }
    !raw(check, at, name, kind)
}

pub(super) fn declared_type(check: &mut Check<'_>, key: &Key) {
    let name = &key.text;
    let message = format!("`{name}` cannot be a type's name");
    let legal = name.chars().all(|c| c.is_ascii_alphanumeric());
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) || !legal {
        check.push(key.at, message, "write it in UpperCamelCase, such as `SearchHit`");
    } else if TAKEN.contains(&name.as_str()) {
        check.push(key.at, message, "generated code uses this name already: add another word to it");
    }
}

/// Names that stand in the generated code or that it takes from Rust's prelude.
const TAKEN: [&str; 40] = [
    "Arguments",
    "Box",
    "CallError",
    "Catalog",
    "Clone",
    "Context",
    "Contract",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Err",
    "ErrorDetail",
    "Fields",
    "From",
    "Future",
    "Hash",
    "Into",
    "ModelledError",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "Policy",
    "PromptName",
    "Prompts",
    "ResourceName",
    "Resources",
    "Result",
    "Self",
    "Send",
    "Service",
    "SharedError",
    "Some",
    "String",
    "Sync",
    "ToolDescriptor",
    "ToolName",
    "Tools",
    "Vec",
];

pub(super) fn error(check: &mut Check<'_>, key: &Key) {
    let name = &key.text;
    let snake = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let message = format!("`{name}` cannot be an error's name");
    if !snake {
        check.push(key.at, message, "write it in snake_case, such as `not_found`");
    } else if name == "shared" {
        check.push(key.at, message, "generated code uses this name already: add another word to it");
    } else {
        raw(check, key.at, name, "error");
    }
}
