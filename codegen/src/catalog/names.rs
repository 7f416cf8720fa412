//! Which names the catalog allows, because every client, every model API and Rust can spell them.

use super::check::Check;
use crate::emit::tools::{NO_MODULES, PRELUDE, ROOT_ITEMS};
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
    } else if kind == "tool" && NO_MODULES.contains(&field_name(name).as_str()) {
        let hint = "generated code has a module of this name already: add another word to it";
        check.push(key.at, message, hint);
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

/// Whether generated code or Rust's prelude has a type, a trait or a constant of this name.
fn taken(rust: &str) -> bool {
    PRELUDE.contains(&rust) || ROOT_ITEMS.contains(&rust)
}

pub(super) fn declared_type(check: &mut Check<'_>, key: &Key) {
    let name = &key.text;
    let message = format!("`{name}` cannot be a type's name");
    let legal = name.chars().all(|c| c.is_ascii_alphanumeric());
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) || !legal {
        check.push(key.at, message, "write it in UpperCamelCase, such as `SearchHit`");
    } else if taken(&type_name(name)) {
        check.push(key.at, message, "generated code uses this name already: add another word to it");
    }
}

pub(super) fn error(check: &mut Check<'_>, key: &Key) {
    let name = &key.text;
    let snake = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let message = format!("`{name}` cannot be an error's name");
    if !snake {
        check.push(key.at, message, "write it in snake_case, such as `not_found`");
    } else if type_name(name) == "Shared" {
        check.push(key.at, message, "generated code uses this name already: add another word to it");
    } else {
        raw(check, key.at, name, "error");
    }
}
