//! Names of the schemas and the catalog, spelled the Rust way with the same letters.

/// `JSONRPCError` → `JsonrpcError`, `db_query` → `DbQuery`, `resource_link` → `ResourceLink`.
pub(crate) fn type_name(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// `_meta` → `meta`, `maxTokens` → `max_tokens`, `io.modelcontextprotocol/logLevel` → `log_level`.
pub(crate) fn field_name(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let snake = words(name).join("_").to_lowercase();
    escape(if snake.is_empty() { "value" } else { &snake })
}

/// `2025-11-25` → `v2025_11_25`.
pub(crate) fn module_name(revision: &str) -> String {
    format!("v{}", revision.replace('-', "_"))
}

/// The name of a variant for any text: as [`type_name`], but never empty, a number or `Self`.
pub(crate) fn variant_name(text: &str) -> String {
    let ident = |name: &str| syn::parse_str::<syn::Ident>(name).is_ok();
    // Letters such as `½` are none in Rust.
    let mut name = type_name(text);
    if !ident(&format!("V{name}")) {
        name.retain(|c| c.is_ascii_alphanumeric());
    }
    match name.as_str() {
        "" => "Empty".to_owned(),
        "Self" => "Self_".to_owned(),
        name if name != "Self" && !ident(name) => format!("V{name}"),
        name => name.to_owned(),
    }
}

fn escape(name: &str) -> String {
    // `syn` does not know the keyword of edition 2024.
    if name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok() {
        name.to_owned()
    } else {
        format!("r#{name}")
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

/// Splits at everything that is no letter or digit, before a capital after a small letter or digit, and before the
/// last capital of a run that small letters follow (`URLParams` → `URL`, `Params`).
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(index + 1);
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if !letter.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().expect("never empty").push(*letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_letters() {
        for (upstream, rust) in [
            ("JSONRPCError", "JsonrpcError"),
            ("ElicitRequestURLParams", "ElicitRequestUrlParams"),
            ("URLElicitationRequiredError", "UrlElicitationRequiredError"),
            ("JSONValue", "JsonValue"),
            ("db_query", "DbQuery"),
            ("allServers", "AllServers"),
            ("date-time", "DateTime"),
        ] {
            assert_eq!(type_name(upstream), rust);
        }
        for (upstream, rust) in [
            ("_meta", "meta"),
            ("maxTokens", "max_tokens"),
            ("ttlMs", "ttl_ms"),
            ("type", "r#type"),
            ("io.modelcontextprotocol/logLevel", "log_level"),
            ("$schema", "schema"),
        ] {
            assert_eq!(field_name(upstream), rust);
        }
        for (text, rust) in
            [("a-b", "AB"), ("24h", "V24h"), ("self", "Self_"), (">=", "Empty"), ("½", "Empty"), ("è", "È")]
        {
            assert_eq!(variant_name(text), rust);
        }
    }
}
