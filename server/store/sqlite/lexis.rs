//! Words and quotes of SQL, for what the engine does not tell.

/// The length of the quoted text or comment that `text` begins with.
pub(super) fn opaque(text: &str) -> usize {
    let to = |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    match text.as_bytes() {
        [b'\'', ..] => to("'", 1),
        [b'"', ..] => to("\"", 1),
        [b'`', ..] => to("`", 1),
        [b'[', ..] => to("]", 1),
        [b'-', b'-', ..] => to("\n", 2),
        [b'/', b'*', ..] => to("*/", 2),
        _ => 0,
    }
}

/// The words of a text that stand outside of quotes and comments: names, keywords, numbers.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let skipped = opaque(rest);
            if skipped > 0 {
                rest = &rest[skipped..];
                continue;
            }
            let first = rest.chars().next()?;
            let in_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
            let length = rest.find(|letter: char| !in_word(letter)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(length.max(first.len_utf8()));
            rest = behind;
            if length > 0 {
                return Some(word);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_have_no_words() {
        let text = "SELECT a1,'using' /* using */ \"using\"[using]`using`--using\nżółw$ 'it''s' end /* open";
        assert_eq!(words(text).collect::<Vec<_>>(), ["SELECT", "a1", "żółw$", "end"]);
        assert_eq!(words("'open").next(), None);
        assert_eq!(words("(((").next(), None);
    }
}
