//! Names that a misspelt one may have meant.

/// Most names that are suggested.
const MAX_NEAREST: usize = 3;
/// Longer names are compared by their first characters.
const MAX_COMPARED_CHARS: usize = 64;

/// The names that `wanted` was most likely meant to be, the nearest first, at most three: those that contain it or are
/// contained in it, or differ in at most a third of its letters, whatever their case.
#[must_use]
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let short = |name: &str| name.to_lowercase().chars().take(MAX_COMPARED_CHARS).collect::<String>();
    let wanted = short(wanted);
    let letters = wanted.chars().count();
    let mut ranked: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let candidate = short(name);
            let edits = strsim::levenshtein(&wanted, &candidate);
            let contained = letters.min(candidate.chars().count()) >= 3
                && (wanted.contains(&candidate) || candidate.contains(&wanted));
            (contained || edits <= (letters / 3).max(1)).then_some((edits, name))
        })
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.truncate(MAX_NEAREST);
    ranked.into_iter().map(|(_, name)| name).collect()
}

/// ``; did you mean `a`, `b`?``, or nothing where no name is near.
#[must_use]
pub fn did_you_mean<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let near = nearest(wanted, names);
    if near.is_empty() {
        return String::new();
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", near.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_is_near_only() {
        let names = ["customers", "orders", "order_items", "order_totals", "products"];
        assert_eq!(did_you_mean("Custmers", names), "; did you mean `customers`?");
        assert_eq!(nearest("order", names), ["orders", "order_items", "order_totals"]);
        assert_eq!(did_you_mean("zzz", names), "");
        assert_eq!(nearest(&"x".repeat(1 << 20), names), Vec::<&str>::new());
    }
}
