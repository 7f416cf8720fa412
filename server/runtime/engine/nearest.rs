//! Names that a misspelt one may have meant.

/// How many names a suggestion holds.
const SUGGESTIONS: usize = 3;

/// Says which of `names` exist: all if they are few, else those nearest to `name`.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.collect();
    let few = names.len() <= 2 * SUGGESTIONS;
    if !few {
        let name = name.chars().take(64).collect::<String>().to_lowercase();
        names.sort_by_cached_key(|candidate| strsim::levenshtein(&name, &candidate.to_lowercase()));
        names.truncate(SUGGESTIONS);
    }
    let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match few {
        _ if names.is_empty() => "this server has no tools".to_owned(),
        true => format!("the tools are {list}"),
        false => format!("the nearest are {list}, `tools/list` has them all"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_nearest() {
        let names = ["db_query", "db_schema", "notes_read", "notes_write", "fetch", "lint", "util_echo"];
        let text = nearest("DB_Qery", names.into_iter());
        assert!(text.starts_with("the nearest are `db_query`, "), "{text}");
        assert_eq!(nearest("x", ["echo"].into_iter()), "the tools are `echo`");
    }
}
